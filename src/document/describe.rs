//! A phrase that names somebody, taken apart: names, office, country, gender, number.

use super::acronyms::acronym;
use super::lexicon::{Classes, Country};
use super::mentions::{Mention, MentionKind};
use super::words::Word;

/// What somebody is: "foreign minister".
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Role {
    pub(super) head: String,
    pub(super) modifiers: Vec<String>,
}

/// A phrase taken apart.
#[derive(Debug, Default)]
pub(super) struct Described {
    pub(super) names: Vec<String>,
    pub(super) role: Option<Role>,
    pub(super) country: Option<Country>,
    pub(super) feminine: bool,
    pub(super) masculine: bool,
    pub(super) group: bool,
    pub(super) plural: bool,
    pub(super) indefinite: bool,
    /// With an article, an owner or a country: somebody whom the reader knows.
    pub(super) definite: bool,
}

/// Takes a phrase apart.
pub(super) fn describe(words: &[Word], text: &str, mention: Mention) -> Described {
    let mut described = Described::default();
    let mut role = Role::default();
    let office = (mention.first..mention.head)
        .rev()
        .find(|&at| words[at].is(Classes::TITLE | Classes::ROLE));
    let parts = &words[mention.first..=mention.last];
    // "EAM Lund": an office in short, and no given name.
    let short_office = mention.kind == MentionKind::Name
        && mention.head == mention.first + 1
        && acronym(words[mention.first].of(text)).is_some()
        && acronym(words[mention.head].of(text)).is_none()
        && !words[mention.head].of(text).contains('-');
    for (at, word) in (mention.first..).zip(parts) {
        if word.is_wordlike() && !(short_office && at == mention.first) {
            let lower = canonical(word.of(text));
            described.note_article_and_gender(word, &lower, at == mention.first);
            let leads = office.is_some_and(|office| at < office);
            described.note_part(word, lower, (at, leads), mention, &mut role);
        }
    }
    if matches!(role.head.as_str(), "premier" | "pm") {
        role.head = "minister".to_owned();
        role.modifiers.push("prime".to_owned());
    }
    // "the head of state"
    if role.head == "head"
        && parts.iter().any(|word| {
            matches!(
                word.of(text),
                "state" | "government" | "State" | "Government"
            )
        })
    {
        role = Role {
            head: "leader".to_owned(),
            modifiers: Vec::new(),
        };
    }
    let is_top = |word: &Word| matches!(canonical(word.of(text)).as_str(), "top" | "chief");
    if role.head == "diplomat" && parts.iter().any(is_top) {
        role.head = "minister".to_owned();
        role.modifiers.retain(|modifier| modifier != "chief");
        role.modifiers.push("foreign".to_owned());
    }
    let head = &words[mention.head];
    let head_word = canonical(head.of(text));
    let is_body = head.is(Classes::ORGANISATION) && !head.is(Classes::ROLE);
    described.plural = mention.kind == MentionKind::Description
        && !head.is(Classes::ORGANISATION)
        && is_plural(&head_word);
    if mention.kind == MentionKind::Name {
        described.group = is_body || head.is(Classes::BARE | Classes::COUNTRY);
        if described.group {
            described.names = vec![body_name(words, text, mention)];
            if head.is(Classes::ORGANISATION | Classes::BARE) {
                role.head = head_word;
            }
        }
    } else {
        described.group = is_body;
    }
    described.role = (!role.head.is_empty()).then_some(role);
    described
}

impl Described {
    fn note_article_and_gender(&mut self, word: &Word, lower: &str, is_first: bool) {
        self.feminine |= word.is(Classes::FEMININE);
        self.masculine |= word.is(Classes::MASCULINE) && !matches!(lower, "his" | "him");
        self.indefinite |=
            is_first && matches!(lower, "a" | "an" | "another" | "one" | "some" | "several");
        self.definite |=
            (word.is(Classes::DETERMINER) && !self.indefinite) || word.country.is_some();
    }

    /// Notes a word as a country, a name, an office or what modifies it. `leads`: whether it stands before an
    /// office, as in "NATO chief Ada Lund".
    fn note_part(
        &mut self,
        word: &Word,
        lower: String,
        (at, leads): (usize, bool),
        mention: Mention,
        role: &mut Role,
    ) {
        let is_head = at == mention.head;
        if is_head {
            self.country = word.country.or(self.country);
        } else if word.country.is_some() {
            self.country = self.country.or(word.country);
            return;
        }
        if word.is(Classes::DETERMINER | Classes::PREPOSITION) && !word.is(Classes::ROLE) {
            return;
        }
        let is_titled = word.is(Classes::TITLE) || (word.is(Classes::ROLE) && !word.capital);
        match mention.kind {
            MentionKind::Name if is_titled && !is_head => {
                if word.is(Classes::ROLE) || is_short_rank(&lower, word) {
                    role.take_head(lower);
                } else if !is_honorific(&lower) {
                    role.modifiers.push(lower);
                }
            }
            MentionKind::Name if leads => role.modifiers.push(lower),
            MentionKind::Name if word.capital && at <= mention.head => self.names.push(lower),
            MentionKind::Name => {}
            _ if is_head => {
                if word.is(Classes::ROLE | Classes::ORGANISATION | Classes::DOCUMENT) {
                    role.take_head(lower);
                }
            }
            _ => {
                let says_nothing = matches!(
                    lower.as_str(),
                    "'s" | "own"
                        | "senior"
                        | "top"
                        | "then"
                        | "ruling"
                        | "outgoing"
                        | "embattled"
                        | "veteran"
                        | "current"
                        | "caretaker"
                        | "longtime"
                );
                // "the centre-right chancellor", "the 54-year-old minister"
                let trait_of_his = lower.contains('-') && !word.capital && !word.is(Classes::TITLE);
                let says_nothing = says_nothing || trait_of_his;
                if !says_nothing && (at < mention.head || word.capital) {
                    role.modifiers.push(lower);
                }
            }
        }
    }
}

impl Role {
    /// A later noun is the head, and the one before modifies it.
    fn take_head(&mut self, head: String) {
        let before = std::mem::replace(&mut self.head, head);
        if !before.is_empty() {
            self.modifiers.push(before);
        }
    }
}

/// The name of a body or a country, as one. A country and its capital speak as one.
fn body_name(words: &[Word], text: &str, mention: Mention) -> String {
    let head = &words[mention.head];
    // "Yemen's Houthis" are the Houthis.
    let owns = |at: usize| {
        words
            .get(at + 1)
            .is_some_and(|next| matches!(next.of(text), "'s" | "’s"))
    };
    let parts: Vec<String> = (mention.first..=mention.head)
        .filter(|&at| {
            let word = &words[at];
            word.is_name() && !word.is(Classes::NATIONALITY | Classes::DETERMINER) && !owns(at)
        })
        .map(|at| canonical(words[at].of(text)))
        .collect();
    let of_country = words[mention.first..=mention.head]
        .iter()
        .filter(|word| word.is_name() && word.country == head.country)
        .count();
    match head.country {
        Some(country) if parts.len() <= of_country && !head.is(Classes::ORGANISATION) => {
            format!("country {country}")
        }
        _ if parts.is_empty() => canonical(head.of(text)),
        _ => parts.join(" "),
    }
}

/// Whether a word stood for this rank in short: "Gen."
fn is_short_rank(rank: &str, word: &Word) -> bool {
    word.span.bytes() < rank.len()
}

fn is_plural(head: &str) -> bool {
    (head.ends_with('s') && !head.ends_with("ss"))
        || matches!(head, "people" | "men" | "women" | "spokesmen" | "police")
}

fn is_honorific(word: &str) -> bool {
    matches!(
        word,
        "mr" | "mrs"
            | "ms"
            | "miss"
            | "dr"
            | "sir"
            | "dame"
            | "hon"
            | "retired"
            | "acting"
            | "rev"
            | "fr"
            | "datuk"
            | "seri"
            | "tun"
            | "haji"
    )
}

/// A word in lower case, in the one spelling that words of the same kind have.
fn canonical(word: &str) -> String {
    let lower = word.to_lowercase().replace('’', "'");
    match lower.as_str() {
        "spokesman" | "spokeswoman" => "spokesperson".to_owned(),
        "chairman" | "chairwoman" | "chairperson" => "chair".to_owned(),
        "defense" => "defence".to_owned(),
        "gen" => "general".to_owned(),
        "col" => "colonel".to_owned(),
        "adm" => "admiral".to_owned(),
        "capt" => "captain".to_owned(),
        "maj" => "major".to_owned(),
        "brig" => "brigadier".to_owned(),
        "pres" => "president".to_owned(),
        "sen" => "senator".to_owned(),
        _ => lower,
    }
}

/// The words of a phrase as they stand in the text, on one line, without an article in front.
pub(super) fn phrase(words: &[Word], text: &str, mention: Mention) -> String {
    let mut first = mention.first;
    if first < mention.head && matches!(words[first].of(text), "the" | "The" | "THE") {
        first += 1;
    }
    let part = &text[words[first].start()..words[mention.last].end()];
    part.split_whitespace().collect::<Vec<_>>().join(" ")
}

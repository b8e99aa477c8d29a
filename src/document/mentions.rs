//! The words that name somebody: where such a phrase begins and ends, and what kind it is.

use super::lexicon::Classes;
use super::words::Word;
use crate::text::TokenKind;

/// A phrase that names somebody: places in the list of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) first: usize,
    /// The last word, inclusive.
    pub(super) last: usize,
    /// The word that says who: the last name, or the noun that "of Kenya" hangs on.
    pub(super) head: usize,
    pub(super) kind: MentionKind,
}

/// How a phrase names somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MentionKind {
    /// "he", "she", "they", "it"
    Pronoun,
    /// A name, with or without a title.
    Name,
    /// What somebody is: "the minister", "a European diplomat".
    Description,
    /// Two of them: "Washington and Brussels".
    Several,
    /// Some other noun: "the fisherman's cousin".
    Other,
}

/// Words that hang another name on the noun before them.
const LINKS: [&str; 10] = [
    "of", "for", "in", "at", "from", "to", "with", "on", "near", "by",
];
/// The most words of a phrase.
const LONGEST: usize = 16;

/// Whether a word names somebody who can speak: a kind of person, body or paper.
fn is_agent(word: &Word) -> bool {
    word.is(Classes::ROLE | Classes::ORGANISATION | Classes::DOCUMENT)
}

/// Whether a word is a verb of speech and names nobody.
pub(super) fn only_says(word: &Word) -> bool {
    word.is(Classes::SAY | Classes::SAY_AMBIGUOUS) && !is_agent(word)
}

/// A plain lower-case word that may stand before a noun.
fn is_plain(word: &Word) -> bool {
    word.kind == TokenKind::Word
        && !word.capital
        && !word.is(Classes::PREPOSITION
            | Classes::BOUNDARY
            | Classes::AUXILIARY
            | Classes::ADVERB
            | Classes::DETERMINER
            | Classes::MONTH_DAY
            | Classes::PERSON_PRONOUN
            | Classes::GROUP_PRONOUN
            | Classes::SAY
            | Classes::SAY_PARTICIPLE)
}

/// An adjective of place before a name: "southern", "neighbouring".
fn is_direction(word: &Word, text: &str) -> bool {
    let word = word.of(text);
    matches!(word, "neighbouring" | "neighboring" | "nearby" | "central")
        || ["northern", "southern", "eastern", "western"]
            .iter()
            .any(|direction| word.ends_with(direction))
}

fn is_link(word: &Word, text: &str) -> bool {
    LINKS.contains(&word.of(text))
}

fn is_possessive(word: &Word, text: &str) -> bool {
    matches!(word.of(text), "'s" | "’s" | "'" | "’")
}

/// A lower-case word inside names: "Marguerite de Valcourt".
pub(super) fn is_particle(word: &Word, text: &str) -> bool {
    matches!(
        word.of(text),
        "de" | "da"
            | "di"
            | "du"
            | "la"
            | "le"
            | "al"
            | "el"
            | "bin"
            | "ibn"
            | "van"
            | "von"
            | "der"
            | "den"
            | "dos"
            | "ben"
            | "bint"
            | "abu"
            | "ul"
            | "af"
            | "wa"
            | "ter"
            | "zu"
            | "del"
            | "della"
            | "das"
            | "ould"
            | "y"
    )
}

/// The phrase that ends with `words[last]` (inclusive), as far as `from` to the left.
pub(super) fn ending_at(words: &[Word], text: &str, from: usize, last: usize) -> Option<Mention> {
    // "a report published": what was done to it is no part of its name.
    let mut last = last;
    while last > from
        && is_plain(&words[last])
        && words[last].of(text).ends_with("ed")
        && (is_agent(&words[last - 1]) || words[last - 1].is_name())
    {
        last -= 1;
    }
    let end = &words[last];
    if !end.is_wordlike() || end.quoted {
        return None;
    }
    if end.is(Classes::PERSON_PRONOUN | Classes::GROUP_PRONOUN) {
        return Some(Mention {
            first: last,
            last,
            head: last,
            kind: MentionKind::Pronoun,
        });
    }
    // "one of them"
    if end.of(text) == "them" && last > from + 1 && words[last - 1].of(text) == "of" {
        let some = words[last - 2].is(Classes::DETERMINER);
        return some.then_some(Mention {
            first: last - 2,
            last,
            head: last - 2,
            kind: MentionKind::Several,
        });
    }
    let mut first = last;
    let mut head = last;
    // Whether only names, titles and what hangs on them have been passed so far.
    let mut named = end.is_name();
    if !named && !is_plain(end) && !is_agent(end) {
        return None;
    }
    let floor = from.max(last.saturating_sub(LONGEST));
    while first > floor {
        let word = &words[first - 1];
        if word.quoted {
            break;
        }
        // "rules that critics reject"
        if matches!(word.of(text), "that" | "That") {
            break;
        }
        let is_article =
            word.is(Classes::DETERMINER) && !word.is(Classes::ROLE) && word.kind == TokenKind::Word;
        if is_article {
            first -= 1;
            // "the six"
            let another = first > floor
                && words[first - 1].is(Classes::DETERMINER)
                && words[first - 1].of(text) != "that";
            first -= usize::from(another);
        }
        if is_article || is_link(word, text) {
            // "the head of the mission": goes on where a noun for somebody stands before the link.
            let hangs = first > floor + 1
                && is_link(&words[first - 1], text)
                && hangs_on(words, text, first - 1);
            if !hangs {
                break;
            }
            first -= 2;
            let office = is_office_of_name(words, text, first, last);
            if !is_modified_by(words, first, last) && !office {
                head = first;
            }
            named = words[first].is_name();
            continue;
        }
        let joins = if word.is_name() {
            !word.is(Classes::STARTER) || word.is(Classes::TITLE | Classes::ROLE | Classes::COUNTRY)
        } else if is_possessive(word, text)
            || word.kind == TokenKind::Number
            || word.of(text).starts_with(|c: char| c.is_ascii_digit())
        {
            // "the 54th Brigade"
            true
        } else if is_particle(word, text) {
            // "Osama bin Laden's network"
            let inside = words[first].is_name() && first > floor + 1 && words[first - 2].is_name();
            named || inside
        } else if named && is_direction(word, text) {
            // "in neighbouring Pakistan"
            true
        } else if word.is(Classes::TITLE | Classes::ROLE | Classes::ORGANISATION) {
            !word.is(Classes::SAY | Classes::BOUNDARY)
        } else {
            !named && is_plain(word)
        };
        if !joins {
            break;
        }
        if !is_possessive(word, text) {
            named = named && (word.is_name() || word.is(Classes::TITLE));
        }
        first -= 1;
    }
    Some(Mention {
        first,
        last,
        head,
        kind: kind_of(words, first, head)?,
    })
}

/// Whether a name with a link in it only modifies what stands behind it: "a Ministry of Defence spokesman",
/// "Ministry of Defence spokesman Ada Lund".
fn is_modified_by(words: &[Word], first: usize, last: usize) -> bool {
    let body = words[first].capital && words[first].is(Classes::ORGANISATION);
    let of_body = |word: &Word| word.is(Classes::ROLE) && !word.capital;
    let named = words[last].is_name() && words[first + 2..last].iter().any(of_body);
    body && (of_body(&words[last]) || named)
}

/// Whether the last words name who holds the office at `first`: "Secretary of State Denise Okafor".
fn is_office_of_name(words: &[Word], text: &str, first: usize, last: usize) -> bool {
    let proper = |word: &Word| word.is_name() && word.classes == Classes::NONE;
    let owner = words[first + 2..=last]
        .iter()
        .find(|word| !word.is(Classes::DETERMINER));
    let portfolio = matches!(
        words[last].of(text),
        "Affairs"
            | "Relations"
            | "Cooperation"
            | "Development"
            | "Security"
            | "Integration"
            | "Treasury"
            | "Exchequer"
    );
    words[first].is(Classes::TITLE)
        && words[first].capital
        && !portfolio
        && proper(&words[last])
        && owner.is_some_and(|word| word.is_name() && !proper(word))
}

/// Whether a link at `at` hangs on a noun for somebody right before it.
fn hangs_on(words: &[Word], text: &str, at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|before| words.get(before)) else {
        return false;
    };
    let own = matches!(words[at].of(text), "of" | "for");
    let named = before.is_name() && !before.is(Classes::STARTER);
    // "a listener from Ostrava", "a study by the institute"
    let with_article = at > 1 && is_plain(before) && words[at - 2].is(Classes::DETERMINER);
    (before.is(Classes::ROLE) && !before.is(Classes::DETERMINER))
        || (with_article && matches!(words[at].of(text), "of" | "from" | "by"))
        || (named && matches!(words[at].of(text), "of" | "from" | "in"))
        || (matches!(words[at].of(text), "of" | "for" | "in" | "at")
            && before.is(Classes::ORGANISATION))
        || (own && before.is(Classes::TITLE))
}

/// What kind of phrase it is, by its head; none where the head cannot name anybody.
fn kind_of(words: &[Word], first: usize, head: usize) -> Option<MentionKind> {
    let word = &words[head];
    let sentence_start = first == head && head == 0;
    // "Requests all states to report": an order, without a subject.
    if sentence_start && only_says(word) {
        return None;
    }
    if word.is_name() {
        let whole = word.is(Classes::ROLE | Classes::ORGANISATION | Classes::DOCUMENT)
            && !word.is(Classes::BARE);
        let only_starter = word.is(Classes::STARTER)
            && !word.is(Classes::BARE | Classes::COUNTRY | Classes::ROLE | Classes::TITLE);
        if only_starter && first == head {
            return None;
        }
        // "Officials said", "the Foreign Ministry said"
        return Some(
            if whole && (sentence_start || !is_full_name(words, first, head)) {
                MentionKind::Description
            } else {
                MentionKind::Name
            },
        );
    }
    if is_agent(word) {
        return Some(MentionKind::Description);
    }
    is_plain(word).then_some(MentionKind::Other)
}

/// Whether there are at least two capitals, the last of them no kind of person: a name as a whole.
fn is_full_name(words: &[Word], first: usize, head: usize) -> bool {
    let capitals = words[first..=head].iter().filter(|w| w.is_name()).count();
    capitals > 1 && words[head].is(Classes::ORGANISATION) && !words[head].is(Classes::ROLE)
}

/// The phrase that begins with `words[first]`, or with a later one where `first` is a preposition.
pub(super) fn starting_at(words: &[Word], text: &str, first: usize) -> Option<Mention> {
    let start = words.get(first)?;
    if start.quoted || !start.is_wordlike() {
        return None;
    }
    if start.is(Classes::PERSON_PRONOUN | Classes::GROUP_PRONOUN)
        || matches!(start.of(text), "him" | "her" | "them")
            && !words
                .get(first + 1)
                .is_some_and(|next| is_agent(next) || is_plain(next))
    {
        return Some(Mention {
            first,
            last: first,
            head: first,
            kind: MentionKind::Pronoun,
        });
    }
    let limit = words.len().min(first + LONGEST);
    let has_article =
        start.is(Classes::DETERMINER) && (!start.is_name() || start.is(Classes::STARTER));
    let mut last = None;
    for at in first + usize::from(has_article)..limit {
        match step(words, text, first, last, at) {
            Step::Names => last = Some(at),
            Step::Owns => last = None,
            Step::Belongs => {}
            Step::Ends => break,
        }
    }
    let head = last?;
    let mut mention = Mention {
        first,
        last: head,
        head,
        kind: kind_of(words, first, head)?,
    };
    // "That leaves Oman"
    let points = matches!(start.of(text), "That" | "that" | "This" | "this");
    // "leaves Oman"
    let verb = is_plain(start)
        && !is_agent(start)
        && head == first + 1
        && words[head].is(Classes::COUNTRY | Classes::BARE)
        && !words[head].is(Classes::NATIONALITY);
    if (points || verb) && mention.kind == MentionKind::Name {
        return None;
    }
    // "the president of Kenya"
    if words
        .get(head + 1)
        .is_some_and(|word| matches!(word.of(text), "of" | "for"))
        && words[head].is(Classes::ROLE | Classes::ORGANISATION)
        && let Some(owner) = starting_at_short(words, text, head + 2)
    {
        mention.last = owner;
        // "Secretary of State Ada Lund": a name, and not an office of hers.
        if let Some(name) = ending_at(words, text, first, owner)
            && name.kind == MentionKind::Name
            && name.first == first
            && name.head > head
        {
            return Some(name);
        }
    }
    Some(mention)
}

/// What a word does in a phrase that is read from its beginning.
enum Step {
    /// It can be the head: a name, or a noun for somebody.
    Names,
    /// "'s": what it belongs to follows.
    Owns,
    /// It is a part that cannot be the head.
    Belongs,
    /// The phrase ends before it.
    Ends,
}

/// What `words[at]` does in the phrase that begins at `first` and whose last possible head is `last`.
fn step(words: &[Word], text: &str, first: usize, last: Option<usize>, at: usize) -> Step {
    let word = &words[at];
    let is_name = word.is_name()
        && (!word.is(Classes::STARTER)
            || word.is(Classes::COUNTRY | Classes::TITLE | Classes::ROLE));
    if word.quoted {
        Step::Ends
    } else if is_name || is_agent(word) && !word.is(Classes::DETERMINER) {
        Step::Names
    } else if is_possessive(word, text) {
        Step::Owns
    } else if word.is(Classes::TITLE)
        || word.kind == TokenKind::Number
        || (is_particle(word, text)
            && last.is_some()
            && words.get(at + 1).is_some_and(Word::is_name))
        || (is_plain(word) && leads_to_a_noun(words, text, first, last, at))
    {
        Step::Belongs
    } else {
        Step::Ends
    }
}

/// Whether a plain word is an adjective of a noun for somebody that follows, and not a verb: "the EU foreign
/// policy chief", but not "NATO sent its force" or "NATO expelled inspectors".
fn leads_to_a_noun(
    words: &[Word],
    text: &str,
    first: usize,
    last: Option<usize>,
    at: usize,
) -> bool {
    let word = words[at].of(text);
    let did = word.ends_with("ed") && !word.contains('-')
        || matches!(
            word,
            "sent" | "met" | "held" | "hit" | "shot" | "cut" | "lost" | "gave" | "took" | "left"
        );
    if did && last.is_some() {
        return false;
    }
    let modifies = last.is_none_or(|last| {
        let before = &words[last];
        before.is(Classes::COUNTRY | Classes::BARE)
            || (before.is(Classes::ORGANISATION) && !before.capital)
    });
    let noun_ahead = words[at + 1..]
        .iter()
        .take(3)
        .take_while(|word| is_plain(word) || is_agent(word))
        .any(is_agent);
    modifies && (noun_ahead || (last.is_none() && at <= first + 2))
}

/// The last word of a short phrase without one more link in it.
fn starting_at_short(words: &[Word], text: &str, first: usize) -> Option<usize> {
    let mut at = first;
    if words.get(at)?.is(Classes::DETERMINER) {
        at += 1;
    }
    let mut last = None;
    while let Some(word) = words.get(at) {
        let joins = word.is_name()
            || is_possessive(word, text)
            || word.is(Classes::ROLE | Classes::ORGANISATION | Classes::TITLE)
            || (last.is_none() && is_plain(word));
        if word.quoted || !joins || at > first + 6 {
            break;
        }
        if word.is_name() || is_agent(word) {
            last = Some(at);
        }
        at += 1;
    }
    last
}

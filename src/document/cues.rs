//! Who speaks in one segment, by what stands in it: verbs of speech and their subjects.

use super::acronyms::bracketed;
use super::attribution::Rule;
use super::lexicon::Classes;
use super::mentions::{Mention, MentionKind, ending_at, only_says, starting_at};
use super::words::Word;
use crate::text::TokenKind;

/// A verb or phrase of speech with the one who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cue {
    pub(super) rule: Rule,
    pub(super) mention: Mention,
    /// The words of the cue, first and last.
    pub(super) verb: (usize, usize),
}

/// How many verbs of speech of one sentence are looked at; none has so many.
const MOST_VERBS: usize = 64;
/// How far back a subject is looked for behind what is inserted between it and its verb.
const INSERTIONS: usize = 4;
/// How many words from the end of a sentence the verb that closes it may stand.
const CLOSING: usize = 16;
/// The most words of one look to the left.
const REACH: usize = 40;

/// What a segment's words are looked at with.
#[derive(Clone, Copy)]
pub(super) struct Sentence<'a> {
    pub(super) words: &'a [Word],
    pub(super) text: &'a str,
    /// Whether part of it is quoted.
    pub(super) has_quotation: bool,
    pub(super) is_headline: bool,
}

impl<'a> Sentence<'a> {
    /// The cue of a sentence: its first one that is neither subordinate nor embedded, or else the
    /// first one of all.
    pub(super) fn cue(&self) -> Option<Cue> {
        let mut second_best = None;
        let mut said = false;
        let mut verbs = 0;
        // Where the writer first speaks of himself.
        let mut own = None;
        for at in 0..self.words.len() {
            if self.words[at].quoted {
                continue;
            }
            if own.is_none() && matches!(self.word(at), "I" | "We" | "we") {
                own = Some(at);
            }
            verbs += usize::from(self.is(
                at,
                Classes::SAY | Classes::SAY_AMBIGUOUS | Classes::SAY_PARTICIPLE,
            ));
            if verbs > MOST_VERBS {
                break;
            }
            let found = self
                .according_to(at)
                .or_else(|| self.verb(at, &mut said))
                .filter(|(cue, _)| !self.is_in_own_words(cue, own));
            match found {
                Some((cue, false)) => return Some(self.closing(cue).unwrap_or(cue)),
                Some((cue, true)) => {
                    second_best.get_or_insert(cue);
                }
                None => {}
            }
        }
        second_best
    }

    /// Whether the sentence is the writer's own and tells only by the way what somebody else says: "We deplore
    /// the attack, for which the group has claimed responsibility". Who comes behind a comma may report it all.
    /// `own`: where he first speaks of himself.
    fn is_in_own_words(&self, cue: &Cue, own: Option<usize>) -> bool {
        let first = cue.mention.first.min(cue.verb.0);
        let behind_comma = first > 0 && !self.words[first - 1].is_wordlike();
        !self.is_headline && !behind_comma && own.is_some_and(|own| own < first)
    }

    /// The cue that ends a sentence and reports all of it, the verb of speech before it too: "Moscow rejected
    /// the plan, a spokesman said on Monday". What the press carried stays its speaker's.
    fn closing(&self, first: Cue) -> Option<Cue> {
        if self.has_quotation {
            return None;
        }
        let from = (first.verb.1 + 2).max(self.words.len().saturating_sub(CLOSING));
        (from..self.words.len()).rev().find_map(|at| {
            let reports = matches!(self.word(at), "said" | "says" | "added" | "told");
            if !reports {
                return None;
            }
            let (rule, mention, _) = self.subject(at, true)?;
            let opens = mention.first.checked_sub(1)?;
            let follows = rule == Rule::SubjectVerb
                && opens > first.verb.1
                && matches!(self.mark(opens), Some(',' | '–' | '—' | '-'));
            let ends = self.words.get(at + 1).is_none_or(|next| {
                !next.is_wordlike()
                    || next.is(Classes::PREPOSITION | Classes::MONTH_DAY | Classes::ADVERB)
                    || self.word(at) == "told" && !next.is(Classes::PERSON_PRONOUN)
            });
            let carried = self.is(mention.head, Classes::PRESS | Classes::DOCUMENT);
            (follows && ends && !carried).then(|| self.found(rule, mention, at))
        })
    }

    pub(super) fn word(&self, at: usize) -> &'a str {
        self.words.get(at).map_or("", |word| word.of(self.text))
    }

    pub(super) fn is(&self, at: usize, classes: Classes) -> bool {
        self.words.get(at).is_some_and(|word| word.is(classes))
    }

    pub(super) fn mark(&self, at: usize) -> Option<char> {
        self.words.get(at).and_then(|word| word.mark(self.text))
    }

    /// Whether a word is the mark of an owner: "'s".
    pub(super) fn is_owner(&self, at: usize) -> bool {
        matches!(self.word(at), "'s" | "’s")
    }

    /// Whether a clause goes on over a word, with no mark and no quotation in between.
    fn goes_on(&self, at: usize) -> bool {
        let word = &self.words[at];
        !word.quoted && (word.is_wordlike() || self.is_owner(at))
    }

    /// "according to the ministry", "in the words of the envoy"
    fn according_to(&self, at: usize) -> Option<(Cue, bool)> {
        let first = self.word(at);
        if at == 0 && first == "For" && self.has_quotation {
            // "For analyst Ada Lund, \"nobody wants it\"."
            let mention = starting_at(self.words, self.text, 1).filter(|mention| {
                mention.kind == MentionKind::Name && !self.is(mention.head, Classes::COUNTRY)
            });
            let comma = |mention: &Mention| {
                let rest = self.words.get(mention.last + 1..)?;
                let comma = rest
                    .iter()
                    .take(2 * INSERTIONS)
                    .position(|word| word.mark(self.text) == Some(','))?;
                rest.get(comma + 1).filter(|word| word.quoted)
            };
            if let Some(mention) = mention.filter(|mention| comma(mention).is_some()) {
                return Some((self.found(Rule::AccordingTo, mention, at), false));
            }
        }
        let is_cue = match self.word(at + 1) {
            "to" => first.eq_ignore_ascii_case("according"),
            "of" => first == "words",
            _ => false,
        };
        let last = at + 1;
        let mention = is_cue.then(|| self.speaker_from(last + 1)).flatten()?;
        let cue = Cue {
            rule: Rule::AccordingTo,
            mention,
            verb: (at, last),
        };
        Some((cue, false))
    }

    /// The phrase that begins at a word, if it can speak; of a paper, who made it: "a statement signed by General
    /// Ole Berg".
    fn speaker_from(&self, at: usize) -> Option<Mention> {
        let mention = starting_at(self.words, self.text, at)
            .filter(|mention| self.can_speak(mention, true))?;
        let paper = self.is(mention.head, Classes::DOCUMENT);
        let by = (mention.last + 1..(mention.last + 2 + INSERTIONS).min(self.words.len()))
            .take_while(|&at| self.words[at].is_wordlike() && !self.words[at].quoted)
            .find(|&at| paper && self.word(at) == "by");
        let made = |by: &usize| {
            *by == mention.last + 1
                || (mention.last + 1..*by).any(|at| {
                    matches!(
                        self.word(at),
                        "read"
                            | "signed"
                            | "issued"
                            | "released"
                            | "made"
                            | "delivered"
                            | "written"
                    )
                })
        };
        let maker = by
            .filter(made)
            .and_then(|by| starting_at(self.words, self.text, by + 1))
            .filter(|maker| self.can_speak(maker, false));
        Some(maker.unwrap_or(mention))
    }

    /// The cue whose verb is this word, and whether it is only to be taken where no better one comes.
    /// `said` tells whether a verb of speech came before.
    fn verb(&self, at: usize, said: &mut bool) -> Option<(Cue, bool)> {
        let word = &self.words[at];
        let says = Classes::SAY | Classes::SAY_AMBIGUOUS;
        let is_verb = word.is(says)
            || word.is(Classes::SAY_PLURAL | Classes::SAY_PARTICIPLE)
            || (word.is(Classes::SAY_WITH_QUOTATION) && self.has_quotation);
        if at == 0 && word.is(Classes::SAY_PARTICIPLE) && !self.is_headline {
            // "Denying that it had fired, the army said"
            let mention = self.main_subject(self.words.len())?;
            return Some((self.found(Rule::MainSubject, mention, at), true));
        }
        if !is_verb || (word.capital && !self.is_headline) {
            return self.quoted_as(at);
        }
        if word.is(Classes::SAY_PARTICIPLE) && !word.is(says) {
            return self.progressive(at).or_else(|| self.participle(at));
        }
        if self.is_passive(at) {
            return self.passive(at);
        }
        if let Some(mention) = self.inverted(at, true) {
            return Some((self.found(Rule::VerbSubject, mention, at), false));
        }
        if self.is_no_speech(at) {
            return None;
        }
        // "asked whether", "found that": with a clause behind it any such verb is one of speech.
        let strong = word.is(Classes::SAY)
            || matches!(self.word(at + 1), "that" | "whether" | "why" | "how");
        let subject = self
            .subject(at, strong)
            .or_else(|| {
                let mention = self.inverted(at, false)?;
                Some((Rule::VerbSubject, mention, false))
            })
            .or_else(|| self.far_subject(at, strong))?;
        let (rule, mention, subordinate) = subject;
        let agrees = self.is_plural(&mention) || self.is_refused(at);
        if word.is(Classes::SAY_PLURAL) && !word.is(says) && !agrees {
            return None;
        }
        let embedded = *said;
        *said |= !subordinate;
        Some((self.found(rule, mention, at), subordinate || embedded))
    }

    fn found(&self, rule: Rule, mention: Mention, verb: usize) -> Cue {
        Cue {
            rule,
            mention,
            verb: (verb, verb),
        }
    }

    /// "was rejected by the ministry"
    fn passive(&self, verb: usize) -> Option<(Cue, bool)> {
        if self.word(verb + 1) != "by" {
            return None;
        }
        let mention = self.speaker_from(verb + 2)?;
        let cue = Cue {
            rule: Rule::PassiveBy,
            mention,
            verb: (verb, verb + 1),
        };
        Some((cue, true))
    }

    /// "was quoted as saying by the agency", "the agency quoted him as saying", "was reported to have said"
    fn quoted_as(&self, at: usize) -> Option<(Cue, bool)> {
        if !matches!(self.word(at), "quoted" | "cited") {
            return None;
        }
        let saying = (at + 1..(at + 12).min(self.words.len().saturating_sub(1))).find(|&k| {
            self.word(k) == "as"
                && matches!(
                    self.word(k + 1),
                    "saying" | "telling" | "warning" | "stressing" | "adding"
                )
        });
        let start = self.before_verb(at);
        let passive = (start..at).any(|k| self.is(k, Classes::BE));
        let mention = if passive {
            let last = start.checked_sub(1)?;
            let floor = last.saturating_sub(REACH);
            // "Holt, the envoy, was quoted"
            match self.mark(last) {
                Some(',') => self.before_insertion(last, floor)?,
                _ => ending_at(self.words, self.text, floor, last)
                    .filter(|mention| self.can_speak(mention, true))?,
            }
        } else {
            saying?;
            self.speaker_from(at + 1)?
        };
        let cue = Cue {
            rule: Rule::QuotedAs,
            mention,
            verb: (at, saying.map_or(at, |k| k + 1)),
        };
        Some((cue, false))
    }

    /// "Berlin is urging both sides"
    fn progressive(&self, at: usize) -> Option<(Cue, bool)> {
        let is = (self.before_verb(at)..at).any(|k| self.is(k, Classes::BE));
        let (rule, mention, subordinate) = is.then(|| self.subject(at, false)).flatten()?;
        Some((self.found(rule, mention, at), subordinate))
    }

    /// "…, adding that": whoever the sentence is about.
    fn participle(&self, at: usize) -> Option<(Cue, bool)> {
        let before = at.checked_sub(1)?;
        let follows = matches!(self.mark(before), Some(',' | '-' | '–' | '—'))
            || self.words[before].kind == TokenKind::Quote
            || matches!(
                self.word(before),
                "while" | "and" | "by" | "before" | "after"
            );
        if !follows {
            // "with officials saying that", "a spokesman saying"
            let mention = ending_at(self.words, self.text, 0, before).filter(|mention| {
                mention.kind != MentionKind::Other && self.can_speak(mention, false)
            })?;
            let with = mention
                .first
                .checked_sub(1)
                .is_some_and(|k| self.word(k).eq_ignore_ascii_case("with"));
            return with.then(|| (self.found(Rule::SubjectVerb, mention, at), true));
        }
        let mention = self.main_subject(at)?;
        Some((self.found(Rule::MainSubject, mention, at), true))
    }

    /// `"…," said the minister`: the subject behind its verb, which stands behind a quotation or behind
    /// the mark that ends what is reported.
    fn inverted(&self, verb: usize, after_quotation: bool) -> Option<Mention> {
        let before = self.words.get(verb.checked_sub(1)?)?;
        let follows = if after_quotation {
            // The British way: ‘…’, said the minister.
            let comma = before.mark(self.text) == Some(',') && verb > 1;
            before.kind == TokenKind::Quote
                || before.quoted
                || comma
                    && self.words[verb - 2].kind == TokenKind::Quote
                    && self.words[verb - 2].quoted
        } else {
            matches!(
                before.mark(self.text),
                Some(',' | '–' | '—' | '-' | '?' | '!')
            )
        };
        if !follows {
            return None;
        }
        if matches!(
            self.word(verb),
            "told" | "accused" | "urged" | "called" | "assured"
        ) || self.word(verb + 1) == "that"
        {
            return None;
        }
        let mention = self
            .speaker_from(verb + 1)
            .or_else(|| self.name_behind(verb + 1).filter(|_| after_quotation))?;
        // "…, said that": no phrase. "…, denied Russia entry": an object.
        if !after_quotation {
            let plain = matches!(
                self.word(verb),
                "said"
                    | "says"
                    | "added"
                    | "noted"
                    | "warned"
                    | "wrote"
                    | "stressed"
                    | "explained"
                    | "argued"
                    | "insisted"
            );
            // ", adds the minister,"
            let enclosed = self
                .words
                .get(mention.last + 1)
                .is_none_or(|next| matches!(next.mark(self.text), Some(',' | '.' | '–' | '—')));
            if !(plain || enclosed) || mention.kind == MentionKind::Pronoun {
                return None;
            }
        }
        Some(mention)
    }

    /// The name behind a description that nothing is known of: "said the trawler's mate, Eric Pashby".
    fn name_behind(&self, at: usize) -> Option<Mention> {
        let begins = self.is(at, Classes::DETERMINER) && !self.words[at].capital;
        let comma = (at..(at + 8).min(self.words.len()))
            .find(|&k| !self.words[k].is_wordlike() && self.mark(k) != Some('\''))?;
        let is_comma = self.mark(comma) == Some(',');
        (begins && is_comma)
            .then(|| self.speaker_from(comma + 1))
            .flatten()
            .filter(|mention| mention.kind == MentionKind::Name)
    }

    /// The subject before a verb: its rule, the phrase, and whether its clause is subordinate.
    fn subject(&self, verb: usize, strong: bool) -> Option<(Rule, Mention, bool)> {
        let end = self.before_verb(verb);
        let last = end.checked_sub(1)?;
        let floor = last.saturating_sub(REACH);
        let before = &self.words[last];
        let text = before.of(self.text);
        if matches!(text, "who" | "which" | "that" | "what") {
            return None;
        }
        if matches!(text, "and" | "but" | "or" | "then") {
            // "to free them and deny the group a haven"
            let form = &self.words[verb];
            let finite = form.is(Classes::SAY | Classes::SAY_AMBIGUOUS);
            if form.is(Classes::SAY_PLURAL) && !finite {
                return None;
            }
            return self
                .main_subject(last)
                .map(|mention| (Rule::MainSubject, mention, false));
        }
        if !before.is_wordlike()
            && !before.quoted
            && matches!(text, "," | "–" | "—" | "-" | ")" | "--")
        {
            return self
                .before_insertion(last, floor)
                .map(|mention| (Rule::SubjectApposition, mention, false));
        }
        if let Some(agent) = self.who_is_told_of(end, floor) {
            return Some((Rule::SubjectVerb, agent, false));
        }
        let mention = ending_at(self.words, self.text, floor, last)?;
        if let Some(agent) = self.agent_before(&mention, floor) {
            return Some((Rule::SubjectVerb, agent, false));
        }
        if let Some(some) = self.some_of(&mention) {
            return Some((Rule::SubjectVerb, some, false));
        }
        // "…, local channels said"
        let closing = strong
            && mention.kind == MentionKind::Other
            && mention.first > 0
            && self.mark(mention.first - 1) == Some(',')
            && self.word(mention.head).ends_with('s');
        if let Some(maker) = self.maker_of_paper(&mention) {
            return Some((Rule::SubjectVerb, maker, false));
        }
        // "in a statement posted to its channel"
        if self.is(mention.head, Classes::DOCUMENT) && self.is_led_in(&mention) {
            return None;
        }
        // "a spokesman who goes by Abu Turab said"
        let alias = mention.kind == MentionKind::Name
            && mention.first > 1
            && matches!(
                (self.word(mention.first - 2), self.word(mention.first - 1)),
                ("goes" | "went", "by") | ("known", "as")
            );
        let speaks = closing || self.can_speak(&mention, strong);
        if !speaks || !alias && self.is_governed(&mention) {
            return None;
        }
        let mention = self.with_another(mention, floor);
        if self.is_asked(&mention) {
            return None;
        }
        // "no state has claimed it"
        if self.word(mention.first).eq_ignore_ascii_case("no") {
            return None;
        }
        // A noun right behind a verb or preposition is no subject: "in Moscow said".
        let preceding = mention.first.checked_sub(1);
        let subordinate = preceding.is_some_and(|at| {
            matches!(
                self.word(at).to_lowercase().as_str(),
                "after"
                    | "as"
                    | "when"
                    | "since"
                    | "because"
                    | "although"
                    | "though"
                    | "while"
                    | "if"
                    | "before"
                    | "until"
                    | "what"
                    | "where"
                    | "which"
                    | "whom"
                    | "whether"
                    | "that"
                    | "than"
            )
        });
        Some((Rule::SubjectVerb, mention, subordinate))
    }

    /// "what the report says"
    fn is_asked(&self, subject: &Mention) -> bool {
        subject.first > 0
            && matches!(
                self.word(subject.first - 1),
                "what" | "What" | "whatever" | "than"
            )
    }

    /// "one of the officials": not all of them.
    fn some_of(&self, mention: &Mention) -> Option<Mention> {
        let first = mention.first.checked_sub(2)?;
        let number = self.is(first, Classes::DETERMINER) && !self.is(first, Classes::BOUNDARY)
            || matches!(self.word(first), "all" | "All" | "most" | "Most");
        let of = self.word(first + 1) == "of";
        let people = self.is(mention.head, Classes::ROLE | Classes::ORGANISATION);
        (number && of && people).then_some(Mention {
            first,
            kind: MentionKind::Several,
            ..*mention
        })
    }

    /// Who speaks where a clause about him stands between: "an official who was not allowed to speak said". `end`:
    /// behind the last word before the verb.
    fn who_is_told_of(&self, end: usize, floor: usize) -> Option<Mention> {
        let who = (floor..end)
            .rev()
            .take_while(|&at| self.goes_on(at))
            .find(|&at| self.word(at) == "who")?;
        // "a man who the police said was armed", "who goes by Abu Turab"
        let tells = who + 2 < end
            && !self.is(
                who + 1,
                Classes::DETERMINER | Classes::ROLE | Classes::PERSON_PRONOUN,
            )
            && !matches!(self.word(who + 1), "goes" | "went")
            && !(who..end).any(|at| self.is(at, Classes::SAY));
        let agent = ending_at(self.words, self.text, floor, who.checked_sub(1)?)?;
        (tells && self.can_speak(&agent, true) && !self.is_governed(&agent)).then_some(agent)
    }

    /// Whose paper speaks: "a statement from its leadership", "a note issued by the ministry".
    fn maker_of_paper(&self, mention: &Mention) -> Option<Mention> {
        let from = |at: usize| matches!(self.word(at), "from" | "by");
        let place = |maker: &Mention| self.is(maker.head, Classes::COUNTRY | Classes::BARE);
        let paper = mention.head;
        if self.is(paper, Classes::DOCUMENT) {
            let maker = from(paper + 1)
                .then(|| starting_at(self.words, self.text, paper + 2))
                .flatten()?;
            let within = maker.last == mention.last && maker.kind != MentionKind::Other;
            // "a report from Yemen" is none of Yemen's.
            let own = self.word(paper + 1) == "by"
                || self.word(paper).eq_ignore_ascii_case("statement")
                || !place(&maker);
            return (within && own && self.can_speak(&maker, false)).then_some(maker);
        }
        let preposition = mention.first.checked_sub(1)?;
        let paper = preposition.checked_sub(2)?;
        let made = matches!(
            self.word(preposition - 1),
            "issued" | "released" | "signed" | "published" | "read" | "posted" | "written"
        );
        let whose = from(preposition) && made && self.is(paper, Classes::DOCUMENT);
        (whose && self.can_speak(mention, false)).then_some(*mention)
    }

    /// Those of whom a phrase only tells more: "two diplomats with knowledge of the matter".
    fn agent_before(&self, mention: &Mention, floor: usize) -> Option<Mention> {
        let before = self.words.get(mention.first.checked_sub(1)?)?;
        // "the frontman Abu Turab", "representing settlers"
        let plain = before.kind == TokenKind::Word
            && !before.capital
            && !before.is(Classes::BOUNDARY | Classes::AUXILIARY | Classes::DETERMINER);
        let hangs = match mention.kind {
            MentionKind::Other => self.is_led_in(mention),
            MentionKind::Pronoun => false,
            _ => plain,
        };
        if !hangs {
            return None;
        }
        let tells = |at: usize| {
            let word = self.word(at);
            let does = word.len() > 4 && word.ends_with("ing") && word != "during";
            does || matches!(
                word,
                "loyal"
                    | "linked"
                    | "allied"
                    | "opposed"
                    | "with"
                    | "familiar"
                    | "close"
                    | "briefed"
                    | "involved"
                    | "privy"
                    | "present"
                    | "at"
                    | "in"
                    | "near"
            )
        };
        let agent = (floor..mention.first)
            .rev()
            .take_while(|&at| {
                self.goes_on(at)
                    && (self.is_owner(at) || !self.is(at, Classes::SAY | Classes::AUXILIARY))
            })
            .find(|&at| self.is(at, Classes::ROLE | Classes::ORGANISATION) && tells(at + 1))?;
        ending_at(self.words, self.text, floor, agent).filter(|agent| self.can_speak(agent, true))
    }

    /// A phrase with the one that "and" joins to it, if that begins the clause: "Washington and Brussels".
    fn with_another(&self, mention: Mention, floor: usize) -> Mention {
        let joined = mention
            .first
            .checked_sub(2)
            .filter(|_| self.word(mention.first - 1) == "and")
            .and_then(|last| ending_at(self.words, self.text, floor, last))
            .filter(|other| {
                let named = matches!(other.kind, MentionKind::Name | MentionKind::Description);
                let begins = other.first.checked_sub(1).is_none_or(|before| {
                    !self.words[before].is_wordlike() || self.is(before, Classes::BOUNDARY)
                });
                named && begins && self.can_speak(other, false)
            });
        match joined {
            Some(other) => {
                let both = self.word(other.first).eq_ignore_ascii_case("both");
                Mention {
                    first: other.first + usize::from(both),
                    kind: MentionKind::Several,
                    ..mention
                }
            }
            None => mention,
        }
    }

    /// The subject of the sentence, where what stands before the verb belongs to it but cannot speak:
    /// "Residents reached by telephone said".
    fn far_subject(&self, verb: usize, strong: bool) -> Option<(Rule, Mention, bool)> {
        let between = |mention: &Mention| {
            (mention.last + 1..verb).all(|at| {
                let word = &self.words[at];
                !word.quoted
                    && !word.is(Classes::SAY | Classes::PERSON_PRONOUN)
                    && !matches!(
                        word.of(self.text),
                        "that" | "which" | "who" | "when" | "while" | "because" | ":" | ";"
                    )
            })
        };
        if !strong
            || matches!(
                self.word(verb.checked_sub(1)?),
                "who" | "which" | "that" | "what" | "to"
            )
        {
            return None;
        }
        let mention = self.main_subject(verb).filter(between)?;
        (!self.is_asked(&mention)).then_some((Rule::MainSubject, mention, false))
    }

    /// The subject before an insertion that ends with the mark at `close`: "Holt, who leads the mission,
    /// said".
    fn before_insertion(&self, close: usize, floor: usize) -> Option<Mention> {
        let mut end = close;
        for _ in 0..INSERTIONS {
            let open = (floor..end).rev().find(|&at| {
                matches!(self.mark(at), Some(',' | '–' | '—' | '-' | '(')) && !self.words[at].quoted
            })?;
            let inserted = open + 1;
            let last = open.checked_sub(1)?;
            let begins = self.words.get(inserted).is_some_and(|word| {
                let text = word.of(self.text).to_lowercase();
                matches!(text.as_str(), "who" | "whose" | "which" | "where" | "whom")
                    || word.is(Classes::DETERMINER
                        | Classes::TITLE
                        | Classes::ROLE
                        | Classes::COUNTRY
                        | Classes::PREPOSITION)
                    || word.is(Classes::ADVERB)
                    || word.kind == TokenKind::Number
                    || !word.is(Classes::AUXILIARY | Classes::BE | Classes::SAY)
                        && self.is(inserted + 1, Classes::PREPOSITION)
                    || text.ends_with("ing")
                    || text.ends_with("ed")
                    || word.is_name()
            });
            if let Some(mention) = ending_at(self.words, self.text, floor, last)
                && mention.kind != MentionKind::Other
                && begins
                && self.can_speak(&mention, false)
                && (!self.is_led_in(&mention) || self.follows_after(&mention))
                && !self.is_in_insertion(&mention, floor)
            {
                let name = match self.mark(open) {
                    // "the agency (GUR) said"
                    Some('(') => None,
                    _ => self.inserted_name(&mention, inserted, end),
                };
                return Some(name.unwrap_or(mention));
            }
            // "the Organization for Security and Co-operation in Europe (OSCE) said"
            if bracketed(self.words, self.text, open).is_some() && inserted + 1 == end {
                return ending_at(self.words, self.text, inserted, inserted);
            }
            end = open;
        }
        None
    }

    /// The name that fills what is inserted behind an office: "its spokesman, General Ole Berg, said".
    fn inserted_name(&self, office: &Mention, from: usize, end: usize) -> Option<Mention> {
        let described = office.kind == MentionKind::Description;
        let person = self.is(office.head, Classes::ROLE);
        let last = end.checked_sub(1).filter(|_| described)?;
        // "the Qassam Brigades", where a body is described
        let from = from + usize::from(!person && self.is(from, Classes::DETERMINER));
        ending_at(self.words, self.text, from, last).filter(|name| {
            name.kind == MentionKind::Name
                && name.first == from
                && (name.last > name.first || person)
                && !self.is(
                    name.head,
                    Classes::BARE | Classes::COUNTRY | Classes::ORGANISATION,
                )
        })
    }

    /// Whether a phrase hangs on a preposition that leads the sentence in: "In Moscow, …".
    fn is_led_in(&self, mention: &Mention) -> bool {
        mention
            .first
            .checked_sub(1)
            .is_some_and(|at| self.is(at, Classes::PREPOSITION))
    }

    /// Whether a phrase begins a clause of time: "it came after Ole Berg, his rival, had called for it".
    fn follows_after(&self, mention: &Mention) -> bool {
        mention
            .first
            .checked_sub(1)
            .is_some_and(|at| at > 0 && self.is(at, Classes::BOUNDARY))
    }

    /// Whether a preposition in the middle of its clause governs a phrase: "close to the general staff".
    fn is_governed(&self, mention: &Mention) -> bool {
        let Some(preposition) = mention.first.checked_sub(1) else {
            return false;
        };
        self.is_led_in(mention)
            && !self.is(preposition, Classes::BOUNDARY)
            && preposition.checked_sub(1).is_some_and(|before| {
                self.words[before].is_wordlike()
                    && !self.is(before, Classes::BOUNDARY | Classes::ADVERB)
            })
    }

    /// Whether a phrase is itself part of an insertion, after "who" or "including" in its clause.
    fn is_in_insertion(&self, mention: &Mention, floor: usize) -> bool {
        (floor..mention.first)
            .rev()
            .take_while(|&at| self.words[at].is_wordlike())
            .any(|at| {
                matches!(
                    self.word(at),
                    "who" | "which" | "whose" | "whom" | "including" | "notably"
                )
            })
    }

    /// Whom the sentence is about.
    pub(super) fn subject_of_sentence(&self) -> Option<Mention> {
        self.main_subject(self.words.len())
    }

    /// The first phrase of the sentence that can speak, before `until`.
    fn main_subject(&self, until: usize) -> Option<Mention> {
        let mut at = 0;
        // "Requests the group to report": an order has no subject.
        let order = self
            .words
            .first()
            .is_some_and(|word| only_says(word) && word.of(self.text).ends_with('s'));
        if order && !self.is_headline {
            return None;
        }
        if let Some(end) = self.dateline(until) {
            at = end + 1;
        }
        while at < until.min(REACH) {
            let word = &self.words[at];
            if word.quoted || !word.is_wordlike() {
                at += 1;
                continue;
            }
            let text = word.of(self.text).to_lowercase();
            let leads_in = word.is(Classes::PREPOSITION) && !word.is(Classes::BARE);
            if leads_in {
                at = self.behind_noun(at + 1);
                continue;
            }
            let asked = at == 0
                && matches!(
                    text.as_str(),
                    "asked" | "pressed" | "quizzed" | "challenged" | "questioned"
                );
            if asked || text.ends_with("ing") && word.capital {
                let comma = (at..until.min(at + 30)).find(|&k| self.mark(k) == Some(','));
                at = comma.map_or(at + 2, |comma| comma + 1);
                continue;
            }
            if let Some(mention) = starting_at(self.words, self.text, at)
                && mention.last < until
                && self.can_speak(&mention, false)
            {
                return Some(mention);
            }
            at += 1;
        }
        None
    }

    /// Where a dateline ends, with a dash, a colon or a bracket: "OSLO, June 3 (NTB) - ", "OSLO — ".
    fn dateline(&self, until: usize) -> Option<usize> {
        let end = (0..until.min(12)).find(|&at| {
            matches!(self.mark(at), Some('–' | '—' | '-' | ')' | ':'))
                && self.words[..at].iter().any(Word::is_name)
        })?;
        let inside = &self.words[..end];
        let dated = inside
            .iter()
            .any(|word| word.mark(self.text) == Some('(') || word.is(Classes::MONTH_DAY));
        // "NATO — and not the Union — said"
        let place = inside.first().is_some_and(|word| {
            let name = word.of(self.text);
            name.len() > 3
                && name.chars().all(char::is_uppercase)
                && (word.country.is_some() || !word.is(Classes::BARE | Classes::ORGANISATION))
        });
        let bare = place
            && inside
                .iter()
                .all(|word| word.is_name() || !word.is_wordlike());
        let colon = self.mark(end) == Some(':');
        (bare || dated && !colon).then_some(end)
    }

    /// Behind the noun phrase that begins at a word, which a preposition leads in.
    fn behind_noun(&self, at: usize) -> usize {
        let mut at = at;
        if let Some(mention) = starting_at(self.words, self.text, at) {
            return mention.last + 1;
        }
        while self.words.get(at).is_some_and(|word| {
            word.is_wordlike() && word.is(Classes::DETERMINER | Classes::MONTH_DAY)
        }) {
            at += 1;
        }
        // "night", "the long summer"
        while self.words.get(at).is_some_and(|word| {
            word.kind == TokenKind::Word
                && !word.capital
                && !word.is(Classes::DETERMINER
                    | Classes::PREPOSITION
                    | Classes::PERSON_PRONOUN
                    | Classes::GROUP_PRONOUN
                    | Classes::ROLE
                    | Classes::ORGANISATION)
        }) {
            at += 1;
        }
        at
    }

    /// Whether a phrase can be one who speaks. A strong verb makes a speaker of any noun.
    fn can_speak(&self, mention: &Mention, strong: bool) -> bool {
        let head = &self.words[mention.head];
        if head.is(Classes::MONTH_DAY) {
            return false;
        }
        match mention.kind {
            MentionKind::Pronoun => {
                !head.of(self.text).eq_ignore_ascii_case("it")
                    || strong
                    || mention.first == 0
                    || !self.is(mention.first - 1, Classes::PREPOSITION)
            }
            MentionKind::Several => true,
            MentionKind::Name => {
                // "Turkish" alone names nobody; "the French" does.
                mention.first < mention.last
                    || !head.is(Classes::NATIONALITY)
                    || head.is(Classes::BARE)
            }
            MentionKind::Description => {
                head.is(Classes::ROLE | Classes::ORGANISATION | Classes::DOCUMENT)
                    && !self.word(mention.head).eq_ignore_ascii_case("others")
            }
            // A bare noun with its article, and a verb that only speakers have.
            MentionKind::Other => strong && self.is(mention.first, Classes::DETERMINER),
        }
    }

    /// Whether somebody speaks of himself outside quotation marks: "we will respond".
    pub(super) fn is_first_person(&self) -> bool {
        let own = |word: &Word| {
            let word = word.of(self.text);
            ["i", "we", "our", "us", "my"]
                .iter()
                .any(|own| own.eq_ignore_ascii_case(word) && word != "US")
        };
        self.words.iter().any(own)
    }

    /// "Holt: we will respond", "We will respond: Holt"
    pub(super) fn headline_label(&self) -> Option<Cue> {
        let dash = |at: usize| matches!(self.mark(at), Some('-' | '–' | '—'));
        let label = |mention: &Mention| {
            !matches!(mention.kind, MentionKind::Other | MentionKind::Pronoun)
                && self.can_speak(mention, false)
                && (mention.first..=mention.last).all(|at| {
                    let word = &self.words[at];
                    word.is_name()
                        || !word.is_wordlike()
                        || word.of(self.text).starts_with(['\'', '’'])
                        || matches!(word.of(self.text), "senior" | "top")
                        || word.is(Classes::ROLE
                            | Classes::ORGANISATION
                            | Classes::TITLE
                            | Classes::DETERMINER
                            | Classes::PREPOSITION)
                })
        };
        let colon = self
            .words
            .iter()
            .position(|word| word.mark(self.text) == Some(':') && !word.quoted);
        let front = colon.filter(|&colon| colon > 0).and_then(|colon| {
            let mention = ending_at(self.words, self.text, 0, colon - 1).filter(label)?;
            let begins = mention.first == 0 || dash(mention.first - 1);
            (begins && colon - mention.first <= 4).then_some((mention, colon))
        });
        let (mention, colon) = front.or_else(|| {
            let last = self.words.len().checked_sub(1)?;
            let mark = (0..last)
                .rev()
                .take(6)
                .find(|&at| dash(at) || self.mark(at) == Some(':'))?;
            let mention = ending_at(self.words, self.text, mark + 1, last).filter(label)?;
            (mention.first == mark + 1).then_some((mention, mark))
        })?;
        Some(Cue {
            rule: Rule::HeadlineLabel,
            mention,
            verb: (colon, colon),
        })
    }
}

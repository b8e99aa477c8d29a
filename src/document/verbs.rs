//! Which verbs are verbs of speech where they stand, and where their subject ends.

use super::cues::Sentence;
use super::lexicon::Classes;
use super::mentions::Mention;
use super::words::Word;
use crate::text::TokenKind;

impl Sentence<'_> {
    /// Whether a verb form that may be something else is that here.
    pub(super) fn is_no_speech(&self, at: usize) -> bool {
        let next = self.word(at + 1);
        let quoted_next = self.words.get(at + 1).is_some_and(|word| word.quoted);
        let before = at.checked_sub(1).map_or("", |before| self.word(before));
        if matches!(
            before,
            "to" | "the"
                | "a"
                | "of"
                | "by"
                | "an"
                | "its"
                | "their"
                | "his"
                | "her"
                | "any"
                | "no"
                | "such"
                | "most"
                | "more"
        ) {
            return true;
        }
        // "Israel's announced pullout"
        let owned = at > 1
            && self.is_owner(at - 1)
            && !self.is(at - 2, Classes::PERSON_PRONOUN | Classes::GROUP_PRONOUN)
            && self.words.get(at + 1).is_some_and(|next| {
                next.kind == TokenKind::Word
                    && !next.is(Classes::DETERMINER
                        | Classes::PREPOSITION
                        | Classes::BOUNDARY
                        | Classes::GROUP_PRONOUN
                        | Classes::PERSON_PRONOUN)
            });
        if owned {
            return true;
        }
        // "said by phone"
        let by_phone = matches!(
            self.word(at + 2),
            "phone" | "telephone" | "email" | "e-mail" | "text" | "video" | "letter"
        );
        if next == "by" && !by_phone {
            return true;
        }
        let complement = quoted_next
            || matches!(
                next,
                "that"
                    | "whether"
                    | "if"
                    | "how"
                    | "why"
                    | "what"
                    | ":"
                    | ","
                    | "."
                    | ""
                    | "in"
                    | "on"
                    | "at"
                    | "to"
            );
        match self.word(at).to_lowercase().as_str() {
            // "called its teams home"
            "called" | "calls" => {
                matches!(next, "off" | "up" | "in" | "home" | "at")
                    || (at + 2..at + 6).any(|k| self.word(k) == "home")
            }
            "added" | "adds" => !(self.has_quotation || complement && next != "to"),
            "accused" => next == "of" || next == "in",
            "ruled" => next != "out",
            "pointed" => !matches!(next, "out" | "to"),
            "spoke" | "speaks" => next != "of" && next != "out",
            // "went on to say"
            "went" | "goes" => {
                next != "on"
                    || !(self.has_quotation
                        || self.word(at + 2) == "to" && self.is(at + 3, Classes::SAY_PLURAL))
            }
            // "recalled its ambassador"
            "recalled"
                if self.is(at + 1, Classes::DETERMINER)
                    && (at + 2..at + 6).any(|k| {
                        matches!(
                            self.word(k),
                            "ambassador"
                                | "ambassadors"
                                | "envoy"
                                | "envoys"
                                | "troops"
                                | "diplomats"
                        )
                    }) =>
            {
                true
            }
            // "had not replied to an email"
            "replied" | "responded" | "commented" if self.is_negated(at) => true,
            "answered" | "responded" | "responds" | "answering" | "continued" | "began"
            | "concluded" | "recalled" => {
                // "The panel, she recalled, had found none."
                let enclosed =
                    matches!(next, "," | ".") && at > 1 && self.mark(at - 2) == Some(',');
                !(enclosed
                    || self.has_quotation
                    || next == "that"
                    || next == "on" && self.word(at + 2) == "to")
            }
            "asked" | "asks" | "wondered" | "reported" | "repeated" | "repeats" | "posted"
            | "predicted" | "observed" | "informed" | "indicated" | "signalled" | "signaled"
            | "suggested" | "suggests" | "noted" => {
                // "the agency reported from Kabul"
                let press = (at.saturating_sub(6)..at).any(|k| self.is(k, Classes::PRESS));
                next == "for" && self.word(at) != "asked"
                    || next == "from" && !press
                    || matches!(next, "a" | "an")
                        && !self.has_quotation
                        && self.word(at) != "suggested"
            }
            // "maintained its positions"
            "maintained" | "maintains" => {
                !(self.has_quotation
                    || matches!(next, "that" | "," | "." | "it" | "he" | "she" | "they"))
            }
            // "funds pledged for the camps"
            "pledged" => next == "for",
            "put" | "puts" => next != "it",
            // "turned it down"
            "turned" | "turns" => next != "down" && self.word(at + 2) != "down",
            // "estimated last month that"
            "estimates" | "estimated" if (at + 1..at + 4).any(|k| self.word(k) == "that") => false,
            "found" | "finds" | "estimates" | "estimated" | "records" | "recorded" => {
                !(next == "that" || matches!(self.mark(at + 1), Some(',')))
            }
            "declined" | "declines" | "refused" | "refuses" => {
                !(next == "to"
                    && matches!(
                        self.word(at + 2),
                        "say"
                            | "comment"
                            | "discuss"
                            | "name"
                            | "confirm"
                            | "answer"
                            | "rule"
                            | "elaborate"
                            | "specify"
                            | "apologise"
                            | "apologize"
                            | "condemn"
                            | "describe"
                            | "identify"
                            | "disclose"
                            | "reveal"
                            | "speculate"
                    )
                    || next == "to" && self.word(at + 2) == "be" && self.word(at + 3) == "drawn")
            }
            "credited" | "cited" | "invited" | "invoked" => true,
            "reports" => !matches!(next, "," | "." | "" | "that"),
            "wrote" | "writes" => matches!(next, "a" | "an" | "the"),
            "claimed" => matches!(next, "lives" | "the") && self.word(at + 2) != "right",
            "claims" => {
                !self.is_headline
                    && !quoted_next
                    && !matches!(next, "that" | "to" | "it" | "he" | "she" | "they")
            }
            // "a video said to show"
            "said" => {
                next == "to"
                    && matches!(
                        self.word(at + 2),
                        "be" | "have"
                            | "show"
                            | "include"
                            | "contain"
                            | "number"
                            | "hold"
                            | "belong"
                    )
            }
            "doubted" | "doubts" => !matches!(next, "that" | "whether"),
            "offered" | "offers" => {
                let receiver = self.words.get(at + 1).is_some_and(Word::is_name);
                // "its good offices"
                let own = matches!(next, "its" | "his" | "her" | "their")
                    && matches!(
                        self.word(at + 2),
                        "good" | "help" | "mediation" | "assistance" | "condolences" | "services"
                    );
                next != "to" && !receiver && !own
            }
            "charged" | "charges" => next != "that",
            "shot" => next != "back",
            "slammed" => next == "into",
            // "would not be drawn on it"
            "drawn" => !(before == "be" && at > 1 && self.is_not(at - 2)),
            // "likes to say"
            "likes" | "used" => !(next == "to" && self.is(at + 2, Classes::SAY_PLURAL)),
            "specified" | "specifies" | "clarified" | "clarifies" => {
                !(complement || self.has_quotation)
            }
            "paid" | "pays" => next != "tribute",
            "call" => !matches!(next, "for" | "on"),
            "detailed" | "outlined" => !matches!(next, "how" | "what" | "the" | "his" | "her"),
            "adamant" | "insistent" | "unequivocal" => next != "that",
            // "There is no way back, the envoy is convinced."
            "convinced" => next != "that" && !self.closes(at),
            // "renewed his call for a truce"
            "renewed" | "renews" => !(at + 1..at + 6).any(|k| {
                matches!(
                    self.word(k),
                    "call"
                        | "calls"
                        | "appeal"
                        | "appeals"
                        | "demand"
                        | "demands"
                        | "offer"
                        | "pledge"
                        | "plea"
                        | "threat"
                        | "threats"
                        | "warning"
                        | "warnings"
                        | "vow"
                )
            }),
            "made" | "makes" => {
                next != "clear"
                    && !(next == "it" && matches!(self.word(at + 2), "clear" | "plain" | "known"))
            }
            "pushed" | "pushes" => next != "back",
            // "hit back with a ban"
            "hit" | "hits" => {
                !(matches!(next, "back" | "out")
                    && (self.has_quotation || matches!(self.word(at + 2), "at" | "on" | ",")))
            }
            "lashed" | "lashes" => next != "out",
            "played" | "plays" => next != "down",
            "shrugged" | "shrugs" | "brushed" | "brushes" | "waved" => {
                !matches!(next, "off" | "aside" | "away")
            }
            "spelled" | "spelt" => next != "out",
            "believes" | "believe" => {
                !self.closes(at) && matches!(next, "in" | "it" | "," | "." | "")
            }
            "argued" | "argues" => {
                // "have argued for a century over"
                let years = |k: usize| {
                    matches!(
                        self.word(k),
                        "century" | "centuries" | "decades" | "years" | "months" | "weeks" | "days"
                    )
                };
                matches!(next, "over" | "about" | "with" | "against")
                    || next == "for" && (at + 2..at + 7).any(years)
            }
            "promised" | "promises" | "demands" | "notes" | "states" | "pledges" => {
                matches!(next, "of" | "for" | "and" | "," | ".")
                    || self.words[at].capital && self.word(at) == "States"
            }
            _ => false,
        }
    }

    fn is_not(&self, at: usize) -> bool {
        matches!(self.word(at), "not" | "n't" | "n’t")
    }

    /// Whether a verb closes what it reports: "…, the envoy believes."
    fn closes(&self, verb: usize) -> bool {
        self.word(verb + 1) == "." && (1..verb).any(|at| self.mark(at) == Some(','))
    }

    /// "had not replied"
    fn is_negated(&self, verb: usize) -> bool {
        (self.before_verb(verb)..verb)
            .any(|at| self.is_not(at) || matches!(self.word(at), "neither" | "yet"))
    }

    /// "would not say", "could not confirm": who does not want to tell speaks, and who did not tell does not.
    pub(super) fn is_refused(&self, verb: usize) -> bool {
        (self.before_verb(verb) + 1..verb).any(|at| {
            self.is_not(at) && matches!(self.word(at - 1), "would" | "could" | "will" | "can")
        })
    }

    pub(super) fn is_plural(&self, mention: &Mention) -> bool {
        let head = self.word(mention.head);
        head.ends_with('s')
            || matches!(
                head.to_lowercase().as_str(),
                "they" | "police" | "people" | "men" | "women" | "sources" | "spokesmen"
            )
            || (mention.first..mention.last).any(|at| self.word(at) == "and")
    }

    /// Steps back over auxiliaries and adverbs before a verb: the place behind the last word that is
    /// none.
    pub(super) fn before_verb(&self, verb: usize) -> usize {
        let mut at = verb;
        while at > 0 {
            let word = &self.words[at - 1];
            let text = word.of(self.text);
            let skips = word.is(Classes::AUXILIARY) && !matches!(text, "'s" | "’s")
                || (word.is(Classes::ADVERB) && !word.is(Classes::ROLE))
                || (text.ends_with("ly")
                    && !word.capital
                    && !word.is(Classes::ROLE | Classes::ORGANISATION)
                    && text.len() > 4)
                || text == "to" && self.is(at, Classes::AUXILIARY)
                || text == "neither";
            if skips && !word.quoted {
                at -= 1;
            } else if word.is(Classes::MONTH_DAY)
                && at > 1
                && matches!(self.word(at - 2), "on" | "in" | "last" | "late" | "early")
            {
                at -= 2;
            } else if text.ends_with("day") && word.is(Classes::MONTH_DAY) {
                // "donors Friday said"
                at -= 1;
            } else if text == "part"
                && at > 3
                && matches!(self.word(at - 2), "its" | "his" | "her" | "their")
                && self.word(at - 3) == "for"
            {
                // "the ministry, for its part, said"
                at -= 3;
            } else if matches!(text, "night" | "morning" | "evening" | "afternoon")
                && at > 1
                && self.is(at - 2, Classes::MONTH_DAY)
            {
                at -= 1;
            } else {
                break;
            }
        }
        at
    }

    /// "was accused", "were told"
    pub(super) fn is_passive(&self, verb: usize) -> bool {
        let word = self.word(verb);
        let past = word.ends_with("ed") && word != "convinced"
            || matches!(word, "told" | "said" | "written");
        let start = self.before_verb(verb);
        past && (start..verb).any(|at| self.is(at, Classes::BE) && !self.is_owner(at))
    }
}

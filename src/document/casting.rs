//! Gives each segment its speaker: by the cue in it, by its turn, or by the quotation that it stands in.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::acronyms::spelled_out;
use super::attribution::Rule;
use super::blocks::blocks;
use super::cast::Cast;
use super::cues::{Cue, Sentence};
use super::lexicon::{Classes, Lexicon};
use super::mentions::{Mention, MentionKind, ending_at};
use super::names::full_names;
use super::quotes::Quotes;
use super::reader::{Attribution, Kind, Part, Reading, Speaker};
use super::segments::{Form, Segment, is_signature};
use super::words::{Word, WordReader};
use crate::text::Span;

/// Who says a segment.
#[derive(Debug, Clone)]
struct Said {
    person: usize,
    mention: Option<Span>,
    cue: Option<Span>,
    rule: Rule,
}

/// A document on the way from segments to speakers.
pub(super) struct Casting<'a> {
    text: &'a str,
    quotes: &'a Quotes,
    segments: &'a [Segment],
    words: &'a [Word],
    /// The words of each segment.
    places: &'a [Range<usize>],
    cast: Cast,
    said: Vec<Option<Said>>,
    /// Which segments are the label of a turn and nothing else.
    bare_labels: Vec<bool>,
}

impl<'a> Casting<'a> {
    /// `words` holds the words of all segments, `places` those of each one.
    pub(super) fn new(
        text: &'a str,
        quotes: &'a Quotes,
        segments: &'a [Segment],
        words: &'a [Word],
        places: &'a [Range<usize>],
    ) -> Self {
        Self {
            text,
            quotes,
            segments,
            words,
            places,
            cast: Cast::default(),
            said: vec![None; segments.len()],
            bare_labels: vec![false; segments.len()],
        }
    }

    fn words_of(&self, segment: usize) -> &'a [Word] {
        &self.words[self.places[segment].clone()]
    }

    /// Everything from the first sentence on is said by one.
    pub(super) fn one_speaker(&mut self, name: &str) {
        let person = self.cast.add(name);
        let mut begun = false;
        for (index, segment) in self.segments.iter().enumerate() {
            begun |= segment.form == Form::Sentence;
            if segment.form != Form::Furniture && begun {
                self.said[index] = Some(Said {
                    person,
                    mention: None,
                    cue: None,
                    rule: Rule::DefaultSpeaker,
                });
            }
        }
    }

    /// Notes everybody who is named in full, so that a surname in the headline finds its owner.
    pub(super) fn note_names(&mut self) {
        for (index, segment) in self.segments.iter().enumerate() {
            let words = self.words_of(index);
            if segment.form == Form::Furniture
                || segment.form == Form::Headline && is_title_case(words)
            {
                continue;
            }
            let headline = segment.form == Form::Headline;
            for (name, role) in full_names(words, self.text) {
                // A topic or a speaker: the text has to tell.
                let label = headline
                    && name.first == 0
                    && words
                        .get(name.last + 1)
                        .is_some_and(|word| word.mark(self.text) == Some(':'));
                if !label {
                    self.cast.note(words, self.text, name, role);
                }
            }
            for spelled in spelled_out(words, self.text) {
                let (first, open) = spelled.words;
                let name = &self.text[words[first].start()..words[open - 1].end()];
                let body = (spelled.mention, name);
                self.cast
                    .note_acronym(words, self.text, body, spelled.acronym);
            }
        }
    }

    /// The names of a title that stands apart from the text.
    pub(super) fn note_title(&mut self, title: &str, lexicon: &Lexicon) {
        let blocks = blocks(title);
        let quotes = Quotes::find(title, &blocks);
        let mut words = Vec::new();
        WordReader::new(title, lexicon, &quotes).read(0..title.len(), &mut words);
        for (name, role) in full_names(&words, title) {
            self.cast.note(&words, title, name, role);
        }
    }

    /// Each turn is said by whom its label names.
    pub(super) fn turns(&mut self, labels: &[Option<Range<usize>>]) {
        let mut speaking: Option<Said> = None;
        for (index, segment) in self.segments.iter().enumerate() {
            if segment.form == Form::Furniture {
                continue;
            }
            if let Some(label) = &labels[index] {
                let words = self.words_of(index);
                let bracket = words
                    .iter()
                    .position(|word| word.mark(self.text) == Some('(') && word.start() < label.end);
                let holder = bracket.and_then(|at| office_holder(words, self.text, at));
                let last = bracket.map_or_else(
                    || words.iter().rposition(|word| word.end() <= label.end),
                    |at| at.checked_sub(1),
                );
                let office = last.map(|last| label_mention(words, last));
                if let Some(holder) = holder {
                    self.cast.note(words, self.text, holder, office);
                }
                let mention = holder.or(office);
                speaking = mention.and_then(|mention| {
                    let person = self.cast.resolve(words, self.text, mention, false)?;
                    Some(Said {
                        person,
                        mention: Some(span_of(words, mention)),
                        cue: Some(Span::new(label.end..label.end + 1)),
                        rule: Rule::TranscriptLabel,
                    })
                });
                if label.end + 1 == segment.text.end {
                    self.bare_labels[index] = true;
                    continue;
                }
            }
            self.said[index].clone_from(&speaking);
        }
    }

    /// What each segment says by itself.
    pub(super) fn cues(&mut self) {
        for (index, segment) in self.segments.iter().enumerate() {
            if segment.form == Form::Furniture {
                continue;
            }
            let words = self.words_of(index);
            let sentence = Sentence {
                words,
                text: self.text,
                has_quotation: self.quotes.within(segment.text.clone()).next().is_some(),
                is_headline: segment.form == Form::Headline,
            };
            let asks = sentence.is_headline
                && !sentence.has_quotation
                && self.text[segment.text.clone()].ends_with('?');
            let cue = if asks {
                None
            } else if sentence.is_headline {
                let label = sentence.headline_label();
                label
                    .filter(|label| self.is_no_topic(&sentence, label.mention))
                    .or_else(|| sentence.cue())
            } else {
                sentence.cue()
            };
            let subject = |cast: &Cast| {
                let mention = sentence.subject_of_sentence()?;
                let head = &words[mention.head];
                let told = match mention.kind {
                    // A capital at the beginning of a sentence does not make a name.
                    MentionKind::Name => {
                        mention.first < mention.head
                            || head.is(Classes::BARE | Classes::COUNTRY)
                            || cast.knows(head.of(self.text))
                    }
                    MentionKind::Description => head.is(Classes::ROLE | Classes::ORGANISATION),
                    MentionKind::Pronoun | MentionKind::Several | MentionKind::Other => false,
                };
                told.then_some(mention)
            };
            // "Lund left the door open: if they come, she said, …"
            if let Some(cue) = cue
                && cue.mention.kind == MentionKind::Pronoun
                && let Some(mention) = subject(&self.cast)
                && mention.kind == MentionKind::Name
                && !words[mention.first].is(Classes::DETERMINER)
                && mention.last < cue.mention.first
                && cue.rule != Rule::QuotedAs
                && let Some(about) = self.cast.resolve(words, self.text, mention, false)
                && !self.cast.is_group(about)
            {
                self.cast.spoken_of(about);
            }
            let person = cue.and_then(|cue| {
                let reply = is_reply(words[cue.verb.0].of(self.text));
                self.cast.resolve(words, self.text, cue.mention, reply)
            });
            if let (Some(cue), Some(person)) = (cue, person) {
                self.said[index] = Some(said(words, &cue, person));
            }
            if person.is_none_or(|person| self.cast.is_group(person))
                && let Some(mention) = subject(&self.cast)
                && let Some(about) = self.cast.resolve(words, self.text, mention, false)
            {
                self.cast.spoken_of(about);
            }
            if let Some(person) = person {
                self.cast.spoken_of(person);
            }
            self.cast.next_segment();
        }
    }

    /// Gives a post to whom it is signed by: the block over a signature, or what stands before it in its own.
    pub(super) fn signatures(&mut self) {
        for index in 1..self.segments.len() {
            let segment = &self.segments[index];
            if segment.form != Form::Furniture || !is_signature(&self.text[segment.text.clone()]) {
                continue;
            }
            let words = self.words_of(index);
            let bracket = words
                .iter()
                .position(|word| word.mark(self.text) == Some('('));
            let name = bracket
                .and_then(|at| at.checked_sub(1))
                .and_then(|last| ending_at(words, self.text, 0, last))
                .filter(|name| name.kind == MentionKind::Name);
            let Some(name) = name else { continue };
            let Some(person) = self.cast.resolve(words, self.text, name, false) else {
                continue;
            };
            let block = self.segments[index - 1].block;
            let post = (0..index).rev().take_while(|&before| {
                self.segments[before].block == block
                    && self.segments[before].form != Form::Furniture
            });
            for before in post {
                self.said[before] = Some(Said {
                    person,
                    mention: Some(span_of(words, name)),
                    cue: None,
                    rule: Rule::Signature,
                });
            }
        }
    }

    /// Whether a headline's label can be who speaks, and not what it is about: "Congo: rebels leave the talks".
    fn is_no_topic(&self, headline: &Sentence<'_>, label: Mention) -> bool {
        let head = &headline.words[label.head];
        let known = match label.kind {
            MentionKind::Name if head.country.is_some() => false,
            MentionKind::Name => {
                head.is(Classes::BARE)
                    || self.cast.knows(head.of(self.text))
                    || headline.words[label.first..label.head]
                        .iter()
                        .any(|word| word.is(Classes::TITLE | Classes::ROLE))
            }
            _ => true,
        };
        known || headline.has_quotation || headline.is_first_person()
    }

    /// Gives the sentences of a quotation the speaker whom one of them names, and quotations without
    /// a cue the one of the quotation before.
    pub(super) fn quotations(&mut self) {
        let mut speakers: FxHashMap<usize, Said> = FxHashMap::default();
        for (segment, said) in self.segments.iter().zip(&self.said) {
            if let Some(said) = said {
                for (quotation, _) in self.quotes.within(segment.text.clone()) {
                    speakers.entry(quotation).or_insert_with(|| said.clone());
                }
            }
        }
        for index in 0..self.segments.len() {
            let segment = &self.segments[index];
            if self.said[index].is_some()
                || segment.form == Form::Furniture
                || !is_mostly_quoted(self.words_of(index))
            {
                continue;
            }
            let same = self
                .quotes
                .within(segment.text.clone())
                .find_map(|(quotation, _)| speakers.get(&quotation).cloned())
                .map(|said| Said {
                    rule: Rule::SameQuotation,
                    ..said
                });
            let found = same.or_else(|| self.before(index));
            if let Some(found) = &found {
                for (quotation, _) in self.quotes.within(segment.text.clone()) {
                    speakers.entry(quotation).or_insert_with(|| found.clone());
                }
            }
            self.said[index] = found;
        }
    }

    /// The speaker of the segment before, where a quotation without a cue goes on after it.
    fn before(&self, index: usize) -> Option<Said> {
        if self.segments[index].form == Form::Headline {
            return None;
        }
        let before = (0..index)
            .rev()
            .take(3)
            .find(|&before| self.segments[before].form != Form::Furniture)?;
        if self.segments[before].form == Form::Headline {
            return None;
        }
        self.said[before].clone().map(|said| Said {
            rule: Rule::ContinuedQuotation,
            ..said
        })
    }

    /// What was found.
    pub(super) fn reading(mut self, is_speech: bool) -> Reading {
        let mut speakers: Vec<Speaker> = Vec::new();
        let mut place: Vec<Option<usize>> = vec![None; self.cast.people.len()];
        let mut parts = Vec::with_capacity(self.segments.len());
        for (index, segment) in self.segments.iter().enumerate() {
            let said = self.said[index].take();
            let kind = kind_of(segment, self.words_of(index), said.as_ref(), is_speech);
            let attribution = said.map(|said| {
                let speaker = *place[said.person].get_or_insert_with(|| {
                    speakers.push(Speaker {
                        name: std::mem::take(&mut self.cast.people[said.person].name),
                        mentions: Vec::new(),
                    });
                    speakers.len() - 1
                });
                if let Some(mention) = said.mention
                    && speakers[speaker].mentions.last() != Some(&mention)
                {
                    speakers[speaker].mentions.push(mention);
                }
                Attribution {
                    speaker,
                    mention: said.mention,
                    cue: said.cue,
                    rule: said.rule,
                }
            });
            parts.push(Part {
                span: Span::new(segment.text.clone()),
                kind,
                is_furniture: segment.form == Form::Furniture || self.bare_labels[index],
                attribution,
            });
        }
        Reading { parts, speakers }
    }
}

fn said(words: &[Word], cue: &Cue, person: usize) -> Said {
    Said {
        person,
        mention: Some(span_of(words, cue.mention)),
        cue: Some(words[cue.verb.0].span.to(words[cue.verb.1].span)),
        rule: cue.rule,
    }
}

fn is_reply(verb: &str) -> bool {
    matches!(
        verb,
        "answered" | "answers" | "replied" | "replies" | "retorted" | "retorts" | "responded"
    )
}

fn span_of(words: &[Word], mention: Mention) -> Span {
    words[mention.first].span.to(words[mention.last].span)
}

/// Who holds the office that a label names before the bracket at `open`: "The Foreign Secretary (Dame Ada Lund)".
fn office_holder(words: &[Word], text: &str, open: usize) -> Option<Mention> {
    let close = (open..words.len()).find(|&at| words[at].mark(text) == Some(')'))?;
    let office = words.first()?.is(Classes::DETERMINER);
    ending_at(words, text, open + 1, close - 1).filter(|name| {
        office && name.kind == MentionKind::Name && name.first == open + 1 && name.first < name.last
    })
}

fn label_mention(words: &[Word], last: usize) -> Mention {
    let first_name = words[..=last]
        .iter()
        .position(|word| !word.is(Classes::DETERMINER))
        .unwrap_or(0);
    let head = (first_name..=last)
        .rev()
        .find(|&at| words[at].is_wordlike())
        .unwrap_or(last);
    let role = words[head].is(Classes::ROLE | Classes::ORGANISATION) || first_name > 0;
    Mention {
        first: 0,
        last: head,
        head,
        kind: if role {
            MentionKind::Description
        } else {
            MentionKind::Name
        },
    }
}

fn kind_of(segment: &Segment, words: &[Word], said: Option<&Said>, is_speech: bool) -> Kind {
    let own_words = said.is_some_and(|said| {
        matches!(
            said.rule,
            Rule::DefaultSpeaker | Rule::TranscriptLabel | Rule::Signature
        )
    });
    match segment.form {
        _ if own_words => Kind::Quote,
        Form::Furniture => Kind::Narration,
        Form::Headline => Kind::Headline,
        Form::Sentence if is_mostly_quoted(words) && !is_speech => Kind::Quote,
        Form::Sentence if said.is_some() => Kind::ReportedSpeech,
        Form::Sentence => Kind::Narration,
    }
}

/// Whether most words have a capital, as in American headlines: names do not stand out there.
fn is_title_case(words: &[Word]) -> bool {
    let wordlike = words.iter().filter(|word| word.is_wordlike());
    let (capitals, all) = wordlike.fold((0, 0), |(capitals, all), word| {
        (capitals + usize::from(word.capital), all + 1)
    });
    all > 4 && capitals * 3 >= all * 2
}

/// Whether at least half of the words are quoted.
fn is_mostly_quoted(words: &[Word]) -> bool {
    let wordlike = words.iter().filter(|word| word.is_wordlike());
    let (quoted, all) = wordlike.fold((0, 0), |(quoted, all), word| {
        (quoted + usize::from(word.quoted), all + 1)
    });
    all > 0 && quoted * 2 >= all
}

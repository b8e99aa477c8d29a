//! Reads a document: segments, kinds, speakers.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::attribution::Rule;
use super::blocks::{Block, blocks};
use super::cast::Cast;
use super::cues::{Cue, Sentence};
use super::lexicon::{Classes, Lexicon};
use super::mentions::{Mention, MentionKind, ending_at, is_particle, starting_at};
use super::quotes::Quotes;
use super::segments::{Form, Segment, segments};
use super::words::{Word, WordReader};

/// The largest document, in bytes, that is taken unless told otherwise.
pub const DEFAULT_MAX_DOCUMENT_BYTES: usize = 1 << 20;

/// A document to read: not blank, and no longer than the limit it was checked against.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    text: &'a str,
    title: &'a str,
    default_speaker: &'a str,
}

impl<'a> Document<'a> {
    /// Checks a document's text against a limit in bytes.
    ///
    /// # Errors
    ///
    /// [`InvalidDocument`] when the text is blank or longer than `max_bytes`.
    pub fn new(text: &'a str, max_bytes: usize) -> Result<Self, InvalidDocument> {
        if text.len() > max_bytes {
            return Err(InvalidDocument::TooLong {
                bytes: text.len(),
                limit: max_bytes,
            });
        }
        if text.trim().is_empty() {
            return Err(InvalidDocument::Blank { bytes: text.len() });
        }
        Ok(Self {
            text,
            title: "",
            default_speaker: "",
        })
    }

    /// The same with its title, where that is not part of the text: its names help to tell who is who.
    #[must_use]
    pub fn with_title(self, title: &'a str) -> Self {
        Self { title, ..self }
    }

    /// The same, all of it said by one speaker; a blank name says nothing.
    #[must_use]
    pub fn with_default_speaker(self, name: &'a str) -> Self {
        Self {
            default_speaker: name.trim(),
            ..self
        }
    }

    /// The text, exactly as given.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.text
    }
}

/// Why a text is no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDocument {
    /// There is nothing in it but white space, or nothing at all.
    #[error(
        "the text is blank ({bytes} bytes of white space): send an article, a speech or a transcript"
    )]
    Blank {
        /// The text's length.
        bytes: usize,
    },
    /// It is longer than the limit; it is never cut.
    #[error(
        "the text has {bytes} bytes and the limit is {limit}: send its parts one by one, or raise --max-document-bytes"
    )]
    TooLong {
        /// The text's length.
        bytes: usize,
        /// The limit that was in force.
        limit: usize,
    },
}

/// What a part of a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A headline or subheading.
    Headline,
    /// The speaker's own words: at least half of them in quotation marks, or a sentence of a
    /// transcript's turn or of a speech.
    Quote,
    /// What somebody says, told by another.
    ReportedSpeech,
    /// Everything else.
    Narration,
}

/// A part of a document that stands for itself: a sentence, a headline, a caption.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Its place in the text, in bytes, without white space round it.
    pub span: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// Whether it is a byline, a caption, a credit, a link: nothing that takes a stance.
    pub is_furniture: bool,
    /// Who says it, where that is clear.
    pub attribution: Option<Attribution>,
}

/// Who says a part, and what tells so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    /// The place of the speaker in [`Reading::speakers`].
    pub speaker: usize,
    /// Where the text names the speaker; nothing for a default speaker.
    pub mention: Option<Range<usize>>,
    /// The verb or mark of speech, where there is one.
    pub cue: Option<Range<usize>>,
    /// By which rule.
    pub rule: Rule,
}

/// One who speaks in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// The fullest phrase by which the text names them, without an article.
    pub name: String,
    /// Where the text names them as one who speaks, in order.
    pub mentions: Vec<Range<usize>>,
}

/// A document, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Its parts, in order. What lies between two of them is white space.
    pub parts: Vec<Part>,
    /// Those who speak in it, in the order in which they first do.
    pub speakers: Vec<Speaker>,
}

/// Reads documents. Cheap to share, expensive to make: it holds the lists of words.
#[derive(Debug, Clone)]
pub struct Reader {
    lexicon: Lexicon,
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

/// How many turns make a transcript.
const FEWEST_TURNS: usize = 3;
/// The longest label of a turn, in bytes.
const LONGEST_LABEL: usize = 60;

impl Reader {
    /// A reader with the lists that are compiled in.
    #[must_use]
    pub fn new() -> Self {
        Self {
            lexicon: Lexicon::new(),
        }
    }

    /// Reads a document. The time is linear in its length.
    #[must_use]
    pub fn read(&self, document: Document<'_>) -> Reading {
        let text = document.text;
        let blocks = blocks(text);
        let quotes = Quotes::find(text, &blocks);
        let segments = segments(text, &blocks, &quotes, &self.lexicon);
        let mut reader = WordReader::new(text, &self.lexicon, &quotes);
        let mut words = Vec::new();
        let places: Vec<Range<usize>> = segments
            .iter()
            .map(|segment| reader.read(segment.text.clone(), &mut words))
            .collect();
        let labels = turn_labels(text, &blocks, &segments);
        let mut casting = Casting {
            text,
            quotes: &quotes,
            segments: &segments,
            words: &words,
            places: &places,
            cast: Cast::default(),
            said: vec![None; segments.len()],
        };
        if !document.default_speaker.is_empty() {
            casting.one_speaker(document.default_speaker);
        } else if is_transcript(&labels, &blocks) {
            casting.note_names();
            casting.turns(&labels);
        } else {
            casting.note_title(document.title, &self.lexicon);
            casting.note_names();
            casting.cues();
            casting.quotations();
        }
        casting.reading(!document.default_speaker.is_empty())
    }
}

/// Whether so many lines begin with a label that they are turns.
fn is_transcript(labels: &[Option<Range<usize>>], blocks: &[Block]) -> bool {
    let turns = labels.iter().flatten().count();
    turns >= FEWEST_TURNS && turns * 5 >= blocks.len()
}

/// The labels that turns of a transcript begin with, by segment: `MR. HOLT:`
fn turn_labels(text: &str, blocks: &[Block], segments: &[Segment]) -> Vec<Option<Range<usize>>> {
    let mut labels = vec![None; segments.len()];
    let mut block = usize::MAX;
    for (index, segment) in segments.iter().enumerate() {
        if segment.block == block {
            continue;
        }
        block = segment.block;
        let line = &text[blocks[block].span.clone()];
        let start = blocks[block].span.start;
        if segment.form != Form::Furniture {
            labels[index] = label_end(line).map(|end| start..start + end);
        }
    }
    // A headline with a colon is no turn, unless its label comes again.
    let mut times: FxHashMap<String, usize> = FxHashMap::default();
    for label in labels.iter().flatten() {
        *times.entry(text[label.clone()].to_lowercase()).or_default() += 1;
    }
    for (label, segment) in labels.iter_mut().zip(segments) {
        let again = label
            .as_ref()
            .is_some_and(|label| times.get(&text[label.clone()].to_lowercase()) > Some(&1));
        if segment.form == Form::Headline && !again {
            *label = None;
        }
    }
    labels
}

/// Where a turn's label ends at its colon.
fn label_end(line: &str) -> Option<usize> {
    let colon = line
        .bytes()
        .take(LONGEST_LABEL)
        .position(|byte| byte == b':')?;
    let label = line.get(..colon)?;
    let spaced = line[colon + 1..].starts_with(char::is_whitespace);
    // "Mr. Holt (from his seat)"
    let label = label.split_once('(').map_or(label, |(name, _)| name);
    let named = label.split_whitespace().count() <= 7
        && label.split_whitespace().all(|word| {
            let word = word.trim_start_matches(['(', '[']);
            word.starts_with(char::is_uppercase)
                || matches!(
                    word,
                    "of" | "the" | "for" | "and" | "de" | "al" | "van" | "von"
                )
        })
        && label.chars().any(char::is_alphabetic)
        && !label.chars().any(|c| c.is_ascii_digit());
    (spaced && named).then_some(colon)
}

/// Who says a segment.
#[derive(Debug, Clone)]
struct Said {
    person: usize,
    mention: Option<Range<usize>>,
    cue: Option<Range<usize>>,
    rule: Rule,
}

struct Casting<'a> {
    text: &'a str,
    quotes: &'a Quotes,
    segments: &'a [Segment],
    words: &'a [Word],
    /// The words of each segment.
    places: &'a [Range<usize>],
    cast: Cast,
    said: Vec<Option<Said>>,
}

impl<'a> Casting<'a> {
    fn words_of(&self, segment: usize) -> &'a [Word] {
        &self.words[self.places[segment].clone()]
    }

    fn one_speaker(&mut self, name: &str) {
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
    fn note_names(&mut self) {
        for (index, segment) in self.segments.iter().enumerate() {
            if segment.form == Form::Furniture {
                continue;
            }
            let words = self.words_of(index);
            for (name, role) in full_names(words, self.text) {
                self.cast.note(words, self.text, name, role);
            }
        }
    }

    /// The names of a title that stands apart from the text.
    fn note_title(&mut self, title: &str, lexicon: &Lexicon) {
        let blocks = blocks(title);
        let quotes = Quotes::find(title, &blocks);
        let mut words = Vec::new();
        WordReader::new(title, lexicon, &quotes).read(0..title.len(), &mut words);
        for (name, role) in full_names(&words, title) {
            self.cast.note(&words, title, name, role);
        }
    }

    fn turns(&mut self, labels: &[Option<Range<usize>>]) {
        let mut speaking: Option<Said> = None;
        for (index, segment) in self.segments.iter().enumerate() {
            if segment.form == Form::Furniture {
                continue;
            }
            if let Some(label) = &labels[index] {
                let words = self.words_of(index);
                let bracket = words
                    .iter()
                    .position(|word| word.mark == Some('(') && word.start() < label.end);
                let last = bracket.map_or_else(
                    || words.iter().rposition(|word| word.end() <= label.end),
                    |at| at.checked_sub(1),
                );
                let mention = last.map(|last| label_mention(words, last));
                speaking = mention.and_then(|mention| {
                    let person = self.cast.resolve(words, self.text, mention, false)?;
                    Some(Said {
                        person,
                        mention: Some(span_of(words, mention)),
                        cue: Some(label.end..label.end + 1),
                        rule: Rule::TranscriptLabel,
                    })
                });
            }
            self.said[index].clone_from(&speaking);
        }
    }

    /// What each segment says by itself.
    fn cues(&mut self) {
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
            let cue = if sentence.is_headline {
                sentence.headline_label().or_else(|| sentence.cue())
            } else {
                sentence.cue()
            };
            let person = cue.and_then(|cue| {
                let reply = is_reply(words[cue.verb.0].of(self.text));
                self.cast.resolve(words, self.text, cue.mention, reply)
            });
            if let (Some(cue), Some(person)) = (cue, person) {
                self.said[index] = Some(said(words, &cue, person));
            }
            let subject = || {
                let mention = sentence.subject_of_sentence()?;
                let head = &words[mention.head];
                let told = match mention.kind {
                    // A capital at the beginning of a sentence does not make a name.
                    MentionKind::Name => {
                        mention.first < mention.head
                            || head.is(Classes::BARE | Classes::COUNTRY)
                            || self.cast.knows(head.of(self.text))
                    }
                    MentionKind::Description => head.is(Classes::ROLE | Classes::ORGANISATION),
                    MentionKind::Pronoun | MentionKind::Other => false,
                };
                told.then_some(mention)
            };
            if person.is_none_or(|person| self.cast.is_group(person))
                && let Some(mention) = subject()
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

    /// Gives the sentences of a quotation the speaker whom one of them names, and quotations without
    /// a cue the one of the quotation before.
    fn quotations(&mut self) {
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

    fn reading(mut self, is_speech: bool) -> Reading {
        let mut speakers: Vec<Speaker> = Vec::new();
        let mut place: Vec<Option<usize>> = vec![None; self.cast.people.len()];
        let mut parts = Vec::with_capacity(self.segments.len());
        for (index, segment) in self.segments.iter().enumerate() {
            let said = self.said[index].take();
            let kind = kind_of(segment, self.words_of(index), said.as_ref(), is_speech);
            let attribution = said.map(|said| {
                let speaker = *place[said.person].get_or_insert_with(|| {
                    speakers.push(Speaker {
                        name: self.cast.people[said.person].name.clone(),
                        mentions: Vec::new(),
                    });
                    speakers.len() - 1
                });
                if let Some(mention) = &said.mention
                    && speakers[speaker].mentions.last() != Some(mention)
                {
                    speakers[speaker].mentions.push(mention.clone());
                }
                Attribution {
                    speaker,
                    mention: said.mention,
                    cue: said.cue,
                    rule: said.rule,
                }
            });
            parts.push(Part {
                span: segment.text.clone(),
                kind,
                is_furniture: segment.form == Form::Furniture,
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
        cue: Some(words[cue.verb.0].start()..words[cue.verb.1].end()),
        rule: cue.rule,
    }
}

fn is_reply(verb: &str) -> bool {
    matches!(
        verb,
        "answered" | "answers" | "replied" | "replies" | "retorted" | "retorts" | "responded"
    )
}

fn span_of(words: &[Word], mention: Mention) -> Range<usize> {
    words[mention.first].start()..words[mention.last].end()
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
    let own_words =
        said.is_some_and(|said| matches!(said.rule, Rule::DefaultSpeaker | Rule::TranscriptLabel));
    match segment.form {
        _ if own_words => Kind::Quote,
        Form::Furniture => Kind::Narration,
        Form::Headline => Kind::Headline,
        Form::Sentence if is_mostly_quoted(words) && !is_speech => Kind::Quote,
        Form::Sentence if said.is_some() => Kind::ReportedSpeech,
        Form::Sentence => Kind::Narration,
    }
}

/// Whether at least half of the words are quoted.
fn is_mostly_quoted(words: &[Word]) -> bool {
    let wordlike = words.iter().filter(|word| word.is_wordlike());
    let (quoted, all) = wordlike.fold((0, 0), |(quoted, all), word| {
        (quoted + usize::from(word.quoted), all + 1)
    });
    all > 0 && quoted * 2 >= all
}

/// The people who are named with a title or by two names, with what the text says they are.
fn full_names(words: &[Word], text: &str) -> Vec<(Mention, Option<Mention>)> {
    let mut names = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let joins = |word: &Word| {
            !word.quoted
                && (word.is_name()
                    || word.is(Classes::TITLE)
                        && word.is_wordlike()
                        && !word.is(Classes::DETERMINER))
        };
        if !joins(&words[at]) {
            at += 1;
            continue;
        }
        let start = at;
        while at < words.len()
            && (joins(&words[at])
                || is_particle(&words[at], text) && words.get(at + 1).is_some_and(joins))
        {
            at += 1;
        }
        let run = &words[start..at];
        let proper = |word: &&Word| {
            word.is_name()
                && !word.is(Classes::TITLE
                    | Classes::COUNTRY
                    | Classes::STARTER
                    | Classes::ORGANISATION
                    | Classes::BARE)
        };
        let count = run.iter().filter(proper).count();
        let titled = run.iter().any(|word| word.is(Classes::TITLE));
        let last = at - 1;
        if count == 0 || !(titled || count > 1) || !proper(&&words[last]) {
            continue;
        }
        let Some(name) =
            ending_at(words, text, 0, last).filter(|name| name.kind == MentionKind::Name)
        else {
            continue;
        };
        names.push((name, apposition(words, text, name)));
    }
    names
}

/// What a named person is said to be, right before or behind the name: "Finland's foreign minister, Sanna
/// Ahlberg", "Sanna Ahlberg, the foreign minister,".
fn apposition(words: &[Word], text: &str, name: Mention) -> Option<Mention> {
    let is_role = |mention: &Mention| {
        mention.kind == MentionKind::Description && words[mention.head].is(Classes::ROLE)
    };
    let comma = |at: usize| words.get(at).is_some_and(|word| word.mark == Some(','));
    let before = name
        .first
        .checked_sub(2)
        .filter(|_| comma(name.first - 1))
        .and_then(|last| ending_at(words, text, 0, last))
        .filter(is_role);
    before.or_else(|| {
        if !comma(name.last + 1) {
            return None;
        }
        // Over "58, " and such.
        let role = starting_at(words, text, name.last + 2).filter(is_role)?;
        let closed = words.get(role.last + 1).is_none_or(|word| {
            !word.is_wordlike() || word.is(Classes::BOUNDARY | Classes::PREPOSITION)
        });
        closed.then_some(role)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Reading {
        let document = Document::new(text, text.len()).unwrap_or_else(|e| panic!("{e}"));
        Reader::new().read(document)
    }

    /// Who says each part of a text, by name.
    fn speakers(text: &str) -> Vec<String> {
        let reading = read(text);
        let name = |attribution: &Attribution| reading.speakers[attribution.speaker].name.clone();
        let parts = reading.parts.iter();
        parts
            .map(|part| part.attribution.as_ref().map(name).unwrap_or_default())
            .collect()
    }

    #[test]
    fn the_subject_is_found_on_either_side_of_its_verb() {
        for (text, expected) in [
            (
                "The Finnish foreign minister said it was over.",
                "Finnish foreign minister",
            ),
            (
                "\u{201c}It is over,\u{201d} said the foreign minister of Finland.",
                "foreign minister of Finland",
            ),
            (
                "Ada Lund, who leads the mission, has repeatedly denied it.",
                "Ada Lund",
            ),
            (
                "In a statement, the ministry called the report \"a lie\".",
                "ministry",
            ),
            (
                "Moscow expelled two envoys, warning that more would follow.",
                "Moscow",
            ),
            (
                "It was over, according to Lt. Gen. T. K. Abara.",
                "Lt. Gen. T. K. Abara",
            ),
            ("The envoy was quoted as saying that it was over.", "envoy"),
            ("The offer was rejected by the Kremlin.", "Kremlin"),
            (
                "Residents reached by telephone said it was over.",
                "Residents",
            ),
            (
                "A Ministry of Defence spokesman said it was over.",
                "A Ministry of Defence spokesman",
            ),
        ] {
            assert_eq!(speakers(text), [expected], "{text}");
        }
    }

    #[test]
    fn what_is_no_speech_has_no_speaker() {
        for text in [
            "The man accused of spying left.",
            "The United States left the treaty.",
            "The general was told to leave.",
            "Ankara called up its reserves.",
            "The price was added to the bill.",
        ] {
            assert_eq!(speakers(text), [""], "{text}");
        }
    }

    #[test]
    fn mentions_are_joined_by_name_title_and_country() {
        let text = "French President Emil Marchand spoke in Paris.\n\nMarchand said it was over. \
            The French leader said it again. He added that it was.\n\n\
            The Polish president said it was not.";
        let found = speakers(text);
        let marchand = "French President Emil Marchand";
        assert_eq!(found[1..4], [marchand, marchand, marchand]);
        assert_eq!(found[4], "Polish president");
    }

    #[test]
    fn a_quotation_has_one_speaker_over_its_sentences_and_paragraphs() {
        let text = "\"We waited. We left,\" Holt said. \"That is all.\"\n\n\"Nobody came.\"";
        assert_eq!(speakers(text), ["Holt", "Holt", "Holt", "Holt"]);
    }

    #[test]
    fn a_turn_of_a_transcript_is_its_labels() {
        let text = "MR. HOLT: Good morning. We begin.\nQUESTION: Why?\nMR. HOLT: Because.";
        assert_eq!(
            speakers(text),
            ["MR. HOLT", "MR. HOLT", "QUESTION", "MR. HOLT"]
        );
    }

    proptest! {
        /// Every byte is in exactly one part, if the white space between two of them is the first one's.
        #[test]
        fn parts_follow_one_another_and_leave_out_white_space_alone(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "said", "Holt", "the minister", "Mr.", "U.S.", ".", "...", "?", "\"", "\u{201c}", "\u{201d}",
                    "\u{2018}", "\u{2019}", "'", ", ", " ", "\n", "\n\n", "\r\n", ":", "according to", "who", "(", ")",
                    "No. 4", "\u{2014}", "By", "Photo:", "QUESTION: ", "\u{1f399}", "\u{e9}A", "He", "denied", "that",
                ]),
                1..60,
            ),
        ) {
            let text = pieces.concat();
            prop_assume!(!text.trim().is_empty());
            let reading = read(&text);
            let mut end = 0;
            for part in &reading.parts {
                prop_assert!(text[end..part.span.start].trim().is_empty());
                prop_assert!(!text[part.span.clone()].trim().is_empty());
                end = part.span.end;
                if let Some(attribution) = &part.attribution {
                    prop_assert!(attribution.speaker < reading.speakers.len());
                    for range in attribution.mention.iter().chain(&attribution.cue) {
                        prop_assert!(!text[range.clone()].is_empty());
                    }
                }
            }
            prop_assert!(text[end..].trim().is_empty());
        }
    }
}

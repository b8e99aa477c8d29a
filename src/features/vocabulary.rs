//! The features that a model knows, and the fast way to count them in a text.
//!
//! A word's character n-grams depend on the word alone, so they are worked out once, when the
//! vocabulary is built; counting notes only that the word occurs. Word n-grams are states of a trie
//! over word ids.

use std::num::NonZeroU32;

use super::counts::Counts;
use super::str_map::{ShortKey, StrMap};
use super::table::Table;
use super::terms::{
    AHEAD_DISTANCE, FeatureConfig, FeatureKind, NEGATED, Negation, PAIR_DISTANCE, PAIR_REACH,
    for_each_char_ngram,
};
use super::word_classes::{ClassSet, MAX_CLASSES, members};
use crate::text::{Token, TokenKind, fold_into, tokenize_into};

/// A word id or state that there is not.
const UNKNOWN: u32 = u32::MAX;

/// The features of a model, sorted by key; a feature's id is its place in that order. Counts are
/// kept by slot, an order of their own.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    config: FeatureConfig,
    keys: Vec<Box<str>>,
    /// The feature of each slot, by which everything below names features; see [`Self::arrange`].
    slots: Vec<u32>,
    words: StrMap<Word>,
    /// Character n-gram features of the words, one word after the other.
    word_chars: Vec<u32>,
    /// Where those of each word begin, and where the last ones end.
    word_chars_start: Vec<u32>,
    /// The trie of word n-grams: (state, word) → state; a word's own id is its first state.
    steps: Table<u64, Step>,
    chars: StrMap<u32>,
    /// The features of each class, plain and negated.
    classes: [[Option<Slot>; 2]; MAX_CLASSES],
    /// The feature of each pair of classes.
    class_pairs: Vec<Option<Slot>>,
    /// The feature of each word before a class.
    ahead: Table<u64, u32>,
}

#[derive(Debug, Clone, Copy)]
struct Word {
    id: u32,
    plain: Option<Slot>,
    negated: Option<Slot>,
    classes: ClassSet,
    /// The classes that it is a feature before.
    ahead: ClassSet,
}

impl Default for Word {
    fn default() -> Self {
        Self {
            id: UNKNOWN,
            plain: None,
            negated: None,
            classes: 0,
            ahead: 0,
        }
    }
}

/// A state of the trie, and its feature where the n-gram that ends there is one.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// `UNKNOWN` where no n-gram goes on.
    state: u32,
    feature: Option<Slot>,
}

impl Default for Step {
    fn default() -> Self {
        Self {
            state: UNKNOWN,
            feature: None,
        }
    }
}

/// A feature's slot, kept as the number after it: no slot at all then takes no room of its own, and what is looked
/// up stays small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slot(NonZeroU32);

impl Slot {
    fn new(slot: u32) -> Option<Self> {
        slot.checked_add(1).and_then(NonZeroU32::new).map(Self)
    }

    fn number(self) -> u32 {
        self.0.get() - 1
    }
}

/// What a vocabulary knows of one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordKnowledge {
    /// Whether the word occurs in any feature.
    pub known: bool,
    /// Its feature: of the negated word where the token is negated and that one is known.
    pub feature: Option<u32>,
    /// How many of its character n-grams are features.
    pub character_ngrams: usize,
}

/// Why keys make no vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidVocabulary {
    /// Keys must be strictly ascending.
    #[error("feature {0} is out of order: keys must be sorted and unique")]
    Unsorted(usize),
    /// A key has no known kind.
    #[error("feature {0} ({1:?}) is of no known kind")]
    UnknownKind(usize, String),
    /// A key names a class of words that there is not.
    #[error("feature {0} names the word class {1:?}, which there is not")]
    UnknownClass(usize, String),
    /// There are more features than an id can name.
    #[error("{0} features are more than fit")]
    TooMany(usize),
}

/// Buffers for counting, kept between texts so that counting allocates nothing.
#[derive(Debug, Default)]
pub struct Scratch {
    tokens: Vec<Token>,
    folded: String,
    bounds: Vec<usize>,
    /// What is known of each seen token.
    seen: Vec<Word>,
    /// The class words among them.
    class_words: Vec<ClassWord>,
    counts: Counts,
    /// Where in the counts the features of each kind end; those of characters are counted apart.
    ends: [usize; FeatureKind::ALL.len()],
    spelled: Vec<u32>,
    characters: Vec<u32>,
    words: u32,
    known_words: u32,
}

/// A word that belongs to classes: its place among the seen tokens, and which ones.
#[derive(Debug, Clone, Copy)]
struct ClassWord {
    at: usize,
    classes: ClassSet,
    negated: bool,
}

impl Scratch {
    /// The slot of every counted feature of a kind, and how often it occurs, in the order of first occurrence. Those of
    /// characters are counted apart: see [`Self::spelled`] and [`Self::characters`].
    #[must_use]
    pub fn counted(&self, kind: FeatureKind) -> &[(u32, u32)] {
        let kind = kind as usize;
        let start = kind.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.counts
            .counted()
            .get(start..self.ends[kind])
            .unwrap_or_default()
    }

    /// The known words whose characters count, one entry an occurrence: see
    /// [`Vocabulary::characters_of`].
    #[must_use]
    pub fn spelled(&self) -> &[u32] {
        &self.spelled
    }

    /// The slots of the unknown words' character n-grams, one entry an occurrence.
    #[must_use]
    pub fn characters(&self) -> &[u32] {
        &self.characters
    }

    /// The share of the counted text's words and numbers that the vocabulary knows; 0 for a
    /// text without any.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn known_ratio(&self) -> f32 {
        if self.words == 0 {
            0.0
        } else {
            self.known_words as f32 / self.words as f32
        }
    }

    /// The look-up form of a token.
    fn fold(&mut self, text: &str, token: Token) -> &str {
        self.folded.clear();
        fold_into(token.span.of(text), &mut self.folded);
        &self.folded
    }

    fn reset(&mut self) {
        self.counts.clear();
        self.seen.clear();
        self.class_words.clear();
        self.spelled.clear();
        self.characters.clear();
        self.words = 0;
        self.known_words = 0;
    }
}

impl Vocabulary {
    /// A vocabulary of these keys.
    ///
    /// # Errors
    ///
    /// [`InvalidVocabulary`] when they are not strictly ascending, of no known kind, or too many.
    pub fn new(config: FeatureConfig, keys: Vec<Box<str>>) -> Result<Self, InvalidVocabulary> {
        if u32::try_from(keys.len()).is_err() {
            return Err(InvalidVocabulary::TooMany(keys.len()));
        }
        if let Some(at) = keys.windows(2).position(|pair| pair[0] >= pair[1]) {
            return Err(InvalidVocabulary::Unsorted(at + 1));
        }
        let mut vocabulary = Self {
            config,
            keys: Vec::new(),
            slots: (0u32..).take(keys.len()).collect(),
            words: StrMap::default(),
            word_chars: Vec::new(),
            word_chars_start: Vec::new(),
            steps: Table::default(),
            chars: StrMap::default(),
            classes: [[None; 2]; MAX_CLASSES],
            class_pairs: vec![None; MAX_CLASSES * MAX_CLASSES],
            ahead: Table::default(),
        };
        let mut words = Vec::new();
        let mut ngrams = Vec::new();
        for (id, key) in (0u32..).zip(&keys) {
            let kind = FeatureKind::of_key(key)
                .ok_or_else(|| InvalidVocabulary::UnknownKind(id as usize, key.to_string()))?;
            let form = &key[1..];
            match kind {
                FeatureKind::CharacterNgram => {
                    *vocabulary.chars.entry(form) = id;
                }
                FeatureKind::Word => match form.strip_prefix(NEGATED) {
                    Some(form) => vocabulary.word(form, &mut words).negated = Slot::new(id),
                    None => vocabulary.word(form, &mut words).plain = Slot::new(id),
                },
                FeatureKind::WordNgram => ngrams.push((form, id)),
                FeatureKind::WordClass => {
                    let (negated, name) = match form.strip_prefix(NEGATED) {
                        Some(name) => (1, name),
                        None => (0, form),
                    };
                    let class = vocabulary.class(id, name)?;
                    vocabulary.classes[class][negated] = Slot::new(id);
                }
                FeatureKind::WordClassPair => {
                    let (first, second) = form.split_once('>').unwrap_or((form, ""));
                    let first = vocabulary.class(id, first)?;
                    let second = vocabulary.class(id, second)?;
                    vocabulary.class_pairs[first * MAX_CLASSES + second] = Slot::new(id);
                }
                FeatureKind::WordAhead => {
                    let (form, name) = form.rsplit_once('>').unwrap_or((form, ""));
                    let class = vocabulary.class(id, name)?;
                    let word = vocabulary.word(form, &mut words);
                    word.ahead |= 1 << class;
                    let key = ahead(word.id, class);
                    *vocabulary.ahead.entry(key) = id;
                }
            }
        }
        vocabulary.add_ngrams(&ngrams, &mut words);
        vocabulary.add_word_characters(&words);
        vocabulary.keys = keys;
        Ok(vocabulary)
    }

    fn class(&self, id: u32, name: &str) -> Result<usize, InvalidVocabulary> {
        let names = self.config.word_classes.names();
        names
            .iter()
            .position(|class| **class == *name)
            .ok_or_else(|| InvalidVocabulary::UnknownClass(id as usize, name.to_owned()))
    }

    /// A word; a new one joins `words`, which has the form of each id.
    fn word<'a>(&mut self, form: &'a str, words: &mut Vec<&'a str>) -> &mut Word {
        let word = self.words.entry(form);
        if word.id == UNKNOWN {
            // Fits: there are no more words than a few for each feature, checked by `new`.
            word.id = u32::try_from(words.len()).unwrap_or(UNKNOWN);
            words.push(form);
        }
        word
    }

    /// Builds the trie. States count on from the words, so all words get their ids first.
    fn add_ngrams<'a>(&mut self, ngrams: &[(&'a str, u32)], words: &mut Vec<&'a str>) {
        let mut sequences = Vec::with_capacity(ngrams.len());
        for &(form, id) in ngrams {
            let sequence: Vec<u32> = form
                .split(' ')
                .map(|word| self.word(word, words).id)
                .collect();
            sequences.push((sequence, id));
        }
        let mut next = u32::try_from(words.len()).unwrap_or(UNKNOWN);
        for (sequence, id) in sequences {
            let Some((&first, rest)) = sequence.split_first() else {
                continue;
            };
            let mut state = first;
            for (index, &word) in rest.iter().enumerate() {
                let step = self.steps.entry(pair(state, word));
                if index + 1 == rest.len() {
                    step.feature = Slot::new(id);
                } else if step.state == UNKNOWN {
                    step.state = next;
                    next = next.saturating_add(1);
                }
                state = step.state;
            }
        }
    }

    fn add_word_characters(&mut self, words: &[&str]) {
        let mut padded = String::new();
        let mut bounds = Vec::new();
        for word in words {
            self.word_chars_start
                .push(u32::try_from(self.word_chars.len()).unwrap_or(UNKNOWN));
            // The kind is not stored with a word form; by its characters it is a word.
            if word.chars().any(char::is_alphabetic) {
                padded.clear();
                padded.push_str(word);
                pad(&mut padded, &mut bounds);
                for_each_char_ngram(&bounds, &self.config, |range| {
                    self.word_chars.extend(self.chars.get(&padded[range]));
                });
            }
            self.words.entry(word).classes = self.config.word_classes.of(word);
        }
        self.word_chars_start
            .push(u32::try_from(self.word_chars.len()).unwrap_or(UNKNOWN));
    }

    /// Puts the features into slots in this order: what is often counted together should stand
    /// together, since on a busy machine a score is mostly waiting for memory. `order` holds every
    /// feature's id once.
    pub fn arrange(&mut self, order: Vec<u32>) {
        let mut slot_of = vec![0; order.len()];
        for (slot, &id) in (0u32..).zip(&order) {
            slot_of[id as usize] = slot;
        }
        // From slot to slot, as the features may have been arranged before.
        let moved = |slot: u32| slot_of[self.slots[slot as usize] as usize];
        let words = self.words.values_mut();
        let words = words.flat_map(|word| [&mut word.plain, &mut word.negated]);
        let steps = self.steps.values_mut().map(|step| &mut step.feature);
        let classes = self.classes.iter_mut().flatten();
        for slot in words
            .chain(steps)
            .chain(&mut self.class_pairs)
            .chain(classes)
        {
            *slot = slot.and_then(|slot| Slot::new(moved(slot.number())));
        }
        let characters = self.word_chars.iter_mut().chain(self.chars.values_mut());
        for slot in characters.chain(self.ahead.values_mut()) {
            *slot = moved(*slot);
        }
        self.slots = order;
    }

    /// The id of the feature in a slot.
    #[must_use]
    pub fn feature_at(&self, slot: u32) -> Option<u32> {
        self.slots.get(slot as usize).copied()
    }

    /// The settings that say which features there are.
    #[must_use]
    pub fn config(&self) -> &FeatureConfig {
        &self.config
    }

    /// The keys, sorted; a feature's id is its index.
    #[must_use]
    pub fn keys(&self) -> &[Box<str>] {
        &self.keys
    }

    /// How many features there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The id of a key.
    #[must_use]
    pub fn id(&self, key: &str) -> Option<u32> {
        let at = self
            .keys
            .binary_search_by(|probe| (**probe).cmp(key))
            .ok()?;
        u32::try_from(at).ok()
    }

    /// How many words there are; their ids are below it.
    #[must_use]
    pub fn words(&self) -> u32 {
        let ends = self.word_chars_start.len();
        u32::try_from(ends.saturating_sub(1)).unwrap_or(UNKNOWN)
    }

    /// The slots of a word's character n-grams, one entry an occurrence; none for an id that no
    /// word has.
    #[must_use]
    pub fn characters_of(&self, word: u32) -> &[u32] {
        let bound = |at: usize| Some(*self.word_chars_start.get(at)? as usize);
        let range = bound(word as usize).zip(bound(word as usize + 1));
        range
            .and_then(|(start, end)| self.word_chars.get(start..end))
            .unwrap_or_default()
    }

    /// Calls `visit` with the slot of every feature counted by [`Self::count`], those of characters
    /// among them, and how often it occurs, and forgets them.
    pub fn drain(&self, scratch: &mut Scratch, mut visit: impl FnMut(u32, u32)) {
        for &word in &scratch.spelled {
            for &slot in self.characters_of(word) {
                scratch.counts.add(slot);
            }
        }
        for &slot in &scratch.characters {
            scratch.counts.add(slot);
        }
        for &(slot, count) in scratch.counts.counted() {
            visit(slot, count);
        }
        scratch.reset();
    }

    /// Counts the features of a text into `scratch`, by slot.
    ///
    /// One kind after the other: each pass is short, and its look-ups do not wait for one another.
    pub fn count(&self, text: &str, scratch: &mut Scratch) {
        scratch.reset();
        self.look_up(text, scratch);
        for kind in FeatureKind::ALL {
            match kind {
                // Found with the words.
                FeatureKind::CharacterNgram => {}
                FeatureKind::WordClass => self.count_classes(scratch),
                FeatureKind::WordNgram => self.count_ngrams(scratch),
                FeatureKind::WordClassPair => self.count_class_pairs(scratch),
                FeatureKind::WordAhead => self.count_ahead(scratch),
                FeatureKind::Word => self.count_words(scratch),
            }
            scratch.ends[kind as usize] = scratch.counts.counted().len();
        }
    }

    /// Looks every seen token up, and the character n-grams of unknown words.
    fn look_up(&self, text: &str, scratch: &mut Scratch) {
        let mut tokens = std::mem::take(&mut scratch.tokens);
        tokenize_into(text, &mut tokens);
        for &token in &tokens {
            if !token.kind.is_seen() {
                continue;
            }
            let plain = ShortKey::of_plain_word(text, token);
            let known = match plain {
                Some(key) => self.words.get_short(key),
                None => self.words.get(scratch.fold(text, token)),
            };
            let is_word = token.kind == TokenKind::Word;
            let mut word = if let Some(&word) = known {
                scratch.known_words += u32::from(token.kind.is_wordlike());
                if is_word {
                    scratch.spelled.push(word.id);
                }
                word
            } else {
                let classes = self.config.word_classes.of(scratch.fold(text, token));
                if is_word {
                    self.look_up_characters(plain, scratch);
                }
                Word {
                    classes,
                    ..Word::default()
                }
            };
            scratch.words += u32::from(token.kind.is_wordlike());
            if word.classes != 0 {
                scratch.class_words.push(ClassWord {
                    at: scratch.seen.len(),
                    classes: word.classes,
                    negated: token.negated,
                });
            }
            if !token.negated || self.config.negation == Negation::Ignore {
                word.negated = None;
            } else if self.config.negation == Negation::Replace {
                word.plain = None;
            }
            scratch.seen.push(word);
        }
        scratch.tokens = tokens;
    }

    fn count_words(&self, scratch: &mut Scratch) {
        for word in &scratch.seen {
            for feature in [word.plain, word.negated].into_iter().flatten() {
                scratch.counts.add(feature.number());
            }
        }
    }

    /// Looks up the character n-grams of the word in `scratch.folded`, whose key this is if it is a
    /// plain one.
    fn look_up_characters(&self, plain: Option<ShortKey>, scratch: &mut Scratch) {
        let FeatureConfig {
            min_char_ngram: shortest,
            max_char_ngram: longest,
            ..
        } = self.config;
        if let Some(padded) = plain.and_then(|word| word.between(b'^', b'$')) {
            for length in shortest..=longest.min(padded.len()) {
                for start in 0..=padded.len() - length {
                    let ngram = padded.part(start, length);
                    scratch.characters.extend(self.chars.get_rare(ngram));
                }
            }
            return;
        }
        let Scratch {
            folded,
            bounds,
            characters,
            ..
        } = scratch;
        pad(folded, bounds);
        for_each_char_ngram(bounds, &self.config, |range| {
            characters.extend(self.chars.get(&folded[range]));
        });
    }

    /// Counts the word n-grams that begin at each word.
    fn count_ngrams(&self, scratch: &mut Scratch) {
        let Scratch { seen, counts, .. } = scratch;
        let mut first = UNKNOWN;
        for (at, second) in seen.iter().enumerate() {
            let mut step = self.step(first, second);
            let mut rest = seen[at + 1..].iter();
            while let Some(Step { state, feature }) = step {
                if let Some(feature) = feature {
                    counts.add(feature.number());
                }
                step = rest.next().and_then(|next| self.step(state, next));
            }
            first = second.id;
        }
    }

    /// Where the trie of word n-grams leads from a state by a word.
    #[inline]
    fn step(&self, state: u32, word: &Word) -> Option<Step> {
        if state == UNKNOWN || word.id == UNKNOWN {
            return None;
        }
        self.steps.get_rare(pair(state, word.id)).copied()
    }

    /// Counts the classes of each class word.
    fn count_classes(&self, scratch: &mut Scratch) {
        for word in &scratch.class_words {
            for class in members(word.classes) {
                let [plain, negated] = self.classes[class];
                for feature in [plain, negated.filter(|_| word.negated)]
                    .into_iter()
                    .flatten()
                {
                    scratch.counts.add(feature.number());
                }
            }
        }
    }

    /// Counts the pairs of classes that each class word makes with those before it.
    fn count_class_pairs(&self, scratch: &mut Scratch) {
        let Scratch {
            class_words,
            counts,
            ..
        } = scratch;
        for (index, word) in class_words.iter().enumerate() {
            for before in class_words[..index].iter().rev().take(PAIR_REACH) {
                if word.at - before.at > PAIR_DISTANCE {
                    break;
                }
                for a in members(before.classes) {
                    for b in members(word.classes) {
                        if let Some(feature) = self.class_pairs[a * MAX_CLASSES + b] {
                            counts.add(feature.number());
                        }
                    }
                }
            }
        }
    }

    /// Counts the words since the last class word, and it, with the classes of each class word.
    fn count_ahead(&self, scratch: &mut Scratch) {
        let Scratch {
            seen,
            class_words,
            counts,
            ..
        } = scratch;
        let mut last = 0;
        for word in class_words.iter() {
            for before in &seen[last.max(word.at.saturating_sub(AHEAD_DISTANCE))..word.at] {
                for class in members(word.classes & before.ahead) {
                    if let Some(&feature) = self.ahead.get(ahead(before.id, class)) {
                        counts.add(feature);
                    }
                }
            }
            last = word.at;
        }
    }

    /// What is known of one token of a text.
    #[must_use]
    pub fn knowledge(&self, text: &str, token: Token) -> WordKnowledge {
        let mut scratch = Scratch::default();
        let known = self
            .words
            .get(scratch.fold(text, token))
            .filter(|_| token.kind.is_seen());
        match known {
            Some(word) => WordKnowledge {
                known: true,
                feature: word
                    .negated
                    .filter(|_| token.negated && self.config.negation != Negation::Ignore)
                    .or(word.plain)
                    .and_then(|slot| self.feature_at(slot.number())),
                character_ngrams: self.characters_of(word.id).len(),
            },
            None => {
                if token.kind == TokenKind::Word {
                    self.look_up_characters(None, &mut scratch);
                }
                WordKnowledge {
                    known: false,
                    feature: None,
                    character_ngrams: scratch.characters.len(),
                }
            }
        }
    }
}

/// The key of a word before a class. There are few classes.
#[allow(clippy::cast_possible_truncation)]
fn ahead(word: u32, class: usize) -> u64 {
    pair(word, class as u32)
}

/// The key of two numbers.
fn pair(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

/// Puts a word between its boundary marks and notes where its characters begin.
fn pad(word: &mut String, bounds: &mut Vec<usize>) {
    word.insert(0, '^');
    word.push('$');
    bounds.clear();
    bounds.extend(word.char_indices().map(|(at, _)| at));
    bounds.push(word.len());
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;
    use crate::features::{WordClasses, for_each_term};
    use crate::text::tokenize;

    /// The features of a text by definition: every term, looked up by its key.
    fn by_definition(vocabulary: &Vocabulary, text: &str) -> BTreeMap<u32, u32> {
        let mut counts = BTreeMap::new();
        for_each_term(text, &tokenize(text), vocabulary.config(), |term| {
            if let Some(id) = vocabulary.id(term.key) {
                *counts.entry(id).or_insert(0) += 1;
            }
        });
        counts
    }

    fn counted(vocabulary: &Vocabulary, text: &str, scratch: &mut Scratch) -> BTreeMap<u32, u32> {
        vocabulary.count(text, scratch);
        let mut counts = BTreeMap::new();
        vocabulary.drain(scratch, |slot, count| {
            let id = vocabulary.feature_at(slot).unwrap();
            assert!(counts.insert(id, count).is_none());
        });
        counts
    }

    /// A vocabulary of some of the terms of some texts.
    fn vocabulary(
        texts: &[&str],
        config: FeatureConfig,
        keep: impl Fn(&str) -> bool,
    ) -> Vocabulary {
        let mut keys = BTreeSet::new();
        for text in texts {
            for_each_term(text, &tokenize(text), &config, |term| {
                if keep(term.key) {
                    keys.insert(Box::from(term.key));
                }
            });
        }
        Vocabulary::new(config, keys.into_iter().collect()).unwrap_or_else(|e| panic!("{e}"))
    }

    const TEXTS: &[&str] = &[
        "We are not going toward endless escalation, the president said; talks, talks, talks!",
        "\u{201C}Never,\u{201D} he said: it isn't true that 1,200 men crossed the border.",
        "No talks will be held, but talks were held in 1994. Déjà vu in the U.S.",
    ];

    fn classes() -> WordClasses {
        let lists = [
            ("SAY", "said say*"),
            ("TALK", "talk* held"),
            ("NO", "no not n't never"),
        ];
        let lists = lists.map(|(name, list)| (name.to_owned(), list.to_owned()));
        WordClasses::try_from(BTreeMap::from(lists)).unwrap()
    }

    fn configs() -> impl Strategy<Value = FeatureConfig> {
        (
            1usize..4,
            0usize..7,
            prop_oneof![
                Just(Negation::Ignore),
                Just(Negation::Replace),
                Just(Negation::Add)
            ],
        )
            .prop_map(|(max_word_ngram, max_char_ngram, negation)| FeatureConfig {
                max_word_ngram,
                min_char_ngram: 3,
                max_char_ngram,
                negation,
                word_classes: classes(),
                ..FeatureConfig::plain()
            })
    }

    proptest! {
        #[test]
        fn counting_fast_is_counting_by_definition(
            config in configs(),
            modulus in 1usize..4,
            words in prop::collection::vec(
                prop::sample::select(TEXTS.join(" ").split(' ').map(str::to_owned).collect::<Vec<_>>()),
                0..30,
            ),
            noise in "[a-z'é0-9 !\"-]{0,20}",
        ) {
            let mut vocabulary = vocabulary(TEXTS, config, |key| key.len() % modulus == 0);
            for step in 0..modulus as u32 {
                // Some other order each time, and in the end not that of the keys.
                let size = vocabulary.len() as u32;
                vocabulary.arrange((0..size).map(|slot| (slot + step * 7) % size).rev().collect());
            }
            let mut scratch = Scratch::default();
            let text = format!("{} {noise}", words.join(" "));
            for text in TEXTS.iter().copied().chain([text.as_str()]) {
                prop_assert_eq!(
                    counted(&vocabulary, text, &mut scratch),
                    by_definition(&vocabulary, text)
                );
            }
        }
    }

    #[test]
    fn one_scratch_serves_vocabularies_of_different_sizes() {
        let config = FeatureConfig {
            max_word_ngram: 2,
            min_char_ngram: 4,
            max_char_ngram: 6,
            ..FeatureConfig::plain()
        };
        let large = vocabulary(TEXTS, config.clone(), |_| true);
        let small = vocabulary(&TEXTS[..1], config, |_| true);
        let mut scratch = Scratch::default();
        for vocabulary in [&small, &large, &small] {
            assert_eq!(
                counted(vocabulary, TEXTS[2], &mut scratch),
                by_definition(vocabulary, TEXTS[2])
            );
        }
    }

    #[test]
    fn keys_that_make_no_vocabulary_are_refused() {
        let refuse = |keys: &[&str]| {
            Vocabulary::new(
                FeatureConfig::plain(),
                keys.iter().map(|&k| k.into()).collect(),
            )
            .err()
            .map(|e| e.to_string())
        };
        assert!(refuse(&["wb", "wa"]).is_some_and(|e| e.contains("feature 1")));
        assert!(refuse(&["wa", "wa"]).is_some_and(|e| e.contains("unique")));
        assert!(refuse(&["kTALK"]).is_some_and(|e| e.contains("\"TALK\"")));
        assert!(refuse(&["pTALK"]).is_some_and(|e| e.contains("\"TALK\"")));
        assert!(refuse(&["qno>TALK"]).is_some_and(|e| e.contains("\"TALK\"")));
        assert!(refuse(&["xa"]).is_some_and(|e| e.contains("no known kind")));
        assert!(refuse(&[""]).is_some_and(|e| e.contains("no known kind")));
    }

    #[test]
    fn known_ratio_counts_words_and_numbers_alone() {
        let vocabulary = vocabulary(&["talks were held"], FeatureConfig::plain(), |_| true);
        let mut scratch = Scratch::default();
        vocabulary.count("Talks, \"xyzzy\" held 7!", &mut scratch);
        assert!((scratch.known_ratio() - 0.5).abs() < f32::EPSILON);
        vocabulary.count("?!", &mut scratch);
        assert!(scratch.known_ratio().abs() < f32::EPSILON);
    }
}

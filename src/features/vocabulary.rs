//! The features that a model knows, and the fast way to count them in a text.
//!
//! A word's character n-grams depend on the word alone, so they are worked out once, when the
//! vocabulary is built; counting notes only that the word occurs. Word n-grams are states of a trie
//! over word ids.

use std::num::NonZeroU32;

use rustc_hash::FxHashMap;

use super::counts::Counts;
use super::str_map::{ShortKey, StrMap};
use super::terms::{
    AHEAD_DISTANCE, FeatureConfig, FeatureKind, NEGATED, Negation, PAIR_DISTANCE, PAIR_REACH,
    for_each_char_ngram,
};
use super::word_classes::{ClassSet, MAX_CLASSES, members};
use crate::text::{Token, TokenKind, fold_into, tokenize_into};

/// A word id that no word has.
const UNKNOWN: u32 = u32::MAX;

/// The features of a model, sorted by key; a feature's id is its place in that order. Counts are
/// kept by slot, an order of their own.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    config: FeatureConfig,
    keys: Vec<Box<str>>,
    /// The feature of each slot, by which everything below names features; see [`Self::arrange`].
    slots: Vec<u32>,
    words: StrMap,
    entries: Vec<WordEntry>,
    /// Character n-gram features of the entries, one entry after the other.
    word_chars: Vec<u32>,
    /// Where those of each entry begin, and where the last ones end.
    word_chars_start: Vec<u32>,
    /// The trie of word n-grams: (state, word) → state; a word's own id is its first state.
    steps: FxHashMap<(u32, u32), Step>,
    chars: StrMap,
    /// The features of each class, plain and negated.
    classes: [[Option<Slot>; 2]; MAX_CLASSES],
    /// The feature of each pair of classes.
    class_pairs: Vec<Option<Slot>>,
    /// The feature of each word before a class.
    ahead: FxHashMap<(u32, u32), u32>,
}

#[derive(Debug, Clone, Copy, Default)]
struct WordEntry {
    plain: Option<Slot>,
    negated: Option<Slot>,
    classes: ClassSet,
    /// The classes that it is a feature before.
    ahead: ClassSet,
}

/// A state of the trie, and its feature where the n-gram that ends there is one.
#[derive(Debug, Clone, Copy)]
struct Step {
    state: u32,
    feature: Option<Slot>,
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
    active: Vec<u32>,
    stepped: Vec<u32>,
    /// The class words so far: the place among the seen tokens, and the classes.
    class_words: Vec<(usize, ClassSet)>,
    /// The words since the last class word, with it: their ids, and the classes that they are
    /// features before.
    since: Vec<(u32, ClassSet)>,
    counts: Counts,
    spelled: Vec<u32>,
    characters: Vec<u32>,
    words: u32,
    known_words: u32,
}

impl Scratch {
    /// Calls `visit` with the slot of every counted feature, character n-grams apart, and how often
    /// it occurs, and clears the counts.
    pub fn drain(&mut self, visit: impl FnMut(u32, u32)) {
        self.counts.drain(visit);
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
        self.counts.drain(|_, _| {});
        self.spelled.clear();
        self.characters.clear();
        self.active.clear();
        self.class_words.clear();
        self.since.clear();
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
            entries: Vec::new(),
            word_chars: Vec::new(),
            word_chars_start: Vec::new(),
            steps: FxHashMap::default(),
            chars: StrMap::default(),
            classes: [[None; 2]; MAX_CLASSES],
            class_pairs: vec![None; MAX_CLASSES * MAX_CLASSES],
            ahead: FxHashMap::default(),
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
                    Some(form) => vocabulary.entry(form, &mut words).negated = Slot::new(id),
                    None => vocabulary.entry(form, &mut words).plain = Slot::new(id),
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
                    let word = vocabulary.word_id(form, &mut words);
                    vocabulary.entries[word as usize].ahead |= 1 << class;
                    vocabulary.ahead.insert(ahead(word, class), id);
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

    /// The id of a word; a new one joins `words`, which has the form of each id.
    fn word_id<'a>(&mut self, form: &'a str, words: &mut Vec<&'a str>) -> u32 {
        if let Some(id) = self.words.get(form) {
            return id;
        }
        // Fits: there are no more words than a few for each feature, checked by `new`.
        let id = u32::try_from(self.entries.len()).unwrap_or(UNKNOWN);
        *self.words.entry(form) = id;
        self.entries.push(WordEntry::default());
        words.push(form);
        id
    }

    fn entry<'a>(&mut self, form: &'a str, words: &mut Vec<&'a str>) -> &mut WordEntry {
        let id = self.word_id(form, words) as usize;
        &mut self.entries[id]
    }

    /// Builds the trie. States count on from the words, so all words get their ids first.
    fn add_ngrams<'a>(&mut self, ngrams: &[(&'a str, u32)], words: &mut Vec<&'a str>) {
        let mut sequences = Vec::with_capacity(ngrams.len());
        for &(form, id) in ngrams {
            let sequence: Vec<u32> = form
                .split(' ')
                .map(|word| self.word_id(word, words))
                .collect();
            sequences.push((sequence, id));
        }
        let mut next = u32::try_from(self.entries.len()).unwrap_or(UNKNOWN);
        for (sequence, id) in sequences {
            let Some((&first, rest)) = sequence.split_first() else {
                continue;
            };
            let mut state = first;
            for (index, &word) in rest.iter().enumerate() {
                let step = self.steps.entry((state, word)).or_insert_with(|| {
                    next = next.saturating_add(1);
                    Step {
                        state: next - 1,
                        feature: None,
                    }
                });
                if index + 1 == rest.len() {
                    step.feature = Slot::new(id);
                }
                state = step.state;
            }
        }
    }

    fn add_word_characters(&mut self, words: &[&str]) {
        let mut padded = String::new();
        let mut bounds = Vec::new();
        for (entry, word) in self.entries.iter_mut().zip(words) {
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
            entry.classes = self.config.word_classes.of(word);
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
        let entries = self.entries.iter_mut();
        let words = entries.flat_map(|entry| [&mut entry.plain, &mut entry.negated]);
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
        u32::try_from(self.entries.len()).unwrap_or(UNKNOWN)
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
    /// among them, and how often it occurs, and clears the counts.
    pub fn drain(&self, scratch: &mut Scratch, visit: impl FnMut(u32, u32)) {
        let Scratch {
            counts,
            spelled,
            characters,
            ..
        } = scratch;
        let known = spelled.drain(..).flat_map(|word| self.characters_of(word));
        for slot in known.copied().chain(characters.drain(..)) {
            counts.add(slot);
        }
        counts.drain(visit);
    }

    /// Counts the features of a text into `scratch`, by slot.
    pub fn count(&self, text: &str, scratch: &mut Scratch) {
        scratch.reset();
        let mut tokens = std::mem::take(&mut scratch.tokens);
        tokenize_into(text, &mut tokens);
        let seen = tokens.iter().filter(|token| token.kind.is_seen());
        for (index, token) in seen.enumerate() {
            let plain = ShortKey::of_plain_word(text, *token);
            let word = match plain {
                Some(key) => self.words.get_short(key),
                None => self.words.get(scratch.fold(text, *token)),
            };
            scratch.words += u32::from(token.kind.is_wordlike());
            let mut ahead = 0;
            let classes = if let Some(id) = word {
                let entry = self.entries[id as usize];
                ahead = entry.ahead;
                scratch.known_words += u32::from(token.kind.is_wordlike());
                self.count_word(*token, entry, scratch);
                if token.kind == TokenKind::Word {
                    scratch.spelled.push(id);
                }
                entry.classes
            } else {
                let classes = self.config.word_classes.of(scratch.fold(text, *token));
                if token.kind == TokenKind::Word {
                    self.count_unknown_word(plain, scratch);
                }
                classes
            };
            self.count_ngrams(word, scratch);
            if classes != 0 {
                self.count_classes(index, *token, classes, scratch);
                self.count_ahead(classes, scratch);
            }
            scratch.since.push((word.unwrap_or(UNKNOWN), ahead));
        }
        scratch.tokens = tokens;
    }

    fn count_word(&self, token: Token, entry: WordEntry, scratch: &mut Scratch) {
        let negation = self.config.negation;
        if let Some(feature) = entry.plain
            && (!token.negated || negation != Negation::Replace)
        {
            scratch.counts.add(feature.number());
        }
        if let Some(feature) = entry.negated
            && token.negated
            && negation != Negation::Ignore
        {
            scratch.counts.add(feature.number());
        }
    }

    /// Looks up the character n-grams of the word in `scratch.folded`, whose key this is if it is a
    /// plain one.
    fn count_unknown_word(&self, plain: Option<ShortKey>, scratch: &mut Scratch) {
        let FeatureConfig {
            min_char_ngram: shortest,
            max_char_ngram: longest,
            ..
        } = self.config;
        if let Some(padded) = plain.and_then(|word| word.between(b'^', b'$')) {
            for length in shortest..=longest.min(padded.len()) {
                for start in 0..=padded.len() - length {
                    let ngram = padded.part(start, length);
                    scratch.characters.extend(self.chars.get_short(ngram));
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

    /// Steps every n-gram that the last token left open on by this word, and opens a new one.
    fn count_ngrams(&self, word: Option<u32>, scratch: &mut Scratch) {
        scratch.stepped.clear();
        if let Some(word) = word {
            if self.config.max_word_ngram > 1 {
                scratch.stepped.push(word);
            }
            for index in 0..scratch.active.len() {
                if let Some(step) = self.steps.get(&(scratch.active[index], word)) {
                    if self.config.max_word_ngram > 2 {
                        scratch.stepped.push(step.state);
                    }
                    if let Some(feature) = step.feature {
                        scratch.counts.add(feature.number());
                    }
                }
            }
        }
        std::mem::swap(&mut scratch.active, &mut scratch.stepped);
    }

    /// Counts the classes of a seen token and the pairs that they make with the class words before.
    fn count_classes(&self, index: usize, token: Token, set: ClassSet, scratch: &mut Scratch) {
        for class in members(set) {
            let [plain, negated] = self.classes[class];
            for feature in [plain, negated.filter(|_| token.negated)]
                .into_iter()
                .flatten()
            {
                scratch.counts.add(feature.number());
            }
        }
        let first = scratch.class_words.len().saturating_sub(PAIR_REACH);
        for before in (first..scratch.class_words.len()).rev() {
            let (at, earlier) = scratch.class_words[before];
            if index - at > PAIR_DISTANCE {
                break;
            }
            for a in members(earlier) {
                for b in members(set) {
                    if let Some(feature) = self.class_pairs[a * MAX_CLASSES + b] {
                        scratch.counts.add(feature.number());
                    }
                }
            }
        }
        scratch.class_words.push((index, set));
    }

    /// Counts the words since the last class word with the classes of this one.
    fn count_ahead(&self, set: ClassSet, scratch: &mut Scratch) {
        let first = scratch.since.len().saturating_sub(AHEAD_DISTANCE);
        for &(word, before) in &scratch.since[first..] {
            for class in members(set & before) {
                if let Some(&feature) = self.ahead.get(&ahead(word, class)) {
                    scratch.counts.add(feature);
                }
            }
        }
        scratch.since.clear();
    }

    /// What is known of one token of a text.
    #[must_use]
    pub fn knowledge(&self, text: &str, token: Token) -> WordKnowledge {
        let mut scratch = Scratch::default();
        let known = self
            .words
            .get(scratch.fold(text, token))
            .filter(|_| token.kind.is_seen())
            .and_then(|id| Some((id, self.entries.get(id as usize)?)));
        match known {
            Some((id, entry)) => WordKnowledge {
                known: true,
                feature: entry
                    .negated
                    .filter(|_| token.negated && self.config.negation != Negation::Ignore)
                    .or(entry.plain)
                    .and_then(|slot| self.feature_at(slot.number())),
                character_ngrams: self.characters_of(id).len(),
            },
            None => {
                if token.kind == TokenKind::Word {
                    self.count_unknown_word(None, &mut scratch);
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
fn ahead(word: u32, class: usize) -> (u32, u32) {
    (word, class as u32)
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

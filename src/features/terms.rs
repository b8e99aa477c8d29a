//! Which features a text has: the definition, written for clarity. Serving counts the same terms
//! by [`Vocabulary::count`](super::Vocabulary::count).

use serde::{Deserialize, Serialize};

use super::word_classes::{WordClasses, members};
use crate::text::{Span, Token, TokenKind, fold_into};

/// How many class words back a pair of classes reaches.
pub(super) const PAIR_REACH: usize = 3;
/// How many seen tokens apart the two words of a pair may stand.
pub(super) const PAIR_DISTANCE: usize = 8;
/// How many seen tokens after a word the next class word may stand.
pub(super) const AHEAD_DISTANCE: usize = 5;

/// What kind of feature a term is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FeatureKind {
    /// A run of characters inside a word.
    CharacterNgram,
    /// A class of words.
    WordClass,
    /// Several seen tokens in a row.
    WordNgram,
    /// Two classes of words, one after the other.
    WordClassPair,
    /// A seen token and a class of the next class word.
    WordAhead,
    /// One seen token.
    Word,
}

impl FeatureKind {
    /// All kinds, in the order of their keys.
    pub const ALL: [Self; 6] = [
        Self::CharacterNgram,
        Self::WordClass,
        Self::WordNgram,
        Self::WordClassPair,
        Self::WordAhead,
        Self::Word,
    ];

    /// What a feature's key begins with in the vocabulary, so that kinds never collide.
    #[must_use]
    pub fn prefix(self) -> char {
        match self {
            Self::CharacterNgram => 'c',
            Self::WordClass => 'k',
            Self::WordNgram => 'n',
            Self::WordClassPair => 'p',
            Self::WordAhead => 'q',
            Self::Word => 'w',
        }
    }

    /// The kind of a vocabulary key.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| key.starts_with(kind.prefix()))
    }
}

/// What is done with a word in the scope of a negation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Negation {
    /// Nothing: it counts as any other.
    Ignore,
    /// It counts as the negated word instead of the plain one.
    Replace,
    /// It counts as the negated word and as the plain one.
    #[default]
    Add,
}

/// Which features there are. Part of the model file: a model is only right with the settings
/// that it was trained with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureConfig {
    /// The longest word n-gram; 1 means single words only.
    pub max_word_ngram: usize,
    /// The shortest character n-gram.
    pub min_char_ngram: usize,
    /// The longest character n-gram; 0 means none.
    pub max_char_ngram: usize,
    /// What is done with words under negation.
    pub negation: Negation,
    /// The power that inverse document frequencies are raised to.
    pub idf_power: f32,
    /// The length that the features of each kind are scaled to, each kind by itself.
    pub lengths: KindLengths,
    /// The classes of words; none of them, no features of classes.
    pub word_classes: WordClasses,
}

/// The length of the vector of each kind's features in one text.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindLengths {
    /// Of single words.
    pub words: f32,
    /// Of word n-grams.
    pub word_ngrams: f32,
    /// Of character n-grams.
    pub character_ngrams: f32,
    /// Of classes of words.
    pub word_classes: f32,
    /// Of pairs of classes.
    pub word_class_pairs: f32,
    /// Of words with the class of the next class word.
    pub words_ahead: f32,
}

impl KindLengths {
    /// The length of one kind.
    #[must_use]
    pub fn of(&self, kind: FeatureKind) -> f32 {
        match kind {
            FeatureKind::CharacterNgram => self.character_ngrams,
            FeatureKind::WordClass => self.word_classes,
            FeatureKind::WordNgram => self.word_ngrams,
            FeatureKind::WordClassPair => self.word_class_pairs,
            FeatureKind::WordAhead => self.words_ahead,
            FeatureKind::Word => self.words,
        }
    }
}

/// The mark before a negated word. No token begins with it: `¬` is a symbol, not a letter.
pub(super) const NEGATED: char = '¬';

/// One occurrence of a feature in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term<'a> {
    /// What kind of feature it is.
    pub kind: FeatureKind,
    /// Its key in the vocabulary: the kind's prefix, then the form that is looked up.
    pub key: &'a str,
    /// Where it stands. A character n-gram has the span of its word's characters; where folding
    /// changes lengths, the span of the whole word.
    pub span: Span,
}

/// Calls `visit` with every term of a text, in order of the tokens that end them.
pub fn for_each_term(
    text: &str,
    tokens: &[Token],
    config: &FeatureConfig,
    mut visit: impl FnMut(Term<'_>),
) {
    let seen: Vec<(Token, String)> = tokens
        .iter()
        .filter(|token| token.kind.is_seen())
        .map(|&token| {
            let mut folded = String::new();
            fold_into(token.span.of(text), &mut folded);
            (token, folded)
        })
        .collect();
    for (index, (token, folded)) in seen.iter().enumerate() {
        words(*token, folded, config, &mut visit);
        if token.kind == TokenKind::Word {
            characters(text, *token, folded, config, &mut visit);
        }
        for length in 2..=config.max_word_ngram.min(index + 1) {
            word_ngram(&seen[index + 1 - length..=index], &mut visit);
        }
    }
    word_classes(&seen, &config.word_classes, &mut visit);
}

/// The classes of each seen token, the pairs that each makes with the class words before it, and
/// with the words since the last of them.
fn word_classes(seen: &[(Token, String)], classes: &WordClasses, visit: &mut impl FnMut(Term<'_>)) {
    let mut emit = |kind: FeatureKind, form: &str, span| {
        let key = format!("{}{form}", kind.prefix());
        visit(Term {
            kind,
            key: &key,
            span,
        });
    };
    let names = classes.names();
    let mut before: Vec<(usize, Token, u32)> = Vec::new();
    for (index, (token, folded)) in seen.iter().enumerate() {
        let set = classes.of(folded);
        if set == 0 {
            continue;
        }
        for class in members(set) {
            emit(FeatureKind::WordClass, &names[class], token.span);
            if token.negated {
                let form = format!("{NEGATED}{}", names[class]);
                emit(FeatureKind::WordClass, &form, token.span);
            }
        }
        for &(at, first, earlier) in before.iter().rev().take(PAIR_REACH) {
            if index - at > PAIR_DISTANCE {
                break;
            }
            for (a, b) in members(earlier).flat_map(|a| members(set).map(move |b| (a, b))) {
                let form = format!("{}>{}", names[a], names[b]);
                emit(FeatureKind::WordClassPair, &form, first.span.to(token.span));
            }
        }
        let last = before.last().map_or(0, |&(at, ..)| at);
        for (word, form) in &seen[last.max(index.saturating_sub(AHEAD_DISTANCE))..index] {
            for class in members(set) {
                let form = format!("{form}>{}", names[class]);
                emit(FeatureKind::WordAhead, &form, word.span.to(token.span));
            }
        }
        before.push((index, *token, set));
    }
}

fn words(token: Token, folded: &str, config: &FeatureConfig, visit: &mut impl FnMut(Term<'_>)) {
    let mut emit = |form: String| {
        visit(Term {
            kind: FeatureKind::Word,
            key: &form,
            span: token.span,
        });
    };
    let prefix = FeatureKind::Word.prefix();
    if !token.negated || config.negation != Negation::Replace {
        emit(format!("{prefix}{folded}"));
    }
    if token.negated && config.negation != Negation::Ignore {
        emit(format!("{prefix}{NEGATED}{folded}"));
    }
}

fn word_ngram(seen: &[(Token, String)], visit: &mut impl FnMut(Term<'_>)) {
    let ([(first, _), ..], [.., (last, _)]) = (seen, seen) else {
        return;
    };
    let mut key = String::from(FeatureKind::WordNgram.prefix());
    for (index, (_, folded)) in seen.iter().enumerate() {
        if index > 0 {
            key.push(' ');
        }
        key.push_str(folded);
    }
    visit(Term {
        kind: FeatureKind::WordNgram,
        key: &key,
        span: first.span.to(last.span),
    });
}

fn characters(
    text: &str,
    token: Token,
    folded: &str,
    config: &FeatureConfig,
    visit: &mut impl FnMut(Term<'_>),
) {
    let padded = format!("^{folded}$");
    let bounds: Vec<usize> = padded
        .char_indices()
        .map(|(at, _)| at)
        .chain([padded.len()])
        .collect();
    let same_shape = token.span.of(text).len() == folded.len();
    for_each_char_ngram(&bounds, config, |range| {
        let mut key = String::from(FeatureKind::CharacterNgram.prefix());
        key.push_str(&padded[range.clone()]);
        visit(Term {
            kind: FeatureKind::CharacterNgram,
            key: &key,
            span: if same_shape {
                inside(token.span, &range)
            } else {
                token.span
            },
        });
    });
}

/// The part of a word's span that an n-gram of the padded word covers.
#[allow(clippy::cast_possible_truncation)] // inside a span, whose ends are u32
fn inside(word: Span, padded: &std::ops::Range<usize>) -> Span {
    let start = word.start + padded.start.saturating_sub(1) as u32;
    let end = (word.start + padded.end.saturating_sub(1) as u32).min(word.end);
    Span { start, end }
}

/// Calls `visit` with the byte range of every character n-gram of a padded word, given where its
/// characters begin and where the last one ends.
pub(super) fn for_each_char_ngram(
    bounds: &[usize],
    config: &FeatureConfig,
    mut visit: impl FnMut(std::ops::Range<usize>),
) {
    if config.max_char_ngram == 0 {
        return;
    }
    for length in config.min_char_ngram..=config.max_char_ngram {
        for window in bounds.windows(length + 1) {
            if let (Some(&start), Some(&end)) = (window.first(), window.last()) {
                visit(start..end);
            }
        }
    }
}

#[cfg(test)]
impl FeatureConfig {
    /// Single words, for tests that build on it.
    pub(crate) fn plain() -> Self {
        Self {
            max_word_ngram: 1,
            min_char_ngram: 0,
            max_char_ngram: 0,
            negation: Negation::Add,
            idf_power: 1.0,
            lengths: KindLengths {
                words: 1.0,
                word_ngrams: 0.5,
                character_ngrams: 0.75,
                word_classes: 0.25,
                word_class_pairs: 0.5,
                words_ahead: 0.25,
            },
            word_classes: WordClasses::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenize;

    #[test]
    fn classes_their_pairs_and_the_words_before_them_have_their_places() {
        let lists = [("TALK", "talk*"), ("REFUSE", "reject*")];
        let lists = lists.map(|(name, list)| (name.to_owned(), list.to_owned()));
        let config = FeatureConfig {
            word_classes: WordClasses::try_from(
                lists
                    .into_iter()
                    .collect::<std::collections::BTreeMap<_, _>>(),
            )
            .unwrap(),
            ..FeatureConfig::plain()
        };
        let found: Vec<_> = keys("No talks: they reject the talks", &config)
            .into_iter()
            .filter(|(key, _)| !key.starts_with('w'))
            .collect();
        let expected = [
            ("kTALK", "talks"),
            ("k¬TALK", "talks"),
            ("qno>TALK", "No talks"),
            ("kREFUSE", "reject"),
            ("pTALK>REFUSE", "talks: they reject"),
            ("qtalks>REFUSE", "talks: they reject"),
            ("qthey>REFUSE", "they reject"),
            ("kTALK", "talks"),
            ("pREFUSE>TALK", "reject the talks"),
            ("pTALK>TALK", "talks: they reject the talks"),
            ("qreject>TALK", "reject the talks"),
            ("qthe>TALK", "the talks"),
        ];
        assert_eq!(found, expected.map(|(k, s)| (k.to_owned(), s.to_owned())));
    }

    fn keys(text: &str, config: &FeatureConfig) -> Vec<(String, String)> {
        let mut keys = Vec::new();
        for_each_term(text, &tokenize(text), config, |term| {
            keys.push((term.key.to_owned(), term.span.of(text).to_owned()));
        });
        keys
    }

    #[test]
    fn a_short_text_has_these_terms() {
        let config = FeatureConfig {
            max_word_ngram: 2,
            min_char_ngram: 4,
            max_char_ngram: 5,
            ..FeatureConfig::plain()
        };
        let expected = [
            ("wno", "No"),
            ("c^no$", "No"),
            ("wwar", "war"),
            ("w¬war", "war"),
            ("c^war", "war"),
            ("cwar$", "war"),
            ("c^war$", "war"),
            ("nno war", "No, war"),
            ("w!", "!"),
            ("nwar !", "war!"),
        ];
        // The comma would end the scope: written without it, the spans stay readable.
        let found = keys("No war!", &config);
        for ((key, span), (expected_key, expected_span)) in found.iter().zip(expected) {
            assert_eq!(key, expected_key);
            assert_eq!(span, &expected_span.replace(", ", " "));
        }
        assert_eq!(found.len(), expected.len());
    }

    #[test]
    fn a_negated_word_can_replace_the_plain_one() {
        let config = FeatureConfig {
            negation: Negation::Replace,
            ..FeatureConfig::plain()
        };
        let found: Vec<_> = keys("no war", &config).into_iter().map(|k| k.0).collect();
        assert_eq!(found, ["wno", "w¬war"]);
    }
}

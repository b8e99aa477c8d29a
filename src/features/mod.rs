//! Tokens to features. [`terms`](for_each_term) says which features a text has; training counts
//! them to choose a [`Vocabulary`], and [`Vocabulary::count`] finds the same ones again, fast, for
//! training and serving alike. A property test holds the two together.

mod counts;
mod str_map;
mod table;
mod terms;
mod vocabulary;
mod weighting;
mod word_classes;

pub use terms::{FeatureConfig, FeatureKind, KindLengths, Negation, Term, for_each_term};
pub use vocabulary::{InvalidVocabulary, Scratch, Vocabulary, WordKnowledge};
pub use weighting::inverse_document_frequency;
pub use word_classes::{InvalidWordClasses, WordClasses};

//! A trained linear model: weights, how a text is scored with them, and the file they live in.

mod explain;
mod file;
mod record;
mod score;

pub use explain::{Contribution, Explanation};
#[cfg(feature = "train")]
pub(crate) use file::hex;
pub use file::{FILE_NAME, InvalidModel, LoadError};
pub use record::{
    Coverage, Evaluation, LabelFigures, Part, RECORD_FILE_NAME, ReliabilityBin, TrainingRecord,
    UnreadableRecord,
};
pub use score::{Scored, calibrated, softmax};

use serde::{Deserialize, Serialize};

use crate::features::{FeatureKind, Vocabulary};
use crate::stance::{PerStance, Stance};

/// What a model was trained on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorpusSummary {
    /// How many statements.
    pub statements: usize,
    /// How many of each label, in class order.
    pub labels: PerStance<usize>,
    /// SHA-256 of the corpus, hexadecimal: see [`crate::train`].
    pub sha256: String,
}

/// How many features a model has of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FeatureCounts {
    /// Single words, plain and negated.
    pub words: usize,
    /// Several words in a row.
    pub word_ngrams: usize,
    /// Runs of characters inside a word.
    pub character_ngrams: usize,
    /// Classes of words, plain and negated.
    pub word_classes: usize,
    /// Two classes of words, one after the other.
    pub word_class_pairs: usize,
    /// A word and a class of the next class word.
    pub words_ahead: usize,
}

/// A linear model over tf-idf features, with its calibration.
///
/// Immutable and without locks: share it between threads as it is.
#[derive(Debug)]
pub struct Model {
    vocabulary: Vocabulary,
    features: Vec<FeatureWeights>,
    /// What one occurrence of each feature adds up to, its inverse document frequency worked in, by its slot in the
    /// vocabulary.
    rows: Vec<KindSum>,
    /// What the character n-grams of each word add up to, by the word's id in the vocabulary.
    spellings: Vec<KindSum>,
    bias: PerStance<f32>,
    temperature: f32,
    corpus: CorpusSummary,
    version: String,
}

/// What features of one kind add up to, before the kind is scaled to its length.
#[derive(Debug, Clone, Copy, Default)]
struct KindSum {
    /// Weights times values, in class order.
    sums: PerStance<f32>,
    /// The squares of the values.
    squares: f32,
}

impl KindSum {
    fn add(&mut self, other: &Self, factor: f32, squared_factor: f32) {
        for (sum, other) in self.sums.iter_mut().zip(other.sums) {
            *sum += factor * other;
        }
        self.squares += squared_factor * other.squares;
    }
}

/// What a model knows of one feature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FeatureWeights {
    /// Its weight for each stance, in class order.
    pub weights: PerStance<f32>,
    /// Its inverse document frequency in the training corpus.
    pub idf: f32,
}

/// The parts that make a model, before they are checked.
#[derive(Debug)]
pub struct ModelParts {
    /// The features.
    pub vocabulary: Vocabulary,
    /// One entry a feature, in the vocabulary's order.
    pub features: Vec<FeatureWeights>,
    /// The logit of each stance without any feature.
    pub bias: PerStance<f32>,
    /// What logits are divided by before the softmax; above 0.
    pub temperature: f32,
    /// What it was trained on.
    pub corpus: CorpusSummary,
}

impl Model {
    /// A model of these parts; its version is worked out from them.
    ///
    /// # Errors
    ///
    /// [`InvalidModel`] when there is not one finite weight row for each feature, or the
    /// temperature is not a positive number.
    pub fn new(parts: ModelParts) -> Result<Self, InvalidModel> {
        let mut model = Self::unversioned(parts)?;
        model.version = file::version_of(&model.to_bytes());
        Ok(model)
    }

    /// The same model at another temperature.
    ///
    /// # Errors
    ///
    /// [`InvalidModel`] when the temperature is not a positive number.
    pub fn at_temperature(mut self, temperature: f32) -> Result<Self, InvalidModel> {
        check_temperature(temperature)?;
        self.temperature = temperature;
        self.version = file::version_of(&self.to_bytes());
        Ok(self)
    }

    fn unversioned(parts: ModelParts) -> Result<Self, InvalidModel> {
        let ModelParts {
            mut vocabulary,
            features,
            bias,
            temperature,
            corpus,
        } = parts;
        if features.len() != vocabulary.len() {
            return Err(InvalidModel::Weights {
                features: vocabulary.len(),
                rows: features.len(),
            });
        }
        check_temperature(temperature)?;
        let finite = |values: &[f32]| values.iter().all(|value| value.is_finite());
        if let Some(at) = features
            .iter()
            .position(|f| !(finite(&f.weights) && f.idf.is_finite() && f.idf > 0.0))
        {
            return Err(InvalidModel::NotFinite(vocabulary.keys()[at].to_string()));
        }
        if !finite(&bias) {
            return Err(InvalidModel::NotFinite("bias".to_owned()));
        }
        // The vocabulary has no key of an unknown kind.
        let kind = |id: u32| {
            FeatureKind::of_key(&vocabulary.keys()[id as usize]).unwrap_or(FeatureKind::Word)
        };
        // Character n-grams last, since known words have theirs added up; the others most frequent
        // first, so that what most texts need stays in the caches.
        let mut order: Vec<u32> = (0u32..).take(features.len()).collect();
        let characters = |id| kind(id) == FeatureKind::CharacterNgram;
        let idf = |id: u32| features[id as usize].idf;
        order.sort_by(|&a, &b| {
            let by_kind = characters(a).cmp(&characters(b));
            by_kind.then(idf(a).total_cmp(&idf(b)))
        });
        let power = vocabulary.config().idf_power;
        let rows: Vec<KindSum> = order
            .iter()
            .map(|&id| {
                let idf = idf(id).powf(power);
                let sums = features[id as usize].weights.map(|weight| weight * idf);
                let squares = idf * idf;
                KindSum { sums, squares }
            })
            .collect();
        vocabulary.arrange(order);
        let spellings = (0..vocabulary.words())
            .map(|word| {
                let mut spelling = KindSum::default();
                for &slot in vocabulary.characters_of(word) {
                    spelling.add(&rows[slot as usize], 1.0, 1.0);
                }
                spelling
            })
            .collect();
        Ok(Self {
            vocabulary,
            features,
            rows,
            spellings,
            bias,
            temperature,
            corpus,
            version: String::new(),
        })
    }

    /// The features that the model knows.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// What the model knows of each feature, in the vocabulary's order.
    #[must_use]
    pub fn features(&self) -> &[FeatureWeights] {
        &self.features
    }

    /// The logit of each stance without any feature.
    #[must_use]
    pub fn bias(&self) -> &PerStance<f32> {
        &self.bias
    }

    /// What logits are divided by before the softmax (Guo et al. 2017).
    #[must_use]
    pub fn temperature(&self) -> f32 {
        self.temperature
    }

    /// What the model was trained on.
    #[must_use]
    pub fn corpus(&self) -> &CorpusSummary {
        &self.corpus
    }

    /// The first 12 hexadecimal digits of the SHA-256 of the model's file: the same weights have
    /// the same version.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The stances, in class order.
    #[must_use]
    pub fn labels(&self) -> &'static [Stance] {
        &Stance::ALL
    }

    /// How many features there are of each kind.
    #[must_use]
    pub fn feature_counts(&self) -> FeatureCounts {
        let mut counts = FeatureCounts::default();
        for key in self.vocabulary.keys() {
            match FeatureKind::of_key(key) {
                Some(FeatureKind::Word) => counts.words += 1,
                Some(FeatureKind::WordNgram) => counts.word_ngrams += 1,
                Some(FeatureKind::CharacterNgram) => counts.character_ngrams += 1,
                Some(FeatureKind::WordClass) => counts.word_classes += 1,
                Some(FeatureKind::WordClassPair) => counts.word_class_pairs += 1,
                Some(FeatureKind::WordAhead) => counts.words_ahead += 1,
                None => {}
            }
        }
        counts
    }
}

fn check_temperature(temperature: f32) -> Result<(), InvalidModel> {
    if temperature.is_finite() && temperature > 0.0 {
        Ok(())
    } else {
        Err(InvalidModel::Temperature(temperature))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::collections::BTreeMap;

    use crate::features::{FeatureConfig, WordClasses};

    /// A small model over a few words, for tests that need one of known weights.
    pub(crate) fn toy() -> Model {
        let lists = [("NO", "no not"), ("TALK", "talk*")];
        let lists = lists.map(|(name, list)| (name.to_owned(), list.to_owned()));
        let config = FeatureConfig {
            max_word_ngram: 2,
            min_char_ngram: 3,
            max_char_ngram: 4,
            idf_power: 1.5,
            word_classes: WordClasses::try_from(BTreeMap::from(lists)).unwrap(),
            ..FeatureConfig::plain()
        };
        let mut keys: Vec<Box<str>> = [
            "c^att",
            "catta",
            "cttac",
            "nno talks",
            "wattack",
            "wdenied",
            "wno",
            "wtalks",
            "w¬talks",
            "kTALK",
            "k¬TALK",
            "pNO>TALK",
            "qno>TALK",
        ]
        .map(Box::from)
        .into();
        keys.sort();
        let weight = |key: &str| match key {
            "wattack" | "c^att" | "catta" | "cttac" => [1.5, -0.5, -0.25, -0.75],
            "wtalks" => [-1.0, 2.0, -0.5, -0.5],
            "w¬talks" | "nno talks" => [2.5, -2.0, 0.0, -0.5],
            "wdenied" => [-0.5, -0.5, 3.0, -2.0],
            _ => [0.1, 0.0, 0.2, -0.3],
        };
        let features = keys
            .iter()
            .enumerate()
            .map(|(at, key)| FeatureWeights {
                weights: weight(key),
                idf: [1.0, 1.5, 2.25][at % 3],
            })
            .collect();
        Model::new(ModelParts {
            vocabulary: Vocabulary::new(config, keys).unwrap_or_else(|e| panic!("{e}")),
            features,
            bias: [-0.5, -0.25, -0.75, 1.5],
            temperature: 0.8,
            corpus: CorpusSummary {
                statements: 4,
                labels: [1; 4],
                sha256: "00".repeat(32),
            },
        })
        .unwrap_or_else(|e| panic!("{e}"))
    }
}

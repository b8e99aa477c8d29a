//! How a model is trained: `training.toml`, `word_classes.toml` and `tuned.json` beside the
//! statements.

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::features::{FeatureConfig, FeatureKind, KindLengths, Negation, WordClasses};
use crate::stance::PerStance;

const RECIPE_FILE_NAME: &str = "training.toml";
const WORD_CLASSES_FILE_NAME: &str = "word_classes.toml";
const TUNED_FILE_NAME: &str = "tuned.json";

/// The settings that people choose.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Which features there are.
    pub features: FeatureRecipe,
    /// How weights are fitted.
    pub fit: FitRecipe,
}

/// Which features there are, and which are kept.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureRecipe {
    /// The longest word n-gram.
    pub max_word_ngram: usize,
    /// The shortest character n-gram.
    pub min_char_ngram: usize,
    /// The longest character n-gram; 0 means none.
    pub max_char_ngram: usize,
    /// What is done with words under negation.
    pub negation: Negation,
    /// In how many statements a feature must occur.
    pub min_documents: usize,
    /// How many features are kept.
    pub max_features: usize,
    /// The power that inverse document frequencies are raised to.
    pub idf_power: f32,
    /// The length that the features of each kind are scaled to.
    pub lengths: KindLengths,
    /// The classes of words, from `word_classes.toml`; without that file there are none.
    #[serde(skip)]
    pub word_classes: WordClasses,
}

impl FeatureRecipe {
    /// The part that the model itself must know.
    #[must_use]
    pub fn config(&self) -> FeatureConfig {
        FeatureConfig {
            max_word_ngram: self.max_word_ngram,
            min_char_ngram: self.min_char_ngram,
            max_char_ngram: self.max_char_ngram,
            negation: self.negation,
            idf_power: self.idf_power,
            lengths: self.lengths,
            word_classes: self.word_classes.clone(),
        }
    }
}

/// How weights are fitted.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FitRecipe {
    /// The weight of the L2 penalty, against the sum of the losses.
    pub alpha: f64,
    /// How many iterations the solver makes at most.
    pub max_iterations: u64,
    /// The gradient's norm, over the number of statements, at which it has converged.
    pub gradient_tolerance: f64,
    /// How the penalty of a weight depends on what its feature says of the label; without it every
    /// weight is penalised alike.
    pub prior: Option<PriorRecipe>,
}

/// The naive Bayes prior on the weights (Wang and Manning 2012).
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorRecipe {
    /// What is added to the log-count ratio, so that no weight is held at zero.
    pub floor: f64,
    /// What is added to each count.
    pub smoothing: f64,
}

/// The settings that are fitted on held-out text: see [`super::tune`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tuned {
    /// The text that they were fitted on, for the card.
    pub fitted_on: String,
    /// What the loss of a label's statements is multiplied by, in class order.
    pub class_weights: PerStance<f32>,
    /// What logits are divided by before the softmax.
    pub temperature: f32,
}

impl Default for Tuned {
    fn default() -> Self {
        Self {
            fitted_on: String::from("nothing: every label weighs the same, the temperature is 1"),
            class_weights: [1.0; 4],
            temperature: 1.0,
        }
    }
}

/// Why settings could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RecipeError {
    /// The file could not be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Its contents are not right.
    #[error("{path}: {problem}", path = path.display())]
    Contents {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the place.
        problem: String,
    },
}

impl Default for Recipe {
    /// The recipe of the shipped model, but for its classes of words.
    fn default() -> Self {
        Self {
            features: FeatureRecipe {
                max_word_ngram: 2,
                min_char_ngram: 4,
                max_char_ngram: 6,
                negation: Negation::Add,
                min_documents: 2,
                max_features: 120_000,
                idf_power: 1.5,
                lengths: KindLengths {
                    words: 0.6,
                    word_ngrams: 0.7,
                    character_ngrams: 0.6,
                    word_classes: 0.2,
                    word_class_pairs: 0.5,
                    words_ahead: 0.5,
                },
                word_classes: WordClasses::default(),
            },
            fit: FitRecipe {
                alpha: 0.3,
                max_iterations: 500,
                gradient_tolerance: 1e-6,
                prior: Some(PriorRecipe {
                    floor: 0.3,
                    smoothing: 0.25,
                }),
            },
        }
    }
}

impl Recipe {
    /// Reads the recipe of a corpus directory; the default where it has none.
    ///
    /// # Errors
    ///
    /// [`RecipeError`] names the file and what is wrong in it.
    pub fn load(directory: &Path) -> Result<Self, RecipeError> {
        let path = directory.join(RECIPE_FILE_NAME);
        let mut recipe: Self = read_toml(&path)?.unwrap_or_default();
        let classes = read_toml(&directory.join(WORD_CLASSES_FILE_NAME))?;
        recipe.features.word_classes = classes.unwrap_or_default();
        recipe
            .check()
            .map_err(|problem| RecipeError::Contents { path, problem })?;
        Ok(recipe)
    }

    fn check(&self) -> Result<(), String> {
        let features = &self.features;
        if !(1..=5).contains(&features.max_word_ngram) {
            return Err("features.max_word_ngram must be 1 to 5".to_owned());
        }
        if features.max_char_ngram > 0
            && !(1..=features.max_char_ngram.min(12)).contains(&features.min_char_ngram)
        {
            return Err(
                "features.min_char_ngram must be 1 to features.max_char_ngram, and at most 12"
                    .to_owned(),
            );
        }
        let lengths = FeatureKind::ALL.map(|kind| features.lengths.of(kind));
        let in_range = |value: &f32| (0.0..=100.0).contains(value);
        if !(lengths.iter().all(in_range) && in_range(&features.idf_power)) {
            return Err("features.lengths and features.idf_power must be 0 to 100".to_owned());
        }
        if let Some(prior) = self.fit.prior
            && !(prior.floor > 0.0 && prior.smoothing > 0.0)
        {
            return Err("fit.prior.floor and fit.prior.smoothing must be above 0".to_owned());
        }
        if features.max_features == 0 || features.min_documents == 0 {
            return Err(
                "features.max_features and features.min_documents must be above 0".to_owned(),
            );
        }
        Ok(())
    }
}

impl Tuned {
    /// Reads the tuned settings of a corpus directory; `None` where it has none.
    ///
    /// # Errors
    ///
    /// [`RecipeError`] names the file and what is wrong in it.
    pub fn load(directory: &Path) -> Result<Option<Self>, RecipeError> {
        let path = directory.join(TUNED_FILE_NAME);
        let Some(contents) = read_if_there(&path)? else {
            return Ok(None);
        };
        let contents_error = |problem: String| RecipeError::Contents {
            path: path.clone(),
            problem,
        };
        let tuned: Self =
            serde_json::from_str(&contents).map_err(|error| contents_error(error.to_string()))?;
        let positive = |value: &f32| value.is_finite() && *value > 0.0;
        if !(tuned.class_weights.iter().all(positive) && positive(&tuned.temperature)) {
            return Err(contents_error(
                "class_weights and temperature must be numbers above 0".to_owned(),
            ));
        }
        Ok(Some(tuned))
    }

    /// Writes the tuned settings into a corpus directory.
    ///
    /// # Errors
    ///
    /// [`RecipeError`] when the file cannot be written.
    pub fn save(&self, directory: &Path) -> Result<(), RecipeError> {
        let path = directory.join(TUNED_FILE_NAME);
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        fs::write(&path, json).map_err(|source| RecipeError::File { path, source })
    }
}

fn read_toml<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, RecipeError> {
    let Some(contents) = read_if_there(path)? else {
        return Ok(None);
    };
    match toml::from_str(&contents) {
        Ok(value) => Ok(Some(value)),
        Err(error) => Err(RecipeError::Contents {
            path: path.to_owned(),
            problem: error.to_string(),
        }),
    }
}

fn read_if_there(path: &Path) -> Result<Option<String>, RecipeError> {
    match fs::read_to_string(path) {
        Ok(contents) => Ok(Some(contents)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(RecipeError::File {
            path: path.to_owned(),
            source,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_the_recipe_of_the_projects_corpus() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
        let mut recipe = Recipe::load(&corpus).unwrap();
        assert!(!recipe.features.word_classes.names().is_empty());
        recipe.features.word_classes = WordClasses::default();
        assert_eq!(recipe, Recipe::default());
    }

    #[test]
    fn a_wrong_recipe_is_named_with_its_file() {
        let directory = tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"));
        let path = directory.path().join(RECIPE_FILE_NAME);
        let error = |contents: &str| {
            fs::write(&path, contents).unwrap_or_else(|e| panic!("{e}"));
            Recipe::load(directory.path())
                .err()
                .map(|e| e.to_string())
                .unwrap_or_default()
        };
        assert!(error("[features]\nlongest = 2").contains("training.toml"));
        assert!(error("[features]\nlongest = 2").contains("longest"));
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/training.toml");
        let good = fs::read_to_string(corpus).unwrap_or_else(|e| panic!("{e}"));
        let zero = good.replace("max_word_ngram = 2", "max_word_ngram = 0");
        assert!(error(&zero).contains("max_word_ngram must be"));
    }

    #[test]
    fn tuned_settings_round_trip() {
        let directory = tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"));
        let load = || Tuned::load(directory.path()).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(load(), None);
        let tuned = Tuned {
            temperature: 0.8,
            ..Tuned::default()
        };
        tuned
            .save(directory.path())
            .unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(load(), Some(tuned));
    }
}

//! Training and evaluation, the only place that names linfa: labelled statements to a model.
//!
//! [`train`] is the whole of it: choose the vocabulary, weigh the features, fit linfa's
//! multinomial logistic regression, calibrate.

mod agreement;
mod calibrate;
mod card;
mod challenge;
mod corpus;
mod cross_validation;
mod evaluate;
mod logistic;
mod prior;
mod recipe;
mod select;
mod sparse;
mod tune;
mod write;

pub use agreement::Agreement;
pub use calibrate::fit_temperature;
pub use card::{CardNotes, model_card};
pub use challenge::{ChallengeReport, ChallengeRow, Passed, TestKind, challenge, read_challenge};
pub use corpus::{Corpus, CorpusError, Example, Register, read_examples};
pub use cross_validation::cross_validate;
pub use evaluate::{Answer, Confusion, Report, expected_calibration_error, measure};
pub use logistic::{FitError, SparseFit, SparseMultiLogisticRegression};
pub use recipe::{PriorRecipe, Recipe, RecipeError, Tuned};
pub use select::select_vocabulary;
pub use sparse::SparseRecords;
pub use tune::tune;
pub use write::{WriteError, write_files, write_model};

use linfa::DatasetBase;
use linfa::traits::Fit as _;
use ndarray::Array1;

use crate::features::{FeatureKind, Scratch, Vocabulary, inverse_document_frequency};
use crate::model::{CorpusSummary, FeatureWeights, InvalidModel, Model, ModelParts};
use crate::stance::{PerStance, Stance};

/// What happens during a training, for whoever shows its progress.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A step begins.
    Step(&'static str),
    /// The solver worked out another gradient: about one an iteration.
    Gradient,
}

/// Why a training failed.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The solver found no optimum.
    #[error(transparent)]
    Fit(#[from] FitError),
    /// What came out is no model.
    #[error("the trained weights make no model: {0}")]
    Model(#[from] InvalidModel),
    /// The chosen features make no vocabulary.
    #[error("the chosen features make no vocabulary: {0}")]
    Vocabulary(#[from] crate::features::InvalidVocabulary),
    /// No feature is frequent enough.
    #[error("no feature occurs in {0} statements: add statements or lower features.min_documents")]
    NoFeatures(usize),
    /// A label has no statement.
    #[error("no statement is labelled {0}: every label needs some")]
    MissingLabel(Stance),
}

/// A fitted model and how the fit went.
#[derive(Debug)]
pub struct Trained {
    /// The model.
    pub model: Model,
    /// How many iterations the solver made.
    pub iterations: u64,
    /// The norm of the gradient where it stopped, over the number of statements.
    pub gradient_norm: f64,
}

/// Trains a model on labelled statements.
///
/// Deterministic: the same examples, recipe and tuned values give the same bytes on the same
/// machine.
///
/// # Errors
///
/// [`TrainError`] when a label has no statement, no feature is frequent enough, or the solver
/// does not converge.
pub fn train(
    examples: &[&Example],
    recipe: &Recipe,
    tuned: &Tuned,
    progress: &(dyn Fn(Event) + Sync),
) -> Result<Trained, TrainError> {
    Prepared::new(examples, recipe, progress)?.fit(recipe, tuned, progress)
}

/// Statements as weighed features: what does not depend on class weights, worked out once.
#[derive(Debug)]
struct Prepared {
    vocabulary: Vocabulary,
    idf: Vec<f32>,
    records: SparseRecords,
    targets: Array1<Stance>,
    summary: CorpusSummary,
}

impl Prepared {
    fn new(
        examples: &[&Example],
        recipe: &Recipe,
        progress: &(dyn Fn(Event) + Sync),
    ) -> Result<Self, TrainError> {
        if let Some(missing) = Stance::ALL
            .into_iter()
            .find(|&label| examples.iter().all(|example| example.label != label))
        {
            return Err(TrainError::MissingLabel(missing));
        }
        progress(Event::Step("choosing features"));
        let keys = select_vocabulary(examples, &recipe.features);
        if keys.is_empty() {
            return Err(TrainError::NoFeatures(recipe.features.min_documents));
        }
        let vocabulary = Vocabulary::new(recipe.features.config(), keys)?;
        progress(Event::Step("weighing features"));
        let counts = count_all(examples, &vocabulary);
        let idf = document_weights(&counts, vocabulary.len());
        Ok(Self {
            records: vectors(&counts, &idf, &vocabulary),
            vocabulary,
            idf,
            targets: examples.iter().map(|example| example.label).collect(),
            summary: Corpus::summarize(examples),
        })
    }

    fn fit(
        &self,
        recipe: &Recipe,
        tuned: &Tuned,
        progress: &(dyn Fn(Event) + Sync),
    ) -> Result<Trained, TrainError> {
        progress(Event::Step("fitting weights"));
        let weights: Array1<f32> = self
            .targets
            .iter()
            .map(|&label| tuned.class_weights[label as usize])
            .collect();
        let dataset =
            DatasetBase::new(self.records.clone(), self.targets.clone()).with_weights(weights);
        let fit: SparseFit =
            SparseMultiLogisticRegression::new(&recipe.fit, progress).fit(&dataset)?;
        let model = Model::new(ModelParts {
            features: feature_weights(&fit, &self.idf),
            bias: bias(&fit),
            vocabulary: self.vocabulary.clone(),
            temperature: tuned.temperature,
            corpus: self.summary.clone(),
        })?;
        Ok(Trained {
            model,
            iterations: fit.iterations,
            gradient_norm: fit.gradient_norm,
        })
    }
}

/// The features of each example with their counts.
fn count_all(examples: &[&Example], vocabulary: &Vocabulary) -> Vec<Vec<(u32, u32)>> {
    let mut scratch = Scratch::default();
    examples
        .iter()
        .map(|example| {
            vocabulary.count(&example.text, &mut scratch);
            let mut counts = Vec::new();
            vocabulary.drain(&mut scratch, |slot, count| {
                counts.extend(vocabulary.feature_at(slot).map(|feature| (feature, count)));
            });
            // The last bits of what is trained must not hang on the order that counting takes.
            counts.sort_unstable();
            counts
        })
        .collect()
}

fn document_weights(counts: &[Vec<(u32, u32)>], features: usize) -> Vec<f32> {
    let mut frequencies = vec![0; features];
    for &(feature, _) in counts.iter().flatten() {
        frequencies[feature as usize] += 1;
    }
    frequencies
        .into_iter()
        .map(|frequency| inverse_document_frequency(counts.len(), frequency))
        .collect()
}

/// The tf-idf vectors that [`Model::score`] multiplies by: each kind of feature scaled to its length.
fn vectors(counts: &[Vec<(u32, u32)>], idf: &[f32], vocabulary: &Vocabulary) -> SparseRecords {
    let config = vocabulary.config();
    let kinds: Vec<FeatureKind> = vocabulary
        .keys()
        .iter()
        .map(|key| FeatureKind::of_key(key).unwrap_or(FeatureKind::Word))
        .collect();
    let mut records = SparseRecords::new(idf.len());
    for counts in counts {
        let mut squares = [0.0; FeatureKind::ALL.len()];
        for &(feature, count) in counts {
            let kind = kinds[feature as usize];
            let idf = idf[feature as usize].powf(config.idf_power);
            squares[kind as usize] += f64::from(kind.squared_length(count) * idf.powi(2));
        }
        records.push(counts.iter().map(|&(feature, count)| {
            let kind = kinds[feature as usize];
            let idf = idf[feature as usize].powf(config.idf_power);
            let length = f64::from(config.lengths.of(kind)) / squares[kind as usize].sqrt();
            (
                feature,
                length * f64::from(kind.term_frequency(count) * idf),
            )
        }));
    }
    records
}

#[allow(clippy::cast_possible_truncation)] // weights are stored as f32
fn feature_weights(fit: &SparseFit, idf: &[f32]) -> Vec<FeatureWeights> {
    let rows = fit.model.params().rows().into_iter();
    rows.zip(idf)
        .map(|(row, &idf)| FeatureWeights {
            weights: std::array::from_fn(|class| row[class] as f32),
            idf,
        })
        .collect()
}

#[allow(clippy::cast_possible_truncation)]
fn bias(fit: &SparseFit) -> PerStance<f32> {
    std::array::from_fn(|class| fit.model.intercept()[class] as f32)
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    fn example(text: &str, label: Stance) -> Example {
        Example::new(text, label)
    }

    pub(super) fn small() -> Vec<Example> {
        use Stance::{Denial, Dialogue, Escalation, None};
        [
            (
                "The army shelled the border town and vowed revenge",
                Escalation,
            ),
            (
                "The ministry expelled the envoys and imposed sanctions",
                Escalation,
            ),
            ("Troops attacked the border post", Escalation),
            ("The two sides agreed to resume talks", Dialogue),
            ("He called for talks and a truce", Dialogue),
            ("The truce was extended after talks", Dialogue),
            (
                "The ministry denied that troops had crossed the border",
                Denial,
            ),
            ("He denied the report as baseless", Denial),
            ("The report is baseless, the ministry said", Denial),
            ("The meeting was held in Geneva", None),
            ("The committee adopted the budget", None),
            ("He thanked the committee in Geneva", None),
        ]
        .map(|(text, label)| example(text, label))
        .into()
    }

    pub(super) fn small_recipe() -> Recipe {
        let mut recipe = Recipe::default();
        recipe.features.min_documents = 1;
        recipe.features.max_features = 200;
        recipe
    }

    fn train_small(examples: &[Example]) -> Result<Trained, TrainError> {
        let examples: Vec<&Example> = examples.iter().collect();
        train(&examples, &small_recipe(), &Tuned::default(), &|_| {})
    }

    #[test]
    fn the_same_examples_give_the_same_bytes() {
        let first = train_small(&small()).unwrap_or_else(|e| panic!("{e}"));
        let second = train_small(&small()).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(first.model.to_bytes(), second.model.to_bytes());
    }

    #[test]
    fn the_model_scores_as_linfas_fitted_type_predicts() {
        let examples = small();
        let examples: Vec<&Example> = examples.iter().collect();
        let trained = train_small(&small()).unwrap_or_else(|e| panic!("{e}"));
        let vocabulary = trained.model.vocabulary();
        let counts = count_all(&examples, vocabulary);
        let idf = document_weights(&counts, vocabulary.len());
        let records = vectors(&counts, &idf, vocabulary);
        let dataset = DatasetBase::new(
            records,
            examples.iter().map(|e| e.label).collect::<Array1<Stance>>(),
        );
        let fit: SparseFit = SparseMultiLogisticRegression::new(&small_recipe().fit, &|_| {})
            .fit(&dataset)
            .unwrap_or_else(|e| panic!("{e}"));
        let dense: Array2<f64> = dataset.records().to_dense();
        let predicted = fit.model.predict_probabilities(&dense);
        let mut scratch = Scratch::default();
        for (example, row) in examples.iter().zip(predicted.rows()) {
            let scored = trained.model.score(&example.text, &mut scratch);
            for (ours, linfas) in scored.probabilities.iter().zip(row) {
                assert!((f64::from(*ours) - linfas).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn a_label_without_statements_is_named() {
        let examples: Vec<Example> = small()
            .into_iter()
            .filter(|e| e.label != Stance::Denial)
            .collect();
        let error = train_small(&examples).err().map(|e| e.to_string());
        assert!(error.is_some_and(|e| e.contains("DENIAL")));
    }
}

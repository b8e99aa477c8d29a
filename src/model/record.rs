//! What is recorded of a training beside the weights: when it was, and what was measured. It is a
//! file of its own so that the same corpus gives the same model file, byte for byte.

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::stance::PerStance;

/// The record's name in a model directory.
pub const RECORD_FILE_NAME: &str = "training.json";

/// What is known of how a model was trained and how good it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingRecord {
    /// The version of the model that this is the record of.
    pub model_version: String,
    /// When the training ended, in seconds since the Unix epoch.
    pub trained_at: i64,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// How many iterations the solver made.
    pub iterations: u64,
    /// The norm of the gradient where it stopped, over the number of statements.
    pub gradient_norm: f64,
    /// What was measured, one entry a data set.
    pub evaluations: Vec<Evaluation>,
}

/// What was measured on one data set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// The data set's name.
    pub data_set: String,
    /// How many statements it has.
    pub statements: usize,
    /// The unweighted mean of the F1 of the labels that occur.
    pub macro_f1: f64,
    /// The share of statements that were labelled right.
    pub accuracy: f64,
    /// The 95 % bootstrap interval of macro-F1.
    pub macro_f1_interval: (f64, f64),
    /// Expected calibration error, 15 equal-width bins.
    pub expected_calibration_error: f64,
    /// The 95 % bootstrap interval of the expected calibration error.
    pub expected_calibration_error_interval: (f64, f64),
    /// Figures a label, in class order.
    pub labels: PerStance<LabelFigures>,
    /// How accuracy grows where the least confident answers are left out.
    pub risk_coverage: Vec<Coverage>,
    /// How far confidence can be trusted: the bins of confidence that hold answers, ascending.
    #[serde(default)]
    pub reliability: Vec<ReliabilityBin>,
    /// Figures of each source, or register, that the statements name.
    #[serde(default)]
    pub parts: Vec<Part>,
}

impl Evaluation {
    /// Macro-F1 with its interval, as all outputs show it: `0.835 (0.770 to 0.891)`.
    #[must_use]
    pub fn macro_f1_with_interval(&self) -> String {
        with_interval(self.macro_f1, self.macro_f1_interval)
    }

    /// The expected calibration error with its interval, in the same form.
    #[must_use]
    pub fn calibration_error_with_interval(&self) -> String {
        with_interval(
            self.expected_calibration_error,
            self.expected_calibration_error_interval,
        )
    }
}

fn with_interval(figure: f64, (low, high): (f64, f64)) -> String {
    format!("{figure:.3} ({low:.3} to {high:.3})")
}

/// The answers of one bin of confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReliabilityBin {
    /// How many answers there are.
    pub statements: usize,
    /// Their mean confidence.
    pub confidence: f64,
    /// The share of them that is right.
    pub accuracy: f64,
}

/// What was measured on the statements of one source or register.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The source or register.
    pub name: String,
    /// How many statements it has.
    pub statements: usize,
    /// The unweighted mean of the F1 of the labels that occur in it.
    pub macro_f1: f64,
    /// The share of statements that were labelled right.
    pub accuracy: f64,
}

/// What is right of the most confident answers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// The share of statements that are answered.
    pub coverage: f64,
    /// The least confidence among them: the `min_confidence` that answers this share.
    pub min_confidence: f64,
    /// The share of the answered ones that is right.
    pub accuracy: f64,
}

/// What was measured on the statements of one label.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelFigures {
    /// How many statements have it.
    pub support: usize,
    /// The share of the statements labelled with it that have it.
    pub precision: f64,
    /// The share of the statements that have it that were labelled with it.
    pub recall: f64,
    /// The harmonic mean of the two.
    pub f1: f64,
}

/// Why a record could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}: delete the file, or train the model again", path = path.display())]
pub struct UnreadableRecord {
    /// The file.
    pub path: PathBuf,
    /// What went wrong.
    pub source: io::Error,
}

impl TrainingRecord {
    /// Parses a record.
    ///
    /// # Errors
    ///
    /// When it is not one.
    pub fn from_json(json: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json)
    }

    /// Reads the record of a model directory; `None` where there is none, or where it is the
    /// record of another version.
    ///
    /// # Errors
    ///
    /// [`UnreadableRecord`] when the file is there but cannot be read.
    pub fn load(directory: &Path, version: &str) -> Result<Option<Self>, UnreadableRecord> {
        let path = directory.join(RECORD_FILE_NAME);
        let json = match fs::read(&path) {
            Ok(json) => json,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(UnreadableRecord { path, source }),
        };
        match Self::from_json(&json) {
            Ok(record) => Ok(Some(record).filter(|record| record.model_version == version)),
            Err(error) => Err(UnreadableRecord {
                path,
                source: error.into(),
            }),
        }
    }
}

//! The challenge set: statements by phenomenon, in the style of CheckList (Ribeiro et al. 2020).
//!
//! A *minimum functionality* row is right or wrong. An *invariance* row is a variant of another with
//! other actors, another day or another way of reporting: label and probability must stay. A
//! *directional* row turns the main verb of another round: the label must follow.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::corpus::{CorpusError, read_rows};
use crate::features::Scratch;
use crate::model::{Model, Scored};
use crate::stance::{Stance, ranked};

/// How far the probability of the base's label may move under an invariance.
const INVARIANCE_TOLERANCE: f32 = 0.1;

/// What a row tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TestKind {
    /// The label must be right.
    MinimumFunctionality,
    /// The label and its probability must be those of another row.
    Invariance,
    /// The label must be right, and so another than that of another row.
    Directional,
}

/// One row of the challenge set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChallengeRow {
    /// Unique in the set.
    pub id: String,
    /// What it is about.
    pub phenomenon: String,
    /// What it tests.
    pub test: TestKind,
    /// The statement.
    pub text: String,
    /// Its stance.
    pub label: Stance,
    /// The row that it is a variant of.
    #[serde(default)]
    pub of: Option<String>,
}

/// How many of some rows passed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Passed {
    /// How many passed.
    pub passed: usize,
    /// How many there are.
    pub total: usize,
}

impl Passed {
    fn add(&mut self, passed: bool) {
        self.passed += usize::from(passed);
        self.total += 1;
    }

    /// The share that passed; 0 of none.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn rate(self) -> f64 {
        self.passed as f64 / self.total.max(1) as f64
    }
}

/// How a model does on the challenge set.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ChallengeReport {
    /// How many labels are right, of each phenomenon.
    pub phenomena: BTreeMap<String, Passed>,
    /// How many labels are right in all.
    pub accuracy: Passed,
    /// How many invariance rows keep the base's label, and its probability within 0.1.
    pub invariance: Passed,
    /// How many directional rows are right where their base is right, too.
    pub directional: Passed,
}

/// Reads a challenge set.
///
/// # Errors
///
/// [`CorpusError`] with the file and line of the first row that is not right, that is a variant
/// of none, or of one that stands in no earlier line.
pub fn read_challenge(path: &Path) -> Result<Vec<ChallengeRow>, CorpusError> {
    let rows: Vec<(usize, ChallengeRow)> = read_rows(path)?;
    let mut ids: Vec<&str> = Vec::new();
    for (line, row) in &rows {
        let problem = match (&row.of, row.test) {
            (None, TestKind::MinimumFunctionality) => None,
            (Some(of), TestKind::Invariance | TestKind::Directional) => (!ids
                .contains(&of.as_str()))
            .then(|| format!("\"of\" is {of:?}, which no earlier row is called")),
            (None, _) => Some("a variant needs \"of\", the row that it is a variant of".to_owned()),
            (Some(_), _) => Some("only a variant has \"of\"".to_owned()),
        };
        if let Some(problem) = problem {
            return Err(CorpusError::Line {
                path: path.to_owned(),
                line: *line,
                problem,
            });
        }
        ids.push(&row.id);
    }
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// Measures a model on a challenge set.
#[must_use]
pub fn challenge(model: &Model, rows: &[ChallengeRow]) -> ChallengeReport {
    let mut scratch = Scratch::default();
    let scored: HashMap<&str, (Stance, Scored)> = rows
        .iter()
        .map(|row| {
            let scored = model.score(&row.text, &mut scratch);
            (row.id.as_str(), (row.label, scored))
        })
        .collect();
    let given = |scored: &Scored| ranked(&scored.probabilities)[0].0;
    let mut report = ChallengeReport::default();
    for row in rows {
        let (label, own) = scored[row.id.as_str()];
        let right = given(&own) == label;
        report.accuracy.add(right);
        report
            .phenomena
            .entry(row.phenomenon.clone())
            .or_default()
            .add(right);
        let base = row.of.as_deref().and_then(|of| scored.get(of));
        match (row.test, base) {
            (TestKind::Invariance, Some((_, base))) => {
                let class = given(base) as usize;
                let moved = (own.probabilities[class] - base.probabilities[class]).abs();
                let stays = given(&own) == given(base);
                report
                    .invariance
                    .add(stays && moved <= INVARIANCE_TOLERANCE);
            }
            (TestKind::Directional, Some((base_label, base))) => {
                report.directional.add(right && given(base) == *base_label);
            }
            _ => {}
        }
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::toy;

    fn row(id: &str, test: TestKind, text: &str, label: Stance, of: Option<&str>) -> ChallengeRow {
        ChallengeRow {
            id: id.to_owned(),
            phenomenon: "p".to_owned(),
            test,
            text: text.to_owned(),
            label,
            of: of.map(str::to_owned),
        }
    }

    #[test]
    fn counts_what_is_right_what_stays_and_what_moves() {
        use TestKind::{Directional, Invariance, MinimumFunctionality};
        let rows = [
            row("1", MinimumFunctionality, "denied", Stance::Denial, None),
            row(
                "2",
                Invariance,
                "Ruritania denied",
                Stance::Denial,
                Some("1"),
            ),
            row("3", Invariance, "attack attack", Stance::Denial, Some("1")),
            row("4", Directional, "attack", Stance::Escalation, Some("1")),
            row("5", Directional, "denied", Stance::None, Some("1")),
        ];
        let report = challenge(&toy(), &rows);
        let passed = |passed, total| Passed { passed, total };
        assert_eq!(report.accuracy, passed(3, 5));
        assert_eq!(report.phenomena["p"], passed(3, 5));
        assert_eq!(report.invariance, passed(1, 2));
        assert_eq!(report.directional, passed(1, 2));
    }

    #[test]
    fn a_variant_of_nothing_is_named_with_its_line() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let line = r#"{"id": "2", "phenomenon": "p", "test": "invariance", "text": "x", "label": "NONE", "of": "1"}"#;
        std::fs::write(file.path(), line).unwrap();
        let error = read_challenge(file.path()).err().map(|e| e.to_string());
        assert!(error.is_some_and(|e| e.contains(":1: \"of\" is \"1\"")));
    }
}

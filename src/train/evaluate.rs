//! What a classifier is measured by.
//!
//! Counts are kept here because linfa's confusion matrix hides its own, keeps only the labels that
//! occur, and (0.8.1) has precision and recall the wrong way round: it counts predictions in rows
//! and reads them as columns. F1 and accuracy agree, and a test holds them to linfa's.

use std::collections::BTreeMap;

use serde::Serialize;

use super::corpus::Example;
use crate::features::Scratch;
use crate::model::{Coverage, Evaluation, LabelFigures, Model, Part, ReliabilityBin};
use crate::stance::{PerStance, Stance, ranked};

/// The number of bins of confidence that calibration is measured over.
const BINS: usize = 15;
/// How often answers are drawn again for an interval.
const RESAMPLES: usize = 1000;

/// How many statements of each label were given each label.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Confusion {
    /// Rows are the right labels, columns the given ones, in class order.
    pub counts: PerStance<PerStance<usize>>,
}

impl Confusion {
    /// Counts one statement.
    pub fn add(&mut self, right: Stance, given: Stance) {
        self.counts[right as usize][given as usize] += 1;
    }

    /// How many statements there are.
    #[must_use]
    pub fn total(&self) -> usize {
        self.counts.iter().flatten().sum()
    }

    /// The share of statements that were labelled right; 0 of none.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        let right = (0..Stance::COUNT)
            .map(|class| self.counts[class][class])
            .sum();
        ratio(right, self.total())
    }

    /// How often rows and columns would agree by chance, from their shares of labels; 0 of none.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn chance_agreement(&self) -> f64 {
        let class = |class: usize| {
            let row: usize = self.counts[class].iter().sum();
            let column: usize = self.counts.iter().map(|row| row[class]).sum();
            row as f64 * column as f64
        };
        let total = self.total().max(1) as f64;
        (0..Stance::COUNT).map(class).sum::<f64>() / (total * total)
    }

    /// The figures of one label. Precision, recall and F1 are 0 where nothing is to be divided by.
    #[must_use]
    pub fn figures(&self, label: Stance) -> LabelFigures {
        let class = label as usize;
        let right = self.counts[class][class];
        let support = self.counts[class].iter().sum();
        let given = self.counts.iter().map(|row| row[class]).sum::<usize>();
        LabelFigures {
            support,
            precision: ratio(right, given),
            recall: ratio(right, support),
            f1: ratio(2 * right, support + given),
        }
    }

    /// The unweighted mean of F1 over the labels that occur, as right or as given ones: what
    /// scikit-learn's `f1_score(average="macro")` gives.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn macro_f1(&self) -> f64 {
        let occurring: Vec<f64> = Stance::ALL
            .into_iter()
            .filter(|&label| {
                let class = label as usize;
                self.counts[class].iter().any(|&n| n > 0)
                    || self.counts.iter().any(|row| row[class] > 0)
            })
            .map(|label| self.figures(label).f1)
            .collect();
        occurring.iter().sum::<f64>() / occurring.len().max(1) as f64
    }
}

#[allow(clippy::cast_precision_loss)]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// One answer beside the right one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer {
    /// The right label.
    pub right: Stance,
    /// The label with the highest score.
    pub given: Stance,
    /// That score.
    pub confidence: f32,
}

/// The answers of a model on labelled statements, and the figures that they give.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    answers: Vec<Answer>,
    /// What each statement is counted under, beside the whole.
    parts: Vec<Option<String>>,
}

impl Report {
    /// From labelled statements and the probabilities given to them.
    #[must_use]
    pub fn new(examples: &[Example], probabilities: &[PerStance<f32>]) -> Self {
        let answers = examples.iter().zip(probabilities);
        Self {
            answers: answers
                .map(|(example, probabilities)| {
                    let (given, confidence) = ranked(probabilities)[0];
                    Answer {
                        right: example.label,
                        given,
                        confidence,
                    }
                })
                .collect(),
            parts: examples.iter().map(Example::part).collect(),
        }
    }

    /// The wrong answers, most confident first, with the places of their statements.
    #[must_use]
    pub fn errors(&self) -> Vec<(usize, Answer)> {
        let answers = self.answers.iter().copied().enumerate();
        let mut errors: Vec<(usize, Answer)> = answers
            .filter(|(_, answer)| answer.given != answer.right)
            .collect();
        errors.sort_by(|(_, a), (_, b)| b.confidence.total_cmp(&a.confidence));
        errors
    }

    /// How many statements of each label were given each label.
    #[must_use]
    pub fn confusion(&self) -> Confusion {
        confusion(&self.answers)
    }

    /// As it is recorded beside a model.
    #[must_use]
    pub fn evaluation(&self, data_set: &str) -> Evaluation {
        let confusion = self.confusion();
        let calibration = |answers: &[Answer]| expected_calibration_error(&reliability(answers));
        Evaluation {
            data_set: data_set.to_owned(),
            statements: confusion.total(),
            macro_f1: confusion.macro_f1(),
            macro_f1_interval: self.interval(|answers| self::confusion(answers).macro_f1()),
            accuracy: confusion.accuracy(),
            expected_calibration_error: calibration(&self.answers),
            expected_calibration_error_interval: self.interval(calibration),
            labels: Stance::ALL.map(|label| confusion.figures(label)),
            risk_coverage: self.risk_coverage(),
            reliability: reliability(&self.answers),
            parts: self.by_part(),
        }
    }

    fn by_part(&self) -> Vec<Part> {
        let mut confusions: BTreeMap<&str, Confusion> = BTreeMap::new();
        for (answer, part) in self.answers.iter().zip(&self.parts) {
            if let Some(part) = part {
                let confusion = confusions.entry(part).or_default();
                confusion.add(answer.right, answer.given);
            }
        }
        let parts = confusions.into_iter();
        parts
            .map(|(name, confusion)| Part {
                name: name.to_owned(),
                statements: confusion.total(),
                macro_f1: confusion.macro_f1(),
                accuracy: confusion.accuracy(),
            })
            .collect()
    }

    /// The 95 % percentile bootstrap interval of a figure (Efron and Tibshirani 1993), over 1,000
    /// resamples drawn by a fixed generator, so that it is the same every time.
    fn interval(&self, figure: impl Fn(&[Answer]) -> f64) -> (f64, f64) {
        let mut state = 1u64;
        let mut figures: Vec<f64> = (0..RESAMPLES)
            .map(|_| {
                let sample: Vec<Answer> = (0..self.answers.len())
                    .map(|_| self.answers[random_below(&mut state, self.answers.len())])
                    .collect();
                figure(&sample)
            })
            .collect();
        figures.sort_unstable_by(f64::total_cmp);
        (
            figures[RESAMPLES / 40],
            figures[RESAMPLES - RESAMPLES / 40 - 1],
        )
    }

    /// Accuracy over the most confident tenths of the statements.
    #[allow(clippy::cast_precision_loss)]
    fn risk_coverage(&self) -> Vec<Coverage> {
        let mut answers = self.answers.clone();
        answers.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        (1..=10)
            .rev()
            .filter_map(|tenths| {
                let answered = &answers[..answers.len() * tenths / 10];
                let right = answered.iter().filter(|a| a.given == a.right).count();
                Some(Coverage {
                    coverage: answered.len() as f64 / answers.len() as f64,
                    min_confidence: f64::from(answered.last()?.confidence),
                    accuracy: ratio(right, answered.len()),
                })
            })
            .collect()
    }
}

fn confusion(answers: &[Answer]) -> Confusion {
    let mut confusion = Confusion::default();
    for answer in answers {
        confusion.add(answer.right, answer.given);
    }
    confusion
}

/// A number from 0 to below `limit`, by SplitMix64 (Steele, Lea and Flood 2014).
#[allow(clippy::cast_possible_truncation)]
fn random_below(state: &mut u64, limit: usize) -> usize {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
}

/// The bins of confidence, 15 of equal width, that hold answers.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]
fn reliability(answers: &[Answer]) -> Vec<ReliabilityBin> {
    let mut bins = [(0usize, 0.0f64, 0usize); BINS];
    for answer in answers {
        // Bins are open below and closed above, as in Guo et al. (2017).
        let bin = ((answer.confidence * BINS as f32).ceil() as usize).clamp(1, BINS) - 1;
        let (statements, confidence, right) = &mut bins[bin];
        *statements += 1;
        *confidence += f64::from(answer.confidence);
        *right += usize::from(answer.given == answer.right);
    }
    let filled = bins.into_iter().filter(|&(statements, ..)| statements > 0);
    filled
        .map(|(statements, confidence, right)| ReliabilityBin {
            statements,
            confidence: confidence / statements as f64,
            accuracy: ratio(right, statements),
        })
        .collect()
}

/// Expected calibration error: the mean distance between confidence and accuracy over bins of
/// confidence, weighted by their statements (Naeini, Cooper and Hauskrecht 2015); 0 of none.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn expected_calibration_error(bins: &[ReliabilityBin]) -> f64 {
    let weighted =
        |bin: &ReliabilityBin| bin.statements as f64 * (bin.confidence - bin.accuracy).abs();
    let distance: f64 = bins.iter().map(weighted).sum();
    let statements: usize = bins.iter().map(|bin| bin.statements).sum();
    distance / statements.max(1) as f64
}

/// Measures a model on labelled statements, with its scores corrected to a share of `NONE` where
/// one is given: see [`Model::expecting`].
#[must_use]
pub fn measure(model: &Model, examples: &[Example], none_share: Option<f32>) -> Report {
    let mut scratch = Scratch::default();
    let probabilities: Vec<PerStance<f32>> = examples
        .iter()
        .map(|example| {
            let probabilities = model.score(&example.text, &mut scratch).probabilities;
            match none_share {
                Some(share) => model.expecting(share, &probabilities),
                None => probabilities,
            }
        })
        .collect();
    Report::new(examples, &probabilities)
}

#[cfg(test)]
mod tests {
    use linfa::metrics::ToConfusionMatrix as _;
    use ndarray::Array1;

    use super::*;

    /// Pairs of a right and a given class, every class among both.
    const PAIRS: [(usize, usize); 14] = [
        (0, 0),
        (0, 0),
        (0, 1),
        (0, 3),
        (1, 1),
        (1, 1),
        (1, 3),
        (2, 2),
        (2, 3),
        (3, 3),
        (3, 3),
        (3, 3),
        (3, 0),
        (3, 3),
    ];

    fn confusion() -> Confusion {
        let mut confusion = Confusion::default();
        for (right, given) in PAIRS {
            confusion.add(Stance::ALL[right], Stance::ALL[given]);
        }
        confusion
    }

    #[test]
    fn f1_and_accuracy_are_linfas() {
        let right: Array1<usize> = PAIRS.iter().map(|p| p.0).collect();
        let given: Array1<usize> = PAIRS.iter().map(|p| p.1).collect();
        let linfas = given
            .confusion_matrix(&right)
            .unwrap_or_else(|e| panic!("{e}"));
        let ours = confusion();
        assert!((ours.accuracy() - f64::from(linfas.accuracy())).abs() < 1e-6);
        let linfas: Vec<f64> = linfas
            .split_one_vs_all()
            .iter()
            .map(|one| f64::from(one.f1_score()))
            .collect();
        for (label, f1) in Stance::ALL.into_iter().zip(&linfas) {
            assert!((ours.figures(label).f1 - f1).abs() < 1e-6, "{label}");
        }
        let mean = linfas.iter().sum::<f64>() / 4.0;
        assert!((ours.macro_f1() - mean).abs() < 1e-6);
    }

    #[test]
    fn precision_and_recall_worked_out_by_hand() {
        // 3 were called NONE wrongly, 4 rightly; 5 are NONE.
        let none = confusion().figures(Stance::None);
        assert_eq!(none.support, 5);
        assert!((none.precision - 4.0 / 7.0).abs() < 1e-12);
        assert!((none.recall - 4.0 / 5.0).abs() < 1e-12);
    }

    #[test]
    fn intervals_hold_the_figure_and_the_most_confident_answers_come_first() {
        // 40 answers, the 30 more confident of them right.
        let examples: Vec<Example> = (0..40)
            .map(|i| {
                let mut example = Example::new("x", Stance::ALL[i % 4]);
                example.source = Some(if i < 30 { "sure" } else { "unsure" }.to_owned());
                example
            })
            .collect();
        let probabilities: Vec<PerStance<f32>> = (0..40)
            .map(|i| {
                let given = if i < 30 { i % 4 } else { (i + 1) % 4 };
                let confidence = if i < 30 { 0.9 } else { 0.4 };
                let mut p = [(1.0 - confidence) / 3.0; 4];
                p[given] = confidence;
                p
            })
            .collect();
        let report = Report::new(&examples, &probabilities);
        assert_eq!(report.errors().len(), 10);
        assert_eq!(report.errors()[0].0, 30);
        let evaluation = report.evaluation("x");
        let parts: Vec<(&str, usize, bool)> = evaluation
            .parts
            .iter()
            .map(|part| (part.name.as_str(), part.statements, part.accuracy > 0.5))
            .collect();
        assert_eq!(parts, [("sure", 30, true), ("unsure", 10, false)]);
        assert!((evaluation.accuracy - 0.75).abs() < 1e-12);
        let (low, high) = evaluation.macro_f1_interval;
        assert!(low < evaluation.macro_f1 && evaluation.macro_f1 < high);
        assert!(low > 0.5 && high < 0.95, "{low} {high}");
        let coverage = &evaluation.risk_coverage;
        assert_eq!(coverage.len(), 10);
        assert!((coverage[0].accuracy - 0.75).abs() < 1e-12);
        assert!((coverage[3].accuracy - 1.0).abs() < 1e-12);
        assert!((coverage[3].min_confidence - 0.9).abs() < 1e-6);
    }

    #[test]
    fn macro_f1_is_over_the_labels_that_occur() {
        let mut confusion = Confusion::default();
        confusion.add(Stance::None, Stance::None);
        confusion.add(Stance::Denial, Stance::Denial);
        assert!((confusion.macro_f1() - 1.0).abs() < 1e-12);
        assert!(Confusion::default().macro_f1().abs() < 1e-12);
    }

    #[test]
    fn calibration_error_worked_out_by_hand() {
        // Bin (14/15, 1]: two answers of 0.95, one right: |1.9 - 1| = 0.9. Bin (8/15, 9/15]:
        // one of 0.55, right: 0.45. Together 1.35 / 3.
        let answer = |(confidence, right): (f32, bool)| Answer {
            right: Stance::None,
            given: if right { Stance::None } else { Stance::Denial },
            confidence,
        };
        let error = |answers: &[(f32, bool)]| {
            let answers: Vec<Answer> = answers.iter().copied().map(answer).collect();
            expected_calibration_error(&reliability(&answers))
        };
        let three = error(&[(0.95, true), (0.95, false), (0.55, true)]);
        assert!((three - 0.45).abs() < 1e-6, "{three}");
        assert!(error(&[(1.0, true)]).abs() < 1e-12);
        assert!(expected_calibration_error(&[]).abs() < 1e-12);
    }
}

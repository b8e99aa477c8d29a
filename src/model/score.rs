//! Features to logits to probabilities.

use super::Model;
use crate::features::{Scratch, term_frequency};
use crate::stance::PerStance;

/// What scoring one text gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// The logit of each stance, before calibration, in class order.
    pub logits: PerStance<f32>,
    /// The calibrated probability of each stance, in class order; they sum to 1.
    pub probabilities: PerStance<f32>,
    /// The share of the text's words and numbers that the model knows, 0 to 1.
    pub known_ratio: f32,
}

impl Model {
    /// Scores a text: counts its features, weighs them by sublinear tf-idf, normalises to unit
    /// length and multiplies by the weights.
    #[must_use]
    pub fn score(&self, text: &str, scratch: &mut Scratch) -> Scored {
        self.vocabulary.count(text, scratch);
        let mut sums = [0.0; 4];
        let mut norm = 0.0;
        scratch.drain(|feature, count| {
            let known = &self.features[feature as usize];
            let value = term_frequency(count) * known.idf;
            norm += value * value;
            for (sum, weight) in sums.iter_mut().zip(known.weights) {
                *sum += value * weight;
            }
        });
        let scale = unit(norm);
        let mut logits = self.bias;
        for (logit, sum) in logits.iter_mut().zip(sums) {
            *logit += scale * sum;
        }
        Scored {
            logits,
            probabilities: self.probabilities(&logits),
            known_ratio: scratch.known_ratio(),
        }
    }

    /// The calibrated probabilities of logits.
    #[must_use]
    pub fn probabilities(&self, logits: &PerStance<f32>) -> PerStance<f32> {
        softmax(&logits.map(|logit| logit / self.temperature))
    }
}

/// What brings a vector with this sum of squares to unit length; a text without known features
/// keeps its zero vector.
pub(super) fn unit(sum_of_squares: f32) -> f32 {
    if sum_of_squares > 0.0 {
        sum_of_squares.sqrt().recip()
    } else {
        0.0
    }
}

/// The softmax of logits, with their maximum taken off first so that no exponential overflows.
#[must_use]
pub fn softmax(logits: &PerStance<f32>) -> PerStance<f32> {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exponentials = logits.map(|logit| (logit - max).exp());
    let sum: f32 = exponentials.iter().sum();
    exponentials.map(|e| e / sum)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::tests::toy;
    use crate::stance::Stance;

    #[test]
    fn a_score_worked_out_by_hand() {
        // "talks talks": wtalks twice, tf = 1 + ln 2; one feature, so its value is 1 after
        // normalisation, whatever its idf.
        let scored = toy().score("Talks, talks", &mut Scratch::default());
        let expected = [-1.5, 1.75, -1.25, 1.0];
        for (logit, expected) in scored.logits.iter().zip(expected) {
            assert!((logit - expected).abs() < 1e-6, "{:?}", scored.logits);
        }
        let z: f32 = expected.iter().map(|l: &f32| (l / 0.8).exp()).sum();
        let dialogue = (1.75f32 / 0.8).exp() / z;
        assert!((scored.probabilities[Stance::Dialogue as usize] - dialogue).abs() < 1e-6);
        assert!((scored.known_ratio - 1.0).abs() < f32::EPSILON);
    }

    #[test]
    fn a_text_without_known_features_gets_the_bias() {
        let model = toy();
        let scored = model.score("xyzzy", &mut Scratch::default());
        assert_eq!(scored.logits, *model.bias());
        assert!(scored.known_ratio.abs() < f32::EPSILON);
    }

    proptest! {
        #[test]
        fn probabilities_sum_to_one(logits in prop::array::uniform4(-1e30f32..1e30)) {
            let probabilities = softmax(&logits);
            let sum: f32 = probabilities.iter().sum();
            prop_assert!((sum - 1.0).abs() < 1e-5);
            prop_assert!(probabilities.iter().all(|p| (0.0..=1.0).contains(p)));
        }

        #[test]
        fn any_text_gets_finite_scores(text in any::<String>()) {
            let scored = toy().score(&text, &mut Scratch::default());
            let sum: f32 = scored.probabilities.iter().sum();
            prop_assert!((sum - 1.0).abs() < 1e-5);
            prop_assert!((0.0..=1.0).contains(&scored.known_ratio));
        }
    }
}

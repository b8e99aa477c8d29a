//! Features to logits to probabilities.

use super::{KindSum, Model};
use crate::features::{FeatureKind, Scratch};
use crate::stance::{PerStance, Stance};

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
    /// Scores a text: counts its features, weighs them by tf-idf, scales each kind of them to its
    /// length and multiplies by the weights.
    #[must_use]
    pub fn score(&self, text: &str, scratch: &mut Scratch) -> Scored {
        self.vocabulary.count(text, scratch);
        let mut logits = self.bias;
        for kind in FeatureKind::ALL {
            let summed = self.sum_of(kind, scratch);
            let scale = self.scale(kind, summed.squares);
            for (logit, sum) in logits.iter_mut().zip(summed.sums) {
                *logit += scale * sum;
            }
        }
        Scored {
            logits,
            probabilities: self.probabilities(&logits),
            known_ratio: scratch.known_ratio(),
        }
    }

    /// What a text's features of one kind add up to.
    fn sum_of(&self, kind: FeatureKind, scratch: &Scratch) -> KindSum {
        let mut sum = KindSum::default();
        if kind == FeatureKind::CharacterNgram {
            for &word in scratch.spelled() {
                sum.add(&self.spellings[word as usize], 1.0, 1.0);
            }
            for &slot in scratch.characters() {
                sum.add(&self.rows[slot as usize], 1.0, 1.0);
            }
            return sum;
        }
        for &(slot, count) in scratch.counted(kind) {
            let (value, squared) = match count {
                // Nearly every feature of a sentence occurs once.
                1 => (1.0, 1.0),
                _ => (kind.term_frequency(count), kind.squared_length(count)),
            };
            sum.add(&self.rows[slot as usize], value, squared);
        }
        sum
    }

    /// What the values of one kind are multiplied by, from the sum of their squares.
    pub(super) fn scale(&self, kind: FeatureKind, squares: f32) -> f32 {
        self.vocabulary.config().lengths.of(kind) * unit(squares)
    }

    /// The calibrated probabilities of logits.
    #[must_use]
    pub fn probabilities(&self, logits: &PerStance<f32>) -> PerStance<f32> {
        calibrated(logits, self.temperature)
    }
}

impl Model {
    /// Probabilities for text in which `NONE` has another share than in the training corpus:
    /// each is multiplied by how much likelier its label has become, and all by what makes them sum
    /// to 1 (Saerens, Latinne and Decaestecker 2002, equation 2.4). The other labels keep their
    /// shares among themselves. `none_share` is above 0 and below 1; for the corpus's own share
    /// nothing changes.
    #[must_use]
    pub fn expecting(&self, none_share: f32, probabilities: &PerStance<f32>) -> PerStance<f32> {
        #[allow(clippy::cast_precision_loss)]
        let trained = self.corpus.labels[Stance::None as usize] as f32
            / self.corpus.labels.iter().sum::<usize>().max(1) as f32;
        // A corpus of one label alone trains no model, so neither divisor is 0.
        let likelier = Stance::ALL.map(|stance| match stance {
            Stance::None => none_share / trained,
            _ => (1.0 - none_share) / (1.0 - trained),
        });
        let weighed: PerStance<f32> =
            std::array::from_fn(|class| probabilities[class] * likelier[class]);
        let sum: f32 = weighed.iter().sum();
        weighed.map(|p| p / sum)
    }
}

/// What brings a vector with this sum of squares to unit length; a text without known features
/// keeps its zero vector.
fn unit(sum_of_squares: f32) -> f32 {
    if sum_of_squares > 0.0 {
        sum_of_squares.sqrt().recip()
    } else {
        0.0
    }
}

/// The probabilities of logits at a temperature (Guo et al. 2017).
#[must_use]
pub fn calibrated(logits: &PerStance<f32>, temperature: f32) -> PerStance<f32> {
    softmax(&logits.map(|logit| logit / temperature))
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

    #[test]
    fn a_score_worked_out_by_hand() {
        // "They attack": the word "attack" alone of its kind, so its value is 1 whatever its idf,
        // times the length of words, 1; of the character n-grams "^att", "atta" and "ttac", whose
        // weights are the same, the values come to (a + b + c) / |(a, b, c)| times 0.75.
        let model = toy();
        let scored = model.score("They attack", &mut Scratch::default());
        let idf = |key: &str| {
            let id = model.vocabulary().id(key).unwrap();
            model.features()[id as usize].idf.powf(1.5)
        };
        let values = ["c^att", "catta", "cttac"].map(idf);
        let norm = values.iter().map(|v| v * v).sum::<f32>().sqrt();
        let factor = 1.0 + 0.75 * values.iter().sum::<f32>() / norm;
        let expected = [
            -0.5 + 1.5 * factor,
            -0.25 - 0.5 * factor,
            -0.75 - 0.25 * factor,
            1.5 - 0.75 * factor,
        ];
        for (logit, expected) in scored.logits.iter().zip(expected) {
            assert!((logit - expected).abs() < 1e-5, "{:?}", scored.logits);
        }
        let z: f32 = expected.iter().map(|l: &f32| (l / 0.8).exp()).sum();
        let escalation = (expected[0] / 0.8).exp() / z;
        let given = scored.probabilities[Stance::Escalation as usize];
        assert!((given - escalation).abs() < 1e-6);
        assert!((scored.known_ratio - 0.5).abs() < f32::EPSILON);
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
        fn a_shifted_share_keeps_probabilities_and_the_odds_of_the_others(
            logits in prop::array::uniform4(-20f32..20.0),
            share in 0.001f32..0.999,
        ) {
            let model = toy();
            let plain = softmax(&logits);
            let shifted = model.expecting(share, &plain);
            prop_assert!((shifted.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            let [a, b, ..] = plain;
            let [c, d, ..] = shifted;
            prop_assert!((a * d - b * c).abs() < 1e-5);
            // The toy's corpus has a quarter of each label.
            for (same, plain) in model.expecting(0.25, &plain).into_iter().zip(plain) {
                prop_assert!((same - plain).abs() < 1e-5);
            }
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

//! A statement to its classification: what every face of the project calls.

use std::cell::RefCell;

use crate::features::Scratch;
use crate::model::{Explanation, Model};
use crate::stance::{PerStance, Stance, ranked};
use crate::statement::Statement;

/// How a statement is to be classified. The defaults decide always and explain nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Options {
    /// The least confidence with which a stance is decided, 0 to 1.
    pub min_confidence: f32,
    /// The share of `NONE` that is expected in the text, above 0 and below 1: see
    /// [`Model::expecting`]. Without it the scores are as calibrated.
    pub none_share: Option<f32>,
    /// Whether to say what the scores rest on, and with how many contributions at most.
    pub explain: Option<MaxContributions>,
}

/// Whether a number can be [`Options::none_share`].
#[must_use]
pub fn is_share(number: f32) -> bool {
    number > 0.0 && number < 1.0
}

/// How many contributions an explanation holds at most; `None` is all of them.
pub type MaxContributions = Option<usize>;

/// The stance of a statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Classification {
    /// The stance, or `None` where the model abstains.
    pub stance: Option<Stance>,
    /// The calibrated probability of each stance, highest first.
    pub scores: PerStance<(Stance, f32)>,
    /// The share of the text's words and numbers that the model knows, 0 to 1.
    pub known_ratio: f32,
    /// The logit of each stance, in class order.
    pub logits: PerStance<f32>,
    /// What the logit of the highest-scored stance rests on, where asked for.
    pub explanation: Option<Explanation>,
}

impl Classification {
    /// The highest score.
    #[must_use]
    pub fn confidence(&self) -> f32 {
        self.scores[0].1
    }
}

thread_local! {
    /// One set of buffers a thread, so that classifying allocates nothing once they have grown.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Classifies a statement. The same statement, options and model give the same answer, on any
/// thread and in any order.
#[must_use]
pub fn classify(model: &Model, statement: Statement<'_>, options: &Options) -> Classification {
    let text = statement.text();
    let scored = SCRATCH.with_borrow_mut(|scratch| model.score(text, scratch));
    let probabilities = match options.none_share {
        Some(share) => model.expecting(share, &scored.probabilities),
        None => scored.probabilities,
    };
    let scores = ranked(&probabilities);
    let (stance, confidence) = scores[0];
    Classification {
        stance: (confidence >= options.min_confidence).then_some(stance),
        scores,
        known_ratio: scored.known_ratio,
        logits: scored.logits,
        explanation: options.explain.map(|limit| {
            let mut explanation = model.explain(text, stance);
            explanation.truncate(limit.unwrap_or(usize::MAX));
            explanation
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::toy;

    fn classify_text(text: &str, options: &Options) -> Classification {
        let statement = Statement::new(text, 1000).unwrap_or_else(|e| panic!("{e}"));
        classify(&toy(), statement, options)
    }

    #[test]
    fn abstains_below_the_least_confidence_and_still_gives_scores() {
        let decided = classify_text("They denied it", &Options::default());
        assert_eq!(decided.stance, Some(Stance::Denial));
        assert!(decided.explanation.is_none());
        let abstained = classify_text(
            "They denied it",
            &Options {
                min_confidence: 1.0,
                ..Options::default()
            },
        );
        assert_eq!(abstained.stance, None);
        assert_eq!(abstained.scores, decided.scores);
    }

    #[test]
    fn a_confidence_equal_to_the_least_one_decides() {
        let min_confidence = classify_text("talks", &Options::default()).confidence();
        let options = Options {
            min_confidence,
            ..Options::default()
        };
        assert!(classify_text("talks", &options).stance.is_some());
    }

    #[test]
    fn an_expected_share_of_none_moves_the_scores_and_not_the_logits() {
        let plain = classify_text("They denied it", &Options::default());
        let expecting = |share| {
            let options = Options {
                none_share: Some(share),
                ..Options::default()
            };
            classify_text("They denied it", &options)
        };
        let none = |classification: &Classification| {
            let scores = classification.scores.iter();
            scores
                .clone()
                .find(|(stance, _)| *stance == Stance::None)
                .map_or(0.0, |(_, p)| *p)
        };
        assert!(none(&expecting(0.1)) < none(&plain) && none(&plain) < none(&expecting(0.9)));
        assert_eq!(expecting(0.9).logits, plain.logits);
    }

    #[test]
    fn explains_the_highest_scored_stance_with_as_many_contributions_as_asked_for() {
        let options = Options {
            explain: Some(Some(2)),
            ..Options::default()
        };
        let explanation = classify_text("no attack, no talks", &options)
            .explanation
            .unwrap_or_else(|| panic!("no explanation"));
        assert_eq!(explanation.contributions.len(), 2);
        assert!(explanation.omitted.abs() > 0.0);
    }
}

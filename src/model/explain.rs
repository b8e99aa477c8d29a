//! What a score rests on. A linear model can say it exactly: a stance's logit is its bias and the
//! sum of what each occurrence of a feature adds.

use std::collections::BTreeMap;

use super::Model;
use crate::features::{FeatureKind, for_each_term};
use crate::stance::Stance;
use crate::text::{Span, tokenize};

/// What one occurrence of a feature added to a stance's logit.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// What kind of feature it is.
    pub kind: FeatureKind,
    /// The form that was looked up.
    pub feature: String,
    /// Where it stands.
    pub span: Span,
    /// What it added.
    pub value: f32,
}

/// What the logit of one stance rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The stance.
    pub stance: Stance,
    /// What each occurrence of each known feature added, largest magnitude first.
    pub contributions: Vec<Contribution>,
    /// The sum of the contributions that were left out by a limit.
    pub omitted: f32,
}

impl Explanation {
    /// Keeps the `limit` largest contributions; what is dropped is summed in `omitted`.
    pub fn truncate(&mut self, limit: usize) {
        if limit < self.contributions.len() {
            self.omitted += self.contributions[limit..]
                .iter()
                .map(|c| c.value)
                .sum::<f32>();
            self.contributions.truncate(limit);
        }
    }
}

impl Model {
    /// What the logit of `stance` rests on, for one text.
    ///
    /// Slower than [`Model::score`]: it goes by the definition of the features, with their
    /// places.
    #[must_use]
    pub fn explain(&self, text: &str, stance: Stance) -> Explanation {
        let mut found: Vec<(u32, FeatureKind, Span)> = Vec::new();
        let mut counts: BTreeMap<u32, (FeatureKind, u32)> = BTreeMap::new();
        for_each_term(text, &tokenize(text), self.vocabulary.config(), |term| {
            if let Some(id) = self.vocabulary.id(term.key) {
                let (_, count) = counts.entry(id).or_insert((term.kind, 0));
                *count = count.saturating_add(1);
                found.push((id, term.kind, term.span));
            }
        });
        let power = self.vocabulary.config().idf_power;
        let idf = |id: u32| self.features[id as usize].idf.powf(power);
        let mut squares = [0.0; FeatureKind::ALL.len()];
        for (&id, &(kind, count)) in &counts {
            squares[kind as usize] += kind.squared_length(count) * idf(id).powi(2);
        }
        let scales = FeatureKind::ALL.map(|kind| self.scale(kind, squares[kind as usize]));
        let mut contributions: Vec<Contribution> = found
            .into_iter()
            .map(|(id, kind, span)| {
                let count = counts.get(&id).map_or(1, |&(_, count)| count);
                #[allow(clippy::cast_precision_loss)]
                let each = kind.term_frequency(count) / count as f32;
                let weight = self.features[id as usize].weights[stance as usize];
                Contribution {
                    kind,
                    feature: self.vocabulary.keys()[id as usize][1..].to_owned(),
                    span,
                    value: scales[kind as usize] * each * idf(id) * weight,
                }
            })
            .collect();
        contributions.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
        Explanation {
            stance,
            contributions,
            omitted: 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::features::Scratch;
    use crate::model::tests::toy;
    use crate::stance::Stance;

    proptest! {
        #[test]
        fn contributions_and_bias_sum_to_the_logit(
            words in prop::collection::vec(
                prop::sample::select(vec!["no", "talks", "attack", "attacked", "denied", "x", ",", "not"]),
                0..25,
            ),
            limit in 0usize..30,
        ) {
            let model = toy();
            let text = words.join(" ");
            let scored = model.score(&text, &mut Scratch::default());
            for stance in Stance::ALL {
                let mut explanation = model.explain(&text, stance);
                explanation.truncate(limit);
                prop_assert!(explanation.contributions.len() <= limit);
                let sum: f32 = explanation.contributions.iter().map(|c| c.value).sum();
                let logit = model.bias()[stance as usize] + sum + explanation.omitted;
                prop_assert!((logit - scored.logits[stance as usize]).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn the_largest_contribution_comes_first_with_its_place() {
        let text = "They denied the attack";
        let explanation = toy().explain(text, Stance::Denial);
        let first = &explanation.contributions[0];
        assert_eq!(first.feature, "denied");
        assert_eq!(first.span.of(text), "denied");
        assert!(first.value > 0.0);
    }
}

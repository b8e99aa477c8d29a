//! Which features a model gets: those that occur often enough and tell the labels apart best.

use std::cmp::Ordering;

use rustc_hash::FxHashMap;

use super::corpus::Example;
use super::recipe::FeatureRecipe;
use crate::features::for_each_term;
use crate::stance::{PerStance, Stance};
use crate::text::tokenize;

/// The keys of the features to use, sorted: those of at least `min_documents` statements, and of
/// these the `max_features` with the highest χ² against the labels (Manning, Raghavan and Schütze
/// 2008, section 13.5.2), by presence, summed over the labels.
#[must_use]
pub fn select_vocabulary(examples: &[&Example], recipe: &FeatureRecipe) -> Vec<Box<str>> {
    let frequencies = document_frequencies(examples, recipe);
    let mut documents = [0; Stance::COUNT];
    for example in examples {
        documents[example.label as usize] += 1;
    }
    let mut scored: Vec<(f64, Box<str>)> = frequencies
        .into_iter()
        .filter(|(_, counts)| counts.iter().sum::<u32>() as usize >= recipe.min_documents)
        .map(|(key, counts)| (chi_squared(&counts, &documents), key))
        .collect();
    // By score; equal scores by key, so that the same corpus keeps the same features.
    let best_first = |a: &(f64, Box<str>), b: &(f64, Box<str>)| match b.0.total_cmp(&a.0) {
        Ordering::Equal => a.1.cmp(&b.1),
        order => order,
    };
    scored.sort_unstable_by(best_first);
    scored.truncate(recipe.max_features);
    let mut keys: Vec<Box<str>> = scored.into_iter().map(|(_, key)| key).collect();
    keys.sort_unstable();
    keys
}

/// In how many statements of each label every term occurs.
fn document_frequencies(
    examples: &[&Example],
    recipe: &FeatureRecipe,
) -> FxHashMap<Box<str>, PerStance<u32>> {
    struct Seen {
        counts: PerStance<u32>,
        last: usize,
    }
    let mut seen: FxHashMap<Box<str>, Seen> = FxHashMap::default();
    let config = recipe.config();
    for (index, example) in examples.iter().enumerate() {
        for_each_term(&example.text, &tokenize(&example.text), &config, |term| {
            let label = example.label as usize;
            match seen.get_mut(term.key) {
                Some(seen) if seen.last == index => {}
                Some(seen) => {
                    seen.last = index;
                    seen.counts[label] += 1;
                }
                None => {
                    let mut counts = [0; Stance::COUNT];
                    counts[label] = 1;
                    let first = Seen {
                        counts,
                        last: index,
                    };
                    seen.insert(term.key.into(), first);
                }
            }
        });
    }
    seen.into_iter()
        .map(|(key, seen)| (key, seen.counts))
        .collect()
}

/// χ² of a feature's presence against the labels, from how many of each label's statements have
/// it and how many there are.
fn chi_squared(with: &PerStance<u32>, documents: &PerStance<u32>) -> f64 {
    let total: f64 = documents.iter().map(|&n| f64::from(n)).sum();
    let present: f64 = with.iter().map(|&n| f64::from(n)).sum();
    let absent = total - present;
    let mut sum = 0.0;
    for (&observed, &of_label) in with.iter().zip(documents) {
        let of_label = f64::from(of_label);
        for (observed, column) in [
            (f64::from(observed), present),
            (of_label - f64::from(observed), absent),
        ] {
            let expected = of_label * column / total;
            if expected > 0.0 {
                sum += (observed - expected).powi(2) / expected;
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::tests::{small, small_recipe};

    #[test]
    fn chi_squared_of_a_table_worked_out_by_hand() {
        // scipy.stats.chi2_contingency([[10, 20], [30, 40]], correction=False): 0.7936…
        let value = chi_squared(&[10, 20, 0, 0], &[40, 60, 0, 0]);
        assert!((value - 0.793_650_793).abs() < 1e-6, "{value}");
    }

    #[test]
    fn keeps_the_features_that_tell_labels_apart_sorted_and_unique() {
        let examples = small();
        let examples: Vec<&Example> = examples.iter().collect();
        let mut recipe = small_recipe().features;
        recipe.min_documents = 2;
        recipe.max_features = 40;
        let keys = select_vocabulary(&examples, &recipe);
        assert_eq!(keys.len(), 40);
        assert!(keys.is_sorted());
        assert!(keys.iter().any(|key| &**key == "wtalks"));
        assert!(
            !keys.iter().any(|key| &**key == "wrevenge"),
            "in one statement only"
        );
    }
}

//! Naive Bayes as a prior, after Wang and Manning (2012): a feature that occurs far more, or far less,
//! often under a label than elsewhere may have a large weight for it; one that says nothing of the
//! label is held near zero. Their interpolation is left to the penalty here, and the scale folds
//! into the weights, so serving does not know of it.

use linfa::dataset::Records as _;

use super::recipe::PriorRecipe;
use super::sparse::SparseRecords;
use crate::stance::Stance;

/// The scale of each parameter, in the solver's order: one row a feature, one column a class, ones
/// for the intercepts. A scale is the floor and the magnitude of the feature's log-count ratio,
/// over the root mean square of its class, so that classes are penalised alike.
pub(super) fn prior_scales(
    records: &SparseRecords,
    targets: &[usize],
    prior: PriorRecipe,
) -> Vec<f64> {
    const CLASSES: usize = Stance::COUNT;
    let features = records.nfeatures();
    let mut counts = vec![[0.0; CLASSES]; features];
    for (row, &target) in targets.iter().enumerate() {
        for (column, _) in records.row(row) {
            counts[column][target] += 1.0;
        }
    }
    let mut scales = vec![1.0; (features + 1) * CLASSES];
    for class in 0..CLASSES {
        let inside = |counts: &[f64; CLASSES]| counts[class] + prior.smoothing;
        let outside =
            |counts: &[f64; CLASSES]| counts.iter().sum::<f64>() - counts[class] + prior.smoothing;
        let total_inside: f64 = counts.iter().map(inside).sum();
        let total_outside: f64 = counts.iter().map(outside).sum();
        let magnitudes: Vec<f64> = counts
            .iter()
            .map(|counts| {
                let ratio = (inside(counts) / total_inside) / (outside(counts) / total_outside);
                prior.floor + ratio.ln().abs()
            })
            .collect();
        #[allow(clippy::cast_precision_loss)]
        let mean_square = magnitudes.iter().map(|m| m * m).sum::<f64>() / features.max(1) as f64;
        let norm = mean_square.sqrt();
        for (feature, magnitude) in magnitudes.iter().enumerate() {
            scales[feature * CLASSES + class] = magnitude / norm;
        }
    }
    scales
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_worked_out_by_hand() {
        // Feature 0 in both rows of class 0 and one of class 1; feature 1 in the rows of class 1.
        let mut records = SparseRecords::new(2);
        for row in [
            vec![(0, 1.0)],
            vec![(0, 1.0)],
            vec![(0, 1.0), (1, 1.0)],
            vec![(1, 1.0)],
        ] {
            records.push(row);
        }
        let prior = PriorRecipe {
            floor: 0.5,
            smoothing: 1.0,
        };
        let scales = prior_scales(&records, &[0, 0, 1, 1], prior);
        // Class 0: inside 3 and 1 of 4, outside 2 and 3 of 5.
        let first = 0.5 + ((3.0f64 / 4.0) / (2.0 / 5.0)).ln().abs();
        let second = 0.5 + ((1.0f64 / 4.0) / (3.0 / 5.0)).ln().abs();
        let norm = ((first * first + second * second) / 2.0).sqrt();
        assert!((scales[0] - first / norm).abs() < 1e-12);
        assert!((scales[4] - second / norm).abs() < 1e-12);
        assert_eq!(scales[8..], [1.0; 4]);
    }
}

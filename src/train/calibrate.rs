//! Temperature scaling: one number that makes confidences mean what they say (Guo, Pleiss, Sun and
//! Weinberger 2017), fitted on text that the weights were not.

use crate::stance::{PerStance, Stance};

/// Temperatures that are looked at: beyond these a model is broken, not uncalibrated.
const RANGE: (f64, f64) = (0.05, 20.0);

/// The temperature that makes the labels likeliest, to four digits.
///
/// The loss is convex in 1 / temperature, so a golden-section search over its logarithm finds
/// the one minimum.
#[must_use]
pub fn fit_temperature(logits: &[PerStance<f32>], labels: &[Stance]) -> f32 {
    let ratio = (5f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (RANGE.0.ln(), RANGE.1.ln());
    let loss = |log: f64| mean_log_loss(logits, labels, log.exp());
    while high - low > 1e-5 {
        let step = ratio * (high - low);
        if loss(high - step) < loss(low + step) {
            high = low + step;
        } else {
            low = high - step;
        }
    }
    #[allow(clippy::cast_possible_truncation)]
    let temperature = f64::midpoint(low, high).exp() as f32;
    // What differs in later digits is noise; rounded, it is the same on every machine.
    (temperature * 1e4).round() / 1e4
}

/// The mean negative log-likelihood of the labels under logits divided by a temperature.
#[allow(clippy::cast_precision_loss)]
fn mean_log_loss(logits: &[PerStance<f32>], labels: &[Stance], temperature: f64) -> f64 {
    let sum: f64 = logits
        .iter()
        .zip(labels)
        .map(|(logits, &label)| {
            let scaled = logits.map(|logit| f64::from(logit) / temperature);
            let max = scaled.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let log_sum = max + scaled.iter().map(|z| (z - max).exp()).sum::<f64>().ln();
            log_sum - scaled[label as usize]
        })
        .sum();
    sum / labels.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_temperature_that_logits_were_scaled_by() {
        // Labels drawn in the exact proportions of softmax([ln 6, ln 2, ln 1, ln 1]).
        let calibrated = [6f32.ln(), 2f32.ln(), 0.0, 0.0];
        let labels: Vec<Stance> = [6, 2, 1, 1]
            .into_iter()
            .zip(Stance::ALL)
            .flat_map(|(times, label)| std::iter::repeat_n(label, times))
            .collect();
        for scale in [0.5f32, 1.0, 3.0] {
            let logits = vec![calibrated.map(|logit| logit * scale); labels.len()];
            let temperature = fit_temperature(&logits, &labels);
            assert!(
                (temperature - scale).abs() < 1e-3,
                "{temperature} for {scale}"
            );
        }
    }
}

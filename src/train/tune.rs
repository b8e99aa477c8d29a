//! Fits what must not be fitted on the training text: class weights and temperature, on labelled
//! text that is like the text to come.

use super::calibrate::fit_temperature;
use super::corpus::{Corpus, Example};
use super::evaluate::Report;
use super::recipe::{Recipe, Tuned};
use super::{Event, Prepared, TrainError};
use crate::features::Scratch;
use crate::stance::{PerStance, Stance};

/// The factors by which a label's weight is tried. Close to 1: held-out text has few statements of the
/// rarer labels, and weights further off did not carry over to other text.
const FACTORS: [f32; 5] = [0.71, 0.84, 1.0, 1.19, 1.41];

/// The gain in macro-F1 below which a weight stays as it is: less is noise on a few hundred
/// statements.
const LEAST_GAIN: f64 = 0.01;

/// How a set of class weights does on the validation text.
struct Trial {
    class_weights: PerStance<f32>,
    temperature: f32,
    macro_f1: f64,
}

/// Chooses class weights by coordinate search for the best macro-F1, the labels in class order
/// against `NONE` at 1, then fits the temperature.
///
/// # Errors
///
/// [`TrainError`] when a training fails.
pub fn tune(
    corpus: &Corpus,
    validation: &[Example],
    fitted_on: &str,
    recipe: &Recipe,
    progress: &(dyn Fn(Event) + Sync),
) -> Result<Tuned, TrainError> {
    let examples: Vec<&Example> = corpus.examples.iter().collect();
    let prepared = Prepared::new(&examples, recipe, progress)?;
    progress(Event::Step("choosing class weights"));
    let mut best = attempt(&prepared, validation, recipe, [1.0; 4])?;
    for label in [Stance::Escalation, Stance::Dialogue, Stance::Denial] {
        let around = best.class_weights;
        for factor in FACTORS.into_iter().filter(|&factor| factor != 1.0) {
            let mut class_weights = around;
            class_weights[label as usize] *= factor;
            let trial = attempt(&prepared, validation, recipe, class_weights)?;
            progress(Event::Gradient);
            if trial.macro_f1 > best.macro_f1 + LEAST_GAIN {
                best = trial;
            }
        }
    }
    Ok(Tuned {
        fitted_on: fitted_on.to_owned(),
        class_weights: best.class_weights,
        temperature: best.temperature,
    })
}

fn attempt(
    prepared: &Prepared,
    validation: &[Example],
    recipe: &Recipe,
    class_weights: PerStance<f32>,
) -> Result<Trial, TrainError> {
    let tuned = Tuned {
        class_weights,
        ..Tuned::default()
    };
    let model = prepared.fit(recipe, &tuned, &|_| {})?.model;
    let mut scratch = Scratch::default();
    let labels: Vec<Stance> = validation.iter().map(|example| example.label).collect();
    let logits: Vec<PerStance<f32>> = validation
        .iter()
        .map(|example| model.score(&example.text, &mut scratch).logits)
        .collect();
    let temperature = fit_temperature(&logits, &labels);
    let probabilities: Vec<PerStance<f32>> = logits
        .iter()
        .map(|logits| crate::model::calibrated(logits, temperature))
        .collect();
    Ok(Trial {
        class_weights,
        temperature,
        macro_f1: Report::new(validation, &probabilities)
            .confusion()
            .macro_f1(),
    })
}

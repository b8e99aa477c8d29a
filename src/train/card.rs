//! The model card: what the model is, what it was made from, how good it is, where it fails.

use std::fmt::Write as _;

use super::recipe::{Recipe, Tuned};
use crate::model::{Evaluation, Model, TrainingRecord};
use crate::stance::Stance;

/// The card, as Markdown.
#[must_use]
pub fn model_card(
    model: &Model,
    record: &TrainingRecord,
    recipe: &Recipe,
    tuned: &Tuned,
) -> String {
    let mut card = String::new();
    // Writing to a string cannot fail.
    let _ = write_card(&mut card, model, record, recipe, tuned);
    card
}

fn write_card(
    card: &mut String,
    model: &Model,
    record: &TrainingRecord,
    recipe: &Recipe,
    tuned: &Tuned,
) -> std::fmt::Result {
    let counts = model.feature_counts();
    writeln!(card, "# Model card\n")?;
    writeln!(
        card,
        "Written by `stance train`; do not edit. Version `{}`.\n",
        model.version()
    )?;
    writeln!(
        card,
        "Multinomial logistic regression over word n-grams (to {}) and character n-grams inside \
         words ({} to {}), classes of words, their pairs and the words before them, sublinear tf-idf, each \
         kind scaled to its length; a naive Bayes prior on the weights; calibrated by temperature. It labels one \
         English statement about international affairs with the stance that it takes or reports \
         its actor as taking: ESCALATION, DIALOGUE, DENIAL or NONE, by the codebook of its corpus.\n",
        recipe.features.max_word_ngram,
        recipe.features.min_char_ngram,
        recipe.features.max_char_ngram,
    )?;
    writeln!(card, "## Data\n")?;
    writeln!(
        card,
        "{} statements, SHA-256 `{}`.\n",
        model.corpus().statements,
        model.corpus().sha256
    )?;
    writeln!(
        card,
        "| label | statements | weight in training |\n|---|---|---|"
    )?;
    for label in Stance::ALL {
        writeln!(
            card,
            "| {label} | {} | {} |",
            model.corpus().labels[label as usize],
            tuned.class_weights[label as usize]
        )?;
    }
    writeln!(
        card,
        "\nClass weights and temperature ({}) were fitted on: {}.\n",
        tuned.temperature, tuned.fitted_on
    )?;
    writeln!(
        card,
        "{} features: {} words, {} word n-grams, {} character n-grams, {} word classes, {} pairs of \
         classes, {} words before a class. The solver converged after {} iterations with a gradient of {:.1e} a statement.\n",
        model.vocabulary().len(),
        counts.words,
        counts.word_ngrams,
        counts.character_ngrams,
        counts.word_classes,
        counts.word_class_pairs,
        counts.words_ahead,
        record.iterations,
        record.gradient_norm,
    )?;
    writeln!(card, "## Figures\n")?;
    for evaluation in &record.evaluations {
        write_evaluation(card, evaluation)?;
    }
    card.push_str(LIMITS);
    Ok(())
}

fn write_evaluation(card: &mut String, evaluation: &Evaluation) -> std::fmt::Result {
    writeln!(
        card,
        "**{}**, {} statements: macro-F1 {:.3} ({:.3} to {:.3}), accuracy {:.3}, expected calibration \
         error {:.3} ({:.3} to {:.3}); in brackets 95 % bootstrap intervals.\n",
        evaluation.data_set,
        evaluation.statements,
        evaluation.macro_f1,
        evaluation.macro_f1_interval.0,
        evaluation.macro_f1_interval.1,
        evaluation.accuracy,
        evaluation.expected_calibration_error,
        evaluation.expected_calibration_error_interval.0,
        evaluation.expected_calibration_error_interval.1,
    )?;
    writeln!(
        card,
        "| label | statements | precision | recall | F1 |\n|---|---|---|---|---|"
    )?;
    for (label, figures) in Stance::ALL.into_iter().zip(&evaluation.labels) {
        writeln!(
            card,
            "| {label} | {} | {:.3} | {:.3} | {:.3} |",
            figures.support, figures.precision, figures.recall, figures.f1
        )?;
    }
    writeln!(
        card,
        "\n| answered | with `min_confidence` | right |\n|---|---|---|"
    )?;
    for point in &evaluation.risk_coverage {
        writeln!(
            card,
            "| {:.0} % | {:.2} | {:.1} % |",
            100.0 * point.coverage,
            point.min_confidence,
            100.0 * point.accuracy
        )?;
    }
    writeln!(card)
}

const LIMITS: &str = "\
## Limits

- English alone. Other languages and gibberish show as a low `known_feature_ratio`, and their labels
  mean nothing.
- One statement at a time: it does not know who speaks, what was said before, or whether it is true.
- It reads words, not meaning: irony, quotation of an opponent and stances without any usual word
  are often missed. Use `min_confidence` where a wrong label costs more than none.
- It labels what a text says of a conflict, not persons. It must not be used to judge, rank or act
  against individuals.
";

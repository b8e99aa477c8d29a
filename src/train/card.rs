//! The model card: what the model is, what it was made from, how good it is, where it fails.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::agreement::Agreement;
use super::corpus::{Example, Register};
use super::evaluate::Answer;
use super::recipe::{Recipe, Tuned};
use crate::model::{Evaluation, Model, TrainingRecord};
use crate::stance::{PerStance, Stance};

/// What the card says of the corpus, beside what the model and its record hold.
#[derive(Debug, Default)]
pub struct CardNotes<'a> {
    /// The statements.
    pub examples: &'a [Example],
    /// The agreement of a second reading, where there is one.
    pub agreement: Option<Agreement>,
    /// Statements that a cross-validated model got wrong with the greatest confidence.
    pub failures: Vec<(&'a Example, Answer)>,
}

/// The card, as Markdown, after Mitchell et al. (2019).
#[must_use]
pub fn model_card(
    model: &Model,
    record: &TrainingRecord,
    recipe: &Recipe,
    tuned: &Tuned,
    notes: &CardNotes<'_>,
) -> String {
    let mut card = String::new();
    // Writing to a string cannot fail.
    let _ = write_card(&mut card, model, record, recipe, tuned, notes);
    card
}

fn write_card(
    card: &mut String,
    model: &Model,
    record: &TrainingRecord,
    recipe: &Recipe,
    tuned: &Tuned,
    notes: &CardNotes<'_>,
) -> std::fmt::Result {
    writeln!(card, "# Model card\n")?;
    writeln!(
        card,
        "Written by `stance train`; do not edit. Version `{}`.\n",
        model.version()
    )?;
    write_details(card, model, record, recipe, tuned)?;
    card.push_str(INTENDED_USE);
    write_data(card, model, tuned, notes)?;
    card.push_str(METRICS);
    writeln!(card, "## Figures\n")?;
    for evaluation in &record.evaluations {
        write_evaluation(card, evaluation)?;
    }
    write_failures(card, &notes.failures)?;
    card.push_str(LIMITS);
    Ok(())
}

fn write_details(
    card: &mut String,
    model: &Model,
    record: &TrainingRecord,
    recipe: &Recipe,
    tuned: &Tuned,
) -> std::fmt::Result {
    let counts = model.feature_counts();
    writeln!(card, "## Model details\n")?;
    writeln!(
        card,
        "Multinomial logistic regression over word n-grams (to {}) and character n-grams inside \
         words ({} to {}), classes of words, their pairs and the words before them, tf-idf, each \
         kind scaled to its length; a naive Bayes prior on the weights; calibrated by temperature. It labels one \
         English statement about international affairs with the stance that it takes or reports \
         its actor as taking: ESCALATION, DIALOGUE, DENIAL or NONE, by the codebook of its corpus. Apache-2.0.\n",
        recipe.features.max_word_ngram,
        recipe.features.min_char_ngram,
        recipe.features.max_char_ngram,
    )?;
    writeln!(
        card,
        "{} features: {} words, {} word n-grams, {} character n-grams, {} word classes, {} pairs of \
         classes, {} words before a class. The solver converged after {} iterations with a gradient of \
         {:.1e} a statement. Class weights and temperature ({}) were fitted on: {}.\n",
        model.vocabulary().len(),
        counts.words,
        counts.word_ngrams,
        counts.character_ngrams,
        counts.word_classes,
        counts.word_class_pairs,
        counts.words_ahead,
        record.iterations,
        record.gradient_norm,
        tuned.temperature,
        tuned.fitted_on,
    )
}

fn write_data(
    card: &mut String,
    model: &Model,
    tuned: &Tuned,
    notes: &CardNotes<'_>,
) -> std::fmt::Result {
    let corpus = model.corpus();
    writeln!(card, "## Training data\n")?;
    writeln!(
        card,
        "{} statements, SHA-256 `{}`.\n",
        corpus.statements, corpus.sha256
    )?;
    writeln!(
        card,
        "| label | statements | weight in training |\n|---|---|---|"
    )?;
    for label in Stance::ALL {
        let class = label as usize;
        writeln!(
            card,
            "| {label} | {} | {} |",
            corpus.labels[class], tuned.class_weights[class]
        )?;
    }
    let mut registers: BTreeMap<Register, PerStance<usize>> = BTreeMap::new();
    for example in notes.examples {
        if let Some(register) = example.register {
            registers.entry(register).or_default()[example.label as usize] += 1;
        }
    }
    if !registers.is_empty() {
        writeln!(
            card,
            "\n| register | ESCALATION | DIALOGUE | DENIAL | NONE |\n|---|---|---|---|---|"
        )?;
    }
    for (register, [escalation, dialogue, denial, none]) in registers {
        writeln!(
            card,
            "| {} | {escalation} | {dialogue} | {denial} | {none} |",
            register.name()
        )?;
    }
    if let Some(agreement) = notes.agreement {
        writeln!(
            card,
            "\nA second reader labelled {} of the statements without seeing the first label: agreement \
             {:.3}, Cohen's kappa {:.3}. Both readers worked by the same codebook and in the same manner, so \
             this says that the labels can be read off the page, not that anybody would agree so often.",
            agreement.statements, agreement.observed, agreement.kappa
        )?;
    }
    writeln!(card)
}

/// Real failures, in the project's own sentences.
fn write_failures(card: &mut String, failures: &[(&Example, Answer)]) -> std::fmt::Result {
    if failures.is_empty() {
        return Ok(());
    }
    writeln!(
        card,
        "## Known failures\n\nThe statements of the corpus that a model trained without them got wrong \
         with the greatest confidence:\n\n| statement | right | given | confidence |\n|---|---|---|---|"
    )?;
    for (example, answer) in failures {
        writeln!(
            card,
            "| {} | {} | {} | {:.2} |",
            example.text.replace('|', "\\|"),
            answer.right,
            answer.given,
            answer.confidence
        )?;
    }
    writeln!(card)
}

fn write_evaluation(card: &mut String, evaluation: &Evaluation) -> std::fmt::Result {
    writeln!(
        card,
        "**{}**, {} statements: macro-F1 {}, accuracy {:.3}, expected calibration error {}; in \
         brackets 95 % bootstrap intervals.\n",
        evaluation.data_set,
        evaluation.statements,
        evaluation.macro_f1_with_interval(),
        evaluation.accuracy,
        evaluation.calibration_error_with_interval(),
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
    writeln!(card, "\n| confidence | answers | right |\n|---|---|---|")?;
    for bin in &evaluation.reliability {
        writeln!(
            card,
            "| {:.2} | {} | {:.2} |",
            bin.confidence, bin.statements, bin.accuracy
        )?;
    }
    if !evaluation.parts.is_empty() {
        writeln!(
            card,
            "\n| source or register | statements | macro-F1 | accuracy |\n|---|---|---|---|"
        )?;
    }
    for part in &evaluation.parts {
        writeln!(
            card,
            "| {} | {} | {:.3} | {:.3} |",
            part.name, part.statements, part.macro_f1, part.accuracy
        )?;
    }
    writeln!(card)
}

const INTENDED_USE: &str = "\
## Intended use

For newsrooms, analysts and data teams who sort or count many English statements about relations between
states, alliances, international organisations, armed groups and parties to a conflict: news sentences,
headlines, speeches, briefings, posts. One statement at a time, and its probabilities with it. Counts over many
statements are what it is good for; a single label is a hint for a reader.

Not for other languages, for opinions on anything but conflict and dialogue between political actors, or
for anything that is decided about a person.

";

const METRICS: &str = "\
## Metrics

Macro-F1, because the labels are of unlike frequency and the rare ones matter; accuracy; expected calibration
error over 15 equal-width bins of confidence; accuracy by coverage, for users who abstain below a
`min_confidence`. Text of several sources and registers is measured apart, since these are what the figures vary with.

";

const LIMITS: &str = "\
## Limits and what must not be done

- English alone. Other languages and gibberish show as a low `known_feature_ratio`, and their labels
  mean nothing.
- One statement at a time: it does not know who speaks, what was said before, or whether it is true. It labels what
  a text says, so a false report of an attack is ESCALATION like a true one.
- It reads words, not meaning: irony, quotation of an opponent, distant negation and stances without any usual word
  are often missed. Use `min_confidence` where a wrong label costs more than none.
- Names of states weigh in its scores as they occurred in the corpus: a state that is often accused there draws
  ESCALATION. Compare how two sides are labelled only over text of like kind, and look at the contributions.
- The share of NONE differs from feed to feed: `none_share` corrects for it.
- It must not be used to judge, rank or act against persons, to pick targets, or as the sole ground of a
  published claim about what somebody meant.
";

//! `stance evaluate`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::classify::share;
use super::report::page;
use super::{CommandError, ModelArgs};
use crate::model::{Evaluation, Model};
use crate::registry::Registry;
use crate::stance::{PerStance, Stance};
use crate::train::{
    Answer, ChallengeReport, Example, Passed, challenge, measure, read_challenge, read_examples,
    write_files,
};

/// How many errors a report shows.
const ERRORS_SHOWN: usize = 20;

/// Measures a model on labelled statements.
///
/// Prints the confusion matrix, precision, recall and F1 of each label, macro-F1 (their mean F1),
/// accuracy, and the expected calibration error over 15 equal-width bins of confidence.
#[derive(Debug, Args)]
#[group(required = true, multiple = true, id = "what", args = ["data", "challenge"])]
pub(super) struct EvaluateArgs {
    /// The labelled statements: one JSON object a line with "text" and "label".
    #[arg(long, value_name = "FILE.jsonl")]
    data: Option<PathBuf>,
    /// A challenge set such as corpus/challenge.jsonl: prints the share of right labels of each
    /// phenomenon, and how often invariance and directional tests hold.
    #[arg(long, value_name = "FILE.jsonl")]
    challenge: Option<PathBuf>,
    /// Print one JSON object instead of tables.
    #[arg(long)]
    json: bool,
    /// Also write report.html into this directory: one page, nothing loaded from elsewhere, with the
    /// tables, a reliability diagram, a risk-coverage curve and the most confident errors with the
    /// words that they rest on.
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Correct the scores to this share of NONE, above 0 and below 1, as `classify` does.
    #[arg(long, value_name = "SHARE", env = "STANCE_NONE_SHARE", value_parser = share)]
    none_share: Option<f32>,
    #[command(flatten)]
    model: ModelArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct JsonReport {
    model: String,
    model_version: String,
    #[serde(flatten)]
    measured: Option<Measured>,
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge: Option<ChallengeReport>,
}

/// What was measured on labelled statements.
#[derive(Serialize)]
pub(super) struct Measured {
    #[serde(flatten)]
    pub(super) evaluation: Evaluation,
    /// Rows are the right labels, columns the given ones.
    pub(super) confusion: PerStance<PerStance<usize>>,
    label_order: [Stance; Stance::COUNT],
    #[serde(skip)]
    pub(super) errors: Vec<(Example, Answer)>,
}

#[allow(clippy::print_stdout)]
pub(super) fn run(args: &EvaluateArgs) -> Result<(), CommandError> {
    let registry = Registry::load(&args.model.model_dir)?;
    let named = registry.default_model();
    let measured = args
        .data
        .as_ref()
        .map(|path| measured(&named.model, path, args.none_share))
        .transpose()?;
    let challenged = args
        .challenge
        .as_ref()
        .map(|path| read_challenge(path).map(|rows| challenge(&named.model, &rows)))
        .transpose()?;
    if let Some(directory) = &args.report {
        let page = page(named, measured.as_ref(), challenged.as_ref())?;
        write_files(directory, &[("report.html", page.as_bytes())])?;
    }
    if args.json {
        let report = JsonReport {
            model: named.name.clone(),
            model_version: named.model.version().to_owned(),
            measured,
            challenge: challenged,
        };
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    }
    println!("model {}, version {}\n", named.name, named.model.version());
    if let Some(measured) = &measured {
        println!("{}", table(&measured.evaluation));
        println!("{}\n", matrix(&measured.confusion));
    }
    if let Some(challenged) = &challenged {
        println!("{}", challenge_table(challenged));
    }
    Ok(())
}

fn measured(model: &Model, path: &Path, none_share: Option<f32>) -> Result<Measured, CommandError> {
    let examples = read_examples(path)?;
    let report = measure(model, &examples, none_share);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let errors = report.errors().into_iter().take(ERRORS_SHOWN);
    Ok(Measured {
        evaluation: report.evaluation(&name),
        confusion: report.confusion().counts,
        label_order: Stance::ALL,
        errors: errors
            .map(|(place, answer)| (examples[place].clone(), answer))
            .collect(),
    })
}

fn challenge_table(report: &ChallengeReport) -> String {
    let mut table = format!("{:<36} {:>10} {:>10}\n", "challenge", "statements", "right");
    let mut line = |name: &str, passed: &Passed| {
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "{name:<36} {:>10} {:>10.3}",
            passed.total,
            passed.rate()
        );
    };
    for (name, passed) in &report.phenomena {
        line(name, passed);
    }
    line("all", &report.accuracy);
    line("invariance tests that hold", &report.invariance);
    line("directional tests that hold", &report.directional);
    table
}

/// The figures of an evaluation, as a table.
pub(super) fn table(evaluation: &Evaluation) -> String {
    let mut table = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        table,
        "{}, {} statements\n\n{:<12} {:>10} {:>10} {:>10} {:>10}",
        evaluation.data_set,
        evaluation.statements,
        "label",
        "statements",
        "precision",
        "recall",
        "F1"
    );
    for (label, figures) in Stance::ALL.into_iter().zip(&evaluation.labels) {
        let _ = writeln!(
            table,
            "{label:<12} {:>10} {:>10.3} {:>10.3} {:>10.3}",
            figures.support, figures.precision, figures.recall, figures.f1
        );
    }
    let _ = writeln!(
        table,
        "\nmacro-F1 {}   accuracy {:.3}   expected calibration error {}\n\
         (in brackets: 95 % bootstrap intervals)",
        evaluation.macro_f1_with_interval(),
        evaluation.accuracy,
        evaluation.calibration_error_with_interval(),
    );
    table
}

fn matrix(confusion: &PerStance<PerStance<usize>>) -> String {
    let mut matrix = format!("{:<12}", "right\\given");
    for label in Stance::ALL {
        let _ = write!(matrix, " {label:>10}");
    }
    for (label, row) in Stance::ALL.into_iter().zip(confusion) {
        let _ = write!(matrix, "\n{label:<12}");
        for count in row {
            let _ = write!(matrix, " {count:>10}");
        }
    }
    matrix
}

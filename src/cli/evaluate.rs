//! `stance evaluate`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::{CommandError, ModelArgs};
use crate::model::Evaluation;
use crate::registry::Registry;
use crate::stance::{PerStance, Stance};
use crate::train::{Confusion, measure, read_examples};

/// Measures a model on labelled statements.
///
/// Prints the confusion matrix, precision, recall and F1 of each label, macro-F1 (their mean F1),
/// accuracy, and the expected calibration error over 15 equal-width bins of confidence.
#[derive(Debug, Args)]
pub(super) struct EvaluateArgs {
    /// The labelled statements: one JSON object a line with "text" and "label".
    #[arg(long, value_name = "FILE.jsonl")]
    data: PathBuf,
    /// Print one JSON object instead of tables.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    model: ModelArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct JsonReport<'a> {
    model: &'a str,
    model_version: &'a str,
    #[serde(flatten)]
    evaluation: &'a Evaluation,
    /// Rows are the right labels, columns the given ones.
    confusion: PerStance<PerStance<usize>>,
    label_order: [Stance; Stance::COUNT],
}

#[allow(clippy::print_stdout)]
pub(super) fn run(args: &EvaluateArgs) -> Result<(), CommandError> {
    let examples = read_examples(&args.data)?;
    let registry = Registry::load(&args.model.model_dir)?;
    let named = registry.default_model();
    let report = measure(&named.model, &examples);
    let name = args.data.file_name().unwrap_or_default().to_string_lossy();
    let evaluation = report.evaluation(&name);
    if args.json {
        let json = JsonReport {
            model: &named.name,
            model_version: named.model.version(),
            evaluation: &evaluation,
            confusion: report.confusion.counts,
            label_order: Stance::ALL,
        };
        println!("{}", serde_json::to_string_pretty(&json)?);
    } else {
        println!("model {}, version {}\n", named.name, named.model.version());
        println!("{}", table(&evaluation));
        println!("{}", matrix(&report.confusion));
    }
    Ok(())
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
        "\nmacro-F1 {:.3}   accuracy {:.3}   expected calibration error {:.3}",
        evaluation.macro_f1, evaluation.accuracy, evaluation.expected_calibration_error
    );
    table
}

fn matrix(confusion: &Confusion) -> String {
    let mut matrix = format!("{:<12}", "right\\given");
    for label in Stance::ALL {
        let _ = write!(matrix, " {label:>10}");
    }
    for (label, row) in Stance::ALL.into_iter().zip(&confusion.counts) {
        let _ = write!(matrix, "\n{label:<12}");
        for count in row {
            let _ = write!(matrix, " {count:>10}");
        }
    }
    matrix
}

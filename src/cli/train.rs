//! `stance train`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::CommandError;
use super::evaluate::table;
use crate::model::{Evaluation, Model, TrainingRecord};
use crate::stance::{PerStance, Stance};
use crate::train::{
    Agreement, CardNotes, Corpus, Event, Example, Recipe, Report, Trained, Tuned, cross_validate,
    fit_temperature, measure, model_card, read_examples, train, tune, write_model,
};

/// The logits of each statement of a corpus.
type Logits = Vec<PerStance<f32>>;

const FOLDS: usize = 5;
/// How many failures the card shows.
const FAILURES_SHOWN: usize = 12;

/// Trains a model on a corpus and writes it with its card.
///
/// The corpus is a directory of JSONL files (or has them in statements/), one object a line
/// with "text" and "label"; training.toml beside them says how to train, tuned.json holds what
/// was fitted on held-out text. The same corpus gives the same model, byte for byte, on the same
/// machine. See corpus/README.md.
#[derive(Debug, Args)]
pub(super) struct TrainArgs {
    /// The corpus directory.
    #[arg(long, value_name = "DIR", env = "STANCE_CORPUS")]
    corpus: PathBuf,
    /// The model directory to write: model.stance, training.json and MODEL_CARD.md. A model that
    /// is there stays whole until the new one is complete.
    #[arg(long, value_name = "DIR", env = "STANCE_OUT")]
    out: PathBuf,
    /// Fit class weights and temperature on this labelled text first, and write them to the
    /// corpus's tuned.json. Use real text that is like what will be classified, and that is not
    /// what the model will be judged by.
    #[arg(long, value_name = "FILE.jsonl")]
    tune: Option<PathBuf>,
    /// Measure the model on this labelled text, for the card. May be given several times.
    #[arg(long, value_name = "FILE.jsonl")]
    evaluate: Vec<PathBuf>,
    /// Leave out the cross-validation that measures the recipe on the corpus itself.
    #[arg(long)]
    no_cross_validation: bool,
}

pub(super) fn run(args: &TrainArgs) -> Result<(), CommandError> {
    let start = Instant::now();
    let corpus = Corpus::load(&args.corpus)?;
    let recipe = Recipe::load(&args.corpus)?;
    let held_out = args
        .evaluate
        .iter()
        .map(|path| Ok((path.as_path(), read_examples(path)?)))
        .collect::<Result<Vec<(&Path, Vec<Example>)>, CommandError>>()?;
    let bar = progress_bar();
    let progress = |event| show(&bar, &event);

    let tuned = settings(args, &corpus, &recipe, &progress)?;
    let (mut trained, validated) = fit(args, &corpus, &recipe, tuned.as_ref(), &progress)?;
    // A corpus without text to tune on is calibrated on what its folds held out.
    let tuned = match (tuned, &validated) {
        (None, Some(validated)) => {
            let tuned = calibrated_by(&corpus, validated);
            trained.model = trained.model.at_temperature(tuned.temperature)?;
            tuned
        }
        (tuned, _) => tuned.unwrap_or_default(),
    };
    let mut evaluations = Vec::new();
    let mut notes = CardNotes {
        examples: &corpus.examples,
        agreement: Agreement::load(&args.corpus)?,
        failures: Vec::new(),
    };
    if let Some(validated) = &validated {
        let report = report_of(&corpus, validated, tuned.temperature);
        evaluations.push(report.evaluation(&format!(
            "the corpus, {FOLDS}-fold cross-validation by group"
        )));
        let failures = report.errors().into_iter().take(FAILURES_SHOWN);
        notes.failures = failures
            .map(|(place, answer)| (&corpus.examples[place], answer))
            .collect();
    }
    progress(Event::Step("measuring"));
    for (path, examples) in &held_out {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        evaluations.push(measure(&trained.model, examples, None).evaluation(&name));
    }
    let record = record(&args.out, &trained, evaluations, start.elapsed())?;
    let card = model_card(&trained.model, &record, &recipe, &tuned, &notes);
    write_model(&args.out, &trained.model, &record, &card)?;
    bar.finish_and_clear();
    report(args, &trained.model, &record);
    Ok(())
}

/// The model, and what the cross-validation of its recipe gave each statement of the corpus, unless that is left out.
/// Neither needs the other, so they share the cores.
fn fit(
    args: &TrainArgs,
    corpus: &Corpus,
    recipe: &Recipe,
    tuned: Option<&Tuned>,
    progress: &(dyn Fn(Event) + Sync),
) -> Result<(Trained, Option<Logits>), CommandError> {
    let tuned = tuned.cloned().unwrap_or_default();
    let examples: Vec<&Example> = corpus.examples.iter().collect();
    let train = || train(&examples, recipe, &tuned, progress);
    if args.no_cross_validation {
        return Ok((train()?, None));
    }
    let (trained, validated) = rayon::join(
        || {
            let trained = train();
            progress(Event::Step("cross-validating"));
            trained
        },
        || cross_validate(&corpus.examples, FOLDS, recipe, &tuned),
    );
    Ok((trained?, Some(validated?)))
}

fn settings(
    args: &TrainArgs,
    corpus: &Corpus,
    recipe: &Recipe,
    progress: &(dyn Fn(Event) + Sync),
) -> Result<Option<Tuned>, CommandError> {
    let Some(path) = &args.tune else {
        return Ok(Tuned::load(&args.corpus)?);
    };
    let validation = read_examples(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let fitted_on = format!("{name}, {} statements", validation.len());
    let tuned = tune(corpus, &validation, &fitted_on, recipe, progress)?;
    tuned.save(&args.corpus)?;
    Ok(Some(tuned))
}

fn calibrated_by(corpus: &Corpus, logits: &[PerStance<f32>]) -> Tuned {
    let labels: Vec<Stance> = corpus.examples.iter().map(|e| e.label).collect();
    Tuned {
        fitted_on: format!("the corpus itself, by {FOLDS}-fold cross-validation"),
        temperature: fit_temperature(logits, &labels),
        ..Tuned::default()
    }
}

fn report_of(corpus: &Corpus, logits: &[PerStance<f32>], temperature: f32) -> Report {
    let probabilities: Vec<PerStance<f32>> = logits
        .iter()
        .map(|logits| crate::model::calibrated(logits, temperature))
        .collect();
    Report::new(&corpus.examples, &probabilities)
}

/// The record of this training. What was measured before of the very same model and not again
/// is kept; a record that cannot be read is replaced.
fn record(
    directory: &Path,
    trained: &Trained,
    mut evaluations: Vec<Evaluation>,
    elapsed: Duration,
) -> Result<TrainingRecord, CommandError> {
    let version = trained.model.version().to_owned();
    if let Ok(Some(before)) = TrainingRecord::load(directory, &version) {
        for evaluation in before.evaluations {
            if evaluations
                .iter()
                .all(|e| e.data_set != evaluation.data_set)
            {
                evaluations.push(evaluation);
            }
        }
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    Ok(TrainingRecord {
        model_version: version,
        trained_at: i64::try_from(now)?,
        seconds: elapsed.as_secs_f64(),
        iterations: trained.iterations,
        gradient_norm: trained.gradient_norm,
        evaluations,
    })
}

/// Shown on a terminal only.
fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg} {pos:.dim}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

fn show(bar: &ProgressBar, event: &Event) {
    match event {
        Event::Step(step) => {
            bar.set_position(0);
            bar.set_message(*step);
        }
        Event::Gradient => bar.inc(1),
    }
}

#[allow(clippy::print_stdout)]
fn report(args: &TrainArgs, model: &Model, record: &TrainingRecord) {
    println!(
        "{}: version {}, {} statements, {} features, {} iterations, gradient {:.1e}, {:.1} s",
        args.out.display(),
        model.version(),
        model.corpus().statements,
        model.vocabulary().len(),
        record.iterations,
        record.gradient_norm,
        record.seconds,
    );
    for evaluation in &record.evaluations {
        println!("\n{}", table(evaluation));
    }
}

//! The command line: what people type, and what they are told.

mod analyze;
mod classify;
mod evaluate;
mod page;
mod report;
mod serve;
mod train;

use std::error::Error;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Labels the stance of statements about international affairs.
///
/// Each statement is ESCALATION (threatens, attacks, sanctions, refuses, accuses), DIALOGUE
/// (offers or holds talks, eases, withdraws), DENIAL (rejects something as untrue) or NONE of
/// these, with calibrated probabilities. The model is compiled in: no download, no other file.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::ServeArgs),
    Classify(classify::ClassifyArgs),
    Analyze(analyze::AnalyzeArgs),
    Evaluate(evaluate::EvaluateArgs),
    Train(train::TrainArgs),
}

/// Which models to use, for every command that uses one.
#[derive(Debug, Args)]
struct ModelArgs {
    /// Use the model of this directory instead of the embedded one. For `serve` it may be
    /// given several times: the first is the default, requests name the others by their
    /// directory's name.
    #[arg(
        long,
        value_name = "DIR",
        env = "STANCE_MODEL_DIR",
        value_delimiter = ','
    )]
    model_dir: Vec<PathBuf>,
}

/// A command failed: why, as one line.
pub type CommandError = Box<dyn Error + Send + Sync>;

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    ///
    /// What went wrong, with the file or flag and the remedy.
    pub fn run(self) -> Result<(), CommandError> {
        match self.command {
            Command::Serve(args) => serve::run(&args),
            Command::Classify(args) => classify::run(&args),
            Command::Analyze(args) => analyze::run(&args),
            Command::Evaluate(args) => evaluate::run(&args),
            Command::Train(args) => train::run(&args),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}

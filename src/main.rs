//! `stance serve | classify | evaluate | train`.

use std::process::ExitCode;

use clap::Parser as _;
use stance::cli::Cli;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("stance: {error}");
            ExitCode::FAILURE
        }
    }
}

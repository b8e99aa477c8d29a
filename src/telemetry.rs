//! Log lines: to standard error, as text or JSON.

use std::io;

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The level is no filter.
    #[error("--log-level {level:?}: {source}: use error, warn, info or debug")]
    Level {
        /// What was given.
        level: String,
        /// What is wrong with it.
        source: tracing_subscriber::filter::ParseError,
    },
    /// Something logs already.
    #[error("logging is set up already: {0}")]
    Set(Box<dyn std::error::Error + Send + Sync>),
}

/// Sends what is traced to standard error. A bare level is one for this crate alone: libraries
/// warn, and no more.
///
/// # Errors
///
/// [`TelemetryError`] when `level` is no filter or logging is set up already.
pub fn init(format: LogFormat, level: &str) -> Result<(), TelemetryError> {
    let bare = level.chars().all(|c| c.is_ascii_alphabetic());
    let directives = if bare {
        format!("warn,stance={level}")
    } else {
        level.to_owned()
    };
    let filter = EnvFilter::try_new(directives).map_err(|source| TelemetryError::Level {
        level: level.to_owned(),
        source,
    })?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .try_init(),
    }
    .map_err(TelemetryError::Set)
}

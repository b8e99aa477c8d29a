//! `stance serve`.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::warn;

use super::{CommandError, ModelArgs};
use crate::document::DEFAULT_MAX_DOCUMENT_BYTES;
use crate::registry::Registry;
use crate::server::{ServerConfig, serve};
use crate::statement::DEFAULT_MAX_TEXT_BYTES;
use crate::telemetry::{self, LogFormat};

/// Serves stance.v1.StanceService over gRPC until SIGTERM or Ctrl-C.
///
/// Beside it are served grpc.health.v1 and server reflection, so that grpcurl needs no proto file:
///
///   grpcurl -plaintext -d '{"text": "They denied the attack."}' localhost:50051
///     stance.v1.StanceService/Classify
///
/// On SIGTERM or Ctrl-C health turns NOT_SERVING, new calls are refused with UNAVAILABLE, calls in
/// flight finish within --drain-timeout, and the exit status is 0. A second signal ends it at once.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct ServeArgs {
    /// The address to listen on; port 0 takes a free one and logs it.
    #[arg(
        long,
        value_name = "IP:PORT",
        default_value = "127.0.0.1:50051",
        env = "STANCE_ADDR"
    )]
    addr: SocketAddr,
    #[command(flatten)]
    model: ModelArgs,
    /// The longest text of a request, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_MAX_TEXT_BYTES, env = "STANCE_MAX_TEXT_BYTES", value_parser = positive)]
    max_text_bytes: usize,
    /// The longest document of a request, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_MAX_DOCUMENT_BYTES, env = "STANCE_MAX_DOCUMENT_BYTES", value_parser = positive)]
    max_document_bytes: usize,
    /// The most texts of one batch.
    #[arg(long, value_name = "N", default_value_t = ServerConfig::default().max_batch, env = "STANCE_MAX_BATCH", value_parser = positive)]
    max_batch: usize,
    /// The largest request message, in bytes, before and after decompression.
    #[arg(long, value_name = "BYTES", default_value_t = ServerConfig::default().max_message_bytes, env = "STANCE_MAX_MESSAGE_BYTES", value_parser = positive)]
    max_message_bytes: usize,
    /// The most calls in flight; further ones are refused with RESOURCE_EXHAUSTED. With the
    /// message limit it bounds the memory that clients can take.
    #[arg(long, value_name = "N", default_value_t = ServerConfig::default().max_concurrent_calls, env = "STANCE_MAX_CONCURRENT_CALLS", value_parser = positive)]
    max_concurrent_calls: usize,
    /// How long calls in flight may take after SIGTERM, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0, env = "STANCE_DRAIN_TIMEOUT", value_parser = seconds)]
    drain_timeout: f64,
    /// How log lines are written to standard error.
    #[arg(long, value_enum, default_value_t = LogFormat::Text, env = "STANCE_LOG_FORMAT")]
    log_format: LogFormat,
    /// What is logged: error, warn, info or debug. One line a call comes at info; the text of a
    /// statement is never logged. A filter such as "warn,stance=debug" works, too.
    #[arg(
        long,
        value_name = "LEVEL",
        default_value = "info",
        env = "STANCE_LOG_LEVEL"
    )]
    log_level: String,
}

fn positive(value: &str) -> Result<usize, String> {
    match value.parse::<usize>() {
        Ok(number) if (1..=1 << 30).contains(&number) => Ok(number),
        _ => Err("it must be a whole number from 1 to 1073741824".to_owned()),
    }
}

fn seconds(value: &str) -> Result<f64, String> {
    match value.parse::<f64>() {
        Ok(number) if (0.0..=86_400.0).contains(&number) => Ok(number),
        _ => Err("it must be a number of seconds from 0 to 86400".to_owned()),
    }
}

impl ServeArgs {
    fn config(&self) -> ServerConfig {
        ServerConfig {
            max_text_bytes: self.max_text_bytes,
            max_document_bytes: self.max_document_bytes,
            max_batch: self.max_batch,
            max_message_bytes: self.max_message_bytes,
            max_concurrent_calls: self.max_concurrent_calls,
            drain_timeout: Duration::from_secs_f64(self.drain_timeout),
        }
    }
}

pub(super) fn run(args: &ServeArgs) -> Result<(), CommandError> {
    telemetry::init(args.log_format, &args.log_level)?;
    let registry = Registry::load(&args.model.model_dir)?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let signals = Signals::new()?;
        let listener = TcpListener::bind(args.addr)
            .await
            .map_err(|error| format!("--addr {}: {error}", args.addr))?;
        Ok(serve(listener, registry, args.config(), signals.first()).await?)
    })
}

/// SIGTERM and Ctrl-C.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Resolves at the first signal; the second one ends the process at once.
    async fn first(mut self) {
        self.next().await;
        tokio::spawn(async move {
            self.next().await;
            warn!("a second signal: stopping at once");
            std::process::exit(130);
        });
    }
}

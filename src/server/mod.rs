//! The gRPC service, the only place that names tonic.
//!
//! A call goes through the gate (`gate.rs`: admission, drain, its line in the log) to the methods
//! (`service.rs`), which turn a request's fields into checked types and the answer back into
//! messages (`convert.rs`; `documents.rs` for whole documents). What goes wrong on the way becomes a status in `status.rs`.

mod convert;
mod documents;
mod gate;
mod health;
mod service;
mod status;

pub use gate::{Gate, GateLayer};
pub use health::Health;
pub use service::StanceApi;

use std::future::Future;
use std::io;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tonic::codec::CompressionEncoding;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tracing::{info, warn};

use crate::document::DEFAULT_MAX_DOCUMENT_BYTES;
use crate::features::Scratch;
use crate::registry::Registry;
use crate::statement::DEFAULT_MAX_TEXT_BYTES;
use proto::stance_service_server::StanceServiceServer;

/// The messages and the service of `proto/stance/v1/stance.proto`.
#[allow(missing_docs, unreachable_pub, clippy::pedantic)]
pub mod proto {
    tonic::include_proto!("stance.v1");

    /// Every descriptor of the contract, `google.rpc`'s error details included.
    pub const FILE_DESCRIPTOR_SET: &[u8] = tonic::include_file_descriptor_set!("descriptors");
}

/// How long connections may take to close once no call is in flight: long-lived health watches
/// never end by themselves.
const CLOSE_GRACE: Duration = Duration::from_millis(500);
/// How much a client may send ahead of what is read, on one stream and on one connection.
///
/// h2 ends a connection on which many small frames wait to be read; it allows for half of the
/// connection's window in overhead. A stream window this small keeps a stream of short statements
/// whose client does not take its answers below that: it waits, and is not cut off.
const STREAM_WINDOW: u32 = 64 << 10;
const CONNECTION_WINDOW: u32 = 4 << 20;
/// A connection whose peer does not answer a ping is closed.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(60);
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);

/// What a client may ask for at most, and how the server ends.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerConfig {
    /// The longest text, in bytes.
    pub max_text_bytes: usize,
    /// The longest document, in bytes.
    pub max_document_bytes: usize,
    /// The most texts in one batch.
    pub max_batch: usize,
    /// The largest message, in bytes, compressed or not.
    pub max_message_bytes: usize,
    /// The most calls that are answered at one time; further ones are refused.
    pub max_concurrent_calls: usize,
    /// How long calls in flight may take once the server is told to stop.
    pub drain_timeout: Duration,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            max_text_bytes: DEFAULT_MAX_TEXT_BYTES,
            max_document_bytes: DEFAULT_MAX_DOCUMENT_BYTES,
            max_batch: 1000,
            max_message_bytes: 4 << 20,
            max_concurrent_calls: 1024,
            drain_timeout: Duration::from_secs(30),
        }
    }
}

/// Why the server could not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The listener has no address.
    #[error("the listening socket: {0}")]
    Socket(#[from] io::Error),
    /// The transport failed.
    #[error("the transport: {0}")]
    Transport(#[from] tonic::transport::Error),
    /// The descriptors that were compiled in cannot be served.
    #[error("server reflection: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
}

/// Serves on `listener` until `shutdown` resolves, then drains: health turns NOT_SERVING, new calls
/// are refused, calls in flight may finish within the drain timeout and are then cut.
///
/// # Errors
///
/// [`ServeError`] when the transport fails.
pub async fn serve(
    listener: TcpListener,
    registry: Registry,
    config: ServerConfig,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), ServeError> {
    let address = listener.local_addr()?;
    let gate = Gate::new(config.max_concurrent_calls, config.max_message_bytes);
    let health = Health::new().await;
    let routes = routes(&registry, &config, &health)?;
    let (close, closed) = oneshot::channel::<()>();
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let server = transport()
        .layer(GateLayer::new(gate.clone()))
        .add_routes(routes)
        .serve_with_incoming_shutdown(incoming, async {
            let _ = closed.await;
        });
    let mut server = tokio::spawn(server);

    warm(&registry);
    health.serving().await;
    info!(%address, model = registry.default_model().model.version(), "ready");

    tokio::select! {
        ended = &mut server => return Ok(ended.map_err(io::Error::other)??),
        () = shutdown => {}
    }
    info!(in_flight = gate.in_flight(), "draining");
    gate.refuse_new_calls();
    health.not_serving().await;
    if timeout(config.drain_timeout, gate.idle()).await.is_err() {
        warn!(
            in_flight = gate.in_flight(),
            "cutting calls off: the drain timeout has passed"
        );
        gate.cut_calls();
        let _ = timeout(CLOSE_GRACE, gate.idle()).await;
    }
    let _ = close.send(());
    match timeout(CLOSE_GRACE, &mut server).await {
        Ok(ended) => ended.map_err(io::Error::other)??,
        Err(_) => server.abort(),
    }
    info!("stopped");
    Ok(())
}

/// The transport's settings.
#[must_use]
pub fn transport() -> Server {
    Server::builder()
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .http2_keepalive_interval(Some(KEEPALIVE_INTERVAL))
        .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
}

/// Everything that is served: the contract, health, and both versions of reflection.
fn routes(
    registry: &Registry,
    config: &ServerConfig,
    health: &Health,
) -> Result<Routes, tonic_reflection::server::Error> {
    let stance = StanceServiceServer::new(StanceApi::new(registry.clone(), config))
        .accept_compressed(CompressionEncoding::Gzip)
        .accept_compressed(CompressionEncoding::Zstd)
        .max_decoding_message_size(config.max_message_bytes);
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(proto::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    Ok(Routes::new(stance)
        .add_service(health.service())
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?))
}

/// Brings every model's weights into memory before the first call needs them.
fn warm(registry: &Registry) {
    let mut scratch = Scratch::default();
    for named in registry.iter() {
        let text: Vec<&str> = named
            .model
            .vocabulary()
            .keys()
            .iter()
            .filter_map(|key| key.strip_prefix('w'))
            .collect();
        let _ = named.model.score(&text.join(" "), &mut scratch);
    }
}

//! A real server on a free port, and real clients for it.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use std::net::SocketAddr;

use stance::registry::Registry;
use stance::server::proto::stance_service_client::StanceServiceClient;
use stance::server::proto::{ClassifyOptions, ClassifyRequest, EncodingType, TextSpan};
use stance::server::{ServeError, ServerConfig, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::Status;
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tonic_types::StatusExt as _;

pub struct TestServer {
    pub address: SocketAddr,
    shutdown: Option<oneshot::Sender<()>>,
    running: JoinHandle<Result<(), ServeError>>,
}

impl TestServer {
    /// Starts a server with the embedded model and waits until it says that it serves.
    pub async fn start(config: ServerConfig) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (shutdown, stop) = oneshot::channel();
        let registry = Registry::embedded().unwrap();
        let running = tokio::spawn(serve(listener, registry, config, async {
            let _ = stop.await;
        }));
        let server = Self {
            address,
            shutdown: Some(shutdown),
            running,
        };
        server.wait_until_serving().await;
        server
    }

    async fn wait_until_serving(&self) {
        let request = HealthCheckRequest {
            service: "stance.v1.StanceService".to_owned(),
        };
        let mut states = HealthClient::new(self.channel().await)
            .watch(request)
            .await
            .unwrap()
            .into_inner();
        while let Some(state) = states.message().await.unwrap() {
            if state.status == tonic_health::ServingStatus::Serving as i32 {
                return;
            }
        }
        panic!("the health watch ended");
    }

    pub async fn channel(&self) -> Channel {
        self.endpoint().connect().await.unwrap()
    }

    pub fn endpoint(&self) -> Endpoint {
        Channel::from_shared(format!("http://{}", self.address)).unwrap()
    }

    pub async fn client(&self) -> StanceServiceClient<Channel> {
        StanceServiceClient::new(self.channel().await).max_decoding_message_size(usize::MAX)
    }

    /// Tells the server to stop, as a signal would.
    pub fn stop(&mut self) {
        let _ = self.shutdown.take().expect("stopped once").send(());
    }

    /// Waits until it has stopped.
    pub async fn stopped(self) {
        self.running.await.unwrap().unwrap();
    }
}

pub fn request(text: &str) -> ClassifyRequest {
    ClassifyRequest {
        text: text.to_owned(),
        options: None,
    }
}

pub fn explained(text: &str) -> ClassifyRequest {
    ClassifyRequest {
        text: text.to_owned(),
        options: Some(ClassifyOptions {
            explain: true,
            ..ClassifyOptions::default()
        }),
    }
}

/// The reason of an error's `google.rpc.ErrorInfo`.
pub fn reason(status: &Status) -> String {
    let details = status.get_error_details();
    details
        .error_info()
        .map(|info| info.reason.clone())
        .unwrap_or_default()
}

/// The fields of an error's `google.rpc.BadRequest`.
pub fn fields(status: &Status) -> Vec<String> {
    let details = status.get_error_details();
    let violations = details.bad_request().map(|b| b.field_violations.clone());
    violations
        .unwrap_or_default()
        .into_iter()
        .map(|v| v.field)
        .collect()
}

/// The piece of a text at a span, counted in the units of an encoding.
pub fn cut(text: &str, span: &TextSpan, encoding: EncodingType) -> String {
    let begin = usize::try_from(span.begin_offset).unwrap();
    let end = usize::try_from(span.end_offset).unwrap();
    match encoding {
        EncodingType::Utf16 => {
            let units: Vec<u16> = text.encode_utf16().collect();
            String::from_utf16(&units[begin..end]).unwrap()
        }
        EncodingType::Utf32 => text.chars().skip(begin).take(end - begin).collect(),
        _ => text[begin..end].to_owned(),
    }
}

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
use stance::server::proto::{ClassifyOptions, ClassifyRequest};
use stance::server::{ServeError, ServerConfig, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

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

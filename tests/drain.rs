//! How the server ends: health first, new calls refused, open ones finished or cut in time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::time::{Duration, Instant};

use common::{TestServer, request};
use stance::server::ServerConfig;
use stance::server::proto::StreamClassifyRequest;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;
use tonic_health::ServingStatus;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

fn streamed(id: &str) -> StreamClassifyRequest {
    StreamClassifyRequest {
        id: id.to_owned(),
        text: "Talks were held.".to_owned(),
        options: None,
    }
}

#[tokio::test]
async fn draining_refuses_new_calls_and_lets_open_streams_finish() {
    let mut server = TestServer::start(ServerConfig::default()).await;
    let mut client = server.client().await;
    let mut health = HealthClient::new(server.channel().await);
    let (sender, receiver) = mpsc::channel(1);
    sender.send(streamed("before")).await.unwrap();
    let mut open = client
        .stream_classify(ReceiverStream::new(receiver))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(open.message().await.unwrap().unwrap().id, "before");
    let mut states = health
        .watch(HealthCheckRequest::default())
        .await
        .unwrap()
        .into_inner();
    let first = states.message().await.unwrap().unwrap();
    assert_eq!(first.status, ServingStatus::Serving as i32);

    server.stop();
    let next = states.message().await.unwrap().unwrap();
    assert_eq!(next.status, ServingStatus::NotServing as i32);
    let named = HealthCheckRequest {
        service: "stance.v1.StanceService".to_owned(),
    };
    let check = health.check(named).await.unwrap().into_inner();
    assert_eq!(check.status, ServingStatus::NotServing as i32);
    let refused = client
        .classify(request("Talks were held."))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable);
    assert!(
        refused.message().contains("draining"),
        "{}",
        refused.message()
    );

    sender.send(streamed("during")).await.unwrap();
    assert_eq!(open.message().await.unwrap().unwrap().id, "during");
    drop(sender);
    assert!(open.message().await.unwrap().is_none());
    server.stopped().await;
}

#[tokio::test]
async fn a_stream_that_does_not_end_is_cut_at_the_drain_timeout() {
    let config = ServerConfig {
        drain_timeout: Duration::from_millis(300),
        ..ServerConfig::default()
    };
    let mut server = TestServer::start(config).await;
    let (sender, receiver) = mpsc::channel(1);
    sender.send(streamed("a")).await.unwrap();
    let mut open = server
        .client()
        .await
        .stream_classify(ReceiverStream::new(receiver))
        .await
        .unwrap()
        .into_inner();
    open.message().await.unwrap();
    let start = Instant::now();
    server.stop();
    let cut = open.message().await.unwrap_err();
    assert_eq!(cut.code(), Code::Unavailable);
    assert!(cut.message().contains("drain timeout"), "{}", cut.message());
    server.stopped().await;
    let took = start.elapsed();
    assert!(took >= Duration::from_millis(300), "{took:?}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    drop(sender);
}

#[tokio::test]
async fn an_idle_server_stops_at_once() {
    let mut server = TestServer::start(ServerConfig::default()).await;
    let client = server.client().await;
    let start = Instant::now();
    server.stop();
    server.stopped().await;
    assert!(start.elapsed() < Duration::from_secs(5));
    drop(client);
}

//! A load client over loopback, side by side in one run: an empty echo and unary calls, over a few connections and
//! many, batches of 256 and 8 streams, all on one server behind the same gate. Rounds are interleaved and
//! medians printed, so that a noisy machine troubles all alike.
//!
//! `cargo bench --bench load`, or with `-- --rounds N --seconds S`; with `--connections N --in-flight N` in that shape
//! alone; with `--only echo,unary,batch,streams` those loads alone, to be looked at with a profiler; with `--address
//! URL` against a server that runs already (no echo there).
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_precision_loss
)]

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use stance::registry::Registry;
use stance::server::proto::stance_service_client::StanceServiceClient;
use stance::server::proto::stance_service_server::StanceServiceServer;
use stance::server::proto::{BatchClassifyRequest, ClassifyRequest, StreamClassifyRequest};
use stance::server::{Gate, GateLayer, ServerConfig, StanceApi, transport};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tonic::body::Body;
use tonic::codegen::BoxFuture;
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::service::Routes;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

const STATEMENT: &str = "The foreign ministry in Ulaanbaatar denied on Tuesday that its border \
    guards had fired at a patrol near Khovd and said that talks on the pasture would go on.";
const BATCH: usize = 256;
const STREAMS: usize = 8;
/// Over how many connections single calls go, and how many at one time over all of them.
const SHAPES: [(usize, usize); 6] = [(1, 16), (1, 64), (4, 16), (4, 64), (16, 16), (16, 64)];
/// Over how many connections batches and streams go.
const CONNECTIONS: usize = 4;

/// A service that answers an empty message with an empty message: what the framework itself costs.
/// It passes the same gate, as every service of its package does.
#[derive(Clone)]
struct Echo;

impl NamedService for Echo {
    const NAME: &'static str = "stance.v1.Echo";
}

struct EchoMethod;

impl UnaryService<()> for EchoMethod {
    type Response = ();
    type Future = Ready<Result<Response<()>, Status>>;

    fn call(&mut self, _: Request<()>) -> Self::Future {
        ready(Ok(Response::new(())))
    }
}

impl tower::Service<http::Request<Body>> for Echo {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(async move {
            let mut grpc = Grpc::new(ProstCodec::<(), ()>::default());
            Ok(grpc.unary(EchoMethod, request).await)
        })
    }
}

/// The server as `stance serve` builds it, with the echo beside it.
fn start_server(runtime: &Runtime) -> String {
    let registry = Registry::embedded().unwrap();
    let config = ServerConfig::default();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let api = StanceServiceServer::new(StanceApi::new(registry, &config));
    let gate = Gate::new(config.max_concurrent_calls, config.max_message_bytes);
    runtime.spawn(async move {
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        transport()
            .layer(GateLayer::new(gate))
            .add_routes(Routes::new(api).add_service(Echo))
            .serve_with_incoming(incoming)
            .await
            .unwrap();
    });
    address
}

/// What one round does in its time.
#[derive(Clone, Copy, PartialEq)]
enum Load {
    Echo,
    Unary,
    Batch,
    Streams,
}

impl Load {
    fn flag(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::Unary => "unary",
            Self::Batch => "batch",
            Self::Streams => "streams",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Echo => "empty echo, calls/s",
            Self::Unary => "unary Classify, calls/s",
            Self::Batch => "batch of 256, statements/s",
            Self::Streams => "8 streams, statements/s",
        }
    }
}

/// A load in a shape.
#[derive(Clone, Copy)]
struct Run {
    load: Load,
    connections: usize,
    /// How many workers send at one time.
    workers: usize,
}

/// What is to be run: single calls in each shape, the echo first.
fn runs(shapes: &[(usize, usize)]) -> Vec<Run> {
    let single = shapes.iter().flat_map(|&(connections, workers)| {
        [Load::Echo, Load::Unary].map(|load| Run {
            load,
            connections,
            workers,
        })
    });
    let many = [Load::Batch, Load::Streams].map(|load| Run {
        load,
        connections: CONNECTIONS,
        workers: STREAMS,
    });
    single.chain(many).collect()
}

/// What has been answered, and when to stop.
struct Round {
    done: AtomicU64,
    end: Instant,
}

impl Round {
    fn goes_on(&self) -> bool {
        Instant::now() < self.end
    }

    fn add(&self, answered: usize) {
        self.done.fetch_add(answered as u64, Ordering::Relaxed);
    }
}

/// Answers a second.
async fn measure(run: Run, channels: &[Channel], time: Duration) -> f64 {
    let start = Instant::now();
    let round = Arc::new(Round {
        done: AtomicU64::new(0),
        end: start + time,
    });
    let workers: Vec<_> = (0..run.workers)
        .map(|worker| {
            let channel = channels[worker % run.connections].clone();
            tokio::spawn(work(run.load, channel, Arc::clone(&round)))
        })
        .collect();
    for worker in workers {
        worker.await.unwrap();
    }
    round.done.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64()
}

async fn work(load: Load, channel: Channel, round: Arc<Round>) {
    match load {
        Load::Echo => echo(channel, &round).await,
        Load::Unary => unary(channel, &round).await,
        Load::Batch => batch(channel, &round).await,
        Load::Streams => stream(channel, round).await,
    }
}

async fn echo(channel: Channel, round: &Round) {
    let mut client = tonic::client::Grpc::new(channel);
    while round.goes_on() {
        client.ready().await.unwrap();
        let codec = ProstCodec::<(), ()>::default();
        let path = http::uri::PathAndQuery::from_static("/stance.v1.Echo/Echo");
        client.unary(Request::new(()), path, codec).await.unwrap();
        round.add(1);
    }
}

async fn unary(channel: Channel, round: &Round) {
    let mut client = StanceServiceClient::new(channel);
    while round.goes_on() {
        let request = ClassifyRequest {
            text: STATEMENT.to_owned(),
            options: None,
        };
        client.classify(request).await.unwrap();
        round.add(1);
    }
}

async fn batch(channel: Channel, round: &Round) {
    let mut client = StanceServiceClient::new(channel);
    while round.goes_on() {
        let request = BatchClassifyRequest {
            texts: vec![STATEMENT.to_owned(); BATCH],
            options: None,
        };
        let answer = client.batch_classify(request).await.unwrap();
        round.add(answer.into_inner().results.len());
    }
}

async fn stream(channel: Channel, round: Arc<Round>) {
    let mut client = StanceServiceClient::new(channel);
    let sending = Arc::clone(&round);
    let requests = std::iter::from_fn(move || {
        sending.goes_on().then(|| StreamClassifyRequest {
            id: "7".to_owned(),
            text: STATEMENT.to_owned(),
            options: None,
        })
    });
    let answers = client.stream_classify(tokio_stream::iter(requests)).await;
    let mut answers = answers.unwrap().into_inner();
    while answers.message().await.unwrap().is_some() {
        round.add(1);
    }
}

fn runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// What follows a flag.
fn argument(flag: &str) -> Option<String> {
    std::env::args().skip_while(|given| given != flag).nth(1)
}

fn number(flag: &str, default: usize) -> usize {
    argument(flag).map_or(default, |number| number.parse().unwrap())
}

fn main() {
    let rounds = number("--rounds", 7);
    let time = Duration::from_secs(number("--seconds", 2) as u64);
    let shape = argument("--connections").zip(argument("--in-flight"));
    let shapes = shape.map_or(SHAPES.to_vec(), |(connections, in_flight)| {
        vec![(connections.parse().unwrap(), in_flight.parse().unwrap())]
    });
    let only = argument("--only");
    let running = argument("--address");
    let runs: Vec<Run> = runs(&shapes)
        .into_iter()
        .filter(|run| {
            only.as_ref()
                .is_none_or(|only| only.split(',').any(|flag| flag == run.load.flag()))
        })
        .filter(|run| running.is_none() || run.load != Load::Echo)
        .collect();
    let server = runtime();
    let address = running.unwrap_or_else(|| start_server(&server));
    let client = runtime();
    let connections = runs.iter().map(|run| run.connections).max().unwrap_or(0);
    let channels: Vec<Channel> = client.block_on(async {
        let mut channels = Vec::new();
        for _ in 0..connections {
            let endpoint = Endpoint::from_shared(address.clone()).unwrap();
            channels.push(endpoint.connect().await.unwrap());
        }
        channels
    });
    let mut rates = vec![Vec::new(); runs.len()];
    for round in 0..=rounds {
        for (&run, rates) in runs.iter().zip(&mut rates) {
            let rate = client.block_on(measure(run, &channels, time));
            // The first round warms up.
            if round > 0 {
                rates.push(rate);
            }
        }
    }
    println!(
        "medians of {rounds} interleaved rounds of {} s",
        time.as_secs()
    );
    println!(
        "{:<30} connections  at one time         rate  of the echo",
        ""
    );
    let mut echo = None;
    for (run, rates) in runs.iter().zip(rates) {
        let rate = median(rates);
        let share = match run.load {
            Load::Echo => {
                echo = Some(rate);
                String::new()
            }
            Load::Unary => echo.map_or(String::new(), |echo| format!("{:.2}", rate / echo)),
            Load::Batch | Load::Streams => String::new(),
        };
        println!(
            "{:<30} {:>11} {:>12} {rate:>12.0}  {share:>11}",
            run.load.name(),
            run.connections,
            run.workers,
        );
    }
}

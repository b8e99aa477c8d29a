//! A load client over loopback, side by side in one run: an empty echo and unary calls, over a few connections and
//! many, batches of 256 and 8 streams, on servers of one build in one runtime. Rounds are interleaved, so that a noisy
//! machine troubles all alike: printed are the medians of the rates, and of the shares that unary calls reached of the
//! echo that came right before them.
//!
//! `cargo bench --bench load`, or with `-- --rounds N --milliseconds M`; with `--connections N --in-flight N` in that shape
//! alone; with `--only echo,unary,batch,streams` those loads alone, to be looked at with a profiler; with `--address
//! URL` against a server that runs already (no echo there).
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_precision_loss
)]

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use stance::registry::Registry;
use stance::server::proto::stance_service_client::StanceServiceClient;
use stance::server::proto::stance_service_server::{StanceService, StanceServiceServer};
use stance::server::proto::{
    AnalyzeDocumentRequest, AnalyzeDocumentResponse, BatchClassifyRequest, BatchClassifyResponse,
    ClassifyRequest, ClassifyResponse, GetModelRequest, GetModelResponse, ListModelsRequest,
    ListModelsResponse, StreamAnalyzeDocumentsRequest, StreamAnalyzeDocumentsResponse,
    StreamClassifyRequest, StreamClassifyResponse, TokenizeRequest, TokenizeResponse,
};
use stance::server::{Gate, GateLayer, ServerConfig, StanceApi, transport};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio_stream::Stream;
use tonic::service::Routes;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Response, Status, Streaming};

const STATEMENT: &str = "The foreign ministry in Ulaanbaatar denied on Tuesday that its border \
    guards had fired at a patrol near Khovd and said that talks on the pasture would go on.";
const BATCH: usize = 256;
const STREAMS: usize = 8;
/// Over how many connections single calls go, and how many at one time over all of them.
const SHAPES: [(usize, usize); 6] = [(1, 16), (1, 64), (4, 16), (4, 64), (16, 16), (16, 64)];
/// Over how many connections batches and streams go.
const CONNECTIONS: usize = 4;

/// The same service with nothing in it: a call without a text gets an answer without a classification, no byte each.
/// What is left is what the framework costs: the code that is generated for the service, the gate before it, the
/// transport.
struct Echo;

/// What the echo's other methods answer.
fn nothing<T>() -> Result<Response<T>, Status> {
    Err(Status::unimplemented("the echo has one method"))
}

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl StanceService for Echo {
    async fn classify(
        &self,
        _: Request<ClassifyRequest>,
    ) -> Result<Response<ClassifyResponse>, Status> {
        Ok(Response::new(ClassifyResponse::default()))
    }

    async fn batch_classify(
        &self,
        _: Request<BatchClassifyRequest>,
    ) -> Result<Response<BatchClassifyResponse>, Status> {
        nothing()
    }

    type StreamClassifyStream = Answers<StreamClassifyResponse>;

    async fn stream_classify(
        &self,
        _: Request<Streaming<StreamClassifyRequest>>,
    ) -> Result<Response<Self::StreamClassifyStream>, Status> {
        nothing()
    }

    async fn analyze_document(
        &self,
        _: Request<AnalyzeDocumentRequest>,
    ) -> Result<Response<AnalyzeDocumentResponse>, Status> {
        nothing()
    }

    type StreamAnalyzeDocumentsStream = Answers<StreamAnalyzeDocumentsResponse>;

    async fn stream_analyze_documents(
        &self,
        _: Request<Streaming<StreamAnalyzeDocumentsRequest>>,
    ) -> Result<Response<Self::StreamAnalyzeDocumentsStream>, Status> {
        nothing()
    }

    async fn tokenize(
        &self,
        _: Request<TokenizeRequest>,
    ) -> Result<Response<TokenizeResponse>, Status> {
        nothing()
    }

    async fn list_models(
        &self,
        _: Request<ListModelsRequest>,
    ) -> Result<Response<ListModelsResponse>, Status> {
        nothing()
    }

    async fn get_model(
        &self,
        _: Request<GetModelRequest>,
    ) -> Result<Response<GetModelResponse>, Status> {
        nothing()
    }
}

/// A server as `stance serve` builds it, of this service; its address.
fn start_server(runtime: &Runtime, api: impl StanceService) -> String {
    let config = ServerConfig::default();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let gate = Gate::new(config.max_concurrent_calls, config.max_message_bytes);
    runtime.spawn(async move {
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        transport()
            .layer(GateLayer::new(gate))
            .add_routes(Routes::new(StanceServiceServer::new(api)))
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
        Load::Echo => unary(channel, &round, "").await,
        Load::Unary => unary(channel, &round, STATEMENT).await,
        Load::Batch => batch(channel, &round).await,
        Load::Streams => stream(channel, round).await,
    }
}

async fn unary(channel: Channel, round: &Round, text: &str) {
    let mut client = StanceServiceClient::new(channel);
    while round.goes_on() {
        let request = ClassifyRequest {
            text: text.to_owned(),
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

async fn connect(address: &str, connections: usize) -> Vec<Channel> {
    let mut channels = Vec::new();
    for _ in 0..connections {
        let endpoint = Endpoint::from_shared(address.to_owned()).unwrap();
        channels.push(endpoint.connect().await.unwrap());
    }
    channels
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
    // Many short rounds rather than a few long ones: an echo and the calls after it then meet the same machine.
    let rounds = number("--rounds", 60);
    let time = Duration::from_millis(number("--milliseconds", 250) as u64);
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
    let address = running.unwrap_or_else(|| {
        let api = StanceApi::new(Registry::embedded().unwrap(), &ServerConfig::default());
        start_server(&server, api)
    });
    let echo_address = start_server(&server, Echo);
    let client = runtime();
    let connections = runs.iter().map(|run| run.connections).max().unwrap_or(0);
    let channels = client.block_on(connect(&address, connections));
    let echo_channels = client.block_on(connect(&echo_address, connections));
    let mut rates = vec![Vec::new(); runs.len()];
    for round in 0..=rounds {
        for (&run, rates) in runs.iter().zip(&mut rates) {
            let channels = match run.load {
                Load::Echo => &echo_channels,
                _ => &channels,
            };
            let rate = client.block_on(measure(run, channels, time));
            // The first round warms up.
            if round > 0 {
                rates.push(rate);
            }
        }
    }
    println!(
        "medians of {rounds} interleaved rounds of {} ms",
        time.as_millis()
    );
    println!(
        "{:<30} connections  at one time         rate  of the echo",
        ""
    );
    let mut echo: Option<Vec<f64>> = None;
    for (run, rates) in runs.iter().zip(rates) {
        let share = match (run.load, &echo) {
            (Load::Unary, Some(echo)) => {
                let shares = rates.iter().zip(echo).map(|(rate, echo)| rate / echo);
                format!("{:.2}", median(shares.collect()))
            }
            _ => String::new(),
        };
        if run.load == Load::Echo {
            echo = Some(rates.clone());
        }
        let rate = median(rates);
        println!(
            "{:<30} {:>11} {:>12} {rate:>12.0}  {share:>11}",
            run.load.name(),
            run.connections,
            run.workers,
        );
    }
}

//! What every call of the service passes first: admission, drain, and its line in the log.
//!
//! Health and reflection pass untouched, so that a full or draining server can still be asked how
//! it is.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use http::{HeaderMap, Request, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};
use pin_project_lite::pin_project;
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;
use tonic::body::Body;
use tonic::{Code, Status};
use tower::{Layer, Service};
use tracing::field::Empty;
use tracing::{Instrument as _, Span, error, info, info_span};

use super::status::{CallError, translate};

/// What the path of every method that is counted begins with.
const PACKAGE_PATH: &str = "/stance.v1.";

/// The methods of the service, as the log names them.
const METHODS: [&str; 8] = [
    "Classify",
    "BatchClassify",
    "StreamClassify",
    "Tokenize",
    "AnalyzeDocument",
    "StreamAnalyzeDocuments",
    "ListModels",
    "GetModel",
];

/// The state that all calls share.
#[derive(Debug, Clone)]
pub struct Gate(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    max_calls: usize,
    max_message_bytes: usize,
    in_flight: AtomicUsize,
    draining: AtomicBool,
    /// Told when the last call in flight ends.
    idle: Notify,
    /// Told when calls in flight are to be cut off.
    cut: Arc<Notify>,
}

impl Gate {
    /// An open gate that lets `max_calls` through at one time.
    #[must_use]
    pub fn new(max_calls: usize, max_message_bytes: usize) -> Self {
        Self(Arc::new(Shared {
            max_calls,
            max_message_bytes,
            in_flight: AtomicUsize::new(0),
            draining: AtomicBool::new(false),
            idle: Notify::new(),
            cut: Arc::new(Notify::new()),
        }))
    }

    /// How many calls are in flight.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.0.in_flight.load(Ordering::SeqCst)
    }

    /// From now on every new call is answered with UNAVAILABLE.
    pub fn refuse_new_calls(&self) {
        self.0.draining.store(true, Ordering::SeqCst);
    }

    /// Resolves when no call is in flight.
    pub async fn idle(&self) {
        loop {
            let idle = self.0.idle.notified();
            tokio::pin!(idle);
            // Registered before the look, so that no end is missed in between.
            idle.as_mut().enable();
            if self.in_flight() == 0 {
                return;
            }
            idle.await;
        }
    }

    /// Ends every call in flight with UNAVAILABLE.
    pub fn cut_calls(&self) {
        self.0.cut.notify_waiters();
    }

    fn admit(&self) -> Result<Permit, CallError> {
        let permit = Permit(self.clone());
        let before = self.0.in_flight.fetch_add(1, Ordering::SeqCst);
        if self.0.draining.load(Ordering::SeqCst) {
            return Err(CallError::Draining);
        }
        if before >= self.0.max_calls {
            return Err(CallError::Overloaded {
                limit: self.0.max_calls,
            });
        }
        Ok(permit)
    }
}

/// A call in flight, until it is dropped.
#[derive(Debug)]
struct Permit(Gate);

impl Drop for Permit {
    fn drop(&mut self) {
        let shared = &self.0.0;
        if shared.in_flight.fetch_sub(1, Ordering::SeqCst) == 1 {
            shared.idle.notify_waiters();
        }
    }
}

/// Puts a [`Gate`] before a service.
#[derive(Debug, Clone)]
pub struct GateLayer(Gate);

impl GateLayer {
    /// A layer of this gate.
    #[must_use]
    pub fn new(gate: Gate) -> Self {
        Self(gate)
    }
}

impl<S> Layer<S> for GateLayer {
    type Service = Gated<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Gated {
            gate: self.0.clone(),
            inner,
        }
    }
}

/// A service behind a gate.
#[derive(Debug, Clone)]
pub struct Gated<S> {
    gate: Gate,
    inner: S,
}

type ResponseFuture<E> = Pin<Box<dyn Future<Output = Result<Response<Body>, E>> + Send>>;

impl<S> Service<Request<Body>> for Gated<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Send,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = ResponseFuture<Infallible>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let path = request.uri().path();
        if !path.starts_with(PACKAGE_PATH) {
            return Box::pin(self.inner.call(request));
        }
        let call = Call::begin(path);
        let permit = match self.gate.admit() {
            Ok(permit) => permit,
            Err(error) => {
                let status = Status::from(error);
                call.end(status.code());
                return Box::pin(std::future::ready(Ok(status.into_http())));
            }
        };
        let gate = self.gate.clone();
        let cut = Arc::clone(&gate.0.cut).notified_owned();
        let span = call.span.clone();
        request.extensions_mut().insert(call.size.clone());
        let response = self.inner.call(request);
        let answer = async move {
            let response = response.await?;
            Ok(track(response, call, permit, cut, &gate))
        };
        Box::pin(answer.instrument(span))
    }
}

/// Sees to it that the call's end is noticed, whether it is in the headers or in the body.
fn track(
    response: Response<Body>,
    call: Call,
    permit: Permit,
    cut: OwnedNotified,
    gate: &Gate,
) -> Response<Body> {
    // An error without a body has its code in the headers.
    if let Some(status) = Status::from_header_map(response.headers()) {
        let status = translate(status, gate.0.max_message_bytes);
        call.end(status.code());
        return status.into_http();
    }
    let (parts, body) = response.into_parts();
    let body = Body::new(CallBody {
        body,
        cut,
        call: Some(call),
        _permit: permit,
    });
    Response::from_parts(parts, body)
}

/// How much a call is about, counted by the methods. It travels in the request's extensions.
#[derive(Debug, Clone, Default)]
pub(super) struct CallSize(Arc<SizeCounts>);

#[derive(Debug, Default)]
struct SizeCounts {
    texts: AtomicUsize,
    text_bytes: AtomicUsize,
}

impl CallSize {
    /// The size of the call that a request belongs to.
    pub(super) fn of(extensions: &http::Extensions) -> Self {
        extensions.get::<Self>().cloned().unwrap_or_default()
    }

    /// Counts one more text.
    pub(super) fn add(&self, text: &str) {
        self.0.texts.fetch_add(1, Ordering::Relaxed);
        self.0.text_bytes.fetch_add(text.len(), Ordering::Relaxed);
    }
}

/// The method that a path names, if there is such a one: another name would be a client's own text.
fn method(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or_default();
    let known = METHODS.into_iter().find(|method| *method == name);
    known.unwrap_or("unknown")
}

/// What is logged of a call: never a byte of what was sent.
#[derive(Debug)]
struct Call {
    span: Span,
    size: CallSize,
    start: Instant,
}

impl Call {
    fn begin(path: &str) -> Self {
        Self {
            span: info_span!("call", method = method(path), model = Empty),
            size: CallSize::default(),
            start: Instant::now(),
        }
    }

    fn end(self, code: Code) {
        let texts = self.size.0.texts.load(Ordering::Relaxed);
        let text_bytes = self.size.0.text_bytes.load(Ordering::Relaxed);
        let milliseconds = self.start.elapsed().as_secs_f64() * 1e3;
        let _entered = self.span.enter();
        match code {
            Code::Internal | Code::Unknown | Code::DataLoss => {
                error!(?code, texts, text_bytes, milliseconds, "call ended");
            }
            _ => info!(?code, texts, text_bytes, milliseconds, "call ended"),
        }
    }
}

pin_project! {
    /// A response's body that notices its end and can be cut off.
    struct CallBody {
        #[pin]
        body: Body,
        #[pin]
        cut: OwnedNotified,
        call: Option<Call>,
        _permit: Permit,
    }

    impl PinnedDrop for CallBody {
        fn drop(this: Pin<&mut Self>) {
            // The client went away before the end.
            if let Some(call) = this.project().call.take() {
                call.end(Code::Cancelled);
            }
        }
    }
}

impl HttpBody for CallBody {
    type Data = <Body as HttpBody>::Data;
    type Error = <Body as HttpBody>::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let this = self.project();
        if this.call.is_none() {
            return Poll::Ready(None);
        }
        let span = this.call.as_ref().map(|call| call.span.clone());
        let _entered = span.as_ref().map(Span::enter);
        match this.body.poll_frame(context) {
            Poll::Ready(frame) => {
                if let Some(code) = end_of(frame.as_ref())
                    && let Some(call) = this.call.take()
                {
                    call.end(code);
                }
                Poll::Ready(frame)
            }
            Poll::Pending if this.cut.poll(context).is_ready() => {
                let status = Status::from(CallError::CutOff);
                if let Some(call) = this.call.take() {
                    call.end(status.code());
                }
                Poll::Ready(trailers(&status).map(|trailers| Ok(Frame::trailers(trailers))))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.call.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The code that a call ends with, if this frame is its last.
fn end_of<D>(frame: Option<&Result<Frame<D>, Status>>) -> Option<Code> {
    match frame {
        None => Some(Code::Unknown),
        Some(Err(status)) => Some(status.code()),
        Some(Ok(frame)) => frame.trailers_ref().map(|trailers| {
            Status::from_header_map(trailers).map_or(Code::Unknown, |status| status.code())
        }),
    }
}

fn trailers(status: &Status) -> Option<HeaderMap> {
    let mut trailers = HeaderMap::new();
    status.add_header(&mut trailers).ok()?;
    Some(trailers)
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;
    use crate::server::proto::FILE_DESCRIPTOR_SET;

    #[test]
    fn the_log_knows_every_method_of_the_contract_by_name() {
        let set = prost_types::FileDescriptorSet::decode(FILE_DESCRIPTOR_SET)
            .unwrap_or_else(|e| panic!("{e}"));
        let services = set.file.iter().flat_map(|file| &file.service);
        let methods: Vec<&str> = services
            .filter(|service| service.name() == "StanceService")
            .flat_map(|service| &service.method)
            .map(|method| method.name())
            .collect();
        assert_eq!(methods.len(), METHODS.len());
        for name in methods {
            assert_eq!(method(&format!("{PACKAGE_PATH}StanceService/{name}")), name);
        }
        assert_eq!(method("/stance.v1.StanceService/Secret"), "unknown");
    }
}

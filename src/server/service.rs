//! The methods of `stance.v1.StanceService`.

use std::num::NonZero;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_stream::{Stream, StreamExt as _};
use tonic::{Request, Response, Status, Streaming};

use super::ServerConfig;
use super::convert::{self, CheckedOptions};
use super::documents::CheckedDocument;
use super::gate::CallSize;
use super::proto::stance_service_server::StanceService;
use super::proto::{
    self, AnalyzeDocumentRequest, AnalyzeDocumentResponse, BatchClassifyRequest,
    BatchClassifyResponse, BatchClassifyResult, Classification, ClassifyRequest, ClassifyResponse,
    GetModelRequest, GetModelResponse, ListModelsRequest, ListModelsResponse,
    StreamAnalyzeDocumentsRequest, StreamAnalyzeDocumentsResponse, StreamClassifyRequest,
    StreamClassifyResponse, TokenizeRequest, TokenizeResponse, batch_classify_result,
    stream_analyze_documents_response, stream_classify_response,
};
use super::status::{CallError, MAX_ID_BYTES, MAX_PAGE_SIZE, translate};
use crate::classifier::classify;
use crate::document::Reader;
use crate::registry::Registry;
use crate::statement::Statement;
use crate::text::tokenize;

/// A batch lets other calls run after this many bytes of text: about a millisecond's work.
const YIELD_BYTES: usize = 64 * 1024;

/// The service: models and limits. Cheap to clone.
#[derive(Debug, Clone)]
pub struct StanceApi(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    registry: Registry,
    config: ServerConfig,
    reader: Reader,
    /// A document takes a core for as long as it lasts, and memory many times its size: more at one
    /// time than there are cores would only take more memory.
    documents: Semaphore,
}

impl StanceApi {
    /// The service over these models, within these limits.
    #[must_use]
    pub fn new(registry: Registry, config: &ServerConfig) -> Self {
        let config = config.clone();
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self(Arc::new(Inner {
            registry,
            config,
            reader: Reader::new(),
            documents: Semaphore::new(cores),
        }))
    }

    fn options(
        &self,
        options: Option<super::proto::ClassifyOptions>,
    ) -> Result<CheckedOptions, CallError> {
        CheckedOptions::new(&self.0.registry, options)
    }

    fn statement<'a>(
        &self,
        text: &'a str,
        field: impl FnOnce() -> String,
    ) -> Result<Statement<'a>, CallError> {
        Statement::new(text, self.0.config.max_text_bytes).map_err(|source| CallError::Statement {
            field: field(),
            source,
        })
    }

    fn classify_text(
        &self,
        text: &str,
        options: &CheckedOptions,
        field: impl FnOnce() -> String,
    ) -> Result<Classification, CallError> {
        let statement = self.statement(text, field)?;
        let classified = classify(&options.model.model, statement, &options.options);
        Ok(convert::classification(text, &classified, options))
    }

    /// Analyses a document, on a thread that may take its time.
    async fn analyze(
        &self,
        document: Option<proto::Document>,
        options: Option<proto::AnalyzeOptions>,
    ) -> Result<AnalyzeDocumentResponse, CallError> {
        let limit = self.0.config.max_document_bytes;
        let checked = CheckedDocument::new(&self.0.registry, limit, document, options)?;
        if checked.bytes() <= YIELD_BYTES {
            return checked.analyze(&self.0.reader);
        }
        // Neither the semaphore nor the runtime ends before the server does.
        let _permit = self
            .0
            .documents
            .acquire()
            .await
            .map_err(|_| CallError::CutOff)?;
        let api = self.clone();
        tokio::task::spawn_blocking(move || checked.analyze(&api.0.reader))
            .await
            .map_err(|_| CallError::CutOff)?
    }

    async fn analyze_streamed(
        &self,
        request: StreamAnalyzeDocumentsRequest,
    ) -> StreamAnalyzeDocumentsResponse {
        use stream_analyze_documents_response::Result as Answer;
        let StreamAnalyzeDocumentsRequest {
            id,
            document,
            options,
        } = request;
        if id.len() > MAX_ID_BYTES {
            let error = CallError::IdTooLong(id.len());
            return StreamAnalyzeDocumentsResponse {
                id: String::new(),
                result: Some(Answer::Status(error.into())),
            };
        }
        StreamAnalyzeDocumentsResponse {
            id,
            result: Some(match self.analyze(document, options).await {
                Ok(analysis) => Answer::Analysis(analysis),
                Err(error) => Answer::Status(error.into()),
            }),
        }
    }

    fn classify_streamed(&self, request: StreamClassifyRequest) -> StreamClassifyResponse {
        use stream_classify_response::Result as Answer;
        let StreamClassifyRequest { id, text, options } = request;
        if id.len() > MAX_ID_BYTES {
            let error = CallError::IdTooLong(id.len());
            return StreamClassifyResponse {
                id: String::new(),
                result: Some(Answer::Status(error.into())),
            };
        }
        let answer = self
            .options(options)
            .and_then(|options| self.classify_text(&text, &options, text_field));
        StreamClassifyResponse {
            id,
            result: Some(match answer {
                Ok(classification) => Answer::Classification(classification),
                Err(error) => Answer::Status(error.into()),
            }),
        }
    }
}

fn text_field() -> String {
    "text".to_owned()
}

#[tonic::async_trait]
impl StanceService for StanceApi {
    async fn classify(
        &self,
        request: Request<ClassifyRequest>,
    ) -> Result<Response<ClassifyResponse>, Status> {
        let size = CallSize::of(request.extensions());
        let ClassifyRequest { text, options } = request.into_inner();
        size.add(&text);
        let options = self.options(options)?;
        let classification = self.classify_text(&text, &options, text_field)?;
        Ok(Response::new(ClassifyResponse {
            classification: Some(classification),
        }))
    }

    async fn batch_classify(
        &self,
        request: Request<BatchClassifyRequest>,
    ) -> Result<Response<BatchClassifyResponse>, Status> {
        use batch_classify_result::Result as Answer;
        let size = CallSize::of(request.extensions());
        let BatchClassifyRequest { texts, options } = request.into_inner();
        texts.iter().for_each(|text| size.add(text));
        let limit = self.0.config.max_batch;
        if texts.is_empty() {
            return Err(CallError::EmptyBatch.into());
        }
        if texts.len() > limit {
            let texts = texts.len();
            return Err(CallError::BatchTooLarge { texts, limit }.into());
        }
        let options = self.options(options)?;
        let mut results = Vec::with_capacity(texts.len());
        let mut bytes = 0;
        for (index, text) in texts.iter().enumerate() {
            let answer = self.classify_text(text, &options, || format!("texts[{index}]"));
            results.push(BatchClassifyResult {
                result: Some(match answer {
                    Ok(classification) => Answer::Classification(classification),
                    Err(error) => Answer::Status(error.into()),
                }),
            });
            bytes += text.len();
            if bytes >= YIELD_BYTES {
                bytes = 0;
                tokio::task::yield_now().await;
            }
        }
        Ok(Response::new(BatchClassifyResponse { results }))
    }

    type StreamClassifyStream =
        Pin<Box<dyn Stream<Item = Result<StreamClassifyResponse, Status>> + Send>>;

    /// Each answer is worked out when the transport asks for it, so a client that does not read
    /// is not read from either, and nothing piles up in between.
    async fn stream_classify(
        &self,
        request: Request<Streaming<StreamClassifyRequest>>,
    ) -> Result<Response<Self::StreamClassifyStream>, Status> {
        let api = self.clone();
        let size = CallSize::of(request.extensions());
        let answers = request.into_inner().map(move |request| match request {
            Ok(request) => {
                size.add(&request.text);
                Ok(api.classify_streamed(request))
            }
            Err(status) => Err(translate(status, api.0.config.max_message_bytes)),
        });
        Ok(Response::new(Box::pin(answers)))
    }

    async fn analyze_document(
        &self,
        request: Request<AnalyzeDocumentRequest>,
    ) -> Result<Response<AnalyzeDocumentResponse>, Status> {
        let size = CallSize::of(request.extensions());
        let AnalyzeDocumentRequest { document, options } = request.into_inner();
        document
            .iter()
            .for_each(|document| size.add(&document.text));
        Ok(Response::new(self.analyze(document, options).await?))
    }

    type StreamAnalyzeDocumentsStream =
        Pin<Box<dyn Stream<Item = Result<StreamAnalyzeDocumentsResponse, Status>> + Send>>;

    /// As in `stream_classify`, one document after the other.
    async fn stream_analyze_documents(
        &self,
        request: Request<Streaming<StreamAnalyzeDocumentsRequest>>,
    ) -> Result<Response<Self::StreamAnalyzeDocumentsStream>, Status> {
        let api = self.clone();
        let size = CallSize::of(request.extensions());
        let answers = request.into_inner().then(move |request| {
            let api = api.clone();
            if let Ok(StreamAnalyzeDocumentsRequest {
                document: Some(document),
                ..
            }) = &request
            {
                size.add(&document.text);
            }
            async move {
                match request {
                    Ok(request) => Ok(api.analyze_streamed(request).await),
                    Err(status) => Err(translate(status, api.0.config.max_message_bytes)),
                }
            }
        });
        Ok(Response::new(Box::pin(answers)))
    }

    async fn tokenize(
        &self,
        request: Request<TokenizeRequest>,
    ) -> Result<Response<TokenizeResponse>, Status> {
        let size = CallSize::of(request.extensions());
        let TokenizeRequest {
            text,
            encoding_type,
            model,
        } = request.into_inner();
        size.add(&text);
        let encoding = convert::encoding(encoding_type, "encoding_type")?;
        let named = convert::model(&self.0.registry, &model, "model")?;
        self.statement(&text, text_field)?;
        let tokens = convert::tokens(&text, &tokenize(&text), &named, encoding);
        Ok(Response::new(TokenizeResponse {
            tokens,
            encoding_type: convert::encoding_type(encoding).into(),
            model: named.name.clone(),
            model_version: named.model.version().to_owned(),
        }))
    }

    async fn list_models(
        &self,
        request: Request<ListModelsRequest>,
    ) -> Result<Response<ListModelsResponse>, Status> {
        let ListModelsRequest {
            page_size,
            page_token,
        } = request.into_inner();
        let size = match usize::try_from(page_size) {
            Ok(0) => MAX_PAGE_SIZE,
            Ok(size) if size <= MAX_PAGE_SIZE => size,
            _ => return Err(CallError::PageSize(page_size).into()),
        };
        let total = self.0.registry.iter().count();
        // A page token is the number of models on the pages before.
        let start = match page_token.as_str() {
            "" => 0,
            token => match token.parse() {
                Ok(start) if start < total => start,
                _ => return Err(CallError::PageToken.into()),
            },
        };
        let models = self.0.registry.iter().enumerate().skip(start).take(size);
        let end = start.saturating_add(size);
        Ok(Response::new(ListModelsResponse {
            models: models
                .map(|(index, named)| convert::description(named, index == 0))
                .collect(),
            next_page_token: if end < total {
                end.to_string()
            } else {
                String::new()
            },
        }))
    }

    async fn get_model(
        &self,
        request: Request<GetModelRequest>,
    ) -> Result<Response<GetModelResponse>, Status> {
        let registry = &self.0.registry;
        let named = convert::model(registry, &request.get_ref().name, "name")?;
        let is_default = Arc::ptr_eq(&named, registry.default_model());
        Ok(Response::new(GetModelResponse {
            model: Some(convert::description(&named, is_default)),
        }))
    }
}

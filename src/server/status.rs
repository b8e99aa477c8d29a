//! What is wrong with a call, and the one place where that becomes a gRPC status.

use std::collections::HashMap;
use std::time::Duration;

use prost::Message as _;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::document::InvalidDocument;
use crate::statement::InvalidStatement;

/// The domain of every `google.rpc.ErrorInfo`.
pub(super) const DOMAIN: &str = "stance.v1";
/// The longest id of a streamed request, in bytes.
pub(super) const MAX_ID_BYTES: usize = 256;
/// The longest title of a document, in bytes.
pub(super) const MAX_TITLE_BYTES: usize = 1024;
/// The most contributions of one classification.
pub(super) const MAX_CONTRIBUTIONS: usize = 1000;
/// The most models on one page.
pub(super) const MAX_PAGE_SIZE: usize = 1000;
/// When a refused call may be tried again.
const RETRY_DELAY: Duration = Duration::from_millis(100);

/// Why a call, or one statement of it, is not answered.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(super) enum CallError {
    /// A text is no statement.
    #[error("{field}: {source}")]
    Statement {
        /// Where the text stands in the request.
        field: String,
        /// What is wrong with it.
        source: InvalidStatement,
    },
    /// A text is no document.
    #[error("document.text: {0}")]
    Document(InvalidDocument),
    /// A request has no document.
    #[error("document is not set: send one with its text")]
    NoDocument,
    /// A field of a document is too long.
    #[error("{field} has {bytes} bytes and the limit is {limit}: send a shorter one")]
    DocumentField {
        /// Where it stands in the request.
        field: &'static str,
        /// How long it is.
        bytes: usize,
        /// The limit in force.
        limit: usize,
    },
    /// A batch has no texts.
    #[error("texts is empty: send at least one text")]
    EmptyBatch,
    /// A batch has too many texts.
    #[error(
        "texts has {texts} entries and the limit is {limit}: send several batches, use StreamClassify, or raise --max-batch"
    )]
    BatchTooLarge {
        /// How many it has.
        texts: usize,
        /// The limit in force.
        limit: usize,
    },
    /// An encoding type is no value of the enum.
    #[error("{field} is {value}, which is no EncodingType: use 1 (UTF8), 2 (UTF16) or 3 (UTF32)")]
    UnknownEncoding {
        /// Where it stands in the request.
        field: &'static str,
        /// Its number.
        value: i32,
    },
    /// No model has this name.
    #[error("{field} is {name:?} and there is no model of that name: ListModels lists them")]
    UnknownModel {
        /// Where it stands in the request.
        field: &'static str,
        /// The name, cut to a length that an error can carry.
        name: String,
    },
    /// The least confidence is no probability.
    #[error("options.min_confidence is {0}: it must be from 0 to 1")]
    MinConfidence(f32),
    /// The expected share of NONE is no share.
    #[error("options.none_share is {0}: it must be above 0 and below 1, or 0 for no correction")]
    NoneShare(f32),
    /// The number of contributions is out of range.
    #[error(
        "options.max_contributions is {0}: it must be from 0 (the server's limit) to {MAX_CONTRIBUTIONS}"
    )]
    ContributionLimit(i32),
    /// A streamed request's id is too long.
    #[error("id has {0} bytes and the limit is {MAX_ID_BYTES}: send a shorter one")]
    IdTooLong(usize),
    /// A page size is out of range.
    #[error("page_size is {0}: it must be from 0 (the server's choice) to {MAX_PAGE_SIZE}")]
    PageSize(i32),
    /// A page token was not given by this server.
    #[error(
        "page_token is not one that ListModels gave: send it unchanged, or none for the first page"
    )]
    PageToken,
    /// The message cannot be decoded.
    #[error("the message cannot be decoded: {0}")]
    Malformed(String),
    /// The message is too large.
    #[error(
        "the message is larger than the limit of {limit} bytes: send less at once, use StreamClassify, or raise --max-message-bytes"
    )]
    MessageTooLarge {
        /// The limit in force.
        limit: usize,
    },
    /// Too many calls are in flight.
    #[error(
        "{limit} calls are in flight, which is the limit: try again, or raise --max-concurrent-calls"
    )]
    Overloaded {
        /// The limit in force.
        limit: usize,
    },
    /// The server is about to stop.
    #[error("the server is draining: try another one")]
    Draining,
    /// The server stops before the call has ended.
    #[error(
        "the server stops and its drain timeout has passed: send what is not answered to another one"
    )]
    CutOff,
}

/// What a client can branch on.
struct Facts {
    code: Code,
    reason: &'static str,
    /// The field at fault, where one is.
    field: Option<String>,
    /// Numbers and names that the message holds, for programs.
    metadata: Vec<(&'static str, String)>,
    retry: bool,
}

impl CallError {
    /// The code and details of every error, in one place.
    fn facts(&self) -> Facts {
        let invalid = |reason, field: &str, metadata| Facts {
            code: Code::InvalidArgument,
            reason,
            field: Some(field.to_owned()),
            metadata,
            retry: false,
        };
        let server = |code, reason, metadata, retry| Facts {
            code,
            reason,
            field: None,
            metadata,
            retry,
        };
        match self {
            Self::Statement { field, source } => match source {
                InvalidStatement::Blank { .. } => invalid("TEXT_BLANK", field, vec![]),
                InvalidStatement::TooLong { bytes, limit } => invalid(
                    "TEXT_TOO_LONG",
                    field,
                    vec![("bytes", bytes.to_string()), ("limit", limit.to_string())],
                ),
            },
            Self::Document(source) => match source {
                InvalidDocument::Blank { .. } => invalid("DOCUMENT_BLANK", "document.text", vec![]),
                InvalidDocument::TooLong { bytes, limit } => invalid(
                    "DOCUMENT_TOO_LONG",
                    "document.text",
                    vec![("bytes", bytes.to_string()), ("limit", limit.to_string())],
                ),
            },
            Self::NoDocument => invalid("DOCUMENT_MISSING", "document", vec![]),
            Self::DocumentField {
                field,
                bytes,
                limit,
            } => invalid(
                "DOCUMENT_FIELD_TOO_LONG",
                field,
                vec![("bytes", bytes.to_string()), ("limit", limit.to_string())],
            ),
            Self::EmptyBatch => invalid("BATCH_EMPTY", "texts", vec![]),
            Self::BatchTooLarge { texts, limit } => invalid(
                "BATCH_TOO_LARGE",
                "texts",
                vec![("texts", texts.to_string()), ("limit", limit.to_string())],
            ),
            Self::UnknownEncoding { field, value } => invalid(
                "UNKNOWN_ENCODING_TYPE",
                field,
                vec![("value", value.to_string())],
            ),
            Self::UnknownModel { field, name } => Facts {
                code: Code::NotFound,
                ..invalid("MODEL_NOT_FOUND", field, vec![("model", name.clone())])
            },
            Self::MinConfidence(value) => invalid(
                "MIN_CONFIDENCE_OUT_OF_RANGE",
                "options.min_confidence",
                vec![("value", value.to_string())],
            ),
            Self::NoneShare(value) => invalid(
                "NONE_SHARE_OUT_OF_RANGE",
                "options.none_share",
                vec![("value", value.to_string())],
            ),
            Self::ContributionLimit(value) => invalid(
                "MAX_CONTRIBUTIONS_OUT_OF_RANGE",
                "options.max_contributions",
                vec![
                    ("value", value.to_string()),
                    ("limit", MAX_CONTRIBUTIONS.to_string()),
                ],
            ),
            Self::IdTooLong(bytes) => invalid(
                "ID_TOO_LONG",
                "id",
                vec![
                    ("bytes", bytes.to_string()),
                    ("limit", MAX_ID_BYTES.to_string()),
                ],
            ),
            Self::PageSize(value) => invalid(
                "PAGE_SIZE_OUT_OF_RANGE",
                "page_size",
                vec![("value", value.to_string())],
            ),
            Self::PageToken => invalid("PAGE_TOKEN_INVALID", "page_token", vec![]),
            Self::Malformed(_) => server(Code::InvalidArgument, "MESSAGE_MALFORMED", vec![], false),
            Self::MessageTooLarge { limit } => server(
                Code::ResourceExhausted,
                "MESSAGE_TOO_LARGE",
                vec![
                    ("limit", limit.to_string()),
                    ("flag", "--max-message-bytes".to_owned()),
                ],
                false,
            ),
            Self::Overloaded { limit } => server(
                Code::ResourceExhausted,
                "TOO_MANY_CALLS",
                vec![("limit", limit.to_string())],
                true,
            ),
            Self::Draining => server(Code::Unavailable, "DRAINING", vec![], true),
            Self::CutOff => server(Code::Unavailable, "DRAIN_TIMEOUT", vec![], true),
        }
    }
}

impl From<CallError> for Status {
    fn from(error: CallError) -> Self {
        let facts = error.facts();
        let message = error.to_string();
        let metadata: HashMap<String, String> = facts
            .metadata
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let mut details = ErrorDetails::with_error_info(facts.reason, DOMAIN, metadata);
        if let Some(field) = facts.field {
            details.add_bad_request_violation(field, message.clone());
        }
        if facts.retry {
            details.set_retry_info(Some(RETRY_DELAY));
        }
        Self::with_error_details(facts.code, message, details)
    }
}

impl From<CallError> for tonic_types::Status {
    /// The same, as a message inside an answer.
    fn from(error: CallError) -> Self {
        let status = Status::from(error);
        // A status with details carries this very message, encoded.
        Self::decode(status.details()).unwrap_or_else(|_| Self {
            code: status.code() as i32,
            message: status.message().to_owned(),
            details: Vec::new(),
        })
    }
}

/// Says in the contract's terms what tonic found wrong with a request before any of our code saw
/// it; everything else stays as it is.
pub(super) fn translate(status: Status, max_message_bytes: usize) -> Status {
    const UNDECODABLE: &str = "failed to decode Protobuf message";
    match status.code() {
        // Nothing in the service itself gives these two: the message, or what it
        // decompresses to, is over the limit.
        Code::OutOfRange | Code::ResourceExhausted if status.details().is_empty() => {
            CallError::MessageTooLarge {
                limit: max_message_bytes,
            }
            .into()
        }
        Code::Internal if status.message().starts_with(UNDECODABLE) => {
            // prost names the field, not its contents.
            CallError::Malformed(status.message().to_owned()).into()
        }
        _ => status,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_error_carries_its_field_reason_and_numbers() {
        let status = Status::from(CallError::Statement {
            field: "texts[3]".to_owned(),
            source: InvalidStatement::TooLong {
                bytes: 20,
                limit: 10,
            },
        });
        assert_eq!(status.code(), Code::InvalidArgument);
        let details = status.get_error_details();
        let info = details
            .error_info()
            .map(|i| (i.reason.clone(), i.metadata.clone()));
        let (reason, metadata) = info.unwrap_or_default();
        assert_eq!(reason, "TEXT_TOO_LONG");
        assert_eq!(metadata.get("limit").map(String::as_str), Some("10"));
        let violations = details.bad_request().map(|b| b.field_violations.clone());
        assert_eq!(violations.unwrap_or_default()[0].field, "texts[3]");
    }

    #[test]
    fn a_status_inside_an_answer_has_the_same_details() {
        let inside = tonic_types::Status::from(CallError::MinConfidence(2.0));
        assert_eq!(inside.code, Code::InvalidArgument as i32);
        assert_eq!(inside.details.len(), 2);
    }

    #[test]
    fn errors_of_the_transport_are_named_in_the_contracts_terms() {
        let large = translate(Status::out_of_range("too large"), 77);
        assert_eq!(large.code(), Code::ResourceExhausted);
        assert!(large.message().contains("77"));
        let malformed = translate(Status::internal("failed to decode Protobuf message: x"), 77);
        assert_eq!(malformed.code(), Code::InvalidArgument);
        let kept = translate(Status::from(CallError::Overloaded { limit: 5 }), 77);
        assert!(kept.message().contains("5 calls"));
        assert_eq!(translate(Status::internal("x"), 77).code(), Code::Internal);
    }
}

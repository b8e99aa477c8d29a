//! Whole documents as a client sees them: tonic's client against the real server, on a free port.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{TestServer, cut, fields, reason};
use stance::server::ServerConfig;
use stance::server::proto::{
    AnalyzeDocumentRequest, AnalyzeDocumentResponse, AnalyzeOptions, AttributionRule, Document,
    EncodingType, Stance, StatementKind, StreamAnalyzeDocumentsRequest,
    stream_analyze_documents_response,
};
use tonic::Code;

/// A short article: two speakers, a split quotation, a denial, a caption.
const ARTICLE: &str = "Minister: we will respond to raid\n\n\
    Photo: A. Holt/Northern Press\n\n\
    \u{201c}We will answer force with force,\u{201d} Foreign Minister Ada Lund told reporters \u{1f399}, \
    \u{201c}and we will do it soon.\u{201d} Lund later urged both sides to resume talks.\n\n\
    The rebels denied the attack. \u{201c}We never crossed the river,\u{201d} said their spokesman, Idris Kane.";

fn document(text: &str) -> Document {
    Document {
        text: text.to_owned(),
        ..Document::default()
    }
}

fn request(text: &str, options: AnalyzeOptions) -> AnalyzeDocumentRequest {
    AnalyzeDocumentRequest {
        document: Some(document(text)),
        options: Some(options),
    }
}

fn with_none() -> AnalyzeOptions {
    AnalyzeOptions {
        include_none: true,
        ..AnalyzeOptions::default()
    }
}

async fn analyzed(server: &TestServer, request: AnalyzeDocumentRequest) -> AnalyzeDocumentResponse {
    let answer = server.client().await.analyze_document(request).await;
    answer.unwrap().into_inner()
}

#[tokio::test]
async fn an_article_comes_back_as_statements_with_their_speakers() {
    let server = TestServer::start(ServerConfig::default()).await;
    let answer = analyzed(&server, request(ARTICLE, with_none())).await;
    let kinds: Vec<StatementKind> = answer.statements.iter().map(|s| s.kind()).collect();
    assert_eq!(
        kinds,
        [
            StatementKind::Headline,
            StatementKind::Narration,
            StatementKind::Quote,
            StatementKind::ReportedSpeech,
            StatementKind::ReportedSpeech,
            StatementKind::Quote,
        ]
    );
    let said: Vec<(String, Stance)> = answer
        .statements
        .iter()
        .map(|statement| {
            let attribution = statement.attribution.clone().unwrap_or_default();
            (
                attribution.speaker,
                statement.classification.as_ref().unwrap().stance(),
            )
        })
        .collect();
    let lund = "Foreign Minister Ada Lund".to_owned();
    assert_eq!(said[2], (lund.clone(), Stance::Escalation));
    assert_eq!(said[3], (lund, Stance::Dialogue));
    assert_eq!(said[4], ("rebels".to_owned(), Stance::Denial));
    assert_eq!(said[5].0, "Idris Kane");
    let first = answer.statements[2].attribution.as_ref().unwrap();
    assert_eq!(first.rule(), AttributionRule::SubjectVerb);
    assert!(first.confidence > 0.5);
}

#[tokio::test]
async fn spans_hold_in_every_encoding() {
    let server = TestServer::start(ServerConfig::default()).await;
    for encoding in [EncodingType::Utf8, EncodingType::Utf16, EncodingType::Utf32] {
        let options = AnalyzeOptions {
            encoding_type: encoding.into(),
            explain: true,
            ..with_none()
        };
        let answer = analyzed(&server, request(ARTICLE, options)).await;
        assert_eq!(answer.encoding_type(), encoding);
        let at = |span: &Option<_>| cut(ARTICLE, span.as_ref().unwrap(), encoding);
        for statement in &answer.statements {
            assert_eq!(at(&statement.span), statement.text);
            for contribution in &statement.classification.as_ref().unwrap().contributions {
                let piece = at(&contribution.span);
                assert!(
                    statement.text.contains(&piece),
                    "{piece:?} in {:?}",
                    statement.text
                );
            }
        }
        let kane = answer.statements[5].attribution.as_ref().unwrap();
        assert_eq!(
            (at(&kane.mention).as_str(), at(&kane.cue).as_str()),
            ("their spokesman", "said")
        );
    }
}

#[tokio::test]
async fn speakers_and_summary_count_what_is_listed_and_what_is_not() {
    let server = TestServer::start(ServerConfig::default()).await;
    let all = analyzed(&server, request(ARTICLE, with_none())).await;
    let some = analyzed(&server, request(ARTICLE, AnalyzeOptions::default())).await;
    assert_eq!(some.summary, all.summary);
    let is_none = |stance: Stance| stance == Stance::None;
    assert!(
        some.statements
            .iter()
            .all(|s| !is_none(s.classification.as_ref().unwrap().stance()))
    );
    for answer in [&all, &some] {
        for (place, speaker) in answer.speakers.iter().enumerate() {
            for &index in &speaker.statement_indexes {
                let statement = &answer.statements[usize::try_from(index).unwrap()];
                let attribution = statement.attribution.as_ref().unwrap();
                assert_eq!(usize::try_from(attribution.speaker_index).unwrap(), place);
                assert_eq!(attribution.speaker, speaker.name);
            }
        }
    }
    let summary = all.summary.unwrap();
    assert_eq!(
        usize::try_from(summary.statement_count).unwrap(),
        all.statements.len()
    );
    assert!((0.8..1.0).contains(&summary.classified_share));
    let mean: f32 = summary.mean_scores.iter().map(|score| score.score).sum();
    assert!((mean - 1.0).abs() < 1e-4);
}

#[tokio::test]
async fn a_speech_is_its_speakers_and_the_source_comes_back() {
    let server = TestServer::start(ServerConfig::default()).await;
    let request = AnalyzeDocumentRequest {
        document: Some(Document {
            default_speaker: "the delegate of Norland".to_owned(),
            source_id: "speech-7".to_owned(),
            ..document(
                "We thank the Secretary-General. He said that talks failed. We will not wait.",
            )
        }),
        options: Some(with_none()),
    };
    let answer = analyzed(&server, request).await;
    assert_eq!(answer.source_id, "speech-7");
    assert_eq!(answer.speakers.len(), 1);
    for statement in &answer.statements {
        let attribution = statement.attribution.as_ref().unwrap();
        assert_eq!(attribution.speaker, "the delegate of Norland");
        assert_eq!(attribution.rule(), AttributionRule::DefaultSpeaker);
        assert_eq!(statement.kind(), StatementKind::Quote);
    }
}

#[tokio::test]
async fn bad_documents_get_a_reason_and_the_field() {
    let config = ServerConfig {
        max_document_bytes: 200,
        ..ServerConfig::default()
    };
    let server = TestServer::start(config).await;
    let mut client = server.client().await;
    let of = |document: Document| AnalyzeDocumentRequest {
        document: Some(document),
        options: None,
    };
    let long = "x".repeat(2000);
    let text = "They left.";
    let cases = [
        (
            AnalyzeDocumentRequest::default(),
            "DOCUMENT_MISSING",
            "document",
        ),
        (of(document(" \n")), "DOCUMENT_BLANK", "document.text"),
        (
            of(document(&"x".repeat(201))),
            "DOCUMENT_TOO_LONG",
            "document.text",
        ),
        (
            of(Document {
                title: long.clone(),
                ..document(text)
            }),
            "DOCUMENT_FIELD_TOO_LONG",
            "document.title",
        ),
        (
            of(Document {
                source_id: long.clone(),
                ..document(text)
            }),
            "DOCUMENT_FIELD_TOO_LONG",
            "document.source_id",
        ),
        (
            of(Document {
                default_speaker: long,
                ..document(text)
            }),
            "DOCUMENT_FIELD_TOO_LONG",
            "document.default_speaker",
        ),
        (
            request(
                text,
                AnalyzeOptions {
                    encoding_type: 9,
                    ..AnalyzeOptions::default()
                },
            ),
            "UNKNOWN_ENCODING_TYPE",
            "options.encoding_type",
        ),
        (
            request(
                text,
                AnalyzeOptions {
                    none_share: 2.0,
                    ..AnalyzeOptions::default()
                },
            ),
            "NONE_SHARE_OUT_OF_RANGE",
            "options.none_share",
        ),
    ];
    for (request, expected, field) in cases {
        let status = client.analyze_document(request).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{expected}");
        assert_eq!(reason(&status), expected);
        assert_eq!(fields(&status), [field]);
    }
}

#[tokio::test]
async fn a_stream_gives_what_single_calls_give_and_goes_on_after_bad_documents() {
    use stream_analyze_documents_response::Result as Answer;
    let server = TestServer::start(ServerConfig::default()).await;
    // One of them is long enough to be analysed on a thread of its own.
    let long = format!("{ARTICLE}\n\n").repeat(200);
    let texts = [ARTICLE, "", &long, "They left."];
    let requests: Vec<StreamAnalyzeDocumentsRequest> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| StreamAnalyzeDocumentsRequest {
            id: index.to_string(),
            document: Some(document(text)),
            options: Some(with_none()),
        })
        .collect();
    let mut client = server.client().await;
    let answers = client
        .stream_analyze_documents(tokio_stream::iter(requests))
        .await;
    let mut answers = answers.unwrap().into_inner();
    for (index, text) in texts.iter().enumerate() {
        let answer = answers.message().await.unwrap().unwrap();
        assert_eq!(answer.id, index.to_string());
        match answer.result.unwrap() {
            Answer::Analysis(analysis) => {
                assert_eq!(
                    analysis,
                    analyzed(&server, request(text, with_none())).await
                );
            }
            Answer::Status(status) => {
                assert_eq!((index, status.code), (1, Code::InvalidArgument as i32));
            }
        }
    }
    assert!(answers.message().await.unwrap().is_none());
}

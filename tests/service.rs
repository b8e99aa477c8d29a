//! The service as a client sees it: tonic's client against the real server, on a free port.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::HashMap;
use std::time::Duration;

use common::{TestServer, cut, explained, fields, reason, request};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use stance::server::ServerConfig;
use stance::server::proto::stance_service_client::StanceServiceClient;
use stance::server::proto::{
    self, BatchClassifyRequest, ClassifyOptions, ClassifyRequest, EncodingType, GetModelRequest,
    ListModelsRequest, Outcome, Stance, StreamClassifyRequest, TokenizeRequest,
    batch_classify_result, stream_classify_response,
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;
use tonic::codec::CompressionEncoding;
use tonic_types::StatusExt as _;

const TEXTS: [&str; 4] = [
    "We never had any intention of attacking our neighbours.",
    "The two governments agreed to resume talks in Geneva next week.",
    "The army shelled the border town and the president vowed revenge.",
    "The committee adopted its programme of work for the coming year.",
];

fn batch(texts: &[&str]) -> BatchClassifyRequest {
    BatchClassifyRequest {
        texts: texts.iter().map(|&text| text.to_owned()).collect(),
        options: None,
    }
}

fn streamed(id: &str, text: &str) -> StreamClassifyRequest {
    StreamClassifyRequest {
        id: id.to_owned(),
        text: text.to_owned(),
        options: None,
    }
}

/// The answer of a fresh client to one statement that can be classified.
async fn classified(server: &TestServer, request: ClassifyRequest) -> proto::Classification {
    let answer = server.client().await.classify(request).await.unwrap();
    answer.into_inner().classification.unwrap()
}

#[tokio::test]
async fn golden_answers() {
    let server = TestServer::start(ServerConfig::default()).await;
    let mut client = server.client().await;
    let expected = [
        Stance::Denial,
        Stance::Dialogue,
        Stance::Escalation,
        Stance::None,
    ];
    for (text, stance) in TEXTS.into_iter().zip(expected) {
        let answer = client.classify(request(text)).await.unwrap().into_inner();
        let classification = answer.classification.unwrap();
        assert_eq!(classification.stance(), stance, "{text}");
        assert_eq!(classification.outcome(), Outcome::Decided);
        assert_eq!(classification.scores.len(), 4);
        assert_eq!(classification.scores[0].stance(), stance);
        assert!((classification.confidence - classification.scores[0].score).abs() < f32::EPSILON);
        assert!(
            classification
                .scores
                .is_sorted_by(|a, b| a.score >= b.score)
        );
        let sum: f32 = classification.scores.iter().map(|s| s.score).sum();
        assert!((sum - 1.0).abs() < 1e-5);
        assert!(classification.known_feature_ratio > 0.7);
        assert_eq!(classification.model, "default");
        assert_eq!(classification.model_version.len(), 12);
        assert_eq!(classification.encoding_type(), EncodingType::Utf8);
        assert!(classification.contributions.is_empty() && classification.logits.is_empty());
    }
}

#[tokio::test]
async fn gibberish_and_other_languages_show_as_unknown() {
    let server = TestServer::start(ServerConfig::default()).await;
    let mut client = server.client().await;
    for text in [
        "Zxqv wlkrm pfft brzk",
        "Президент заявил о готовности к переговорам с соседями.",
        "双方同意恢复会谈",
    ] {
        let answer = client.classify(request(text)).await.unwrap().into_inner();
        let ratio = answer.classification.unwrap().known_feature_ratio;
        assert!(ratio < 0.3, "{text}: {ratio}");
    }
}

#[tokio::test]
async fn abstains_below_the_least_confidence() {
    let server = TestServer::start(ServerConfig::default()).await;
    let options = ClassifyOptions {
        min_confidence: 1.0,
        ..ClassifyOptions::default()
    };
    let request = ClassifyRequest {
        text: TEXTS[1].to_owned(),
        options: Some(options),
    };
    let classification = classified(&server, request).await;
    assert_eq!(classification.outcome(), Outcome::Abstained);
    assert_eq!(classification.stance(), Stance::Unspecified);
    assert_eq!(classification.scores.len(), 4);
}

#[tokio::test]
async fn an_expected_share_of_none_moves_its_score() {
    let server = TestServer::start(ServerConfig::default()).await;
    let mut shares = Vec::new();
    for none_share in [0.05, 0.0, 0.95] {
        let options = ClassifyOptions {
            none_share,
            ..ClassifyOptions::default()
        };
        let request = ClassifyRequest {
            text: TEXTS[1].to_owned(),
            options: Some(options),
        };
        let scores = classified(&server, request).await.scores;
        assert!((scores.iter().map(|s| s.score).sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(scores.is_sorted_by(|a, b| a.score >= b.score));
        shares.push(
            scores
                .iter()
                .find(|s| s.stance() == Stance::None)
                .unwrap()
                .score,
        );
    }
    assert!(shares[0] < shares[1] && shares[1] < shares[2], "{shares:?}");
}

/// Contributions, biases, logits, temperature and scores hang together as the contract says.
#[tokio::test]
async fn an_explanation_adds_up_to_the_scores() {
    let server = TestServer::start(ServerConfig::default()).await;
    let mut client = server.client().await;
    for text in TEXTS {
        let answer = client.classify(explained(text)).await.unwrap().into_inner();
        let c = answer.classification.unwrap();
        let top = &c.logits[0];
        assert_eq!(top.stance, c.scores[0].stance);
        let sum: f32 = c
            .contributions
            .iter()
            .map(|contribution| contribution.value)
            .sum();
        assert!((top.bias + sum + top.omitted - top.value).abs() < 1e-4);
        let exponentials: Vec<f32> = c
            .logits
            .iter()
            .map(|logit| (logit.value / c.temperature).exp())
            .collect();
        let total: f32 = exponentials.iter().sum();
        for (score, exponential) in c.scores.iter().zip(&exponentials) {
            assert!((score.score - exponential / total).abs() < 1e-4);
        }
        let largest_first =
            |a: &proto::Contribution, b: &proto::Contribution| a.value.abs() >= b.value.abs();
        assert!(c.contributions.is_sorted_by(largest_first));
    }
}

#[tokio::test]
async fn a_limit_on_contributions_is_kept_and_the_rest_is_summed() {
    let server = TestServer::start(ServerConfig::default()).await;
    let mut request = explained(TEXTS[0]);
    request.options.as_mut().unwrap().max_contributions = 5;
    let c = classified(&server, request).await;
    assert_eq!(c.contributions.len(), 5);
    let sum: f32 = c
        .contributions
        .iter()
        .map(|contribution| contribution.value)
        .sum();
    let top = &c.logits[0];
    assert!(top.omitted.abs() > 0.0);
    assert!((top.bias + sum + top.omitted - top.value).abs() < 1e-4);
}

/// The text between two offsets, as a language of this encoding cuts it.
#[tokio::test]
async fn spans_hold_in_every_encoding() {
    let server = TestServer::start(ServerConfig::default()).await;
    let mut client = server.client().await;
    let text = "“Café 😀 talks,” he said: the U.S. didn’t attack — not in 1,994!";
    let expected = [
        "“", "Café", "😀", "talks", ",", "”", "he", "said", ":", "the", "U.S.", "did", "n’t",
        "attack", "—", "not", "in", "1,994", "!",
    ];
    for encoding in [
        EncodingType::Unspecified,
        EncodingType::Utf8,
        EncodingType::Utf16,
        EncodingType::Utf32,
    ] {
        let request = TokenizeRequest {
            text: text.to_owned(),
            encoding_type: encoding.into(),
            model: String::new(),
        };
        let answer = client.tokenize(request).await.unwrap().into_inner();
        let effective = if encoding == EncodingType::Unspecified {
            EncodingType::Utf8
        } else {
            encoding
        };
        assert_eq!(answer.encoding_type(), effective);
        let texts: Vec<&str> = answer.tokens.iter().map(|t| t.text.as_str()).collect();
        assert_eq!(texts, expected);
        for token in &answer.tokens {
            assert_eq!(
                cut(text, token.span.as_ref().unwrap(), encoding),
                token.text
            );
        }
        let negated: Vec<&str> = answer
            .tokens
            .iter()
            .filter(|t| t.negated)
            .map(|t| t.text.as_str())
            .collect();
        assert_eq!(negated, ["attack", "in", "1,994"]);

        let mut request = explained(text);
        request.options.as_mut().unwrap().encoding_type = encoding.into();
        let answer = client.classify(request).await.unwrap().into_inner();
        for contribution in answer.classification.unwrap().contributions {
            let place = cut(text, contribution.span.as_ref().unwrap(), encoding);
            assert!(!place.is_empty());
        }
    }
}

#[tokio::test]
async fn what_the_model_knows_of_a_token_is_shown() {
    let server = TestServer::start(ServerConfig::default()).await;
    let request = TokenizeRequest {
        text: "talks xyzzyx, no talks".to_owned(),
        ..TokenizeRequest::default()
    };
    let answer = server
        .client()
        .await
        .tokenize(request)
        .await
        .unwrap()
        .into_inner();
    let by_text: HashMap<&str, &proto::Token> = answer
        .tokens
        .iter()
        .rev()
        .map(|t| (t.text.as_str(), t))
        .collect();
    let talks = by_text["talks"];
    assert!(talks.known && talks.weights.len() == 4 && talks.inverse_document_frequency > 0.0);
    assert!(talks.known_character_ngrams > 0);
    let unknown = by_text["xyzzyx"];
    assert!(!unknown.known && unknown.weights.is_empty());
    assert!(answer.tokens.last().unwrap().negated);
}

#[tokio::test]
async fn one_bad_text_never_sinks_the_batch() {
    let server = TestServer::start(ServerConfig::default()).await;
    let long = "x".repeat(20_000);
    let texts = [TEXTS[0], " \n", TEXTS[1], &long];
    let answer = server
        .client()
        .await
        .batch_classify(batch(&texts))
        .await
        .unwrap();
    let results = answer.into_inner().results;
    assert_eq!(results.len(), 4);
    for (index, result) in results.into_iter().enumerate() {
        match result.result.unwrap() {
            batch_classify_result::Result::Classification(_) => assert!(index % 2 == 0),
            batch_classify_result::Result::Status(status) => {
                assert_eq!(status.code, Code::InvalidArgument as i32);
                assert!(status.message.starts_with(&format!("texts[{index}]")));
                assert_eq!(status.details.len(), 2);
            }
        }
    }
}

#[test]
fn batch_is_one_by_one_is_stream() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(TestServer::start(ServerConfig::default()));
    let client = runtime.block_on(server.client());
    let word = prop::sample::select(
        TEXTS
            .join(" ")
            .split(' ')
            .map(str::to_owned)
            .chain(["\u{1F600}".to_owned(), " ".to_owned()])
            .collect::<Vec<_>>(),
    );
    let texts = prop::collection::vec(
        prop::collection::vec(word, 0..30).prop_map(|w| w.join(" ")),
        1..20,
    );
    TestRunner::new(Config::with_cases(24))
        .run(&texts, |texts| {
            runtime.block_on(same_three_ways(client.clone(), &texts));
            Ok(())
        })
        .unwrap();
}

async fn same_three_ways(
    mut client: StanceServiceClient<tonic::transport::Channel>,
    texts: &[String],
) {
    let all = BatchClassifyRequest {
        texts: texts.to_vec(),
        options: None,
    };
    let batch = client
        .batch_classify(all)
        .await
        .unwrap()
        .into_inner()
        .results;
    let requests: Vec<_> = texts.iter().map(|text| streamed("id", text)).collect();
    let stream = client
        .stream_classify(tokio_stream::iter(requests))
        .await
        .unwrap();
    let mut stream = stream.into_inner();
    assert_eq!(batch.len(), texts.len());
    for (text, batched) in texts.iter().zip(batch) {
        let streamed = stream.message().await.unwrap().unwrap().result.unwrap();
        let single = client.classify(request(text)).await;
        match (batched.result.unwrap(), streamed, single) {
            (
                batch_classify_result::Result::Classification(batched),
                stream_classify_response::Result::Classification(streamed),
                Ok(single),
            ) => {
                let single = single.into_inner().classification.unwrap();
                assert_eq!(batched, single);
                assert_eq!(streamed, single);
            }
            (
                batch_classify_result::Result::Status(batched),
                stream_classify_response::Result::Status(streamed),
                Err(single),
            ) => {
                assert_eq!(batched.code, single.code() as i32);
                assert_eq!(streamed.code, single.code() as i32);
            }
            other => panic!("not the same three ways: {other:?}"),
        }
    }
    assert!(stream.message().await.unwrap().is_none());
}

#[tokio::test]
async fn a_stream_goes_on_after_bad_requests_and_keeps_ids_and_order() {
    let server = TestServer::start(ServerConfig::default()).await;
    let mut unknown = streamed("c", TEXTS[0]);
    unknown.options = Some(ClassifyOptions {
        model: "no-such-model".to_owned(),
        ..ClassifyOptions::default()
    });
    let requests = vec![
        streamed("a", TEXTS[0]),
        streamed("b", ""),
        unknown,
        streamed(&"d".repeat(300), TEXTS[0]),
        streamed("e", TEXTS[1]),
    ];
    let answers = server
        .client()
        .await
        .stream_classify(tokio_stream::iter(requests))
        .await
        .unwrap();
    let mut answers = answers.into_inner();
    let mut seen = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        let code = match answer.result.unwrap() {
            stream_classify_response::Result::Classification(_) => 0,
            stream_classify_response::Result::Status(status) => status.code,
        };
        seen.push((answer.id, code));
    }
    let expected = [("a", 0), ("b", 3), ("c", 5), ("", 3), ("e", 0)];
    let expected: Vec<_> = expected.map(|(id, code)| (id.to_owned(), code)).into();
    assert_eq!(seen, expected);
}

/// A client that sends without end and reads nothing is stopped by flow control, not by the
/// server's memory: after a bounded number of requests its sending blocks. Small frames that wait
/// to be read must not end the connection either (`too_many_data_frames`, h2 0.4.20).
#[tokio::test]
async fn a_stream_reads_no_further_than_its_client() {
    let server = TestServer::start(ServerConfig::default()).await;
    let channel = server
        .endpoint()
        .initial_stream_window_size(64 << 10)
        .connect()
        .await
        .unwrap();
    let (sender, receiver) = mpsc::channel(1);
    let answers = StanceServiceClient::new(channel)
        .stream_classify(ReceiverStream::new(receiver))
        .await
        .unwrap();
    let mut answers = answers.into_inner();
    let mut sent: u32 = 0;
    while let Ok(sending) = tokio::time::timeout(
        Duration::from_secs(2),
        sender.send(streamed(&sent.to_string(), "Talks.")),
    )
    .await
    {
        sending.unwrap();
        sent += 1;
        assert!(sent < 50_000, "the server takes in all that it is sent");
    }
    // Reading sets it free again, and nothing is lost.
    drop(sender);
    let mut received = 0;
    while let Some(answer) = answers.message().await.unwrap() {
        assert_eq!(answer.id, received.to_string());
        received += 1;
    }
    assert_eq!(received, sent);
}

#[tokio::test]
async fn bad_input_gets_a_code_a_reason_and_the_field() {
    let config = ServerConfig {
        max_text_bytes: 100,
        max_batch: 2,
        ..ServerConfig::default()
    };
    let server = TestServer::start(config).await;
    let mut client = server.client().await;
    let with = |options: ClassifyOptions| ClassifyRequest {
        text: TEXTS[0].to_owned(),
        options: Some(options),
    };
    let options = ClassifyOptions::default;
    let cases = [
        (request(""), "TEXT_BLANK", "text"),
        (request(" \u{2003}\n"), "TEXT_BLANK", "text"),
        (request(&"x".repeat(101)), "TEXT_TOO_LONG", "text"),
        (
            with(ClassifyOptions {
                encoding_type: 9,
                ..options()
            }),
            "UNKNOWN_ENCODING_TYPE",
            "options.encoding_type",
        ),
        (
            with(ClassifyOptions {
                min_confidence: 1.5,
                ..options()
            }),
            "MIN_CONFIDENCE_OUT_OF_RANGE",
            "options.min_confidence",
        ),
        (
            with(ClassifyOptions {
                min_confidence: f32::NAN,
                ..options()
            }),
            "MIN_CONFIDENCE_OUT_OF_RANGE",
            "options.min_confidence",
        ),
        (
            with(ClassifyOptions {
                none_share: 1.0,
                ..options()
            }),
            "NONE_SHARE_OUT_OF_RANGE",
            "options.none_share",
        ),
        (
            with(ClassifyOptions {
                none_share: f32::NAN,
                ..options()
            }),
            "NONE_SHARE_OUT_OF_RANGE",
            "options.none_share",
        ),
        (
            with(ClassifyOptions {
                max_contributions: -1,
                ..options()
            }),
            "MAX_CONTRIBUTIONS_OUT_OF_RANGE",
            "options.max_contributions",
        ),
    ];
    for (request, expected, field) in cases {
        let status = client.classify(request).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{expected}");
        assert_eq!(reason(&status), expected);
        assert_eq!(fields(&status), [field]);
    }
    let status = client
        .classify(with(ClassifyOptions {
            model: "nosuch".to_owned(),
            ..options()
        }))
        .await
        .unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::NotFound, "MODEL_NOT_FOUND")
    );

    let status = client.batch_classify(batch(&[])).await.unwrap_err();
    assert_eq!(reason(&status), "BATCH_EMPTY");
    let status = client
        .batch_classify(batch(&["a", "b", "c"]))
        .await
        .unwrap_err();
    assert_eq!(
        (reason(&status).as_str(), fields(&status)),
        ("BATCH_TOO_LARGE", vec!["texts".to_owned()])
    );
    let status = client
        .get_model(GetModelRequest {
            name: "nosuch".to_owned(),
        })
        .await
        .unwrap_err();
    assert_eq!(
        (status.code(), fields(&status)),
        (Code::NotFound, vec!["name".to_owned()])
    );
    for (page_size, page_token, expected) in [
        (-1, "", "PAGE_SIZE_OUT_OF_RANGE"),
        (1, "x", "PAGE_TOKEN_INVALID"),
        (1, "7", "PAGE_TOKEN_INVALID"),
    ] {
        let request = ListModelsRequest {
            page_size,
            page_token: page_token.to_owned(),
        };
        assert_eq!(
            reason(&client.list_models(request).await.unwrap_err()),
            expected
        );
    }
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused_with_the_limit_and_its_flag() {
    let config = ServerConfig {
        max_message_bytes: 1000,
        ..ServerConfig::default()
    };
    let server = TestServer::start(config).await;
    let large = request(&"talks ".repeat(1000));
    let plain = server
        .client()
        .await
        .classify(large.clone())
        .await
        .unwrap_err();
    // Small on the wire, large once decompressed.
    let mut client = server
        .client()
        .await
        .send_compressed(CompressionEncoding::Gzip);
    let compressed = client.classify(large.clone()).await.unwrap_err();
    let streaming = StreamClassifyRequest {
        text: large.text,
        ..StreamClassifyRequest::default()
    };
    let mut answers = client
        .stream_classify(tokio_stream::iter([streamed("a", TEXTS[0]), streaming]))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(answers.message().await.unwrap().unwrap().id, "a");
    let streamed = answers.message().await.unwrap_err();
    for status in [plain, compressed, streamed] {
        assert_eq!(status.code(), Code::ResourceExhausted);
        assert_eq!(reason(&status), "MESSAGE_TOO_LARGE");
        assert!(
            status.message().contains("1000") && status.message().contains("--max-message-bytes")
        );
    }
}

#[tokio::test]
async fn compressed_requests_are_accepted() {
    let server = TestServer::start(ServerConfig::default()).await;
    for encoding in [CompressionEncoding::Gzip, CompressionEncoding::Zstd] {
        let mut client = server
            .client()
            .await
            .send_compressed(encoding)
            .accept_compressed(encoding);
        let answer = client
            .classify(request(TEXTS[0]))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(answer.classification.unwrap().stance(), Stance::Denial);
    }
}

#[tokio::test]
async fn calls_over_the_limit_are_refused_and_may_be_tried_again() {
    let config = ServerConfig {
        max_concurrent_calls: 1,
        ..ServerConfig::default()
    };
    let server = TestServer::start(config).await;
    let mut client = server.client().await;
    let (sender, receiver) = mpsc::channel(1);
    sender.send(streamed("a", TEXTS[0])).await.unwrap();
    let mut open = client
        .stream_classify(ReceiverStream::new(receiver))
        .await
        .unwrap()
        .into_inner();
    open.message().await.unwrap();
    let status = client.classify(request(TEXTS[0])).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::ResourceExhausted, "TOO_MANY_CALLS")
    );
    let details = status.get_error_details();
    assert!(
        details
            .retry_info()
            .is_some_and(|retry| retry.retry_delay.is_some())
    );
    drop(sender);
    assert!(open.message().await.unwrap().is_none());
    client.classify(request(TEXTS[0])).await.unwrap();
}

#[tokio::test]
async fn models_are_listed_and_described() {
    let server = TestServer::start(ServerConfig::default()).await;
    let mut client = server.client().await;
    let listed = client
        .list_models(ListModelsRequest::default())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(listed.models.len(), 1);
    assert!(listed.next_page_token.is_empty());
    for name in ["", "default", "models/default"] {
        let request = GetModelRequest {
            name: name.to_owned(),
        };
        let model = client
            .get_model(request)
            .await
            .unwrap()
            .into_inner()
            .model
            .unwrap();
        assert_eq!(model, listed.models[0]);
    }
    let model = &listed.models[0];
    assert!(model.is_default);
    assert_eq!(model.labels.len(), 4);
    let counts = model.feature_counts.as_ref().unwrap();
    assert_eq!(
        counts.total,
        counts.words
            + counts.word_ngrams
            + counts.character_ngrams
            + counts.word_classes
            + counts.word_class_pairs
            + counts.words_ahead
    );
    let corpus = model.corpus.as_ref().unwrap();
    let statements: i32 = corpus
        .label_counts
        .iter()
        .map(|count| count.statements)
        .sum();
    assert_eq!(statements, corpus.statements);
    assert_eq!(corpus.sha256.len(), 64);
    assert!(model.train_time.is_some() && model.training_duration.is_some());
    let figures = model
        .evaluations
        .iter()
        .find(|e| e.data_set == "dev.jsonl")
        .unwrap();
    assert!(figures.macro_f1 >= 0.65);
}

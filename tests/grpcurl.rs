//! The real grpcurl against the real binary. Ignored unless asked for, since grpcurl is not there
//! on every machine: `STANCE_GRPCURL=/path/to/grpcurl cargo test --test grpcurl -- --ignored`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "common/process.rs"]
mod process;

use std::process::{Command, Output};

use process::ServerProcess;
use serde_json::Value;

const SERVICE: &str = "stance.v1.StanceService";

fn grpcurl(arguments: &[&str]) -> Output {
    let program = std::env::var("STANCE_GRPCURL").expect("STANCE_GRPCURL names the grpcurl binary");
    Command::new(program)
        .arg("-plaintext")
        .args(arguments)
        .output()
        .unwrap()
}

fn call(server: &ServerProcess, method: &str, data: &str) -> Output {
    let method = format!("{SERVICE}/{method}");
    grpcurl(&["-d", data, &server.address, &method])
}

fn json(output: &Output) -> Value {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn error(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
#[ignore = "needs grpcurl: set STANCE_GRPCURL"]
fn lists_describes_and_checks_health_without_a_proto_file() {
    let server = ServerProcess::start(&[]);
    let listed = String::from_utf8(grpcurl(&[&server.address, "list"]).stdout).unwrap();
    assert!(
        listed.contains(SERVICE) && listed.contains("grpc.health.v1.Health"),
        "{listed}"
    );
    let described = grpcurl(&[&server.address, "describe", SERVICE]);
    let described = String::from_utf8(described.stdout).unwrap();
    for method in [
        "Classify",
        "BatchClassify",
        "StreamClassify",
        "Tokenize",
        "ListModels",
        "GetModel",
        "AnalyzeDocument",
        "StreamAnalyzeDocuments",
    ] {
        assert!(described.contains(&format!("rpc {method} ")), "{described}");
    }
    let health = grpcurl(&[&server.address, "grpc.health.v1.Health/Check"]);
    assert_eq!(json(&health)["status"], "SERVING");
}

#[test]
#[ignore = "needs grpcurl: set STANCE_GRPCURL"]
fn classifies_the_readmes_statement() {
    let server = ServerProcess::start(&[]);
    let text = r#"{"text": "We never had any intention of attacking our neighbours."}"#;
    let answer = json(&call(&server, "Classify", text));
    assert_eq!(answer["classification"]["stance"], "STANCE_DENIAL");
    assert_eq!(answer["classification"]["outcome"], "OUTCOME_DECIDED");
}

#[test]
#[ignore = "needs grpcurl: set STANCE_GRPCURL"]
fn error_details_are_readable() {
    let server = ServerProcess::start(&["--max-message-bytes", "2000"]);
    let blank = error(&call(&server, "Classify", r#"{"text": " "}"#));
    for expected in [
        "InvalidArgument",
        "google.rpc.BadRequest",
        "TEXT_BLANK",
        r#""field":"text""#,
    ] {
        assert!(blank.contains(expected), "{blank}");
    }
    let model = r#"{"text": "x", "options": {"model": "nosuch"}}"#;
    let unknown = error(&call(&server, "Classify", model));
    assert!(
        unknown.contains("NotFound") && unknown.contains("MODEL_NOT_FOUND"),
        "{unknown}"
    );
    let number = r#"{"text": "x", "options": {"encoding_type": 77}}"#;
    let number = error(&call(&server, "Classify", number));
    assert!(number.contains("UNKNOWN_ENCODING_TYPE"), "{number}");
    let large = format!(r#"{{"text": "{}"}}"#, "x".repeat(3000));
    let large = error(&call(&server, "Classify", &large));
    assert!(
        large.contains("2000 bytes") && large.contains("--max-message-bytes"),
        "{large}"
    );
    // A status inside an answer decodes as well.
    let batch = json(&call(
        &server,
        "BatchClassify",
        r#"{"texts": ["Talks were held.", ""]}"#,
    ));
    let details = batch["results"][1]["status"]["details"].to_string();
    assert!(details.contains("TEXT_BLANK"), "{details}");
}

#[test]
#[ignore = "needs grpcurl: set STANCE_GRPCURL"]
fn analyzes_a_document() {
    let server = ServerProcess::start(&["--max-document-bytes", "200"]);
    let request = r#"{"document": {"text": "\"We will talk,\" the minister said. The rebels denied the raid."}}"#;
    let answer = json(&call(&server, "AnalyzeDocument", request));
    assert_eq!(
        answer["statements"][0]["attribution"]["speaker"],
        "minister"
    );
    assert_eq!(answer["statements"][0]["kind"], "STATEMENT_KIND_QUOTE");
    assert_eq!(
        answer["statements"][1]["classification"]["stance"],
        "STANCE_DENIAL"
    );
    assert_eq!(answer["speakers"][1]["name"], "rebels");
    assert_eq!(answer["summary"]["statementCount"], 2);
    let long = format!(r#"{{"document": {{"text": "{}"}}}}"#, "x".repeat(201));
    let long = error(&call(&server, "AnalyzeDocument", &long));
    assert!(
        long.contains("DOCUMENT_TOO_LONG") && long.contains("--max-document-bytes"),
        "{long}"
    );
}

#[test]
#[ignore = "needs grpcurl: set STANCE_GRPCURL"]
fn streams() {
    let server = ServerProcess::start(&[]);
    let requests = r#"{"id": "1", "text": "Talks were held."} {"id": "2", "text": ""}"#;
    let output = call(&server, "StreamClassify", requests);
    let answers: Vec<Value> = serde_json::Deserializer::from_slice(&output.stdout)
        .into_iter()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0]["id"], "1");
    assert_eq!(answers[1]["status"]["code"], 3);
}

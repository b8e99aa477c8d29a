//! The real binary: what people type, and what they are told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
#[path = "common/process.rs"]
mod process;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

use process::{ServerProcess, stance};
use serde_json::Value;
use stance::server::proto::stance_service_client::StanceServiceClient;
use stance::server::proto::{AnalyzeDocumentRequest, Document};

fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = stance()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end before it has read everything.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", stderr(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn classify_reads_standard_input_and_reports_bad_lines() {
    let input = "{\"id\": 1, \"text\": \"They denied the attack.\"}\nnope\n";
    let output = run(&["classify"], input);
    let lines: Vec<Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["id"], 1);
    assert_eq!(lines[0]["stance"], "DENIAL");
    assert_eq!(lines[1]["line"], 2);
    let errors = stderr(&output);
    assert!(errors.contains("-:2: not a JSON object"), "{errors}");
}

#[test]
fn classify_reads_several_files_of_plain_lines() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("a.txt"), "Talks were held in Geneva.\n").unwrap();
    fs::write(path("b.txt"), "They denied the attack.\n").unwrap();
    let output = run(&["classify", "--lines", &path("a.txt"), &path("b.txt")], "");
    let text = stdout(&output);
    let texts: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["text"].clone())
        .collect();
    assert_eq!(
        texts,
        ["Talks were held in Geneva.", "They denied the attack."]
    );
    let missing = run(&["classify", &path("missing.txt")], "");
    assert!(!missing.status.success() && stderr(&missing).contains("missing.txt"));
}

#[test]
fn classify_abstains_when_asked_to() {
    let output = run(
        &["classify", "--min-confidence", "1"],
        "{\"text\": \"Talks.\"}\n",
    );
    let line: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert!(line["stance"].is_null() && line["scores"].is_object());
    let wrong = run(&["classify", "--min-confidence", "2"], "");
    assert!(!wrong.status.success() && stderr(&wrong).contains("from 0 to 1"));
}

#[test]
fn evaluate_prints_tables_or_json() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("rows.jsonl");
    let rows = "{\"text\": \"They denied the attack.\", \"label\": \"DENIAL\"}\n\
                {\"text\": \"They agreed to hold talks.\", \"label\": \"DIALOGUE\"}\n";
    fs::write(&data, rows).unwrap();
    let data = data.to_str().unwrap();
    let table = stdout(&run(&["evaluate", "--data", data], ""));
    for expected in [
        "macro-F1 1.000",
        "accuracy 1.000",
        "calibration error",
        "right\\given",
    ] {
        assert!(table.contains(expected), "{table}");
    }
    let json: Value =
        serde_json::from_str(&stdout(&run(&["evaluate", "--json", "--data", data], ""))).unwrap();
    assert_eq!(json["macro_f1"], 1.0);
    assert_eq!(json["confusion"][2][2], 1);
    assert_eq!(json["label_order"][2], "DENIAL");
}

const SMALL: [(&str, &str); 12] = [
    (
        "The army shelled the border town and vowed revenge",
        "ESCALATION",
    ),
    (
        "The ministry expelled the envoys and imposed sanctions",
        "ESCALATION",
    ),
    ("Troops attacked the border post", "ESCALATION"),
    ("The two sides agreed to resume talks", "DIALOGUE"),
    ("He called for talks and a truce", "DIALOGUE"),
    ("The truce was extended after talks", "DIALOGUE"),
    (
        "The ministry denied that troops had crossed the border",
        "DENIAL",
    ),
    ("He denied the report as baseless", "DENIAL"),
    ("The report is baseless, the ministry said", "DENIAL"),
    ("The meeting was held in Geneva", "NONE"),
    ("The committee adopted the budget", "NONE"),
    ("He thanked the committee in Geneva", "NONE"),
];

#[test]
fn evaluate_writes_a_page_that_loads_nothing_from_elsewhere() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let rows = [
        ("They denied the attack.", "DENIAL", "wire"),
        ("Talks <b>were</b> held in Geneva.", "ESCALATION", "wire"),
        ("The shares fell.", "NONE", "paper"),
    ]
    .map(|(text, label, source)| {
        serde_json::json!({"text": text, "label": label, "source": source}).to_string()
    });
    fs::write(path("rows.jsonl"), rows.join("\n")).unwrap();
    let challenge = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/challenge.jsonl");
    let output = run(
        &[
            "evaluate",
            "--data",
            &path("rows.jsonl"),
            "--challenge",
            challenge.to_str().unwrap(),
            "--report",
            &path("new/report"),
        ],
        "",
    );
    assert!(stdout(&output).contains("macro-F1"));
    let page = fs::read_to_string(path("new/report/report.html")).unwrap();
    for part in [
        "Confusion",
        "Reliability",
        "Risk and coverage",
        "<svg",
        "Most confident errors",
        "contrast-clause",
        "<td>wire</td>",
        "&lt;",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let loads = ["src=", "<link", "<script", "url(", "@import"];
    assert!(loads.iter().all(|load| !page.contains(load)));
    assert!(!page.contains("<b>were"));
    let refused = run(
        &[
            "evaluate",
            "--data",
            &path("rows.jsonl"),
            "--none-share",
            "1",
        ],
        "",
    );
    assert!(!refused.status.success() && stderr(&refused).contains("below 1"));
}

fn write_corpus(directory: &Path) {
    let rows: String = SMALL
        .iter()
        .map(|(text, label)| serde_json::json!({"text": text, "label": label}).to_string() + "\n")
        .collect();
    fs::create_dir_all(directory).unwrap();
    fs::write(directory.join("rows.jsonl"), rows).unwrap();
}

#[test]
fn train_writes_a_model_that_the_other_commands_use() {
    let directory = tempfile::tempdir().unwrap();
    let corpus = directory.path().join("corpus");
    let out = directory.path().join("mine");
    write_corpus(&corpus);
    let (corpus, out) = (corpus.to_str().unwrap(), out.to_str().unwrap());
    let data = format!("{corpus}/rows.jsonl");
    let train = [
        "train",
        "--corpus",
        corpus,
        "--out",
        out,
        "--evaluate",
        &data,
        "--no-cross-validation",
    ];
    let printed = stdout(&run(&train, ""));
    assert!(printed.contains("rows.jsonl, 12 statements"), "{printed}");
    for name in ["model.stance", "training.json", "MODEL_CARD.md"] {
        assert!(Path::new(out).join(name).is_file(), "{name}");
    }
    let first = fs::read(Path::new(out).join("model.stance")).unwrap();
    stdout(&run(&train, ""));
    let second = fs::read(Path::new(out).join("model.stance")).unwrap();
    assert!(first == second, "the same corpus gives other bytes");

    let table = stdout(&run(&["evaluate", "--data", &data, "--model-dir", out], ""));
    assert!(table.contains("model mine"), "{table}");
    fs::write(
        Path::new(out).join("model.stance"),
        &first[..first.len() / 2],
    )
    .unwrap();
    let broken = run(&["evaluate", "--data", &data, "--model-dir", out], "");
    let message = stderr(&broken);
    assert!(!broken.status.success());
    assert!(
        message.contains("model.stance") && message.contains("truncated"),
        "{message}"
    );
}

#[test]
fn bad_training_data_is_named_and_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let corpus = directory.path().join("corpus");
    let out = directory.path().join("out");
    write_corpus(&corpus);
    let train = |extra: &[&str]| {
        let base = [
            "train",
            "--corpus",
            corpus.to_str().unwrap(),
            "--out",
            out.to_str().unwrap(),
        ];
        run(&[&base, extra].concat(), "")
    };
    let rows = corpus.join("rows.jsonl");
    let good = fs::read_to_string(&rows).unwrap();
    for (contents, expected) in [
        (
            good.clone() + "{\"text\": \"x\"}\n",
            "rows.jsonl:13: missing field `label`",
        ),
        (
            good.replace("DENIAL", "NONE"),
            "no statement is labelled DENIAL",
        ),
        (String::new(), "no labelled statements"),
    ] {
        fs::write(&rows, contents).unwrap();
        let output = train(&[]);
        assert!(!output.status.success());
        let message = stderr(&output);
        assert!(message.contains(expected), "{message}");
        assert!(!out.exists());
    }
}

const ARTICLE: &str =
    "The rebels denied the attack.\n\n\"We will answer force with force,\" General Ada Lund said.";

#[test]
fn analyze_writes_a_json_object_a_document_and_goes_on_after_a_bad_one() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("a.txt"), ARTICLE).unwrap();
    fs::write(path("b.txt"), [0x66, 0xff]).unwrap();
    let output = run(
        &["analyze", &path("a.txt"), &path("b.txt"), &path("none.txt")],
        "",
    );
    assert!(!output.status.success());
    let errors = stderr(&output);
    assert!(
        errors.contains("b.txt: not UTF-8") && errors.contains("2 of 3 documents"),
        "{errors}"
    );
    let lines: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["speakers"][1]["name"], "General Ada Lund");
    let statement = &lines[0]["statements"][1];
    assert_eq!(statement["stance"], "ESCALATION");
    assert_eq!(statement["attribution"]["rule"], "subject_verb");
    let span = |end: &str| usize::try_from(statement["span"][end].as_u64().unwrap()).unwrap();
    assert_eq!(
        statement["text"],
        ARTICLE[span("begin_offset")..span("end_offset")]
    );
    assert!(lines[1]["error"].is_string() && lines[2]["error"].is_string());
}

#[test]
fn analyze_takes_the_article_out_of_a_page_of_html() {
    let paragraph = "<p>The foreign minister, Ada Lund, said on Monday that the government was ready to \
        resume talks with its neighbour, and that her office had never ordered the raid on the border post.</p>";
    let html = format!(
        "<!DOCTYPE html><html><head><title>Minister offers talks</title><script>var x = 1;</script></head><body>\
        <nav><a href=\"/\">Home</a> <a href=\"/world\">World</a></nav><article><h1>Minister offers talks</h1>{}</article>\
        <footer>Copyright</footer></body></html>",
        paragraph.repeat(6)
    );
    let output = run(&["analyze", "--include-none"], &html);
    let object: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let statements = object["statements"].as_array().unwrap();
    assert_eq!(statements[0]["text"], "Minister offers talks");
    assert_eq!(statements[0]["kind"], "HEADLINE");
    let texts: Vec<&str> = statements
        .iter()
        .map(|s| s["text"].as_str().unwrap())
        .collect();
    assert!(
        texts
            .iter()
            .all(|text| !text.contains("var x") && !text.contains('<')),
        "{texts:?}"
    );
    assert_eq!(statements.len(), 7);
    assert_eq!(
        object["speakers"][0]["counts"]["NONE"]
            .as_u64()
            .map(|n| n < 6),
        Some(true)
    );
}

#[test]
fn analyze_shows_a_page_with_speakers_in_the_margin_and_a_table() {
    let output = run(&["analyze", "--format", "page"], ARTICLE);
    let page = stdout(&output);
    assert!(page.contains("General Ada Lund  ESCALATION"), "{page}");
    assert!(
        page.contains("speaker") && page.contains("DIALOGUE"),
        "{page}"
    );
    // Into a pipe it has no colours.
    assert!(!page.contains('\u{1b}'));
}

#[test]
fn a_page_tells_the_same_speaker_from_none() {
    let text = "The rebels denied the attack. They said it was a lie. The river rose.";
    let page = stdout(&run(&["analyze", "--format", "page"], text));
    let margin = |part: &str| {
        let line = page.lines().find(|line| line.contains(part)).unwrap();
        line.chars().take(28).collect::<String>().trim().to_owned()
    };
    assert_eq!(margin("denied"), "rebels", "{page}");
    assert_eq!(margin("They"), "\u{2033}", "{page}");
    assert_eq!(margin("river"), "", "{page}");
}

#[test]
fn an_address_in_use_is_named() {
    let server = ServerProcess::start(&[]);
    let output = run(&["serve", "--addr", &server.address], "");
    assert!(!output.status.success());
    assert!(stderr(&output).contains(&server.address));
}

#[test]
fn environment_variables_stand_for_flags() {
    let output = stance()
        .args(["serve", "--addr", "127.0.0.1:0"])
        .env("STANCE_MODEL_DIR", "no/such/model")
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(stderr(&output).contains("no/such/model"));
}

#[tokio::test]
async fn a_signal_drains_and_exits_with_0_and_no_text_is_logged() {
    for signal in ["TERM", "INT"] {
        let server = ServerProcess::start(&["--log-level", "trace"]);
        let mut client = StanceServiceClient::connect(format!("http://{}", server.address))
            .await
            .unwrap();
        let secret = "Zanzibar quietly denied the xylophone affair.";
        client.classify(common::request(secret)).await.unwrap();
        client.classify(common::explained(secret)).await.unwrap();
        let too_long = secret.repeat(1000);
        client
            .classify(common::request(&too_long))
            .await
            .unwrap_err();
        let document = |text: &str| AnalyzeDocumentRequest {
            document: Some(Document {
                text: text.to_owned(),
                title: "Xylophone affair".to_owned(),
                default_speaker: "the xylophone envoy".to_owned(),
                ..Document::default()
            }),
            options: None,
        };
        client.analyze_document(document(secret)).await.unwrap();
        let too_long = secret.repeat(30_000);
        let refused = client.analyze_document(document(&too_long)).await;
        assert!(
            refused
                .unwrap_err()
                .message()
                .contains("--max-document-bytes")
        );
        server.signal(signal);
        let (status, log) = server.ended();
        assert_eq!(status.code(), Some(0), "{log}");
        for word in ["Zanzibar", "xylophone", "Xylophone"] {
            assert!(!log.contains(word), "{log}");
        }
        let call = log
            .lines()
            .find(|line| line.contains("call ended"))
            .unwrap();
        let call: Value = serde_json::from_str(call).unwrap();
        assert_eq!(call["span"]["method"], "Classify");
        assert_eq!(call["span"]["model"], "default");
        assert_eq!(call["code"], "Ok");
        assert_eq!(call["texts"], 1);
        assert_eq!(call["text_bytes"], secret.len());
        assert!(call["milliseconds"].as_f64().is_some());
        assert!(log.contains("draining") && log.contains("stopped"));
    }
}

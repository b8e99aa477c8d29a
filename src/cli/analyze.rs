//! `stance analyze`: documents offline, as JSONL or as a page on the terminal.

use std::fs;
use std::io::{self, BufWriter, IsTerminal as _, Read as _, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use console::Term;
use dom_smoothie::{Config, Readability, TextMode};
use rayon::prelude::*;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::classify::{add, confidence, named, number, scores, share};
use super::page::write_page;
use super::{CommandError, ModelArgs};
use crate::analysis::{Analysis, DocumentStatement, SpeakerSummary, Tally, analyze};
use crate::classifier::Options;
use crate::document::{Attribution, DEFAULT_MAX_DOCUMENT_BYTES, Document, Kind, Reader};
use crate::model::Model;
use crate::registry::Registry;
use crate::stance::Stance;
use crate::text::{Encoding, OffsetMap, Span};

/// How many documents are analysed at once, on all cores, before their answers are written.
const CHUNK: usize = 64;
/// How much larger than its text a page of HTML may be.
const HTML_TIMES: usize = 16;

/// Analyses documents: who says what in a news article, a speech or a transcript, with which stance.
///
/// Reads plain text, or HTML, of which it takes the article out. On a terminal it shows each document
/// with its speakers in the margin and a table of them; into a file or a pipe it writes one JSON object
/// a document. A document that cannot be analysed is reported on standard error and written as an
/// object with "source" and "error"; the rest goes on, and the exit status is 1.
#[derive(Debug, Args)]
pub(super) struct AnalyzeArgs {
    /// The files to read; "-" is standard input, which is also read where no file is named.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How the answers are written; by default as a page on a terminal and as JSONL elsewhere.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The width of a page, in columns; by default the terminal's.
    #[arg(long, value_name = "COLUMNS", env = "COLUMNS")]
    width: Option<usize>,
    /// What the files hold; by default HTML where a file begins with a tag, and plain text elsewhere.
    #[arg(long, value_enum)]
    input: Option<Input>,
    /// Who says all of it, in a speech.
    #[arg(long, value_name = "NAME", default_value = "")]
    default_speaker: String,
    /// List the statements of NONE, too; a page always shows them.
    #[arg(long)]
    include_none: bool,
    /// What offsets count: bytes of UTF-8, code units of UTF-16 or code points.
    #[arg(long, value_enum, default_value_t = Unit::Utf8)]
    encoding: Unit,
    /// Abstain below this confidence, 0 to 1.
    #[arg(long, value_name = "P", default_value_t = 0.0, env = "STANCE_MIN_CONFIDENCE", value_parser = confidence)]
    min_confidence: f32,
    /// The share of NONE that is expected among the statements, above 0 and below 1.
    #[arg(long, value_name = "SHARE", env = "STANCE_NONE_SHARE", value_parser = share)]
    none_share: Option<f32>,
    /// The longest document, in bytes of text.
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_MAX_DOCUMENT_BYTES, env = "STANCE_MAX_DOCUMENT_BYTES")]
    max_document_bytes: usize,
    #[command(flatten)]
    model: ModelArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text with colours, for people.
    Page,
    /// One JSON object a document.
    Jsonl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Input {
    Text,
    Html,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Unit {
    Utf8,
    Utf16,
    Utf32,
}

impl From<Unit> for Encoding {
    fn from(unit: Unit) -> Self {
        match unit {
            Unit::Utf8 => Self::Utf8,
            Unit::Utf16 => Self::Utf16,
            Unit::Utf32 => Self::Utf32,
        }
    }
}

/// A document that was read and analysed.
struct Analysed {
    text: String,
    analysis: Analysis,
}

pub(super) fn run(args: &AnalyzeArgs) -> Result<(), CommandError> {
    let registry = Registry::load(&args.model.model_dir)?;
    let model = &registry.default_model().model;
    let reader = Reader::new();
    let standard_input = vec![PathBuf::from("-")];
    let files = if args.files.is_empty() {
        &standard_input
    } else {
        &args.files
    };
    let output = io::stdout().lock();
    let format = args.format.unwrap_or(if output.is_terminal() {
        Format::Page
    } else {
        Format::Jsonl
    });
    let mut output = BufWriter::new(output);
    let mut failed = 0;
    for chunk in files.chunks(CHUNK) {
        let analysed: Vec<Result<Analysed, CommandError>> = chunk
            .par_iter()
            .map(|file| args.analyze(file, model, &reader, format))
            .collect();
        for (file, analysed) in chunk.iter().zip(analysed) {
            if let Err(error) = &analysed {
                failed += 1;
                eprintln!("stance: {error}");
            }
            let written = match (format, analysed) {
                (Format::Page, Ok(analysed)) => {
                    let terminal = || usize::from(Term::stdout().size().1);
                    let width = args.width.unwrap_or_else(terminal);
                    write_page(&mut output, file, &analysed.text, &analysed.analysis, width)
                }
                (Format::Page, Err(_)) => Ok(()),
                (Format::Jsonl, Ok(analysed)) => {
                    write_line(&mut output, &answer(file, &analysed, args.encoding.into()))
                }
                (Format::Jsonl, Err(error)) => write_line(
                    &mut output,
                    &json!({"source": file.display().to_string(), "error": error.to_string()}),
                ),
            };
            match written.and_then(|()| output.flush()) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
                Err(error) => return Err(format!("standard output: {error}").into()),
                Ok(()) => {}
            }
        }
    }
    if failed > 0 {
        return Err(format!(
            "{failed} of {} documents could not be analysed",
            files.len()
        )
        .into());
    }
    Ok(())
}

impl AnalyzeArgs {
    fn analyze(
        &self,
        file: &Path,
        model: &Model,
        reader: &Reader,
        format: Format,
    ) -> Result<Analysed, CommandError> {
        let (title, text) = self.text_of(file, self.read(file)?)?;
        let document = Document::new(&text, self.max_document_bytes)
            .map_err(|error| format!("{}: {error}", file.display()))?
            .with_title(&title)
            .with_default_speaker(&self.default_speaker);
        let options = Options {
            min_confidence: self.min_confidence,
            none_share: self.none_share,
            explain: None,
        };
        let include_none = self.include_none || format == Format::Page;
        let analysis = analyze(model, reader, document, &options, include_none);
        Ok(Analysed { text, analysis })
    }

    /// A file's contents; not more than can be used.
    fn read(&self, file: &Path) -> Result<String, CommandError> {
        let limit = self.max_document_bytes.saturating_mul(HTML_TIMES);
        let mut bytes = Vec::new();
        let enough = limit.saturating_add(1) as u64;
        let read = if file.as_os_str() == "-" {
            io::stdin().lock().take(enough).read_to_end(&mut bytes)
        } else {
            fs::File::open(file).and_then(|opened| opened.take(enough).read_to_end(&mut bytes))
        };
        read.map_err(|error| named(file, &error))?;
        if bytes.len() > limit {
            return Err(format!(
                "{}: more than {limit} bytes: raise --max-document-bytes",
                file.display()
            )
            .into());
        }
        String::from_utf8(bytes).map_err(|error| {
            format!("{}: not UTF-8: {}", file.display(), error.utf8_error()).into()
        })
    }

    /// The title and the readable text of what was read.
    fn text_of(&self, file: &Path, source: String) -> Result<(String, String), CommandError> {
        let is_html = match self.input {
            Some(input) => input == Input::Html,
            None => looks_like_html(&source),
        };
        if !is_html {
            return Ok((String::new(), source));
        }
        let config = Config {
            text_mode: TextMode::Formatted,
            ..Config::default()
        };
        let article = Readability::new(source, None, Some(config))
            .and_then(|mut page| page.parse())
            .map_err(|error| {
                format!("{}: no article found in this HTML: {error}", file.display())
            })?;
        let text = article.text_content.trim();
        // The headline is taken out of the article by most pages' structure.
        let text = if text.starts_with(article.title.as_str()) {
            text.to_owned()
        } else {
            format!("{}\n\n{text}", article.title)
        };
        Ok((article.title, text))
    }
}

fn looks_like_html(source: &str) -> bool {
    let start: String = source
        .trim_start()
        .chars()
        .take(16)
        .collect::<String>()
        .to_lowercase();
    ["<!doctype", "<html", "<head", "<body", "<?xml", "<!--"]
        .iter()
        .any(|tag| start.starts_with(tag))
}

fn write_line(output: &mut impl Write, object: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *output, object)?;
    output.write_all(b"\n")
}

/// The answer for one document, as `AnalyzeDocumentResponse` has it.
#[derive(Serialize)]
struct Answer<'a> {
    source: String,
    statements: Statements<'a>,
    speakers: Vec<Value>,
    summary: Map<String, Value>,
}

fn answer<'a>(file: &Path, analysed: &'a Analysed, encoding: Encoding) -> Answer<'a> {
    let Analysed { text, analysis } = analysed;
    let offsets = OffsetMap::new(text, encoding);
    let speakers = analysis.speakers.iter();
    let speakers = speakers.map(|who| speaker(who, &offsets)).collect();
    let mut summary = tally(&analysis.tally);
    summary.insert(
        "statement_count".to_owned(),
        analysis.tally.statements().into(),
    );
    #[allow(clippy::cast_precision_loss)]
    let classified = analysis.classified_bytes as f32 / text.len() as f32;
    summary.insert("classified_share".to_owned(), number(classified));
    Answer {
        source: file.display().to_string(),
        statements: Statements {
            text,
            offsets,
            analysis,
        },
        speakers,
        summary,
    }
}

/// The statements of a document. There may be very many: each is made as it is written.
struct Statements<'a> {
    text: &'a str,
    offsets: OffsetMap,
    analysis: &'a Analysis,
}

impl Serialize for Statements<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let made = self.analysis.statements.iter();
        serializer
            .collect_seq(made.map(|made| statement(made, self.text, &self.offsets, self.analysis)))
    }
}

fn statement(
    made: &DocumentStatement,
    text: &str,
    offsets: &OffsetMap,
    analysis: &Analysis,
) -> Value {
    let mut object = Map::new();
    object.insert("span".to_owned(), span(made.span, offsets));
    object.insert("text".to_owned(), made.span.of(text).into());
    object.insert("kind".to_owned(), kind(made.kind).into());
    add(&made.classification, &mut object);
    if let Some(Attribution {
        speaker,
        mention,
        cue,
        rule,
    }) = &made.attribution
    {
        let name = analysis
            .speakers
            .get(*speaker)
            .map(|who| who.speaker.name.as_str());
        let attribution = json!({
            "speaker": name,
            "speaker_index": speaker,
            "mention": mention.map(|mention| span(mention, offsets)),
            "cue": cue.map(|cue| span(cue, offsets)),
            "rule": rule.name(),
            "confidence": number(rule.precision()),
        });
        object.insert("attribution".to_owned(), attribution);
    }
    Value::Object(object)
}

fn speaker(summary: &SpeakerSummary, offsets: &OffsetMap) -> Value {
    let mentions = summary.speaker.mentions.iter();
    let mut object = Map::new();
    object.insert("name".to_owned(), summary.speaker.name.clone().into());
    object.insert(
        "mentions".to_owned(),
        mentions.map(|&mention| span(mention, offsets)).collect(),
    );
    object.extend(tally(&summary.tally));
    object.insert(
        "statement_indexes".to_owned(),
        summary.statements.clone().into(),
    );
    Value::Object(object)
}

fn tally(tally: &Tally) -> Map<String, Value> {
    let counts: Map<String, Value> = Stance::ALL
        .into_iter()
        .zip(tally.counts)
        .map(|(stance, count)| (stance.name().to_owned(), count.into()))
        .collect();
    let mut object = Map::new();
    object.insert("counts".to_owned(), counts.into());
    object.insert("abstained_count".to_owned(), tally.abstained.into());
    object.insert(
        "mean_scores".to_owned(),
        tally.mean_scores().as_ref().map(scores).into(),
    );
    object
}

fn span(span: Span, offsets: &OffsetMap) -> Value {
    json!({"begin_offset": offsets.offset(span.start), "end_offset": offsets.offset(span.end)})
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Headline => "HEADLINE",
        Kind::Quote => "QUOTE",
        Kind::ReportedSpeech => "REPORTED_SPEECH",
        Kind::Narration => "NARRATION",
    }
}

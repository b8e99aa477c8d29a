//! `stance classify`: the classifier offline, over files or standard input.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::{CommandError, ModelArgs};
use crate::classifier::{Classification, Options, classify, is_share};
use crate::model::Model;
use crate::registry::Registry;
use crate::stance::{PerStance, Stance};
use crate::statement::{DEFAULT_MAX_TEXT_BYTES, Statement};

/// How many lines are classified at once, on all cores, before their answers are written.
const CHUNK_LINES: usize = 4096;
/// How many bytes of lines are held at once, whatever their number.
const CHUNK_BYTES: usize = 8 << 20;
/// A longer line is an error: it bounds what one line can make us hold.
const MAX_LINE_BYTES: usize = 16 << 20;

/// Classifies statements from files or standard input, without a server.
///
/// Reads one JSON object a line with a "text" field and writes the object with "stance",
/// "confidence", "scores" and "known_feature_ratio" added (fields of those names are replaced,
/// all others kept). The answers come in the order of the lines. A line that cannot be classified
/// is reported on standard error with its number and written as an object with "error", "file" and
/// "line"; the rest goes on. Blank lines are passed over.
#[derive(Debug, Args)]
pub(super) struct ClassifyArgs {
    /// The files to read; "-" is standard input, which is also read where no file is named.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Read each line as a statement in plain text instead of JSON.
    #[arg(long)]
    lines: bool,
    /// Abstain below this confidence, 0 to 1: "stance" is then null, the scores still given.
    #[arg(long, value_name = "P", default_value_t = 0.0, env = "STANCE_MIN_CONFIDENCE", value_parser = confidence)]
    min_confidence: f32,
    /// The share of NONE that is expected in the text, above 0 and below 1: the scores are corrected
    /// from the training corpus's share to this one.
    #[arg(long, value_name = "SHARE", env = "STANCE_NONE_SHARE", value_parser = share)]
    none_share: Option<f32>,
    /// The longest text, in bytes, that is classified.
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_MAX_TEXT_BYTES, env = "STANCE_MAX_TEXT_BYTES")]
    max_text_bytes: usize,
    #[command(flatten)]
    model: ModelArgs,
}

pub(super) fn confidence(value: &str) -> Result<f32, String> {
    match value.parse::<f32>() {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok(number),
        _ => Err("it must be a number from 0 to 1".to_owned()),
    }
}

pub(super) fn share(value: &str) -> Result<f32, String> {
    match value.parse::<f32>() {
        Ok(number) if is_share(number) => Ok(number),
        _ => Err("it must be a number above 0 and below 1".to_owned()),
    }
}

pub(super) fn run(args: &ClassifyArgs) -> Result<(), CommandError> {
    let registry = Registry::load(&args.model.model_dir)?;
    let job = Job {
        model: &registry.default_model().model,
        options: Options {
            min_confidence: args.min_confidence,
            none_share: args.none_share,
            explain: None,
        },
        plain: args.lines,
        max_text_bytes: args.max_text_bytes,
    };
    let standard_input = vec![PathBuf::from("-")];
    let files = if args.files.is_empty() {
        &standard_input
    } else {
        &args.files
    };
    let bar = progress_bar(files);
    let mut output = BufWriter::new(io::stdout().lock());
    let mut failed = 0;
    for file in files {
        let read = |source| named(file, &source);
        let input: Box<dyn BufRead> = if file.as_os_str() == "-" {
            Box::new(io::stdin().lock())
        } else {
            Box::new(BufReader::with_capacity(
                1 << 16,
                File::open(file).map_err(read)?,
            ))
        };
        match job.run(file, input, &mut output, &bar) {
            Ok(lines) => failed += lines,
            Err(Stop::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            Err(Stop::Write(error)) => return Err(format!("standard output: {error}").into()),
            Err(Stop::Read(error)) => return Err(named(file, &error)),
        }
    }
    bar.finish_and_clear();
    if failed > 0 {
        warn(&bar, &format!("{failed} lines could not be classified"));
    }
    Ok(())
}

pub(super) fn named(file: &Path, error: &io::Error) -> CommandError {
    format!("{}: {error}", file.display()).into()
}

fn warn(bar: &ProgressBar, message: &str) {
    bar.suspend(|| eprintln!("stance: {message}"));
}

/// Shown when standard error is a terminal and the files' size is known.
fn progress_bar(files: &[PathBuf]) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let sizes: Option<u64> = files
        .iter()
        .map(|file| {
            file.metadata()
                .ok()
                .filter(std::fs::Metadata::is_file)
                .map(|m| m.len())
        })
        .sum();
    let (bar, template) = match sizes {
        Some(bytes) => (
            ProgressBar::new(bytes),
            "{wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}",
        ),
        None => (
            ProgressBar::new_spinner(),
            "{spinner} {bytes} {bytes_per_sec}",
        ),
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// What is the same for every line.
struct Job<'a> {
    model: &'a Model,
    options: Options,
    plain: bool,
    max_text_bytes: usize,
}

/// Why a file was left before its end.
enum Stop {
    Read(io::Error),
    Write(io::Error),
}

/// A line as it was read.
struct Line {
    number: usize,
    /// `None` when it was too long to hold.
    bytes: Option<Vec<u8>>,
}

/// Why a line has no answer, and the fields of it that could be read.
struct Failure {
    error: String,
    kept: Map<String, Value>,
}

impl Failure {
    /// The object to write in the answer's place.
    fn into_object(mut self, file: &Path, line: usize) -> Value {
        for (name, value) in [
            ("error", Value::from(self.error)),
            ("file", file.display().to_string().into()),
            ("line", line.into()),
        ] {
            self.kept.insert(name.to_owned(), value);
        }
        Value::Object(self.kept)
    }
}

impl Job<'_> {
    /// Classifies one input and gives back how many of its lines could not be.
    fn run(
        &self,
        file: &Path,
        mut input: impl BufRead,
        output: &mut impl Write,
        bar: &ProgressBar,
    ) -> Result<usize, Stop> {
        let mut number = 0;
        let mut failed = 0;
        loop {
            let (lines, read) = read_chunk(&mut input, &mut number).map_err(Stop::Read)?;
            if read == 0 {
                return Ok(failed);
            }
            let answers: Vec<(usize, Result<Value, Failure>)> = lines
                .par_iter()
                .map(|line| (line.number, self.answer(line)))
                .collect();
            for (number, answer) in answers {
                let value = answer.unwrap_or_else(|failure| {
                    failed += 1;
                    warn(
                        bar,
                        &format!("{}:{number}: {}", file.display(), failure.error),
                    );
                    failure.into_object(file, number)
                });
                writeln!(output, "{value}").map_err(Stop::Write)?;
            }
            output.flush().map_err(Stop::Write)?;
            bar.inc(read as u64);
        }
    }

    /// The object to write for a line.
    fn answer(&self, line: &Line) -> Result<Value, Failure> {
        let mut object = self.parse(line).map_err(|error| Failure {
            error,
            kept: Map::new(),
        })?;
        let classified = match object.get("text") {
            Some(Value::String(text)) => Statement::new(text, self.max_text_bytes)
                .map(|statement| classify(self.model, statement, &self.options))
                .map_err(|error| error.to_string()),
            Some(_) => Err("\"text\" is not a string".to_owned()),
            None => Err("there is no \"text\" field".to_owned()),
        };
        match classified {
            Ok(classification) => {
                add(&classification, &mut object);
                Ok(Value::Object(object))
            }
            Err(error) => Err(Failure {
                error,
                kept: object,
            }),
        }
    }

    fn parse(&self, line: &Line) -> Result<Map<String, Value>, String> {
        let bytes = line
            .bytes
            .as_deref()
            .ok_or_else(|| format!("the line is longer than {MAX_LINE_BYTES} bytes"))?;
        let text = std::str::from_utf8(bytes).map_err(|error| format!("not UTF-8: {error}"))?;
        if self.plain {
            let mut object = Map::new();
            object.insert("line".to_owned(), line.number.into());
            object.insert("text".to_owned(), text.into());
            return Ok(object);
        }
        serde_json::from_str(text).map_err(|error| format!("not a JSON object: {error}"))
    }
}

pub(super) fn add(classification: &Classification, object: &mut Map<String, Value>) {
    let stance = classification.stance.map(|stance| stance.name());
    for (name, value) in [
        ("stance", json!(stance)),
        ("confidence", number(classification.confidence())),
        ("scores", scores(&classification.scores)),
        ("known_feature_ratio", number(classification.known_ratio)),
    ] {
        object.insert(name.to_owned(), value);
    }
}

/// Scores by label, highest first.
pub(super) fn scores(scores: &PerStance<(Stance, f32)>) -> Value {
    let by_label = scores
        .iter()
        .map(|(stance, score)| (stance.name().to_owned(), number(*score)));
    Value::Object(by_label.collect())
}

/// A number with the digits that it has as `f32`, not those of its expansion to `f64`.
pub(super) fn number(value: f32) -> Value {
    value
        .to_string()
        .parse::<f64>()
        .map_or(Value::Null, Value::from)
}

/// The next lines that are not blank, and how many bytes were read for them.
fn read_chunk(input: &mut impl BufRead, number: &mut usize) -> io::Result<(Vec<Line>, usize)> {
    let mut lines = Vec::new();
    let mut total = 0;
    while lines.len() < CHUNK_LINES && total < CHUNK_BYTES {
        let mut bytes = Vec::new();
        let (read, whole) = read_line(input, &mut bytes)?;
        if read == 0 {
            break;
        }
        total += read;
        *number += 1;
        if *number == 1 && bytes.starts_with(b"\xEF\xBB\xBF") {
            bytes.drain(..3);
        }
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        if !whole || !bytes.trim_ascii().is_empty() {
            lines.push(Line {
                number: *number,
                bytes: whole.then_some(bytes),
            });
        }
    }
    Ok((lines, total))
}

/// Reads a line without its end; gives back how many bytes were read and whether they were kept
/// whole. What goes over the limit is read and dropped, so that the next line is found.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<(usize, bool)> {
    let mut read = 0;
    let mut whole = true;
    loop {
        let buffer = match input.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if buffer.is_empty() {
            return Ok((read, whole));
        }
        let end = buffer.iter().position(|&byte| byte == b'\n');
        let part = &buffer[..end.unwrap_or(buffer.len())];
        if line.len() + part.len() <= MAX_LINE_BYTES {
            line.extend_from_slice(part);
        } else {
            whole = false;
            line.clear();
        }
        let used = part.len() + usize::from(end.is_some());
        read += used;
        input.consume(used);
        if end.is_some() {
            return Ok((read, whole));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(input: &[u8], plain: bool) -> (usize, Vec<Value>) {
        let registry = Registry::embedded().unwrap_or_else(|e| panic!("{e}"));
        let job = Job {
            model: &registry.default_model().model,
            options: Options::default(),
            plain,
            max_text_bytes: 100,
        };
        let mut output = Vec::new();
        let failed = job
            .run(Path::new("in"), input, &mut output, &ProgressBar::hidden())
            .unwrap_or_else(|_| panic!("stopped"));
        let lines = output
            .split(|&byte| byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap_or_else(|e| panic!("{e}")))
            .collect();
        (failed, lines)
    }

    #[test]
    fn keeps_other_fields_order_and_goes_on_after_bad_lines() {
        let input = concat!(
            "\u{FEFF}{\"id\": 7, \"text\": \"They denied it.\", \"stance\": \"old\"}\r\n",
            "\n",
            "{\"text\": 5}\n",
            "not json\n",
            "{\"id\": 8}\n",
            "{\"id\": 9, \"text\": \"  \"}\n",
            "{\"id\": 10, \"text\": \"Talks were held.\"}",
        );
        let (failed, lines) = run(input.as_bytes(), false);
        assert_eq!(failed, 4);
        assert_eq!(lines.len(), 6);
        assert_eq!(lines[0]["id"], 7);
        assert_ne!(lines[0]["stance"], "old");
        let sum: f64 = lines[0]["scores"]
            .as_object()
            .map(|scores| scores.values().filter_map(Value::as_f64).sum())
            .unwrap_or_default();
        assert!((sum - 1.0).abs() < 1e-5);
        assert_eq!(lines[1]["line"], 3);
        assert_eq!(lines[2]["line"], 4);
        assert_eq!(lines[3]["id"], 8);
        assert!(
            lines[4]["error"]
                .as_str()
                .is_some_and(|e| e.contains("blank"))
        );
        assert_eq!(lines[5]["id"], 10);
    }

    #[test]
    fn plain_lines_carry_their_number() {
        let (failed, lines) = run(b"Talks were held.\n\n\xFF\xFE\nThey denied it.\n", true);
        assert_eq!(failed, 1);
        assert_eq!(lines[0]["line"], 1);
        assert!(
            lines[1]["error"]
                .as_str()
                .is_some_and(|e| e.contains("UTF-8"))
        );
        assert_eq!(lines[2]["line"], 4);
        assert_eq!(lines[2]["text"], "They denied it.");
    }

    #[test]
    fn a_line_over_the_limit_is_dropped_and_the_next_one_found() {
        let mut input = vec![b'x'; MAX_LINE_BYTES + 1];
        input.extend_from_slice(b"\nTalks were held.\n");
        let (failed, lines) = run(&input, true);
        assert_eq!(failed, 1);
        assert_eq!(lines[1]["line"], 2);
    }

    #[test]
    fn more_lines_than_a_chunk_keep_their_order() {
        let input: String = (0..CHUNK_LINES + 10)
            .map(|id| format!("{{\"id\": {id}, \"text\": \"Talks no {id} were held.\"}}\n"))
            .collect();
        let (failed, lines) = run(input.as_bytes(), false);
        assert_eq!(failed, 0);
        assert!(lines.iter().enumerate().all(|(id, line)| line["id"] == id));
    }
}

//! Whole documents with gold segments, kinds, stances and speakers: `tests/documents/README.md`.
//!
//! `cargo test --test documents -- --nocapture` prints the figures of `docs/ATTRIBUTION.md` and, for
//! the documents that the rules were written on, every difference.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::Path;

use stance::document::{Document, Kind, Part, Reader, Reading};

/// A document as its writer marked it.
struct Gold {
    name: String,
    text: String,
    default_speaker: String,
    segments: Vec<GoldSegment>,
    /// The names of each speaker.
    speakers: BTreeMap<String, Vec<String>>,
}

struct GoldSegment {
    span: Range<usize>,
    kind: Kind,
    speaker: Option<String>,
}

fn kind(name: &str) -> Kind {
    match name {
        "HEADLINE" => Kind::Headline,
        "QUOTE" => Kind::Quote,
        "REPORTED_SPEECH" => Kind::ReportedSpeech,
        "NARRATION" => Kind::Narration,
        _ => panic!("{name} is no kind"),
    }
}

fn read_gold(path: &Path) -> Gold {
    let source = fs::read_to_string(path).unwrap();
    let (header, body) = source.split_once("\n\n").unwrap();
    let mut gold = Gold {
        name: path.file_stem().unwrap().to_string_lossy().into_owned(),
        text: String::new(),
        default_speaker: String::new(),
        segments: Vec::new(),
        speakers: BTreeMap::new(),
    };
    let mut default_speaker = None;
    for line in header.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        match columns[..] {
            ["@speaker", id, names] => {
                let names = names.split(" | ").map(str::to_owned).collect();
                gold.speakers.insert(id.to_owned(), names);
            }
            ["@default_speaker", id] => default_speaker = Some(id.to_owned()),
            _ => {}
        }
    }
    if let Some(id) = default_speaker {
        gold.default_speaker = gold.speakers[&id][0].clone();
    }
    for line in body.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [before, kind_name, _, speaker, text] = columns[..] else {
            panic!("{}: {line}", gold.name);
        };
        if !gold.text.is_empty() {
            gold.text.push_str(match before {
                "P" => "\n\n",
                "L" => "\n",
                "S" => " ",
                _ => "",
            });
        }
        let start = gold.text.len();
        gold.text.push_str(text);
        gold.segments.push(GoldSegment {
            span: start..gold.text.len(),
            kind: kind(kind_name),
            speaker: (speaker != "-").then(|| speaker.to_owned()),
        });
    }
    gold
}

fn documents(set: &str) -> Vec<Gold> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/documents")
        .join(set);
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "gold")
        })
        .collect();
    paths.sort();
    paths.iter().map(|path| read_gold(path)).collect()
}

/// What is counted over a set of documents.
#[derive(Default)]
struct Tally {
    boundaries: Counts,
    kinds: (usize, usize),
    speakers: Counts,
    /// Right and all, by rule.
    rules: BTreeMap<&'static str, (usize, usize)>,
}

#[derive(Default)]
struct Counts {
    right: usize,
    found: usize,
    gold: usize,
}

impl Counts {
    fn precision(&self) -> f64 {
        self.right as f64 / self.found.max(1) as f64
    }

    fn recall(&self) -> f64 {
        self.right as f64 / self.gold.max(1) as f64
    }

    fn f1(&self) -> f64 {
        2.0 * self.right as f64 / (self.found + self.gold).max(1) as f64
    }
}

fn words(name: &str) -> Vec<String> {
    name.to_lowercase()
        .replace(['’', '.', ','], "")
        .split_whitespace()
        .filter(|word| !matches!(*word, "the" | "a" | "an" | "'s"))
        .map(|word| word.trim_end_matches("'s").to_owned())
        .collect()
}

/// Whether a name means a gold speaker: whether it is made of the words of his names.
fn means(name: &str, names: &[String]) -> bool {
    let name = words(name);
    let known: BTreeSet<String> = names.iter().flat_map(|name| words(name)).collect();
    !name.is_empty() && name.iter().all(|word| known.contains(word))
}

fn gold_of<'a>(gold: &'a Gold, part: &Part) -> &'a GoldSegment {
    let at = gold
        .segments
        .partition_point(|segment| segment.span.end <= part.span.start);
    &gold.segments[at.min(gold.segments.len() - 1)]
}

fn tally(gold: &Gold, reading: &Reading, tally: &mut Tally, show: bool) {
    let starts: BTreeSet<usize> = gold.segments.iter().skip(1).map(|s| s.span.start).collect();
    let found: BTreeSet<usize> = reading.parts.iter().skip(1).map(|p| p.span.start).collect();
    tally.boundaries.right += starts.intersection(&found).count();
    tally.boundaries.found += found.len();
    tally.boundaries.gold += starts.len();
    if show {
        for at in starts.symmetric_difference(&found) {
            let sign = if starts.contains(at) {
                "missed"
            } else {
                "extra"
            };
            let before = &gold.text[gold.text.floor_char_boundary(at.saturating_sub(40))..*at];
            let after =
                &gold.text[*at..gold.text.ceil_char_boundary((at + 40).min(gold.text.len()))];
            println!("{} boundary {sign}: {before:?} | {after:?}", gold.name);
        }
    }
    let mut attributed = BTreeMap::new();
    for part in &reading.parts {
        let segment = gold_of(gold, part);
        tally.kinds.1 += 1;
        tally.kinds.0 += usize::from(segment.kind == part.kind);
        let text = &gold.text[part.span.clone()];
        if show && segment.kind != part.kind {
            println!(
                "{} kind {:?}, gold {:?}: {text}",
                gold.name, part.kind, segment.kind
            );
        }
        let Some(attribution) = &part.attribution else {
            continue;
        };
        let name = &reading.speakers[attribution.speaker].name;
        let right = segment
            .speaker
            .as_ref()
            .is_some_and(|id| means(name, &gold.speakers[id]) || (gold.default_speaker == *name));
        let rule = tally.rules.entry(attribution.rule.name()).or_default();
        rule.0 += usize::from(right);
        rule.1 += 1;
        tally.speakers.found += 1;
        tally.speakers.right += usize::from(right);
        attributed.insert(segment.span.start, ());
        if show && !right {
            println!(
                "{} speaker {name:?} ({}), gold {:?}: {text}",
                gold.name,
                attribution.rule.name(),
                segment.speaker
            );
        }
    }
    for segment in &gold.segments {
        if let Some(id) = &segment.speaker {
            tally.speakers.gold += 1;
            if show && !attributed.contains_key(&segment.span.start) {
                println!(
                    "{} speaker missed, gold {id}: {}",
                    gold.name,
                    &gold.text[segment.span.clone()]
                );
            }
        }
    }
}

fn measure(set: &str, show: bool) -> Tally {
    let reader = Reader::new();
    let mut sum = Tally::default();
    for gold in documents(set) {
        let document = Document::new(&gold.text, gold.text.len()).unwrap();
        let reading = reader.read(document.with_default_speaker(&gold.default_speaker));
        tally(&gold, &reading, &mut sum, show);
    }
    println!(
        "{set}: boundaries precision {:.3} recall {:.3} F1 {:.3}",
        sum.boundaries.precision(),
        sum.boundaries.recall(),
        sum.boundaries.f1()
    );
    println!(
        "{set}: kinds right {:.3} of {}",
        sum.kinds.0 as f64 / sum.kinds.1 as f64,
        sum.kinds.1
    );
    println!(
        "{set}: speakers precision {:.3} recall {:.3} of {}",
        sum.speakers.precision(),
        sum.speakers.recall(),
        sum.speakers.gold
    );
    for (rule, (right, all)) in &sum.rules {
        println!("{set}: {rule} {right} of {all}");
    }
    sum
}

#[test]
fn the_documents_that_the_rules_were_written_on() {
    let sum = measure("development", true);
    assert!(sum.boundaries.f1() >= 0.97);
    assert!(sum.speakers.precision() >= 0.95 && sum.speakers.recall() >= 0.80);
}

#[test]
fn the_documents_that_were_held_out() {
    let sum = measure("held_out", false);
    assert!(sum.boundaries.f1() >= 0.97);
    assert!(sum.speakers.precision() >= 0.95 && sum.speakers.recall() >= 0.80);
}

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

use stance::analysis::{Analysis, analyze};
use stance::classifier::{Options, classify};
use stance::document::{Document, Kind, Reader, Rule};
use stance::model::Model;
use stance::registry::Registry;
use stance::stance::Stance;
use stance::statement::Statement;
use stance::train::Confusion;
use unicode_segmentation::UnicodeSegmentation as _;

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
    stance: Stance,
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
        let [before, kind_name, stance, speaker, text] = columns[..] else {
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
            stance: stance.parse().unwrap(),
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
    joined: Joined,
    stances: Confusion,
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

/// How well the mentions of one speaker are joined and those of two are kept apart: B-cubed (Bagga and Baldwin 1998)
/// over the statements that have a speaker in the gold and in what was found.
#[derive(Default)]
struct Joined {
    precision: f64,
    recall: f64,
    all: usize,
}

impl Joined {
    /// Adds a document's statements, each with its gold speaker and the one who was found.
    fn add(&mut self, statements: &[(&str, &Speaker)]) {
        for (gold, found) in statements {
            let same_gold = statements.iter().filter(|(id, _)| id == gold);
            let same_found = statements.iter().filter(|(_, other)| other.id == found.id);
            let both = same_gold.clone().filter(|(_, other)| other.id == found.id);
            let both = both.count() as f64;
            self.recall += both / same_gold.count() as f64;
            self.precision += both / same_found.count() as f64;
            self.all += 1;
        }
    }

    fn precision(&self) -> f64 {
        self.precision / self.all.max(1) as f64
    }

    fn recall(&self) -> f64 {
        self.recall / self.all.max(1) as f64
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

/// A part of a document as something found it.
struct Found {
    span: Range<usize>,
    kind: Option<Kind>,
    stance: Stance,
    speaker: Option<Speaker>,
}

/// Who says it, and by which rule.
struct Speaker {
    name: String,
    /// What tells the speakers of one document apart.
    id: String,
    rule: &'static str,
}

/// What the project finds.
fn ours(model: &Model, reader: &Reader, gold: &Gold) -> Vec<Found> {
    let document = Document::new(&gold.text, gold.text.len())
        .unwrap()
        .with_default_speaker(&gold.default_speaker);
    let Analysis {
        statements,
        speakers,
        ..
    } = analyze(model, reader, document, &Options::default(), true);
    let parts = statements.into_iter().map(|statement| Found {
        span: statement.span.range(),
        kind: Some(statement.kind),
        stance: statement.classification.stance.unwrap(),
        speaker: statement.attribution.map(|attribution| {
            let name = speakers[attribution.speaker].speaker.name.clone();
            Speaker {
                name,
                id: attribution.speaker.to_string(),
                rule: attribution.rule.name(),
            }
        }),
    });
    parts.collect()
}

/// What one does without the project: the sentences of UAX #29, and as a speaker the capitalised phrase
/// nearest before a verb of speech.
fn baseline(model: &Model, gold: &Gold) -> Vec<Found> {
    let sentences = gold.text.split_sentence_bound_indices();
    let parts = sentences.filter_map(|(start, sentence)| {
        let text = sentence.trim();
        let statement = Statement::new(text, text.len()).ok()?;
        let start = start + (sentence.len() - sentence.trim_start().len());
        let stance = classify(model, statement, &Options::default())
            .stance
            .unwrap();
        let name = nearest_capitalised(text).filter(|_| gold.default_speaker.is_empty());
        let default = Some(gold.default_speaker.clone()).filter(|name| !name.is_empty());
        Some(Found {
            span: start..start + text.len(),
            kind: None,
            stance,
            speaker: name.or(default).map(|name| Speaker {
                id: name.clone(),
                name,
                rule: "nearest_capitalised",
            }),
        })
    });
    parts.collect()
}

fn nearest_capitalised(sentence: &str) -> Option<String> {
    const CUES: [&str; 12] = [
        "said", "says", "told", "added", "stated", "denied", "accused", "warned", "stressed",
        "noted", "called", "urged",
    ];
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let cue = words
        .iter()
        .position(|word| CUES.contains(&word.trim_end_matches(|c: char| !c.is_alphanumeric())))?;
    let capital = |word: &str| word.starts_with(char::is_uppercase);
    let last = (0..cue).rev().find(|&at| capital(words[at]))?;
    let first = (0..=last)
        .rev()
        .take_while(|&at| capital(words[at]))
        .last()?;
    let name = words[first..=last].join(" ");
    Some(name.trim_matches(|c: char| !c.is_alphanumeric()).to_owned())
}

/// The place of the gold segment that holds a byte, or follows it.
fn gold_at(gold: &Gold, at: usize) -> &GoldSegment {
    let place = gold
        .segments
        .partition_point(|segment| segment.span.end <= at);
    &gold.segments[place.min(gold.segments.len() - 1)]
}

fn tally(gold: &Gold, found: &[Found], tally: &mut Tally, show: bool) {
    let starts: BTreeSet<usize> = gold.segments.iter().skip(1).map(|s| s.span.start).collect();
    let cuts: BTreeSet<usize> = found.iter().skip(1).map(|part| part.span.start).collect();
    tally.boundaries.right += starts.intersection(&cuts).count();
    tally.boundaries.found += cuts.len();
    tally.boundaries.gold += starts.len();
    if show {
        for at in starts.symmetric_difference(&cuts) {
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
    for segment in &gold.segments {
        let part = found
            .iter()
            .rfind(|part| part.span.start <= segment.span.start);
        tally.stances.add(
            segment.stance,
            part.map_or(Stance::None, |part| part.stance),
        );
    }
    let mut attributed = BTreeSet::new();
    let mut joined = Vec::new();
    for part in found {
        let segment = gold_at(gold, part.span.start);
        let text = &gold.text[part.span.clone()];
        if let Some(kind) = part.kind {
            tally.kinds.1 += 1;
            tally.kinds.0 += usize::from(segment.kind == kind);
            if show && segment.kind != kind {
                println!(
                    "{} kind {kind:?}, gold {:?}: {text}",
                    gold.name, segment.kind
                );
            }
        }
        let Some(speaker) = &part.speaker else {
            continue;
        };
        let Speaker { name, rule, .. } = speaker;
        if let Some(id) = &segment.speaker {
            joined.push((id.as_str(), speaker));
        }
        let right = segment
            .speaker
            .as_ref()
            .is_some_and(|id| means(name, &gold.speakers[id]) || gold.default_speaker == *name);
        let counts = tally.rules.entry(rule).or_default();
        counts.0 += usize::from(right);
        counts.1 += 1;
        tally.speakers.found += 1;
        tally.speakers.right += usize::from(right);
        attributed.insert(segment.span.start);
        if show && !right {
            println!(
                "{} speaker {name:?} ({rule}), gold {:?}: {text}",
                gold.name, segment.speaker
            );
        }
    }
    tally.joined.add(&joined);
    if show {
        show_joined(&gold.name, &joined);
    }
    for segment in &gold.segments {
        if let Some(id) = &segment.speaker {
            tally.speakers.gold += 1;
            if show && !attributed.contains(&segment.span.start) {
                let text = &gold.text[segment.span.clone()];
                println!("{} speaker missed, gold {id}: {text}", gold.name);
            }
        }
    }
}

/// Prints the speakers of whom two were made.
fn show_joined(document: &str, statements: &[(&str, &Speaker)]) {
    let mut found: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for (gold, speaker) in statements {
        let ids = found.entry(gold).or_default();
        ids.insert(&speaker.id, &speaker.name);
    }
    for (gold, ids) in found.iter().filter(|(_, ids)| ids.len() > 1) {
        println!("{document} speaker {gold} found as {:?}", ids.values());
    }
}

impl Tally {
    fn print(&self, name: &str) {
        println!(
            "{name}: boundaries precision {:.3} recall {:.3} F1 {:.3}",
            self.boundaries.precision(),
            self.boundaries.recall(),
            self.boundaries.f1()
        );
        if self.kinds.1 > 0 {
            let (right, all) = self.kinds;
            println!(
                "{name}: kinds right {:.3} of {all}",
                right as f64 / all as f64
            );
        }
        println!(
            "{name}: speakers precision {:.3} recall {:.3} of {}",
            self.speakers.precision(),
            self.speakers.recall(),
            self.speakers.gold
        );
        println!(
            "{name}: mentions joined, B-cubed precision {:.3} recall {:.3}",
            self.joined.precision(),
            self.joined.recall()
        );
        let labels = Stance::ALL
            .map(|label| format!("{} {:.3}", label.name(), self.stances.figures(label).f1));
        println!(
            "{name}: stances macro-F1 {:.3} accuracy {:.3} of {} ({})",
            self.stances.macro_f1(),
            self.stances.accuracy(),
            self.stances.total(),
            labels.join(", ")
        );
        for (rule, (right, all)) in &self.rules {
            println!("{name}: {rule} {right} of {all}");
        }
    }
}

/// The figures of a set, and those of the baseline.
fn measure(set: &str, show: bool) -> (Tally, Tally) {
    let registry = Registry::embedded().unwrap();
    let model = &registry.default_model().model;
    let reader = Reader::new();
    let (mut sum, mut base) = (Tally::default(), Tally::default());
    for gold in documents(set) {
        tally(&gold, &ours(model, &reader, &gold), &mut sum, show);
        tally(&gold, &baseline(model, &gold), &mut base, false);
    }
    sum.print(set);
    base.print(&format!("{set}, baseline"));
    (sum, base)
}

/// What must hold on every set: the aims of the project, with the baseline far behind.
fn check(set: &str, show: bool, least_precision: f64) {
    let (sum, base) = measure(set, show);
    assert!(sum.boundaries.f1() >= 0.97, "{}", sum.boundaries.f1());
    let (precision, recall) = (sum.speakers.precision(), sum.speakers.recall());
    assert!(
        precision >= least_precision && recall >= 0.80,
        "{precision} {recall}"
    );
    assert!(sum.boundaries.f1() > base.boundaries.f1() && recall > base.speakers.recall());
    assert!(sum.kinds.0 * 100 >= sum.kinds.1 * 88, "{:?}", sum.kinds);
    let (precision, recall) = (sum.joined.precision(), sum.joined.recall());
    assert!(precision >= 0.94 && recall >= 0.85, "{precision} {recall}");
    assert!(sum.stances.macro_f1() >= 0.75, "{}", sum.stances.macro_f1());
}

#[test]
fn the_documents_that_the_rules_were_written_on() {
    check("development", true, 0.95);
}

#[test]
fn the_documents_that_were_held_out() {
    assert!(documents("held_out").len() >= 10);
    check("held_out", false, 0.95);
}

/// Written after the others, in styles that no rule had seen: what holds on them by a small margin is no aim.
#[test]
fn the_documents_that_were_held_out_second() {
    check("held_out_2", false, 0.92);
}

/// What clients are told of a rule is what is measured of it.
#[test]
fn the_confidence_of_each_rule_is_how_often_it_was_right() {
    let sets = ["development", "held_out", "held_out_2"].map(|set| measure(set, false).0);
    for rule in Rule::ALL {
        let counts = sets.iter().filter_map(|sum| sum.rules.get(rule.name()));
        let (right, all) = counts.fold((0, 0), |sum, counts| (sum.0 + counts.0, sum.1 + counts.1));
        let measured = (right + 1) as f64 / (all + 2) as f64;
        let told = f64::from(rule.precision());
        assert!(
            (measured - told).abs() < 0.015,
            "{}: {measured:.3} measured, {told}",
            rule.name()
        );
    }
}

//! The corpus is clean: no duplicates, nothing of anybody else's, and what the card says is so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use stance::registry::Registry;
use stance::train::{Corpus, Example};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn corpus() -> Vec<Example> {
    Corpus::load(&root().join("corpus")).unwrap().examples
}

fn challenge() -> Vec<Value> {
    rows(&root().join("corpus/challenge.jsonl"))
}

fn rows(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn shingles(text: &str, length: usize) -> HashSet<String> {
    words(text)
        .windows(length)
        .map(|window| window.join(" "))
        .collect()
}

#[test]
fn every_row_is_described() {
    for example in corpus() {
        let id = example.id.clone().expect("an id");
        assert!(example.register.is_some(), "{id} has no register");
        assert_eq!(example.text, example.text.trim(), "{id}");
        assert!(
            !example.text.chars().any(char::is_control),
            "{id} has control characters"
        );
        assert!(
            (2..=600).contains(&example.text.chars().count()),
            "{id} is too short or long"
        );
    }
    for name in fs::read_dir(root().join("corpus/statements")).unwrap() {
        for row in rows(&name.unwrap().path()) {
            assert!(
                row["provenance"].is_string(),
                "{} has no provenance",
                row["id"]
            );
        }
    }
}

#[test]
fn no_two_rows_are_the_same() {
    let mut seen: HashMap<String, String> = HashMap::new();
    for example in corpus() {
        let id = example.id.unwrap();
        if let Some(first) = seen.insert(words(&example.text).join(" "), id.clone()) {
            panic!("{id} says what {first} says");
        }
    }
}

/// No two rows share most of their runs of three words, unless they are a minimal pair.
#[test]
fn no_two_rows_are_nearly_the_same() {
    let examples = corpus();
    let sets: Vec<HashSet<String>> = examples.iter().map(|e| shingles(&e.text, 3)).collect();
    let mut holders: HashMap<&str, Vec<usize>> = HashMap::new();
    for (row, set) in sets.iter().enumerate() {
        for shingle in set {
            holders.entry(shingle).or_default().push(row);
        }
    }
    let mut shared: HashMap<(usize, usize), usize> = HashMap::new();
    for rows in holders.values().filter(|rows| rows.len() <= 40) {
        for (at, &first) in rows.iter().enumerate() {
            for &second in &rows[at + 1..] {
                *shared.entry((first, second)).or_insert(0) += 1;
            }
        }
    }
    let near: Vec<String> = shared
        .into_iter()
        .filter(|&((a, b), common)| {
            let together = sets[a].len() + sets[b].len() - common;
            let pair = examples[a].group.is_some() && examples[a].group == examples[b].group;
            !pair && common >= 3 && common * 10 >= together * 6
        })
        .map(|((a, b), _)| format!("{:?} and {:?}", examples[a].id, examples[b].id))
        .collect();
    assert!(near.is_empty(), "{} near duplicates: {near:?}", near.len());
}

/// Real texts belong to others. They lie beside the checkout of those who measure on them, and
/// nowhere else; without them this test has nothing to compare with and says so.
#[test]
fn nothing_is_copied_from_the_real_texts() {
    let shared = root().join("../shared");
    let mut real: HashMap<String, String> = HashMap::new();
    for name in [
        "eval/dev.jsonl",
        "eval/validation.jsonl",
        "reference/real.jsonl",
    ] {
        let path = shared.join(name);
        if !path.is_file() {
            println!("{name} is not here: not compared");
            continue;
        }
        for row in rows(&path) {
            for shingle in shingles(row["text"].as_str().unwrap(), 7) {
                real.insert(shingle, name.to_owned());
            }
        }
    }
    let texts = corpus().into_iter().map(|e| (e.id.unwrap(), e.text));
    let held_out = challenge().into_iter().map(|row| {
        (
            row["id"].as_str().unwrap().to_owned(),
            row["text"].as_str().unwrap().to_owned(),
        )
    });
    for (id, text) in texts.chain(held_out) {
        for shingle in shingles(&text, 7) {
            if let Some(name) = real.get(&shingle) {
                panic!("{id} shares {shingle:?} with {name}");
            }
        }
    }
}

/// The challenge set is held out: no row of it is a row of the corpus, or nearly one.
#[test]
fn the_challenge_set_is_held_out() {
    let corpus = corpus();
    let mut seen: HashSet<String> = HashSet::new();
    for example in &corpus {
        seen.extend(shingles(&example.text, 8));
    }
    for row in challenge() {
        let text = row["text"].as_str().unwrap();
        let copied = shingles(text, 8)
            .into_iter()
            .find(|shingle| seen.contains(shingle));
        assert!(
            copied.is_none(),
            "{} shares {copied:?} with the corpus",
            row["id"]
        );
    }
}

/// What the corpus is to hold at least, and two counterparts or more of every reference.
#[test]
fn there_is_enough_of_everything() {
    let examples = corpus();
    let summary = Corpus::summarize(&examples.iter().collect::<Vec<_>>());
    for (count, least) in summary.labels.into_iter().zip([2000, 1500, 1300, 3200]) {
        assert!(count >= least, "{:?}", summary.labels);
    }
    let mut written: HashMap<u64, usize> = HashMap::new();
    for file in fs::read_dir(root().join("corpus/statements")).unwrap() {
        for row in rows(&file.unwrap().path()) {
            if let Some(reference) = row["counterpart_of"].as_u64() {
                *written.entry(reference).or_default() += 1;
            }
        }
    }
    let references = root().join("../shared/reference/real.jsonl");
    if !references.is_file() {
        println!("the references are not here: counterparts not counted against them");
        return;
    }
    for reference in rows(&references) {
        let id = reference["id"].as_u64().unwrap();
        assert!(written.get(&id).is_some_and(|&n| n >= 2), "reference {id}");
    }
}

#[test]
fn the_card_counts_labels_and_registers_as_they_are() {
    let card = fs::read_to_string(root().join("models/default/MODEL_CARD.md")).unwrap();
    let mut registers: HashMap<&str, [usize; 4]> = HashMap::new();
    let examples = corpus();
    for example in &examples {
        let name = example.register.unwrap().name();
        registers.entry(name).or_default()[example.label as usize] += 1;
    }
    for (name, [a, b, c, d]) in registers {
        let line = format!("| {name} | {a} | {b} | {c} | {d} |");
        assert!(card.contains(&line), "{line}");
    }
    let total = format!("{} statements, SHA-256", examples.len());
    assert!(card.contains(&total), "{total}");
}

#[test]
fn the_model_is_of_this_corpus() {
    let examples = corpus();
    let examples: Vec<&Example> = examples.iter().collect();
    let registry = Registry::embedded().unwrap();
    assert_eq!(
        registry.default_model().model.corpus(),
        &Corpus::summarize(&examples),
        "train the shipped model again: just train"
    );
}

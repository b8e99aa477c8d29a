//! linfa-bayes as a baseline: multinomial naive Bayes, as the library ships it, over counts of the
//! commonest words. The library takes dense records alone, so there are 2,000 words: 0.6 GB for a corpus of
//! 40,000 statements.
//!
//! From the repository's root:
//! `cargo run --release --manifest-path tools/linfa-bayes/Cargo.toml -- corpus/statements DATA.jsonl…`

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use linfa::Dataset;
use linfa::traits::{Fit, Predict};
use linfa_bayes::MultinomialNb;
use ndarray::{Array1, Array2};

const WORDS: usize = 2000;
const LABELS: [&str; 4] = ["ESCALATION", "DIALOGUE", "DENIAL", "NONE"];

type Row = (Vec<String>, usize);

fn read(path: &Path) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut rows = Vec::new();
    for line in fs::read_to_string(path)?
        .lines()
        .filter(|line| !line.trim().is_empty())
    {
        let row: serde_json::Value = serde_json::from_str(line)?;
        let text = row["text"].as_str().ok_or("a row without text")?;
        let label = row["label"].as_str().ok_or("a row without label")?;
        let place = LABELS
            .iter()
            .position(|known| *known == label)
            .ok_or("an unknown label")?;
        let words = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase);
        rows.push((words.collect(), place));
    }
    Ok(rows)
}

fn counts(rows: &[Row], vocabulary: &HashMap<String, usize>) -> Array2<f64> {
    let mut records = Array2::zeros((rows.len(), vocabulary.len()));
    for (index, (words, _)) in rows.iter().enumerate() {
        for column in words.iter().filter_map(|word| vocabulary.get(word)) {
            records[[index, *column]] += 1.0;
        }
    }
    records
}

/// Macro-F1 over the labels that occur as right or as given ones, and accuracy.
fn figures(right: &[usize], given: &[usize]) -> (f64, f64) {
    let pairs = || right.iter().zip(given);
    let f1: Vec<f64> = (0..LABELS.len())
        .filter_map(|label| {
            let both = pairs().filter(|&(&r, &g)| r == label && g == label).count();
            let either = pairs()
                .map(|(&r, &g)| usize::from(r == label) + usize::from(g == label))
                .sum::<usize>();
            (either > 0).then(|| 2.0 * both as f64 / either as f64)
        })
        .collect();
    let hits = pairs().filter(|(r, g)| r == g).count();
    (
        f1.iter().sum::<f64>() / f1.len() as f64,
        hits as f64 / right.len() as f64,
    )
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let corpus = PathBuf::from(
        arguments
            .next()
            .ok_or("usage: CORPUS_DIRECTORY DATA.jsonl…")?,
    );
    let mut files: Vec<PathBuf> = fs::read_dir(corpus)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_, std::io::Error>>()?;
    files.sort();
    let mut rows = Vec::new();
    for file in files {
        rows.extend(read(&file)?);
    }
    let mut frequency: HashMap<&str, usize> = HashMap::new();
    for word in rows.iter().flat_map(|(words, _)| words) {
        *frequency.entry(word).or_default() += 1;
    }
    let mut ranked: Vec<(&str, usize)> = frequency.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let vocabulary: HashMap<String, usize> = ranked
        .into_iter()
        .take(WORDS)
        .enumerate()
        .map(|(place, (word, _))| (word.to_owned(), place))
        .collect();
    let targets: Array1<usize> = rows.iter().map(|(_, label)| *label).collect();
    let model = MultinomialNb::params().fit(&Dataset::new(counts(&rows, &vocabulary), targets))?;
    for file in arguments {
        let data = read(Path::new(&file))?;
        let given = model.predict(&counts(&data, &vocabulary));
        let right: Vec<usize> = data.iter().map(|(_, label)| *label).collect();
        let (f1, accuracy) = figures(&right, &given.to_vec());
        println!(
            "{file}: {} statements, macro-F1 {f1:.3}, accuracy {accuracy:.3}",
            right.len()
        );
    }
    Ok(())
}

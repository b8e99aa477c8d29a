//! Labelled statements in files: one JSON object a line.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::CorpusSummary;
use crate::stance::Stance;
use crate::statement::{DEFAULT_MAX_TEXT_BYTES, Statement};

/// The kind of text that a statement is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Register {
    /// A sentence of an agency or a newspaper.
    News,
    /// A headline.
    Headline,
    /// A speaker in a council, a parliament, at a summit.
    Speech,
    /// A spokesperson.
    Briefing,
    /// A leader's single sentence, or mainly a direct quotation.
    Quote,
    /// A resolution, a report, a treaty.
    Document,
    /// A post.
    Social,
}

impl Register {
    /// Its name, as it stands in a row.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::Headline => "headline",
            Self::Speech => "speech",
            Self::Briefing => "briefing",
            Self::Quote => "quote",
            Self::Document => "document",
            Self::Social => "social",
        }
    }
}

/// One labelled statement.
///
/// `text` and `label` are needed; the rest describes a row of the project's own corpus. Fields
/// that are not named here are ignored, so that data sets may carry their own.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Example {
    /// Unique in the corpus.
    #[serde(default)]
    pub id: Option<String>,
    /// The statement.
    pub text: String,
    /// Its stance, by the codebook.
    pub label: Stance,
    /// The kind of text that it is written as.
    #[serde(default)]
    pub register: Option<Register>,
    /// Statements of one group are never separated by a split.
    #[serde(default)]
    pub group: Option<String>,
    /// Where a row of a data set comes from.
    #[serde(default)]
    pub source: Option<String>,
}

impl Example {
    /// What it is counted under in a breakdown: its source, or else its register.
    #[must_use]
    pub fn part(&self) -> Option<String> {
        let register = || Some(self.register?.name().to_owned());
        self.source.clone().or_else(register)
    }

    /// A statement with nothing but its label.
    #[must_use]
    pub fn new(text: &str, label: Stance) -> Self {
        Self {
            id: None,
            text: text.to_owned(),
            label,
            register: None,
            group: None,
            source: None,
        }
    }
}

/// Why labelled statements could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// A file or directory could not be read.
    #[error("{path}: {source}", path = path.display())]
    Read {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A line is no labelled statement.
    #[error("{path}:{line}: {problem}", path = path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// There is nothing in it.
    #[error("{path}: there are no labelled statements in it", path = path.display())]
    Empty {
        /// The file or directory.
        path: PathBuf,
    },
}

/// The training corpus.
#[derive(Debug, Clone)]
pub struct Corpus {
    /// Its statements, in the order of the files' names and lines.
    pub examples: Vec<Example>,
}

impl Corpus {
    /// Reads a corpus directory: every `*.jsonl` file in its `statements/` folder, or in the
    /// directory itself where it has no such folder.
    ///
    /// # Errors
    ///
    /// [`CorpusError`] with the file and line of the first row that is not right, or of the
    /// second use of an id.
    pub fn load(directory: &Path) -> Result<Self, CorpusError> {
        let statements = directory.join("statements");
        let folder = if statements.is_dir() {
            statements.as_path()
        } else {
            directory
        };
        let read = |source| CorpusError::Read {
            path: folder.to_owned(),
            source,
        };
        let mut files = fs::read_dir(folder)
            .map_err(read)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<PathBuf>, _>>()
            .map_err(read)?;
        files.retain(|path| {
            path.extension()
                .is_some_and(|extension| extension == "jsonl")
        });
        files.sort();
        let mut examples = Vec::new();
        let mut ids: HashMap<String, String> = HashMap::new();
        for path in files {
            for (line, example) in parse_file(&path)? {
                if let Some(id) = &example.id {
                    let place = format!("{}:{line}", path.display());
                    if let Some(first) = ids.insert(id.clone(), place) {
                        let problem = format!("id {id:?} is used before, at {first}");
                        return Err(CorpusError::Line {
                            path,
                            line,
                            problem,
                        });
                    }
                }
                examples.push(example);
            }
        }
        if examples.is_empty() {
            return Err(CorpusError::Empty {
                path: folder.to_owned(),
            });
        }
        Ok(Self { examples })
    }

    /// How many statements there are, of which label, and their hash: SHA-256 over each row's id,
    /// label and text, each followed by a zero byte.
    #[must_use]
    pub fn summarize(examples: &[&Example]) -> CorpusSummary {
        let mut labels = [0; Stance::COUNT];
        let mut hash = Sha256::new();
        for example in examples {
            labels[example.label as usize] += 1;
            let id = example.id.as_deref().unwrap_or_default();
            for part in [id, example.label.name(), &example.text] {
                hash.update(part.as_bytes());
                hash.update([0]);
            }
        }
        CorpusSummary {
            statements: examples.len(),
            labels,
            sha256: crate::model::hex(&hash.finalize()),
        }
    }
}

/// Reads one file of labelled statements.
///
/// # Errors
///
/// [`CorpusError`] with the file and line of the first row that is not right, or when there is
/// none.
pub fn read_examples(path: &Path) -> Result<Vec<Example>, CorpusError> {
    let examples: Vec<Example> = parse_file(path)?.into_iter().map(|(_, row)| row).collect();
    if examples.is_empty() {
        return Err(CorpusError::Empty {
            path: path.to_owned(),
        });
    }
    Ok(examples)
}

/// The rows of a file with their line numbers; blank lines are passed over.
fn parse_file(path: &Path) -> Result<Vec<(usize, Example)>, CorpusError> {
    let examples: Vec<(usize, Example)> = read_rows(path)?;
    for (line, example) in &examples {
        if let Err(error) = Statement::new(&example.text, DEFAULT_MAX_TEXT_BYTES) {
            return Err(CorpusError::Line {
                path: path.to_owned(),
                line: *line,
                problem: error.to_string(),
            });
        }
    }
    Ok(examples)
}

/// The JSON objects of a file, one a line, with their line numbers.
pub(super) fn read_rows<T: DeserializeOwned>(path: &Path) -> Result<Vec<(usize, T)>, CorpusError> {
    let bytes = fs::read(path).map_err(|source| CorpusError::Read {
        path: path.to_owned(),
        source,
    })?;
    (1..)
        .zip(bytes.split(|&byte| byte == b'\n'))
        .filter(|(_, line)| !line.trim_ascii().is_empty())
        .map(|(line, bytes)| match serde_json::from_slice(bytes) {
            Ok(row) => Ok((line, row)),
            Err(error) => Err(CorpusError::Line {
                path: path.to_owned(),
                line,
                problem: error.to_string(),
            }),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus_of(files: &[(&str, &str)]) -> (tempfile::TempDir, Result<Corpus, CorpusError>) {
        let directory = tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"));
        for (name, contents) in files {
            fs::write(directory.path().join(name), contents).unwrap_or_else(|e| panic!("{e}"));
        }
        let corpus = Corpus::load(directory.path());
        (directory, corpus)
    }

    fn error(files: &[(&str, &str)]) -> String {
        corpus_of(files)
            .1
            .err()
            .map(|e| e.to_string())
            .unwrap_or_default()
    }

    const GOOD: &str = r#"{"id": "a", "text": "Talks were held.", "label": "DIALOGUE"}"#;

    #[test]
    fn files_are_read_in_the_order_of_their_names() {
        let second = GOOD.replace("\"a\"", "\"b\"").replace("Talks", "Polls");
        let (_directory, corpus) = corpus_of(&[("2.jsonl", GOOD), ("1.jsonl", &second)]);
        let corpus = corpus.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(corpus.examples[0].text, "Polls were held.");
        assert_eq!(corpus.examples.len(), 2);
    }

    #[test]
    fn what_is_wrong_is_named_with_file_and_line() {
        let line = |text: &str| format!("{GOOD}\n\n{text}\n");
        for (wrong, expected) in [
            (line("{\"text\": \"x\"}"), "missing field `label`"),
            (
                line("{\"text\": \"x\", \"label\": \"WAR\"}"),
                "unknown variant `WAR`",
            ),
            (line("{\"text\": "), "EOF"),
            (line("{\"text\": \" \", \"label\": \"NONE\"}"), "blank"),
            (line(GOOD), "used before"),
        ] {
            let error = error(&[("rows.jsonl", &wrong)]);
            assert!(error.contains("rows.jsonl:3: "), "{error}");
            assert!(error.contains(expected), "{error}");
        }
        assert!(error(&[("rows.jsonl", "\n")]).contains("no labelled statements"));
        assert!(error(&[]).contains("no labelled statements"));
    }

    #[test]
    fn the_hash_depends_on_ids_labels_texts_and_their_order() {
        let a = Example::new("a", Stance::None);
        let b = Example::new("b", Stance::None);
        let c = Example::new("b", Stance::Denial);
        let hash = |rows: &[&Example]| Corpus::summarize(rows).sha256;
        assert_eq!(hash(&[&a, &b]), hash(&[&a, &b]));
        assert_ne!(hash(&[&a, &b]), hash(&[&b, &a]));
        assert_ne!(hash(&[&a, &b]), hash(&[&a, &c]));
    }
}

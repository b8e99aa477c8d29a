//! Puts files on disk, all of them or nothing: every file is written beside its place first, and
//! moved there when all are complete.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::model::{FILE_NAME, Model, RECORD_FILE_NAME, TrainingRecord};

/// The card's name in a model directory.
const CARD_FILE_NAME: &str = "MODEL_CARD.md";

/// A file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}", path = path.display())]
pub struct WriteError {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Writes model, record and card into a directory, which is made where there is none.
///
/// # Errors
///
/// [`WriteError`] when a file cannot be written; a model that was there before is then whole.
pub fn write_model(
    directory: &Path,
    model: &Model,
    record: &TrainingRecord,
    card: &str,
) -> Result<(), WriteError> {
    let mut json = serde_json::to_vec_pretty(record).unwrap_or_default();
    json.push(b'\n');
    let files = [
        (CARD_FILE_NAME, card.as_bytes()),
        (RECORD_FILE_NAME, json.as_slice()),
        // Last: a record of another version is passed over, so a model is never described by
        // a record that is not its own.
        (FILE_NAME, &model.to_bytes()),
    ];
    write_files(directory, &files)
}

/// Writes files, each a name and its contents, into a directory, which is made where there is none;
/// they take their places in this order.
///
/// # Errors
///
/// [`WriteError`] when a file cannot be written.
pub fn write_files(directory: &Path, files: &[(&str, &[u8])]) -> Result<(), WriteError> {
    let error = |path: &Path| {
        let path = path.to_owned();
        move |source| WriteError { path, source }
    };
    fs::create_dir_all(directory).map_err(error(directory))?;
    let mut moves = Vec::new();
    for (name, contents) in files {
        let path = directory.join(name);
        let partial = directory.join(format!("{name}.partial"));
        fs::write(&partial, contents).map_err(error(&partial))?;
        moves.push((partial, path));
    }
    for (partial, path) in moves {
        fs::rename(&partial, &path).map_err(error(&path))?;
    }
    Ok(())
}

//! The models at hand, by name: the embedded one, or those of the directories that were named.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::{InvalidModel, LoadError, Model, TrainingRecord, UnreadableRecord};

/// The name of the embedded model.
pub const EMBEDDED_NAME: &str = "default";

/// The shipped model, compiled in: `models/default/`.
const EMBEDDED_MODEL: &[u8] = include_bytes!("../models/default/model.stance");
const EMBEDDED_RECORD: &[u8] = include_bytes!("../models/default/training.json");

/// A model with its name and what is recorded of it.
#[derive(Debug)]
pub struct NamedModel {
    /// The name that requests give.
    pub name: String,
    /// The model.
    pub model: Model,
    /// What was recorded at its training, where that is known.
    pub record: Option<TrainingRecord>,
}

/// The models that requests can name; never empty.
#[derive(Debug, Clone)]
pub struct Registry {
    default: Arc<NamedModel>,
    others: Vec<Arc<NamedModel>>,
}

/// Why models could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The embedded model is broken: the build is.
    #[error("the embedded model: {0}")]
    Embedded(InvalidModel),
    /// The embedded record is broken: the build is.
    #[error("the embedded training record: {0}")]
    EmbeddedRecord(serde_json::Error),
    /// A model file could not be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A record could not be read.
    #[error(transparent)]
    Record(#[from] UnreadableRecord),
    /// A directory has no name to call its model by.
    #[error("{}: a model is called by its directory's name, and this path ends in none", .0.display())]
    Unnamed(PathBuf),
    /// Two directories have the same name.
    #[error(
        "two model directories are named {0:?}: a model is called by its directory's name, so rename one"
    )]
    SameName(String),
}

impl Registry {
    /// The models of these directories, the first being the default; the embedded one where no
    /// directory is named.
    ///
    /// # Errors
    ///
    /// [`RegistryError`] names the file and what is wrong with it.
    pub fn load(directories: &[PathBuf]) -> Result<Self, RegistryError> {
        let Some((first, rest)) = directories.split_first() else {
            return Self::embedded();
        };
        let mut registry = Self {
            default: Arc::new(load_directory(first)?),
            others: Vec::new(),
        };
        for directory in rest {
            let model = load_directory(directory)?;
            if registry.get(&model.name).is_some() {
                return Err(RegistryError::SameName(model.name));
            }
            registry.others.push(Arc::new(model));
        }
        Ok(registry)
    }

    /// The embedded model alone.
    ///
    /// # Errors
    ///
    /// [`RegistryError`] when what was compiled in is no model.
    pub fn embedded() -> Result<Self, RegistryError> {
        let model = Model::from_bytes(EMBEDDED_MODEL).map_err(RegistryError::Embedded)?;
        let record =
            TrainingRecord::from_json(EMBEDDED_RECORD).map_err(RegistryError::EmbeddedRecord)?;
        let record = Some(record).filter(|record| record.model_version == model.version());
        Ok(Self {
            default: Arc::new(NamedModel {
                name: EMBEDDED_NAME.to_owned(),
                model,
                record,
            }),
            others: Vec::new(),
        })
    }

    /// The model that answers where none is named.
    #[must_use]
    pub fn default_model(&self) -> &Arc<NamedModel> {
        &self.default
    }

    /// A model by its name, which may be written as the resource name `models/NAME`; the default
    /// one for an empty name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<NamedModel>> {
        let name = name.strip_prefix("models/").unwrap_or(name);
        if name.is_empty() {
            return Some(&self.default);
        }
        self.iter().find(|model| model.name == name)
    }

    /// All models, the default one first.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<NamedModel>> {
        std::iter::once(&self.default).chain(&self.others)
    }
}

fn load_directory(directory: &Path) -> Result<NamedModel, RegistryError> {
    let name = directory
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(|| RegistryError::Unnamed(directory.to_owned()))?
        .to_owned();
    let model = Model::load(directory)?;
    let record = TrainingRecord::load(directory, model.version())?;
    Ok(NamedModel {
        name,
        model,
        record,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::model::{FILE_NAME, RECORD_FILE_NAME};

    #[test]
    fn the_embedded_model_loads_with_its_record() {
        let registry = Registry::load(&[]).unwrap_or_else(|e| panic!("{e}"));
        let model = registry.default_model();
        assert_eq!(model.name, EMBEDDED_NAME);
        assert!(model.record.is_some(), "the record is of another version");
        assert!(registry.get("").is_some());
        assert!(registry.get("models/default").is_some());
        assert!(registry.get("other").is_none());
    }

    #[test]
    fn directories_are_called_by_their_names_and_the_first_is_the_default() {
        let parent = tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"));
        let directory = |name: &str, record: &[u8]| {
            let path = parent.path().join(name);
            fs::create_dir_all(&path).unwrap_or_else(|e| panic!("{e}"));
            fs::write(path.join(FILE_NAME), EMBEDDED_MODEL).unwrap_or_else(|e| panic!("{e}"));
            if !record.is_empty() {
                fs::write(path.join(RECORD_FILE_NAME), record).unwrap_or_else(|e| panic!("{e}"));
            }
            path
        };
        let first = directory("first", b"");
        let second = directory("second", EMBEDDED_RECORD);
        let registry = Registry::load(&[first.clone(), second]).unwrap_or_else(|e| panic!("{e}"));
        let names: Vec<_> = registry.iter().map(|m| m.name.as_str()).collect();
        assert_eq!(names, ["first", "second"]);
        assert!(registry.default_model().record.is_none());
        assert!(registry.get("second").is_some_and(|m| m.record.is_some()));

        let same = Registry::load(&[first.clone(), directory("x/first", b"")]);
        assert!(
            same.err()
                .is_some_and(|e| e.to_string().contains("\"first\""))
        );
        let broken = Registry::load(&[directory("broken", b"{}")]);
        assert!(
            broken
                .err()
                .is_some_and(|e| e.to_string().contains("training.json"))
        );
        let missing = Registry::load(&[parent.path().join("missing")]);
        assert!(
            missing
                .err()
                .is_some_and(|e| e.to_string().contains("missing"))
        );
    }
}

//! The model file.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `STANCE` `0x1A` `0x00`: the magic |
//! | 4 | format version, little-endian like all numbers here |
//! | 4 + n | length, then a JSON header: class order, feature settings, temperature, corpus |
//! | 4 | number of features |
//! | 2 + n each | length, then the key of each feature, ascending |
//! | 20 each | each feature's idf and four weights, `f32` |
//! | 16 | four biases, `f32` |
//! | 32 | SHA-256 of everything before it |

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{CorpusSummary, FeatureWeights, Model, ModelParts};
use crate::features::{FeatureConfig, InvalidVocabulary, Vocabulary};
use crate::stance::Stance;

/// The model file's name in a model directory.
pub const FILE_NAME: &str = "model.stance";

const MAGIC: &[u8; 8] = b"STANCE\x1a\0";
const FORMAT_VERSION: u32 = 2;
const CHECKSUM_BYTES: usize = 32;
/// No model of this kind comes near it; it bounds what a foreign file can make us read.
const MAX_FILE_BYTES: u64 = 1 << 30;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    labels: Vec<Stance>,
    features: FeatureConfig,
    temperature: f32,
    corpus: CorpusSummary,
}

/// Why bytes are no model.
#[derive(Debug, thiserror::Error)]
pub enum InvalidModel {
    /// They do not begin as a model file does.
    #[error("this is no stance model file (it does not begin with its magic bytes)")]
    Foreign,
    /// They are of a format that this build does not read.
    #[error(
        "model format {0} is not supported (this build reads {FORMAT_VERSION}): train the model again with this build"
    )]
    Format(u32),
    /// They end too early.
    #[error("the model file is truncated: it ends inside {0}")]
    Truncated(&'static str),
    /// They go on after the end.
    #[error("the model file has {0} bytes too many")]
    TooLong(usize),
    /// Their checksum is not the one that they name.
    #[error("the model file is corrupt: its checksum does not match its contents")]
    Checksum,
    /// The header is not as it should be.
    #[error("the model file's header cannot be read: {0}")]
    Header(serde_json::Error),
    /// The classes are others, or in another order.
    #[error(
        "the model file's labels are {0:?}; this build reads ESCALATION, DIALOGUE, DENIAL, NONE in this order"
    )]
    Labels(Vec<Stance>),
    /// A feature's key is not UTF-8.
    #[error("feature {0} of the model file is not UTF-8")]
    Key(usize),
    /// The keys make no vocabulary.
    #[error("the model file's vocabulary is wrong: {0}")]
    Vocabulary(#[from] InvalidVocabulary),
    /// Features and weights do not match.
    #[error("the model has {features} features but {rows} rows of weights")]
    Weights {
        /// The number of features.
        features: usize,
        /// The number of rows.
        rows: usize,
    },
    /// A weight is no finite number, or an idf not a positive one.
    #[error("the model's weights for {0:?} are not finite")]
    NotFinite(String),
    /// The temperature is no positive number.
    #[error("the model's temperature is {0}: it must be above 0")]
    Temperature(f32),
}

/// Why a model file could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file could not be read.
    #[error("{path}: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file was read, and is no model.
    #[error("{path}: {source}", path = path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: InvalidModel,
    },
}

impl Model {
    /// Loads the model file of a model directory.
    ///
    /// # Errors
    ///
    /// [`LoadError`] names the file and what is wrong.
    pub fn load(directory: &Path) -> Result<Self, LoadError> {
        let path = directory.join(FILE_NAME);
        let read = |source| LoadError::Read {
            path: path.clone(),
            source,
        };
        let bytes = fs::metadata(&path).map_err(read)?.len();
        if bytes > MAX_FILE_BYTES {
            return Err(read(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("{bytes} bytes are more than any model has"),
            )));
        }
        let bytes = fs::read(&path).map_err(read)?;
        Self::from_bytes(&bytes).map_err(|source| LoadError::Invalid { path, source })
    }

    /// Reads a model out of the bytes of a model file. Never panics, whatever they are.
    ///
    /// # Errors
    ///
    /// [`InvalidModel`] says what is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidModel> {
        let mut reader = Reader(bytes);
        if reader.0.get(..MAGIC.len()) != Some(MAGIC) {
            return Err(InvalidModel::Foreign);
        }
        reader.take(MAGIC.len(), "the magic")?;
        let format = reader.u32("the format version")?;
        if format != FORMAT_VERSION {
            return Err(InvalidModel::Format(format));
        }
        let parts = read_parts(&mut reader)?;
        let read = bytes.len() - reader.0.len();
        let checksum = reader.take(CHECKSUM_BYTES, "the checksum")?;
        if !reader.0.is_empty() {
            return Err(InvalidModel::TooLong(reader.0.len()));
        }
        if Sha256::digest(&bytes[..read]).as_slice() != checksum {
            return Err(InvalidModel::Checksum);
        }
        let mut model = Self::unversioned(parts.into_model_parts()?)?;
        model.version = version_of(bytes);
        Ok(model)
    }

    /// The bytes of the model's file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let header = Header {
            labels: Stance::ALL.to_vec(),
            features: self.vocabulary.config().clone(),
            temperature: self.temperature,
            corpus: self.corpus.clone(),
        };
        // Serializing these plain structures cannot fail.
        let header = serde_json::to_vec(&header).unwrap_or_default();
        let mut bytes = Vec::with_capacity(self.features.len() * 32 + header.len());
        bytes.extend_from_slice(MAGIC);
        push_u32(&mut bytes, FORMAT_VERSION as usize);
        push_u32(&mut bytes, header.len());
        bytes.extend_from_slice(&header);
        push_u32(&mut bytes, self.features.len());
        for key in self.vocabulary.keys() {
            let length = u16::try_from(key.len()).unwrap_or(u16::MAX);
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(&key.as_bytes()[..usize::from(length)]);
        }
        for feature in &self.features {
            bytes.extend_from_slice(&feature.idf.to_le_bytes());
            bytes.extend(feature.weights.iter().flat_map(|w| w.to_le_bytes()));
        }
        bytes.extend(self.bias.iter().flat_map(|b| b.to_le_bytes()));
        let checksum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }
}

/// The version of a model, from its file's bytes.
pub(super) fn version_of(bytes: &[u8]) -> String {
    let mut version = hex(&Sha256::digest(bytes));
    version.truncate(12);
    version
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut digits, byte| {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

fn push_u32(bytes: &mut Vec<u8>, number: usize) {
    bytes.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

/// What a file holds, before the checksum says that it can be trusted.
struct RawParts<'a> {
    header: Header,
    keys: Vec<&'a [u8]>,
    features: Vec<FeatureWeights>,
    bias: [f32; 4],
}

fn read_parts<'a>(reader: &mut Reader<'a>) -> Result<RawParts<'a>, InvalidModel> {
    let length = reader.u32("the header")? as usize;
    let header = reader.take(length, "the header")?;
    let count = reader.u32("the vocabulary")? as usize;
    // Every feature takes at least 22 bytes, so a false count cannot ask for much memory.
    let plausible = count.min(reader.0.len() / 22 + 1);
    let mut keys = Vec::with_capacity(plausible);
    for _ in 0..count {
        let length = usize::from(u16::from_le_bytes(reader.array("the vocabulary")?));
        keys.push(reader.take(length, "the vocabulary")?);
    }
    let mut features = Vec::with_capacity(plausible);
    for _ in 0..count {
        let idf = reader.f32("the weights")?;
        let weights = reader.four("the weights")?;
        features.push(FeatureWeights { weights, idf });
    }
    let bias = reader.four("the biases")?;
    Ok(RawParts {
        header: serde_json::from_slice(header).map_err(InvalidModel::Header)?,
        keys,
        features,
        bias,
    })
}

impl RawParts<'_> {
    fn into_model_parts(self) -> Result<ModelParts, InvalidModel> {
        if self.header.labels != Stance::ALL {
            return Err(InvalidModel::Labels(self.header.labels));
        }
        let keys = self
            .keys
            .iter()
            .enumerate()
            .map(|(at, key)| match std::str::from_utf8(key) {
                Ok(key) => Ok(Box::from(key)),
                Err(_) => Err(InvalidModel::Key(at)),
            })
            .collect::<Result<Vec<Box<str>>, _>>()?;
        Ok(ModelParts {
            vocabulary: Vocabulary::new(self.header.features, keys)?,
            features: self.features,
            bias: self.bias,
            temperature: self.header.temperature,
            corpus: self.header.corpus,
        })
    }
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize, what: &'static str) -> Result<&'a [u8], InvalidModel> {
        let (taken, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(InvalidModel::Truncated(what))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], InvalidModel> {
        let (taken, rest) = self
            .0
            .split_first_chunk()
            .ok_or(InvalidModel::Truncated(what))?;
        self.0 = rest;
        Ok(*taken)
    }

    fn u32(&mut self, what: &'static str) -> Result<u32, InvalidModel> {
        self.array(what).map(u32::from_le_bytes)
    }

    fn f32(&mut self, what: &'static str) -> Result<f32, InvalidModel> {
        self.array(what).map(f32::from_le_bytes)
    }

    fn four(&mut self, what: &'static str) -> Result<[f32; 4], InvalidModel> {
        Ok([
            self.f32(what)?,
            self.f32(what)?,
            self.f32(what)?,
            self.f32(what)?,
        ])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::features::Scratch;
    use crate::model::tests::toy;

    fn error(bytes: &[u8]) -> String {
        Model::from_bytes(bytes)
            .err()
            .map_or_else(|| panic!("accepted"), |e| e.to_string())
    }

    #[test]
    fn a_model_survives_its_file() {
        let model = toy();
        let bytes = model.to_bytes();
        let read = Model::from_bytes(&bytes).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(read.to_bytes(), bytes);
        assert_eq!(read.version(), model.version());
        assert_eq!(read.version().len(), 12);
        let text = "No talks, and no attack was denied";
        assert_eq!(
            read.score(text, &mut Scratch::default()),
            model.score(text, &mut Scratch::default())
        );
    }

    #[test]
    fn every_kind_of_wrong_file_is_named() {
        let good = toy().to_bytes();
        assert!(error(b"").contains("no stance model file"));
        assert!(error(b"PK\x03\x04 a zip archive").contains("no stance model file"));
        let mut old = good.clone();
        old[8] = 0;
        assert!(error(&old).contains("format 0"));
        assert!(error(&good[..good.len() - 1]).contains("truncated"));
        assert!(error(&good[..good.len() / 2]).contains("truncated"));
        let mut long = good.clone();
        long.push(0);
        assert!(error(&long).contains("1 bytes too many"));
        let mut corrupt = good.clone();
        let weight = good.len() - CHECKSUM_BYTES - 16 - 3;
        corrupt[weight] ^= 1;
        assert!(error(&corrupt).contains("checksum"));
    }

    #[test]
    fn a_missing_file_is_named_in_the_error() {
        let error = Model::load(Path::new("no/such/directory"))
            .err()
            .map(|e| e.to_string())
            .unwrap_or_default();
        assert!(error.contains("no/such/directory"), "{error}");
    }

    proptest! {
        #[test]
        fn any_bytes_give_an_error_and_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(Model::from_bytes(&bytes).is_err());
            let mut with_magic = MAGIC.to_vec();
            with_magic.extend_from_slice(&1u32.to_le_bytes());
            with_magic.extend_from_slice(&bytes);
            prop_assert!(Model::from_bytes(&with_magic).is_err());
        }

        #[test]
        fn any_changed_byte_gives_an_error(at in any::<prop::sample::Index>(), flip in 1u8..) {
            let mut bytes = toy().to_bytes();
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            prop_assert!(Model::from_bytes(&bytes).is_err());
        }

        #[test]
        fn any_cut_gives_an_error(at in any::<prop::sample::Index>()) {
            let bytes = toy().to_bytes();
            prop_assert!(Model::from_bytes(&bytes[..at.index(bytes.len())]).is_err());
        }

        #[test]
        fn bytes_that_carry_a_right_checksum_never_panic(
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
        ) {
            let bytes = toy().to_bytes();
            let mut body = bytes[..bytes.len() - CHECKSUM_BYTES].to_vec();
            let at = at.index(body.len());
            body[at] = byte;
            let checksum = Sha256::digest(&body);
            body.extend_from_slice(&checksum);
            if let Ok(model) = Model::from_bytes(&body) {
                let _ = model.score("No talks: the attack was denied.", &mut Scratch::default());
            }
        }
    }
}

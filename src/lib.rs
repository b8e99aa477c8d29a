//! Finds the statements of news and speeches and who makes them, and labels their stance: is the speaker **escalating**,
//! opening **dialogue**, **denying**, or none of these?
//!
//! # The path of one request
//!
//! A `Classify` call passes the gate ([`server`]: admission, drain, its line in the log) and reaches
//! the service, which checks every field once: the text becomes a [`statement::Statement`], the
//! options a model and limits. [`classifier::classify`] then does the work, and knows nothing of
//! gRPC:
//!
//! 1. [`text::tokenize`]: the text to tokens with byte spans, the scope of negation marked;
//! 2. [`features::Vocabulary::count`]: tokens to counted features, by the vocabulary of the model;
//! 3. [`model::Model::score`]: counts to tf-idf to logits to calibrated probabilities;
//! 4. on demand, [`model::Model::explain`]: what each token and n-gram added.
//!
//! The answer is turned back into messages, or what went wrong into one status with details.
//!
//! A document goes the same way: [`analysis::analyze`] lets a [`document::Reader`] find its statements and who
//! makes them, and classifies each.
//!
//! # The map
//!
//! | module | what |
//! |---|---|
//! | [`stance`], [`statement`] | the domain's words, and the only door in |
//! | [`text`] → [`features`] → [`model`] → [`classifier`] | the core: pure, `Send + Sync`, no lock |
//! | [`document`] | a document to its statements, their kinds and speakers: rules and lists, no model |
//! | [`analysis`] | the two together, summed up by speaker |
//! | [`registry`] | the models at hand, by name; the shipped one is compiled in |
//! | `server` (feature `server`) | the only place that names tonic |
//! | `train` (feature `train`) | the only place that names linfa: corpus to model, and its figures |
//! | `cli`, [`telemetry`] | what people type, and what is logged |
//!
//! Training takes the same steps 1 and 2 to choose and weigh features, so a model is served exactly
//! as it was trained.

pub mod analysis;
pub mod classifier;
#[cfg(feature = "cli")]
pub mod cli;
pub mod document;
pub mod features;
pub mod model;
pub mod registry;
#[cfg(feature = "server")]
pub mod server;
pub mod stance;
pub mod statement;
pub mod telemetry;
pub mod text;
#[cfg(feature = "train")]
pub mod train;

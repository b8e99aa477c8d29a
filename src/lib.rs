//! wip
pub mod classifier;
pub mod features;
pub mod model;
pub mod stance;
pub mod statement;
pub mod text;

//! wip
pub mod stance;
pub mod statement;
pub mod text;
pub mod features;

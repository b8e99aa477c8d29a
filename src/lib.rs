//! wip
pub mod classifier;
#[cfg(all(feature = "server", feature = "train"))]
pub mod cli;
pub mod features;
pub mod model;
pub mod registry;
pub mod stance;
pub mod statement;
pub mod text;
#[cfg(feature = "server")]
pub mod server;
pub mod telemetry;
#[cfg(feature = "train")]
pub mod train;

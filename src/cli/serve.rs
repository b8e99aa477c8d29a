//! wip
use clap::Args;
use super::{CommandError, ModelArgs};
/// Serves
#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    model: ModelArgs,
}
pub(super) fn run(_args: ServeArgs) -> Result<(), CommandError> { Ok(()) }

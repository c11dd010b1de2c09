//! What `regent sale sign-off` and `regent sale refuse` share.

use clap::Args;

use crate::commands::proven_act::ProvenAct;

/// Options of a command by which somebody decides whether to consent.
#[derive(Clone, Debug, Args)]
pub struct ConsentOptions {
    /// Whose consent: its number in the terms, from 0.
    #[arg(long)]
    pub index: u8,
    /// As every act that a document proves.
    #[command(flatten)]
    pub proven: ProvenAct,
}

//! What commands share that have a contract note the hash of a document.

use std::io::Write;

use alloy_primitives::FixedBytes;
use alloy_sol_types::SolCall;
use clap::Args;

use super::{
    carry_contract::{act, ActOptions},
    document::EvidenceOptions,
};
use crate::{context::Context, error::CliError};

/// An act that a document proves.
#[derive(Clone, Debug, Args)]
pub struct ProvenAct {
    /// By which document.
    #[command(flatten)]
    pub evidence: EvidenceOptions,
    /// As every act.
    #[command(flatten)]
    pub act: ActOptions,
}

impl ProvenAct {
    /// Calls the contract with the document's hash, and tells so. `done` says what it did.
    pub async fn perform<C: SolCall>(
        &self,
        call: impl FnOnce(FixedBytes<32>) -> C,
        done: &str,
        context: &Context,
        out: &mut (impl Write + Send),
    ) -> Result<(), CliError> {
        let evidence = self.evidence.read()?;
        act(&self.act, context, call(evidence.word()), evidence.told(done), out).await
    }
}

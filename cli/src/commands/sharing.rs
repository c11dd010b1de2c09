//! Among whom a key's next epoch is shared.

use clap::Args;
use regent_client::{flows::FlowError, Client};
use regent_primitives::{AccessTree, KeyId, QuorumId};

use super::carry::tree_of;
use crate::error::CliError;

/// Whose agents hold a key's next epoch, and how many of them must take part.
#[derive(Clone, Debug, Args)]
pub struct SharingOptions {
    /// The quorum its agents come from, from then on; its present one otherwise.
    #[arg(long)]
    pub quorum: Option<QuorumId>,
    /// How many of the quorum's agents must take part; the quorum's own threshold otherwise.
    #[arg(long)]
    pub threshold: Option<u16>,
}

impl SharingOptions {
    /// The quorum of a key's next epoch and its agents, in finalised state.
    pub async fn of(
        &self,
        client: &Client,
        key: KeyId,
    ) -> Result<(QuorumId, AccessTree), CliError> {
        let record = client.key(key, None).await?.ok_or(FlowError::UnknownKey(key))?;
        let quorum = self.quorum.unwrap_or(record.quorum);
        Ok((quorum, tree_of(client, quorum, self.threshold).await?))
    }
}

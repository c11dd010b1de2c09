//! The way from a trusted block to the newest final one: each step is verified before the next is asked
//! for.

use regent_primitives::{BlockNumber, H256};
use regent_proof::{layout, Anchor, FinalityError, Fragment, Header, Limits, SetId};

use crate::{client::Client, error::ClientError, proofs::ProofError};

/// The changes of authorities since a trusted block, as far as they were followed.
#[derive(Clone)]
pub(crate) struct Way {
    /// The trusted block.
    pub(crate) origin: Header,
    /// What proves who finalises what follows it.
    pub(crate) nodes: Vec<Vec<u8>>,
    /// The changes.
    pub(crate) handoffs: Vec<Fragment>,
    /// Who finalises what follows the last of them.
    pub(crate) at: Anchor,
}

impl Way {
    /// At the trusted block, whose authorities are proven by its own state.
    pub(crate) async fn begin(
        client: &Client,
        genesis: H256,
        trusted: H256,
        limits: &Limits,
    ) -> Result<Self, ProofError> {
        let origin = client.header(trusted).await?;
        let mut nodes = client.read_proof(&layout::authorities().queries(), trusted).await?;
        nodes.sort_unstable();
        let at = Anchor::from_state(genesis, trusted, &origin, &nodes, limits)?;
        Ok(Self { origin, nodes, handoffs: Vec::new(), at })
    }

    /// Follows every change of authorities below a final block. Tells how many there are after each.
    pub(crate) async fn follow(
        &mut self,
        client: &Client,
        to: BlockNumber,
        limits: &Limits,
        mut told: impl FnMut(usize) + Send,
    ) -> Result<(), ProofError> {
        loop {
            let set = self.at.set.id();
            let last = last_of_set(client, set, self.at.number.saturating_add(1), to).await?;
            if last >= to {
                return Ok(());
            }
            let (found, limit) = (self.handoffs.len().saturating_add(1), limits.fragments);
            if found > limit {
                return Err(FinalityError::TooLarge { what: "handoffs", found, limit }.into());
            }
            let proof = client.finality_proof(last, limits).await?;
            let header = client.header(proof.block).await?;
            let fragment = Fragment { header, justification: proof.justification };
            let (next, _) = self.at.follow(core::slice::from_ref(&fragment), limits)?;
            if next.set.id() == set || next.number >= to {
                return Err(FinalityError::NoChange { number: next.number }.into());
            }
            self.at = next;
            self.handoffs.push(fragment);
            told(self.handoffs.len());
        }
    }
}

/// The last block up to `to` that a set finalises, if it finalises `from`: as the node says, which only
/// decides what is asked for.
async fn last_of_set(
    client: &Client,
    set: SetId,
    from: BlockNumber,
    to: BlockNumber,
) -> Result<BlockNumber, ClientError> {
    if finalises(client, set, to).await? {
        return Ok(to);
    }
    let (mut last, mut after) = (from, to);
    while after.saturating_sub(last) > 1 {
        let middle = last.saturating_add(after.saturating_sub(last) / 2);
        if finalises(client, set, middle).await? {
            last = middle;
        } else {
            after = middle;
        }
    }
    Ok(last)
}

/// Whether a set finalises a block: whether it is in office after the one before.
async fn finalises(client: &Client, set: SetId, block: BlockNumber) -> Result<bool, ClientError> {
    let before = client.block_hash(block.saturating_sub(1)).await?.unwrap_or_default();
    Ok(client.set_id(before).await? == set)
}

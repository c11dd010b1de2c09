//! Where trust begins.

use regent_primitives::H256;
use regent_proof::{layout, Anchor, FinalityError, HeadError, HeadStore, Limits, TrackedHead};

use crate::{
    config::Checkpoint,
    ports::{AskNode, ChainError, Unproven},
    store::HeadSlot,
};

/// The stored head; or the genesis or a pinned block, whose authorities are proven by its own state,
/// where that is newer or nothing is stored.
pub(super) async fn find(
    node: &dyn AskNode,
    head: &HeadSlot,
    genesis: H256,
    checkpoint: Option<Checkpoint>,
    limits: &Limits,
) -> Result<Anchor, Unproven> {
    // Cannot fail.
    let stored = head.load().unwrap_or_default();
    let stored = stored.map(|bytes| TrackedHead::from_bytes(&bytes)).transpose()?;
    match (stored, checkpoint) {
        (Some(stored), None) => Ok(stored.anchor),
        (Some(stored), Some(pinned)) if pinned.number < stored.anchor.number => Ok(stored.anchor),
        (Some(stored), Some(pinned)) if pinned.number == stored.anchor.number => {
            let (found, known) = (pinned.hash, stored.anchor.hash);
            if found != known {
                let number = pinned.number;
                return Err(HeadError::Equivocation { number, found, known }.into());
            }
            Ok(stored.anchor)
        }
        (_, Some(pinned)) => read(node, genesis, pinned, limits).await,
        (None, None) => read(node, genesis, Checkpoint { number: 0, hash: genesis }, limits).await,
    }
}

/// A trusted block's authorities, from its state.
async fn read(
    node: &dyn AskNode,
    genesis: H256,
    trusted: Checkpoint,
    limits: &Limits,
) -> Result<Anchor, Unproven> {
    let Checkpoint { number, hash } = trusted;
    let missing = |error: ChainError| {
        Unproven::Node(ChainError(format!(
            "{error}; the node has to have the state of block {number} {hash:?}: connect this agent \
             to an archive node once, or pin a later block in trust.checkpoint"
        )))
    };
    let header = node.header(hash).await.map_err(missing)?;
    let nodes = node.prove(&layout::authorities().queries(), hash).await.map_err(missing)?;
    let anchor =
        Anchor::from_state(genesis, hash, &header, &nodes, limits).map_err(HeadError::from)?;
    if anchor.number != number {
        let (found, expected) = (anchor.number, number);
        let error = FinalityError::OtherHeight { hash, found, expected };
        return Err(HeadError::from(error).into());
    }
    Ok(anchor)
}

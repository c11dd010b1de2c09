//! From the genesis to the head (`docs/evidence.md`, section 4): each step is verified before the next is
//! asked for.

use codec::Encode;
use regent_evidence::{Handoff, Head, Origin};
use regent_primitives::{BlockNumber, H256};
use regent_proof::{
    layout, verify_run, Anchor, FinalHeader, FinalityError, Fragment, Limits, SetId,
};

use super::{ExportError, ExportStep, Progress};
use crate::client::Client;

/// How the head is known to be final.
pub(crate) struct Finality {
    /// The first block.
    pub origin: Origin,
    /// The root of its state.
    pub origin_root: H256,
    /// Changes of authorities.
    pub handoffs: Vec<Handoff>,
    /// The head as a bundle has it.
    pub head: Head,
    /// The head, verified.
    pub verified: FinalHeader,
}

/// Goes from the genesis to a block, or to the newest final one.
pub(crate) async fn prove(
    client: &Client,
    genesis: H256,
    block: Option<H256>,
    progress: Progress<'_>,
) -> Result<Finality, ExportError> {
    let limits = Limits::default();
    let first = client.header(genesis).await?;
    let mut nodes = client.read_proof(&layout::authorities().queries(), genesis).await?;
    nodes.sort_unstable();
    let mut at = Anchor::from_state(genesis, genesis, &first, &nodes, &limits)?;
    let origin_root = first.state_root;
    let origin = Origin { header: first.encode(), nodes };

    let hash = match block {
        Some(hash) => hash,
        None => client.finalised_hash().await?,
    };
    let number = client.header(hash).await?.number;
    if number <= at.number {
        return Err(ExportError::NotFinal(hash));
    }
    let mut handoffs = Vec::new();
    loop {
        let set = at.set.id();
        let last = last_of_set(client, set, at.number.saturating_add(1), number).await?;
        if last >= number {
            break;
        }
        if handoffs.len() >= limits.fragments {
            let (what, limit) = ("changes of validators", limits.fragments as u64);
            return Err(ExportError::TooLarge { what, found: limit.saturating_add(1), limit });
        }
        let proof = client.finality_proof(last, &limits).await?;
        let header = client.header(proof.block).await?;
        let fragment = Fragment { header, justification: proof.justification };
        let (next, _) = at.follow(core::slice::from_ref(&fragment), &limits)?;
        if next.set.id() == set || next.number >= number {
            return Err(FinalityError::NoChange { number: next.number }.into());
        }
        at = next;
        let Fragment { header, justification } = fragment;
        handoffs.push(Handoff { header: header.encode(), justification });
        progress(ExportStep::Handoffs(handoffs.len()));
    }

    let (headers, justification) = client.final_run(number, &limits).await?;
    let run = verify_run(&headers, &justification, &at.set, &limits)?;
    let verified = run.headers().first().cloned().ok_or(FinalityError::NoHeader)?;
    if verified.hash() != hash {
        return Err(ExportError::NotFinal(hash));
    }
    progress(ExportStep::Head { number, hash });
    let head = Head { run: headers.iter().map(Encode::encode).collect(), justification };
    Ok(Finality { origin, origin_root, handoffs, head, verified })
}

/// The last block up to `to` that a set finalises, if it finalises `from`: as the node says, which only
/// decides what is asked for.
async fn last_of_set(
    client: &Client,
    set: SetId,
    from: BlockNumber,
    to: BlockNumber,
) -> Result<BlockNumber, ExportError> {
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
async fn finalises(client: &Client, set: SetId, block: BlockNumber) -> Result<bool, ExportError> {
    let before = client.block_hash(block.saturating_sub(1)).await?.unwrap_or_default();
    Ok(client.set_id(before).await? == set)
}

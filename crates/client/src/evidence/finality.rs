//! From the genesis to the head (`docs/evidence.md`, section 4).

use codec::Encode;
use regent_evidence::{bundle::MAX_HANDOFFS, Handoff, Head, Origin};
use regent_primitives::H256;
use regent_proof::{verify_run, FinalHeader, FinalityError, Limits};

use super::{ExportError, ExportStep, Progress};
use crate::{client::Client, way::Way};

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
    // As many as a bundle may have: each is verified before the next is asked for.
    let limits = Limits { fragments: MAX_HANDOFFS, ..Limits::default() };
    let mut way = Way::begin(client, genesis, genesis, &limits).await?;
    let hash = match block {
        Some(hash) => hash,
        None => client.finalised_hash().await?,
    };
    let number = client.header(hash).await?.number;
    if number <= way.at.number {
        return Err(ExportError::NotFinal(hash));
    }
    way.follow(client, number, &limits, |count| progress(ExportStep::Handoffs(count))).await?;

    let (headers, justification) = client.final_run(number, &limits).await?;
    let run = verify_run(&headers, &justification, &way.at.set, &limits)?;
    let verified = run.headers().first().cloned().ok_or(FinalityError::NoHeader)?;
    if verified.hash() != hash {
        return Err(ExportError::NotFinal(hash));
    }
    progress(ExportStep::Head { number, hash });

    let Way { origin, nodes, handoffs, .. } = way;
    let handoffs = handoffs
        .into_iter()
        .map(|fragment| Handoff {
            header: fragment.header.encode(),
            justification: fragment.justification,
        })
        .collect();
    Ok(Finality {
        origin_root: origin.state_root,
        origin: Origin { header: origin.encode(), nodes },
        handoffs,
        head: Head { run: headers.iter().map(Encode::encode).collect(), justification },
        verified,
    })
}

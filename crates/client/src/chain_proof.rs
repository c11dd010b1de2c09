//! What an enclave is brought, for it has no node: the way from the block where its trust begins to the
//! newest final one, and where request, session and key stand there.

use std::{collections::HashMap, time::Duration};

use codec::Encode;
use regent_primitives::{
    bounds::{MAX_CHAIN_PROOF_BYTES, MAX_HANDOFFS},
    chain_proof::{ChainProof, JustifiedHeader, Origin, ProofNodes},
    Attempt, BlockNumber, BoundedVec, ConstU32, RequestBody, RequestId, H256,
};
use regent_proof::{verify_run, ChainVerifier, FinalityError, Fragment, Limits, StandingKeys};
use tokio::sync::Mutex;

use crate::{client::Client, proofs::ProofError, way::Way};

/// How often a justification is asked for, and after how long again: a node says that a block is final
/// a moment before it keeps what proves it.
const JUSTIFICATIONS: usize = 5;
const JUSTIFIED_SOON: Duration = Duration::from_millis(100);

/// Bytes by which the encoded count of a list may grow as the list does.
const COUNT_BYTES: usize = 4;
/// Changes of authorities that are followed at the most: those of a year with one in every session of ten
/// minutes.
const MAX_CHANGES: usize = 65_536;

/// What an enclave is brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainProofs {
    /// Changes of authorities that do not fit into the proof, brought before it in this order. Each ends
    /// with a block that is too old to be acted on: it is refused, and remembered.
    pub earlier: Vec<ChainProof>,
    /// Where the attempt stands in the newest final block.
    pub newest: ChainProof,
}

/// Ways that were followed before, by the blocks they begin at: a long chain has many handoffs, and they
/// never change.
#[derive(Default)]
pub(crate) struct Ways(Mutex<HashMap<H256, Way>>);

impl Client {
    /// Gathers what proves to an enclave where an attempt of a request stands in the newest final block.
    /// `origin` is where the enclave's trust begins, and `followed` up to where it needs no handoffs:
    /// [`regent_primitives::enclave_api::EnclaveInfo`]. Handoffs are verified and kept; the rest is for the
    /// enclave to verify.
    ///
    /// # Errors
    /// The node has not what is needed, lies about who finalises, or there is more than an enclave takes.
    pub async fn chain_proof(
        &self,
        (origin, followed): (H256, BlockNumber),
        id: RequestId,
        attempt: Attempt,
        body: &RequestBody,
    ) -> Result<ChainProofs, ProofError> {
        let limits = Limits { fragments: MAX_CHANGES, ..Limits::default() };
        let finalised = self.finalised_head().await?;
        let way = self.way(origin, finalised.number, &limits).await?;

        let head = self.justified_head(finalised.number, &limits).await?;
        // What is not final by this proof is asked for no state.
        let run = core::slice::from_ref(&head.header);
        let run = verify_run(run, &head.justification, &way.at.set, &limits)?;
        let queries = ChainVerifier::queries(&StandingKeys::of(id, attempt, body).queries());
        let nodes = self.read_proof(&queries, run.newest().hash()).await?;

        let unknown = way.handoffs.iter().filter(|handoff| handoff.header.number > followed);
        let handoffs = unknown.map(justified).collect::<Result<Vec<_>, _>>()?;
        let origin = Origin {
            header: bounded("bytes of a header", way.origin.encode())?,
            nodes: proof_nodes(way.nodes)?,
        };
        Ok(in_parts(&origin, &handoffs, justified(&head)?, proof_nodes(nodes)?)?)
    }

    /// The next justified block from a final one on: not verified.
    async fn justified_head(
        &self,
        number: BlockNumber,
        limits: &Limits,
    ) -> Result<Fragment, ProofError> {
        let mut asked = 1;
        let proof = loop {
            match self.finality_proof(number, limits).await {
                Err(_) if asked < JUSTIFICATIONS => tokio::time::sleep(JUSTIFIED_SOON).await,
                proof => break proof?,
            }
            asked += 1;
        };
        let header = self.header(proof.block).await?;
        Ok(Fragment { header, justification: proof.justification })
    }

    /// The way from a trusted block to a final one, from where it was followed to before.
    async fn way(&self, origin: H256, to: BlockNumber, limits: &Limits) -> Result<Way, ProofError> {
        let known = self.ways().0.lock().await.get(&origin).cloned();
        let mut way = match known {
            Some(way) => way,
            None => Way::begin(self, self.genesis(), origin, limits).await?,
        };
        let followed = way.handoffs.len();
        way.follow(self, to, limits, |_| ()).await?;
        // Others may have followed it meanwhile: each way is as good as the other.
        if followed == 0 || way.handoffs.len() > followed {
            self.ways().0.lock().await.insert(origin, way.clone());
        }
        Ok(way)
    }
}

/// Cuts a way to a head into proofs of at most [`MAX_CHAIN_PROOF_BYTES`]: each but the last ends with the
/// handoff where the next one begins.
fn in_parts(
    origin: &Origin,
    mut handoffs: &[JustifiedHeader],
    head: JustifiedHeader,
    nodes: ProofNodes,
) -> Result<ChainProofs, FinalityError> {
    let limit = usize::try_from(MAX_CHAIN_PROOF_BYTES).unwrap_or(usize::MAX);
    let most = usize::try_from(MAX_HANDOFFS).unwrap_or(usize::MAX);
    let proof = |handoffs: &[JustifiedHeader], head, nodes| {
        let handoffs = bounded("handoffs", handoffs.to_vec())?;
        Ok::<_, FinalityError>(ChainProof { origin: origin.clone(), handoffs, head, nodes })
    };
    let alone = proof(&[], head.clone(), nodes.clone())?.encoded_size();
    if alone > limit {
        return Err(too_large(alone, limit));
    }
    let left_by_head = limit.saturating_sub(alone.saturating_add(COUNT_BYTES));
    let left =
        left_by_head.saturating_add(head.encoded_size()).saturating_add(nodes.encoded_size());
    let mut earlier = Vec::new();
    while fitting(handoffs, left_by_head, most) < handoffs.len() {
        // The last of those that fit is the head.
        let last = fitting(handoffs, left, most).saturating_sub(1);
        let (part, rest) = handoffs.split_at(last);
        let Some(ends_with) = rest.first().filter(|_| !part.is_empty()) else {
            let found = proof(handoffs, head, nodes)?.encoded_size();
            return Err(too_large(found, limit));
        };
        earlier.push(proof(part, ends_with.clone(), ProofNodes::default())?);
        handoffs = rest;
    }
    Ok(ChainProofs { earlier, newest: proof(handoffs, head, nodes)? })
}

fn too_large(found: usize, limit: usize) -> FinalityError {
    FinalityError::TooLarge { what: "bytes of a chain proof", found, limit }
}

/// How many of the first handoffs have no more than so many bytes, and are no more than `most`.
fn fitting(handoffs: &[JustifiedHeader], bytes: usize, most: usize) -> usize {
    let mut left = bytes;
    let fits = |handoff: &&JustifiedHeader| match left.checked_sub(handoff.encoded_size()) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    handoffs.iter().take(most).take_while(fits).count()
}

fn justified(fragment: &Fragment) -> Result<JustifiedHeader, FinalityError> {
    Ok(JustifiedHeader {
        header: bounded("bytes of a header", fragment.header.encode())?,
        justification: bounded("bytes of a justification", fragment.justification.clone())?,
    })
}

fn proof_nodes(nodes: Vec<Vec<u8>>) -> Result<ProofNodes, FinalityError> {
    let nodes = nodes.into_iter().map(|node| bounded("bytes of a node", node));
    bounded("nodes of a storage proof", nodes.collect::<Result<Vec<_>, _>>()?)
}

fn bounded<T, const N: u32>(
    what: &'static str,
    items: Vec<T>,
) -> Result<BoundedVec<T, ConstU32<N>>, FinalityError> {
    let (found, limit) = (items.len(), N as usize);
    items.try_into().map_err(|_| FinalityError::TooLarge { what, found, limit })
}

//! Proofs that a block is final, as evidence carries them: a justification of the block or of the
//! nearest later one that has any, and the headers that link the two.
//!
//! The SDK's prover knows two justifications only: the last one of an authority set that was
//! replaced, and the newest. So it proves nothing on a chain whose set never changed, and an old
//! block only with every header since. This one takes the nearest of the justifications that are
//! stored every [`JUSTIFICATION_PERIOD_BLOCKS`], in the SDK's format.

use codec::Encode;
use regent_runtime::{opaque::Block, BlockNumber, Hash, Header};
use sc_client_api::Backend;
use sc_consensus_grandpa::{FinalityProof, GRANDPA_ENGINE_ID};
use sp_blockchain::{Backend as _, HeaderBackend};

use crate::service::{FullBackend, JUSTIFICATION_PERIOD_BLOCKS};

/// The most headers a proof has, about 200 bytes each. There are usually no more than a period's;
/// after a pause of finality many blocks can become final with one justification.
pub const MAX_HEADERS: usize = 64 * JUSTIFICATION_PERIOD_BLOCKS as usize;

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// The block can still be replaced.
    #[error("block {block} is not final: the newest final block is {finalised}")]
    NotFinal {
        /// The block.
        block: BlockNumber,
        /// The newest final one.
        finalised: BlockNumber,
    },
    /// Justifications are missing, as on a node that did not see the block become final.
    #[error("no justification within {MAX_HEADERS} blocks after {0}: ask a node that has been there longer")]
    NoJustification(BlockNumber),
    /// Blocks are missing.
    #[error("block {0} is not in the database")]
    NoBlock(BlockNumber),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sp_blockchain::Error),
}

/// What a proof is made of.
pub trait FinalChain {
    /// Height of the newest final block.
    fn finalised(&self) -> BlockNumber;
    /// The newest justification and the height of its block, if there is one.
    fn newest_justification(&self) -> Result<Option<(BlockNumber, Vec<u8>)>, ProofError>;
    /// Header of a final block.
    fn header(&self, height: BlockNumber) -> Result<Header, ProofError>;
    /// The justification stored with a block.
    fn stored_justification(&self, hash: Hash) -> Result<Option<Vec<u8>>, ProofError>;
}

/// Proves that a block is final.
///
/// # Errors
/// If it is not, or what the proof needs is missing.
pub fn prove(
    chain: &impl FinalChain,
    block: BlockNumber,
) -> Result<FinalityProof<Header>, ProofError> {
    // Read before the justification, which is then of this block or a later one.
    let finalised = chain.finalised();
    if block > finalised {
        return Err(ProofError::NotFinal { block, finalised });
    }
    let newest = chain.newest_justification()?;
    let mut unknown_headers = Vec::new();
    let mut header = chain.header(block)?;
    loop {
        let hash = header.hash();
        let stored = chain.stored_justification(hash)?;
        let newest = newest.as_ref().filter(|(height, _)| *height == header.number);
        if let Some(justification) = stored.or_else(|| newest.map(|(_, bytes)| bytes.clone())) {
            return Ok(FinalityProof { block: hash, justification, unknown_headers });
        }
        let next = header.number.saturating_add(1);
        if next > chain.finalised() || unknown_headers.len() >= MAX_HEADERS {
            return Err(ProofError::NoJustification(block));
        }
        header = chain.header(next)?;
        unknown_headers.push(header.clone());
    }
}

impl FinalChain for FullBackend {
    fn finalised(&self) -> BlockNumber {
        self.blockchain().info().finalized_number
    }

    fn newest_justification(&self) -> Result<Option<(BlockNumber, Vec<u8>)>, ProofError> {
        let newest = sc_consensus_grandpa::best_justification::<_, Block>(self)?;
        Ok(newest.map(|justification| (justification.target().0, justification.encode())))
    }

    fn header(&self, height: BlockNumber) -> Result<Header, ProofError> {
        let hash = self.blockchain().hash(height)?.ok_or(ProofError::NoBlock(height))?;
        self.blockchain().header(hash)?.ok_or(ProofError::NoBlock(height))
    }

    fn stored_justification(&self, hash: Hash) -> Result<Option<Vec<u8>>, ProofError> {
        let stored = self.blockchain().justifications(hash)?;
        Ok(stored.and_then(|all| all.into_justification(GRANDPA_ENGINE_ID)))
    }
}

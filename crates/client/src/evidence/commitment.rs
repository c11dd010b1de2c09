//! What the log's commitment at the head proves (`docs/evidence.md`, section 14): ancestors, entries by
//! themselves, and that an earlier head's commitment is an ancestor.

use std::collections::BTreeSet;

use codec::Encode;
use regent_evidence::{Ancestry, Blocks, Field, FieldKind, Included, Log, OperationEvidence};
use regent_primitives::{
    AuditEntry, BlockNumber, LogLeaf, Refusal, Release, SessionRecord, SignedReceipt, H256,
};
use regent_proof::{
    layout, mmr, BlocksProof, EntryProof, FinalHeader, Header, Limits, LogHead, LogRoot,
};

use super::{log::AuditLog, state::BlockState, ExportError, ExportStep, Progress};
use crate::{client::Client, error::ClientError};

/// The commitment at a block.
pub(super) struct Commitment<'a> {
    client: &'a Client,
    genesis: H256,
    block: H256,
    number: BlockNumber,
    /// What the block's state says.
    pub root: LogRoot,
}

impl<'a> Commitment<'a> {
    /// The commitment that the head's state holds.
    pub(super) async fn read(
        client: &'a Client,
        genesis: H256,
        head: &FinalHeader,
        state: &BlockState<'_>,
    ) -> Result<Self, ExportError> {
        let queries = [layout::mmr_root().query(), layout::mmr_leaves().query()];
        let root = LogRoot::read(&state.read(&queries).await?)?;
        Ok(Self { client, genesis, block: head.hash(), number: head.number(), root })
    }

    /// The height of the block with this hash, if the node has it and it is before the head. Whether it
    /// is an ancestor, its leaf tells.
    pub(super) async fn height(&self, hash: H256) -> Result<Option<BlockNumber>, ExportError> {
        match self.client.header(hash).await {
            Ok(header) => {
                let before = header.hash() == hash && header.number < self.number;
                Ok(before.then_some(header.number))
            }
            Err(ClientError::UnknownBlock(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The heights of the blocks that operations name. One that the node does not have is left out: the
    /// verifier then says which note names it.
    pub(super) async fn named(
        &self,
        operations: &[OperationEvidence],
    ) -> Result<BTreeSet<BlockNumber>, ExportError> {
        let named: BTreeSet<H256> = operations.iter().flat_map(named).collect();
        let mut heights = BTreeSet::new();
        for hash in named {
            heights.extend(self.height(hash).await?);
        }
        Ok(heights)
    }

    /// The header of a block before the head.
    pub(super) async fn header(&self, block: BlockNumber) -> Result<Header, ExportError> {
        let hash = self.leaf(block).await?.hash;
        let header = self.client.header(hash).await?;
        if header.hash() != hash {
            return Err(ExportError::OtherLeaves);
        }
        Ok(header)
    }

    /// The log after a block; at the head or later, that of the head.
    pub(super) async fn log_after(
        &self,
        block: BlockNumber,
        newest: LogHead,
    ) -> Result<LogHead, ExportError> {
        if block >= self.number {
            return Ok(newest);
        }
        let LogLeaf { count, head, .. } = self.leaf(block).await?;
        Ok(LogHead { count, hash: head })
    }

    /// The leaf of a block before the head.
    async fn leaf(&self, block: BlockNumber) -> Result<LogLeaf, ExportError> {
        let leaves = self.proof(&[block]).await?.leaves;
        leaves.into_iter().next().ok_or(ExportError::OtherLeaves)
    }

    /// A proof of the blocks at these heights, verified.
    async fn proof(&self, heights: &[BlockNumber]) -> Result<BlocksProof, ExportError> {
        let limits = Limits::default();
        let proof = self.client.blocks_proof(heights, self.block, &limits).await;
        let proof = proof.map_err(|error| not_proven("these blocks", error))?;
        if !proof.leaves.iter().map(|leaf| leaf.block).eq(heights.iter().copied()) {
            return Err(ExportError::OtherLeaves);
        }
        mmr::verify_blocks(&self.root, &proof, &limits)?;
        Ok(proof)
    }

    /// Proofs of the blocks at these heights, all before the head.
    pub(super) async fn blocks(
        &self,
        heights: &BTreeSet<BlockNumber>,
        progress: Progress<'_>,
    ) -> Result<Vec<Blocks>, ExportError> {
        let heights: Vec<BlockNumber> = heights.iter().copied().collect();
        let mut batches = Vec::new();
        let mut proven = 0usize;
        for heights in heights.chunks(Limits::default().leaves) {
            let proof = self.proof(heights).await?;
            let leaves = proof.leaves.iter().map(Encode::encode).collect();
            batches.push(Blocks { leaves, items: proof.items });
            proven = proven.saturating_add(heights.len());
            progress(ExportStep::Blocks(proven));
        }
        Ok(batches)
    }

    /// Entries of the log by themselves, with the heights of their blocks.
    pub(super) async fn included(
        &self,
        log: &AuditLog<'_>,
        indices: &BTreeSet<u64>,
    ) -> Result<(Vec<Included>, BTreeSet<BlockNumber>), ExportError> {
        let (mut included, mut heights) = (Vec::new(), BTreeSet::new());
        // Of the block of the entry before: often it is the same.
        let mut own: Vec<AuditEntry> = Vec::new();
        for index in indices {
            if !own.iter().any(|entry| entry.index == *index) {
                let block = log.entry(*index).await?.block;
                if block >= self.number {
                    return Err(ExportError::TooNew(*index));
                }
                own = log.of_block(block).await?;
            }
            let place = own.iter().position(|entry| entry.index == *index);
            let entry = place.and_then(|place| own.get(place)).ok_or(ExportError::OtherLeaves)?;
            let hashes: Vec<H256> = own.iter().map(|entry| entry.hash(self.genesis)).collect();
            let EntryProof { count, path } = EntryProof::of(&hashes, place.unwrap_or_default());
            included.push(Included { entry: entry.encode(), count, path });
            heights.insert(entry.block);
        }
        Ok((included, heights))
    }

    /// Proof that the commitment of an earlier bundle is an ancestor; with the height of its head.
    pub(super) async fn ancestry(
        &self,
        earlier: &Log,
    ) -> Result<(Ancestry, BlockNumber), ExportError> {
        let later = |height: &BlockNumber| *height > 0 && *height < self.number;
        let height = BlockNumber::try_from(earlier.leaves).ok().filter(later);
        let height = height.ok_or(ExportError::NotLater {
            found: self.number,
            expected: earlier.leaves.saturating_add(1),
        })?;
        let (root, leaves) = (earlier.root, earlier.leaves);
        let proof = self.client.ancestry_proof(LogRoot { leaves, root }, height, self.block).await;
        let proof = proof.map_err(|error| not_proven("the earlier bundle's commitment", error))?;
        mmr::verify_ancestry(&self.root, &proof)?;
        Ok((Ancestry { leaves, root, peaks: proof.peaks, items: proof.items }, height))
    }
}

/// The node does not prove what it is asked for: one that does not keep everything cannot.
fn not_proven(what: &'static str, error: ClientError) -> ExportError {
    match error {
        ClientError::Rpc { reason, .. } => ExportError::NoProof { what, reason },
        error => error.into(),
    }
}

/// Hashes of the blocks that an operation's notes name.
fn named(operation: &OperationEvidence) -> BTreeSet<H256> {
    let of = |(kind, field): (FieldKind, &Field)| match kind {
        FieldKind::Session => {
            field.open().map(|record: SessionRecord| record.session.finalised_hash)
        }
        FieldKind::Release => field.open().map(|release: Release| release.finalised_hash),
        FieldKind::Refusal => field.open().map(|refusal: Refusal| refusal.finalised_hash),
        FieldKind::Receipt => {
            field.open().map(|signed: SignedReceipt| signed.receipt.finalised_hash)
        }
        _ => None,
    };
    operation.fields().filter_map(of).collect()
}

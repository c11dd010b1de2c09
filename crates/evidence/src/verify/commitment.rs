//! The log's commitment (section 14): rules `log-root`, `log-blocks`, `log-inclusion`, `log-ancestry`.

use std::collections::BTreeMap;

use codec::{DecodeAll, Encode};
use regent_primitives::{AuditEntry, BlockNumber, LogLeaf, H256};
use regent_proof::{layout, mmr, BlocksProof, EntryProof, LogRoot};

use crate::{
    bundle::{Blocks, Log},
    keys::State,
    limits::limits,
    rule::Rule,
    verdict::Failure,
};

/// The leaves of the blocks that are shown to be ancestors of the head, by height.
pub(super) fn verify_blocks(
    log: &Log,
    state: &State,
    head: BlockNumber,
) -> Result<Vec<LogLeaf>, Failure> {
    if !state.holds(&layout::mmr_root(), Some(log.root.as_bytes()))
        || !state.holds(&layout::mmr_leaves(), Some(&log.leaves.encode()))
    {
        return Err(Failure::new(Rule::LogRoot, "the state says otherwise"));
    }
    if log.leaves != u64::from(head) {
        let detail = format!("{} leaves before block {head}", log.leaves);
        return Err(Failure::new(Rule::LogRoot, detail));
    }

    let (root, limits) = (root_of(log), limits());
    let mut leaves: Vec<LogLeaf> = Vec::new();
    for batch in &log.blocks {
        let proof = proof(batch)?;
        mmr::verify_blocks(&root, &proof, &limits)
            .map_err(|error| Failure::new(Rule::LogBlocks, error))?;
        let height = |leaf: &LogLeaf| leaf.block;
        if proof.leaves.first().map(height) <= leaves.last().map(height) {
            return Err(Failure::new(Rule::LogBlocks, "the batches are not in order"));
        }
        leaves.extend(proof.leaves);
    }
    Ok(leaves)
}

/// The entries that are shown by themselves, by index.
pub(super) fn verify_included(
    genesis: H256,
    log: &Log,
    blocks: &[LogLeaf],
) -> Result<BTreeMap<u64, AuditEntry>, Failure> {
    let wrong = |detail: &str| Failure::new(Rule::LogInclusion, detail);
    let mut included = BTreeMap::new();
    for item in &log.included {
        let entry = AuditEntry::decode_all(&mut item.entry.as_slice())
            .map_err(|_| wrong("an entry does not decode"))?;
        if included.last_key_value().is_some_and(|(last, _)| entry.index <= *last) {
            return Err(wrong("they are not in order"));
        }
        let leaf = blocks.binary_search_by_key(&entry.block, |leaf| leaf.block);
        let leaf = leaf.ok().and_then(|at| blocks.get(at));
        let leaf = leaf.ok_or_else(|| wrong("its block is not shown"))?;
        let proof = EntryProof { count: item.count, path: item.path.clone() };
        mmr::verify_entry(genesis, leaf, &entry, &proof)
            .map_err(|error| Failure::new(Rule::LogInclusion, error))?;
        included.insert(entry.index, entry);
    }
    Ok(included)
}

/// The earlier commitment, if one is shown.
pub(super) fn verify_ancestry(log: &Log) -> Result<(), Failure> {
    let Some(ancestry) = &log.ancestry else { return Ok(()) };
    let proof = mmr::Ancestry {
        earlier: LogRoot { leaves: ancestry.leaves, root: ancestry.root },
        peaks: ancestry.peaks.clone(),
        items: ancestry.items.clone(),
    };
    mmr::verify_ancestry(&root_of(log), &proof)
        .map_err(|error| Failure::new(Rule::LogAncestry, error))
}

const fn root_of(log: &Log) -> LogRoot {
    LogRoot { leaves: log.leaves, root: log.root }
}

fn proof(batch: &Blocks) -> Result<BlocksProof, Failure> {
    let leaves = batch.leaves.iter().map(|bytes| LogLeaf::decode_all(&mut bytes.as_slice()));
    let leaves = leaves
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| Failure::new(Rule::LogBlocks, "a leaf does not decode"))?;
    Ok(BlocksProof { leaves, items: batch.items.clone() })
}

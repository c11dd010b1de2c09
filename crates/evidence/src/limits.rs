//! How much a bundle may hold: the bounds of `docs/evidence.md`, section 2, as proofs are bounded by.

use regent_proof::Limits;

use crate::bundle::{MAX_BUNDLE_BYTES, MAX_HANDOFFS, MAX_ITEMS};

/// Everything of a bundle is bounded by its size already: what is counted one by one elsewhere need not
/// be counted again.
pub(crate) fn limits() -> Limits {
    let items = MAX_ITEMS as usize;
    Limits {
        keys: usize::MAX,
        nodes: items,
        proof_bytes: MAX_BUNDLE_BYTES,
        entries: items,
        fragments: MAX_HANDOFFS,
        ..Limits::default()
    }
}

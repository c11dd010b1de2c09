//! A stored head: one encoding, and a set that can finalise.

use regent_primitives::H256;
use regent_proof::{Anchor, TrackedHead};

use crate::world::*;

/// With and without a state.
pub fn made() -> Vec<(&'static str, Vec<u8>)> {
    let hash = H256::repeat_byte(1);
    let pinned = Anchor::pinned(hash, 9, hash, set(3, &validators(1, 4)));
    let verified = Anchor { slot: Some(FIRST_SLOT), ..pinned.clone() };
    let head = |anchor, state_root| TrackedHead { anchor, state_root, seen_at: 7 }.to_bytes();
    vec![("pinned", head(pinned, None)), ("verified", head(verified, Some(hash)))]
}

/// What a disk may hold.
pub fn check(bytes: &[u8]) {
    match TrackedHead::from_bytes(bytes) {
        Ok(head) => {
            assert_eq!(head.to_bytes(), bytes);
            assert!(!head.anchor.set.authorities().is_empty());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

//! Headers of the last blocks, by their hashes.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use regent_primitives::H256;
use regent_proof::Header;

/// Headers that are kept: more than can wait for their finality at a time. A node that announces
/// headers of nothing pushes out others, which are asked for again then.
const KEPT: usize = 64;

/// What is kept: each header under the hash that was computed from it.
#[derive(Default)]
pub(super) struct Recent(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    headers: HashMap<H256, Header>,
    order: VecDeque<H256>,
}

impl Recent {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a header, and returns its hash.
    pub(super) fn keep(&self, header: Header) -> H256 {
        let hash = header.hash();
        let mut kept = self.kept();
        if kept.headers.insert(hash, header).is_none() {
            kept.order.push_back(hash);
        }
        while kept.order.len() > KEPT {
            if let Some(oldest) = kept.order.pop_front() {
                kept.headers.remove(&oldest);
            }
        }
        hash
    }

    /// The root of the state after a block.
    pub(super) fn state_root(&self, block: H256) -> Option<H256> {
        self.kept().headers.get(&block).map(|header| header.state_root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(number: u32) -> Header {
        Header {
            parent_hash: H256::zero(),
            number,
            state_root: H256::from_low_u64_be(number.into()),
            extrinsics_root: H256::zero(),
            digest: Default::default(),
        }
    }

    #[test]
    fn the_newest_are_kept_under_their_own_hashes() {
        let recent = Recent::default();
        let hashes: Vec<_> = (0..70).map(|number| recent.keep(header(number))).collect();
        recent.keep(header(69));
        assert_eq!(recent.state_root(hashes[5]), None);
        for (number, hash) in (6..).zip(&hashes[6..]) {
            assert_eq!(recent.state_root(*hash), Some(H256::from_low_u64_be(number)));
        }
    }
}

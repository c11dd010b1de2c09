//! Heads of the chain.

use codec::{DecodeAll, Encode};
use regent_primitives::BlockNumber;
use sp_core::H256;
use sp_runtime::traits::{BlakeTwo256, Hash};
use subxt::config::substrate::{DigestItem, SubstrateHeader};

/// The consensus engine whose pre-runtime digest holds the slot.
const AURA: [u8; 4] = *b"aura";

/// A block, as its header tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its height.
    pub number: BlockNumber,
    /// Its hash.
    pub hash: H256,
    /// Its Aura slot: multiplied by the slot's duration, the milliseconds since the Unix epoch at
    /// which it was due. Zero for the first block of a chain, which has none.
    pub slot: u64,
}

impl Head {
    pub(crate) fn of(header: &SubstrateHeader<H256>) -> Self {
        let slot = header
            .digest
            .logs
            .iter()
            .find_map(|item| match item {
                DigestItem::PreRuntime(AURA, bytes) => u64::decode_all(&mut bytes.as_slice()).ok(),
                _ => None,
            })
            .unwrap_or(0);
        Self {
            // Our runtime's heights have 32 bits.
            number: BlockNumber::try_from(header.number).unwrap_or(BlockNumber::MAX),
            hash: BlakeTwo256::hash(&header.encode()),
            slot,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use subxt::config::substrate::Digest;

    #[test]
    fn the_slot_is_read_from_the_pre_runtime_digest() {
        let mut header = SubstrateHeader {
            parent_hash: H256::zero(),
            number: 5,
            state_root: H256::zero(),
            extrinsics_root: H256::zero(),
            digest: Digest { logs: vec![DigestItem::PreRuntime(AURA, 77u64.encode())] },
        };
        assert_eq!((Head::of(&header).number, Head::of(&header).slot), (5, 77));
        // What is no slot is passed over, as nodes do.
        header.digest.logs.insert(0, DigestItem::PreRuntime(AURA, vec![1; 9]));
        assert_eq!(Head::of(&header).slot, 77);
        header.digest.logs.clear();
        assert_eq!(Head::of(&header).slot, 0);
    }
}

//! The root as bytes, to be sealed and nothing else ([`crate::root_store`]).
//!
//! `version: u8 = 1 ‖ count: u32 ‖ count × (bits: 16 ‖ length: u8 ‖ seed: 32)`, integers of the tree
//! big-endian, entries in ascending order. The one encoding of a root: whatever else is refused.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::{
    seed::{Seed, SEED_BYTES},
    DeviceRoot, Prefix, DEPTH,
};

const VERSION: u8 = 1;
const HEADER_BYTES: usize = 5;
const ENTRY_BYTES: usize = 16 + 1 + SEED_BYTES;

/// Why bytes are not a device root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RootEncodingError {
    /// Written by another version of this software.
    #[error("device root has format {found}, expected {VERSION}: open it with the version that wrote it")]
    Version {
        /// The format's number.
        found: u8,
    },
    /// The length does not fit the count of entries.
    #[error("device root has {found} bytes, expected {expected}: the state is damaged")]
    Length {
        /// Bytes found.
        found: usize,
        /// Bytes expected.
        expected: usize,
    },
    /// An entry is not a prefix, out of order, or below another.
    #[error("entry {0} of the device root is invalid: the state is damaged")]
    Entry(usize),
}

impl DeviceRoot {
    /// The root's secret bytes.
    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        // Room for all of it from the start: a growing vector would leave copies behind.
        let size = HEADER_BYTES + self.seeds.len() * ENTRY_BYTES;
        let mut bytes = Zeroizing::new(Vec::with_capacity(size));
        bytes.push(VERSION);
        bytes.extend_from_slice(&(self.seeds.len() as u32).to_be_bytes());
        for (prefix, seed) in &self.seeds {
            bytes.extend_from_slice(&prefix.bits.to_be_bytes());
            bytes.push(prefix.length);
            bytes.extend_from_slice(seed.as_bytes());
        }
        bytes
    }

    /// The root that [`DeviceRoot::to_bytes`] wrote.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, RootEncodingError> {
        let too_short = RootEncodingError::Length { found: bytes.len(), expected: HEADER_BYTES };
        let (header, entries) = bytes.split_first_chunk::<HEADER_BYTES>().ok_or(too_short)?;
        let [version, count @ ..] = *header;
        if version != VERSION {
            return Err(RootEncodingError::Version { found: version });
        }
        let expected = (u32::from_be_bytes(count) as usize).saturating_mul(ENTRY_BYTES);
        if entries.len() != expected {
            return Err(RootEncodingError::Length { found: entries.len(), expected });
        }
        let mut seeds = BTreeMap::new();
        let mut last: Option<Prefix> = None;
        for (at, entry) in entries.chunks_exact(ENTRY_BYTES).enumerate() {
            let (prefix, seed) = decode_entry(entry).ok_or(RootEncodingError::Entry(at))?;
            if last.is_some_and(|last| last >= prefix || last.covers(&prefix)) {
                return Err(RootEncodingError::Entry(at));
            }
            last = Some(prefix);
            seeds.insert(prefix, seed);
        }
        Ok(Self { seeds })
    }
}

fn decode_entry(entry: &[u8]) -> Option<(Prefix, Seed)> {
    let (bits, rest) = entry.split_first_chunk::<16>()?;
    let (length, seed) = rest.split_first()?;
    let prefix = Prefix { bits: u128::from_be_bytes(*bits), length: *length };
    let valid = prefix.length <= DEPTH && prefix.bits & Prefix::mask(prefix.length) == prefix.bits;
    valid.then_some((prefix, Seed::from_slice(seed)?))
}

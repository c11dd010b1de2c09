//! Bounds of everything that comes from a stranger.

use alloc::vec::Vec;
use codec::{DecodeAll, Encode};

use crate::{error::FinalityError, header::Header};

/// Members of a set of authorities; the runtime allows 128.
pub const MAX_AUTHORITIES: usize = 1_024;

/// How much a proof may contain. The defaults hold for every honest proof of this chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Headers of one run or one ancestry. A node's proofs have at most 4,096 and the first.
    pub headers: usize,
    /// Bytes of one header. One that names 1,024 new authorities has about 41,000.
    pub header_bytes: usize,
    /// Bytes of one justification: 133 for each vote, and its headers.
    pub justification_bytes: usize,
    /// Handoffs from set to set, verified at once.
    pub fragments: usize,
    /// Keys read by one proof.
    pub keys: usize,
    /// Nodes of one storage proof.
    pub nodes: usize,
    /// Bytes of one of its nodes. Larger than any value of ours but the runtime's code, which is
    /// proven by its hash.
    pub node_bytes: usize,
    /// Bytes of all its nodes.
    pub proof_bytes: usize,
    /// Entries of the audit log, verified at once.
    pub entries: usize,
    /// Blocks proven at once by the log's commitment.
    pub leaves: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            headers: 4_200,
            header_bytes: 49_152,
            justification_bytes: 2 << 20,
            fragments: 1_024,
            keys: 128,
            nodes: 2_048,
            node_bytes: 65_536,
            proof_bytes: 1 << 20,
            entries: 100_000,
            leaves: 1_024,
        }
    }
}

impl Limits {
    /// Refuses too many headers, and too large ones.
    pub(crate) fn check_headers(&self, headers: &[Header]) -> Result<(), FinalityError> {
        at_most("headers", headers.len(), self.headers)?;
        headers.iter().try_for_each(|header| {
            at_most("bytes of a header", header.encoded_size(), self.header_bytes)
        })
    }

    /// Bytes of a run of headers with its justification, encoded.
    pub(crate) fn run_bytes(&self) -> usize {
        // Headers are about 250 bytes each; the limit of a single one is for changes of the set.
        self.justification_bytes.saturating_add(self.headers.saturating_mul(1_024))
    }
}

/// Refuses more than a limit.
pub(crate) fn at_most(what: &'static str, found: usize, limit: usize) -> Result<(), FinalityError> {
    if found > limit {
        return Err(FinalityError::TooLarge { what, found, limit });
    }
    Ok(())
}

/// Decodes all of these bytes, if they are not too many.
pub(crate) fn decode<T: DecodeAll>(
    what: &'static str,
    bytes: &[u8],
    limit: usize,
) -> Result<T, FinalityError> {
    at_most(what, bytes.len(), limit)?;
    T::decode_all(&mut &bytes[..]).map_err(|_| FinalityError::Malformed { what })
}

/// Nodes as they are counted: refused before one is hashed.
pub(crate) fn total(nodes: &[Vec<u8>]) -> usize {
    nodes.iter().fold(0, |sum, node| sum.saturating_add(node.len()))
}

//! Where trust begins, and how it moves from one set of authorities to the next.
//!
//! An anchor is a final block that somebody vouches for: the genesis, or a block that an institution
//! pinned. Its set is pinned with it or read from its state. A chain of handoffs, one for each change
//! of authorities, carries the trust on: each set justifies the block that names the next.

use alloc::vec::Vec;

use codec::{Decode, Encode};
use regent_primitives::{BlockNumber, H256};
use sp_consensus_grandpa::SetId;

use crate::{
    authorities::AuthoritySet,
    error::FinalityError,
    finality::{verify_run, FinalHeader, FinalRun},
    header::{slot, Header},
    layout,
    limits::{at_most, decode, Limits},
    state::read_state,
};

/// A final block that is trusted, and who finalises what follows it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Anchor {
    /// The chain: hash of its first block.
    pub genesis: H256,
    /// The block's height.
    pub number: BlockNumber,
    /// Its hash.
    pub hash: H256,
    /// Its Aura slot, where it is known.
    pub slot: Option<u64>,
    /// The authorities that finalise the blocks after it.
    pub set: AuthoritySet,
}

/// A handoff: a justified header that changes the authorities. The last of a chain of handoffs may be
/// any justified header.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Fragment {
    /// The header.
    pub header: Header,
    /// Its justification.
    pub justification: Vec<u8>,
}

impl Fragment {
    /// Decodes a chain of handoffs from all of these bytes.
    ///
    /// # Errors
    /// Too many, or something else.
    pub fn chain_from_bytes(bytes: &[u8], limits: &Limits) -> Result<Vec<Self>, FinalityError> {
        // Handoffs are kept for years: as many bytes as sixteen of the largest may have.
        decode("bytes of handoffs", bytes, limits.justification_bytes.saturating_mul(16))
    }
}

impl Anchor {
    /// An anchor whose authorities are known with it.
    pub const fn pinned(genesis: H256, number: BlockNumber, hash: H256, set: AuthoritySet) -> Self {
        Self { genesis, number, hash, slot: None, set }
    }

    /// An anchor whose authorities are read from its own state: the genesis, or a later block whose
    /// hash is trusted. `nodes` prove the keys of [`layout::authorities`].
    ///
    /// # Errors
    /// Another header than the trusted one, or a state that does not name one set.
    pub fn from_state(
        genesis: H256,
        trusted: H256,
        header: &Header,
        nodes: &[Vec<u8>],
        limits: &Limits,
    ) -> Result<Self, FinalityError> {
        let (found, number) = (header.hash(), header.number);
        let expected = if number == 0 { genesis } else { trusted };
        if found != trusted || found != expected {
            return Err(FinalityError::OtherAnchor { found, expected });
        }
        let keys = layout::authorities();
        let state = read_state(header.state_root, &keys.queries(), nodes, limits)?;
        // What a pending change is does not matter: with one, the state names two sets at once.
        if state.bytes(keys.pending.bytes())?.is_some() {
            return Err(FinalityError::PendingChange { number });
        }
        let id: SetId = state.get(&keys.set_id)?.unwrap_or_default();
        let authorities = state.get(&keys.authorities)?.unwrap_or_default();
        let set = AuthoritySet::new(id, authorities)?;
        Ok(Self { genesis, number, hash: found, slot: slot(header), set })
    }

    /// Follows a chain of handoffs. Returns the new anchor and its header.
    ///
    /// # Errors
    /// A handoff that the set before it did not justify, that is not after the one before it, or
    /// that changes nothing and is not the last.
    pub fn follow(
        &self,
        fragments: &[Fragment],
        limits: &Limits,
    ) -> Result<(Self, FinalHeader), FinalityError> {
        at_most("handoffs", fragments.len(), limits.fragments)?;
        let (last, earlier) = fragments.split_last().ok_or(FinalityError::NoHeader)?;
        let mut at = self.clone();
        for fragment in earlier {
            let run = at.step(fragment, limits)?;
            if run.next.is_none() {
                return Err(FinalityError::NoChange { number: fragment.header.number });
            }
            at = at.after(&run);
        }
        let run = at.step(last, limits)?;
        Ok((at.after(&run), run.newest().clone()))
    }

    fn step(&self, fragment: &Fragment, limits: &Limits) -> Result<FinalRun, FinalityError> {
        let (found, known) = (fragment.header.number, self.number);
        if found <= known {
            return Err(FinalityError::NotAhead { found, known });
        }
        let header = core::slice::from_ref(&fragment.header);
        verify_run(header, &fragment.justification, &self.set, limits)
    }

    /// The anchor at the end of a run that this anchor's set justified.
    pub(crate) fn after(&self, run: &FinalRun) -> Self {
        let newest = run.newest();
        Self {
            genesis: self.genesis,
            number: newest.number(),
            hash: newest.hash(),
            slot: newest.slot(),
            set: run.next.clone().unwrap_or_else(|| self.set.clone()),
        }
    }
}

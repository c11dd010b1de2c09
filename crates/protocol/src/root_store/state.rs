//! What is sealed together, under one generation.

use codec::{Decode, Encode};
use regent_primitives::{
    hashing::{hash, Tag},
    BlockNumber, H256,
};
use zeroize::Zeroizing;

use super::{RootProvider, RootStoreError, SealedState};
use crate::device_root::DeviceRoot;

/// Bytes of an identity's secret.
const IDENTITY_BYTES: usize = 32;

/// Head of an append-only log kept outside the sealed state: with it, a record that was dropped,
/// added, changed or moved in the log is noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct LogHead {
    /// Records appended so far.
    pub entries: u64,
    /// `H(former digest ‖ record)` of the newest record; zero before the first.
    pub digest: H256,
}

impl LogHead {
    /// The head after one more record.
    #[must_use]
    pub fn append(&self, genesis: H256, record: &impl Encode) -> Self {
        Self {
            entries: self.entries.saturating_add(1),
            digest: hash(Tag::ReleaseLog, genesis, &(self.digest, record)),
        }
    }
}

/// The public part of a state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
struct Marks {
    genesis: Option<H256>,
    log: LogHead,
    finalised: Option<(BlockNumber, H256)>,
}

/// An agent's secrets and what must never be older than they are.
pub struct RootState {
    generation: u64,
    /// The device root.
    pub root: DeviceRoot,
    identity: Box<Zeroizing<[u8; IDENTITY_BYTES]>>,
    /// The chain it serves, once known: an agent never changes it.
    pub genesis: Option<H256>,
    /// Head of the release log.
    pub log: LogHead,
    /// The highest finalised block on which the agent acted: it never goes back.
    pub finalised: Option<(BlockNumber, H256)>,
}

impl RootState {
    /// The state of a new agent, generation 0: it is on no disk yet.
    pub fn new(root: DeviceRoot, identity: &[u8; IDENTITY_BYTES]) -> Self {
        let mut kept = Box::new(Zeroizing::new([0; IDENTITY_BYTES]));
        kept.copy_from_slice(identity);
        Self {
            generation: 0,
            root,
            identity: kept,
            genesis: None,
            log: LogHead::default(),
            finalised: None,
        }
    }

    /// Changes of state that were sealed so far.
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// The secret of the agent's identity: the seed of its signing key.
    pub fn identity(&self) -> &[u8; IDENTITY_BYTES] {
        &self.identity
    }

    /// Seals this state as the next generation. Make the result durable, then
    /// [`RootProvider::commit`] its generation. If making it durable fails, drop this state and
    /// [`RootState::open`] what is on disk.
    ///
    /// # Errors
    /// As [`RootProvider::seal`]; the state then stays at its generation.
    pub fn seal(&mut self, provider: &mut dyn RootProvider) -> Result<SealedState, RootStoreError> {
        let next = self.generation.saturating_add(1);
        let sealed = provider.seal(next, &self.to_bytes(next))?;
        self.generation = next;
        Ok(sealed)
    }

    /// Opens the state on disk.
    ///
    /// With a rollback-protected provider the state must be of the committed generation, or of the
    /// one after it: sealed and made durable just before a crash. The latter is committed here.
    /// Any other provider cannot tell an old copy from the newest state: this then returns the old
    /// one, whose log no longer knows the newest releases.
    ///
    /// # Errors
    /// [`RootStoreError::Generation`] for an old copy; otherwise as [`RootProvider::open`].
    pub fn open(
        provider: &mut dyn RootProvider,
        sealed: &SealedState,
    ) -> Result<Self, RootStoreError> {
        let found = sealed.generation();
        let expected = provider.current_generation()?;
        if provider.rollback_protected() {
            let current = expected.unwrap_or(0);
            if found != current && found != current.saturating_add(1) {
                return Err(RootStoreError::Generation { found, expected: current });
            }
        }
        let state = Self::from_bytes(&provider.open(sealed)?)?;
        if state.generation != found {
            return Err(RootStoreError::GenerationMismatch {
                envelope: found,
                inside: state.generation,
            });
        }
        if expected != Some(found) {
            provider.commit(found)?;
        }
        Ok(state)
    }

    /// `generation: u64 ‖ marks ‖ identity: 32 ‖ root`, the first two in SCALE.
    fn to_bytes(&self, generation: u64) -> Zeroizing<Vec<u8>> {
        let marks = Marks { genesis: self.genesis, log: self.log, finalised: self.finalised };
        let header = (generation, marks).encode();
        let root = self.root.to_bytes();
        let size = header.len() + IDENTITY_BYTES + root.len();
        let mut bytes = Zeroizing::new(Vec::with_capacity(size));
        bytes.extend_from_slice(&header);
        bytes.extend_from_slice(self.identity.as_slice());
        bytes.extend_from_slice(&root);
        bytes
    }

    fn from_bytes(mut bytes: &[u8]) -> Result<Self, RootStoreError> {
        let (generation, marks) = <(u64, Marks)>::decode(&mut bytes)
            .map_err(|_| RootStoreError::Damaged("its header cannot be read"))?;
        let (identity, root) = bytes
            .split_first_chunk::<IDENTITY_BYTES>()
            .ok_or(RootStoreError::Damaged("it ends before the identity"))?;
        let mut state = Self::new(DeviceRoot::from_bytes(root)?, identity);
        state.generation = generation;
        Marks { genesis: state.genesis, log: state.log, finalised: state.finalised } = marks;
        Ok(state)
    }
}

//! Records of the append-only log, and what notes are known by.

use codec::{Decode, Encode};
use regent_primitives::{AgentNote, Attempt, BlockNumber, Epoch, KeyId, LeafPath, RequestId, H256};

/// One record of the log. Nothing in it is secret.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum LogRecord {
    /// A share was released.
    #[codec(index = 0)]
    Released {
        /// The request.
        request: RequestId,
        /// The attempt.
        attempt: Attempt,
        /// The leaf.
        leaf: LeafPath,
        /// `H(aad)`: for exactly this purpose and no other.
        aad: H256,
        /// The session's deadline when it was released.
        deadline: BlockNumber,
    },
    /// A contribution to an enrolment was released.
    #[codec(index = 1)]
    Contributed {
        /// The request.
        request: RequestId,
        /// The attempt.
        attempt: Attempt,
        /// The leaf.
        leaf: LeafPath,
        /// `H(aad)`.
        aad: H256,
        /// The session's deadline when it was released.
        deadline: BlockNumber,
        /// The label its mask comes from.
        label: [u8; 16],
    },
    /// A token was checked against the enrolment that made it.
    #[codec(index = 2)]
    Bound {
        /// The key.
        key: KeyId,
        /// Its epoch.
        epoch: Epoch,
        /// `H(token)`.
        token_hash: H256,
    },
    /// The label of an epoch was punctured.
    #[codec(index = 3)]
    Punctured {
        /// The key.
        key: KeyId,
        /// The epoch that is over.
        epoch: Epoch,
        /// The label.
        label: [u8; 16],
    },
}

/// What was released for a leaf in an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Released {
    /// `H(aad)`.
    pub aad: H256,
    /// The session's deadline when it was released.
    pub deadline: BlockNumber,
}

/// What a note says, whatever its signature: the chain takes one of each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoteKey(Vec<u8>);

impl NoteKey {
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The key of a refusal of an attempt.
    pub fn refusal(request: RequestId, attempt: Attempt) -> Self {
        Self((1u8, request, attempt).encode())
    }
}

/// What a note is known by.
pub fn note_key(note: &AgentNote) -> NoteKey {
    match note {
        AgentNote::Release(note) => NoteKey((0u8, note.request, note.attempt, &note.leaf).encode()),
        AgentNote::Refusal(note) => NoteKey::refusal(note.request, note.attempt),
        AgentNote::Confirmation(note) => NoteKey((2u8, note.key, note.epoch, &note.leaf).encode()),
        AgentNote::Puncture(note) => NoteKey((3u8, note.key, note.epoch).encode()),
    }
}

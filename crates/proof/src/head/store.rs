//! What is kept of the newest head.

use alloc::vec::Vec;
use core::fmt::Display;

use codec::{Decode, DecodeAll, Encode};
use regent_primitives::H256;

use crate::{anchor::Anchor, error::HeadError};

/// The encoding's version.
const VERSION: u8 = 1;

/// Keeps the newest head across restarts. Implementations write atomically, and return only once the
/// bytes are durable, or once it is sure that they will be before anything that is decided on the head
/// leaves the process. Who can put old bytes back makes the tracker forget: agents keep them where
/// they keep their release log.
pub trait HeadStore {
    /// Why it failed.
    type Error: Display;

    /// What was saved last, if anything.
    ///
    /// # Errors
    /// It cannot be read.
    fn load(&self) -> Result<Option<Vec<u8>>, Self::Error>;

    /// Replaces what was saved before.
    ///
    /// # Errors
    /// It is not durable.
    fn save(&mut self, bytes: &[u8]) -> Result<(), Self::Error>;
}

/// The newest head, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct TrackedHead {
    /// The block, and who finalises what follows it.
    pub anchor: Anchor,
    /// The root of its state; none for an anchor that was pinned.
    pub state_root: Option<H256>,
    /// The latest time, in milliseconds since the Unix epoch, that this machine's clock showed with
    /// a fresh head.
    pub seen_at: u64,
}

impl TrackedHead {
    /// A version and the encoding.
    pub fn to_bytes(&self) -> Vec<u8> {
        (VERSION, self).encode()
    }

    /// Reads them again.
    ///
    /// # Errors
    /// Another version, or damage.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, HeadError> {
        match <(u8, Self)>::decode_all(&mut &bytes[..]) {
            Ok((VERSION, head)) => Ok(head),
            _ => Err(HeadError::StoredHead),
        }
    }
}

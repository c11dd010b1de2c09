//! What the pallet keeps beside a token.

use codec::{Decode, Encode, MaxEncodedLen};
pub use regent_primitives::{EpochStatus, KeyEntry};
use scale_info::TypeInfo;

/// What is awaited of an agent for an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Awaited {
    /// The confirmation of a leaf of its token.
    Confirmation,
    /// The puncture of its label.
    Puncture,
}

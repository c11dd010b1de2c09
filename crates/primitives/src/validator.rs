//! Validators, as the chain's state names them.

use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The public keys with which a validator takes part in consensus. Whether they are points of their
/// curves is not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct SessionKeys {
    /// By which it produces blocks: sr25519.
    pub aura: [u8; 32],
    /// By which it finalises them: ed25519.
    pub grandpa: [u8; 32],
}

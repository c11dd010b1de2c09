//! Identifiers: types of their own, so that one is never taken for another.

use alloc::string::String;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

use crate::{
    hashing::{hash, Tag},
    AccountId,
};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode,
            DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
        )]
        pub struct $name(pub H256);

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, "{:?}", self.0)
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, "{:?}", self.0)
            }
        }

        impl core::str::FromStr for $name {
            type Err = String;

            /// Reads 64 hexadecimal digits, with or without `0x`.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let mut bytes = [0u8; 32];
                hex::decode_to_slice(text.trim_start_matches("0x"), &mut bytes).map_err(|_| {
                    alloc::format!(
                        "{} must be 64 hexadecimal digits, with or without 0x",
                        stringify!($name)
                    )
                })?;
                Ok(Self(H256(bytes)))
            }
        }
    };
}

id!(
    /// `H(request body)`: known to the requester before it submits.
    RequestId
);
id!(
    /// A phantom key, for all its epochs.
    KeyId
);
id!(
    /// `H(policy)`: policies are addressed by content.
    PolicyHash
);
id!(
    /// An enclave session: 32 bytes the enclave drew.
    SessionId
);
id!(
    /// `H(request_id ‖ session_id ‖ kem_public ‖ signing_public)` (section 4).
    EnrolmentId
);
id!(
    /// An agent's sr25519 identity key.
    AgentId
);

/// Number of an institution of the consortium.
pub type InstitutionId = u32;
/// Number of a quorum of agents.
pub type QuorumId = u32;
/// Epoch of a key, from 0.
pub type Epoch = u32;

impl KeyId {
    /// The id of the key that a requester enrols with this salt.
    pub fn derive(genesis: H256, requester: &AccountId, salt: &[u8; 32]) -> Self {
        Self(hash(Tag::KeyId, genesis, &(requester, salt)))
    }
}

impl EnrolmentId {
    /// Recomputed by every participant (section 4).
    pub fn derive(
        genesis: H256,
        request: RequestId,
        session: SessionId,
        kem_public: &[u8],
        signing_public: &[u8; 32],
    ) -> Self {
        Self(hash(Tag::EnrolmentId, genesis, &(request, session, kem_public, signing_public)))
    }
}

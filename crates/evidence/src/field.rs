//! A value of a bundle that can be withheld (`docs/evidence.md`, section 3).

use codec::DecodeAll;
use regent_primitives::{
    hashing::{hash, Tag},
    H256,
};

/// A whole value of the chain, with the salt of its digest; or the digest alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// To be seen.
    Disclosed {
        /// 32 random bytes, of this field alone.
        salt: H256,
        /// The value's SCALE encoding, as the chain stores it.
        value: Vec<u8>,
    },
    /// `H(bundle-field, salt ‖ value)`.
    Withheld(H256),
}

impl Field {
    /// The value, unless it is withheld.
    pub fn value(&self) -> Option<&[u8]> {
        match self {
            Self::Disclosed { value, .. } => Some(value),
            Self::Withheld(_) => None,
        }
    }

    /// The value, if it is disclosed and decodes as this type. Whether it is proven, the verifier says.
    pub fn open<T: DecodeAll>(&self) -> Option<T> {
        T::decode_all(&mut self.value()?).ok()
    }

    /// What stands for it in the bundle's id, and in its place where it is withheld.
    pub fn digest(&self, genesis: H256) -> H256 {
        match self {
            Self::Disclosed { salt, value } => hash(Tag::BundleField, genesis, &(salt, value)),
            Self::Withheld(digest) => *digest,
        }
    }

    /// Withholds it, for good.
    pub fn withhold(&mut self, genesis: H256) {
        *self = Self::Withheld(self.digest(genesis));
    }
}

/// Which field of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FieldKind {
    /// The record of a policy.
    Policy,
    /// A token.
    Token,
    /// The record of a request.
    Record,
    /// The audit entries about a request.
    History,
    /// The payload of a request.
    Payload,
    /// The receipt of a request.
    Receipt,
    /// Which leaves were released, as bits.
    Released,
    /// The approvals of a request.
    Approvals,
    /// An enclave's session.
    Session,
    /// An agent's release.
    Release,
    /// An agent's refusal.
    Refusal,
}

impl FieldKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Policy,
        Self::Token,
        Self::Record,
        Self::History,
        Self::Payload,
        Self::Receipt,
        Self::Released,
        Self::Approvals,
        Self::Session,
        Self::Release,
        Self::Refusal,
    ];

    /// Its name in verdicts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Token => "token",
            Self::Record => "record",
            Self::History => "history",
            Self::Payload => "payload",
            Self::Receipt => "receipt",
            Self::Released => "released",
            Self::Approvals => "approvals",
            Self::Session => "session",
            Self::Release => "release",
            Self::Refusal => "refusal",
        }
    }
}

#[cfg(test)]
mod tests {
    use codec::Encode;

    use super::*;

    #[test]
    fn a_value_opens_as_its_type_unless_it_is_withheld() {
        let mut field = Field::Disclosed { salt: H256::zero(), value: 7u32.encode() };
        assert_eq!(field.open::<u32>(), Some(7));
        assert_eq!(field.open::<u16>(), None, "bytes are left over");
        field.withhold(H256::zero());
        assert_eq!(field.open::<u32>(), None);
    }
}

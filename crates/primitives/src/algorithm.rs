//! Algorithms a phantom key can serve, and the group its shares live in (section 1).

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::request::OperationKind;

/// What a key is for. One key serves one scheme.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum Algorithm {
    /// sr25519 (Schnorr over ristretto255, `schnorrkel`).
    #[codec(index = 0)]
    Sr25519,
    /// Ed25519, RFC 8032.
    #[codec(index = 1)]
    Ed25519,
    /// ECDSA over secp256k1, low-s, recoverable.
    #[codec(index = 2)]
    EcdsaSecp256k1,
    /// Schnorr over secp256k1, BIP-340, with the BIP-341 key-path tweak where a payload asks.
    #[codec(index = 3)]
    Bip340,
    /// ECDSA over P-256, FIPS 186-5.
    #[codec(index = 4)]
    EcdsaP256,
    /// AES-256-GCM, expanded from a seed.
    #[codec(index = 16)]
    Aes256Gcm,
    /// ML-KEM-768, FIPS 203, expanded from a seed.
    #[codec(index = 17)]
    MlKem768,
    /// ML-DSA-65, FIPS 204, expanded from a seed.
    #[codec(index = 18)]
    MlDsa65,
}

/// The group in which a native key's shares live.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum Group {
    /// ristretto255, RFC 9496; also the group of every seed.
    Ristretto255,
    /// The prime-order subgroup of edwards25519.
    Ed25519,
    /// secp256k1.
    Secp256k1,
    /// P-256.
    P256,
}

/// The two kinds of phantom key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// `k` is a scalar of its own group.
    Native,
    /// `k` is 32 bytes from which the algorithm's key is expanded; no group element is published.
    Seed,
}

impl Algorithm {
    /// Every algorithm.
    pub const ALL: [Algorithm; 8] = [
        Algorithm::Sr25519,
        Algorithm::Ed25519,
        Algorithm::EcdsaSecp256k1,
        Algorithm::Bip340,
        Algorithm::EcdsaP256,
        Algorithm::Aes256Gcm,
        Algorithm::MlKem768,
        Algorithm::MlDsa65,
    ];

    /// Native or seed.
    pub const fn kind(self) -> KeyKind {
        match self {
            Algorithm::Aes256Gcm | Algorithm::MlKem768 | Algorithm::MlDsa65 => KeyKind::Seed,
            _ => KeyKind::Native,
        }
    }

    /// The group of the shares.
    pub const fn group(self) -> Group {
        match self {
            Algorithm::Ed25519 => Group::Ed25519,
            Algorithm::EcdsaSecp256k1 | Algorithm::Bip340 => Group::Secp256k1,
            Algorithm::EcdsaP256 => Group::P256,
            _ => Group::Ristretto255,
        }
    }

    /// Bytes of the public key; 0 where there is none (AES).
    pub const fn public_key_bytes(self) -> usize {
        match self {
            Algorithm::Sr25519 | Algorithm::Ed25519 => 32,
            Algorithm::EcdsaSecp256k1 | Algorithm::Bip340 | Algorithm::EcdsaP256 => 33,
            Algorithm::Aes256Gcm => 0,
            Algorithm::MlKem768 => 1_184,
            Algorithm::MlDsa65 => 1_952,
        }
    }

    /// Whether its key can do an operation of this kind. An AES key seals messages (kind `Sign`, which
    /// returns the ciphertext) and opens them; a decapsulation key only decrypts. Only native keys are
    /// refreshed: seeds are reshared.
    pub const fn can(self, kind: OperationKind) -> bool {
        match (self, kind) {
            (algorithm, OperationKind::Refresh) => matches!(algorithm.kind(), KeyKind::Native),
            (_, OperationKind::Enrol | OperationKind::Reshare | OperationKind::Transfer)
            | (Algorithm::Aes256Gcm, _) => true,
            (Algorithm::MlKem768, OperationKind::Decrypt) => true,
            (Algorithm::MlKem768, OperationKind::Sign) | (_, OperationKind::Decrypt) => false,
            (_, OperationKind::Sign) => true,
        }
    }

    /// The name a person types.
    pub const fn name(self) -> &'static str {
        match self {
            Algorithm::Sr25519 => "sr25519",
            Algorithm::Ed25519 => "ed25519",
            Algorithm::EcdsaSecp256k1 => "ecdsa-secp256k1",
            Algorithm::Bip340 => "bip340",
            Algorithm::EcdsaP256 => "ecdsa-p256",
            Algorithm::Aes256Gcm => "aes-256-gcm",
            Algorithm::MlKem768 => "ml-kem-768",
            Algorithm::MlDsa65 => "ml-dsa-65",
        }
    }
}

impl core::str::FromStr for Algorithm {
    type Err = alloc::string::String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == text).ok_or_else(|| {
            let names: alloc::vec::Vec<_> = Self::ALL.iter().map(|a| a.name()).collect();
            alloc::format!("unknown algorithm {text:?}: use one of {}", names.join(", "))
        })
    }
}

impl Group {
    /// Bytes of an encoded element.
    pub const fn point_bytes(self) -> usize {
        match self {
            Group::Ristretto255 | Group::Ed25519 => 32,
            Group::Secp256k1 | Group::P256 => 33,
        }
    }
}

//! The scripts a key spends from.

use bitcoin::{
    hashes::Hash,
    key::TweakedPublicKey,
    secp256k1::{PublicKey, Scalar, XOnlyPublicKey},
    CompressedPublicKey, ScriptBuf, TapNodeHash, TapTweakHash,
};
use regent_primitives::{Algorithm, PayloadFormat};

use crate::{
    secp::{self, SECP},
    BitcoinError, PayloadError,
};

/// A key as Bitcoin uses it.
#[derive(Clone, Copy, Debug)]
pub(super) enum SpendKey {
    /// ECDSA: P2WPKH.
    Ecdsa(PublicKey),
    /// BIP-340: the internal key of taproot outputs.
    Taproot(XOnlyPublicKey),
}

impl SpendKey {
    /// Reads a SEC1 compressed key, 33 bytes; a BIP-340 key's parity is not used.
    pub(super) fn new(algorithm: Algorithm, public_key: &[u8]) -> Result<Self, PayloadError> {
        match algorithm {
            Algorithm::EcdsaSecp256k1 => Ok(Self::Ecdsa(secp::public_key(algorithm, public_key)?)),
            Algorithm::Bip340 => {
                let key = secp::public_key(algorithm, public_key)?;
                Ok(Self::Taproot(key.x_only_public_key().0))
            }
            found => Err(PayloadError::AlgorithmMismatch {
                format: PayloadFormat::BitcoinPsbt,
                found,
                expected: "bip340 (taproot) or ecdsa-secp256k1 (P2WPKH)",
            }),
        }
    }

    /// The script of the key alone: where change goes.
    pub(super) fn script(&self) -> Result<ScriptBuf, BitcoinError> {
        match self {
            Self::Ecdsa(key) => {
                Ok(ScriptBuf::new_p2wpkh(&CompressedPublicKey(*key).wpubkey_hash()))
            }
            Self::Taproot(internal) => Ok(taproot_script(output_key(internal, None)?)),
        }
    }
}

/// `Q = P + H_TapTweak(P ‖ root)·G` (BIP-341), by its x coordinate.
///
/// Not `TapTweak::tap_tweak`, which panics where the hash is no scalar.
pub(super) fn output_key(
    internal: &XOnlyPublicKey,
    merkle_root: Option<TapNodeHash>,
) -> Result<XOnlyPublicKey, BitcoinError> {
    let tweak = TapTweakHash::from_key_and_tweak(*internal, merkle_root).to_byte_array();
    let tweak = Scalar::from_be_bytes(tweak).map_err(|_| BitcoinError::Tweak)?;
    let (output, _) = internal.add_tweak(&*SECP, &tweak).map_err(|_| BitcoinError::Tweak)?;
    Ok(output)
}

/// The script that pays an output key.
pub(super) fn taproot_script(output: XOnlyPublicKey) -> ScriptBuf {
    ScriptBuf::new_p2tr_tweaked(TweakedPublicKey::dangerous_assume_tweaked(output))
}

//! Keys and signatures of tests. Never keys of anything else.

use bitcoin::{
    hashes::Hash,
    key::TapTweak,
    secp256k1::{Keypair, Message, Secp256k1},
    TapNodeHash,
};
use regent_primitives::payload::SigningInput;
use sp_core::Pair;

/// A secp256k1 key.
pub struct TestKey {
    pub secret: [u8; 32],
}

impl TestKey {
    pub fn new(secret: [u8; 32]) -> Self {
        Self { secret }
    }

    pub fn from_hex(text: &str) -> Self {
        Self::new(hex::decode(text).unwrap().try_into().unwrap())
    }

    /// SEC1 compressed.
    pub fn public(&self) -> Vec<u8> {
        self.ecdsa().public().0.to_vec()
    }

    fn ecdsa(&self) -> sp_core::ecdsa::Pair {
        sp_core::ecdsa::Pair::from_seed(&self.secret)
    }

    fn keypair(&self) -> Keypair {
        Keypair::from_seckey_slice(&Secp256k1::new(), &self.secret).unwrap()
    }

    /// Signs as the enclave would.
    pub fn sign(&self, input: &SigningInput) -> Vec<u8> {
        match input {
            SigningInput::Digest(digest) => self.ecdsa().sign_prehashed(digest).0.to_vec(),
            SigningInput::TaprootKeyPath { sighash, merkle_root } => {
                let secp = Secp256k1::new();
                let root = merkle_root.map(TapNodeHash::from_byte_array);
                let tweaked = self.keypair().tap_tweak(&secp, root).to_keypair();
                secp.sign_schnorr_no_aux_rand(&Message::from_digest(*sighash), &tweaked)
                    .as_ref()
                    .to_vec()
            }
            SigningInput::Message(_) => panic!("transactions ask for no message"),
        }
    }

    pub fn sign_all(&self, inputs: &[SigningInput]) -> Vec<Vec<u8>> {
        inputs.iter().map(|input| self.sign(input)).collect()
    }
}

/// The negation of `s` modulo the order of secp256k1, with the other recovery id: the second valid
/// signature that everyone can compute from the first.
pub fn malleate(signature: &[u8]) -> Vec<u8> {
    let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    let order = sp_core::U256::from_big_endian(&hex::decode(order).unwrap());
    let s = order - sp_core::U256::from_big_endian(&signature[32..64]);
    [&signature[..32], &s.to_big_endian(), &[1 - signature[64]]].concat()
}

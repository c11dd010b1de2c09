//! `sealing.json`: shares and a result as they are sealed, with the randomness of their encapsulation.

use codec::{Decode, Encode};
use hpke::{
    aead::ChaCha20Poly1305,
    kdf::HkdfSha256,
    kem::XWing,
    rand_core::{Infallible, TryCryptoRng, TryRng},
    Deserializable, Kem, OpModeS, Serializable,
};
use rand_core::RngCore;
use regent_primitives::{
    hashing::{preimage, Tag},
    SealedShare, H256,
};
use serde_json::{json, Value};

use super::{check, counting, hex, scalar, Counting, GENESIS};
use crate::seal::SessionKem;

/// The first of the 64 bytes that an encapsulation draws.
const RANDOMNESS: u8 = 0x80;

/// The same for libraries of the next generation of `rand_core`.
impl TryRng for Counting {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(RngCore::next_u32(self))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(RngCore::next_u64(self))
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        RngCore::fill_bytes(self, to);
        Ok(())
    }
}

impl TryCryptoRng for Counting {}

#[test]
fn vectors_sealing() {
    let aad = H256([0x68; 32]);
    let vectors = json!({
        "about": "Sealing, section 7. 'aad' is the associated data: of a share and a contribution the \
                  hash of section 7, of a result the request's id. 'randomness' are the 64 bytes of \
                  the encapsulation: m of ML-KEM, then the sender's X25519 key. 'sealed' is the SCALE \
                  encoding of version, encapsulated and ciphertext.",
        "genesis": hex(GENESIS),
        "cases": [
            case("share", counting(1), aad, &scalar()),
            case("share", counting(2), aad, &counting::<64>(0x20)),
            case("result", counting(3), H256([0x52; 32]), b"a secret result"),
        ],
    });
    check("sealing.json", &vectors);
}

/// Sealed to the key of these secret bytes, and opened as a session or a requester opens it.
fn case(purpose: &str, secret: [u8; 32], aad: H256, plaintext: &[u8]) -> Value {
    let (kem, public) = SessionKem::from_secret(&secret).expect("32 bytes");
    let recipient = <XWing as Kem>::PublicKey::from_bytes(&public).expect("1,216 bytes");
    let info = preimage(Tag::SealInfo, GENESIS, &purpose);
    let (sent, ciphertext) =
        hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeS::Base,
            &recipient,
            &info,
            plaintext,
            aad.as_bytes(),
            &mut Counting(RANDOMNESS),
        )
        .expect("seals");
    let private = <XWing as Kem>::PrivateKey::from_bytes(&secret).expect("32 bytes");
    let shared = XWing::decap(&private, None, &sent).expect("decapsulates");
    let encapsulated = sent.to_bytes().to_vec();
    let sealed = (1u8, &encapsulated, &ciphertext).encode();

    let (opened, sealed_hash) = if purpose == "share" {
        let share = SealedShare::decode(&mut sealed.as_slice()).expect("a sealed share");
        (kem.open(GENESIS, aad, &share), Some(hex(share.hash(GENESIS))))
    } else {
        (kem.open_result(GENESIS, aad, &sealed), None)
    };
    assert_eq!(opened.expect("opens").as_slice(), plaintext);

    json!({
        "purpose": purpose,
        "secret_key": hex(secret),
        "public_key": hex(public),
        "randomness": hex(counting::<64>(RANDOMNESS)),
        "shared_secret": hex(shared.0),
        "info": hex(info),
        "aad": hex(aad),
        "plaintext": hex(plaintext),
        "encapsulated": hex(encapsulated),
        "ciphertext": hex(ciphertext),
        "sealed": hex(sealed),
        "sealed_hash": sealed_hash,
    })
}

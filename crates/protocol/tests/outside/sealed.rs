//! Sealed shares and results: exactly the bytes that were sealed open, nothing else does.

use codec::{Decode, DecodeAll, Encode};
use regent_primitives::{SealedShare, H256};
use regent_protocol::seal::{check_public_key, seal, seal_result, SealError, SessionKem};

const GENESIS: H256 = H256([1; 32]);
const AAD: H256 = H256([2; 32]);
/// What is inside.
const BODY: [u8; 32] = [7; 32];

/// Sealed once to [`kem`], for all runs: sealing is random.
const SHARE: &[u8] = include_bytes!("../../fuzz/seeds/sealed/share");
const RESULT: &[u8] = include_bytes!("../../fuzz/seeds/sealed/result");

fn kem() -> (SessionKem, Vec<u8>) {
    SessionKem::from_secret(&[3; 32]).expect("32 bytes")
}

/// A new sealed share, a new sealed result, and the public key, as [`check`] takes them.
pub fn made() -> Vec<(&'static str, Vec<u8>)> {
    let (_, public) = kem();
    let share = seal(&public, GENESIS, AAD, &BODY).expect("seals").encode();
    let result = seal_result(&public, GENESIS, AAD, &BODY).expect("seals");
    vec![
        ("share", [&[0], share.as_slice()].concat()),
        ("result", [&[1], result.as_slice()].concat()),
        ("public", [&[2], public.as_slice()].concat()),
    ]
}

/// One byte for what it should be, then its bytes.
pub fn check(bytes: &[u8]) {
    match bytes.split_first() {
        Some((0, sealed)) => check_share(sealed, bytes == SHARE),
        Some((1, sealed)) => check_result(sealed, bytes == RESULT),
        Some((2, public)) => check_public(public),
        _ => {}
    }
}

fn check_share(bytes: &[u8], is_genuine: bool) {
    let Ok(sealed) = SealedShare::decode_all(&mut &*bytes) else {
        assert!(!is_genuine);
        return;
    };
    assert_eq!(sealed.encode(), bytes, "one encoding");
    let opened = kem().0.open(GENESIS, AAD, &sealed);
    assert_eq!(opened.is_ok(), is_genuine, "{:?}", opened.as_ref().err());
    match opened {
        Ok(body) => {
            assert_eq!(body.as_slice(), BODY);
            let (kem, _) = kem();
            assert!(kem.open(GENESIS, H256::zero(), &sealed).is_err(), "of another purpose");
            assert!(kem.open(H256::zero(), AAD, &sealed).is_err(), "of another chain");
        }
        Err(SealError::Version { found }) => assert!(found == sealed.version && found != 1),
        Err(SealError::Encapsulated { found }) => {
            assert!(found == sealed.encapsulated.len() && found != 1_120);
        }
        Err(error) => assert_eq!(error, SealError::NotOpened),
    }
}

fn check_result(bytes: &[u8], is_genuine: bool) {
    let opened = kem().0.open_result(GENESIS, AAD, bytes);
    assert_eq!(opened.is_ok(), is_genuine, "{:?}", opened.as_ref().err());
    let fields = <(u8, Vec<u8>, Vec<u8>)>::decode(&mut &*bytes);
    match opened {
        Ok(body) => assert_eq!(body.as_slice(), BODY),
        Err(SealError::Envelope) => {
            let is_envelope = fields.is_ok_and(|fields| fields.encoded_size() == bytes.len());
            assert!(!is_envelope, "one form only");
        }
        Err(SealError::Version { found }) => assert_eq!(Some(&found), bytes.first()),
        Err(SealError::Encapsulated { found }) => {
            assert!(fields.is_ok_and(|fields| fields.1.len() == found && found != 1_120));
        }
        Err(error) => assert_eq!(error, SealError::NotOpened),
    }
}

/// To whatever passes for a public key can be sealed.
fn check_public(bytes: &[u8]) {
    let checked = check_public_key(bytes);
    let sealed = seal(bytes, GENESIS, AAD, &BODY);
    match checked {
        Ok(()) => {
            assert_eq!(bytes.len(), 1_216);
            let sealed = sealed.expect("a public key that passes is good for sealing");
            assert_eq!((sealed.encapsulated.len(), sealed.ciphertext.len()), (1_120, 48));
        }
        Err(error) => {
            assert_eq!(error, SealError::PublicKey { found: bytes.len() });
            assert_eq!(sealed, Err(error));
        }
    }
}

use hpke::rand_core::{Infallible, TryCryptoRng, TryRng};
use proptest::prelude::*;
use serde_json::Value;

use super::*;

const GENESIS: H256 = H256::repeat_byte(1);
const AAD: H256 = H256::repeat_byte(2);

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../vectors/hpke-xwing.json")).expect("JSON")
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().expect("a string")).expect("hexadecimal")
}

fn private(value: &Value) -> PrivateKey {
    PrivateKey::from_bytes(&bytes(value)).expect("32 bytes")
}

/// Gives out the bytes it was given.
struct Fixed(Vec<u8>);

impl TryRng for Fixed {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unimplemented!("not asked for by X-Wing")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unimplemented!("not asked for by X-Wing")
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        to.copy_from_slice(&self.0);
        Ok(())
    }
}

impl TryCryptoRng for Fixed {}

#[test]
fn published_x_wing_vectors_hold() {
    let vectors = vectors();
    let cases = vectors["x_wing"]["cases"].as_array().expect("a list");
    assert_eq!(cases.len(), 3);
    for case in cases {
        let private = private(&case["secret_key"]);
        let public = XWing::sk_to_pk(&private);
        assert_eq!(public.to_bytes().to_vec(), bytes(&case["public_key"]));
        let mut rng = Fixed(bytes(&case["encapsulation_randomness"]));
        let (shared, sent) = XWing::encap_with_rng(&public, None, &mut rng).expect("encapsulates");
        assert_eq!(sent.to_bytes().to_vec(), bytes(&case["ciphertext"]));
        assert_eq!(shared.0.to_vec(), bytes(&case["shared_secret"]));
        let opened = XWing::decap(&private, None, &sent).expect("decapsulates");
        assert_eq!(opened.0.to_vec(), bytes(&case["shared_secret"]));
    }
}

#[test]
fn published_hpke_vector_opens() {
    let vector = &vectors()["hpke"];
    let opened = open_bytes(
        &private(&vector["secret_key"]),
        &bytes(&vector["info"]),
        &bytes(&vector["aad"]),
        &bytes(&vector["encapsulated"]),
        &bytes(&vector["ciphertext"]),
    );
    assert_eq!(opened.expect("opens").to_vec(), bytes(&vector["plaintext"]));
}

#[test]
fn what_was_sealed_opens() {
    let (secret, public) = SessionKem::generate().expect("random bytes");
    assert_eq!(public.len(), 1_216);
    for body in [vec![], vec![7; 32], vec![8; 64]] {
        let sealed = seal(&public, GENESIS, AAD, &body).expect("seals");
        assert_eq!(sealed.encapsulated.len(), 1_120);
        assert_eq!(sealed.ciphertext.len(), body.len() + 16);
        assert_eq!(secret.open(GENESIS, AAD, &sealed).expect("opens").to_vec(), body);
    }
}

#[test]
fn a_share_opens_for_its_key_chain_and_purpose_only() {
    let (secret, public) = SessionKem::generate().expect("random bytes");
    let (other, _) = SessionKem::generate().expect("random bytes");
    let sealed = seal(&public, GENESIS, AAD, &[7; 32]).expect("seals");
    let refused = Err(SealError::NotOpened);
    let opened = |kem: &SessionKem, genesis, aad| kem.open(genesis, aad, &sealed).map(|_| ());
    assert_eq!(opened(&secret, GENESIS, AAD), Ok(()));
    assert_eq!(opened(&other, GENESIS, AAD), refused);
    assert_eq!(opened(&secret, H256::repeat_byte(9), AAD), refused);
    assert_eq!(opened(&secret, GENESIS, H256::repeat_byte(9)), refused);
}

#[test]
fn a_share_never_opens_as_a_result() {
    let (secret, public) = SessionKem::generate().expect("random bytes");
    let share = seal(&public, GENESIS, AAD, &[7; 32]).expect("seals");
    let as_result = SealedResult {
        version: VERSION,
        encapsulated: share.encapsulated.to_vec(),
        ciphertext: share.ciphertext.to_vec(),
    };
    assert_eq!(
        secret.open_result(GENESIS, AAD, &as_result.encode()).map(|_| ()),
        Err(SealError::NotOpened)
    );
}

#[test]
fn every_changed_byte_is_refused() {
    let (secret, public) = SessionKem::generate().expect("random bytes");
    let sealed = seal(&public, GENESIS, AAD, &[7; 32]).expect("seals").encode();
    // The version, every eleventh byte of the long encapsulation, all of the ciphertext.
    let ciphertext = sealed.len() - 49;
    for at in (0..ciphertext).step_by(11).chain(ciphertext..sealed.len()) {
        let mut changed = sealed.clone();
        changed[at] ^= 0x80;
        let Ok(changed) = SealedShare::decode(&mut changed.as_slice()) else { continue };
        assert!(secret.open(GENESIS, AAD, &changed).is_err(), "byte {at}");
    }
}

#[test]
fn sealing_twice_gives_other_bytes() {
    let (_, public) = SessionKem::generate().expect("random bytes");
    let first = seal(&public, GENESIS, AAD, &[7; 32]).expect("seals");
    assert_ne!(first, seal(&public, GENESIS, AAD, &[7; 32]).expect("seals"));
}

#[test]
fn seal_refuses_what_is_not_a_share_or_a_key() {
    let (_, public) = SessionKem::generate().expect("random bytes");
    assert_eq!(seal(&public, GENESIS, AAD, &[0; 65]), Err(SealError::TooLong { found: 65 }));
    assert_eq!(
        seal(&public[1..], GENESIS, AAD, &[0; 32]),
        Err(SealError::PublicKey { found: 1_215 })
    );
    // Coefficients above the modulus of ML-KEM.
    assert_eq!(check_public_key(&[0xff; 1_216]), Err(SealError::PublicKey { found: 1_216 }));
    assert_eq!(check_public_key(&public), Ok(()));
}

#[test]
fn open_says_which_format_it_found() {
    let (secret, public) = SessionKem::generate().expect("random bytes");
    let mut sealed = seal(&public, GENESIS, AAD, &[7; 32]).expect("seals");
    sealed.version = 2;
    assert_eq!(
        secret.open(GENESIS, AAD, &sealed).map(|_| ()),
        Err(SealError::Version { found: 2 })
    );
    sealed.version = VERSION;
    sealed.encapsulated = BoundedVec::truncate_from(vec![0; 5]);
    assert_eq!(
        secret.open(GENESIS, AAD, &sealed).map(|_| ()),
        Err(SealError::Encapsulated { found: 5 })
    );
}

#[test]
fn results_of_any_length_open() {
    let (secret, public) = SessionKem::generate().expect("random bytes");
    for length in [0usize, 1, 32, 4_000, 100_000] {
        let body = vec![5u8; length];
        let sealed = seal_result(&public, GENESIS, AAD, &body).expect("seals");
        assert_eq!(secret.open_result(GENESIS, AAD, &sealed).expect("opens").to_vec(), body);
        let mut longer = sealed.clone();
        longer.push(0);
        assert_eq!(secret.open_result(GENESIS, AAD, &longer).map(|_| ()), Err(SealError::Envelope));
        assert_eq!(
            secret.open_result(GENESIS, H256::zero(), &sealed).map(|_| ()),
            Err(SealError::NotOpened)
        );
    }
}

#[test]
fn a_kept_secret_opens_later() {
    let (secret, public) = SessionKem::generate().expect("random bytes");
    let sealed = seal_result(&public, GENESIS, AAD, b"result").expect("seals");
    let (again, same) = SessionKem::from_secret(&secret.secret_bytes()).expect("32 bytes");
    assert_eq!(same, public);
    assert_eq!(again.open_result(GENESIS, AAD, &sealed).expect("opens").as_slice(), b"result");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Bytes from anywhere never make the opener panic.
    #[test]
    fn open_survives_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let (secret, _) = SessionKem::from_secret(&[3; 32]).expect("32 bytes");
        prop_assert!(secret.open_result(GENESIS, AAD, &bytes).is_err());
    }
}

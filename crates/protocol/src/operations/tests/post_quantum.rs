//! Published vectors of FIPS 203 and FIPS 204. What is long is given by its SHA-256.
//!
//! Keys from seeds are of NIST's ACVP server (usnistgov/ACVP-Server at 65370b8, gen-val/json-files).
//! Its ciphertexts and signatures belong to keys that it gives in expanded form, without a seed: those
//! here are Wycheproof's (C2SP/wycheproof, testvectors_v1).

use super::*;

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// ML-KEM-keyGen-FIPS203, test case 26: `d ‖ z`.
#[test]
fn ml_kem_768_acvp_key() {
    let seed = bytes::<64>(
        "e34a701c4c87582f42264ee422d3c684d97611f2523efe0c998af05056d693dca85768f3486bd32a01bf9a8f21ea9\
         38e648eae4e5448c34c3eb88820b159eedd",
    );
    assert_eq!(
        sha256(imported(Algorithm::MlKem768, &seed).public_key()),
        "7799c9d8eef172aa78c073514f2f039c240de8c5cb61bca82ba0bc46041ce279"
    );
}

/// ML-DSA-keyGen-FIPS204, test case 26: `ξ`.
#[test]
fn ml_dsa_65_acvp_key() {
    let seed = bytes::<32>("70cefb9aed5b68e018b079da8284b9d5cad5499ed9c265ff73588005d85c225c");
    assert_eq!(
        sha256(imported(Algorithm::MlDsa65, &seed).public_key()),
        "646b26b8d09dbc9e865b6a006c693a3127b065e62fab5fbe8b159c416462feb6"
    );
}

/// mlkem_768_keygen_seed_test.json, test case 1, and mlkem_768_encaps_test.json, test case 14: the same
/// key, the message of the encapsulation, ciphertext and shared secret.
#[test]
fn ml_kem_768_wycheproof_ciphertext() {
    use ml_kem::{kem::Encapsulate, EncapsulationKey768};
    let seed = bytes::<64>(
        "7c9935a0b07694aa0c6d10e4db6b1add2fd81a25ccb148032dcd739936737f2d8626ed79d451140800e03b59b956f\
         8210e556067407d13dc90fa9e8b872bfb8f",
    );
    let shared_secret = "e7184a0975ee3470878d2d159ec83129c8aec253d4ee17b4810311d198cd0368";
    let key = imported(Algorithm::MlKem768, &seed);
    assert_eq!(
        sha256(key.public_key()),
        "86adbca81f4fee893e2fb58fb98aa2fe188f501fed268d7f4056f8c05c4e53c4"
    );
    let encoded = key.public_key().try_into().expect("1,184 bytes");
    let public = EncapsulationKey768::new(encoded).expect("a key");
    let m = bytes("147c03f7a5bebba406c8fae1874d7f13c80efe79a3a9a874cc09fe76f6997615");
    let fresh = Fresh::draw(&mut Fixed(m)).expect("random bytes");
    let (ciphertext, shared) = public.encapsulate_with_rng(&mut infallible(fresh));
    assert_eq!(
        sha256(&ciphertext),
        "36829a2f35cbf4deb62c0a12a15c22dae9f8d2c252566fc24f88abe805cb575e"
    );
    assert_eq!(hex::encode(shared), shared_secret);
    let opened = key.decrypt(&ciphertext).expect("1,088 bytes");
    assert_eq!(hex::encode(opened.as_slice()), shared_secret);
}

/// mldsa_65_sign_seed_test.json, test cases 1, 43 (the 44th attempt is the signature) and 109 (hedged).
#[test]
fn ml_dsa_65_wycheproof_signatures() {
    let key = imported(Algorithm::MlDsa65, &[0x2a; 32]);
    assert_eq!(
        sha256(key.public_key()),
        "b7acce2ddb11f8cc1aa46e2bafac6eacfa2b732ef192bd636ad8d3a56d649c66"
    );
    let mut often_rejected = [0u8; 32];
    often_rejected[..2].copy_from_slice(&[0xbc, 0x10]);
    for (text, rnd, signature) in [
        (
            b"Hello world".as_slice(),
            [0; 32],
            "39fbbb0d97a52c79844213b325af823a7f16a174e00a5b3daeb3e6e6d1c89681",
        ),
        (
            often_rejected.as_slice(),
            [0; 32],
            "ecfc8661b5f696ab5ad2ccca405a4e7f3d83b1f7ace95fdf5c1b830bf4bb39e5",
        ),
        (
            b"Hello world".as_slice(),
            bytes("60879ebd4f33a5d8e6238983cca4b03abfafa716d836f2ab3f500cde36b3b1e3"),
            "efa771a2cdd3df8c9867722c9d40bd43e297bc324d8e31919661e493b1ab4007",
        ),
    ] {
        let made = key.sign(&message(text), &mut Fixed(rnd)).expect("signed");
        assert_eq!(sha256(&made), signature);
    }
}

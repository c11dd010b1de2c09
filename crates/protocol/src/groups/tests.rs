use k256::elliptic_curve::{bigint::U512, ops::Reduce, sec1::ToEncodedPoint};
use proptest::prelude::*;

use super::*;

/// The scalar of a big-endian number of any length, one bit at a time.
fn slow_reduce<G: PrimeGroup>(big_endian: &[u8]) -> G::Scalar {
    let bits = big_endian.iter().flat_map(|byte| (0..8).rev().map(move |bit| (byte >> bit) & 1));
    bits.fold(G::Scalar::from(0), |scalar, bit| scalar + scalar + G::Scalar::from(u64::from(bit)))
}

fn round_trip<G: PrimeGroup>(okm: &[u8; 64]) {
    let scalar = G::reduce_wide(okm);
    let bytes = G::scalar_to_bytes(&scalar);
    assert!(G::scalar_from_bytes(&bytes) == Some(scalar));
    let image = G::image(&scalar).expect("not zero");
    let point = G::decode(&image).expect("canonical");
    assert_eq!(G::encode(&point), Some(image));
    // 3 · P - P = 2k · G
    let minus_one = -G::Scalar::from(1);
    let sum = G::vartime_combination(&[(G::Scalar::from(3), point), (minus_one, point)]);
    assert_eq!(G::encode(&sum), G::image(&(scalar + scalar)));
    assert!(scalar * G::invert(&scalar).expect("not zero") == G::Scalar::from(1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn scalars_and_points_round_trip(okm in any::<[u8; 64]>()) {
        round_trip::<Ristretto255>(&okm);
        round_trip::<Ed25519>(&okm);
        round_trip::<Secp256k1>(&okm);
        round_trip::<P256>(&okm);
    }

    #[test]
    fn wide_reductions_are_those_of_section_1(okm in any::<[u8; 64]>()) {
        let mut reversed = okm;
        reversed.reverse();
        prop_assert!(Ristretto255::reduce_wide(&okm) == slow_reduce::<Ristretto255>(&reversed));
        prop_assert!(Ed25519::reduce_wide(&okm) == slow_reduce::<Ed25519>(&reversed));
        prop_assert!(Secp256k1::reduce_wide(&okm) == slow_reduce::<Secp256k1>(&okm[..48]));
        prop_assert!(P256::reduce_wide(&okm) == slow_reduce::<P256>(&okm[..48]));
        let mut wide = [0; 64];
        wide[16..].copy_from_slice(&okm[..48]);
        let library = <k256::Scalar as Reduce<U512>>::reduce(U512::from_be_slice(&wide));
        prop_assert!(Secp256k1::reduce_wide(&okm) == library);
    }

    #[test]
    fn decode_survives_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..70)) {
        let _ = Ristretto255::decode(&bytes);
        let _ = Ed25519::decode(&bytes);
        let _ = Secp256k1::decode(&bytes);
        let _ = P256::decode(&bytes);
    }
}

#[test]
fn zero_has_no_image_and_no_inverse() {
    fn check<G: PrimeGroup>() {
        assert!(G::image(&G::Scalar::from(0)).is_none());
        assert!(G::invert(&G::Scalar::from(0)).is_none());
    }
    check::<Ristretto255>();
    check::<Ed25519>();
    check::<Secp256k1>();
    check::<P256>();
}

#[test]
fn scalars_at_and_above_the_order_are_refused() {
    fn check<G: PrimeGroup>(order: &str, little_endian: bool) {
        let mut bytes: [u8; 32] = hex::decode(order).expect("hex").try_into().expect("32 bytes");
        let mut below = bytes;
        below[31] -= 1;
        if little_endian {
            bytes.reverse();
            below.reverse();
        }
        assert!(G::scalar_from_bytes(&bytes).is_none());
        assert!(G::scalar_from_bytes(&[0xff; 32]).is_none());
        assert!(G::scalar_from_bytes(&below) == Some(-G::Scalar::from(1)));
    }
    let edwards = "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed";
    check::<Ristretto255>(edwards, true);
    check::<Ed25519>(edwards, true);
    check::<Secp256k1>("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", false);
    check::<P256>("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", false);
}

#[test]
fn ristretto_points_are_refused() {
    let refused = |bytes: &[u8]| Ristretto255::decode(bytes).expect_err("refused");
    assert_eq!(refused(&[0; 32]), PointError::Identity);
    assert_eq!(refused(&[0; 31]), PointError::Length { found: 31, expected: 32 });
    // RFC 9496, appendix A.2: a non-canonical field element, and a negative one.
    assert_eq!(refused(&[0xff; 32]), PointError::NotCanonical);
    let mut one = [0; 32];
    one[0] = 1;
    assert_eq!(refused(&one), PointError::NotCanonical);
}

#[test]
fn ed25519_points_are_refused() {
    let refused = |bytes: &[u8]| Ed25519::decode(bytes).expect_err("refused");
    let with = |first: u8, last: u8| {
        let mut bytes = [0; 32];
        bytes[0] = first;
        bytes[31] = last;
        bytes
    };
    assert_eq!(refused(&[1; 33]), PointError::Length { found: 33, expected: 32 });
    assert_eq!(refused(&with(1, 0)), PointError::Identity);
    // y = 1 with the sign of x = 0 set, and y = p + 1.
    assert_eq!(refused(&with(1, 0x80)), PointError::NotCanonical);
    let mut above = [0xff; 32];
    above[0] = 0xee;
    above[31] = 0x7f;
    assert_eq!(refused(&above), PointError::NotCanonical);
    // y = 0 has order 4; a point of prime order plus it is outside the subgroup too.
    assert_eq!(refused(&with(0, 0)), PointError::NotPrimeOrder);
    let torsion = curve25519_dalek::constants::EIGHT_TORSION[1];
    let mixed = curve25519_dalek::constants::ED25519_BASEPOINT_POINT + torsion;
    assert_eq!(refused(mixed.compress().as_bytes()), PointError::NotPrimeOrder);
}

#[test]
fn weierstrass_points_are_refused() {
    fn check<G: PrimeGroup>(uncompressed: &[u8], not_on_curve: u8) {
        let refused = |bytes: &[u8]| G::decode(bytes).err();
        assert_eq!(refused(&[]), Some(PointError::Length { found: 0, expected: 33 }));
        assert_eq!(refused(&[0]), Some(PointError::Identity));
        assert_eq!(refused(uncompressed), Some(PointError::Length { found: 65, expected: 33 }));
        let mut point = G::image(&G::Scalar::from(1)).expect("not zero").into_inner();
        // The compact form of SEC 1, and a hybrid one.
        for sign in [1, 4, 5, 6, 7, 0xff] {
            point[0] = sign;
            assert_eq!(refused(&point), Some(PointError::NotCanonical));
        }
        // x >= p, and an x without a point.
        assert_eq!(refused(&[&[2][..], &[0xff; 32]].concat()), Some(PointError::NotCanonical));
        let mut no_point = [0; 33];
        no_point[0] = 2;
        no_point[32] = not_on_curve;
        assert_eq!(refused(&no_point), Some(PointError::NotCanonical));
    }
    check::<Secp256k1>(k256::AffinePoint::GENERATOR.to_encoded_point(false).as_bytes(), 5);
    check::<P256>(p256::AffinePoint::GENERATOR.to_encoded_point(false).as_bytes(), 1);
}

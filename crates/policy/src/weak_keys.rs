//! Accounts for which anybody can sign.
//!
//! Chain and agents accept sr25519, ed25519 and ECDSA signatures for one and the same 32 bytes of an
//! account. A few bytes are keys without a secret: with an ed25519 key of small order (ZIP 215, which
//! the SDK's verification follows, does not refuse it) or the identity of ristretto255, a signature
//! over every message can be written down by anyone. An ECDSA account is a hash: nobody can choose it.

use regent_primitives::AccountId;

/// Bit 255, the sign of `x`.
const SIGN: u8 = 0x80;

/// The `y` coordinates of the eight points of small order on edwards25519, little-endian, with the two
/// that decode although they are not below `p`. The first one is ristretto255's identity, too.
const SMALL_ORDER: [[u8; 32]; 7] = [
    [0; 32],
    edge(0x01, 0x00, 0x00),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
    // p - 1, p, p + 1
    edge(0xec, 0xff, 0x7f),
    edge(0xed, 0xff, 0x7f),
    edge(0xee, 0xff, 0x7f),
];

const fn edge(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let mut bytes = [middle; 32];
    bytes[0] = first;
    bytes[31] = last;
    bytes
}

/// Whether anybody can sign for this account.
pub(crate) fn is_weak(account: &AccountId) -> bool {
    let mut bytes: [u8; 32] = *account.as_ref();
    bytes[31] &= !SIGN;
    SMALL_ORDER.contains(&bytes)
}

#[cfg(test)]
mod tests {
    use curve25519_dalek::{
        constants::EIGHT_TORSION, edwards::CompressedEdwardsY, ristretto::CompressedRistretto,
        traits::IsIdentity,
    };
    use proptest::prelude::*;

    use super::*;

    fn has_small_order(bytes: [u8; 32]) -> bool {
        CompressedEdwardsY(bytes).decompress().is_some_and(|point| point.is_small_order())
    }

    #[test]
    fn all_points_of_small_order_are_weak_and_only_they() {
        for point in EIGHT_TORSION {
            assert!(is_weak(&AccountId::new(point.compress().to_bytes())));
        }
        for mut bytes in SMALL_ORDER {
            assert!(has_small_order(bytes), "{bytes:02x?}");
            bytes[31] |= SIGN;
            assert!(has_small_order(bytes), "{bytes:02x?}");
            assert!(is_weak(&AccountId::new(bytes)));
        }
        // Every encoding that is not below p, and its neighbours.
        for low in 0xe0..=0xff {
            let bytes = edge(low, 0xff, 0x7f);
            assert_eq!(is_weak(&AccountId::new(bytes)), has_small_order(bytes), "{low:02x}");
        }
    }

    #[test]
    fn the_identity_of_ristretto255_is_weak() {
        let identity = CompressedRistretto([0; 32]);
        assert!(identity.decompress().is_some_and(|point| point.is_identity()));
        assert!(is_weak(&AccountId::new(identity.0)));
    }

    proptest! {
        #[test]
        fn nothing_else_is_weak(bytes: [u8; 32]) {
            prop_assert_eq!(is_weak(&AccountId::new(bytes)), has_small_order(bytes));
        }
    }
}

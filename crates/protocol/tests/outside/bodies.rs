//! Opened bodies: a share is 32 bytes below the order of its group, a contribution 64.

use regent_primitives::Group;
use regent_protocol::{Contribution, RefreshContribution, Share};

/// The orders of the groups, big-endian: RFC 8032, SEC 2, FIPS 186-5.
const EDWARDS: &str = "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed";
const SECP256K1: &str = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
const P256: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

/// Every group, with its order and whether its scalars are little-endian.
pub const GROUPS: [(Group, &str, bool); 4] = [
    (Group::Ristretto255, EDWARDS, true),
    (Group::Ed25519, EDWARDS, true),
    (Group::Secp256k1, SECP256K1, false),
    (Group::P256, P256, false),
];

/// The bytes of a group's order, in its scalars' byte order.
pub fn order((_, digits, little_endian): (Group, &str, bool)) -> [u8; 32] {
    let byte = |at: usize| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).expect("digits");
    let mut order: [u8; 32] = std::array::from_fn(byte);
    if little_endian {
        order.reverse();
    }
    order
}

fn is_canonical(of: (Group, &str, bool), scalar: &[u8]) -> bool {
    let (mut scalar, mut order) = (scalar.to_vec(), order(of));
    if of.2 {
        scalar.reverse();
        order.reverse();
    }
    scalar.as_slice() < order.as_slice()
}

/// One byte for the group, then an opened body.
pub fn check(bytes: &[u8]) {
    let Some((which, body)) = bytes.split_first() else { return };
    let of = GROUPS[usize::from(*which) % GROUPS.len()];
    let group = of.0;
    let is_share = body.len() == 32 && is_canonical(of, body);
    match Share::from_sealed_body(group, body) {
        Ok(share) => {
            assert!(is_share);
            assert_eq!((share.group(), share.as_sealed_body()), (group, body));
        }
        Err(error) => {
            assert!(!is_share, "{error}");
            assert!(!error.to_string().is_empty());
        }
    }
    let is_contribution = body.len() == 64 && is_canonical(of, &body[..32]);
    let contribution = Contribution::decode(group, body);
    assert_eq!(contribution.is_ok(), is_contribution);
    if let Ok(contribution) = contribution {
        assert_eq!(contribution.mask.group(), group);
        assert_eq!(contribution.encode().as_slice(), body);
    }
    let contribution = RefreshContribution::decode(group, body);
    assert_eq!(contribution.is_ok(), is_contribution);
    if let Ok(contribution) = contribution {
        assert_eq!(contribution.encode().as_slice(), body);
    }
}

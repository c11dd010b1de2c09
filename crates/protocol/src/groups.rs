//! The groups in which keys and shares live (section 1), behind one trait.
//!
//! Every encoding is canonical, and every point that comes from outside is of prime order and not
//! the identity. Scalars keep their group's own byte order: little-endian for the Edwards groups,
//! big-endian for the Weierstrass curves.

mod ed25519;
mod ristretto255;
mod weierstrass;

use core::ops::{Add, Mul, Neg, Sub};

use regent_primitives::{token::Point as EncodedPoint, BoundedVec};
use zeroize::Zeroize;

pub(crate) use ed25519::Ed25519;
pub(crate) use ristretto255::Ristretto255;
pub(crate) use weierstrass::{Secp256k1, P256};

/// Why bytes are not a usable group element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointError {
    /// The length is not the group's.
    #[error("a group element has {found} bytes, expected {expected}")]
    Length {
        /// Bytes found.
        found: usize,
        /// Bytes expected.
        expected: usize,
    },
    /// Not the canonical encoding of an element.
    #[error("not the canonical encoding of a group element")]
    NotCanonical,
    /// The identity, which is no commitment to a secret.
    #[error("the identity of the group stands where a commitment was expected")]
    Identity,
    /// Outside the subgroup of prime order.
    #[error("a group element is not of prime order")]
    NotPrimeOrder,
}

/// A group of prime order with the encodings of section 1.
pub(crate) trait PrimeGroup {
    /// Bytes of key material that a scalar is reduced from, so that the bias is below 2^-128.
    const WIDE_BYTES: usize;

    type Scalar: Copy
        + Zeroize
        + PartialEq
        + From<u64>
        + Add<Output = Self::Scalar>
        + Sub<Output = Self::Scalar>
        + Mul<Output = Self::Scalar>
        + Neg<Output = Self::Scalar>;
    type Point: Copy + Add<Output = Self::Point>;

    /// `to_scalar` of section 3: the first [`PrimeGroup::WIDE_BYTES`] of the material.
    fn reduce_wide(okm: &[u8; 64]) -> Self::Scalar;
    /// `None` if the bytes are not below the group's order.
    fn scalar_from_bytes(bytes: &[u8; 32]) -> Option<Self::Scalar>;
    fn scalar_to_bytes(scalar: &Self::Scalar) -> [u8; 32];
    /// `None` for zero. Time depends on nothing secret: used on child numbers only.
    fn invert(scalar: &Self::Scalar) -> Option<Self::Scalar>;
    /// `scalar · G`, in constant time.
    fn mul_base(scalar: &Self::Scalar) -> Self::Point;
    /// The sum of `scalar · point`, of public values, in variable time.
    fn vartime_combination(terms: &[(Self::Scalar, Self::Point)]) -> Self::Point;
    /// `None` for the identity.
    fn encode(point: &Self::Point) -> Option<EncodedPoint>;
    fn decode(bytes: &[u8]) -> Result<Self::Point, PointError>;

    /// The encoding of `scalar · G`; `None` if the scalar is zero.
    fn image(scalar: &Self::Scalar) -> Option<EncodedPoint> {
        Self::encode(&Self::mul_base(scalar))
    }
}

/// Bytes that are known to fit.
fn encoded(bytes: &[u8]) -> EncodedPoint {
    BoundedVec::truncate_from(bytes.to_vec())
}

/// Runs an expression with `$G` standing for the group that the value `$group` names.
macro_rules! with_group {
    ($group:expr, $G:ident => $body:expr) => {
        match $group {
            regent_primitives::Group::Ristretto255 => {
                type $G = $crate::groups::Ristretto255;
                $body
            }
            regent_primitives::Group::Ed25519 => {
                type $G = $crate::groups::Ed25519;
                $body
            }
            regent_primitives::Group::Secp256k1 => {
                type $G = $crate::groups::Secp256k1;
                $body
            }
            regent_primitives::Group::P256 => {
                type $G = $crate::groups::P256;
                $body
            }
        }
    };
}
pub(crate) use with_group;

#[cfg(test)]
mod tests;

//! secp256k1 and P-256: SEC 1 compressed points, big-endian scalars.

use k256::elliptic_curve::{
    group::Group as _,
    ops::MulByGenerator,
    sec1::{FromEncodedPoint, ToEncodedPoint},
    PrimeField,
};
use regent_primitives::token::Point as EncodedPoint;

use super::{encoded, PointError, PrimeGroup};

/// Bytes of a compressed point: a sign and `x`.
const POINT_BYTES: usize = 33;

macro_rules! weierstrass {
    ($(#[$doc:meta])* $name:ident, $curve:ident) => {
        $(#[$doc])*
        pub(crate) struct $name;

        impl PrimeGroup for $name {
            const WIDE_BYTES: usize = 48;

            type Scalar = $curve::Scalar;
            type Point = $curve::ProjectivePoint;

            fn reduce_wide(okm: &[u8; 64]) -> Self::Scalar {
                // Horner over six words of 64 bits; it cannot fail, whatever the bytes.
                let half = Self::Scalar::from(1u64 << 32);
                let shift = half * half;
                let words = okm.chunks_exact(8).take(Self::WIDE_BYTES / 8);
                words.fold(Self::Scalar::from(0u64), |scalar, word| {
                    let word = word.iter().fold(0u64, |word, byte| (word << 8) | u64::from(*byte));
                    scalar * shift + Self::Scalar::from(word)
                })
            }

            fn scalar_from_bytes(bytes: &[u8; 32]) -> Option<Self::Scalar> {
                Self::Scalar::from_repr((*bytes).into()).into()
            }

            fn scalar_to_bytes(scalar: &Self::Scalar) -> [u8; 32] {
                scalar.to_bytes().into()
            }

            fn invert(scalar: &Self::Scalar) -> Option<Self::Scalar> {
                scalar.invert().into()
            }

            fn mul_base(scalar: &Self::Scalar) -> Self::Point {
                Self::Point::mul_by_generator(scalar)
            }

            fn vartime_combination(terms: &[(Self::Scalar, Self::Point)]) -> Self::Point {
                terms.iter().map(|(scalar, point)| *point * scalar).sum()
            }

            fn encode(point: &Self::Point) -> Option<EncodedPoint> {
                let is_identity = bool::from(point.is_identity());
                (!is_identity).then(|| encoded(point.to_affine().to_encoded_point(true).as_bytes()))
            }

            fn decode(bytes: &[u8]) -> Result<Self::Point, PointError> {
                let [sign, ..] = bytes else {
                    return Err(PointError::Length { found: 0, expected: POINT_BYTES });
                };
                // SEC 1 knows other forms (identity, uncompressed, compact): none is canonical here.
                if *sign == 0 {
                    return Err(PointError::Identity);
                }
                if bytes.len() != POINT_BYTES {
                    return Err(PointError::Length { found: bytes.len(), expected: POINT_BYTES });
                }
                if !matches!(*sign, 2 | 3) {
                    return Err(PointError::NotCanonical);
                }
                let point = $curve::EncodedPoint::from_bytes(bytes)
                    .map_err(|_| PointError::NotCanonical)?;
                Option::<$curve::AffinePoint>::from($curve::AffinePoint::from_encoded_point(&point))
                    .map(Self::Point::from)
                    .ok_or(PointError::NotCanonical)
            }
        }
    };
}

weierstrass!(
    /// secp256k1, SEC 2.
    Secp256k1,
    k256
);
weierstrass!(
    /// P-256, FIPS 186-5.
    P256,
    p256
);

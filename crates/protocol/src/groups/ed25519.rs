//! The prime-order subgroup of edwards25519, RFC 8032.

use curve25519_dalek::{
    edwards::{CompressedEdwardsY, EdwardsPoint},
    scalar::Scalar,
    traits::{IsIdentity, VartimeMultiscalarMul},
};
use regent_primitives::token::Point as EncodedPoint;

use super::{encoded, PointError, PrimeGroup, Ristretto255};

pub(crate) struct Ed25519;

impl PrimeGroup for Ed25519 {
    const WIDE_BYTES: usize = 64;

    // Both groups have the same order, and so the same scalars.
    type Scalar = Scalar;
    type Point = EdwardsPoint;

    fn reduce_wide(okm: &[u8; 64]) -> Scalar {
        Ristretto255::reduce_wide(okm)
    }

    fn scalar_from_bytes(bytes: &[u8; 32]) -> Option<Scalar> {
        Ristretto255::scalar_from_bytes(bytes)
    }

    fn scalar_to_bytes(scalar: &Scalar) -> [u8; 32] {
        Ristretto255::scalar_to_bytes(scalar)
    }

    fn invert(scalar: &Scalar) -> Option<Scalar> {
        Ristretto255::invert(scalar)
    }

    fn mul_base(scalar: &Scalar) -> EdwardsPoint {
        EdwardsPoint::mul_base(scalar)
    }

    fn vartime_combination(terms: &[(Scalar, EdwardsPoint)]) -> EdwardsPoint {
        EdwardsPoint::vartime_multiscalar_mul(
            terms.iter().map(|(scalar, _)| scalar),
            terms.iter().map(|(_, point)| point),
        )
    }

    fn encode(point: &EdwardsPoint) -> Option<EncodedPoint> {
        (!point.is_identity()).then(|| encoded(point.compress().as_bytes()))
    }

    fn decode(bytes: &[u8]) -> Result<EdwardsPoint, PointError> {
        let compressed = CompressedEdwardsY::from_slice(bytes)
            .map_err(|_| PointError::Length { found: bytes.len(), expected: 32 })?;
        let point = compressed.decompress().ok_or(PointError::NotCanonical)?;
        // Decompression accepts y >= p and a negative zero for x: only the canonical form comes
        // back unchanged.
        if point.compress() != compressed {
            return Err(PointError::NotCanonical);
        }
        if point.is_identity() {
            return Err(PointError::Identity);
        }
        if !point.is_torsion_free() {
            return Err(PointError::NotPrimeOrder);
        }
        Ok(point)
    }
}

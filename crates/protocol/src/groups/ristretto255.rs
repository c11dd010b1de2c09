//! ristretto255, RFC 9496; also the group of every seed.

use curve25519_dalek::{
    ristretto::{CompressedRistretto, RistrettoPoint},
    scalar::Scalar,
    traits::{IsIdentity, VartimeMultiscalarMul},
};
use regent_primitives::token::Point as EncodedPoint;

use super::{encoded, PointError, PrimeGroup};

pub(crate) struct Ristretto255;

impl PrimeGroup for Ristretto255 {
    const WIDE_BYTES: usize = 64;

    type Scalar = Scalar;
    type Point = RistrettoPoint;

    fn reduce_wide(okm: &[u8; 64]) -> Scalar {
        Scalar::from_bytes_mod_order_wide(okm)
    }

    fn scalar_from_bytes(bytes: &[u8; 32]) -> Option<Scalar> {
        Scalar::from_canonical_bytes(*bytes).into()
    }

    fn scalar_to_bytes(scalar: &Scalar) -> [u8; 32] {
        scalar.to_bytes()
    }

    fn invert(scalar: &Scalar) -> Option<Scalar> {
        (*scalar != Scalar::ZERO).then(|| scalar.invert())
    }

    fn mul_base(scalar: &Scalar) -> RistrettoPoint {
        RistrettoPoint::mul_base(scalar)
    }

    fn vartime_combination(terms: &[(Scalar, RistrettoPoint)]) -> RistrettoPoint {
        RistrettoPoint::vartime_multiscalar_mul(
            terms.iter().map(|(scalar, _)| scalar),
            terms.iter().map(|(_, point)| point),
        )
    }

    fn encode(point: &RistrettoPoint) -> Option<EncodedPoint> {
        (!point.is_identity()).then(|| encoded(point.compress().as_bytes()))
    }

    fn decode(bytes: &[u8]) -> Result<RistrettoPoint, PointError> {
        let compressed = CompressedRistretto::from_slice(bytes)
            .map_err(|_| PointError::Length { found: bytes.len(), expected: 32 })?;
        // Decoding refuses every encoding but the canonical one.
        let point = compressed.decompress().ok_or(PointError::NotCanonical)?;
        if point.is_identity() {
            return Err(PointError::Identity);
        }
        Ok(point)
    }
}

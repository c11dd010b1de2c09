//! Lagrange interpolation at 0 over child numbers, the inner loop of [`crate::combine()`].
//!
//! Child numbers are small and public. Products of their differences are gathered in machine words
//! before they touch a scalar, and all denominators are inverted together: one field inversion a
//! gate instead of one a share.

use crate::groups::PrimeGroup;

/// The coefficients `λ_i = Π_{j≠i} x_j / (x_j - x_i)` for distinct numbers from 1.
///
/// `None` if a number is 0 or comes twice.
pub(crate) fn lagrange_at_zero<G: PrimeGroup>(numbers: &[u16]) -> Option<Vec<G::Scalar>> {
    // With x_i put into the denominator, all coefficients share the numerator Π x_j.
    let numerator = product::<G>(numbers.iter().map(|x| i64::from(*x)))?;
    let denominators = numbers.iter().enumerate().map(|(i, x_i)| {
        let others = numbers.iter().enumerate().filter(|(j, _)| *j != i);
        let differences = others.map(|(_, x_j)| i64::from(*x_j) - i64::from(*x_i));
        product::<G>(differences.chain([i64::from(*x_i)]))
    });
    let mut coefficients = invert_all::<G>(&denominators.collect::<Option<Vec<_>>>()?)?;
    for coefficient in &mut coefficients {
        *coefficient = *coefficient * numerator;
    }
    Some(coefficients)
}

/// The product of non-zero integers as a scalar; `None` if one is zero.
fn product<G: PrimeGroup>(factors: impl Iterator<Item = i64>) -> Option<G::Scalar> {
    let mut product = G::Scalar::from(1);
    let (mut word, mut negative) = (1u64, false);
    for factor in factors {
        if factor == 0 {
            return None;
        }
        negative ^= factor < 0;
        let magnitude = factor.unsigned_abs();
        word = word.checked_mul(magnitude).unwrap_or_else(|| {
            product = product * G::Scalar::from(word);
            magnitude
        });
    }
    product = product * G::Scalar::from(word);
    Some(if negative { -product } else { product })
}

/// Inverts all values with one inversion (Montgomery's trick); `None` if one is zero.
fn invert_all<G: PrimeGroup>(values: &[G::Scalar]) -> Option<Vec<G::Scalar>> {
    let mut before = Vec::with_capacity(values.len());
    let mut running = G::Scalar::from(1);
    for value in values {
        before.push(running);
        running = running * *value;
    }
    let mut inverse = G::invert(&running)?;
    for (slot, value) in before.iter_mut().zip(values).rev() {
        *slot = *slot * inverse;
        inverse = inverse * *value;
    }
    Some(before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groups::{Ed25519, Ristretto255, Secp256k1, P256};

    fn restores_a_polynomial<G: PrimeGroup>(numbers: &[u16]) {
        let coefficient = |i: usize| G::Scalar::from(0x9e37_79b9_7f4a_7c15 ^ (i as u64));
        let value = |x: u16| {
            (0..numbers.len()).rev().fold(G::Scalar::from(0), |value, i| {
                value * G::Scalar::from(u64::from(x)) + coefficient(i)
            })
        };
        let lagrange = lagrange_at_zero::<G>(numbers).expect("distinct numbers");
        let sum = numbers
            .iter()
            .zip(lagrange)
            .fold(G::Scalar::from(0), |sum, (x, l)| sum + l * value(*x));
        assert!(sum == coefficient(0));
    }

    #[test]
    fn interpolation_restores_the_constant_term() {
        let all: Vec<u16> = (1..=256).collect();
        for numbers in [&[1][..], &[256], &[5, 2], &[3, 1, 2], &[1, 100, 256, 7], &all] {
            restores_a_polynomial::<Ristretto255>(numbers);
            restores_a_polynomial::<Ed25519>(numbers);
            restores_a_polynomial::<Secp256k1>(numbers);
            restores_a_polynomial::<P256>(numbers);
        }
    }

    #[test]
    fn zero_and_duplicates_are_refused() {
        assert!(lagrange_at_zero::<Ristretto255>(&[0, 1]).is_none());
        assert!(lagrange_at_zero::<Ristretto255>(&[1, 2, 1]).is_none());
    }
}

//! The keys that exist nowhere, put together once more from all agents' shares, with everything that
//! is derived from them while they exist.

use anyhow::{ensure, Context};
use curve25519_dalek::{EdwardsPoint, RistrettoPoint, Scalar};
use hkdf::Hkdf;
use k256::elliptic_curve::{sec1::ToEncodedPoint, PrimeField};
use ml_dsa::{ExpandedSigningKey, MlDsa65};
use ml_kem::DecapsulationKey768;
use regent_primitives::{
    hashing::{preimage, Tag},
    Algorithm, Commitments, Group, KeyKind, RegenToken, H256,
};
use sha2::{Digest, Sha256, Sha512};
use zeroize::Zeroizing;

use crate::secrets::Secrets;

/// 32 secret bytes in their group's byte order.
type Bytes = Zeroizing<[u8; 32]>;

/// A key put together again.
pub struct Key {
    /// Its token.
    pub token: RegenToken,
    /// The key material of a seed key; nothing of a native one.
    pub material: Zeroizing<Vec<u8>>,
}

/// Combines the shares of all five leaves, proves that they make the token's key, and adds all that
/// is derived from it to the secrets.
pub fn recover(
    genesis: H256,
    token: &RegenToken,
    shares: &[Zeroizing<Vec<u8>>],
    secrets: &mut Secrets,
) -> anyhow::Result<Key> {
    let group = token.algorithm.group();
    let [one, two, three, four, five] = shares else {
        anyhow::bail!("{} shares, expected five", shares.len());
    };
    // Lagrange's coefficients at 0 of a parabola through 1, 2, 3, and through 3, 4, 5.
    let k = combination(group, [(3, one), (-3, two), (1, three)])?;
    let again = combination(group, [(10, three), (-15, four), (6, five)])?;
    ensure!(k == again, "the shares are not of one secret");
    let of = token.algorithm.name();
    secrets.add(format!("{of} key"), k.as_slice());
    let material = match token.algorithm.kind() {
        KeyKind::Native => {
            ensure!(image(group, &k)? == token.public_key.as_slice(), "{of}: another key");
            native(token.algorithm, &k, secrets)?;
            Zeroizing::default()
        }
        KeyKind::Seed => seed(genesis, token, &k, secrets)?,
    };
    Ok(Key { token: token.clone(), material })
}

/// Other forms of a native key that operations compute.
fn native(algorithm: Algorithm, k: &Bytes, secrets: &mut Secrets) -> anyhow::Result<()> {
    match algorithm {
        Algorithm::Bip340 => {
            // The key with an even y, and the key of the output that BIP-341 tweaks it to.
            let negated = combination(Group::Secp256k1, [(-1, k.as_slice())])?;
            secrets.add("negated taproot key", negated.as_slice());
            let point = image(Group::Secp256k1, k)?;
            let even = if point[0] == 2 { k } else { &negated };
            let tag = Sha256::digest("TapTweak");
            let hash = Sha256::new().chain_update(tag).chain_update(tag).chain_update(&point[1..]);
            let tweak = Zeroizing::new(<[u8; 32]>::from(hash.finalize()));
            let tweaked = combination(Group::Secp256k1, [(1, even), (1, &tweak)])?;
            secrets.add("tweaked taproot key", tweaked.as_slice());
            let negated = combination(Group::Secp256k1, [(-1, tweaked.as_slice())])?;
            secrets.add("negated tweaked taproot key", negated.as_slice());
        }
        Algorithm::Sr25519 => {
            // As `schnorrkel` writes it in the form of Ed25519: times the cofactor, not reduced.
            let mut carry = 0u16;
            let mut shifted = Zeroizing::new([0; 32]);
            for (to, byte) in shifted.iter_mut().zip(k.iter()) {
                carry |= u16::from(*byte) << 3;
                *to = carry.to_le_bytes()[0];
                carry >>= 8;
            }
            secrets.add("sr25519 key times the cofactor", shifted.as_slice());
        }
        _ => {}
    }
    Ok(())
}

/// What a seed is expanded to (section 1); checked against the token, then returned.
fn seed(
    genesis: H256,
    token: &RegenToken,
    k: &Bytes,
    secrets: &mut Secrets,
) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    let of = token.algorithm.name();
    let (prk, hkdf) = Hkdf::<Sha512>::extract(None, k.as_slice());
    secrets.add(format!("extracted {of} seed"), &prk);
    let expand = |info: Vec<u8>| {
        let mut okm = Zeroizing::new([0; 64]);
        let expanded = hkdf.expand(&info, okm.as_mut_slice());
        expanded.ok().context("64 bytes can be expanded").map(|()| okm)
    };
    let context = (token.key_id, token.algorithm);
    let Commitments::Seed { check, .. } = &token.commitments else {
        anyhow::bail!("{of}: native commitments");
    };
    let found = expand(preimage(Tag::SeedCheck, genesis, &context))?;
    ensure!(found[..32] == check[..], "{of}: another seed");
    secrets.add(format!("undisclosed half of the {of} check"), &found[32..]);
    for (purpose, what) in [(0u8, "material"), (1, "wrapping key")] {
        let okm = expand(preimage(Tag::OperationKey, genesis, &(context, purpose)))?;
        secrets.add(format!("{of} {what}"), okm.as_slice());
    }
    ensure!(token.wrapped.is_none(), "{of}: an imported key");
    let okm = expand(preimage(Tag::OperationKey, genesis, &(context, 0u8)))?;
    let (length, public) = match token.algorithm {
        Algorithm::Aes256Gcm => (32, Vec::new()),
        Algorithm::MlKem768 => (64, ml_kem(okm.as_slice().try_into()?, secrets)),
        Algorithm::MlDsa65 => (32, ml_dsa(okm[..32].try_into()?, secrets)),
        other => anyhow::bail!("{other:?} has no seed"),
    };
    ensure!(public == token.public_key.as_slice(), "{of}: another public key");
    Ok(Zeroizing::new(okm[..length].to_vec()))
}

/// Adds the secret vector of FIPS 203 in its encoding; returns the public key.
// The expanded encoding is discouraged as a format; whoever leaked the key might leak it so.
#[allow(deprecated)]
fn ml_kem(seed: [u8; 64], secrets: &mut Secrets) -> Vec<u8> {
    let key = DecapsulationKey768::from_seed(seed.into());
    let expanded = ml_kem::ExpandedKeyEncoding::to_expanded_bytes(&key);
    // `s`; the public key follows.
    secrets.add("ML-KEM secret vector", &expanded[..1_152]);
    ml_kem::KeyExport::to_bytes(key.encapsulation_key()).to_vec()
}

/// Adds `K` and the secret vectors of FIPS 204 in their encoding; returns the public key.
#[allow(deprecated)]
fn ml_dsa(seed: [u8; 32], secrets: &mut Secrets) -> Vec<u8> {
    let key = ExpandedSigningKey::<MlDsa65>::from_seed(&seed.into());
    let expanded = key.to_expanded();
    // `rho 32 ‖ K 32 ‖ tr 64 ‖ s1 640 ‖ s2 768 ‖ t0`; the first and the third are public.
    secrets.add("ML-DSA K", &expanded[32..64]);
    secrets.add("ML-DSA secret vectors", &expanded[128..1_536]);
    ml_dsa::KeyExport::to_bytes(&key.verifying_key()).to_vec()
}

/// `G · scalar` in the group's encoding.
fn image(group: Group, scalar: &Bytes) -> anyhow::Result<Vec<u8>> {
    let edwards = Scalar::from_bytes_mod_order(**scalar);
    Ok(match group {
        Group::Ristretto255 => RistrettoPoint::mul_base(&edwards).compress().as_bytes().to_vec(),
        Group::Ed25519 => EdwardsPoint::mul_base(&edwards).compress().as_bytes().to_vec(),
        Group::Secp256k1 => {
            let secret = k256::SecretKey::from_slice(scalar.as_slice())?;
            secret.public_key().to_encoded_point(true).as_bytes().to_vec()
        }
        Group::P256 => {
            let secret = p256::SecretKey::from_slice(scalar.as_slice())?;
            secret.public_key().to_encoded_point(true).as_bytes().to_vec()
        }
    })
}

/// The sum of scalars times small numbers.
fn combination<'a, T: AsRef<[u8]> + 'a + ?Sized>(
    group: Group,
    terms: impl IntoIterator<Item = (i8, &'a T)>,
) -> anyhow::Result<Bytes> {
    macro_rules! sum {
        ($scalar:ty, $read:expr, $write:expr) => {{
            let mut sum = <$scalar>::ZERO;
            for (number, bytes) in terms {
                let bytes: [u8; 32] = bytes.as_ref().try_into()?;
                let scalar: Option<$scalar> = $read(bytes).into();
                let small = <$scalar>::from(u64::from(number.unsigned_abs()));
                let term = scalar.context("not a canonical scalar")? * small;
                sum = if number < 0 { sum - term } else { sum + term };
            }
            Ok(Zeroizing::new($write(sum)))
        }};
    }
    match group {
        Group::Ristretto255 | Group::Ed25519 => {
            sum!(Scalar, Scalar::from_canonical_bytes, |sum: Scalar| sum.to_bytes())
        }
        Group::Secp256k1 => {
            let read = |bytes: [u8; 32]| k256::Scalar::from_repr(bytes.into());
            sum!(k256::Scalar, read, |sum: k256::Scalar| sum.to_bytes().into())
        }
        Group::P256 => {
            let read = |bytes: [u8; 32]| p256::Scalar::from_repr(bytes.into());
            sum!(p256::Scalar, read, |sum: p256::Scalar| sum.to_bytes().into())
        }
    }
}

/// `to_scalar` of section 3: 64 bytes little-endian for the Edwards groups, the first 48 big-endian
/// for the others.
pub fn reduce_wide(group: Group, okm: &[u8; 64]) -> Bytes {
    macro_rules! horner {
        ($scalar:ty) => {{
            let sum = okm[..48].iter().fold(<$scalar>::ZERO, |sum, byte| {
                sum * <$scalar>::from(256u64) + <$scalar>::from(u64::from(*byte))
            });
            Zeroizing::new(sum.to_bytes().into())
        }};
    }
    match group {
        Group::Ristretto255 | Group::Ed25519 => {
            Zeroizing::new(Scalar::from_bytes_mod_order_wide(okm).to_bytes())
        }
        Group::Secp256k1 => horner!(k256::Scalar),
        Group::P256 => horner!(p256::Scalar),
    }
}

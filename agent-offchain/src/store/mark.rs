//! The mark by which an agent knows what it wrote itself: HMAC-SHA-256 under a key that is derived from
//! its sealed state, and so is on no disk.

use hmac::{
    digest::{generic_array::GenericArray, KeyInit},
    Hmac, Mac,
};
use sha2::Sha256;
use zeroize::Zeroize;

/// Bytes of a mark.
pub(super) const MARK_BYTES: usize = 32;

/// Bytes of an identity's secret, from which the key is derived.
const SECRET_BYTES: usize = 32;
/// What the key is for: no other key is derived from the secret under this tag.
const TAG: &[u8] = b"regent/verified-head/v1";

/// The mark of a verified head.
pub(super) fn of_head(secret: &[u8; SECRET_BYTES], head: &[u8]) -> [u8; MARK_BYTES] {
    over(secret, head).finalize().into_bytes().into()
}

/// Whether this is the mark of a verified head. Takes as long wherever they differ.
pub(super) fn is_of_head(secret: &[u8; SECRET_BYTES], head: &[u8], mark: &[u8]) -> bool {
    over(secret, head).verify_slice(mark).is_ok()
}

fn over(secret: &[u8; SECRET_BYTES], head: &[u8]) -> Hmac<Sha256> {
    // `HKDF-Expand` of one block.
    let mut derive = keyed(secret);
    derive.update(TAG);
    derive.update(&[1]);
    let mut key = derive.finalize().into_bytes();
    let mut mac = keyed(&key);
    key.as_mut_slice().zeroize();
    mac.update(head);
    mac
}

/// For keys of at most a block, which is 64 bytes (RFC 2104).
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let mut block = GenericArray::default();
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mac = <Hmac<Sha256> as KeyInit>::new(&block);
    block.as_mut_slice().zeroize();
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_hmac_under_a_derived_key() {
        // Computed with Python's `hmac`.
        let mark = of_head(&[7; 32], b"a head");
        assert_eq!(
            hex::encode(mark),
            "d8812341897b00006a50b043e554080bf749aacedf031b97c5203ab42a5cb176"
        );
    }

    #[test]
    fn is_of_one_head_and_one_secret() {
        let mark = of_head(&[7; 32], b"a head");
        assert!(is_of_head(&[7; 32], b"a head", &mark));
        assert!(!is_of_head(&[7; 32], b"a heae", &mark));
        assert!(!is_of_head(&[8; 32], b"a head", &mark));
        assert!(!is_of_head(&[7; 32], b"a head", &mark[..31]));
        assert!(!is_of_head(&[7; 32], b"a head", &[]));
    }
}

//! Decoding of what a stranger sends: no panic, and one encoding a value.

use proptest::prelude::*;

use crate::sample::Sample;

/// What decodes completely encodes to the same bytes: a value has no second encoding, and so no
/// second hash.
fn check(sample: &Sample, bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Some(again) = (sample.again)(bytes) {
        prop_assert_eq!(&again, bytes, "{}", sample.name);
    }
    Ok(())
}

#[test]
fn missing_and_left_over_bytes_are_refused() {
    for sample in crate::all() {
        assert_eq!((sample.again)(&sample.bytes).as_ref(), Some(&sample.bytes), "{}", sample.name);
        let longer = [&sample.bytes[..], &[0]].concat();
        assert_eq!((sample.again)(&longer), None, "{}", sample.name);
        let shorter = &sample.bytes[..sample.bytes.len() - 1];
        assert_eq!((sample.again)(shorter), None, "{}", sample.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        for sample in crate::all() {
            check(&sample, &bytes)?;
        }
    }

    #[test]
    fn changed_values_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        for sample in crate::all() {
            let mut bytes = sample.bytes.clone();
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            check(&sample, &bytes)?;
            check(&sample, &bytes[..cut.index(bytes.len())])?;
            let at = cut.index(bytes.len());
            bytes.insert(at, changes[0].1);
            check(&sample, &bytes)?;
        }
    }
}

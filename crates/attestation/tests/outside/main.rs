//! Evidence from a stranger: the checks that `fuzz/` runs, on its seeds, on changed seeds and on
//! arbitrary bytes.

#[path = "../../../primitives/tests/outside/seeds.rs"]
mod seeds;
mod simulated;

use proptest::prelude::*;
use regent_attestation::simulated::{evidence, evidence_of};
use regent_primitives::{Evidence, H256};

fn seed(report_data: H256, evidence: &Evidence) -> Vec<u8> {
    [report_data.as_bytes(), &evidence.bytes].concat()
}

fn made() -> Vec<(&'static str, Vec<u8>)> {
    let (one, other) = (H256::repeat_byte(1), H256::repeat_byte(2));
    vec![
        ("simulated", seed(one, &evidence(one))),
        ("other-digest", seed(one, &evidence_of(H256::repeat_byte(9), one))),
        ("other-report-data", seed(one, &evidence(other))),
    ]
}

#[test]
fn seeds_hold() {
    seeds::hold(&[("simulated", simulated::check, made())]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn changed_evidence_holds(
        bytes in seeds::changed(made().into_iter().map(|(_, bytes)| bytes).collect()),
    ) {
        simulated::check(&bytes);
    }

    #[test]
    fn arbitrary_evidence_holds(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        simulated::check(&bytes);
    }

    /// No change of evidence measures the same and attests the same.
    #[test]
    fn evidence_attests_one_thing(report_data: [u8; 32], digest: [u8; 32], other: [u8; 32]) {
        let (report_data, digest) = (H256(report_data), H256(digest));
        let stated = evidence_of(digest, report_data);
        let measured = regent_attestation::verify(H256::zero(), &stated, report_data);
        prop_assert_eq!(measured.map(|measurement| measurement.digest), Ok(digest));
        let elsewhere = regent_attestation::verify(H256::zero(), &stated, H256(other));
        prop_assert_eq!(elsewhere.is_ok(), H256(other) == report_data);
    }
}

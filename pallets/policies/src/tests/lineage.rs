use super::*;
use crate::MAX_LINEAGE;

/// A chain of `count` policies, oldest first.
fn lineage(count: u32) -> Vec<PolicyHash> {
    let mut policy = policy("0");
    let mut hashes = vec![create(&policy)];
    for index in 1..count {
        let next = successor(&policy, &index.to_string());
        hashes.push(change(&policy, &next));
        policy = next;
    }
    hashes
}

#[test]
fn lineage_is_ordered_and_verifies() {
    run(|| {
        let hashes = lineage(4);
        let records = Policies::lineage(&hashes[1], &hashes[3]).expect("descends");
        let found: Vec<_> = records.iter().map(|record| record.policy.hash(GENESIS)).collect();
        assert_eq!(found, hashes[1..]);
        let pairs: Vec<_> = records.into_iter().map(|r| (r.policy, r.signatures)).collect();
        regent_policy::check_lineage(GENESIS, hashes[1], &pairs, hashes[3]).expect("verifies");
    });
}

#[test]
fn lineage_of_one_is_itself() {
    run(|| {
        let hash = create(&policy("alone"));
        assert_eq!(Policies::lineage(&hash, &hash).map(|records| records.len()), Some(1));
        assert!(Policies::descends(&hash, &hash));
    });
}

#[test]
fn lineage_goes_one_way_only() {
    run(|| {
        let hashes = lineage(2);
        let other = create(&policy("other"));
        assert!(Policies::descends(&hashes[1], &hashes[0]));
        assert!(!Policies::descends(&hashes[0], &hashes[1]));
        assert!(!Policies::descends(&other, &hashes[0]));
        assert!(Policies::lineage(&hashes[0], &other).is_none());
    });
}

#[test]
fn unknown_policies_have_no_lineage() {
    run(|| {
        let unknown = PolicyHash::default();
        assert!(!Policies::descends(&unknown, &unknown));
        assert!(Policies::lineage(&unknown, &unknown).is_none());
    });
}

#[test]
fn lineage_is_bounded() {
    run(|| {
        let hashes = lineage(MAX_LINEAGE);
        let last = hashes.last().expect("not empty");
        assert!(Policies::descends(last, &hashes[0]), "as many as allowed");
        let full = Policies::record(last).expect("stored").policy;
        let next = successor(&full, "one more");
        let signatures = sign(&full, &next, &[BOB, CHARLIE]);
        assert_noop!(
            Policies::change(signed(ALICE), Box::new(next), signatures),
            Error::<Test>::LineageFull
        );
    });
}

#[test]
fn a_lineage_has_one_end() {
    run(|| {
        let hashes = lineage(3);
        for hash in &hashes {
            assert_eq!(Policies::newest(hash), hashes.last().copied());
        }
        assert_eq!(Policies::newest(&PolicyHash::default()), None);
        assert_eq!(<Policies as PolicyInspect>::successor(&hashes[0]), Some(hashes[1]));
        assert_eq!(<Policies as PolicyInspect>::successor(&hashes[2]), None);

        let first = Policies::record(&hashes[0]).expect("stored").policy;
        let fork = successor(&first, "fork");
        let signatures = sign(&first, &fork, &[BOB, CHARLIE]);
        assert_noop!(
            Policies::change(signed(ALICE), Box::new(fork), signatures),
            Error::<Test>::AlreadySucceeded
        );
    });
}

#[test]
fn hashes_are_paged() {
    run(|| {
        let mut expected = lineage(5);
        expected.sort();
        assert_eq!(Policies::hashes(None, 100), expected);
        assert_eq!(Policies::hashes(None, 2), expected[..2]);
        assert_eq!(Policies::hashes(Some(expected[1]), 2), expected[2..4]);
        assert_eq!(Policies::hashes(Some(expected[4]), 2), []);
        assert_eq!(Policies::hashes(Some(PolicyHash::default()), 100), expected, "need not exist");
    });
}

use super::*;

#[test]
fn change_works() {
    run(|| {
        let first = policy("first");
        let old = create(&first);
        let second = successor(&first, "second");
        let new = change(&first, &second);

        let record = Policies::record(&new).expect("stored");
        assert_eq!(record.policy, second);
        assert_eq!(record.signatures, verified(&first, &second, &record.signatures));
        assert!(Policies::record(&old).is_some(), "the predecessor stays");
        let entry = Audit::entries(1, 1).remove(0);
        assert_eq!(entry.subject, Subject::Policy(new));
        let by = ALICE.to_account_id();
        assert_eq!(entry.event, AuditEvent::PolicyCreated { predecessor: Some(old), by });
    });
}

/// The stored signatures verify, and are of the two who signed.
fn verified(
    from: &regent_primitives::Policy,
    to: &regent_primitives::Policy,
    stored: &ChangeSignatures,
) -> ChangeSignatures {
    regent_policy::check_change(GENESIS, from, to, stored).expect("stored signatures verify");
    stored.clone()
}

#[test]
fn change_without_signatures_fails() {
    run(|| {
        let first = policy("first");
        create(&first);
        let second = successor(&first, "second");
        for signers in [&[][..], &[BOB][..]] {
            assert_noop!(
                Policies::change(
                    signed(BOB),
                    Box::new(second.clone()),
                    sign(&first, &second, signers)
                ),
                Error::<Test>::TooFewSignatures
            );
        }
    });
}

#[test]
fn change_signed_twice_by_one_fails() {
    run(|| {
        let first = policy("first");
        create(&first);
        let second = successor(&first, "second");
        let signatures = sign(&first, &second, &[BOB, BOB]);
        assert_noop!(
            Policies::change(signed(BOB), Box::new(second), signatures),
            Error::<Test>::DuplicateSigner
        );
    });
}

#[test]
fn change_signed_by_stranger_fails() {
    run(|| {
        let first = policy("first");
        create(&first);
        let second = successor(&first, "second");
        let signatures = sign(&first, &second, &[BOB, ALICE]);
        assert_noop!(
            Policies::change(signed(BOB), Box::new(second), signatures),
            Error::<Test>::SignerNotInChangeRole
        );
    });
}

#[test]
fn change_signed_for_another_policy_fails() {
    run(|| {
        let first = policy("first");
        create(&first);
        let second = successor(&first, "second");
        let signatures = sign(&first, &successor(&first, "other"), &[BOB, CHARLIE]);
        assert_noop!(
            Policies::change(signed(BOB), Box::new(second), signatures),
            Error::<Test>::InvalidSignature
        );
    });
}

#[test]
fn change_of_unknown_predecessor_fails() {
    run(|| {
        let first = policy("first");
        let second = successor(&first, "second");
        let signatures = sign(&first, &second, &[BOB, CHARLIE]);
        assert_noop!(
            Policies::change(signed(BOB), Box::new(second), signatures),
            Error::<Test>::UnknownPredecessor
        );
        assert_noop!(
            Policies::change(signed(BOB), Box::new(first), BoundedVec::default()),
            Error::<Test>::PredecessorMissing
        );
    });
}

#[test]
fn change_to_broken_policy_fails() {
    run(|| {
        let first = policy("first");
        create(&first);
        let mut second = successor(&first, "second");
        second.measurements = BoundedVec::default();
        let signatures = sign(&first, &second, &[BOB, CHARLIE]);
        assert_noop!(
            Policies::change(signed(BOB), Box::new(second), signatures),
            Error::<Test>::InvalidPolicy
        );
    });
}

#[test]
fn change_twice_or_by_stranger_fails() {
    run(|| {
        let first = policy("first");
        create(&first);
        let second = successor(&first, "second");
        change(&first, &second);
        let signatures = sign(&first, &second, &[BOB, CHARLIE]);
        assert_noop!(
            Policies::change(signed(BOB), Box::new(second.clone()), signatures.clone()),
            Error::<Test>::AlreadySucceeded
        );
        assert_noop!(
            Policies::change(signed(FERDIE), Box::new(second), signatures),
            Error::<Test>::NotMember
        );
    });
}

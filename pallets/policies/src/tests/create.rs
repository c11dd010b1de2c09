use super::*;

#[test]
fn create_works() {
    run(|| {
        let policy = policy("treasury");
        System::set_block_number(7);
        let hash = create(&policy);

        let record = Policies::record(&hash).expect("stored");
        assert_eq!(record.policy, policy);
        assert_eq!(record.created_by, ALICE.to_account_id());
        assert_eq!(record.created_at, 7);
        assert!(record.signatures.is_empty());
        assert_eq!(<Policies as PolicyInspect>::policy(&hash), Some(policy));

        let entries = Audit::entries(0, 10);
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].subject, Subject::Policy(hash));
        let by = ALICE.to_account_id();
        let event = AuditEvent::PolicyCreated { predecessor: None, by: by.clone() };
        assert_eq!(entries[0].event, event);
        let entry = entries[0].hash(GENESIS);
        System::assert_last_event(
            Event::PolicyCreated { policy: hash, predecessor: None, by, entry }.into(),
        );
    });
}

#[test]
fn create_twice_fails() {
    run(|| {
        create(&policy("treasury"));
        assert_noop!(
            Policies::create(signed(BOB), Box::new(policy("treasury"))),
            Error::<Test>::PolicyExists
        );
    });
}

#[test]
fn create_by_stranger_fails() {
    run(|| {
        assert_noop!(
            Policies::create(signed(FERDIE), Box::new(policy("treasury"))),
            Error::<Test>::NotMember
        );
        assert_noop!(
            Policies::create(RuntimeOrigin::none(), Box::new(policy("treasury"))),
            sp_runtime::DispatchError::BadOrigin
        );
    });
}

#[test]
fn create_with_predecessor_fails() {
    run(|| {
        let first = policy("treasury");
        create(&first);
        assert_noop!(
            Policies::create(signed(ALICE), Box::new(successor(&first, "next"))),
            Error::<Test>::PredecessorGiven
        );
    });
}

#[test]
fn create_of_broken_policy_fails() {
    run(|| {
        let mut broken = policy("treasury");
        broken.stages = BoundedVec::default();
        assert_noop!(
            Policies::create(signed(ALICE), Box::new(broken)),
            Error::<Test>::InvalidPolicy
        );
    });
}

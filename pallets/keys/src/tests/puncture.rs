use super::*;

fn refused(puncture: &Puncture, error: Error<Test>) {
    assert_storage_noop!(assert_eq!(<Keys as KeyRegistry>::awaits_puncture(puncture), None));
    assert_noop!(<Keys as KeyRegistry>::puncture(puncture), error);
}

/// A key whose first epoch is retiring.
fn retiring() -> (KeyId, RegenToken) {
    let (key, old) = active();
    let new = next(&old);
    succeed(&new);
    confirm(&new, 0..5);
    assert_eq!(epoch_state(key, 0), KeyState::Retiring);
    (key, old)
}

#[test]
fn an_epoch_is_retired_when_protected_punctures_meet_every_set() {
    run(|| {
        let (key, old) = retiring();
        for index in 0..2 {
            assert_ok!(<Keys as KeyRegistry>::puncture(&puncture(&old, index, true)));
            assert_eq!(epoch_state(key, 0), KeyState::Retiring, "three could still make the key");
            assert_eq!(Keys::awaiting(&agent(index), 10), []);
        }
        assert_ok!(<Keys as KeyRegistry>::puncture(&puncture(&old, 2, true)));
        assert_eq!(epoch_state(key, 0), KeyState::Retired);
        let log = events();
        assert_eq!(
            log[log.len() - 2..],
            [
                AuditEvent::KeyPunctured { epoch: 0, agent: agent(2), rollback_protected: true },
                AuditEvent::KeyRetired { epoch: 0 }
            ]
        );
        assert_ok!(<Keys as KeyRegistry>::puncture(&puncture(&old, 3, true)));
        assert_eq!(events().len(), log.len() + 1, "retired once");
    });
}

#[test]
fn what_a_restored_disk_undoes_counts_for_nothing() {
    run(|| {
        let (key, old) = retiring();
        for index in 0..5 {
            assert_ok!(<Keys as KeyRegistry>::puncture(&puncture(&old, index, false)));
        }
        assert_eq!(epoch_state(key, 0), KeyState::Retiring);
        assert_eq!(
            events().last(),
            Some(&AuditEvent::KeyPunctured {
                epoch: 0,
                agent: agent(4),
                rollback_protected: false
            })
        );
    });
}

#[test]
fn a_leaf_that_was_absent_has_nothing_to_puncture() {
    run(|| {
        let old = token(1, tree(3, 5), &[4]);
        let key = enrol(&old);
        confirm(&old, 0..4);
        let new = next(&old);
        succeed(&new);
        confirm(&new, 0..4);
        refused(&puncture(&old, 4, true), Error::NoPunctureAwaited);
        for index in 0..2 {
            assert_ok!(<Keys as KeyRegistry>::puncture(&puncture(&old, index, true)));
        }
        assert_eq!(epoch_state(key, 0), KeyState::Retired, "two of four are left");
    });
}

#[test]
fn puncture_twice_early_or_by_a_stranger_fails() {
    run(|| {
        let (_, old) = retiring();
        let current = next(&old);
        refused(&puncture(&current, 0, true), Error::EpochNotOver);
        refused(&puncture(&old, 7, true), Error::NoPunctureAwaited);
        let right = puncture(&old, 0, true);
        refused(&Puncture { epoch: 9, ..right.clone() }, Error::WrongEpoch);
        let enrolment_id = EnrolmentId::default();
        refused(&Puncture { enrolment_id, ..right.clone() }, Error::WrongEnrolment);
        refused(&Puncture { key: KeyId::default(), ..right.clone() }, Error::UnknownKey);
        assert_ok!(<Keys as KeyRegistry>::puncture(&right));
        refused(&right, Error::NoPunctureAwaited);
    });
}

use super::*;
use regent_primitives::{BoundedVec, Commitments, PolicyHash, QuorumId};

fn refused(token: RegenToken, quorum: Option<QuorumId>, error: Error<Test>) {
    assert_noop!(<Keys as KeyRegistry>::succeed(token, quorum, None, REQUEST), error);
}

#[test]
fn a_confirmed_successor_takes_the_place_of_its_epoch_in_one_block() {
    run(|| {
        let (key, old) = active();
        let new = next(&old);
        succeed(&new);
        assert_eq!(Keys::record(&key).expect("stored").token, old, "the old epoch serves");
        assert_eq!(<Keys as KeyRegistry>::pending_epoch(&key), Some(1));
        assert_eq!(
            Keys::awaiting(&agent(0), 10),
            [WorkItem::Confirm { key, epoch: 1 }],
            "the agents are asked to confirm"
        );
        confirm(&new, 0..3);
        assert_eq!(epoch_state(key, 0), KeyState::Active, "none to spare");
        assert_eq!(ended(), []);
        confirm(&new, [3]);
        assert_eq!(epoch_state(key, 0), KeyState::Retiring);
        assert_eq!(epoch_state(key, 1), KeyState::Active);
        assert_eq!(Keys::record(&key).expect("stored").token, new);
        assert_eq!(<Keys as KeyRegistry>::pending_epoch(&key), None);
        assert_eq!(ended(), [(key, 0)], "its requests end with it");
        let log = events();
        assert_eq!(
            log[log.len() - 2..],
            [
                AuditEvent::KeyActivated { epoch: 1, accepted_by_owner: false },
                AuditEvent::KeyRetiring { epoch: 0 }
            ]
        );
        assert_eq!(
            Keys::awaiting(&agent(0), 10),
            [WorkItem::Puncture { key, epoch: 0 }],
            "and the agents are asked to puncture"
        );
        assert_eq!(Keys::epoch_record(&key, 0).expect("kept").key.token, old, "append-only");
    });
}

#[test]
fn a_token_without_leaves_to_spare_is_for_its_owner_to_accept() {
    run(|| {
        let (key, old) = active();
        let mut new = next(&old);
        new.corrections[3] = None;
        new.corrections[4] = None;
        succeed(&new);
        confirm(&new, 0..3);
        assert_eq!(epoch_state(key, 1), KeyState::Pending);
        assert_noop!(
            Keys::accept_confirmed(RuntimeOrigin::signed(account(BOB)), key),
            Error::<Test>::NotOwner
        );
        assert_ok!(Keys::accept_confirmed(RuntimeOrigin::signed(account(ALICE)), key));
        assert_eq!(epoch_state(key, 1), KeyState::Active);
        assert_eq!(epoch_state(key, 0), KeyState::Retiring);
    });
}

#[test]
fn epochs_follow_each_other_by_one() {
    run(|| {
        let (key, old) = active();
        refused(old.clone(), None, Error::NotNextEpoch);
        let new = next(&old);
        refused(next(&new), None, Error::NotNextEpoch);
        succeed(&new);
        refused(
            RegenToken { enrolment_id: Default::default(), ..new.clone() },
            None,
            Error::SuccessorPending,
        );
        refused(next(&new), None, Error::SuccessorPending);
        confirm(&new, 0..5);
        let third = next(&new);
        succeed(&third);
        confirm(&third, 0..5);
        assert_eq!(epoch_state(key, 0), KeyState::Retiring);
        assert_eq!(epoch_state(key, 1), KeyState::Retiring);
        assert_eq!(epoch_state(key, 2), KeyState::Active);
        assert_eq!(Keys::awaiting(&agent(1), 10).len(), 2);
    });
}

#[test]
fn a_successor_is_the_same_key_byte_by_byte() {
    run(|| {
        let (_, old) = active();
        let new = next(&old);
        let changes: [fn(&mut RegenToken); 4] = [
            |token| token.public_key = BoundedVec::truncate_from(vec![4; 33]),
            |token| token.algorithm = regent_primitives::Algorithm::Bip340,
            |token| token.wrapped = Some(BoundedVec::truncate_from(vec![1])),
            |token| {
                let Commitments::Native { gates, .. } = &mut token.commitments else {
                    unreachable!("native")
                };
                gates[0] = BoundedVec::truncate_from(vec![9; 33]);
            },
        ];
        for change in changes {
            let mut other = new.clone();
            change(&mut other);
            refused(other, None, Error::OtherKey);
        }
    });
}

#[test]
fn a_successor_is_checked_like_a_first_token() {
    run(|| {
        let token = token(1, tree(3, 5), &[]);
        enrol(&token);
        refused(next(&token), None, Error::NotActive);
        confirm(&token, 0..5);
        let new = next(&token);
        let unknown = KeyId(H256::repeat_byte(0xee));
        refused(RegenToken { key_id: unknown, ..new.clone() }, None, Error::UnknownKey);
        let same = RegenToken { enrolment_id: token.enrolment_id, ..new.clone() };
        refused(same, None, Error::WrongEnrolment);
        refused(new.clone(), Some(QUORUM + 1), Error::TreeNotAdmitted);
        refused(
            RegenToken { policy_hash: PolicyHash::default(), ..new.clone() },
            None,
            Error::UnknownPolicy,
        );
        let wider = crate::mock::token(1, tree(3, 6), &[]);
        let wider = RegenToken { epoch: 1, enrolment_id: new.enrolment_id, ..wider };
        refused(wider.clone(), None, Error::TreeNotAdmitted);
        assert_ok!(<Keys as KeyRegistry>::succeed(wider, Some(QUORUM), None, REQUEST));
    });
}

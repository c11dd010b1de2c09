use super::*;
use regent_primitives::{
    AccessTree, AgentNote, BoundedVec, KeyId, LeafPath, Operation, Puncture, Receipt, RegenToken,
    SignedReceipt,
};
use sp_core::Pair;

/// Brings an approved request for a next epoch to its end, and returns the token.
fn complete(id: RequestId, old: &RegenToken, receipt: impl Fn(RequestId) -> Receipt) -> RegenToken {
    let token = successor(id, 1, old);
    let signed = with_result(receipt(id), &token);
    assert_ok!(dispatch(origin(ALICE), complete_call(signed, Some(token.clone()))));
    assert_eq!(status(id), RequestStatus::Completed);
    token
}

/// A receipt with the hash of this token.
fn with_result(receipt: Receipt, token: &RegenToken) -> SignedReceipt {
    let result_hash = regent_primitives::receipt::result_hash(GENESIS, token);
    sign_receipt(Receipt { result_hash, ..receipt })
}

fn of_three(id: RequestId) -> Receipt {
    receipt(id, 1, 0).receipt
}

fn refresh(key: KeyId, old: &RegenToken) -> RegenToken {
    let id = submit_with_session(&next_body(key, old.epoch, Operation::Refresh));
    approve(id);
    complete(id, old, of_three)
}

fn epoch_state(key: KeyId, epoch: u32) -> KeyState {
    Keys::epoch_record(&key, epoch).expect("stored").key.state
}

#[test]
fn a_refreshed_key_works_in_its_new_epoch_and_in_no_other() {
    run(|| {
        let (key, old) = active_key();
        let pending = submit(&sign_body(key));
        go_to(2);
        let id = submit_with_session(&next_body(key, 0, Operation::Refresh));
        assert_eq!(status(pending), RequestStatus::Pending { stage: 0 });
        approve(id);
        assert_eq!(Requests::agent_work(agent(4)).len(), 1, "the agents are asked");
        let new = complete(id, &old, of_three);
        assert_eq!(epoch_state(key, 1), KeyState::Pending);
        assert_eq!(status(pending), RequestStatus::Pending { stage: 0 }, "the old epoch works");
        for index in 0..4 {
            assert_ok!(note(confirmation(&new, index)));
        }
        assert_eq!(epoch_state(key, 0), KeyState::Retiring);
        assert_eq!(epoch_state(key, 1), KeyState::Active);

        assert_eq!(status(pending), RequestStatus::Cancelled);
        assert_eq!(newest(pending), AuditEvent::EpochEnded { epoch: 0 });
        let late = decision_of(pending);
        assert_noop!(dispatch(origin(BOB), late), Error::<Test>::AlreadyDecided);
        let again = submit_call(&sign_body(key), None);
        assert_noop!(dispatch(origin(ALICE), again), Error::<Test>::WrongEpoch);
        let body = RequestBody { epoch: 1, ..sign_body(key) };
        let id = submit_with_session(&body);
        approve(id);
        assert_ok!(dispatch(origin(ALICE), complete_call(receipt(id, 1, 0), None)));
    });
}

fn decision_of(id: RequestId) -> Call<Test> {
    approve_call(id, BOB, 0)
}

#[test]
fn requests_with_shares_out_are_accounted_for_when_their_epoch_ends() {
    run(|| {
        let (key, old) = active_key();
        let few = submit_with_session(&sign_body(key));
        approve(few);
        go_to(2);
        let enough = submit_with_session(&sign_body(key));
        approve(enough);
        assert_ok!(note(release(few, 1, 0)));
        for leaf in 0..3 {
            assert_ok!(note(release(enough, 1, leaf)));
        }
        go_to(3);
        let new = refresh(key, &old);
        for index in 0..4 {
            assert_ok!(note(confirmation(&new, index)));
        }
        assert_eq!(status(few), RequestStatus::Cancelled);
        assert_eq!(
            history(few).iter().rev().take(2).collect::<Vec<_>>(),
            [&AuditEvent::EpochEnded { epoch: 0 }, &AuditEvent::Unaccounted]
        );
        assert_eq!(status(enough), RequestStatus::Failed);
        assert_eq!(
            history(enough).iter().rev().take(3).collect::<Vec<_>>(),
            [&AuditEvent::Failed, &AuditEvent::EpochEnded { epoch: 0 }, &AuditEvent::Unaccounted]
        );
        assert_eq!(Open::<Test>::count(), 0);
        assert_eq!(crate::OpenOfKey::<Test>::iter().count(), 0);
    });
}

/// The leaves of both trees that a reshare's receipt names.
fn joint(old: &[usize], new: &[usize], tree: &AccessTree) -> Vec<LeafPath> {
    let five = self::tree(3, 5);
    let below = |child: u16, tree: &AccessTree, leaf: usize| {
        tree.leaves()[leaf].0.below(child).expect("not too deep")
    };
    let olds = old.iter().map(|leaf| below(1, &five, *leaf));
    olds.chain(new.iter().map(|leaf| below(2, tree, *leaf))).collect()
}

#[test]
fn a_reshare_takes_shares_of_the_old_tree_and_masks_of_the_new() {
    run(|| {
        let (key, old) = active_key();
        let agents: Vec<_> = (5..9).map(agent).collect();
        let tree = AccessTree::threshold_of_agents(2, &agents).expect("a tree");
        let operation = Operation::Reshare { quorum: QUORUM, tree: tree.clone() };
        let id = submit_with_session(&next_body(key, 0, operation));
        approve(id);
        for index in [0, 4, 5, 8] {
            assert_eq!(Requests::agent_work(agent(index)).len(), 1, "old and new are asked");
        }
        assert_eq!(Requests::agent_work(agent(9)), []);

        let token = successor(id, 1, &old);
        let call = |leaves: Vec<LeafPath>| {
            let leaves = BoundedVec::truncate_from(leaves);
            let receipt = Receipt { leaves, ..receipt(id, 1, 0).receipt };
            complete_call(with_result(receipt, &token), Some(token.clone()))
        };
        let error = Error::<Test>::ReceiptLeaves;
        assert_noop!(dispatch(origin(ALICE), call(joint(&[0, 1], &[0, 1], &tree))), error);
        let error = Error::<Test>::ReceiptLeaves;
        assert_noop!(dispatch(origin(ALICE), call(joint(&[0, 1, 2], &[0], &tree))), error);
        assert_ok!(dispatch(origin(ALICE), call(joint(&[0, 1, 2], &[0, 1, 2, 3], &tree))));
        assert_eq!(epoch_state(key, 1), KeyState::Pending);
        for (leaf, who) in agents.iter().enumerate().take(3) {
            let AgentNote::Confirmation(mut new) = confirmation(&token, leaf as u16) else {
                unreachable!("a confirmation")
            };
            new.agent = *who;
            let message = new.message(GENESIS);
            new.signature = agent_pair(5 + leaf as u16).sign(message.as_bytes());
            assert_ok!(note(AgentNote::Confirmation(new)));
        }
        assert_eq!(epoch_state(key, 1), KeyState::Active);
    });
}

#[test]
fn a_transfer_is_prepared_and_then_done_at_once() {
    run(|| {
        let (key, old) = active_key();
        let (owner, policy) = (BOB.to_account_id(), old.policy_hash);
        let operation = Operation::Transfer {
            quorum: QUORUM,
            tree: old.tree.clone(),
            owner: owner.clone(),
            policy,
        };
        let id = submit_with_session(&next_body(key, 0, operation));
        approve(id);
        let tree = old.tree.clone();
        let both = |id| Receipt {
            leaves: BoundedVec::truncate_from(joint(&[0, 1, 2], &[0, 1, 2, 3, 4], &tree)),
            ..receipt(id, 1, 0).receipt
        };
        let new = complete(id, &old, both);
        for index in 0..5 {
            assert_ok!(note(confirmation(&new, index)));
        }
        go_to(2);
        let open = submit(&sign_body(key));
        let call = pallet_regent_keys::Call::transfer_control {
            key,
            new_owner: owner.clone(),
            new_policy: policy,
        };
        assert_ok!(dispatch(origin(ALICE), call));
        assert_eq!(status(open), RequestStatus::Cancelled);
        let record = <Keys as KeyRegistry>::key(&key).expect("stored");
        assert_eq!((record.owner, record.token.epoch), (owner, 1));
    });
}

#[test]
fn punctures_come_in_as_notes() {
    run(|| {
        let (key, old) = active_key();
        let new = refresh(key, &old);
        for index in 0..5 {
            assert_ok!(note(confirmation(&new, index)));
        }
        let puncture = |index: u16, signer: u16| {
            let mut note = Puncture {
                key,
                epoch: 0,
                enrolment_id: old.enrolment_id,
                agent: agent(index),
                rollback_protected: true,
                signature: Default::default(),
            };
            note.signature = agent_pair(signer).sign(note.message(GENESIS).as_bytes());
            AgentNote::Puncture(note)
        };
        assert!(note(puncture(0, 1)).is_err(), "not the agent's own word");
        for index in 0..3 {
            assert_ok!(note(puncture(index, index)));
        }
        assert!(note(puncture(0, 0)).is_err(), "noted before");
        assert_eq!(epoch_state(key, 0), KeyState::Retired);
    });
}

#[test]
fn a_next_epoch_is_refused_for_these_reasons() {
    run(|| {
        let (key, old) = active_key();
        let refused = |operation: Operation, error: Error<Test>| {
            let call = submit_call(&next_body(key, 0, operation), None);
            assert_noop!(dispatch(origin(ALICE), call), error);
        };
        let strange: Vec<_> = [AGENTS - 1, 0].map(agent).to_vec();
        let tree = AccessTree::threshold_of_agents(1, &strange).expect("a tree");
        refused(Operation::Reshare { quorum: QUORUM, tree }, Error::TreeNotAdmitted);
        let large = self::tree(3, 255);
        refused(Operation::Reshare { quorum: QUORUM, tree: large }, Error::TreesTooLarge);
        let unknown = Operation::Transfer {
            quorum: QUORUM,
            tree: old.tree.clone(),
            owner: BOB.to_account_id(),
            policy: Default::default(),
        };
        refused(unknown, Error::UnknownPolicy);
        refresh(key, &old);
        go_to(2);
        refused(Operation::Refresh, Error::SuccessorPending);
    });
}

#[test]
fn a_token_of_a_next_epoch_is_the_requests_own() {
    run(|| {
        let (key, old) = active_key();
        let id = submit_with_session(&next_body(key, 0, Operation::Refresh));
        approve(id);
        let missing = complete_call(sign_receipt(of_three(id)), None);
        assert_noop!(dispatch(origin(ALICE), missing), Error::<Test>::TokenMissing);
        let right = successor(id, 1, &old);
        let wrong = [
            RegenToken { window: right.window + 1, ..right.clone() },
            RegenToken { policy_hash: Default::default(), ..right.clone() },
            RegenToken { enrolment_id: Default::default(), ..right.clone() },
            RegenToken { key_id: KeyId::default(), ..right.clone() },
        ];
        for epoch in [0, 2] {
            let token = RegenToken { epoch, ..right.clone() };
            let call = complete_call(with_result(of_three(id), &token), Some(token));
            let refused = pallet_regent_keys::Error::<Test>::NotNextEpoch;
            assert_noop!(dispatch(origin(ALICE), call), refused);
        }
        for token in wrong {
            let call = complete_call(with_result(of_three(id), &token), Some(token));
            assert_noop!(dispatch(origin(ALICE), call), Error::<Test>::TokenMismatch);
        }
    });
}

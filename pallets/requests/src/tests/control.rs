//! Requests by contracts, and requests for frozen keys.

use super::*;
use crate::Fault;
use regent_primitives::{
    agent_api::WorkItem,
    control::{ConditionControl, RequestControl},
    policy::{change_message, ChangeSignature},
    AccountId, BoundedVec, Caller, Condition, KeyId, Operation, OperationKind, Policy,
};
use sp_keyring::Sr25519Keyring::Eve;

type KeysCall = pallet_regent_keys::Call<Test>;

/// An account that acts for no institution, called by Alice.
fn contract() -> Caller {
    Caller { account: FERDIE.to_account_id(), person: ALICE.to_account_id() }
}

/// A policy that lets the contract request.
fn policy_of_contract() -> Policy {
    let mut policy = policy();
    policy.roles[0].members = BoundedVec::truncate_from(vec![contract().account]);
    policy
}

/// [`policy`] under which the contract requests, and Charlie beside it.
fn policy_of_both() -> Policy {
    let mut policy = policy();
    let both = vec![contract().account, CHARLIE.to_account_id()];
    policy.roles[0].members = BoundedVec::truncate_from(both);
    policy
}

/// An active key under [`policy_of_both`], of the contract, which is there.
fn key_of_contract() -> KeyId {
    ContractAccounts::set(vec![contract().account]);
    let create = pallet_regent_policies::Call::create { policy: Box::new(policy_of_both()) };
    assert_ok!(dispatch(origin(ALICE), create));
    let body = RequestBody {
        policy: policy_of_both().hash(GENESIS),
        operation: enrol_body(1, tree(3, 5)).operation,
        ..enrolment()
    };
    let key = body.key;
    let id = <Requests as RequestControl>::submit(&contract(), body, Default::default());
    let id = id.expect("accepted");
    approve(id);
    open_session(id, 1);
    let token = token(id, 1, &[]);
    let completion = complete_call(receipt(id, 1, &token), Some(token.clone()));
    assert_ok!(dispatch(origin(ALICE), completion));
    for index in 0..5 {
        assert_ok!(note(confirmation(&token, index)));
    }
    key
}

/// Somebody's request to sign with the contract's key.
fn to_sign(who: AccountId, key: KeyId) -> RequestBody {
    let policy = policy_of_both().hash(GENESIS);
    RequestBody { requester: who, policy, ..sign_body(key) }
}

/// The contract's request to enrol a key.
fn enrolment() -> RequestBody {
    let requester = contract().account;
    let alices = enrol_body(1, tree(2, 3));
    RequestBody {
        key: regent_primitives::KeyId::derive(GENESIS, &requester, &alices.salt),
        policy: policy_of_contract().hash(GENESIS),
        requester,
        ..alices
    }
}

fn create_policy_of_contract() {
    let policy = Box::new(policy_of_contract());
    assert_ok!(dispatch(origin(ALICE), pallet_regent_policies::Call::create { policy }));
}

fn submitted() -> RequestId {
    create_policy_of_contract();
    let submitted =
        <Requests as RequestControl>::submit(&contract(), enrolment(), Default::default());
    submitted.expect("accepted")
}

#[test]
fn submit_by_a_contract_is_charged_to_the_person_and_names_both() {
    run(|| {
        let id = submitted();
        assert_eq!(<Requests as RequestControl>::status(&id), Some(record(id).status));
        assert_eq!(record(id).body.requester, contract().account);
        assert_eq!(OpenOf::<Test>::get(0), 1, "Alice's institution is charged");
        let Caller { account: contract, person } = contract();
        assert_eq!(newest(id), AuditEvent::CalledByContract { contract: contract.clone(), person });
        assert!(
            matches!(&history(id)[..], [AuditEvent::Submitted { by, .. }, _] if *by == contract)
        );
    });
}

#[test]
fn submit_by_a_contract_for_another_or_for_a_stranger_fails() {
    run(|| {
        create_policy_of_contract();
        let submit = |account: AccountId, person: AccountId| {
            let caller = Caller { account, person };
            <Requests as RequestControl>::submit(&caller, enrolment(), Default::default())
        };
        let (alice, ferdie) = (ALICE.to_account_id(), FERDIE.to_account_id());
        assert_noop!(submit(BOB.to_account_id(), alice), Error::<Test>::NotRequester);
        assert_noop!(submit(ferdie.clone(), ferdie), Error::<Test>::NotMember);
    });
}

#[test]
fn the_person_behind_a_contract_and_nobody_else_opens_its_sessions() {
    run(|| {
        let id = submitted();
        let open = || Call::open_session { session: Box::new(session(id, 1)) };
        assert_noop!(dispatch(origin(BOB), open()), Error::<Test>::NotRequester);
        assert_ok!(dispatch(origin(ALICE), open()));
    });
}

#[test]
fn notes_about_a_contracts_request_are_charged_to_the_person() {
    run(|| {
        let id = submitted();
        approve(id);
        open_session(id, 1);
        go_to(2);
        assert_ok!(note(release(id, 1, 0)));
        assert_ok!(note(refusal(id, 1, 1)));
        let cost = Requests::release_weight(3).ref_time();
        assert_eq!(NotesOf::<Test>::get(Some(0)).used, 2 * cost);
        assert_eq!(NotesOf::<Test>::get(None::<u32>), Default::default());
    });
}

#[test]
fn nothing_is_requested_or_offered_for_a_frozen_key() {
    run(|| {
        let (key, _) = active_key();
        go_to(2);
        let offered = submit_with_session(&sign_body(key));
        approve(offered);
        assert_eq!(Requests::agent_work(agent(0)).len(), 1);
        go_to(3);
        let open = submit(&sign_body(key));
        let freeze = KeysCall::freeze { key };
        assert_ok!(dispatch(origin(ALICE), freeze));

        assert_eq!(Requests::agent_work(agent(0)), []);
        go_to(4);
        let body = sign_body(key);
        assert!(matches!(body.operation, Operation::Sign { .. }));
        assert_eq!(Requests::evaluate(&body, PAYLOAD), [Fault::KeyFrozen { key }]);
        assert_noop!(dispatch(origin(ALICE), submit_call(&body, None)), Error::<Test>::KeyFrozen);
        let session = Call::open_session { session: Box::new(session(open, 1)) };
        assert_noop!(dispatch(origin(ALICE), session.clone()), Error::<Test>::KeyFrozen);
        approve(open);

        assert_ok!(dispatch(origin(ALICE), KeysCall::unfreeze { key }));
        let work = WorkItem::Release { request: offered, attempt: 1 };
        assert_eq!(Requests::agent_work(agent(0)), [work]);
        assert_ok!(dispatch(origin(ALICE), session));
        assert_eq!(Requests::agent_work(agent(0)).len(), 2);
        submit(&body);
    });
}

#[test]
fn what_is_approved_during_a_freeze_waits_for_agents_once_it_is_lifted() {
    run(|| {
        let (key, _) = active_key();
        go_to(2);
        let id = submit_with_session(&sign_body(key));
        let (freeze, unfreeze) = (KeysCall::freeze { key }, KeysCall::unfreeze { key });
        assert_ok!(dispatch(RuntimeOrigin::root(), freeze));
        approve(id);
        assert_eq!(status(id), RequestStatus::Approved);
        assert_eq!(Requests::agent_work(agent(0)), []);

        go_to(4);
        assert_ok!(dispatch(RuntimeOrigin::root(), unfreeze));
        let work = [WorkItem::Release { request: id, attempt: 1 }];
        assert_eq!(Requests::agent_work(agent(0)), work);
        assert_eq!(Requests::agent_work(agent(4)), work);
        assert_ok!(note(release(id, 1, 0)));
        assert_eq!(Requests::agent_work(agent(0)), []);
        assert_eq!(Requests::agent_work(agent(4)), work);
    });
}

#[test]
fn a_freeze_that_is_lifted_after_the_sessions_deadline_leaves_nothing_to_agents() {
    run(|| {
        let (key, _) = active_key();
        go_to(2);
        let id = submit_with_session(&sign_body(key));
        assert_ok!(dispatch(origin(ALICE), KeysCall::freeze { key }));
        approve(id);
        go_to(13);
        assert_ok!(dispatch(origin(ALICE), KeysCall::unfreeze { key }));
        assert_eq!(Requests::agent_work(agent(0)), []);
        open_session(id, 2);
        let work = WorkItem::Release { request: id, attempt: 2 };
        assert_eq!(Requests::agent_work(agent(0)), [work]);
    });
}

/// The condition of [`gated`].
const CONDITION: H256 = H256::repeat_byte(0xc0);

/// The fixtures' policy, whose enrolments wait for the contract.
fn gated() -> Policy {
    let condition = Condition {
        id: CONDITION,
        contract: contract().account,
        operations: BoundedVec::truncate_from(vec![OperationKind::Enrol]),
    };
    Policy { conditions: BoundedVec::truncate_from(vec![condition]), ..policy() }
}

fn fulfil(caller: &Caller) {
    assert_ok!(<Conditions as ConditionControl>::fulfil(caller, CONDITION, H256::zero()));
}

#[test]
fn what_waits_for_a_condition_is_not_taken_before_it_is_met() {
    run(|| {
        let create = pallet_regent_policies::Call::create { policy: Box::new(gated()) };
        assert_ok!(dispatch(origin(ALICE), create));
        let body = RequestBody { policy: gated().hash(GENESIS), ..enrol_body(1, tree(2, 3)) };
        let (contract, condition) = (contract().account, CONDITION);
        let fault = Fault::ConditionNotFulfilled { contract: contract.clone(), condition };
        assert_eq!(Requests::evaluate(&body, &[]), [fault]);
        let submission = submit_call(&body, None);
        let unmet = || Error::<Test>::ConditionNotFulfilled;
        assert_noop!(dispatch(origin(ALICE), submission.clone()), unmet());
        // Another contract's condition of that name is another condition.
        fulfil(&Caller::person(BOB.to_account_id()));
        assert_noop!(dispatch(origin(ALICE), submission.clone()), unmet());
        fulfil(&Caller { account: contract, person: ALICE.to_account_id() });
        assert_ok!(dispatch(origin(ALICE), submission));
    });
}

#[test]
fn a_withdrawn_condition_stops_approvals_and_attempts_and_no_denial() {
    run(|| {
        let create = pallet_regent_policies::Call::create { policy: Box::new(gated()) };
        assert_ok!(dispatch(origin(ALICE), create));
        fulfil(&contract());
        let policy = gated().hash(GENESIS);
        let request = |salt| RequestBody { policy, ..enrol_body(salt, tree(2, 3)) };
        let (first, second) = (submit(&request(1)), submit(&request(2)));
        assert_ok!(<Conditions as ConditionControl>::withdraw(&contract(), CONDITION));
        let unmet = || Error::<Test>::ConditionNotFulfilled;
        assert_noop!(dispatch(origin(BOB), approve_call(first, BOB, 0)), unmet());
        let open = Call::open_session { session: Box::new(session(first, 1)) };
        assert_noop!(dispatch(origin(ALICE), open.clone()), unmet());
        deny(second);
        assert_eq!(status(second), RequestStatus::Denied);

        fulfil(&contract());
        assert_ok!(dispatch(origin(ALICE), open));
        approve(first);
        assert_eq!(status(first), RequestStatus::Approved);
    });
}

#[test]
fn a_contract_cancels_its_own_requests_and_is_named() {
    run(|| {
        let id = submitted();
        let stranger = Caller::person(BOB.to_account_id());
        assert_noop!(
            <Requests as RequestControl>::cancel(&stranger, id),
            Error::<Test>::NotRequester
        );
        assert_ok!(<Requests as RequestControl>::cancel(&contract(), id));
        assert_eq!(status(id), RequestStatus::Cancelled);
        let Caller { account: contract, person } = contract();
        let log = history(id);
        let called = AuditEvent::CalledByContract { contract, person };
        assert_eq!(log[log.len() - 2..], [AuditEvent::Cancelled, called]);
    });
}

#[test]
fn the_person_who_had_a_contract_ask_cancels_too() {
    run(|| {
        let id = submitted();
        assert_noop!(
            dispatch(origin(BOB), Call::cancel { request: id }),
            Error::<Test>::NotRequester
        );
        assert_ok!(dispatch(origin(ALICE), Call::cancel { request: id }));
        assert_eq!(newest(id), AuditEvent::Cancelled);
    });
}

#[test]
fn nobody_asks_beside_the_contract_that_owns_the_key() {
    run(|| {
        let key = key_of_contract();
        go_to(2);
        let charlies = to_sign(CHARLIE.to_account_id(), key);
        let fault = Fault::KeyOwnedByContract { key, contract: contract().account };
        assert_eq!(Requests::evaluate(&charlies, PAYLOAD), std::slice::from_ref(&fault));
        let submission = submit_call(&charlies, None);
        let refused = || Error::<Test>::KeyOwnedByContract;
        assert_noop!(dispatch(origin(CHARLIE), submission.clone()), refused());
        for operation in [
            Operation::Refresh,
            Operation::Reshare { quorum: QUORUM, tree: tree(2, 4) },
            Operation::Transfer {
                quorum: QUORUM,
                tree: tree(2, 4),
                owner: CHARLIE.to_account_id(),
                policy: charlies.policy,
            },
        ] {
            let next = next_body(key, 0, operation);
            let (requester, policy) = (charlies.requester.clone(), charlies.policy);
            let body = RequestBody { requester, policy, ..next };
            assert_eq!(Requests::evaluate(&body, &[]), std::slice::from_ref(&fault));
        }

        let payload = BoundedVec::truncate_from(PAYLOAD.to_vec());
        let contracts = to_sign(contract().account, key);
        assert_ok!(<Requests as RequestControl>::submit(&contract(), contracts, payload));

        EndedContracts::set(vec![contract().account]);
        assert_eq!(Requests::evaluate(&charlies, PAYLOAD), []);
        assert_ok!(dispatch(origin(CHARLIE), submission));
    });
}

#[test]
fn whom_a_successor_names_does_not_ask_beside_the_contract_either() {
    run(|| {
        let key = key_of_contract();
        go_to(2);
        let old = policy_of_both();
        let mut new = Policy { predecessor: Some(old.hash(GENESIS)), ..old.clone() };
        new.roles[0].members = BoundedVec::truncate_from(vec![Eve.to_account_id()]);
        let message = change_message(GENESIS, old.hash(GENESIS), new.hash(GENESIS));
        let signature = DAVE.sign(message.as_bytes()).into();
        let change = ChangeSignature { signer: DAVE.to_account_id(), signature };
        let change = pallet_regent_policies::Call::change {
            policy: Box::new(new.clone()),
            signatures: BoundedVec::truncate_from(vec![change]),
        };
        assert_ok!(dispatch(origin(ALICE), change));

        let policy = new.hash(GENESIS);
        let eves = RequestBody { policy, ..to_sign(Eve.to_account_id(), key) };
        let refused = Error::<Test>::KeyOwnedByContract;
        assert_noop!(dispatch(origin(Eve), submit_call(&eves, None)), refused);
        EndedContracts::set(vec![contract().account]);
        assert_ok!(dispatch(origin(Eve), submit_call(&eves, None)));
    });
}

#[test]
fn what_was_asked_while_a_contract_was_gone_stops_when_it_is_there_again() {
    run(|| {
        let key = key_of_contract();
        go_to(2);
        EndedContracts::set(vec![contract().account]);
        let charlies =
            |salt| RequestBody { salt: [salt; 32], ..to_sign(CHARLIE.to_account_id(), key) };
        let ask = |body: &RequestBody, session| {
            assert_ok!(dispatch(origin(CHARLIE), submit_call(body, session)));
            body.id(GENESIS)
        };
        let (pending, denied) = (ask(&charlies(1), None), ask(&charlies(2), None));
        let offered = charlies(3);
        let offered = ask(&offered, Some(session(offered.id(GENESIS), 1)));
        approve(offered);
        let work = WorkItem::Release { request: offered, attempt: 1 };
        assert_eq!(Requests::agent_work(agent(0)), std::slice::from_ref(&work));

        EndedContracts::set(Vec::new());
        assert_eq!(Requests::agent_work(agent(0)), []);
        let refused = || Error::<Test>::KeyOwnedByContract;
        assert_noop!(dispatch(origin(BOB), approve_call(pending, BOB, 0)), refused());
        let open = Call::open_session { session: Box::new(session(pending, 1)) };
        assert_noop!(dispatch(origin(CHARLIE), open), refused());
        deny(denied);
        assert_eq!(status(denied), RequestStatus::Denied);

        EndedContracts::set(vec![contract().account]);
        assert_eq!(Requests::agent_work(agent(0)), [work]);
        approve(pending);
        assert_eq!(status(pending), RequestStatus::Approved);
    });
}

#[test]
fn a_contract_asks_for_no_key_that_would_be_lost_with_it() {
    run(|| {
        ContractAccounts::set(vec![contract().account]);
        create_policy_of_contract();
        let submitted =
            <Requests as RequestControl>::submit(&contract(), enrolment(), Default::default());
        assert_eq!(submitted, Err(Error::<Test>::NoRecovery.into()));

        // Nor is another's key prepared for it.
        let (key, _) = active_key();
        let prepare = |policy: &Policy| {
            let (quorum, tree, owner) = (QUORUM, tree(2, 4), contract().account);
            let policy = policy.hash(GENESIS);
            next_body(key, 0, Operation::Transfer { quorum, tree, owner, policy })
        };
        let alone = policy_of_contract();
        let fault = Fault::NoRecovery { policy: alone.hash(GENESIS), contract: contract().account };
        assert_eq!(Requests::evaluate(&prepare(&alone), &[]), [fault]);
        let refused = Error::<Test>::NoRecovery;
        assert_noop!(dispatch(origin(ALICE), submit_call(&prepare(&alone), None)), refused);
        let create = pallet_regent_policies::Call::create { policy: Box::new(policy_of_both()) };
        assert_ok!(dispatch(origin(ALICE), create));
        submit(&prepare(&policy_of_both()));
    });
}

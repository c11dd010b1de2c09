//! A contract gets no key that would be lost with it.

use super::*;
use regent_primitives::{
    control::KeyControl, AccountId, BoundedVec, Condition, OperationKind, Policy, Stage,
};

/// The fixtures' policy, under which a contract asks, and Alice beside it.
fn shared(contract: AccountId) -> Policy {
    let mut policy = policy();
    policy.roles[0].members = BoundedVec::truncate_from(vec![contract, account(ALICE)]);
    policy
}

/// Enrols a key for a contract under a policy.
fn enrol_under(policy: Policy) -> sp_runtime::DispatchResult {
    let policy_hash = policy.hash(GENESIS);
    OtherPolicy::set(Some(policy));
    let token = RegenToken { policy_hash, ..token(1, tree(3, 5), &[]) };
    <Keys as KeyRegistry>::enrol(token, Contract::get(), QUORUM, REQUEST)
}

/// [`shared`], with a change.
fn changed(change: impl FnOnce(&mut Policy)) -> Policy {
    let mut policy = shared(Contract::get());
    change(&mut policy);
    policy
}

/// What leaves nobody who could have the key transferred.
fn dead_ends() -> [Policy; 4] {
    let contract = Contract::get();
    let contracts = vec![contract.clone(), EndedContract::get()];
    [
        changed(|policy| {
            policy.operations = BoundedVec::truncate_from(vec![OperationKind::Sign]);
        }),
        changed(|policy| policy.roles[0].members = BoundedVec::truncate_from(vec![contract])),
        changed(|policy| policy.roles[0].members = BoundedVec::truncate_from(contracts)),
        // Alice alone could approve what she asks for.
        changed(|policy| {
            policy.stages = BoundedVec::truncate_from(vec![Stage { role: 0, threshold: 1 }]);
        }),
    ]
}

#[test]
fn a_contract_enrols_no_key_that_would_be_lost_with_it() {
    run(|| {
        for policy in dead_ends() {
            assert_noop!(enrol_under(policy), Error::<Test>::NoRecovery);
        }
        // Its own condition ends with it, and another contract's is another's to declare.
        let mut policy = shared(Contract::get());
        let others = Condition {
            id: H256::zero(),
            contract: EndedContract::get(),
            operations: BoundedVec::truncate_from(vec![OperationKind::Transfer]),
        };
        let own = Condition {
            id: H256::zero(),
            contract: Contract::get(),
            operations: BoundedVec::truncate_from(vec![OperationKind::Transfer]),
        };
        policy.conditions = BoundedVec::truncate_from(vec![others, own]);
        assert_ok!(enrol_under(policy));
    });
}

#[test]
fn no_key_is_prepared_for_a_contract_with_which_it_would_be_lost() {
    run(|| {
        let (_, old) = active();
        let prepare = |policy: &Policy, to: AccountId| {
            OtherPolicy::set(Some(policy.clone()));
            let new = RegenToken { policy_hash: policy.hash(GENESIS), ..next(&old) };
            <Keys as KeyRegistry>::succeed(new, Some(QUORUM), Some(to), REQUEST)
        };
        for policy in dead_ends() {
            assert_noop!(prepare(&policy, Contract::get()), Error::<Test>::NoRecovery);
        }
        assert_ok!(prepare(&shared(Contract::get()), Contract::get()));
    });
}

#[test]
fn a_person_gets_a_key_under_any_policy() {
    run(|| {
        let (_, old) = active();
        for policy in dead_ends() {
            assert!(Keys::is_recoverable(&account(BOB), &policy.hash(GENESIS)));
        }
        let [policy, ..] = dead_ends();
        OtherPolicy::set(Some(policy.clone()));
        let new = RegenToken { policy_hash: policy.hash(GENESIS), ..next(&old) };
        let to = Some(account(BOB));
        assert_ok!(<Keys as KeyRegistry>::succeed(new, Some(QUORUM), to, REQUEST));
    });
}

#[test]
fn a_contract_that_is_there_and_no_other_keeps_its_key_to_itself() {
    run(|| {
        let key = |seed, owner: AccountId| {
            let token = token(seed, tree(3, 5), &[]);
            assert_ok!(<Keys as KeyRegistry>::enrol(token.clone(), owner, QUORUM, REQUEST));
            token.key_id
        };
        let live = |key| <Keys as KeyControl>::live_contract(&key);
        let ended = |key| <Keys as KeyControl>::ended_contract(&key);
        let [of_contract, of_ended, of_person] =
            [key(1, Contract::get()), key(2, EndedContract::get()), key(3, account(ALICE))];
        assert_eq!((live(of_contract), ended(of_contract)), (Some(Contract::get()), None));
        assert_eq!((live(of_ended), ended(of_ended)), (None, Some(EndedContract::get())));
        assert_eq!((live(of_person), ended(of_person)), (None, None));
        assert_eq!((live(KeyId::default()), ended(KeyId::default())), (None, None));
    });
}

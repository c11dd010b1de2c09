use regent_primitives::{control::KeyControl, AccountId, Caller};

use super::*;

fn transfer(who: sp_keyring::Sr25519Keyring, key: KeyId) -> sp_runtime::DispatchResult {
    let policy = policy().hash(GENESIS);
    Keys::transfer_control(RuntimeOrigin::signed(account(who)), key, account(BOB), policy)
}

/// A key whose next epoch is prepared for Bob.
fn prepared() -> (KeyId, RegenToken) {
    prepared_for(account(BOB))
}

fn prepared_for(owner: AccountId) -> (KeyId, RegenToken) {
    let (key, old) = active();
    let new = next(&old);
    assert_ok!(<Keys as KeyRegistry>::succeed(new.clone(), Some(QUORUM), Some(owner), REQUEST));
    (key, new)
}

#[test]
fn transfer_control_switches_owner_policy_and_epoch_at_once() {
    run(|| {
        let (key, new) = prepared();
        confirm(&new, 0..5);
        assert_eq!(epoch_state(key, 0), KeyState::Active, "it waits for the owner");
        assert_eq!(epoch_state(key, 1), KeyState::Pending);
        assert_ok!(transfer(ALICE, key));
        let record = Keys::record(&key).expect("stored");
        assert_eq!(record.owner, account(BOB));
        assert_eq!(record.token, new);
        assert_eq!(record.state, KeyState::Active);
        assert_eq!(epoch_state(key, 0), KeyState::Retiring);
        assert_eq!(ended(), [(key, 0)]);
        let (from, to, policy) = (account(ALICE), account(BOB), new.policy_hash);
        let log = events();
        assert_eq!(
            log[log.len() - 3..],
            [
                AuditEvent::ControlTransferred { epoch: 1, from, to, policy },
                AuditEvent::KeyActivated { epoch: 1, accepted_by_owner: false },
                AuditEvent::KeyRetiring { epoch: 0 }
            ]
        );
        assert_noop!(transfer(ALICE, key), Error::<Test>::NotOwner);
        assert_noop!(transfer(BOB, key), Error::<Test>::NotPending);
    });
}

#[test]
fn transfer_control_to_a_contract_marks_the_key_and_back_unmarks_it() {
    run(|| {
        let (key, new) = prepared_for(Contract::get());
        confirm(&new, 0..5);
        let marked = || Keys::record(&key).expect("stored").chain_authority;
        assert!(!marked(), "it waits for the owner");
        let right = policy().hash(GENESIS);
        let alice = RuntimeOrigin::signed(account(ALICE));
        assert_ok!(Keys::transfer_control(alice, key, Contract::get(), right));
        assert!(marked());

        let newest = RegenToken { epoch: 2, ..next(&new) };
        let to = Some(account(BOB));
        assert_ok!(<Keys as KeyRegistry>::succeed(newest.clone(), Some(QUORUM), to, REQUEST));
        confirm(&newest, 0..5);
        let contract = Caller { account: Contract::get(), person: account(ALICE) };
        let handed = <Keys as KeyControl>::transfer_control(&contract, key, account(BOB), right);
        assert_ok!(handed);
        assert!(!marked());
        let Caller { account: contract, person } = contract;
        assert_eq!(events().last(), Some(&AuditEvent::CalledByContract { contract, person }));
    });
}

#[test]
fn transfer_control_needs_one_to_spare() {
    run(|| {
        let (key, new) = prepared();
        confirm(&new, 0..3);
        assert_noop!(transfer(ALICE, key), Error::<Test>::TooFewConfirmed);
        confirm(&new, [3]);
        assert_ok!(transfer(ALICE, key));
    });
}

#[test]
fn transfer_control_is_the_owners_and_to_whom_it_was_prepared_for() {
    run(|| {
        let (key, new) = prepared();
        confirm(&new, 0..5);
        assert_noop!(transfer(BOB, key), Error::<Test>::NotOwner);
        let call = |to, policy| {
            Keys::transfer_control(RuntimeOrigin::signed(account(ALICE)), key, to, policy)
        };
        let right = policy().hash(GENESIS);
        assert_noop!(call(account(ALICE), right), Error::<Test>::NotPrepared);
        assert_noop!(call(account(BOB), Default::default()), Error::<Test>::NotPrepared);
        assert_noop!(transfer(ALICE, KeyId::default()), Error::<Test>::UnknownKey);
        assert_noop!(
            Keys::accept_confirmed(RuntimeOrigin::signed(account(ALICE)), key),
            Error::<Test>::AwaitsTransfer
        );
        assert_eq!(ended(), []);
        assert_ok!(call(account(BOB), right));
    });
}

#[test]
fn transfer_control_of_what_was_not_prepared_fails() {
    run(|| {
        let (key, old) = active();
        assert_noop!(transfer(ALICE, key), Error::<Test>::NotPending);
        succeed(&next(&old));
        assert_noop!(transfer(ALICE, key), Error::<Test>::NotPrepared);
    });
}

#[test]
fn transfer_control_of_a_frozen_key_fails() {
    run(|| {
        let (key, new) = prepared();
        confirm(&new, 0..5);
        assert_ok!(Keys::freeze(RuntimeOrigin::root(), key));
        assert_noop!(transfer(ALICE, key), Error::<Test>::Frozen);
        assert_ok!(Keys::unfreeze(RuntimeOrigin::root(), key));
        assert_ok!(transfer(ALICE, key));
    });
}

//! `freeze` and `unfreeze`, by call and for contracts.

use regent_primitives::{control::KeyControl, AccountId, Caller};

use super::*;

fn enrolled() -> KeyId {
    enrol(&token(1, tree(3, 5), &[]))
}

fn by(who: sp_keyring::Sr25519Keyring) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(who))
}

#[test]
fn freeze_by_owner_works() {
    run(|| {
        let key = enrolled();
        assert_ok!(Keys::freeze(by(ALICE), key));
        assert!(Keys::is_frozen(&key));
        let frozen = AuditEvent::KeyFrozen { by: Some(account(ALICE)) };
        assert_eq!(events().last(), Some(&frozen));
        System::assert_last_event(Event::KeyFrozen { key, by: Some(account(ALICE)) }.into());

        assert_noop!(Keys::freeze(by(ALICE), key), Error::<Test>::AlreadyFrozen);
        assert_ok!(Keys::unfreeze(by(ALICE), key));
        assert!(!Keys::is_frozen(&key));
        let lifted = AuditEvent::KeyUnfrozen { by: Some(account(ALICE)) };
        assert_eq!(events().last(), Some(&lifted));
        assert_noop!(Keys::unfreeze(by(ALICE), key), Error::<Test>::NotFrozen);
    });
}

#[test]
fn freeze_by_another_or_of_an_unknown_key_fails() {
    run(|| {
        let key = enrolled();
        assert_noop!(Keys::freeze(by(BOB), key), Error::<Test>::NotOwner);
        assert_noop!(Keys::freeze(by(ALICE), KeyId::default()), Error::<Test>::UnknownKey);
        assert_ok!(Keys::freeze(by(ALICE), key));
        assert_noop!(Keys::unfreeze(by(BOB), key), Error::<Test>::NotOwner);
    });
}

#[test]
fn freeze_by_governance_outlives_the_owners() {
    run(|| {
        let key = enrolled();
        assert_ok!(Keys::freeze(RuntimeOrigin::root(), key));
        assert_eq!(events().last(), Some(&AuditEvent::KeyFrozen { by: None }));
        assert_noop!(Keys::unfreeze(by(ALICE), key), Error::<Test>::FrozenByGovernance);

        assert_ok!(Keys::freeze(by(ALICE), key));
        assert_ok!(Keys::unfreeze(by(ALICE), key));
        assert!(Keys::is_frozen(&key), "governance's freeze stays");
        assert_ok!(Keys::unfreeze(RuntimeOrigin::root(), key));
        assert!(!Keys::is_frozen(&key));
    });
}

#[test]
fn unfreeze_by_governance_lifts_the_owners_too() {
    run(|| {
        let key = enrolled();
        assert_ok!(Keys::freeze(by(ALICE), key));
        assert_ok!(Keys::unfreeze(RuntimeOrigin::root(), key));
        assert!(!Keys::is_frozen(&key));
    });
}

#[test]
fn freeze_by_a_contract_names_it_and_the_person() {
    run(|| {
        let key = enrolled();
        let contract = AccountId::new([0xee; 32]);
        let stranger = Caller { account: contract.clone(), person: account(ALICE) };
        assert_noop!(
            <Keys as KeyControl>::freeze(&stranger, key),
            Error::<Test>::NotOwner // The person owns the key, and the contract does not.
        );

        let token = token(2, tree(3, 5), &[]);
        assert_ok!(<Keys as KeyRegistry>::enrol(token.clone(), contract.clone(), QUORUM, REQUEST));
        assert_ok!(<Keys as KeyControl>::freeze(&stranger, token.key_id));
        let log = events();
        let called =
            AuditEvent::CalledByContract { contract: contract.clone(), person: account(ALICE) };
        assert_eq!(log[log.len() - 2..], [AuditEvent::KeyFrozen { by: Some(contract) }, called]);
    });
}

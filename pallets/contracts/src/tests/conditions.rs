//! Conditions, as contracts fulfil and withdraw them.

use regent_primitives::{
    contracts_api::Fulfilment,
    control::{Caller, ConditionControl},
};

use super::*;

const CONDITION: H256 = H256::repeat_byte(1);
const EVIDENCE: H256 = H256::repeat_byte(2);
/// Another contract.
const OTHER: AccountId = AccountId::new([0xef; 32]);

fn contract(account: AccountId) -> Caller {
    Caller { account, person: ALICE }
}

fn fulfil(caller: &Caller, condition: H256) -> DispatchResult {
    <Contracts as ConditionControl>::fulfil(caller, condition, EVIDENCE)
}

fn is_fulfilled(contract: &AccountId) -> bool {
    <Contracts as ConditionControl>::is_fulfilled(contract, &CONDITION)
}

fn log() -> Vec<(Subject, AuditEvent)> {
    Audit::entries(0, 256).into_iter().map(|entry| (entry.subject, entry.event)).collect()
}

#[test]
fn what_a_contract_fulfils_is_its_own_and_logged() {
    new_test_ext().execute_with(|| {
        let caller = contract(CONTRACT);
        assert_ok!(fulfil(&caller, CONDITION));
        assert!(is_fulfilled(&CONTRACT));
        assert!(!is_fulfilled(&OTHER), "nobody else's condition of that name");
        let fulfilment = Fulfilment { evidence: EVIDENCE, at: 1 };
        assert_eq!(Fulfilments::<Test>::get(CONTRACT, CONDITION), Some(fulfilment));
        let subject = Subject::Contract(CONTRACT);
        let called = AuditEvent::CalledByContract { contract: CONTRACT, person: ALICE };
        let fulfilled = AuditEvent::ConditionFulfilled { condition: CONDITION, evidence: EVIDENCE };
        assert_eq!(log(), [(subject.clone(), fulfilled), (subject.clone(), called.clone())]);

        assert_ok!(<Contracts as ConditionControl>::withdraw(&caller, CONDITION));
        assert!(!is_fulfilled(&CONTRACT));
        let withdrawn = AuditEvent::ConditionWithdrawn { condition: CONDITION };
        assert_eq!(log()[2..], [(subject.clone(), withdrawn), (subject, called)]);
        assert_noop!(
            <Contracts as ConditionControl>::withdraw(&caller, CONDITION),
            Error::<Test>::NotFulfilled
        );
        assert_ok!(Contracts::do_try_state());
    });
}

#[test]
fn a_person_fulfils_nothing_and_nobody_withdraws_anothers() {
    new_test_ext().execute_with(|| {
        assert_noop!(fulfil(&Caller::person(ALICE), CONDITION), Error::<Test>::NotContract);
        assert_ok!(fulfil(&contract(CONTRACT), CONDITION));
        assert_noop!(
            <Contracts as ConditionControl>::withdraw(&contract(OTHER), CONDITION),
            Error::<Test>::NotFulfilled
        );
        assert!(is_fulfilled(&CONTRACT));
    });
}

#[test]
fn a_contract_has_room_for_so_many_and_renews_what_it_has() {
    new_test_ext().execute_with(|| {
        let caller = contract(CONTRACT);
        for condition in 1..=MAX_FULFILLED {
            assert_ok!(fulfil(&caller, H256::from_low_u64_be(condition.into())));
        }
        assert_noop!(fulfil(&caller, CONDITION), Error::<Test>::TooManyFulfilled);
        assert_ok!(fulfil(&caller, H256::from_low_u64_be(1)));
        assert_ok!(fulfil(&contract(OTHER), CONDITION));
        assert_ok!(Contracts::do_try_state());
        assert_ok!(<Contracts as ConditionControl>::withdraw(&caller, H256::from_low_u64_be(1)));
        assert_ok!(fulfil(&caller, CONDITION));
        assert_ok!(Contracts::do_try_state());
    });
}

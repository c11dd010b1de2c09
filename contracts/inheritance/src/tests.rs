use ink::{env::test, sol::FixedBytes, Address, H160, U256};
use regent_contract_host::{abi::Party, Refusal};
use regent_contract_logic::Error;

use crate::{
    abi::{
        Case, Combination, Group, Guardian, Heir, Kind, Periods, Standing, Step, Succession, Terms,
    },
    contract::Inheritance,
};

fn who(number: u8) -> Address {
    H160([number; 20])
}

fn party(number: u8) -> Party {
    let bytes = FixedBytes([number; 32]);
    Party { who: who(number), account: bytes, policy: bytes }
}

/// As long as terms can be.
fn terms() -> Terms {
    let none = FixedBytes([0; 32]);
    let heir = |number| Heir {
        party: party(number),
        minor_until: 100,
        trustee: who(200),
        trustee_policy: FixedBytes([200; 32]),
    };
    let group = |first: u8| Group {
        kind: Kind::Family,
        members: (first..first + 8).map(who).collect(),
        threshold: 2,
    };
    let proves = |proves| Combination { proves, silence: false, groups: 1 };
    Terms {
        owner: party(1),
        succession: Succession {
            heirs: (2..10).map(heir).collect(),
            turn: 10,
            threshold: 0,
            together_policy: none,
        },
        guardian: Guardian { who: who(20), policy: FixedBytes([20; 32]), term: 100 },
        groups: (0..8).map(|index| group(30 + 8 * index)).collect(),
        combinations: [Case::Death, Case::Incapacity, Case::Recovery].map(proves).into(),
        executor: who(0),
        contesters: (100..108).map(who).collect(),
        contests: 1,
        periods: Periods {
            interval: 1_000,
            grace: 100,
            contest: 50,
            block_milliseconds: 500,
            halt_milliseconds: 60_000,
        },
        condition: none,
        sharing: FixedBytes([6; 32]),
    }
}

#[ink::test]
fn the_longest_terms_are_stored_and_read_back() {
    let contract = Inheritance::new(terms()).unwrap();
    assert_eq!(contract.standing(), Ok(Standing::Draft));
    assert_eq!(contract.controller(who(1)), Ok(true));
    assert_eq!(contract.controller(who(2)), Ok(false));
    assert_eq!(contract.contest_until(Case::Death), Ok(0));
}

#[ink::test]
fn terms_that_cannot_be_carried_out_are_refused_with_the_reason() {
    let refused = Inheritance::new(Terms { owner: party(2), ..terms() }).err();
    assert_eq!(refused, Some(Refusal::from(Error::InvalidHeirs)));
    let nobody = Guardian { who: who(0), ..terms().guardian };
    let refused = Inheritance::new(Terms { guardian: nobody, ..terms() }).err();
    assert_eq!(refused, Some(Refusal::from(Error::InvalidCombination)));
}

#[ink::test]
fn a_message_is_refused_by_the_machine_and_stores_nothing() {
    let mut contract = Inheritance::new(terms()).unwrap();
    test::set_caller(who(2));
    assert_eq!(contract.revoke(), Err(Error::NotInControl.into()));
    assert_eq!(contract.execute(Step::Succeed, 0), Err(Error::NotProven.into()));
    test::set_caller(who(1));
    assert_eq!(contract.prove_life(), Err(Error::NotInForce.into()));
    test::set_value_transferred(U256::from(1));
    assert_eq!(contract.revoke(), Err(Error::NoPaymentDue.into()));
    assert_eq!(contract.standing(), Ok(Standing::Draft));
}

#[ink::test]
fn an_owner_revokes_before_a_key_is_bound() {
    let mut contract = Inheritance::new(terms()).unwrap();
    test::set_caller(who(1));
    contract.revoke().unwrap();
    assert_eq!(contract.standing(), Ok(Standing::Revoked));
    assert_eq!(contract.revoke(), Err(Error::AlreadyRevoked.into()));
}

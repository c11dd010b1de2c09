use ink::{
    env::test,
    sol::{DynBytes, FixedBytes},
    Address, H160, U256,
};
use regent_contract_host::{abi::Party, Refusal};
use regent_contract_logic::Error;

use crate::{
    abi::{AssetKind, Budget, Controller, Standing, Terms},
    contract::Delegation,
};

fn who(number: u8) -> Address {
    H160([number; 20])
}

fn terms() -> Terms {
    let bytes = FixedBytes([1; 32]);
    Terms {
        owner: Party { who: who(1), account: bytes, policy: bytes },
        adviser: who(2),
        until: 1_000,
        budgets: vec![Budget { kind: AssetKind::Ether, chain: 1, token: who(0), total: 100 }],
        recipients: vec![DynBytes(vec![7; 20])],
        requests: 5,
        lifetime: 60,
    }
}

#[ink::test]
fn terms_are_stored_and_read_back() {
    let delegation = Delegation::new(terms()).unwrap();
    assert_eq!(delegation.standing(), Ok(Standing::Draft));
    assert_eq!(delegation.controller(), Ok(Controller::Owner));
    assert_eq!(delegation.spent(), Ok(vec![0]));
}

#[ink::test]
fn terms_that_cannot_be_carried_out_are_refused_with_the_reason() {
    let refused = Delegation::new(Terms { budgets: vec![], ..terms() }).err();
    assert_eq!(refused, Some(Refusal::from(Error::InvalidBudgets)));
    let unknown = Budget { kind: AssetKind::Bitcoin, chain: 256, token: who(0), total: 1 };
    let refused = Delegation::new(Terms { budgets: vec![unknown], ..terms() }).err();
    assert_eq!(refused, Some(Refusal::from(Error::InvalidBudgets)));
}

#[ink::test]
fn a_message_is_refused_by_the_machine_and_stores_nothing() {
    let mut delegation = Delegation::new(terms()).unwrap();
    test::set_caller(who(2));
    assert_eq!(delegation.recall(), Err(Error::NotOwner.into()));
    test::set_caller(who(1));
    assert_eq!(delegation.recall(), Err(Error::NoMandate.into()));
    test::set_value_transferred(U256::from(1));
    assert_eq!(delegation.recall(), Err(Error::NoPaymentDue.into()));
    assert_eq!(delegation.standing(), Ok(Standing::Draft));
}

use ink::{env::test, sol::FixedBytes, Address, H160, U256};
use regent_contract_host::{abi::Party, Refusal};
use regent_contract_logic::Error;

use crate::{
    abi::{Office, Price, SignOff, Standing, Terms},
    contract::Sale,
};

fn who(number: u8) -> Address {
    H160([number; 20])
}

fn party(number: u8) -> Party {
    let bytes = FixedBytes([number; 32]);
    Party { who: who(number), account: bytes, policy: bytes }
}

fn terms() -> Terms {
    Terms {
        seller: party(1),
        buyer: party(2),
        price: Price { amount: 100, oracles: vec![], threshold: 0, statement: FixedBytes([0; 32]) },
        deposit: 10,
        sign_offs: vec![SignOff { office: Office::Sanctions, who: who(3) }],
        arbiter: who(4),
        deadline: 1_000,
        ruling: 100,
        lifetime: 50,
        condition: FixedBytes([0; 32]),
        sharing: FixedBytes([6; 32]),
    }
}

#[ink::test]
fn terms_are_stored_and_read_back() {
    let sale = Sale::new(terms()).unwrap();
    assert_eq!(sale.standing(), Ok(Standing::Draft));
    assert_eq!(sale.settle_until(), Ok(1_000));
    assert_eq!(sale.key(), Ok(FixedBytes([0; 32])));
}

#[ink::test]
fn terms_that_cannot_be_carried_out_are_refused_with_the_reason() {
    let refused = Sale::new(Terms { deposit: 101, ..terms() }).err();
    assert_eq!(refused, Some(Refusal::from(Error::InvalidPrice)));
    let price = Price { oracles: vec![who(5)], threshold: 1, ..terms().price };
    let refused = Sale::new(Terms { price, ..terms() }).err();
    assert_eq!(refused, Some(Refusal::from(Error::InvalidPrice)), "an amount and oracles");
    let refused = Sale::new(Terms { sharing: FixedBytes([0; 32]), ..terms() }).err();
    assert_eq!(refused, Some(Refusal::from(Error::NoSharing)));
}

#[ink::test]
fn a_message_is_refused_by_the_machine_and_stores_nothing() {
    let mut sale = Sale::new(terms()).unwrap();
    test::set_caller(who(2));
    assert_eq!(sale.settle(), Err(Error::NotPaid.into()));
    test::set_value_transferred(U256::from(10));
    assert_eq!(sale.cancel(), Err(Error::NoPaymentDue.into()));
    test::set_caller(who(9));
    test::set_value_transferred(U256::from(0));
    assert_eq!(sale.cancel(), Err(Error::NotParty.into()));
    assert_eq!(sale.standing(), Ok(Standing::Draft));
}

use regent_contract_logic::{
    custody::Preparation,
    sale::{Event, Office, Price, Ruling, Sale, SignOff, Standing, State, Step, Terms},
    Action, Amount, Error, Hash, Remember, Status,
};

use crate::stage::*;

const SANCTIONS: u8 = 20;
const ARBITER: u8 = 21;
const ORACLES: [u8; 3] = [22, 23, 24];
const DOCUMENT: Hash = Hash([5; 32]);
const PRICE: Amount = 100;
const DEPOSIT: Amount = 10;

fn terms() -> Terms {
    Terms {
        seller: party(ALICE),
        buyer: party(BOB),
        price: Price::Asset(PRICE),
        deposit: DEPOSIT,
        sign_offs: vec![SignOff { office: Office::Sanctions, address: address(SANCTIONS) }],
        arbiter: address(ARBITER),
        deadline: 2_000,
        ruling: 100,
        lifetime: 50,
        condition: None,
        sharing: hash_of(&SHARING),
    }
}

fn attested_elsewhere() -> Terms {
    let oracles = ORACLES.map(address).into();
    let price = Price::Attested { oracles, threshold: 2, statement: Hash([8; 32]) };
    Terms { price, ..terms() }
}

fn begin(terms: &Terms) -> (State, Stage) {
    let stage = Stage::new();
    let mut state = State::new(terms, &stage).unwrap();
    Sale { terms, state: &mut state }.bind(&stage, KEY).unwrap();
    (state, stage)
}

fn pay_and_clear(contract: &mut Sale<'_>, stage: &Stage) {
    contract.reserve(&stage.by(BOB).paying(DEPOSIT)).unwrap();
    contract.pay(&stage.by(BOB).paying(PRICE - DEPOSIT)).unwrap();
    contract.sign_off(&stage.by(SANCTIONS), 0, DOCUMENT).unwrap();
}

fn prepare(contract: &mut Sale<'_>, stage: &Stage, step: Step) -> Vec<Action> {
    let prepared = contract.prepare(stage, step, preparation()).unwrap();
    contract.state.submitted(PREPARATION);
    prepared.actions
}

/// Settles what is ready, with the next epoch prepared before.
fn settle(contract: &mut Sale<'_>, stage: &Stage) -> Vec<Action> {
    prepare(contract, &stage.by(BOB), Step::Settle);
    contract.settle(&stage.with_preparation(Status::Completed)).unwrap().actions
}

#[test]
fn price_and_key_change_hands_in_one_call() {
    let terms = terms();
    let (mut state, stage) = begin(&terms);
    let mut contract = Sale { terms: &terms, state: &mut state };
    pay_and_clear(&mut contract, &stage);
    assert_eq!(contract.settle(&stage.by(BOB)), Err(Error::NotPrepared));
    let strangers = contract.prepare(&stage.by(99), Step::Settle, preparation());
    assert_eq!(strangers, Err(Error::NotParty));

    let settled = settle(&mut contract, &stage.by(BOB));

    let buyer = party(BOB);
    assert_eq!(
        settled,
        [
            Action::TransferControl { key: KEY, owner: buyer.account, policy: buyer.policy },
            Action::Pay { to: address(ALICE), amount: PRICE },
        ]
    );
    assert_eq!(contract.state.held(), 0);
    assert_eq!(contract.settle(&stage.by(BOB)), Err(Error::NotPaid));
    assert_eq!(contract.withdraw(&stage.by(BOB)), Err(Error::NothingToWithdraw));
}

#[test]
fn a_buyer_does_not_have_the_key_shared_by_its_own_agents_before_it_is_the_buyers() {
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Sale { terms: &terms, state: &mut state };
    pay_and_clear(&mut contract, &stage);
    let own = || Preparation { sharing: vec![9, 9], ..preparation() };
    let refused = contract.prepare(&stage.by(BOB), Step::Settle, own());
    assert_eq!(refused, Err(Error::OtherSharing));
    assert_eq!(contract.state.prepared(), None);
    prepare(&mut contract, &stage.by(BOB), Step::Settle);

    // The seller of a sale that came to nothing is in control, and chooses.
    stage.pass(2_001 - stage.now.block);
    contract.expire(&stage).unwrap();
    contract.prepare(&stage, Step::TakeBack, own()).unwrap();
}

#[test]
fn a_sale_that_expires_refunds_to_the_last_unit() {
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Sale { terms: &terms, state: &mut state };
    pay_and_clear(&mut contract, &stage);
    assert_eq!(contract.expire(&stage.by(99)), Err(Error::NotExpired));
    stage.pass(2_001 - stage.now.block);

    assert_eq!(contract.settle(&stage.by(BOB)), Err(Error::DeadlinePassed));
    contract.expire(&stage.by(99)).unwrap();
    // Whoever calls: it goes to the buyer.
    let withdrawn = contract.withdraw(&stage.by(99)).unwrap();

    assert_eq!(withdrawn.actions, [Action::Pay { to: address(BOB), amount: PRICE }]);
    assert_eq!(contract.state.held(), 0);
    assert_eq!(contract.withdraw(&stage.by(BOB)), Err(Error::NothingToWithdraw));
    // And the seller has the key as before.
    contract.submit(&stage, request(stage.now.block + 10)).unwrap();
    assert_eq!(contract.take_back(&stage), Err(Error::NotPrepared));
    prepare(&mut contract, &stage, Step::TakeBack);
    let back = contract.take_back(&stage).unwrap();
    let seller = party(ALICE);
    let to_seller =
        Action::TransferControl { key: KEY, owner: seller.account, policy: seller.policy };
    assert_eq!(back.actions, [to_seller]);
}

#[test]
fn payment_and_cancellation_race_and_the_first_in_the_block_wins() {
    let terms = terms();
    let (mut state, stage) = begin(&terms);
    Sale { terms: &terms, state: &mut state }.reserve(&stage.by(BOB).paying(DEPOSIT)).unwrap();
    let payment = stage.by(BOB).paying(PRICE - DEPOSIT);

    let mut paid_first = state.clone();
    let mut contract = Sale { terms: &terms, state: &mut paid_first };
    contract.pay(&payment).unwrap();
    // The seller alone cannot cancel any more: it only agrees to.
    contract.cancel(&stage).unwrap();
    assert_eq!(contract.state.standing(), Standing::Paid);

    let mut contract = Sale { terms: &terms, state: &mut state };
    contract.cancel(&stage).unwrap();
    assert_eq!(contract.pay(&payment), Err(Error::NoPaymentDue));
    assert_eq!(contract.state.refund(), DEPOSIT);
}

#[test]
fn only_the_exact_amount_is_taken() {
    let terms = terms();
    let (mut state, stage) = begin(&terms);
    let mut contract = Sale { terms: &terms, state: &mut state };
    for wrong in [0, DEPOSIT - 1, DEPOSIT + 1] {
        let refused = contract.reserve(&stage.by(BOB).paying(wrong));
        assert_eq!(refused, Err(Error::WrongAmount));
    }
    assert_eq!(contract.reserve(&stage.paying(DEPOSIT)), Err(Error::NotBuyer));
    contract.reserve(&stage.by(BOB).paying(DEPOSIT)).unwrap();
    assert_eq!(contract.state.due(&terms), PRICE - DEPOSIT);
    let twice = contract.reserve(&stage.by(BOB).paying(DEPOSIT));
    assert_eq!(twice, Err(Error::NotReservable));
    let with_value = contract.sign_off(&stage.by(SANCTIONS).paying(1), 0, DOCUMENT);
    assert_eq!(with_value, Err(Error::NoPaymentDue));
}

#[test]
fn nothing_settles_without_every_sign_off_and_a_refusal_refunds() {
    let terms = terms();
    let (mut state, stage) = begin(&terms);
    let mut contract = Sale { terms: &terms, state: &mut state };
    contract.reserve(&stage.by(BOB).paying(DEPOSIT)).unwrap();
    contract.pay(&stage.by(BOB).paying(PRICE - DEPOSIT)).unwrap();
    assert_eq!(contract.settle(&stage), Err(Error::NotCleared));
    assert_eq!(contract.sign_off(&stage.by(BOB), 0, DOCUMENT), Err(Error::NotSignOff));
    contract.sign_off(&stage.by(SANCTIONS), 0, DOCUMENT).unwrap();
    contract.refuse(&stage.by(SANCTIONS), 0, DOCUMENT).unwrap();
    assert_eq!(contract.settle(&stage), Err(Error::NotPaid));
    assert_eq!(contract.state.refund(), PRICE);
}

#[test]
fn what_is_paid_for_is_not_used() {
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Sale { terms: &terms, state: &mut state };
    let expires = stage.now.block + 50;
    contract.submit(&stage, request(expires)).unwrap();
    contract.state.submitted(USE);
    assert_eq!(contract.submit(&stage, request(expires + 1)), Err(Error::RequestTooLong));

    // The buyer's money waits for what agents may have begun on, and cancels the rest.
    let deposit = stage.by(BOB).paying(DEPOSIT);
    for status in [Status::Approved, Status::Executing] {
        let refused = contract.reserve(&deposit.with_use(status));
        assert_eq!(refused, Err(Error::SellersRequestOpen));
    }
    for (status, expected) in [
        (Status::Pending, vec![Action::Cancel(USE)]),
        (Status::Completed, vec![]),
        (Status::Over, vec![]),
    ] {
        let mut state = contract.state.clone();
        let mut other = Sale { terms: &terms, state: &mut state };
        assert_eq!(other.reserve(&deposit.with_use(status)).unwrap().actions, expected);
    }
    stage.pass(51);
    contract.reserve(&stage.by(BOB).paying(DEPOSIT).with_use(Status::Over)).unwrap();
    let locked = contract.submit(&stage, request(stage.now.block));
    assert_eq!(locked, Err(Error::KeyLocked));
}

#[test]
fn the_arbiter_completes_a_disputed_sale_or_undoes_it() {
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Sale { terms: &terms, state: &mut state };
    pay_and_clear(&mut contract, &stage);
    contract.dispute(&stage.by(BOB)).unwrap();
    assert_eq!(contract.settle(&stage), Err(Error::NotPaid));
    assert_eq!(contract.rule(&stage, Ruling::Complete), Err(Error::NotArbiter));

    let mut undone = contract.state.clone();
    let mut other = Sale { terms: &terms, state: &mut undone };
    other.rule(&stage.by(ARBITER), Ruling::Unwind).unwrap();
    assert_eq!((other.state.standing(), other.state.refund()), (Standing::Cancelled, PRICE));

    let mut silent = contract.state.clone();
    let mut other = Sale { terms: &terms, state: &mut silent };
    let mut late = stage;
    late.pass(101);
    // What is paid here is for anyone to end.
    let ruled = other.rule(&late.by(ARBITER), Ruling::Complete);
    assert_eq!(ruled, Err(Error::RulingTooLate));
    other.expire(&late.by(99)).unwrap();
    assert_eq!(other.state.refund(), PRICE);

    contract.rule(&stage.by(ARBITER), Ruling::Complete).unwrap();
    stage.pass(1);
    settle(&mut contract, &stage);
}

/// Else a buyer who changed their mind disputes again, lets the time for a ruling pass, and is refunded.
#[test]
fn a_ruling_that_the_sale_is_to_be_settled_is_disputed_by_nobody() {
    let terms = terms();
    let (mut state, stage) = begin(&terms);
    let mut contract = Sale { terms: &terms, state: &mut state };
    pay_and_clear(&mut contract, &stage);
    contract.dispute(&stage.by(BOB)).unwrap();
    contract.rule(&stage.by(ARBITER), Ruling::Complete).unwrap();
    for party in [ALICE, BOB] {
        assert_eq!(contract.dispute(&stage.by(party)), Err(Error::AlreadyRuled));
    }
    // The seller needs nothing of the buyer.
    prepare(&mut contract, &stage, Step::Settle);
    contract.settle(&stage.with_preparation(Status::Completed)).unwrap();
    assert_eq!(contract.state.standing(), Standing::Settled);
}

#[test]
fn a_payment_elsewhere_is_attested_and_returned_before_anything_is_undone() {
    let terms = attested_elsewhere();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Sale { terms: &terms, state: &mut state };
    let early = contract.attest_payment(&stage.by(ORACLES[0]), DOCUMENT);
    assert_eq!(early, Err(Error::NoPaymentDue));
    contract.reserve(&stage.by(BOB).paying(DEPOSIT)).unwrap();
    // From here on the buyer may be paying: the seller cannot take the key away.
    assert_eq!(contract.cancel(&stage), Err(Error::PaymentUnderWay));
    assert_eq!(contract.pay(&stage.by(BOB)), Err(Error::PaidElsewhere));
    contract.attest_payment(&stage.by(ORACLES[0]), DOCUMENT).unwrap();
    let twice = contract.attest_payment(&stage.by(ORACLES[0]), DOCUMENT);
    assert_eq!(twice, Err(Error::AlreadyAttested));
    let paid = contract.attest_payment(&stage.by(ORACLES[2]), DOCUMENT).unwrap();
    assert!(paid.events.contains(&Event::Paid));

    // The deadline passes without a sign-off: the buyer's money is elsewhere, so the arbiter is asked.
    stage.pass(2_001 - stage.now.block);
    contract.expire(&stage.by(99)).unwrap();
    assert!(matches!(contract.state.standing(), Standing::Disputed { .. }));
    let unreturned = contract.rule(&stage.by(ARBITER), Ruling::Unwind);
    assert_eq!(unreturned, Err(Error::NotReturned));
    contract.attest_return(&stage.by(ORACLES[0]), DOCUMENT).unwrap();
    contract.attest_return(&stage.by(ORACLES[1]), DOCUMENT).unwrap();
    contract.rule(&stage.by(ARBITER), Ruling::Unwind).unwrap();
    assert_eq!(contract.state.refund(), DEPOSIT);
}

/// Oracles may never attest a return, and a sign-off may never come.
#[test]
fn the_arbiter_alone_unlocks_a_key_whose_price_is_neither_settled_nor_returned() {
    let terms = attested_elsewhere();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Sale { terms: &terms, state: &mut state };
    contract.reserve(&stage.by(BOB).paying(DEPOSIT)).unwrap();
    for oracle in &ORACLES[..2] {
        contract.attest_payment(&stage.by(*oracle), DOCUMENT).unwrap();
    }
    stage.pass(2_001 - stage.now.block);
    contract.expire(&stage.by(99)).unwrap();
    stage.pass(100);
    assert_eq!(contract.rule(&stage.by(ARBITER), Ruling::Unwind), Err(Error::NotReturned));
    stage.pass(1);
    assert_eq!(contract.expire(&stage.by(99)), Err(Error::NotReturned), "not for anyone to end");
    assert!(contract.state.is_locked());

    let mut completed = contract.state.clone();
    let mut other = Sale { terms: &terms, state: &mut completed };
    other.rule(&stage.by(ARBITER), Ruling::Complete).unwrap();
    assert_eq!(other.state.standing(), Standing::Paid);
    assert_eq!(other.state.settle_until(), stage.now.block + terms.ruling);

    contract.rule(&stage.by(ARBITER), Ruling::Unwind).unwrap();
    assert_eq!(contract.state.standing(), Standing::Cancelled);
    assert_eq!(contract.state.refund(), DEPOSIT);
    contract.submit(&stage, request(stage.now.block + 10)).unwrap();
}

#[test]
fn the_deposit_of_a_payment_elsewhere_returns_with_the_settlement() {
    let terms = attested_elsewhere();
    let (mut state, stage) = begin(&terms);
    let mut contract = Sale { terms: &terms, state: &mut state };
    contract.reserve(&stage.by(BOB).paying(DEPOSIT)).unwrap();
    for oracle in &ORACLES[..2] {
        contract.attest_payment(&stage.by(*oracle), DOCUMENT).unwrap();
    }
    contract.sign_off(&stage.by(SANCTIONS), 0, DOCUMENT).unwrap();
    let settled = settle(&mut contract, &stage);
    assert!(matches!(settled[..], [Action::TransferControl { .. }]));
    assert_eq!(contract.state.refund(), DEPOSIT);
}

#[test]
fn a_payment_elsewhere_needs_no_coin_of_the_chain() {
    let terms = Terms { deposit: 0, ..attested_elsewhere() };
    let (mut state, stage) = begin(&terms);
    let mut contract = Sale { terms: &terms, state: &mut state };
    contract.reserve(&stage.by(BOB)).unwrap();
    for oracle in &ORACLES[..2] {
        contract.attest_payment(&stage.by(*oracle), DOCUMENT).unwrap();
    }
    contract.sign_off(&stage.by(SANCTIONS), 0, DOCUMENT).unwrap();
    let settled = settle(&mut contract, &stage);
    assert!(matches!(settled[..], [Action::TransferControl { .. }]));
}

#[test]
fn a_cancelled_sale_drops_what_was_prepared_for_the_buyer() {
    let mut terms = terms();
    terms.condition = Some(DOCUMENT);
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Sale { terms: &terms, state: &mut state };
    pay_and_clear(&mut contract, &stage);
    prepare(&mut contract, &stage.by(BOB), Step::Settle);
    let not_met = Action::WithdrawCondition(DOCUMENT);

    let there = stage.with_preparation(Status::Completed);
    let mut refused = contract.state.clone();
    let mut other = Sale { terms: &terms, state: &mut refused };
    let done = other.refuse(&there.by(SANCTIONS), 0, DOCUMENT).unwrap();
    assert_eq!(done.actions, [not_met.clone(), Action::Withdraw(KEY)]);

    let mut agreed = contract.state.clone();
    let mut other = Sale { terms: &terms, state: &mut agreed };
    assert!(other.cancel(&stage.by(BOB)).unwrap().actions.is_empty());
    let done = other.cancel(&stage).unwrap();
    assert_eq!(done.actions, [not_met.clone(), Action::Cancel(PREPARATION)]);

    // A dispute may yet be ruled for the buyer: what was prepared stays.
    let done = contract.dispute(&there).unwrap();
    assert_eq!(done.actions, [not_met]);
    assert_eq!(contract.state.prepared(), Some(Step::Settle));
    let mut undone = contract.state.clone();
    let mut other = Sale { terms: &terms, state: &mut undone };
    let done = other.rule(&there.by(ARBITER), Ruling::Unwind).unwrap();
    assert_eq!(done.actions, [Action::Withdraw(KEY)]);
    contract.rule(&there.by(ARBITER), Ruling::Complete).unwrap();
    let mut settled = contract.state.clone();
    Sale { terms: &terms, state: &mut settled }.settle(&there).unwrap();

    // The time passes while agents release shares for the buyer: the seller waits for the end of it.
    stage = stage.with_preparation(Status::Executing);
    stage.pass(2_001 - stage.now.block);
    assert!(contract.expire(&stage.by(99)).unwrap().actions.is_empty());
    let early = contract.prepare(&stage, Step::TakeBack, preparation());
    assert_eq!(early, Err(Error::PreparationUnderWay));
    let there = stage.with_preparation(Status::Completed);
    let actions = prepare(&mut contract, &there, Step::TakeBack);
    // The key's return waits for the contract's word as the settlement did.
    let met = Action::FulfilCondition { condition: DOCUMENT, evidence: Hash([0; 32]) };
    assert!(
        matches!(&actions[..], [Action::Withdraw(KEY), word, Action::Submit(_)] if *word == met)
    );
    let back = contract.take_back(&there).unwrap().actions;
    assert_eq!(back.last(), Some(&Action::WithdrawCondition(DOCUMENT)));
}

#[test]
fn both_parties_together_cancel_what_is_paid() {
    let terms = terms();
    let (mut state, stage) = begin(&terms);
    let mut contract = Sale { terms: &terms, state: &mut state };
    pay_and_clear(&mut contract, &stage);
    contract.cancel(&stage.by(BOB)).unwrap();
    contract.cancel(&stage.by(BOB)).unwrap();
    assert_eq!(contract.state.standing(), Standing::Paid);
    contract.cancel(&stage).unwrap();
    assert_eq!((contract.state.standing(), contract.state.refund()), (Standing::Cancelled, PRICE));
}

#[test]
fn nothing_is_paid_for_a_key_that_the_contract_does_not_own() {
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Sale { terms: &terms, state: &mut state };
    stage.key_owner = party(ALICE).account;
    let refused = contract.reserve(&stage.by(BOB).paying(DEPOSIT));
    assert_eq!(refused, Err(Error::KeyNotOwned));
}

#[test]
fn terms_that_cannot_be_carried_out_are_refused() {
    let stage = Stage::new();
    let refused = |terms: Terms| State::new(&terms, &stage).unwrap_err();
    assert_eq!(refused(Terms { buyer: party(ALICE), ..terms() }), Error::PartiesNotDistinct);
    assert_eq!(refused(Terms { arbiter: address(BOB), ..terms() }), Error::PartiesNotDistinct);
    assert_eq!(refused(Terms { deposit: PRICE + 1, ..terms() }), Error::InvalidPrice);
    assert_eq!(refused(Terms { price: Price::Asset(0), ..terms() }), Error::InvalidPrice);
    assert_eq!(refused(Terms { deadline: stage.now.block, ..terms() }), Error::DeadlinePassed);
    assert_eq!(refused(Terms { lifetime: 0, ..terms() }), Error::InvalidPeriod);
    assert_eq!(refused(Terms { sharing: Hash([0; 32]), ..terms() }), Error::NoSharing);
    let bribed = Price::Attested {
        oracles: vec![address(ALICE), address(ORACLES[0])],
        threshold: 1,
        statement: DOCUMENT,
    };
    assert_eq!(refused(Terms { price: bribed, ..terms() }), Error::InvalidOracles);
}

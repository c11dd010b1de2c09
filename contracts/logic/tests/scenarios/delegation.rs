use codec::Encode;
use regent_contract_logic::{
    bounds::MAX_OPEN,
    delegation::{Budget, Controller, Delegation, Event, State, Terms},
    operation::{Asset, Effect, Fee, Transfer},
    Action, Error, Remember, Request, Status,
};

use crate::stage::*;

const ETHER: Asset = Asset::Ether { chain_id: 1 };
const UNTIL: u32 = 2_000;
const LIFETIME: u32 = 60;

fn terms() -> Terms {
    Terms {
        owner: party(ALICE),
        adviser: address(BOB),
        until: UNTIL,
        budgets: vec![Budget { asset: ETHER, total: 100 }],
        recipients: vec![vec![1; 20]],
        requests: 3,
        lifetime: LIFETIME,
    }
}

fn begin(terms: &Terms) -> (State, Stage) {
    let stage = Stage::new();
    let mut state = State::new(terms, &stage).unwrap();
    Delegation { terms, state: &mut state }.bind(&stage, KEY).unwrap();
    (state, stage)
}

/// An Ethereum transaction that moves this much.
fn moving(amount: u128, expires: u32) -> Request {
    let transfer = Transfer { recipient: vec![1; 20], asset: ETHER, amount: [amount, 0] };
    let effect = Effect { transfers: vec![transfer], fee: None };
    Request { operation: vec![1, 1], effect: effect.encode(), ..request(expires) }
}

#[test]
fn control_returns_at_the_date_without_anybody_doing_anything() {
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Delegation { terms: &terms, state: &mut state };
    contract.submit(&stage.by(BOB), moving(1, stage.now.block + 10)).unwrap();
    let owner = contract.submit(&stage, request(stage.now.block + 10));
    assert_eq!(owner, Err(Error::NotInControl));

    // No request of the adviser outlives the mandate.
    stage.pass(UNTIL - stage.now.block);
    let late = contract.submit(&stage.by(BOB), moving(1, UNTIL + 1));
    assert_eq!(late, Err(Error::OutlivesMandate));
    contract.submit(&stage.by(BOB), moving(1, UNTIL)).unwrap();

    stage.pass(1);
    assert_eq!(contract.state.controller(&terms, stage.now.block), Controller::Owner);
    let adviser = contract.submit(&stage.by(BOB), moving(1, stage.now.block));
    assert_eq!(adviser, Err(Error::NotInControl));
    contract.submit(&stage, request(stage.now.block + 10)).unwrap();
}

#[test]
fn the_adviser_stays_within_bounds() {
    let terms = terms();
    let (mut state, stage) = begin(&terms);
    let mut contract = Delegation { terms: &terms, state: &mut state };
    let soon = stage.now.block + 10;
    let mut refused = |request| contract.submit(&stage.by(BOB), request).unwrap_err();

    assert_eq!(refused(moving(101, soon)), Error::BudgetExceeded);
    assert_eq!(refused(moving(1, stage.now.block + LIFETIME + 1)), Error::RequestTooLong);
    let raw = Request { operation: vec![1, 0], ..moving(1, soon) };
    assert_eq!(refused(raw), Error::OperationNotAllowed);
    let reshare = Request { operation: vec![4, 0], ..moving(1, soon) };
    assert_eq!(refused(reshare), Error::OperationNotAllowed);
    let with = |effect: Effect| Request { effect: effect.encode(), ..moving(1, soon) };
    let transfer =
        |recipient: u8, asset, amount| Transfer { recipient: vec![recipient; 20], asset, amount };
    let stranger = Effect { transfers: vec![transfer(9, ETHER, [1, 0])], fee: None };
    assert_eq!(refused(with(stranger)), Error::RecipientNotAllowed);
    let other = Asset::Bitcoin { network: 0 };
    let other = Effect { transfers: vec![transfer(1, other, [1, 0])], fee: None };
    assert_eq!(refused(with(other)), Error::AssetNotAllowed);
    let huge = Effect { transfers: vec![transfer(1, ETHER, [0, 1])], fee: None };
    assert_eq!(refused(with(huge)), Error::BudgetExceeded);
    let fee = Some(Fee { asset: ETHER, amount: [60, 0] });
    let with_fee = Effect { transfers: vec![transfer(1, ETHER, [41, 0])], fee };
    assert_eq!(refused(with(with_fee)), Error::BudgetExceeded);
    let garbage = Request { effect: vec![255, 255, 255, 255], ..moving(1, soon) };
    assert_eq!(refused(garbage), Error::InvalidEffect);
}

#[test]
fn budget_and_requests_are_used_up_together() {
    let terms = terms();
    let (mut state, stage) = begin(&terms);
    let mut contract = Delegation { terms: &terms, state: &mut state };
    let soon = stage.now.block + 10;
    contract.submit(&stage.by(BOB), moving(60, soon)).unwrap();
    contract.submit(&stage.by(BOB), moving(40, soon)).unwrap();
    assert_eq!(contract.state.spent(), [100]);
    let refused = contract.submit(&stage.by(BOB), moving(1, soon));
    assert_eq!(refused, Err(Error::BudgetExceeded));
    contract.submit(&stage.by(BOB), moving(0, soon)).unwrap();
    let refused = contract.submit(&stage.by(BOB), moving(0, soon));
    assert_eq!(refused, Err(Error::TooManyRequests));
}

#[test]
fn a_recalled_adviser_has_nothing_left_in_hand() {
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Delegation { terms: &terms, state: &mut state };
    let open = stage.now.block + LIFETIME;
    contract.submit(&stage.by(BOB), moving(1, open)).unwrap();
    contract.state.submitted(USE);
    assert_eq!(contract.recall(&stage.by(BOB)), Err(Error::NotOwner));

    // Nobody approved it: cancelling it is enough.
    let mut early = contract.state.clone();
    let recalled = Delegation { terms: &terms, state: &mut early }.recall(&stage).unwrap();
    assert_eq!(recalled.actions, [Action::Cancel(USE)]);

    // Agents may have begun on it: the key is frozen as well.
    let mut late = contract.state.clone();
    let executing = stage.with_use(Status::Executing);
    let recalled = Delegation { terms: &terms, state: &mut late }.recall(&executing).unwrap();
    assert_eq!(recalled.actions, [Action::Freeze(KEY)]);
    let recalled = contract.recall(&stage.with_use(Status::Approved)).unwrap();
    assert_eq!(recalled.actions, [Action::Cancel(USE), Action::Freeze(KEY)]);
    assert_eq!(recalled.events, [Event::Recalled(open)]);
    let adviser = contract.submit(&stage.by(BOB), moving(1, open));
    assert_eq!(adviser, Err(Error::NotInControl));
    assert_eq!(contract.unfreeze(&stage), Err(Error::AdvisersRequestOpen));

    stage.pass(LIFETIME + 1);
    assert_eq!(contract.unfreeze(&stage).unwrap().actions, [Action::Unfreeze(KEY)]);
    contract.submit(&stage, request(stage.now.block + 10)).unwrap();
}

#[test]
fn the_key_leaves_to_its_owner_once_the_mandate_is_over() {
    let terms = terms();
    let (mut state, stage) = begin(&terms);
    let mut contract = Delegation { terms: &terms, state: &mut state };
    assert_eq!(contract.release(&stage), Err(Error::NotInControl));
    assert!(contract.recall(&stage).unwrap().actions.is_empty(), "nothing is open: no freeze");
    assert_eq!(contract.release(&stage), Err(Error::NotPrepared));
    contract.prepare(&stage, preparation()).unwrap();
    contract.state.submitted(PREPARATION);
    let released = contract.release(&stage).unwrap();
    let owner = party(ALICE);
    let back = Action::TransferControl { key: KEY, owner: owner.account, policy: owner.policy };
    assert_eq!(released.actions, [back]);
    assert_eq!(contract.state.controller(&terms, stage.now.block), Controller::Nobody);
}

#[test]
fn an_owner_who_changes_their_mind_drops_what_was_prepared() {
    let terms = terms();
    let (mut state, stage) = begin(&terms);
    let mut contract = Delegation { terms: &terms, state: &mut state };
    contract.recall(&stage).unwrap();
    assert_eq!(contract.abandon(&stage), Err(Error::NothingPrepared));
    contract.prepare(&stage, preparation()).unwrap();
    contract.state.submitted(PREPARATION);
    let there = stage.with_preparation(Status::Completed);
    assert_eq!(contract.abandon(&there.by(BOB)), Err(Error::NotOwner));
    assert_eq!(contract.abandon(&there).unwrap().actions, [Action::Withdraw(KEY)]);
    assert_eq!(contract.release(&there), Err(Error::NotPrepared));
}

#[test]
fn no_more_requests_are_open_than_the_contract_can_know() {
    let mut terms = terms();
    terms.requests = 100;
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Delegation { terms: &terms, state: &mut state };
    let soon = stage.now.block + 10;
    for _ in 0..MAX_OPEN {
        contract.submit(&stage.by(BOB), moving(1, soon)).unwrap();
        contract.state.submitted(USE);
    }
    let refused = contract.submit(&stage.by(BOB), moving(1, soon));
    assert_eq!(refused, Err(Error::TooManyOpenRequests));
    let done = stage.with_use(Status::Completed);
    let mut carried_out = contract.state.clone();
    let mut other = Delegation { terms: &terms, state: &mut carried_out };
    other.submit(&done.by(BOB), moving(1, soon)).unwrap();
    stage.pass(11);
    contract.submit(&stage.by(BOB), moving(1, stage.now.block)).unwrap();
}

#[test]
fn terms_that_cannot_be_carried_out_are_refused() {
    let stage = Stage::new();
    let refused = |terms: Terms| State::new(&terms, &stage).unwrap_err();
    assert_eq!(refused(Terms { adviser: address(ALICE), ..terms() }), Error::PartiesNotDistinct);
    assert_eq!(refused(Terms { until: stage.now.block, ..terms() }), Error::DeadlinePassed);
    assert_eq!(refused(Terms { budgets: vec![], ..terms() }), Error::InvalidBudgets);
    assert_eq!(refused(Terms { recipients: vec![vec![]], ..terms() }), Error::InvalidRecipients);
    assert_eq!(refused(Terms { lifetime: 0, ..terms() }), Error::InvalidPeriod);
}

//! One file a call; each scenario ends with the pallet's invariants.

mod genesis;
mod issue;
mod redeem;
mod set_issuer;
mod transfer;

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError::BadOrigin;

/// Runs a scenario and checks the invariants after it.
fn scenario(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        test();
        Cash::do_try_state().expect("the pallet's invariants hold");
    });
}

/// The same with an issuer, and so many units that are Anna's.
fn issued(amount: u128, test: impl FnOnce()) {
    scenario(|| {
        assert_ok!(Cash::set_issuer(root(), euros()));
        assert_ok!(Cash::issue(by(ALICE), ANNA, amount));
        test();
    });
}

fn root() -> RuntimeOrigin {
    RuntimeOrigin::root()
}

fn by(who: AccountId) -> RuntimeOrigin {
    RuntimeOrigin::signed(who)
}

/// Issued, redeemed and outstanding.
fn supply() -> (u128, u128, u128) {
    let record = Cash::record().expect("there is an issuer");
    (record.issued, record.redeemed, record.outstanding)
}

/// The newest entry of the log.
fn last_entry() -> Option<AuditEvent> {
    Audit::count().checked_sub(1).and_then(|at| Audit::entries(at, 1).pop()).map(|e| e.event)
}

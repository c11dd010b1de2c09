//! One file a call, and the ledger as contracts see it; each scenario ends with the pallet's
//! invariants.

mod admit_deployer;
mod conditions;
mod genesis;
mod grant_credits;
mod ledger;
mod remove_deployer;
mod revoke_credits;

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError::BadOrigin;

/// Runs a scenario and checks the invariants after it.
fn scenario(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        test();
        Contracts::do_try_state().expect("the pallet's invariants hold");
    });
}

fn root() -> RuntimeOrigin {
    RuntimeOrigin::root()
}

fn by(who: AccountId) -> RuntimeOrigin {
    RuntimeOrigin::signed(who)
}

/// The newest entry of the log.
fn last_entry() -> Option<AuditEvent> {
    Audit::count().checked_sub(1).and_then(|at| Audit::entries(at, 1).pop()).map(|e| e.event)
}

//! One file a call; each scenario ends with the pallet's invariants.

mod genesis;
mod open_session;
mod revoke_measurement;
mod trust_measurement;

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError::BadOrigin;

/// Runs a scenario and checks the invariants after it.
fn scenario(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        test();
        Enclaves::do_try_state().expect("the pallet's invariants hold");
    });
}

fn root() -> RuntimeOrigin {
    RuntimeOrigin::root()
}

/// The newest entry of the log.
fn last_entry() -> Option<AuditEvent> {
    Audit::count().checked_sub(1).and_then(|at| Audit::entries(at, 1).pop()).map(|e| e.event)
}

//! One file a concern; each scenario ends with the log's invariants.

mod append;
mod commitment;
mod no_way_out;
mod read;

use crate::{mock::*, *};
use regent_primitives::{InstitutionId, KeyId};

/// Runs a scenario and checks the invariants after it.
fn scenario(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        test();
        Audit::do_try_state().expect("the log's invariants hold");
    });
}

fn registered(institution: InstitutionId) -> AuditEvent {
    AuditEvent::InstitutionRegistered { institution }
}

fn key(byte: u8) -> Subject {
    Subject::Key(KeyId(H256::repeat_byte(byte)))
}

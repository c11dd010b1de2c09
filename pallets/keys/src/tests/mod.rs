//! Tests, a file a way in.

mod accept_confirmed;
mod confirm;
mod enrol;
mod freeze;

use frame_support::{assert_noop, assert_ok, assert_storage_noop};
use regent_primitives::{
    traits::KeyRegistry, AuditEvent, KeyId, KeyState, Participant, RegenToken, Subject, H256,
};

use crate::{mock::*, Error, Event};

/// Enrols a token for Alice.
fn enrol(token: &RegenToken) -> KeyId {
    assert_ok!(<Keys as KeyRegistry>::enrol(token.clone(), account(ALICE), QUORUM, REQUEST));
    token.key_id
}

/// Confirms these leaves.
fn confirm(token: &RegenToken, leaves: impl IntoIterator<Item = usize>) {
    for leaf in leaves {
        assert_ok!(<Keys as KeyRegistry>::confirm(&confirmation(token, leaf)));
    }
}

fn state(key: KeyId) -> KeyState {
    Keys::record(&key).expect("stored").state
}

fn events() -> Vec<AuditEvent> {
    Audit::entries(0, 256).into_iter().map(|entry| entry.event).collect()
}

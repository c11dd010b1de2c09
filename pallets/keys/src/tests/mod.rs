//! Tests, a file a way in.

mod accept_confirmed;
mod confirm;
mod enrol;
mod freeze;
mod puncture;
mod recovery;
mod succeed;
mod transfer_control;
mod withdraw_epoch;

use frame_support::{assert_noop, assert_ok, assert_storage_noop};
use regent_primitives::{
    agent_api::WorkItem, traits::KeyRegistry, AuditEvent, EnrolmentId, KeyId, KeyState,
    Participant, Puncture, RegenToken, Subject, H256,
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

/// The work of an agent with a leaf of the first epoch to confirm.
fn confirm_work(key: KeyId) -> WorkItem {
    WorkItem::Confirm { key, epoch: 0 }
}

fn state(key: KeyId) -> KeyState {
    Keys::record(&key).expect("stored").state
}

fn events() -> Vec<AuditEvent> {
    Audit::entries(0, 256).into_iter().map(|entry| entry.event).collect()
}

/// The token of the epoch after this one, by another enrolment.
fn next(old: &RegenToken) -> RegenToken {
    let epoch = old.epoch + 1;
    let enrolment_id = EnrolmentId(H256::repeat_byte(0xe0 + epoch as u8));
    RegenToken { epoch, enrolment_id, ..old.clone() }
}

/// Stores the token of a next epoch, for the same tree.
fn succeed(token: &RegenToken) {
    assert_ok!(<Keys as KeyRegistry>::succeed(token.clone(), None, None, REQUEST));
}

fn epoch_state(key: KeyId, epoch: u32) -> KeyState {
    Keys::epoch_record(&key, epoch).expect("stored").key.state
}

/// What an agent says once it can regenerate its leaf no more.
fn puncture(token: &RegenToken, index: u16, rollback_protected: bool) -> Puncture {
    Puncture {
        key: token.key_id,
        epoch: token.epoch,
        enrolment_id: token.enrolment_id,
        agent: agent(index),
        rollback_protected,
        signature: Default::default(),
    }
}

/// An active key of 3 of 5 agents, with its token.
fn active() -> (KeyId, RegenToken) {
    let token = token(1, tree(3, 5), &[]);
    let key = enrol(&token);
    confirm(&token, 0..5);
    (key, token)
}

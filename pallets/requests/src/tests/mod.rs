//! Tests, a file a call, and the whole life of a request.

mod approve;
mod cancel;
mod complete;
mod control;
mod deadlines;
mod epochs;
mod inspect;
mod lifecycle;
mod note;
mod open_session;
mod submit;

use frame_support::{assert_noop, assert_ok};
use regent_primitives::{
    traits::{KeyRegistry, SessionRegistry},
    AuditEvent, KeyState, RequestBody, RequestId, RequestStatus, Subject, H256,
};
use sp_runtime::DispatchError;

use crate::{
    fixtures::*, mock::*, Call, Deadlines, Error, Event, NotesOf, Offers, Open, OpenOf, Payloads,
};

/// What the log says about a request.
fn history(id: RequestId) -> Vec<AuditEvent> {
    log()
        .into_iter()
        .filter(|entry| entry.subject == Subject::Request(id))
        .map(|entry| entry.event)
        .collect()
}

/// The newest entry about a request, which its record names.
fn newest(id: RequestId) -> AuditEvent {
    let entry = log().into_iter().rfind(|entry| entry.subject == Subject::Request(id));
    let entry = entry.expect("logged");
    assert_eq!(record(id).last_entry, entry.hash(GENESIS));
    entry.event
}

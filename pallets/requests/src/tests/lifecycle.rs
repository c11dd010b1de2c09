//! A whole request by calls, and what the log keeps of it.

use std::collections::BTreeSet;

use super::*;
use frame_support::traits::{GetCallMetadata, GetCallName};
use regent_primitives::traits::AuditLog;

#[test]
fn a_whole_request_is_accounted_for() {
    run(|| {
        let (key, _) = active_key();
        go_to(3);
        let id = submit(&sign_body(key));
        open_session(id, 1);
        assert_ok!(dispatch(origin(BOB), approve_call(id, BOB, 0)));
        go_to(4);
        assert_ok!(dispatch(origin(DAVE), approve_call(id, DAVE, 1)));
        // The first enclave dies after three agents released to it.
        for leaf in 0..3 {
            assert_ok!(note(release(id, 1, leaf)));
        }
        assert_ok!(note(refusal(id, 1, 4)));
        go_to(14);
        open_session(id, 2);
        for leaf in 1..4 {
            assert_ok!(note(release(id, 2, leaf)));
        }
        let approved = record(id).approved_entry;
        assert_ok!(dispatch(origin(ALICE), complete_call(receipt(id, 2, b"signed"), None)));
        assert_ok!(note(release(id, 2, 0)));

        let names: Vec<_> = history(id)
            .iter()
            .map(|event| match event {
                AuditEvent::Submitted { .. } => "submitted",
                AuditEvent::SessionOpened { .. } => "session",
                AuditEvent::ApprovalGiven { .. } => "approval",
                AuditEvent::Approved => "approved",
                AuditEvent::ShareReleased { .. } => "release",
                AuditEvent::ReleaseRefused { .. } => "refusal",
                AuditEvent::Unaccounted => "unaccounted",
                AuditEvent::Completed { .. } => "completed",
                _ => "something else",
            })
            .collect();
        assert_eq!(
            names,
            [
                "submitted",
                "session",
                "approval",
                "approval",
                "approved",
                "release",
                "release",
                "release",
                "refusal",
                "session",
                "release",
                "release",
                "release",
                // What was released to the first enclave.
                "unaccounted",
                "completed",
                "release"
            ]
        );
        // Linked: each entry of the request names the one before it, and the receipt the approval.
        let entries: Vec<_> =
            log().into_iter().filter(|e| e.subject == Subject::Request(id)).collect();
        for pair in entries.windows(2) {
            assert_eq!(pair[1].subject_previous, pair[0].hash(GENESIS));
        }
        assert_eq!(approved, Some(entries[4].hash(GENESIS)));
        let receipt = state(id).receipt.expect("completed").receipt;
        assert_eq!(Some(receipt.previous), approved);
        assert_eq!(record(id).last_entry, entries[15].hash(GENESIS));
    });
}

/// Every call of these pallets, successful and refused, and the hook: [`dispatch`], [`note`] and
/// [`go_to`] check after each that no entry was removed or rewritten.
#[test]
fn no_call_touches_the_log() {
    run(|| {
        let (key, _) = active_key();
        let expires = submit(&RequestBody { expires: 8, ..sign_body(key) });
        go_to(2);
        let id = submit_with_session(&sign_body(key));
        approve(id);
        go_to(3);
        let other = submit(&sign_body(key));
        let request = other;
        let policies = pallet_regent_policies::Call::<Test>::create { policy: Box::new(policy()) };
        let change = pallet_regent_policies::Call::<Test>::change {
            policy: Box::new(policy()),
            signatures: Default::default(),
        };
        let calls: Vec<RuntimeCall> = vec![
            policies.into(),
            change.into(),
            pallet_regent_keys::Call::accept_confirmed { key }.into(),
            pallet_regent_keys::Call::transfer_control {
                key,
                new_owner: BOB.to_account_id(),
                new_policy: policy().hash(GENESIS),
            }
            .into(),
            pallet_regent_keys::Call::withdraw_epoch { key }.into(),
            pallet_regent_keys::Call::freeze { key }.into(),
            pallet_regent_keys::Call::unfreeze { key }.into(),
            submit_call(&sign_body(key), None).into(),
            approve_call(other, BOB, 0).into(),
            Call::open_session { session: Box::new(session(other, 1)) }.into(),
            Call::note { note: Box::new(release(id, 1, 0)) }.into(),
            Call::cancel { request }.into(),
            complete_call(receipt(id, 1, 0), None).into(),
        ];
        let mut called = BTreeSet::new();
        for call in calls {
            let name = call.get_call_metadata();
            called.insert((name.pallet_name, name.function_name));
            for origin in [
                origin(FERDIE),
                origin(BOB),
                origin(ALICE),
                RuntimeOrigin::none(),
                RuntimeOrigin::root(),
                frame_system::RawOrigin::Authorized.into(),
            ] {
                let before = Audit::count();
                let outcome = dispatch(origin, call.clone());
                assert_eq!(
                    outcome.is_ok(),
                    Audit::count() > before,
                    "logged exactly if it happened"
                );
            }
        }
        let all: BTreeSet<_> = [
            ("Policies", pallet_regent_policies::Call::<Test>::get_call_names()),
            ("Keys", pallet_regent_keys::Call::<Test>::get_call_names()),
            ("Requests", Call::<Test>::get_call_names()),
        ]
        .into_iter()
        .flat_map(|(pallet, calls)| calls.iter().map(move |call| (pallet, *call)))
        .collect();
        assert_eq!(called, all, "a call is missing here");

        go_to(60);
        assert_eq!(status(expires), RequestStatus::Expired);
        let count = Audit::count();
        append_only(|| Audit::append(Subject::Consortium, AuditEvent::Expired));
        assert_eq!(Audit::count(), count + 1);
    });
}

#[test]
fn the_chain_recovers_when_agents_come_back() {
    run(|| {
        // Three of five agents are down: two release, the request waits and expires cleanly.
        let id = approved();
        assert_ok!(note(release(id, 1, 0)));
        assert_ok!(note(release(id, 1, 1)));
        go_to(LIFETIME + 2);
        assert_eq!(status(id), RequestStatus::Expired);
        let history = history(id);
        let [.., unaccounted, expired] = history.as_slice() else { unreachable!() };
        assert_eq!(*unaccounted, AuditEvent::Unaccounted, "two releases and no receipt");
        assert_eq!(*expired, AuditEvent::Expired);
        // They return, and the same is asked again.
        let key = record(id).body.key;
        let id = submit_with_session(&sign_body(key));
        approve(id);
        for leaf in 0..5 {
            assert_ok!(note(release(id, 1, leaf)));
        }
        assert_ok!(dispatch(origin(ALICE), complete_call(receipt(id, 1, 0), None)));
        assert_eq!(status(id), RequestStatus::Completed);
    });
}

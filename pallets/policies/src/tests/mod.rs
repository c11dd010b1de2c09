//! Tests, a file a call.

mod change;
mod create;
mod lineage;

use frame_support::{assert_noop, assert_ok};
use regent_primitives::{
    policy::ChangeSignatures, traits::PolicyInspect, AuditEvent, BoundedVec, PolicyHash, Subject,
};

use crate::{mock::*, Error, Event};

/// Creates a policy by Alice and returns its hash.
fn create(policy: &regent_primitives::Policy) -> PolicyHash {
    assert_ok!(Policies::create(signed(ALICE), Box::new(policy.clone())));
    policy.hash(GENESIS)
}

/// Changes a policy with the signatures of both members of the board.
fn change(from: &regent_primitives::Policy, to: &regent_primitives::Policy) -> PolicyHash {
    let signatures = sign(from, to, &[BOB, CHARLIE]);
    assert_ok!(Policies::change(signed(ALICE), Box::new(to.clone()), signatures));
    to.hash(GENESIS)
}

fn signed(who: sp_keyring::Sr25519Keyring) -> RuntimeOrigin {
    RuntimeOrigin::signed(who.to_account_id())
}

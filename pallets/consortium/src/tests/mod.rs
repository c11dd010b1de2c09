//! One file a call; each scenario ends with the pallet's invariants.

mod add_council_member;
mod add_member;
mod authorize_upgrade;
mod check_membership;
mod genesis;
mod register_institution;
mod remove_council_member;
mod remove_member;
mod replace_administrator;
mod resume_institution;
mod sessions;
mod set_quota;
mod set_validator;
mod suspend_institution;

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError::BadOrigin;

/// Runs a scenario and checks the invariants after it.
fn scenario(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        test();
        Consortium::do_try_state().expect("the pallet's invariants hold");
    });
}

fn root() -> RuntimeOrigin {
    RuntimeOrigin::root()
}

fn signed(who: AccountId) -> RuntimeOrigin {
    RuntimeOrigin::signed(who)
}

fn name(text: &str) -> Name {
    Name::try_from(text.as_bytes().to_vec()).expect("the name fits")
}

fn record(institution: InstitutionId) -> InstitutionRecord {
    Institutions::<Test>::get(institution).expect("the institution exists")
}

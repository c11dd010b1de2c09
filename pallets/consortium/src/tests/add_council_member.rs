//! `add_council_member`.

use super::*;

/// Institution 2, whose administrator does not sit on the council.
fn newcomer() {
    assert_ok!(Consortium::register_institution(root(), name("Bank C"), CAROL, QUOTA));
}

#[test]
fn add_council_member_works() {
    scenario(|| {
        newcomer();
        assert_ok!(Consortium::add_council_member(root(), CAROL));

        assert_eq!(Council::members(), [ALICE, BOB, CAROL]);
        System::assert_last_event(Event::CouncilMemberAdded { account: CAROL }.into());
        assert_eq!(last_entry(), Some(AuditEvent::CouncilMemberAdded { account: CAROL }));
    });
}

#[test]
fn add_council_member_who_administers_no_active_institution_fails() {
    scenario(|| {
        for account in [ANNA, DAVID] {
            assert_noop!(
                Consortium::add_council_member(root(), account),
                Error::<Test>::NotEligible
            );
        }
        newcomer();
        assert_ok!(Consortium::suspend_institution(root(), 2));
        assert_noop!(Consortium::add_council_member(root(), CAROL), Error::<Test>::NotEligible);
    });
}

#[test]
fn add_council_member_twice_fails() {
    scenario(|| {
        assert_noop!(Consortium::add_council_member(root(), ALICE), Error::<Test>::OnCouncil);
    });
}

#[test]
fn add_council_member_beyond_the_bound_fails() {
    scenario(|| {
        newcomer();
        Council::set_members(vec![ALICE, BOB, ANNA, BELLA]);
        assert_noop!(Consortium::add_council_member(root(), CAROL), Error::<Test>::CouncilFull);
    });
}

#[test]
fn add_council_member_by_anyone_else_fails() {
    scenario(|| {
        newcomer();
        assert_noop!(Consortium::add_council_member(signed(CAROL), CAROL), BadOrigin);
    });
}

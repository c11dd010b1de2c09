//! `remove_council_member`.

use super::*;

#[test]
fn remove_council_member_works() {
    scenario(|| {
        assert_ok!(Consortium::remove_council_member(root(), ALICE));

        assert_eq!(Council::members(), [BOB]);
        System::assert_last_event(Event::CouncilMemberRemoved { account: ALICE }.into());
        assert_eq!(last_entry(), Some(AuditEvent::CouncilMemberRemoved { account: ALICE }));
        // What else it is, it stays.
        assert!(Consortium::is_administrator(&ALICE, BANK_A));
    });
}

#[test]
fn remove_council_member_who_does_not_sit_on_it_fails() {
    scenario(|| {
        assert_noop!(Consortium::remove_council_member(root(), ANNA), Error::<Test>::NotOnCouncil);
    });
}

#[test]
fn remove_council_member_who_is_the_last_fails() {
    scenario(|| {
        assert_ok!(Consortium::remove_council_member(root(), ALICE));
        assert_noop!(Consortium::remove_council_member(root(), BOB), Error::<Test>::LastOnCouncil);
    });
}

#[test]
fn remove_council_member_by_anyone_else_fails() {
    scenario(|| {
        assert_noop!(Consortium::remove_council_member(signed(ALICE), BOB), BadOrigin);
    });
}

//! `suspend_institution`.

use super::*;

#[test]
fn suspend_institution_works() {
    scenario(|| {
        assert_ok!(Consortium::suspend_institution(root(), BANK_B));

        assert!(!record(BANK_B).active);
        for member in [BOB, BELLA, BRUNO] {
            assert_eq!(Consortium::institution_of(&member), None);
        }
        assert!(!Consortium::is_administrator(&BOB, BANK_B));
        assert_eq!(Consortium::institution_of(&ALICE), Some(BANK_A));
        assert_eq!(CommittedQuota::<Test>::get(), QUOTA);
        System::assert_last_event(Event::InstitutionSuspended { institution: BANK_B }.into());
        assert_eq!(last_entry(), Some(AuditEvent::InstitutionSuspended { institution: BANK_B }));
    });
}

#[test]
fn suspend_institution_keeps_members_and_seat() {
    scenario(|| {
        let before = record(BANK_B);
        assert_ok!(Consortium::suspend_institution(root(), BANK_B));
        assert_eq!(record(BANK_B), InstitutionRecord { active: false, ..before });
        assert_eq!(Members::<Test>::get(BRUNO), Some(BANK_B));
        assert_eq!(Seats::<Test>::get(BELLA), Some(BANK_B));
    });
}

#[test]
fn suspend_institution_stops_its_administrator() {
    scenario(|| {
        assert_ok!(Consortium::suspend_institution(root(), BANK_B));
        assert_noop!(Consortium::add_member(signed(BOB), CAROL), Error::<Test>::Suspended);
        assert_noop!(Consortium::remove_member(signed(BOB), BRUNO), Error::<Test>::Suspended);
    });
}

#[test]
fn suspend_institution_by_anyone_else_fails() {
    scenario(|| {
        assert_noop!(Consortium::suspend_institution(signed(ALICE), BANK_B), BadOrigin);
        assert_noop!(Consortium::suspend_institution(signed(BOB), BANK_B), BadOrigin);
    });
}

#[test]
fn suspend_institution_twice_fails() {
    scenario(|| {
        assert_ok!(Consortium::suspend_institution(root(), BANK_B));
        assert_noop!(
            Consortium::suspend_institution(root(), BANK_B),
            Error::<Test>::AlreadySuspended
        );
    });
}

#[test]
fn suspend_institution_that_does_not_exist_fails() {
    scenario(|| {
        assert_noop!(Consortium::suspend_institution(root(), 2), Error::<Test>::UnknownInstitution);
    });
}

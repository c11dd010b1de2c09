//! `add_member`.

use super::*;

#[test]
fn add_member_works() {
    scenario(|| {
        assert_ok!(Consortium::add_member(signed(ALICE), CAROL));

        assert_eq!(Consortium::institution_of(&CAROL), Some(BANK_A));
        assert!(!Consortium::is_administrator(&CAROL, BANK_A));
        assert_eq!(MemberCount::<Test>::get(BANK_A), 4);
        assert_eq!(System::providers(&CAROL), 1);
        System::assert_last_event(
            Event::MemberAdded { institution: BANK_A, account: CAROL }.into(),
        );
        assert_eq!(
            last_entry(),
            Some(AuditEvent::MemberAdded { institution: BANK_A, account: CAROL })
        );
    });
}

#[test]
fn add_member_by_anyone_but_the_administrator_fails() {
    scenario(|| {
        for who in [ANNA, CAROL] {
            assert_noop!(
                Consortium::add_member(signed(who), CAROL),
                Error::<Test>::NotAdministrator
            );
        }
        assert_noop!(Consortium::add_member(root(), CAROL), BadOrigin);
    });
}

#[test]
fn add_member_of_any_institution_fails() {
    scenario(|| {
        for account in [ALICE, ANNA, BOB, BRUNO] {
            assert_noop!(
                Consortium::add_member(signed(ALICE), account),
                Error::<Test>::AlreadyMember
            );
        }
    });
}

#[test]
fn add_member_beyond_the_bound_fails() {
    scenario(|| {
        assert_ok!(Consortium::add_member(signed(ALICE), CAROL));
        assert_noop!(Consortium::add_member(signed(ALICE), DAVID), Error::<Test>::TooManyMembers);
        assert_ok!(Consortium::add_member(signed(BOB), DAVID));
    });
}

#[test]
fn add_member_of_what_is_no_person_fails() {
    scenario(|| {
        assert_noop!(Consortium::add_member(signed(ALICE), CONTRACT), Error::<Test>::NotPerson);
    });
}

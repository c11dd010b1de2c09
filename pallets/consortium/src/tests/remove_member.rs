//! `remove_member`.

use super::*;

#[test]
fn remove_member_works() {
    scenario(|| {
        assert_ok!(Consortium::remove_member(signed(BOB), BRUNO));

        assert_eq!(Consortium::institution_of(&BRUNO), None);
        assert_eq!(MemberCount::<Test>::get(BANK_B), 2);
        assert_eq!(FormerNonces::<Test>::get(BRUNO), None, "it never transacted");
        assert!(!System::account_exists(&BRUNO));
        System::assert_last_event(
            Event::MemberRemoved { institution: BANK_B, account: BRUNO }.into(),
        );
        assert_eq!(
            last_entry(),
            Some(AuditEvent::MemberRemoved { institution: BANK_B, account: BRUNO })
        );
    });
}

#[test]
fn remove_member_and_return_continues_the_nonce() {
    scenario(|| {
        for _ in 0..7 {
            System::inc_account_nonce(&BRUNO);
        }
        assert_ok!(Consortium::remove_member(signed(BOB), BRUNO));
        assert_eq!(System::account_nonce(&BRUNO), 0);

        // Also at another institution.
        assert_ok!(Consortium::add_member(signed(ALICE), BRUNO));
        assert_eq!(System::account_nonce(&BRUNO), 7);
        assert_eq!(Consortium::institution_of(&BRUNO), Some(BANK_A));
        assert_eq!(FormerNonces::<Test>::get(&BRUNO), None);
    });
}

#[test]
fn remove_member_who_has_session_keys_works() {
    scenario(|| {
        // The keys refer to the account, which therefore cannot disappear; the membership can.
        assert_eq!(System::consumers(&ARON), 1);
        assert_ok!(Consortium::remove_member(signed(ALICE), ARON));
        assert_eq!(Consortium::institution_of(&ARON), None);
        assert!(System::account_exists(&ARON));

        // No reference is left over after any number of returns.
        for _ in 0..3 {
            assert_ok!(Consortium::add_member(signed(ALICE), ARON));
            assert_eq!(System::providers(&ARON), 2);
            assert_ok!(Consortium::remove_member(signed(ALICE), ARON));
            assert_eq!(System::providers(&ARON), 1);
        }
    });
}

#[test]
fn remove_member_cannot_remove_the_administrator() {
    scenario(|| {
        assert_noop!(
            Consortium::remove_member(signed(ALICE), ALICE),
            Error::<Test>::AdministratorStays
        );
    });
}

#[test]
fn remove_member_who_holds_the_seat_fails() {
    scenario(|| {
        assert_noop!(Consortium::remove_member(signed(ALICE), ANNA), Error::<Test>::HoldsSeat);
        assert_ok!(Consortium::set_validator(root(), BANK_A, None));
        assert_ok!(Consortium::remove_member(signed(ALICE), ANNA));
    });
}

#[test]
fn remove_member_of_another_institution_fails() {
    scenario(|| {
        for account in [BRUNO, BOB, CAROL] {
            assert_noop!(
                Consortium::remove_member(signed(ALICE), account),
                Error::<Test>::NotMember
            );
        }
    });
}

#[test]
fn remove_member_by_anyone_but_the_administrator_fails() {
    scenario(|| {
        assert_noop!(
            Consortium::remove_member(signed(ANNA), ARON),
            Error::<Test>::NotAdministrator
        );
        assert_noop!(Consortium::remove_member(root(), ARON), BadOrigin);
    });
}

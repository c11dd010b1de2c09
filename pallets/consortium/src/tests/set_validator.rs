//! `set_validator`.

use super::*;

#[test]
fn set_validator_works() {
    scenario(|| {
        assert_ok!(Consortium::set_validator(root(), BANK_A, Some(ARON)));

        assert_eq!(record(BANK_A).validator, Some(ARON));
        assert_eq!(Seats::<Test>::get(ARON), Some(BANK_A));
        assert_eq!(Seats::<Test>::get(ANNA), None);
        System::assert_last_event(
            Event::ValidatorSeatChanged { institution: BANK_A, validator: Some(ARON) }.into(),
        );
        assert_eq!(
            last_entry(),
            Some(AuditEvent::ValidatorSeatChanged { institution: BANK_A, validator: Some(ARON) })
        );
    });
}

#[test]
fn set_validator_empties_the_seat() {
    scenario(|| {
        assert_ok!(Consortium::set_validator(root(), BANK_A, None));
        assert_eq!(record(BANK_A).validator, None);
        assert_eq!(Seats::<Test>::get(ANNA), None);
        assert_noop!(Consortium::set_validator(root(), BANK_A, None), Error::<Test>::SeatEmpty);
    });
}

#[test]
fn set_validator_decides_who_may_set_session_keys() {
    scenario(|| {
        use sp_runtime::traits::Convert;
        assert_eq!(SeatHolder::<Test>::convert(ANNA), Some(ANNA));
        assert_eq!(SeatHolder::<Test>::convert(ARON), None);
        assert_ok!(Consortium::set_validator(root(), BANK_A, Some(ARON)));
        assert_eq!(SeatHolder::<Test>::convert(ANNA), None);
        assert_eq!(SeatHolder::<Test>::convert(ARON), Some(ARON));
    });
}

#[test]
fn set_validator_who_is_no_member_fails() {
    scenario(|| {
        for account in [CAROL, BRUNO] {
            assert_noop!(
                Consortium::set_validator(root(), BANK_A, Some(account)),
                Error::<Test>::NotMember
            );
        }
    });
}

#[test]
fn set_validator_who_holds_the_seat_fails() {
    scenario(|| {
        assert_noop!(
            Consortium::set_validator(root(), BANK_A, Some(ANNA)),
            Error::<Test>::SeatTaken
        );
    });
}

#[test]
fn set_validator_of_no_institution_fails() {
    scenario(|| {
        assert_noop!(Consortium::set_validator(root(), 2, None), Error::<Test>::UnknownInstitution);
    });
}

#[test]
fn set_validator_by_anyone_else_fails() {
    scenario(|| {
        assert_noop!(Consortium::set_validator(signed(ALICE), BANK_A, Some(ARON)), BadOrigin);
    });
}

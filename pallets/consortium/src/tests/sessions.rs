//! Validators follow the seats.

use super::*;
use pallet_session::SessionManager;

fn validators() -> Vec<AccountId> {
    Session::validators()
}

/// A change decided in one session is queued at its end and in force at the end of the next.
fn two_sessions_later() {
    run_to_block(System::block_number() + 2 * SESSION);
}

#[test]
fn the_genesis_validators_hold_seats() {
    scenario(|| {
        assert_eq!(validators(), [ANNA, BELLA]);
        two_sessions_later();
        assert_eq!(validators(), [ANNA, BELLA]);
    });
}

#[test]
fn suspending_drops_the_validator() {
    scenario(|| {
        assert_ok!(Consortium::suspend_institution(root(), BANK_B));
        run_to_block(SESSION);
        assert_eq!(pallet_session::QueuedKeys::<Test>::get().len(), 1, "out of the next session");
        two_sessions_later();
        assert_eq!(validators(), [ANNA]);

        assert_ok!(Consortium::resume_institution(root(), BANK_B));
        two_sessions_later();
        assert_eq!(validators(), [ANNA, BELLA]);
    });
}

#[test]
fn another_holder_of_the_seat_validates() {
    scenario(|| {
        assert_ok!(Consortium::set_validator(root(), BANK_A, Some(ARON)));
        two_sessions_later();
        assert_eq!(validators(), [ARON, BELLA]);
    });
}

/// The entries about session keys.
fn logged_keys() -> Vec<(AccountId, H256)> {
    let entries = Audit::entries(0, 100).into_iter();
    entries
        .filter_map(|entry| match entry.event {
            AuditEvent::SessionKeysChanged { validator, keys } => Some((validator, keys)),
            _ => None,
        })
        .collect()
}

#[test]
fn session_keys_are_logged_when_they_come_into_force() {
    scenario(|| {
        use codec::Encode;
        use sp_runtime::{
            testing::UintAuthorityId,
            traits::{BlakeTwo256, Hash},
        };
        let hash = |key| BlakeTwo256::hash(&UintAuthorityId(key).encode());

        two_sessions_later();
        assert!(logged_keys().is_empty(), "those of the genesis are in the genesis");

        // The seat's next holder has keys already.
        assert_ok!(Consortium::set_validator(root(), BANK_A, Some(ARON)));
        two_sessions_later();
        assert_eq!(logged_keys(), [(ARON, hash(2))]);

        // The holder's keys change.
        pallet_session::NextKeys::<Test>::insert(
            BELLA,
            MockSessionKeys { dummy: UintAuthorityId(7) },
        );
        two_sessions_later();
        assert_eq!(logged_keys(), [(ARON, hash(2)), (BELLA, hash(7))]);

        two_sessions_later();
        assert_eq!(logged_keys().len(), 2, "and only once");
    });
}

#[test]
fn a_holder_without_session_keys_does_not_validate() {
    scenario(|| {
        assert_ok!(Consortium::set_validator(root(), BANK_B, Some(BRUNO)));
        two_sessions_later();
        assert_eq!(validators(), [ANNA]);
    });
}

#[test]
fn the_last_validators_stay_when_no_seat_offers_one() {
    scenario(|| {
        assert_ok!(Consortium::suspend_institution(root(), BANK_B));
        two_sessions_later();
        assert_ok!(Consortium::set_validator(root(), BANK_A, None));
        two_sessions_later();
        assert_eq!(validators(), [ANNA]);
        assert_eq!(<Consortium as SessionManager<_>>::new_session(99), None);

        assert_ok!(Consortium::set_validator(root(), BANK_A, Some(ARON)));
        two_sessions_later();
        assert_eq!(validators(), [ARON]);
    });
}

#[test]
fn unchanged_seats_start_no_new_authority_set() {
    scenario(|| {
        assert_eq!(<Consortium as SessionManager<_>>::new_session(7), None);
        assert_ok!(Consortium::suspend_institution(root(), BANK_B));
        assert_eq!(<Consortium as SessionManager<_>>::new_session(8), Some(vec![ANNA]));
        assert_eq!(<Consortium as SessionManager<_>>::new_session(9), None);
    });
}

#[test]
fn sessions_are_as_long_as_the_genesis_says() {
    for length in [MIN_SESSION, SESSION, MAX_SESSION] {
        first_block(storage_with_sessions(length)).execute_with(|| {
            for session in 1..4 {
                run_to_block(session * length - 1);
                assert_eq!(Session::current_index(), session - 1, "of {length} blocks");
                run_to_block(session * length);
                assert_eq!(Session::current_index(), session, "of {length} blocks");
            }
        });
    }
}

#[test]
fn a_chain_that_began_without_a_length_has_the_default() {
    scenario(|| {
        SessionLength::<Test>::kill();
        run_to_block(DEFAULT_SESSION - 1);
        assert_eq!(Session::current_index(), 0);
        run_to_block(DEFAULT_SESSION);
        assert_eq!(Session::current_index(), 1);
    });
}

#[test]
fn a_length_out_of_bounds_breaks_an_invariant_and_stops_nothing() {
    new_test_ext().execute_with(|| {
        for length in [0, MIN_SESSION - 1, MAX_SESSION + 1] {
            SessionLength::<Test>::put(length);
            assert!(Consortium::do_try_state().is_err(), "{length}");
            run_to_block(System::block_number() + 1);
        }
    });
}

//! `trust_measurement`.

use super::*;

#[test]
fn trust_measurement_works() {
    scenario(|| {
        assert_ok!(Enclaves::trust_measurement(root(), measurement(1), 20));

        assert!(Enclaves::measurements().contains(&(measurement(1), 20)));
        System::assert_last_event(
            Event::MeasurementTrusted { measurement: measurement(1), until: 20 }.into(),
        );
        assert_eq!(
            last_entry(),
            Some(AuditEvent::MeasurementTrusted { measurement: measurement(1), until: 20 })
        );
    });
}

#[test]
fn trust_measurement_ends_after_its_last_block() {
    scenario(|| {
        assert_ok!(Enclaves::trust_measurement(root(), measurement(1), 20));
        System::set_block_number(20);
        assert!(Enclaves::measurements().contains(&(measurement(1), 20)));
        System::set_block_number(21);
        assert_eq!(Enclaves::measurements(), [(TRUSTED, UNTIL)]);
    });
}

#[test]
fn trust_measurement_again_moves_its_end() {
    scenario(|| {
        for until in [20, 90, 10] {
            assert_ok!(Enclaves::trust_measurement(root(), measurement(1), until));
            assert!(Enclaves::measurements().contains(&(measurement(1), until)));
            assert_eq!(Enclaves::measurements().len(), 2);
        }
    });
}

#[test]
fn trust_measurement_beyond_the_bound_fails_until_one_expires() {
    scenario(|| {
        assert_ok!(Enclaves::trust_measurement(root(), measurement(1), 20));
        assert_ok!(Enclaves::trust_measurement(root(), measurement(2), 30));
        assert_noop!(
            Enclaves::trust_measurement(root(), measurement(3), 40),
            Error::<Test>::TooManyMeasurements
        );
        // A renewal needs no room.
        assert_ok!(Enclaves::trust_measurement(root(), measurement(1), 21));
        System::set_block_number(22);
        assert_ok!(Enclaves::trust_measurement(root(), measurement(3), 40));
        assert_eq!(Measurements::<Test>::get().len(), 3);
    });
}

#[test]
fn trust_measurement_until_the_past_fails() {
    scenario(|| {
        System::set_block_number(10);
        for until in [0, 9, 10] {
            assert_noop!(
                Enclaves::trust_measurement(root(), measurement(1), until),
                Error::<Test>::ExpiryPassed
            );
        }
    });
}

#[test]
fn trust_measurement_of_simulated_enclaves_fails_where_the_genesis_does_not_allow_it() {
    ext(GenesisConfig::default()).execute_with(|| {
        assert_noop!(
            Enclaves::trust_measurement(root(), TRUSTED, 20),
            Error::<Test>::SimulatedNotAllowed
        );
        Enclaves::do_try_state().expect("the pallet's invariants hold");
    });
}

#[test]
fn trust_measurement_by_anyone_else_fails() {
    scenario(|| {
        let trust = |origin| Enclaves::trust_measurement(origin, measurement(1), 20);
        assert_noop!(trust(RuntimeOrigin::signed(ALICE)), BadOrigin);
        assert_noop!(trust(RuntimeOrigin::none()), BadOrigin);
    });
}

//! `revoke_measurement`.

use super::*;

#[test]
fn revoke_measurement_works() {
    scenario(|| {
        assert_ok!(Enclaves::revoke_measurement(root(), TRUSTED));

        assert!(Enclaves::measurements().is_empty());
        System::assert_last_event(Event::MeasurementRevoked { measurement: TRUSTED }.into());
        assert_eq!(last_entry(), Some(AuditEvent::MeasurementRevoked { measurement: TRUSTED }));
    });
}

#[test]
fn revoke_measurement_that_is_not_trusted_fails() {
    scenario(|| {
        assert_noop!(
            Enclaves::revoke_measurement(root(), measurement(1)),
            Error::<Test>::UnknownMeasurement
        );
    });
}

#[test]
fn revoke_measurement_by_anyone_else_fails() {
    scenario(|| {
        assert_noop!(
            Enclaves::revoke_measurement(RuntimeOrigin::signed(ALICE), TRUSTED),
            BadOrigin
        );
    });
}

//! `remove_deployer`.

use super::*;

#[test]
fn remove_deployer_works() {
    scenario(|| {
        assert_ok!(Contracts::admit_deployer(root(), ALICE));
        assert_ok!(Contracts::remove_deployer(root(), ALICE));
        assert!(EnsureDeployer::<Test>::try_origin(by(ALICE)).is_err());
        System::assert_last_event(Event::DeployerRemoved { account: ALICE }.into());
        assert_eq!(last_entry(), Some(AuditEvent::DeployerRemoved { account: ALICE }));
    });
}

#[test]
fn remove_deployer_who_is_none_fails() {
    scenario(|| {
        assert_noop!(Contracts::remove_deployer(root(), ALICE), Error::<Test>::NotDeployer);
    });
}

#[test]
fn remove_deployer_by_anyone_else_fails() {
    scenario(|| {
        assert_ok!(Contracts::admit_deployer(root(), ALICE));
        assert_noop!(Contracts::remove_deployer(by(ALICE), ALICE), BadOrigin);
    });
}

//! `admit_deployer`, and the origin it makes.

use super::*;

fn may_deploy(who: AccountId) -> bool {
    EnsureDeployer::<Test>::try_origin(by(who)).is_ok()
}

#[test]
fn admit_deployer_works() {
    scenario(|| {
        assert!(!may_deploy(ALICE));
        assert_ok!(Contracts::admit_deployer(root(), ALICE));
        assert!(may_deploy(ALICE));
        assert!(!may_deploy(BOB), "of the same institution");
        assert!(EnsureDeployer::<Test>::try_origin(root()).is_err());
        System::assert_last_event(Event::DeployerAdmitted { account: ALICE }.into());
        assert_eq!(last_entry(), Some(AuditEvent::DeployerAdmitted { account: ALICE }));
    });
}

#[test]
fn admit_deployer_who_is_no_member_fails() {
    scenario(|| {
        assert_noop!(Contracts::admit_deployer(root(), CONTRACT), Error::<Test>::NotMember);
    });
}

#[test]
fn admit_deployer_who_left_does_not_deploy() {
    scenario(|| {
        Deployers::<Test>::insert(CONTRACT, ());
        assert!(!may_deploy(CONTRACT), "admitted once, and a member no more");
    });
}

#[test]
fn deployers_are_told_with_the_institution_that_each_acts_for() {
    scenario(|| {
        assert!(Contracts::deployers().is_empty());
        assert_ok!(Contracts::admit_deployer(root(), CAROL));
        assert_ok!(Contracts::admit_deployer(root(), ALICE));
        assert_eq!(Contracts::deployers(), [(ALICE, Some(0)), (CAROL, Some(1))]);
        assert_ok!(Contracts::remove_deployer(root(), ALICE));
        Deployers::<Test>::insert(CONTRACT, ());
        assert_eq!(Contracts::deployers(), [(CAROL, Some(1)), (CONTRACT, None)]);
    });
}

#[test]
fn admit_deployer_twice_or_beyond_the_bound_fails() {
    scenario(|| {
        assert_ok!(Contracts::admit_deployer(root(), ALICE));
        assert_noop!(Contracts::admit_deployer(root(), ALICE), Error::<Test>::AlreadyDeployer);
        assert_ok!(Contracts::admit_deployer(root(), BOB));
        assert_noop!(Contracts::admit_deployer(root(), CAROL), Error::<Test>::TooManyDeployers);
    });
}

#[test]
fn admit_deployer_by_anyone_else_fails() {
    scenario(|| {
        assert_noop!(Contracts::admit_deployer(by(ALICE), ALICE), BadOrigin);
    });
}

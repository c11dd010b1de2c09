//! `resume_institution`.

use super::*;

#[test]
fn resume_institution_works() {
    scenario(|| {
        let before = record(BANK_B);
        assert_ok!(Consortium::suspend_institution(root(), BANK_B));
        assert_ok!(Consortium::resume_institution(root(), BANK_B));

        assert_eq!(record(BANK_B), before);
        assert_eq!(Consortium::institution_of(&BRUNO), Some(BANK_B));
        assert!(Consortium::is_administrator(&BOB, BANK_B));
        assert_eq!(CommittedQuota::<Test>::get(), 2 * QUOTA);
        System::assert_last_event(Event::InstitutionResumed { institution: BANK_B }.into());
        assert_eq!(last_entry(), Some(AuditEvent::InstitutionResumed { institution: BANK_B }));
    });
}

#[test]
fn resume_institution_whose_quota_was_given_away_fails() {
    scenario(|| {
        assert_ok!(Consortium::suspend_institution(root(), BANK_B));
        let all = Consortium::quota_capacity();
        assert_ok!(Consortium::set_quota(root(), BANK_A, all));
        assert_noop!(
            Consortium::resume_institution(root(), BANK_B),
            Error::<Test>::QuotaUnavailable
        );

        assert_ok!(Consortium::set_quota(root(), BANK_A, all - QUOTA));
        assert_ok!(Consortium::resume_institution(root(), BANK_B));
    });
}

#[test]
fn resume_institution_that_is_active_fails() {
    scenario(|| {
        assert_noop!(Consortium::resume_institution(root(), BANK_B), Error::<Test>::NotSuspended);
    });
}

#[test]
fn resume_institution_that_does_not_exist_fails() {
    scenario(|| {
        assert_noop!(Consortium::resume_institution(root(), 2), Error::<Test>::UnknownInstitution);
    });
}

#[test]
fn resume_institution_by_anyone_else_fails() {
    scenario(|| {
        assert_ok!(Consortium::suspend_institution(root(), BANK_B));
        assert_noop!(Consortium::resume_institution(signed(BOB), BANK_B), BadOrigin);
    });
}

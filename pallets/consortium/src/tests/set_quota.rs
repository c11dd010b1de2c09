//! `set_quota`.

use super::*;

#[test]
fn set_quota_works() {
    scenario(|| {
        assert_ok!(Consortium::set_quota(root(), BANK_A, 3 * QUOTA));
        assert_eq!(record(BANK_A).quota, 3 * QUOTA);
        assert_eq!(CommittedQuota::<Test>::get(), 4 * QUOTA);
        System::assert_last_event(Event::QuotaSet { institution: BANK_A, quota: 3 * QUOTA }.into());
        let entry = AuditEvent::QuotaSet { institution: BANK_A, quota: 3 * QUOTA };
        assert_eq!(last_entry(), Some(entry));

        assert_ok!(Consortium::set_quota(root(), BANK_A, 1));
        assert_eq!(CommittedQuota::<Test>::get(), QUOTA + 1);
    });
}

#[test]
fn set_quota_up_to_the_chains_capacity_works() {
    scenario(|| {
        let left = Consortium::quota_capacity() - QUOTA;
        assert_noop!(
            Consortium::set_quota(root(), BANK_A, left + 1),
            Error::<Test>::QuotaUnavailable
        );
        assert_ok!(Consortium::set_quota(root(), BANK_A, left));
        assert_eq!(CommittedQuota::<Test>::get(), Consortium::quota_capacity());
    });
}

#[test]
fn set_quota_of_a_suspended_institution_commits_nothing() {
    scenario(|| {
        assert_ok!(Consortium::suspend_institution(root(), BANK_B));
        assert_ok!(Consortium::set_quota(root(), BANK_B, u64::MAX));
        assert_eq!(CommittedQuota::<Test>::get(), QUOTA);
        assert_noop!(
            Consortium::resume_institution(root(), BANK_B),
            Error::<Test>::QuotaUnavailable
        );
    });
}

#[test]
fn set_quota_to_nothing_fails() {
    scenario(|| {
        assert_noop!(Consortium::set_quota(root(), BANK_A, 0), Error::<Test>::ZeroQuota);
        assert_ok!(Consortium::suspend_institution(root(), BANK_A));
        assert_noop!(Consortium::set_quota(root(), BANK_A, 0), Error::<Test>::ZeroQuota);
    });
}

#[test]
fn set_quota_of_no_institution_fails() {
    scenario(|| {
        assert_noop!(Consortium::set_quota(root(), 2, 1), Error::<Test>::UnknownInstitution);
    });
}

#[test]
fn set_quota_by_anyone_else_fails() {
    scenario(|| {
        assert_noop!(Consortium::set_quota(signed(ALICE), BANK_A, 1), BadOrigin);
    });
}

#[test]
fn capacity_follows_from_blocks_window_and_share() {
    scenario(|| {
        // 75 % of a block of one second, ten blocks a window, 80 % of it.
        assert_eq!(Consortium::block_capacity(), 750_000_000_000);
        assert_eq!(Consortium::quota_capacity(), 6_000_000_000_000);
        assert_eq!(Consortium::block_allowance(), 375_000_000_000);
    });
}

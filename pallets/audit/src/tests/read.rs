//! Reading by range.

use super::*;

#[test]
fn entries_are_returned_by_range() {
    scenario(|| {
        for institution in 0..5 {
            Audit::append(Subject::Consortium, registered(institution));
        }
        let indices =
            |from, count| Audit::entries(from, count).iter().map(|e| e.index).collect::<Vec<_>>();
        assert_eq!(indices(1, 3), [1, 2, 3]);
        assert_eq!(indices(3, 10), [3, 4]);
        assert_eq!(indices(5, 10), Vec::<u64>::new());
        assert_eq!(indices(u64::MAX, u32::MAX), Vec::<u64>::new());
        assert_eq!(indices(0, 0), Vec::<u64>::new());
    });
}

#[test]
fn entries_are_capped_to_a_page() {
    scenario(|| {
        for institution in 0..MAX_PAGE + 10 {
            Audit::append(Subject::Consortium, registered(institution));
        }
        assert_eq!(Audit::entries(0, u32::MAX).len(), MAX_PAGE as usize);
    });
}

#[test]
fn an_empty_log_has_no_head() {
    scenario(|| {
        assert_eq!((Audit::count(), Audit::head()), (0, H256::zero()));
        assert!(Audit::entries(0, 10).is_empty());
    });
}

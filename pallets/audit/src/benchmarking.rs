//! Benchmarks of the audit log.

use super::*;
use frame_benchmarking::v2::*;
use regent_primitives::{KeyId, LeafPath};

#[benchmarks]
mod benchmarks {
    use super::*;

    /// The largest event about a subject that has entries already.
    #[benchmark]
    fn append() {
        let subject = Subject::Key(KeyId(H256::repeat_byte(1)));
        let event = AuditEvent::KeyConfirmed {
            epoch: u32::MAX,
            leaf: LeafPath(BoundedVec::truncate_from(alloc::vec![u16::MAX; 4])),
            agent: Default::default(),
        };
        <Pallet<T> as AuditLog>::append(subject.clone(), event.clone());

        #[block]
        {
            <Pallet<T> as AuditLog>::append(subject, event);
        }

        assert_eq!(Pallet::<T>::count(), 2);
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}

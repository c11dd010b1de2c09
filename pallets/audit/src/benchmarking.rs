//! Benchmarks of the audit log.

use super::*;
use frame_benchmarking::v2::*;
use regent_primitives::{KeyId, OperationKind, PolicyHash};

#[benchmarks]
mod benchmarks {
    use super::*;

    /// The largest event about a subject that has entries already.
    #[benchmark]
    fn append() {
        let subject = Subject::Key(KeyId(H256::repeat_byte(1)));
        let event = AuditEvent::Submitted {
            by: AccountId::new([1; 32]),
            key: KeyId(H256::repeat_byte(1)),
            operation: OperationKind::Decrypt,
            payload_hash: H256::repeat_byte(2),
            policy: PolicyHash(H256::repeat_byte(3)),
        };
        <Pallet<T> as AuditLog>::append(subject.clone(), event.clone());
        let before = Pallet::<T>::count();

        #[block]
        {
            <Pallet<T> as AuditLog>::append(subject, event);
        }

        assert_eq!(Pallet::<T>::count(), before + 1);
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}

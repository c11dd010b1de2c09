//! Benchmarks of the audit log.

use super::*;
use frame_benchmarking::v2::*;
use regent_primitives::{KeyId, OperationKind, PolicyHash};

/// More entries than a block has room for: the next one merges ten subtrees, and their root
/// takes nine hashes.
fn full_block() -> EntriesTree {
    let mut entries = EntriesTree::default();
    for entry in 0..1_023 {
        entries.push(H256::from_low_u64_be(entry));
    }
    entries
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// The largest event about a subject that has entries already, in a block with the most.
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
        BlockEntries::<T>::put(full_block());
        let before = Pallet::<T>::count();

        #[block]
        {
            <Pallet<T> as AuditLog>::append(subject, event);
        }

        assert_eq!(Pallet::<T>::count(), before + 1);
    }

    /// The hook of every block, after one with the most entries.
    #[benchmark]
    fn close_block() {
        BlockEntries::<T>::put(full_block());

        #[block]
        {
            Pallet::<T>::close_block();
        }

        assert_eq!(Pallet::<T>::leaf().entries_root, full_block().root());
        assert!(!BlockEntries::<T>::exists());
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}

//! What always holds of the log.

use alloc::{collections::BTreeMap, vec::Vec};

use frame_support::pallet_prelude::*;
use regent_primitives::{traits::ChainInfo, H256};
use sp_runtime::TryRuntimeError;

use crate::{
    entries_tree::EntriesTree, BlockEntries, Config, Entries, Head, Leaf, Pallet, SubjectHead,
};

impl<T: Config> Pallet<T> {
    /// Walks the whole log: indices are consecutive, both chains of hashes link, blocks never go
    /// back, and the heads are the newest entries' hashes. The newest leaf and the tree of this
    /// block's entries are those of the entries.
    pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
        let genesis = Self::genesis();
        let count = Self::count();
        let leaf = Leaf::<T>::get();
        let (mut closed, mut open) = (EntriesTree::default(), EntriesTree::default());
        let (mut previous, mut closed_head, mut block) = (H256::zero(), H256::zero(), 0);
        let mut subjects: BTreeMap<Vec<u8>, H256> = BTreeMap::new();
        for index in 0..count {
            let entry = Entries::<T>::get(index).ok_or("an entry is missing")?;
            let subject = entry.subject.encode();
            let subject_previous = subjects.get(&subject).copied().unwrap_or_default();
            ensure!(entry.index == index, "an entry's index is not its key");
            ensure!(entry.previous == previous, "an entry does not link to the one before it");
            ensure!(
                entry.subject_previous == subject_previous,
                "an entry does not link to its subject's entry before it"
            );
            ensure!(entry.block >= block, "an entry is older than the one before it");
            ensure!(
                (entry.block <= leaf.block) == (index < leaf.count),
                "the leaf counts an entry of a later block, or misses one"
            );
            block = entry.block;
            previous = entry.hash(genesis);
            subjects.insert(subject, previous);
            if index >= leaf.count {
                open.push(previous);
                continue;
            }
            closed_head = previous;
            if block == leaf.block {
                closed.push(previous);
            }
        }
        ensure!(Head::<T>::get() == previous, "the head is not the newest entry's hash");
        ensure!(leaf.count <= count, "the leaf counts entries that do not exist");
        ensure!(leaf.head == closed_head, "the leaf's head is not that of its newest entry");
        ensure!(leaf.entries_root == closed.root(), "the leaf's root is not that of its entries");
        ensure!(BlockEntries::<T>::get() == open, "the tree is not that of this block's entries");
        ensure!(
            Entries::<T>::iter_keys().count() as u64 == count,
            "there are entries beyond the count"
        );
        ensure!(
            SubjectHead::<T>::iter_keys().count() == subjects.len(),
            "a subject has a head and no entry"
        );
        for (subject, head) in SubjectHead::<T>::iter() {
            ensure!(
                subjects.get(&subject.encode()) == Some(&head),
                "a subject's head is not its newest entry's hash"
            );
        }
        Ok(())
    }
}

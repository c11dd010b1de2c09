//! Reading: by hash, by page, along a lineage.

use alloc::vec::Vec;

use regent_primitives::{
    bounds::{MAX_LINEAGE, MAX_PAGE},
    runtime_api::PolicyRecord,
    traits::PolicyInspect,
    Policy, PolicyHash,
};

use crate::{Config, Pallet, Policies, Predecessors, Successors};

impl<T: Config> Pallet<T> {
    /// The policy with this hash, with the signatures that made it a successor.
    pub fn record(hash: &PolicyHash) -> Option<PolicyRecord> {
        Policies::<T>::get(hash)
    }

    /// Hashes in their order after `after` (which need not exist), at most `limit` and
    /// [`MAX_PAGE`].
    pub fn hashes(after: Option<PolicyHash>, limit: u32) -> Vec<PolicyHash> {
        let keys = match after {
            Some(after) => Policies::<T>::iter_keys_from(Policies::<T>::hashed_key_for(after)),
            None => Policies::<T>::iter_keys(),
        };
        keys.take(limit.min(MAX_PAGE) as usize).collect()
    }

    /// Hashes from `ancestor` (first) to `successor` (last), at most [`MAX_LINEAGE`].
    fn ancestry(ancestor: &PolicyHash, successor: &PolicyHash) -> Option<Vec<PolicyHash>> {
        let steps = core::iter::successors(Some(*successor), |at| Predecessors::<T>::get(at));
        let mut hashes = Vec::new();
        for hash in steps.take(MAX_LINEAGE as usize) {
            hashes.push(hash);
            if hash == *ancestor {
                hashes.reverse();
                return Some(hashes);
            }
        }
        None
    }

    /// Whether a lineage that ends here, from its very first policy, may have one more.
    pub(crate) fn can_be_longer(last: &PolicyHash) -> bool {
        core::iter::successors(Some(*last), |at| Predecessors::<T>::get(at))
            .take(MAX_LINEAGE as usize)
            .count()
            < MAX_LINEAGE as usize
    }

    /// The newest policy of a lineage, of which this is one; `None` if there is no such policy.
    pub fn newest(hash: &PolicyHash) -> Option<PolicyHash> {
        if !Policies::<T>::contains_key(hash) {
            return None;
        }
        core::iter::successors(Some(*hash), |at| Successors::<T>::get(at))
            .take(MAX_LINEAGE as usize)
            .last()
    }

    /// The policies from `ancestor` (first) to `successor` (last), at most [`MAX_LINEAGE`]; `None`
    /// if there is no such lineage.
    pub fn lineage(ancestor: &PolicyHash, successor: &PolicyHash) -> Option<Vec<PolicyRecord>> {
        Self::ancestry(ancestor, successor)?.iter().map(Self::record).collect()
    }
}

impl<T: Config> PolicyInspect for Pallet<T> {
    fn policy(hash: &PolicyHash) -> Option<Policy> {
        Self::record(hash).map(|record| record.policy)
    }

    fn successor(hash: &PolicyHash) -> Option<PolicyHash> {
        Successors::<T>::get(hash)
    }

    fn descends(successor: &PolicyHash, ancestor: &PolicyHash) -> bool {
        Policies::<T>::contains_key(ancestor)
            && Policies::<T>::contains_key(successor)
            && Self::ancestry(ancestor, successor).is_some()
    }

    fn lineage(ancestor: &PolicyHash, successor: &PolicyHash) -> Option<Vec<PolicyRecord>> {
        Self::lineage(ancestor, successor)
    }
}

#[cfg(any(feature = "try-runtime", test))]
impl<T: Config> Pallet<T> {
    /// Every policy stands under its own hash and after its predecessor; the index of predecessors
    /// says what the policies say.
    pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
        use frame_support::ensure;
        use regent_primitives::traits::ChainInfo;

        let genesis = T::Audit::genesis();
        let mut successors = 0;
        for (hash, record) in Policies::<T>::iter() {
            ensure!(record.policy.hash(genesis) == hash, "policy under another hash");
            ensure!(
                Predecessors::<T>::get(hash) == record.policy.predecessor,
                "index of predecessors differs from the policy"
            );
            let Some(predecessor) = record.policy.predecessor else { continue };
            successors += 1;
            ensure!(
                Successors::<T>::get(predecessor) == Some(hash),
                "a lineage forks, or its successor is not known"
            );
            let former = Self::record(&predecessor).ok_or("predecessor missing")?;
            ensure!(former.created_at <= record.created_at, "successor before its predecessor");
            ensure!(!record.signatures.is_empty(), "successor without signatures");
        }
        ensure!(Predecessors::<T>::iter_keys().count() == successors, "index has strangers");
        ensure!(Successors::<T>::iter_keys().count() == successors, "successors of nobody");
        Ok(())
    }
}

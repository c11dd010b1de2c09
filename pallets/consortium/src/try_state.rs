//! Invariants of the stored state.

use crate::*;
use alloc::collections::BTreeMap;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
        Self::try_state_institutions()?;
        Self::try_state_members()?;
        Self::try_state_seats()?;
        Self::try_state_sessions()
    }

    fn try_state_institutions() -> Result<(), TryRuntimeError> {
        let count = InstitutionCount::<T>::get();
        ensure!(count <= T::MaxInstitutions::get(), "there are too many institutions");
        ensure!(
            Institutions::<T>::iter_keys().count() as u64 == u64::from(count),
            "the count is not that of the institutions"
        );
        let mut committed: u64 = 0;
        for (id, record) in Institutions::<T>::iter() {
            ensure!(id < count, "institutions are not numbered consecutively");
            ensure!(record.quota > 0, "an institution has no quota");
            ensure!(
                Members::<T>::get(&record.administrator) == Some(id),
                "an administrator is not a member"
            );
            if record.active {
                committed = committed.saturating_add(record.quota);
            }
        }
        ensure!(
            CommittedQuota::<T>::get() == committed,
            "the committed quota is not the sum of the active ones"
        );
        // Not asserted against the capacity: a runtime upgrade may lower that under existing quotas.
        Ok(())
    }

    fn try_state_members() -> Result<(), TryRuntimeError> {
        let mut counts: BTreeMap<InstitutionId, u32> = BTreeMap::new();
        for (account, institution) in Members::<T>::iter() {
            ensure!(
                Institutions::<T>::contains_key(institution),
                "a member's institution does not exist"
            );
            ensure!(
                frame_system::Pallet::<T>::providers(&account) > 0,
                "a member's account has no provider"
            );
            ensure!(!FormerNonces::<T>::contains_key(&account), "a member is a former member too");
            let count = counts.entry(institution).or_default();
            *count = count.saturating_add(1);
        }
        for (institution, count) in &counts {
            ensure!(MemberCount::<T>::get(institution) == *count, "a count of members is wrong");
            ensure!(*count <= T::MaxMembers::get(), "an institution has too many members");
        }
        Ok(())
    }

    fn try_state_seats() -> Result<(), TryRuntimeError> {
        for (account, institution) in Seats::<T>::iter() {
            ensure!(
                Members::<T>::get(&account) == Some(institution),
                "a seat's holder is not a member"
            );
            ensure!(
                Institutions::<T>::get(institution)
                    .is_some_and(|record| record.validator.as_ref() == Some(&account)),
                "a seat's holder is not its institution's validator"
            );
        }
        let filled = Institutions::<T>::iter_values().filter(|r| r.validator.is_some()).count();
        ensure!(Seats::<T>::iter_keys().count() == filled, "a filled seat is not indexed");
        Ok(())
    }

    fn try_state_sessions() -> Result<(), TryRuntimeError> {
        ensure!(
            Self::session_lengths().contains(&SessionLength::<T>::get()),
            "a session has too few blocks, or too many"
        );
        Ok(())
    }
}

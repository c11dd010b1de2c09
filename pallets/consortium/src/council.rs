//! Who sits on the council that governs: administrators of institutions.

use crate::*;

impl<T: Config> Pallet<T> {
    pub(crate) fn join_council(account: &AccountId) -> DispatchResult {
        let eligible = Members::<T>::get(account)
            .is_some_and(|institution| Self::is_administrator(account, institution));
        ensure!(eligible, Error::<T>::NotEligible);
        let mut members = T::Council::members();
        ensure!(!members.contains(account), Error::<T>::OnCouncil);
        ensure!(members.len() < T::MaxInstitutions::get() as usize, Error::<T>::CouncilFull);
        members.push(account.clone());
        T::Council::set_members(members);
        Ok(())
    }

    pub(crate) fn leave_council(account: &AccountId) -> DispatchResult {
        let mut members = T::Council::members();
        let before = members.len();
        members.retain(|member| member != account);
        ensure!(members.len() < before, Error::<T>::NotOnCouncil);
        ensure!(!members.is_empty(), Error::<T>::LastOnCouncil);
        T::Council::set_members(members);
        Ok(())
    }

    /// Gives a former administrator's seat to its successor. `false` if it had none.
    pub(crate) fn hand_over_council(former: &AccountId, successor: &AccountId) -> bool {
        let mut members = T::Council::members();
        let sits = members.contains(former);
        if sits {
            members.retain(|member| member != former && member != successor);
            members.push(successor.clone());
            T::Council::set_members(members);
        }
        sits
    }
}

//! Who sits on the council that governs: administrators of institutions.

use crate::*;
use regent_primitives::traits::MemberInspect;

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
}

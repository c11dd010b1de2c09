//! Validator seats.

use crate::*;
use core::marker::PhantomData;
use pallet_session::SessionManager;
use sp_runtime::traits::Convert;
use sp_staking::SessionIndex;

impl<T: Config> Pallet<T> {
    pub(crate) fn seat(institution: InstitutionId, validator: Option<AccountId>) -> DispatchResult {
        Self::try_change(institution, |record| {
            match &validator {
                Some(account) => {
                    ensure!(Members::<T>::get(account) == Some(institution), Error::<T>::NotMember);
                    ensure!(!Seats::<T>::contains_key(account), Error::<T>::SeatTaken);
                    Seats::<T>::insert(account, institution);
                }
                None => ensure!(record.validator.is_some(), Error::<T>::SeatEmpty),
            }
            if let Some(former) = core::mem::replace(&mut record.validator, validator) {
                Seats::<T>::remove(former);
            }
            Ok(())
        })
    }

    /// The holders of active institutions' seats that have session keys, by institution.
    pub fn seated_validators() -> BoundedVec<AccountId, T::MaxInstitutions> {
        let seated = Self::institutions()
            .into_iter()
            .filter(|(_, record)| record.active)
            .filter_map(|(_, record)| record.validator)
            .filter(T::SessionKeys::is_registered)
            .collect();
        BoundedVec::truncate_from(seated)
    }
}

/// Validators are the holders of active institutions' seats.
impl<T: Config> SessionManager<AccountId> for Pallet<T> {
    /// `None` keeps the present validators: if the seats are as they were, and also if no seat has a
    /// validator to offer, for a chain without validators cannot even seat one.
    fn new_session(index: SessionIndex) -> Option<Vec<AccountId>> {
        let seated = Self::seated_validators();
        if seated.is_empty() {
            log::warn!(
                target: LOG_TARGET,
                "no seat has a validator with session keys: session {index} keeps the present ones",
            );
            return None;
        }
        if PlannedValidators::<T>::get() == seated {
            return None;
        }
        PlannedValidators::<T>::put(&seated);
        Some(seated.into_inner())
    }

    fn start_session(_: SessionIndex) {}

    fn end_session(_: SessionIndex) {}
}

/// For `pallet_session::Config::ValidatorIdOf`: only who holds a seat may set session keys.
pub struct SeatHolder<T>(PhantomData<T>);

impl<T: Config> Convert<AccountId, Option<AccountId>> for SeatHolder<T> {
    fn convert(account: AccountId) -> Option<AccountId> {
        Seats::<T>::contains_key(&account).then_some(account)
    }
}

//! Who may deploy.

use core::marker::PhantomData;

use crate::*;

impl<T: Config> Pallet<T> {
    pub(crate) fn admit(account: &AccountId) -> DispatchResult {
        ensure!(T::Members::institution_of(account).is_some(), Error::<T>::NotMember);
        ensure!(!Deployers::<T>::contains_key(account), Error::<T>::AlreadyDeployer);
        ensure!(Deployers::<T>::count() < T::MaxDeployers::get(), Error::<T>::TooManyDeployers);
        Deployers::<T>::insert(account, ());
        Ok(())
    }

    pub(crate) fn remove(account: &AccountId) -> DispatchResult {
        Deployers::<T>::take(account).ok_or(Error::<T>::NotDeployer)?;
        Ok(())
    }

    /// Accounts that governance admitted, at most [`Config::MaxDeployers`], in their order; with the
    /// institution that each acts for, without which it does not deploy.
    pub fn deployers() -> Vec<(AccountId, Option<InstitutionId>)> {
        let with_institution = |account: AccountId| {
            let institution = T::Members::institution_of(&account);
            (account, institution)
        };
        let mut deployers: Vec<_> = Deployers::<T>::iter_keys().map(with_institution).collect();
        deployers.sort_unstable();
        deployers
    }
}

/// A signed origin that governance admitted as deployer, and that is a member still.
pub struct EnsureDeployer<T>(PhantomData<T>);

impl<T: Config> EnsureOrigin<OriginFor<T>> for EnsureDeployer<T> {
    type Success = AccountId;

    fn try_origin(origin: OriginFor<T>) -> Result<AccountId, OriginFor<T>> {
        let who = ensure_signed(origin.clone()).map_err(|_| origin.clone())?;
        let admitted =
            Deployers::<T>::contains_key(&who) && T::Members::institution_of(&who).is_some();
        admitted.then_some(who).ok_or(origin)
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn try_successful_origin() -> Result<OriginFor<T>, ()> {
        let who = Deployers::<T>::iter_keys().next().ok_or(())?;
        Ok(frame_system::RawOrigin::Signed(who).into())
    }
}

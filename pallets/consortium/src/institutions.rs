//! Institutions and their members: every check and change of state behind the calls and the genesis.
//! Nothing here logs or emits: a genesis does neither.

use crate::*;
use sp_runtime::traits::Zero;

impl<T: Config> Pallet<T> {
    /// An institution of the genesis.
    pub(crate) fn found(genesis: &GenesisInstitution) -> DispatchResult {
        let name = Name::try_from(genesis.name.clone().into_bytes())
            .map_err(|_| Error::<T>::InvalidName)?;
        let id = Self::register(name, genesis.administrator.clone(), genesis.quota)?;
        for member in genesis.members.iter().filter(|member| **member != genesis.administrator) {
            Self::join(member, id)?;
        }
        match &genesis.validator {
            Some(validator) => Self::seat(id, Some(validator.clone())),
            None => Ok(()),
        }
    }

    pub(crate) fn register(
        name: Name,
        administrator: AccountId,
        quota: u64,
    ) -> Result<InstitutionId, DispatchError> {
        ensure!(!name.is_empty() && core::str::from_utf8(&name).is_ok(), Error::<T>::InvalidName);
        let id = InstitutionCount::<T>::get();
        ensure!(id < T::MaxInstitutions::get(), Error::<T>::TooManyInstitutions);
        ensure!(!Members::<T>::contains_key(&administrator), Error::<T>::AlreadyMember);
        Self::commit_quota(0, quota)?;
        Self::join(&administrator, id)?;
        InstitutionCount::<T>::put(id.saturating_add(1));
        Institutions::<T>::insert(
            id,
            InstitutionRecord { name, administrator, active: true, quota, validator: None },
        );
        Ok(id)
    }

    pub(crate) fn suspend(institution: InstitutionId) -> DispatchResult {
        Self::try_change(institution, |record| {
            ensure!(record.active, Error::<T>::AlreadySuspended);
            record.active = false;
            CommittedQuota::<T>::mutate(|sum| *sum = sum.saturating_sub(record.quota));
            Ok(())
        })
    }

    pub(crate) fn resume(institution: InstitutionId) -> DispatchResult {
        Self::try_change(institution, |record| {
            ensure!(!record.active, Error::<T>::NotSuspended);
            Self::commit_quota(0, record.quota)?;
            record.active = true;
            Ok(())
        })
    }

    /// A suspended institution's quota is not committed: whether it is to be had is checked when the
    /// institution is resumed.
    pub(crate) fn change_quota(institution: InstitutionId, quota: u64) -> DispatchResult {
        Self::try_change(institution, |record| {
            if record.active {
                Self::commit_quota(record.quota, quota)?;
            } else {
                ensure!(quota > 0, Error::<T>::ZeroQuota);
            }
            record.quota = quota;
            Ok(())
        })
    }

    /// Puts a member, or somebody who becomes one, in the administrator's place; the former one.
    pub(crate) fn replace(
        institution: InstitutionId,
        account: &AccountId,
    ) -> Result<AccountId, DispatchError> {
        let mut record =
            Institutions::<T>::get(institution).ok_or(Error::<T>::UnknownInstitution)?;
        ensure!(record.administrator != *account, Error::<T>::AlreadyAdministrator);
        if Members::<T>::get(account) != Some(institution) {
            Self::join(account, institution)?;
        }
        let former = core::mem::replace(&mut record.administrator, account.clone());
        Institutions::<T>::insert(institution, record);
        Ok(former)
    }

    pub(crate) fn try_change(
        institution: InstitutionId,
        change: impl FnOnce(&mut InstitutionRecord) -> DispatchResult,
    ) -> DispatchResult {
        Institutions::<T>::try_mutate(institution, |record| {
            change(record.as_mut().ok_or(Error::<T>::UnknownInstitution)?)
        })
    }

    /// The institution whose administrator signed.
    pub(crate) fn ensure_administrator(
        origin: OriginFor<T>,
    ) -> Result<InstitutionId, DispatchError> {
        let who = ensure_signed(origin)?;
        let institution = Members::<T>::get(&who).ok_or(Error::<T>::NotAdministrator)?;
        let record = Institutions::<T>::get(institution).ok_or(Error::<T>::UnknownInstitution)?;
        ensure!(record.administrator == who, Error::<T>::NotAdministrator);
        ensure!(record.active, Error::<T>::Suspended);
        Ok(institution)
    }

    /// Makes an account a member, and lets `frame_system` know it.
    pub(crate) fn join(account: &AccountId, institution: InstitutionId) -> DispatchResult {
        ensure!(!T::NotPeople::contains(account), Error::<T>::NotPerson);
        ensure!(!Members::<T>::contains_key(account), Error::<T>::AlreadyMember);
        MemberCount::<T>::try_mutate(institution, |count| {
            ensure!(*count < T::MaxMembers::get(), Error::<T>::TooManyMembers);
            *count = count.saturating_add(1);
            Ok::<_, DispatchError>(())
        })?;
        Members::<T>::insert(account, institution);
        frame_system::Pallet::<T>::inc_providers(account);
        if let Some(former) = FormerNonces::<T>::take(account) {
            frame_system::Account::<T>::mutate(account, |info| {
                info.nonce = info.nonce.max(former);
            });
        }
        Ok(())
    }

    /// Ends a membership. This always succeeds for a member who is not needed in an office: what
    /// else the account holds on the chain must not keep a person in.
    pub(crate) fn leave(account: &AccountId, institution: InstitutionId) -> DispatchResult {
        ensure!(Members::<T>::get(account) == Some(institution), Error::<T>::NotMember);
        let record = Institutions::<T>::get(institution).ok_or(Error::<T>::UnknownInstitution)?;
        ensure!(record.administrator != *account, Error::<T>::AdministratorStays);
        ensure!(!Seats::<T>::contains_key(account), Error::<T>::HoldsSeat);
        Members::<T>::remove(account);
        MemberCount::<T>::mutate(institution, |count| *count = count.saturating_sub(1));
        let nonce = frame_system::Pallet::<T>::account_nonce(account);
        if !nonce.is_zero() {
            FormerNonces::<T>::insert(account, nonce);
        }
        if let Err(error) = frame_system::Pallet::<T>::dec_providers(account) {
            // A former validator's session keys refer to the account until they are purged: its
            // record stays, with a reference that the next membership will end.
            log::debug!(target: LOG_TARGET, "account of a former member stays: {error:?}");
        }
        Ok(())
    }
}

impl<T: Config> MemberInspect for Pallet<T> {
    fn institution_of(account: &AccountId) -> Option<InstitutionId> {
        let institution = Members::<T>::get(account)?;
        Institutions::<T>::get(institution)?.active.then_some(institution)
    }

    fn membership_of(account: &AccountId) -> Option<InstitutionId> {
        Members::<T>::get(account)
    }

    /// Of an active institution only: a suspended one's administrator may do nothing.
    fn is_administrator(account: &AccountId, institution: InstitutionId) -> bool {
        Institutions::<T>::get(institution)
            .is_some_and(|record| record.active && record.administrator == *account)
    }

    fn is_institution(institution: InstitutionId) -> bool {
        Institutions::<T>::contains_key(institution)
    }
}

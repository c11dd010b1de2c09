//! Freezing: the owner's or governance's word that nothing new is to be done with a key.
//!
//! It is the chain's word only (section 12): no request is taken, no session is opened, and agents
//! are woken for no work of a frozen key. Agents and enclave read the freeze by a proof at each decision
//! of theirs, and wait while it lasts; shares that an enclave has by then are out. What is approved
//! meanwhile waits for the agents once the freeze is lifted. The key's token stays as it is.

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{ensure, traits::Contains};
use regent_primitives::{
    control::KeyControl, traits::AuditLog, AccountId, AuditEvent, Caller, KeyId, PolicyHash,
    Subject,
};
use scale_info::TypeInfo;
use sp_runtime::{DispatchError, DispatchResult};

use crate::{Config, Entries, Error, Event, Freezes, Pallet};

/// Who froze a key. Kept only while somebody does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Freeze {
    /// Its owner did, and lifts it.
    pub by_owner: bool,
    /// Governance did: the owner cannot lift that.
    pub by_governance: bool,
}

/// Who decides about a key.
pub(crate) enum By {
    Owner(Caller),
    Governance,
}

impl By {
    fn account(&self) -> Option<AccountId> {
        match self {
            Self::Owner(caller) => Some(caller.account.clone()),
            Self::Governance => None,
        }
    }
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_freeze(by: By, key: KeyId) -> DispatchResult {
        Self::ensure_may_freeze(&by, &key)?;
        let mut freeze = Freezes::<T>::get(key).unwrap_or_default();
        let frozen = match by {
            By::Owner(_) => &mut freeze.by_owner,
            By::Governance => &mut freeze.by_governance,
        };
        ensure!(!*frozen, Error::<T>::AlreadyFrozen);
        *frozen = true;
        Freezes::<T>::insert(key, freeze);
        Self::log_freeze(key, AuditEvent::KeyFrozen { by: by.account() }, &by);
        Self::deposit_event(Event::KeyFrozen { key, by: by.account() });
        Ok(())
    }

    /// Governance lifts every freeze: an owner that is a contract can end without having lifted its own.
    pub(crate) fn do_unfreeze(by: By, key: KeyId) -> DispatchResult {
        Self::ensure_may_freeze(&by, &key)?;
        let freeze = Freezes::<T>::get(key).ok_or(Error::<T>::NotFrozen)?;
        match by {
            By::Owner(_) => {
                ensure!(freeze.by_owner, Error::<T>::FrozenByGovernance);
                if freeze.by_governance {
                    Freezes::<T>::insert(key, Freeze { by_owner: false, ..freeze });
                } else {
                    Freezes::<T>::remove(key);
                }
            }
            By::Governance => Freezes::<T>::remove(key),
        }
        Self::log_freeze(key, AuditEvent::KeyUnfrozen { by: by.account() }, &by);
        Self::deposit_event(Event::KeyUnfrozen { key, by: by.account() });
        Ok(())
    }

    fn ensure_may_freeze(by: &By, key: &KeyId) -> Result<(), DispatchError> {
        let owner = Entries::<T>::get(key).ok_or(Error::<T>::UnknownKey)?.owner;
        match by {
            By::Owner(caller) => ensure!(caller.account == owner, Error::<T>::NotOwner),
            By::Governance => {}
        }
        Ok(())
    }

    /// Whether control of a key is theirs to decide: its owner's, or governance's where that is a contract
    /// that ended.
    pub(crate) fn ensure_controls(by: &By, owner: &AccountId) -> Result<(), Error<T>> {
        match by {
            By::Owner(caller) => ensure!(caller.account == *owner, Error::<T>::NotOwner),
            By::Governance => ensure!(T::Ended::contains(owner), Error::<T>::OwnerNotEnded),
        }
        Ok(())
    }

    /// Says who stood behind the entry before, if that was not the owner in person.
    pub(crate) fn log_decision(key: KeyId, by: &By) {
        let behind = match by {
            By::Owner(caller) => caller.event(),
            By::Governance => Some(AuditEvent::DecidedByGovernance),
        };
        if let Some(behind) = behind {
            T::Audit::append(Subject::Key(key), behind);
        }
    }

    fn log_freeze(key: KeyId, event: AuditEvent, by: &By) {
        T::Audit::append(Subject::Key(key), event);
        if let By::Owner(caller) = by {
            if let Some(called) = caller.event() {
                T::Audit::append(Subject::Key(key), called);
            }
        }
    }
}

impl<T: Config> KeyControl for Pallet<T> {
    fn is_frozen(key: &KeyId) -> bool {
        Freezes::<T>::contains_key(key)
    }

    fn live_contract(key: &KeyId) -> Option<AccountId> {
        let owner = Entries::<T>::get(key)?.owner;
        (T::Contracts::contains(&owner) && !T::Ended::contains(&owner)).then_some(owner)
    }

    fn ended_contract(key: &KeyId) -> Option<AccountId> {
        let owner = Entries::<T>::get(key)?.owner;
        (T::Contracts::contains(&owner) && T::Ended::contains(&owner)).then_some(owner)
    }

    fn freeze(caller: &Caller, key: KeyId) -> DispatchResult {
        Self::do_freeze(By::Owner(caller.clone()), key)
    }

    fn unfreeze(caller: &Caller, key: KeyId) -> DispatchResult {
        Self::do_unfreeze(By::Owner(caller.clone()), key)
    }

    fn withdraw_epoch(caller: &Caller, key: KeyId) -> DispatchResult {
        Self::do_withdraw(&By::Owner(caller.clone()), key)
    }

    fn transfer_control(
        caller: &Caller,
        key: KeyId,
        new_owner: AccountId,
        new_policy: PolicyHash,
    ) -> DispatchResult {
        // Everything or nothing happens: who calls it rolls back what it refuses.
        let by = By::Owner(caller.clone());
        Self::do_transfer_control(&by, key, new_owner, new_policy).map(drop)
    }
}

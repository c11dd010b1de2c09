//! An epoch that a later one has taken the place of: its requests end, its agents puncture it, and it
//! is dead when enough of them did (section 11).

use frame_support::ensure;
use regent_primitives::{
    traits::{AuditLog, EndedEpoch, KeyRequests},
    AccountId, AuditEvent, Epoch, EpochRecord, KeyId, KeyState, Puncture, Subject,
};
use sp_runtime::DispatchError;

use crate::{enrolment::present_agents, Awaited, Awaiting, Config, EpochStatus};
use crate::{Error, Event, Pallet, Statuses};

impl<T: Config> Pallet<T> {
    /// Nothing is released for the epoch from here on, and its agents are asked to puncture it.
    pub(crate) fn retire(key: KeyId, epoch: Epoch) -> Result<EndedEpoch, DispatchError> {
        let mut record = Self::epoch_record(&key, epoch).ok_or(Error::<T>::WrongEpoch)?;
        record.key.state = KeyState::Retiring;
        Statuses::<T>::insert(key, epoch, EpochStatus::of(&record));
        for agent in present_agents(&record.key.token) {
            Awaiting::<T>::insert(agent, (key, epoch), Awaited::Puncture);
        }
        T::Audit::append(Subject::Key(key), AuditEvent::KeyRetiring { epoch });
        Self::deposit_event(Event::KeyRetiring { key, epoch });
        let requests = T::Requests::end_epoch(&key, epoch);
        Ok(EndedEpoch { leaves: record.key.token.tree.leaf_count() as u32, requests })
    }

    /// The epoch that this punctures. Everything but the signature is checked.
    pub(crate) fn check_puncture(puncture: &Puncture) -> Result<EpochRecord, Error<T>> {
        let Puncture { key, epoch, enrolment_id, agent, .. } = puncture;
        ensure!(crate::Entries::<T>::contains_key(key), Error::<T>::UnknownKey);
        let record = Self::epoch_record(key, *epoch).ok_or(Error::<T>::WrongEpoch)?;
        ensure!(*enrolment_id == record.key.token.enrolment_id, Error::<T>::WrongEnrolment);
        ensure!(
            matches!(record.key.state, KeyState::Retiring | KeyState::Retired),
            Error::<T>::EpochNotOver
        );
        ensure!(
            Awaiting::<T>::get(agent, (key, epoch)) == Some(Awaited::Puncture),
            Error::<T>::NoPunctureAwaited
        );
        Ok(record)
    }

    /// Returns the key's owner, and how many leaves were looked at.
    pub(crate) fn do_puncture(puncture: &Puncture) -> Result<(AccountId, u32), DispatchError> {
        let mut record = Self::check_puncture(puncture)?;
        let Puncture { key, epoch, agent, rollback_protected, .. } = *puncture;
        Awaiting::<T>::remove(agent, (key, epoch));
        record.puncture(agent, rollback_protected);
        let event = AuditEvent::KeyPunctured { epoch, agent, rollback_protected };
        T::Audit::append(Subject::Key(key), event);
        Self::deposit_event(Event::KeyPunctured { key, epoch, agent, rollback_protected });
        if record.key.state == KeyState::Retiring && record.is_out_of_reach() {
            record.key.state = KeyState::Retired;
            T::Audit::append(Subject::Key(key), AuditEvent::KeyRetired { epoch });
            Self::deposit_event(Event::KeyRetired { key, epoch });
        }
        Statuses::<T>::insert(key, epoch, EpochStatus::of(&record));
        Ok((record.key.owner, record.key.token.tree.leaf_count() as u32))
    }
}

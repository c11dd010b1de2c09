//! Participants confirm their leaves, and a pending epoch becomes active (section 6, step 5, and
//! section 11).

use frame_support::{ensure, traits::Contains};
use regent_primitives::{
    traits::{AuditLog, Confirmed, EndedEpoch},
    AccountId, AgentId, AuditEvent, Confirmation, EpochRecord, KeyId, KeyState, Participant,
    Subject,
};
use sp_runtime::{DispatchError, DispatchResult};

use crate::{Awaiting, Config, EpochStatus, Error, Event, Pallet, Statuses};

impl<T: Config> Pallet<T> {
    /// The epoch, and the number in preorder of the leaf that this confirms. Everything but the
    /// signature is checked.
    pub(crate) fn check_confirmation(
        confirmation: &Confirmation,
    ) -> Result<(EpochRecord, usize), Error<T>> {
        ensure!(crate::Entries::<T>::contains_key(confirmation.key), Error::<T>::UnknownKey);
        let record = Self::epoch_record(&confirmation.key, confirmation.epoch)
            .ok_or(Error::<T>::WrongEpoch)?;
        let key = &record.key;
        ensure!(confirmation.enrolment_id == key.token.enrolment_id, Error::<T>::WrongEnrolment);
        ensure!(matches!(key.state, KeyState::Pending | KeyState::Active), Error::<T>::EpochOver);
        let leaf = match key.token.leaf(&confirmation.leaf) {
            Some((leaf, Participant::Agent(agent))) if agent == confirmation.agent => leaf,
            _ => return Err(Error::<T>::NotLeafOfAgent),
        };
        ensure!(key.token.is_present(leaf), Error::<T>::LeafAbsent);
        ensure!(!key.is_confirmed(leaf), Error::<T>::AlreadyConfirmed);
        Ok((record, leaf))
    }

    pub(crate) fn do_confirm(confirmation: &Confirmation) -> Result<Confirmed, DispatchError> {
        let (mut record, leaf) = Self::check_confirmation(confirmation)?;
        let Confirmation { key, epoch, leaf: path, agent, .. } = confirmation.clone();
        record.key.confirm(leaf);
        if !Self::awaits_agent(&record, &agent) {
            Awaiting::<T>::remove(agent, (key, epoch));
        }
        Statuses::<T>::insert(key, epoch, EpochStatus::of(&record));
        let event = AuditEvent::KeyConfirmed { epoch, leaf: path.clone(), agent };
        T::Audit::append(Subject::Key(key), event);
        Self::deposit_event(Event::KeyConfirmed { key, epoch, leaf: path, agent });

        let (owner, leaves) = (record.key.owner.clone(), record.key.token.tree.leaf_count() as u32);
        let pending = record.key.state == KeyState::Pending && record.transfer_to.is_none();
        let ended = if pending && Self::is_confirmed_with_one_to_spare(&record) {
            Self::activate(key, record, false)?
        } else {
            None
        };
        Ok(Confirmed { owner, leaves, ended })
    }

    pub(crate) fn is_confirmed_with_one_to_spare(record: &EpochRecord) -> bool {
        record.key.token.tree.satisfied_with_spare(1, |leaf| record.key.is_confirmed(leaf))
    }

    /// Returns what the epoch before held, if this one took its place.
    pub(crate) fn do_accept_confirmed(
        who: &AccountId,
        key: KeyId,
    ) -> Result<Option<EndedEpoch>, DispatchError> {
        let entry = crate::Entries::<T>::get(key).ok_or(Error::<T>::UnknownKey)?;
        let record = Self::epoch_record(&key, entry.newest).ok_or(Error::<T>::UnknownKey)?;
        ensure!(entry.owner == *who, Error::<T>::NotOwner);
        ensure!(record.key.state == KeyState::Pending, Error::<T>::NotPending);
        ensure!(record.transfer_to.is_none(), Error::<T>::AwaitsTransfer);
        ensure!(
            record.key.token.tree.satisfied(|leaf| record.key.is_confirmed(leaf)),
            Error::<T>::TooFewConfirmed
        );
        Self::activate(key, record, true)
    }

    /// Makes a pending epoch the active one. If another was active, it is retiring from here on.
    pub(crate) fn activate(
        key: KeyId,
        mut record: EpochRecord,
        accepted_by_owner: bool,
    ) -> Result<Option<EndedEpoch>, DispatchError> {
        let epoch = record.key.token.epoch;
        let mut entry = crate::Entries::<T>::get(key).ok_or(Error::<T>::UnknownKey)?;
        let former = entry.current;
        record.key.state = KeyState::Active;
        record.transfer_to = None;
        Statuses::<T>::insert(key, epoch, EpochStatus::of(&record));
        entry.current = epoch;
        entry.owner = record.key.owner;
        entry.chain_authority = T::Contracts::contains(&entry.owner);
        crate::Entries::<T>::insert(key, entry);
        T::Audit::append(Subject::Key(key), AuditEvent::KeyActivated { epoch, accepted_by_owner });
        Self::deposit_event(Event::KeyActivated { key, epoch, accepted_by_owner });
        if former == epoch {
            return Ok(None);
        }
        Self::retire(key, former).map(Some)
    }

    /// Whether a leaf of this agent took part and is not confirmed.
    pub(crate) fn awaits_agent(record: &EpochRecord, agent: &AgentId) -> bool {
        let key = &record.key;
        key.token.tree.leaves().iter().enumerate().any(|(leaf, (_, who))| {
            *who == Participant::Agent(*agent)
                && key.token.is_present(leaf)
                && !key.is_confirmed(leaf)
        })
    }
}

/// The call's result.
pub(crate) fn done(ended: Result<Option<EndedEpoch>, DispatchError>) -> DispatchResult {
    ended.map(drop)
}

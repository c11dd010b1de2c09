//! Participants confirm their leaves, and a pending key becomes active (section 6, step 5).

use frame_support::ensure;
use regent_primitives::{
    traits::AuditLog, AccountId, AgentId, AuditEvent, Confirmation, KeyId, KeyRecord, KeyState,
    Participant, Subject,
};
use sp_runtime::{DispatchError, DispatchResult};

use crate::{Awaiting, Config, Error, Event, KeyStatus, Pallet, Statuses};

impl<T: Config> Pallet<T> {
    /// The key, and the number in preorder of the leaf that this confirms. Everything but the
    /// signature is checked.
    pub(crate) fn check_confirmation(
        confirmation: &Confirmation,
    ) -> Result<(KeyRecord, usize), Error<T>> {
        let record = Self::record(&confirmation.key).ok_or(Error::<T>::UnknownKey)?;
        ensure!(confirmation.epoch == record.token.epoch, Error::<T>::WrongEpoch);
        ensure!(confirmation.enrolment_id == record.token.enrolment_id, Error::<T>::WrongEnrolment);
        ensure!(
            matches!(record.state, KeyState::Pending | KeyState::Active),
            Error::<T>::EpochOver
        );
        let leaf = match record.token.leaf(&confirmation.leaf) {
            Some((leaf, Participant::Agent(agent))) if agent == confirmation.agent => leaf,
            _ => return Err(Error::<T>::NotLeafOfAgent),
        };
        ensure!(record.token.is_present(leaf), Error::<T>::LeafAbsent);
        ensure!(!record.is_confirmed(leaf), Error::<T>::AlreadyConfirmed);
        Ok((record, leaf))
    }

    /// Returns the key's owner, and how many leaves were looked at.
    pub(crate) fn do_confirm(
        confirmation: &Confirmation,
    ) -> Result<(AccountId, u32), DispatchError> {
        let (mut record, leaf) = Self::check_confirmation(confirmation)?;
        let Confirmation { key, epoch, leaf: path, agent, .. } = confirmation.clone();
        record.confirm(leaf);
        if !Self::awaits_agent(&record, &agent) {
            Awaiting::<T>::remove(agent, key);
        }
        let event = AuditEvent::KeyConfirmed { epoch, leaf: path.clone(), agent };
        T::Audit::append(Subject::Key(key), event);
        Self::deposit_event(Event::KeyConfirmed { key, epoch, leaf: path, agent });

        let enough = record.token.tree.satisfied_with_spare(1, |leaf| record.is_confirmed(leaf));
        if record.state == KeyState::Pending && enough {
            Self::activate(&mut record, key, false);
        }
        let (owner, leaves) = (record.owner.clone(), record.token.tree.leaf_count() as u32);
        Statuses::<T>::insert(key, KeyStatus::of(record).1);
        Ok((owner, leaves))
    }

    pub(crate) fn do_accept_confirmed(who: &AccountId, key: KeyId) -> DispatchResult {
        let mut record = Self::record(&key).ok_or(Error::<T>::UnknownKey)?;
        ensure!(record.owner == *who, Error::<T>::NotOwner);
        ensure!(record.state == KeyState::Pending, Error::<T>::NotPending);
        ensure!(
            record.token.tree.satisfied(|leaf| record.is_confirmed(leaf)),
            Error::<T>::TooFewConfirmed
        );
        Self::activate(&mut record, key, true);
        Statuses::<T>::insert(key, KeyStatus::of(record).1);
        Ok(())
    }

    fn activate(record: &mut KeyRecord, key: KeyId, accepted_by_owner: bool) {
        let epoch = record.token.epoch;
        record.state = KeyState::Active;
        T::Audit::append(Subject::Key(key), AuditEvent::KeyActivated { epoch, accepted_by_owner });
        Self::deposit_event(Event::KeyActivated { key, epoch, accepted_by_owner });
    }

    /// Whether a leaf of this agent took part and is not confirmed.
    pub(crate) fn awaits_agent(record: &KeyRecord, agent: &AgentId) -> bool {
        record.token.tree.leaves().iter().enumerate().any(|(leaf, (_, who))| {
            *who == Participant::Agent(*agent)
                && record.token.is_present(leaf)
                && !record.is_confirmed(leaf)
        })
    }
}

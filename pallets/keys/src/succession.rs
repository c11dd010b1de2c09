//! The token of an active key's next epoch comes in, and control is transferred with it (section 11).

use frame_support::ensure;
use regent_primitives::{
    control::KeyControl,
    traits::{AuditLog, EndedEpoch, PolicyInspect, QuorumInspect},
    AccountId, AuditEvent, Commitments, KeyId, KeyState, PolicyHash, QuorumId, RegenToken,
    RequestId, Subject,
};
use sp_runtime::{DispatchError, DispatchResult};

use crate::{
    enrolment::{has_agents_only, present_agents},
    freeze::By,
    Awaited, Awaiting, Config, Entries, EpochStatus, Error, Event, KeyEntry, Labels, Pallet,
    Statuses, Tokens,
};

/// Whether what must stay through all epochs of a key did: what it is for, its public key, and the
/// commitment to its root, byte by byte.
fn is_same_key(old: &RegenToken, new: &RegenToken) -> bool {
    let same_root = match (&old.commitments, &new.commitments) {
        (Commitments::Native { gates: old, .. }, Commitments::Native { gates: new, .. }) => {
            !old.is_empty() && old.first() == new.first()
        }
        (Commitments::Seed { check: old, .. }, Commitments::Seed { check: new, .. }) => old == new,
        _ => false,
    };
    same_root
        && old.key_id == new.key_id
        && old.algorithm == new.algorithm
        && old.public_key == new.public_key
        && old.wrapped == new.wrapped
}

impl<T: Config> Pallet<T> {
    /// The entry of the key, and the status of its current epoch.
    fn check_successor(
        token: &RegenToken,
        quorum: Option<QuorumId>,
    ) -> Result<(KeyEntry, EpochStatus), Error<T>> {
        let entry = Entries::<T>::get(token.key_id).ok_or(Error::<T>::UnknownKey)?;
        let record = Self::epoch_record(&token.key_id, entry.current)
            .filter(|record| record.key.state == KeyState::Active)
            .ok_or(Error::<T>::NotActive)?;
        ensure!(Self::pending(&token.key_id, &entry).is_none(), Error::<T>::SuccessorPending);
        // A withdrawn epoch keeps its number.
        ensure!(entry.newest.checked_add(1) == Some(token.epoch), Error::<T>::NotNextEpoch);
        // Leaves may be absent as far as the rest satisfies the tree: the owner decides, when it
        // accepts fewer confirmations than one to spare.
        token.check_shape().map_err(|_| Error::<T>::InvalidShape)?;
        let old = &record.key.token;
        ensure!(is_same_key(old, token), Error::<T>::OtherKey);
        ensure!(old.enrolment_id != token.enrolment_id, Error::<T>::WrongEnrolment);
        ensure!(has_agents_only(token), Error::<T>::UnsupportedParticipant);
        match quorum {
            Some(quorum) => {
                ensure!(T::Quorums::admits(quorum, &token.tree), Error::<T>::TreeNotAdmitted);
            }
            None => ensure!(old.tree == token.tree, Error::<T>::TreeNotAdmitted),
        }
        ensure!(T::Policies::policy(&token.policy_hash).is_some(), Error::<T>::UnknownPolicy);
        let label = token.label(Self::genesis());
        ensure!(!Labels::<T>::contains_key(label), Error::<T>::LabelUsed);
        Ok((entry, EpochStatus::of(&record)))
    }

    /// Checks and stores the token of the next epoch. Whether its window, policy and enrolment are
    /// those of the request is for the caller to check, who has the request.
    pub(crate) fn do_succeed(
        token: RegenToken,
        quorum: Option<QuorumId>,
        transfer_to: Option<AccountId>,
        request: RequestId,
    ) -> DispatchResult {
        let (mut entry, current) = Self::check_successor(&token, quorum)?;
        if let Some(owner) = &transfer_to {
            ensure!(Self::is_recoverable(owner, &token.policy_hash), Error::<T>::NoRecovery);
        }
        let quorum = quorum.unwrap_or(current.quorum);
        entry.newest = token.epoch;
        Entries::<T>::insert(token.key_id, &entry);
        Self::store(token, entry.owner, quorum, request, transfer_to);
        Ok(())
    }

    /// The epoch that waits to take the current one's place.
    pub(crate) fn pending(key: &KeyId, entry: &KeyEntry) -> Option<EpochStatus> {
        (entry.newest != entry.current)
            .then(|| Statuses::<T>::get(key, entry.newest))
            .flatten()
            .filter(|status| status.state == KeyState::Pending)
    }

    /// Gives up the epoch that was to follow the current one. Its number is not used again, and its
    /// agents are to puncture it once a later one is active: its shares are shares of the key.
    pub(crate) fn do_withdraw(by: &By, key: KeyId) -> DispatchResult {
        let entry = Entries::<T>::get(key).ok_or(Error::<T>::UnknownKey)?;
        Self::ensure_controls(by, &entry.owner)?;
        let mut status = Self::pending(&key, &entry).ok_or(Error::<T>::NotPending)?;
        let epoch = entry.newest;
        let token = Tokens::<T>::get(key, epoch).ok_or(Error::<T>::WrongEpoch)?;
        status.state = KeyState::Retiring;
        status.transfer_to = None;
        Statuses::<T>::insert(key, epoch, status);
        for agent in present_agents(&token) {
            Awaiting::<T>::insert(agent, (key, epoch), Awaited::Puncture);
        }
        T::Audit::append(Subject::Key(key), AuditEvent::EpochWithdrawn { epoch });
        Self::log_decision(key, by);
        Self::deposit_event(Event::EpochWithdrawn { key, epoch });
        Ok(())
    }

    /// Switches owner, policy and epoch at once.
    pub(crate) fn do_transfer_control(
        by: &By,
        key: KeyId,
        new_owner: AccountId,
        new_policy: PolicyHash,
    ) -> Result<Option<EndedEpoch>, DispatchError> {
        let entry = Entries::<T>::get(key).ok_or(Error::<T>::UnknownKey)?;
        Self::ensure_controls(by, &entry.owner)?;
        ensure!(!Self::is_frozen(&key), Error::<T>::Frozen);
        let mut record = Self::epoch_record(&key, entry.newest)
            .filter(|record| record.key.state == KeyState::Pending)
            .ok_or(Error::<T>::NotPending)?;
        ensure!(
            record.transfer_to.as_ref() == Some(&new_owner)
                && record.key.token.policy_hash == new_policy,
            Error::<T>::NotPrepared
        );
        ensure!(Self::is_confirmed_with_one_to_spare(&record), Error::<T>::TooFewConfirmed);
        let epoch = entry.newest;
        record.key.owner = new_owner.clone();
        let event = AuditEvent::ControlTransferred {
            epoch,
            from: entry.owner.clone(),
            to: new_owner.clone(),
            policy: new_policy,
        };
        T::Audit::append(Subject::Key(key), event);
        let (from, to, policy) = (entry.owner, new_owner, new_policy);
        Self::deposit_event(Event::ControlTransferred { key, epoch, from, to, policy });
        let ended = Self::activate(key, record, false)?;
        Self::log_decision(key, by);
        Ok(ended)
    }
}

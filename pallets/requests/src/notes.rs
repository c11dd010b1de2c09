//! Notes of agents: releases, refusals and confirmations (sections 6 and 7).

use alloc::boxed::Box;

use codec::Encode;
use frame_support::{ensure, pallet_prelude::TransactionValidityWithRefund};
use regent_primitives::{
    bounds::MAX_LEAVES,
    traits::{ChainInfo, KeyRegistry, SessionRegistry},
    AgentNote, AuditEvent, Refusal, Release, RequestRecord, RequestStatus,
};
use sp_runtime::{
    transaction_validity::{
        InvalidTransaction, TransactionPriority, TransactionSource, TransactionValidityError,
        ValidTransaction,
    },
    DispatchError,
};

use crate::{Config, Error, Event, Pallet, Refusals, Releases, Requests, WeightInfo};

/// Notes go before members' transactions: they are few, bounded by the leaves of approved
/// requests, and others wait for them.
const NOTE_PRIORITY: TransactionPriority = TransactionPriority::MAX / 2;

/// Blocks a note stays in the pool. The offchain worker brings it again as long as it is missing.
const NOTE_LONGEVITY: u64 = 64;

impl<T: Config> Pallet<T> {
    /// Whether a note may enter pool and block: it is new, it fits the state, and it is the agent's.
    #[allow(clippy::borrowed_box)] // As the call's argument is handed over.
    pub(crate) fn authorize_note(
        _source: TransactionSource,
        note: &Box<AgentNote>,
    ) -> TransactionValidityWithRefund {
        // Cheap checks first: a stranger's note costs a few reads, not a signature.
        let leaves = Self::check_leaves(note).map_err(|error| {
            TransactionValidityError::Invalid(match error {
                Error::<T>::AlreadyNoted => InvalidTransaction::Stale,
                _ => InvalidTransaction::Call,
            })
        })?;
        ensure!(note.verify(T::Audit::genesis()), InvalidTransaction::BadProof);
        let validity = ValidTransaction::with_tag_prefix("regent-note")
            .priority(NOTE_PRIORITY)
            .and_provides(Self::note_tag(note))
            .longevity(NOTE_LONGEVITY)
            .propagate(true)
            .build()?;
        let most = T::WeightInfo::authorize_note(MAX_LEAVES);
        Ok((validity, most.saturating_sub(T::WeightInfo::authorize_note(leaves))))
    }

    /// What a note provides: two that say the same thing never share a block, whatever the rest of
    /// them says.
    fn note_tag(note: &AgentNote) -> alloc::vec::Vec<u8> {
        match note {
            AgentNote::Release(note) => {
                (0u8, note.agent, note.request, note.attempt, &note.leaf).encode()
            }
            AgentNote::Refusal(note) => (1u8, note.agent, note.request, note.attempt).encode(),
            AgentNote::Confirmation(note) => {
                (2u8, note.agent, note.key, note.epoch, &note.leaf).encode()
            }
        }
    }

    /// Whether a note is new and fits the state. Everything but its signature is checked.
    pub fn check_note(note: &AgentNote) -> Result<(), Error<T>> {
        Self::check_leaves(note).map(drop)
    }

    /// As [`Pallet::check_note`]; returns how many leaves were looked at.
    fn check_leaves(note: &AgentNote) -> Result<u32, Error<T>> {
        match note {
            AgentNote::Release(release) => Self::check_release(release).map(|(_, leaves)| leaves),
            AgentNote::Refusal(refusal) => Self::check_refusal(refusal).map(|(_, leaves)| leaves),
            AgentNote::Confirmation(confirmation) => {
                ensure!(T::Keys::awaits(confirmation), Error::<T>::NotAwaited);
                Ok(MAX_LEAVES)
            }
        }
    }

    fn check_release(note: &Release) -> Result<(RequestRecord, u32), Error<T>> {
        let place = (note.attempt, note.leaf.clone());
        ensure!(!Releases::<T>::contains_key(note.request, place), Error::<T>::AlreadyNoted);
        let record = Requests::<T>::get(note.request).ok_or(Error::<T>::UnknownRequest)?;
        ensure!(record.approved_entry.is_some(), Error::<T>::NotApproved);
        let session =
            T::Sessions::session(note.request, note.attempt).ok_or(Error::<T>::UnknownSession)?;
        ensure!(session.session.id == note.session, Error::<T>::WrongSession);
        let leaves = Self::agents_of(&record);
        ensure!(
            leaves.iter().any(|(leaf, agent)| *leaf == note.leaf && *agent == note.agent),
            Error::<T>::NotLeafOfAgent
        );
        Ok((record, leaves.len() as u32))
    }

    fn check_refusal(note: &Refusal) -> Result<(RequestRecord, u32), Error<T>> {
        let place = (note.attempt, note.agent);
        ensure!(!Refusals::<T>::contains_key(note.request, place), Error::<T>::AlreadyNoted);
        let record = Requests::<T>::get(note.request).ok_or(Error::<T>::UnknownRequest)?;
        ensure!(!record.status.is_over(), Error::<T>::RequestOver);
        ensure!(record.status.may_release(), Error::<T>::NotApproved);
        ensure!(
            note.attempt == record.attempts
                && T::Sessions::session(note.request, note.attempt).is_some(),
            Error::<T>::WrongAttempt
        );
        let leaves = Self::agents_of(&record);
        ensure!(leaves.iter().any(|(_, agent)| *agent == note.agent), Error::<T>::NotLeafOfAgent);
        Ok((record, leaves.len() as u32))
    }

    /// Returns how many leaves were looked at.
    pub(crate) fn do_note(note: AgentNote) -> Result<u32, DispatchError> {
        match note {
            AgentNote::Release(release) => Self::note_release(release),
            AgentNote::Refusal(refusal) => Self::note_refusal(refusal),
            AgentNote::Confirmation(confirmation) => {
                T::Keys::confirm(&confirmation)?;
                Ok(MAX_LEAVES)
            }
        }
    }

    fn note_release(note: Release) -> Result<u32, DispatchError> {
        let (mut record, leaves) = Self::check_release(&note)?;
        let Release { request, attempt, agent, aad, .. } = note;
        let leaf = note.leaf.clone();
        Releases::<T>::insert(request, (attempt, &leaf), note);
        let event = AuditEvent::ShareReleased { attempt, agent, leaf: leaf.clone(), aad };
        Self::log(request, &mut record, event);
        Self::deposit_event(Event::ShareReleased { request, attempt, agent, leaf });
        match record.status {
            RequestStatus::Approved => record.status = RequestStatus::Executing,
            // It ended as if nothing had been released; now it is known that something was.
            RequestStatus::Expired | RequestStatus::Cancelled => {
                record.status = RequestStatus::Failed;
                Self::log(request, &mut record, AuditEvent::Unaccounted);
                Self::deposit_event(Event::Failed { request });
            }
            _ => {}
        }
        Self::withdraw_offer(request, attempt, agent, false);
        Requests::<T>::insert(request, record);
        Ok(leaves)
    }

    fn note_refusal(note: Refusal) -> Result<u32, DispatchError> {
        let (mut record, leaves) = Self::check_refusal(&note)?;
        let Refusal { request, attempt, agent, reason, .. } = note;
        Refusals::<T>::insert(request, (attempt, agent), note);
        let event = AuditEvent::ReleaseRefused { attempt, agent, reason };
        Self::log(request, &mut record, event);
        Self::withdraw_offer(request, attempt, agent, true);
        Requests::<T>::insert(request, record);
        Self::deposit_event(Event::ReleaseRefused { request, attempt, agent, reason });
        Ok(leaves)
    }
}

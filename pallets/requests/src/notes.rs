//! Notes of agents: releases, refusals, confirmations and punctures (sections 6, 7 and 11).

use alloc::boxed::Box;

use codec::Encode;
use frame_support::{
    ensure, pallet_prelude::TransactionValidityWithRefund, traits::Get, weights::Weight,
};
use regent_primitives::{
    bounds::MAX_LEAVES,
    traits::{ChainInfo, KeyRegistry, MemberInspect, SessionRegistry},
    AccessTree, AccountId, AgentNote, AuditEvent, OperationKind, Participant, Refusal, Release,
    ReleasedLeaves, RequestId, RequestRecord, RequestStatus,
};
use sp_runtime::{
    transaction_validity::{
        InvalidTransaction, TransactionPriority, TransactionSource, TransactionValidityError,
        ValidTransaction,
    },
    DispatchError,
};

use crate::{
    Config, Error, Event, NoteUsage, NotesOf, Pallet, People, Receipts, Refusals, Released,
    Releases, Requests, WeightInfo,
};

/// A tenth of what a transaction has whose institution has all of its quota left
/// (`CheckMembership::FULL_PRIORITY`): notes tell of what has happened, so they stand behind those who
/// wait for something to happen, and before those who used up nearly all they may.
pub(crate) const NOTE_PRIORITY: TransactionPriority = 100_000_000;

/// Blocks a note stays in the pool. The offchain worker brings it again as long as it is missing.
const NOTE_LONGEVITY: u64 = 64;

impl<T: Config> Pallet<T> {
    /// Whether a note may enter pool and block: it is new, it fits the state, this block has room for
    /// it, and it is the agent's.
    #[allow(clippy::borrowed_box)] // As the call's argument is handed over.
    pub(crate) fn authorize_note(
        _source: TransactionSource,
        note: &Box<AgentNote>,
    ) -> TransactionValidityWithRefund {
        // Cheap checks first: a stranger's note costs a few reads, not a signature.
        let (asker, leaves) = Self::check_fits(note).map_err(|error| {
            TransactionValidityError::Invalid(match error {
                Error::<T>::AlreadyNoted => InvalidTransaction::Stale,
                _ => InvalidTransaction::Call,
            })
        })?;
        let usage = Self::usage_with(note, &asker, leaves);
        ensure!(usage.used <= T::NoteAllowance::get(), InvalidTransaction::ExhaustsResources);
        ensure!(note.verify(T::Audit::genesis()), InvalidTransaction::BadProof);
        let validity = ValidTransaction::with_tag_prefix("regent-note")
            .priority(NOTE_PRIORITY)
            .and_provides(Self::note_tag(note))
            .longevity(NOTE_LONGEVITY)
            .propagate(true)
            .build()?;
        let most = Self::authorize_weight(note, MAX_LEAVES);
        Ok((validity, most.saturating_sub(Self::authorize_weight(note, leaves))))
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
            AgentNote::Puncture(note) => (3u8, note.agent, note.key, note.epoch).encode(),
        }
    }

    /// What this block's notes will have used, with this one, of what the institution may that asked
    /// for what it is about.
    fn usage_with(note: &AgentNote, asker: &AccountId, leaves: u32) -> NoteUsage {
        let block = T::Audit::block_number();
        let usage = NotesOf::<T>::get(T::Members::institution_of(asker));
        let used = if usage.block == block { usage.used } else { 0 };
        let cost = Self::note_weight(note, leaves)
            .saturating_add(Self::authorize_weight(note, leaves))
            .ref_time();
        NoteUsage { block, used: used.saturating_add(cost) }
    }

    /// Whether a note is new and fits the state. Everything but its signature is checked.
    pub fn check_note(note: &AgentNote) -> Result<(), Error<T>> {
        Self::check_fits(note).map(drop)
    }

    /// As [`Pallet::check_note`]; returns who asked for what it is about, and how many leaves were
    /// looked at.
    fn check_fits(note: &AgentNote) -> Result<(AccountId, u32), Error<T>> {
        match note {
            AgentNote::Release(release) => Self::check_release(release).map(|(record, tree, _)| {
                let leaves = tree.leaf_count() as u32;
                (Self::asker(&release.request, record.body.requester), leaves)
            }),
            AgentNote::Refusal(refusal) => Self::check_refusal(refusal).map(|(record, leaves)| {
                (Self::asker(&refusal.request, record.body.requester), leaves)
            }),
            AgentNote::Confirmation(confirmation) => {
                T::Keys::awaits(confirmation).ok_or(Error::<T>::NotAwaited)
            }
            AgentNote::Puncture(puncture) => {
                T::Keys::awaits_puncture(puncture).ok_or(Error::<T>::NotAwaited)
            }
        }
    }

    /// Who is charged for what a request brings about: its requester, or the person behind it if that
    /// is a contract.
    fn asker(request: &RequestId, requester: AccountId) -> AccountId {
        People::<T>::get(request).unwrap_or(requester)
    }

    /// Returns the request, its tree, and the leaf's number in preorder.
    fn check_release(note: &Release) -> Result<(RequestRecord, AccessTree, usize), Error<T>> {
        let place = (note.attempt, note.leaf.clone());
        ensure!(!Releases::<T>::contains_key(note.request, place), Error::<T>::AlreadyNoted);
        let record = Requests::<T>::get(note.request).ok_or(Error::<T>::UnknownRequest)?;
        ensure!(record.approved_entry.is_some(), Error::<T>::NotApproved);
        let session =
            T::Sessions::session(note.request, note.attempt).ok_or(Error::<T>::UnknownSession)?;
        ensure!(session.session.id == note.session, Error::<T>::WrongSession);
        let (tree, present) = Self::tree_of(&record).ok_or(Error::<T>::UnknownKey)?;
        let who = Participant::Agent(note.agent);
        let leaf = tree
            .leaves()
            .iter()
            .zip(present)
            .position(|((leaf, holder), present)| present && *holder == who && *leaf == note.leaf)
            .ok_or(Error::<T>::NotLeafOfAgent)?;
        Ok((record, tree, leaf))
    }

    /// Returns the request, and how many leaves were looked at.
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
        let (agents, leaves) = Self::agents_of(&record);
        ensure!(agents.iter().any(|(_, agent)| *agent == note.agent), Error::<T>::NotLeafOfAgent);
        Ok((record, leaves))
    }

    /// Stores a note, and charges it to who asked for what it is about. Returns its weight.
    pub(crate) fn do_note(note: AgentNote) -> Result<Weight, DispatchError> {
        let mut ended = None;
        let (asker, leaves) = match &note {
            AgentNote::Release(release) => Self::note_release(release)?,
            AgentNote::Refusal(refusal) => Self::note_refusal(refusal)?,
            AgentNote::Confirmation(confirmation) => {
                let confirmed = T::Keys::confirm(confirmation)?;
                ended = confirmed.ended;
                (confirmed.owner, confirmed.leaves)
            }
            AgentNote::Puncture(puncture) => T::Keys::puncture(puncture)?,
        };
        let usage = Self::usage_with(&note, &asker, leaves);
        NotesOf::<T>::insert(T::Members::institution_of(&asker), usage);
        let ending = ended
            .map(|ended| T::WeightInfo::end_epoch(ended.leaves, ended.requests))
            .unwrap_or_default();
        Ok(Self::note_weight(&note, leaves).saturating_add(ending))
    }

    fn note_release(note: &Release) -> Result<(AccountId, u32), DispatchError> {
        let (mut record, tree, number) = Self::check_release(note)?;
        let Release { request, attempt, agent, aad, leaf, .. } = note.clone();
        Releases::<T>::insert(request, (attempt, &leaf), note);
        let event = AuditEvent::ShareReleased { attempt, agent, leaf: leaf.clone(), aad };
        Self::log(request, &mut record, event);
        Self::deposit_event(Event::ShareReleased { request, attempt, agent, leaf });

        let before = Released::<T>::get(request);
        if Self::is_first_unaccounted(note, record.status, before.as_ref()) {
            Self::log(request, &mut record, AuditEvent::Unaccounted);
        }
        let mut released = before.unwrap_or_default();
        released.insert(attempt, number);
        // The chain takes no token with fewer leaves than one to spare.
        let spare = u16::from(record.body.operation.kind() == OperationKind::Enrol);
        let enough = tree.satisfied_with_spare(spare, |leaf| released.contains(attempt, leaf));
        released.enough |= enough;
        match record.status {
            RequestStatus::Approved => record.status = RequestStatus::Executing,
            RequestStatus::Expired | RequestStatus::Cancelled if released.enough => {
                record.status = RequestStatus::Failed;
                Self::log(request, &mut record, AuditEvent::Failed);
                Self::deposit_event(Event::Failed { request });
            }
            _ => {}
        }
        Released::<T>::insert(request, released);
        Self::withdraw_offer(request, attempt, agent, false);
        let asker = Self::asker(&request, record.body.requester.clone());
        Requests::<T>::insert(request, record);
        Ok((asker, tree.leaf_count() as u32))
    }

    /// Whether this release is the first of a request that is over for which there is no receipt: the
    /// request ended as if there were none. `before` are the leaves that were noted until now.
    fn is_first_unaccounted(
        note: &Release,
        status: RequestStatus,
        before: Option<&ReleasedLeaves>,
    ) -> bool {
        match status {
            RequestStatus::Expired | RequestStatus::Cancelled | RequestStatus::Failed => {
                before.is_none()
            }
            RequestStatus::Completed => Receipts::<T>::get(note.request).is_some_and(|signed| {
                let accounted = signed.receipt.attempt;
                note.attempt != accounted
                    && before.is_none_or(|released| !released.any_beside(accounted))
            }),
            _ => false,
        }
    }

    fn note_refusal(note: &Refusal) -> Result<(AccountId, u32), DispatchError> {
        let (mut record, leaves) = Self::check_refusal(note)?;
        let Refusal { request, attempt, agent, reason, .. } = note.clone();
        Refusals::<T>::insert(request, (attempt, agent), note);
        let event = AuditEvent::ReleaseRefused { attempt, agent, reason };
        Self::log(request, &mut record, event);
        Self::withdraw_offer(request, attempt, agent, true);
        let asker = Self::asker(&request, record.body.requester.clone());
        Requests::<T>::insert(request, record);
        Self::deposit_event(Event::ReleaseRefused { request, attempt, agent, reason });
        Ok((asker, leaves))
    }
}

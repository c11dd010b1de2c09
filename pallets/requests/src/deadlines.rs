//! Requests are opened, queued until their deadline, and closed.

use frame_support::{defensive, traits::Get};
use regent_primitives::{
    bounds::{MAX_ATTEMPTS, MAX_OPEN_REQUESTS},
    traits::{AuditLog, ChainInfo, SessionRegistry},
    AuditEvent, BlockNumber, InstitutionId, KeyId, RequestId, RequestRecord, RequestStatus,
    Subject, H256,
};

use crate::{
    Config, Deadlines, Error, Event, Offers, Open, OpenOf, OpenOfKey, OpenRequest, Pallet,
    Payloads, Released, Requests,
};

impl<T: Config> Pallet<T> {
    /// Appends an entry about a request and makes it its newest. The caller stores the record.
    pub(crate) fn log(id: RequestId, record: &mut RequestRecord, event: AuditEvent) -> H256 {
        record.last_entry = T::Audit::append(Subject::Request(id), event);
        record.last_entry
    }

    /// Counts a new request as open and queues its deadline.
    pub(crate) fn open(
        id: RequestId,
        key: KeyId,
        institution: InstitutionId,
        expires: BlockNumber,
    ) -> Result<(), Error<T>> {
        OpenOfKey::<T>::try_append(key, id).map_err(|_| Error::<T>::TooManyOpenOfKey)?;
        let queued_at = Self::enqueue(id, expires.saturating_add(1))?;
        Open::<T>::insert(id, OpenRequest { institution, queued_at });
        OpenOf::<T>::mutate(institution, |count| *count = count.saturating_add(1));
        Ok(())
    }

    /// Ends a request: logs why, frees what it held. The caller stores the record.
    pub(crate) fn close(
        id: RequestId,
        record: &mut RequestRecord,
        status: RequestStatus,
        event: AuditEvent,
    ) {
        Self::log(id, record, event);
        record.status = status;
        Payloads::<T>::remove(id);
        Offers::<T>::remove(id);
        let Some(open) = Open::<T>::take(id) else { return };
        OpenOfKey::<T>::mutate_exists(record.body.key, |ids| {
            *ids = ids.take().and_then(|mut ids| {
                ids.retain(|other| *other != id);
                (!ids.is_empty()).then_some(ids)
            });
        });
        OpenOf::<T>::mutate_exists(open.institution, |count| {
            *count = count.and_then(|count| count.checked_sub(1)).filter(|count| *count > 0);
        });
        Deadlines::<T>::mutate_exists(open.queued_at, |queue| {
            *queue = queue.take().and_then(|mut queue| {
                queue.retain(|other| *other != id);
                (!queue.is_empty()).then_some(queue)
            });
        });
    }

    /// Queues a deadline at the first block from `at` on that has room.
    fn enqueue(id: RequestId, at: BlockNumber) -> Result<BlockNumber, Error<T>> {
        let first = at.max(T::Audit::block_number().saturating_add(1));
        // The queue holds open requests only: one of so many blocks has room. The search ends early
        // only at the last block number there is.
        let last = first.saturating_add(MAX_OPEN_REQUESTS);
        (first..=last)
            .find(|block| Deadlines::<T>::try_append(block, id).is_ok())
            .ok_or(Error::<T>::DeadlineQueueFull)
    }

    /// Settles the deadlines queued at this block and returns how many they were.
    pub(crate) fn settle_deadlines() -> u32 {
        let now = T::Audit::block_number();
        let due = Deadlines::<T>::take(now);
        let count = due.len() as u32;
        for id in due {
            Self::settle(id, now);
        }
        count
    }

    fn settle(id: RequestId, now: BlockNumber) {
        let Some(mut record) = Requests::<T>::get(id) else {
            defensive!("a queued request exists");
            return;
        };
        if let Some(until) = Self::settled_after(id, &record).filter(|until| *until >= now) {
            match Self::enqueue(id, until.saturating_add(1)) {
                Ok(queued_at) => Open::<T>::mutate_exists(id, |open| {
                    if let Some(open) = open {
                        open.queued_at = queued_at;
                    }
                }),
                Err(_) => {
                    defensive!("the queue has room for every open request");
                }
            }
            return;
        }
        if record.status.is_over() {
            defensive!("a queued request is not over");
            return;
        }
        let released = Released::<T>::get(id);
        if released.is_some() {
            Self::log(id, &mut record, AuditEvent::Unaccounted);
        }
        let enough = released.is_some_and(|released| released.enough);
        if enough || Self::attempts_used_up(id, &record) {
            Self::close(id, &mut record, RequestStatus::Failed, AuditEvent::Failed);
            Self::deposit_event(Event::Failed { request: id });
        } else {
            Self::close(id, &mut record, RequestStatus::Expired, AuditEvent::Expired);
            Self::deposit_event(Event::Expired { request: id });
        }
        Requests::<T>::insert(id, record);
    }

    /// Whether an approved request had all its attempts, and the last of them ended before the
    /// request's own deadline.
    fn attempts_used_up(id: RequestId, record: &RequestRecord) -> bool {
        record.status.may_release()
            && record.attempts >= MAX_ATTEMPTS
            && T::Sessions::session(id, record.attempts)
                .is_some_and(|last| last.deadline < record.body.expires)
    }

    /// The last block at which notes or a receipt of a request are still waited for; none if
    /// nothing can have been released.
    fn settled_after(id: RequestId, record: &RequestRecord) -> Option<BlockNumber> {
        if !record.status.may_release() {
            return None;
        }
        // Attempts are opened one after the other, each after the deadline of the one before.
        let last = T::Sessions::session(id, record.attempts)?.deadline;
        let last = match record.status {
            // Nothing is noted: what was released, was released before both deadlines.
            RequestStatus::Approved => last.min(record.body.expires),
            // A session operates and answers until its own deadline.
            _ => last,
        };
        Some(last.saturating_add(T::NoteGrace::get()))
    }
}

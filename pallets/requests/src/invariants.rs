//! What always holds of the pallet's state.
#![cfg(any(feature = "try-runtime", test))]

use alloc::collections::{BTreeMap, BTreeSet};

use frame_support::ensure;
use regent_primitives::{
    bounds::{MAX_ATTEMPTS, MAX_OPEN_REQUESTS},
    traits::{ChainInfo, SessionRegistry},
    ReleasedLeaves, RequestId, RequestRecord, RequestStatus,
};
use sp_runtime::TryRuntimeError;

use crate::{
    Config, Deadlines, Offers, Open, OpenOf, OpenOfKey, Pallet, Payloads, Receipts, Released,
    Releases, Requests,
};

impl<T: Config> Pallet<T> {
    /// Records, indices and queue say the same.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut open = 0u32;
        for (id, record) in Requests::<T>::iter() {
            ensure!(record.body.id(T::Audit::genesis()) == id, "request under another id");
            open += u32::from(!record.status.is_over());
            Self::check_record(id, &record)?;
        }
        ensure!(Open::<T>::count() == open, "count of open requests differs");
        ensure!(open <= MAX_OPEN_REQUESTS, "more requests are open than may be");
        ensure!(Payloads::<T>::iter_keys().count() as u32 == open, "a payload is left over");
        let mut of = BTreeMap::new();
        for (_, open) in Open::<T>::iter() {
            *of.entry(open.institution).or_insert(0u32) += 1;
        }
        ensure!(OpenOf::<T>::iter().collect::<BTreeMap<_, _>>() == of, "counts of institutions");
        let mut of_keys = 0u32;
        for (key, ids) in OpenOfKey::<T>::iter() {
            ensure!(!ids.is_empty(), "an empty list of a key is kept");
            for id in ids {
                of_keys += 1;
                let record = Requests::<T>::get(id).ok_or("a list names no request")?;
                ensure!(Open::<T>::contains_key(id), "a list names a request that is over");
                ensure!(record.body.key == key, "a list names another key's request");
            }
        }
        ensure!(of_keys == open, "lists of keys and open requests differ");
        let mut queued = 0u32;
        for (block, queue) in Deadlines::<T>::iter() {
            ensure!(!queue.is_empty(), "an empty queue is kept");
            for id in queue {
                queued += 1;
                let place = Open::<T>::get(id).ok_or("a request over is queued")?.queued_at;
                ensure!(place == block, "a deadline is queued elsewhere");
            }
        }
        ensure!(queued == open, "queue and open requests differ");
        Ok(())
    }

    fn check_record(id: RequestId, record: &RequestRecord) -> Result<(), TryRuntimeError> {
        let over = record.status.is_over();
        ensure!(Open::<T>::contains_key(id) != over, "open exactly while not over");
        ensure!(Payloads::<T>::contains_key(id) != over, "a payload exactly while not over");
        let completed = record.status == RequestStatus::Completed;
        ensure!(Receipts::<T>::contains_key(id) == completed, "a receipt exactly if completed");
        let was_approved = record.approved_entry.is_some();
        let (approved, denied) = match record.status {
            RequestStatus::Pending { .. } => (Some(false), false),
            RequestStatus::Denied => (Some(false), true),
            RequestStatus::Approved
            | RequestStatus::Executing
            | RequestStatus::Completed
            | RequestStatus::Failed => (Some(true), false),
            RequestStatus::Expired | RequestStatus::Cancelled => (None, false),
        };
        ensure!(approved.is_none_or(|expected| expected == was_approved), "approved entry");
        ensure!(!denied || !crate::Approvals::<T>::get(id).is_empty(), "denied by nobody");
        let released = Self::check_released(id, record)?;
        let any = released.is_some();
        let enough = released.is_some_and(|released| released.enough);
        ensure!(!any || was_approved, "released without approval");
        match record.status {
            RequestStatus::Executing => ensure!(any, "executing with nothing released"),
            RequestStatus::Failed => {
                ensure!(enough || record.attempts >= MAX_ATTEMPTS, "failed for no reason");
            }
            RequestStatus::Completed => {}
            RequestStatus::Expired | RequestStatus::Cancelled => {
                ensure!(!enough, "enough was released and it did not fail");
            }
            _ => ensure!(!any, "released without saying so"),
        }
        for attempt in 1..=record.attempts {
            ensure!(T::Sessions::session(id, attempt).is_some(), "an attempt without session");
        }
        if let Some(offer) = Offers::<T>::get(id) {
            ensure!(record.status.may_release(), "an offer that may not be released");
            ensure!(offer.attempt == record.attempts, "an offer of another attempt");
            ensure!(!offer.agents.is_empty(), "an offer to nobody");
            for awaited in &offer.agents {
                let noted = |path| Releases::<T>::contains_key(id, (offer.attempt, path));
                let left = Self::agents_of(record)
                    .0
                    .into_iter()
                    .filter(|(path, agent)| *agent == awaited.agent && !noted(path.clone()));
                ensure!(left.count() == usize::from(awaited.leaves), "leaves awaited differ");
            }
        }
        Ok(())
    }

    /// The leaves counted as released are those of the releases.
    fn check_released(
        id: RequestId,
        record: &RequestRecord,
    ) -> Result<Option<ReleasedLeaves>, TryRuntimeError> {
        let released = Released::<T>::get(id);
        let noted: BTreeSet<_> = Releases::<T>::iter_key_prefix(id).collect();
        ensure!(released.is_some() != noted.is_empty(), "releases and their count differ");
        let Some(counted) = &released else { return Ok(None) };
        let (tree, _) = Self::tree_of(record).ok_or("released on no tree")?;
        for attempt in 1..=MAX_ATTEMPTS {
            for (leaf, (path, _)) in tree.leaves().into_iter().enumerate() {
                let expected = noted.contains(&(attempt, path));
                ensure!(counted.contains(attempt, leaf) == expected, "a leaf is counted wrongly");
            }
        }
        Ok(released)
    }
}

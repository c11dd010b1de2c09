//! Reading: one request's whole state, pages of requests, and what waits for agents.

use alloc::vec::Vec;

use regent_primitives::{
    agent_api::WorkItem,
    bounds::{MAX_AGENT_WORK, MAX_PAGE},
    control::KeyControl,
    runtime_api::RequestState,
    traits::{ChainInfo, KeyRegistry, PolicyInspect, SessionRegistry},
    AgentId, RequestId, RequestRecord,
};
use sp_runtime::traits::{BlakeTwo256, Hash};

use crate::{
    Approvals, Config, Offer, Offers, Pallet, Payloads, Receipts, Refusals, Releases, Requests,
};

/// Places of an agent's work that are kept for its keys, however many releases wait: of 64.
const KEY_WORK: u32 = 16;

impl<T: Config> Pallet<T> {
    /// All the chain knows of a request.
    pub fn state(id: RequestId) -> Option<RequestState> {
        let record = Requests::<T>::get(id)?;
        let policy = T::Policies::policy(&record.body.policy)?;
        let key = T::Keys::epoch(&record.body.key, record.body.epoch).map(|record| record.key);
        let committed = key.as_ref().map_or(record.body.policy, |key| key.token.policy_hash);
        let mut releases: Vec<_> = Releases::<T>::iter_prefix(id).collect();
        releases.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let mut refusals: Vec<_> = Refusals::<T>::iter_prefix(id).collect();
        refusals.sort_unstable_by_key(|(place, _)| *place);
        let sessions =
            (1..=record.attempts).filter_map(|attempt| T::Sessions::session(id, attempt)).collect();
        Some(RequestState {
            id,
            payload: Payloads::<T>::get(id).map(|payload| payload.into_inner()),
            lineage: T::Policies::lineage(&committed, &record.body.policy).unwrap_or_default(),
            policy,
            approvals: Approvals::<T>::get(id).into_inner(),
            sessions,
            releases: releases.into_iter().map(|(_, release)| release).collect(),
            refusals: refusals.into_iter().map(|(_, refusal)| refusal).collect(),
            key,
            receipt: Receipts::<T>::get(id),
            record,
        })
    }

    /// Requests in the order of their ids after `after` (which need not exist), at most `limit` and
    /// [`MAX_PAGE`].
    pub fn page(after: Option<RequestId>, limit: u32) -> Vec<(RequestId, RequestRecord)> {
        let records = match after {
            Some(after) => Requests::<T>::iter_from(Requests::<T>::hashed_key_for(after)),
            None => Requests::<T>::iter(),
        };
        records.take(limit.min(MAX_PAGE) as usize).collect()
    }

    /// What waits for an agent, at most [`MAX_AGENT_WORK`] items.
    pub fn agent_work(agent: AgentId) -> Vec<WorkItem> {
        Self::work_of(&agent, &Self::open_offers())
    }

    /// Every offer whose deadline has not passed, at most as many as open requests. They start at
    /// another place each block and go round, so that what one agent cannot do does not hide the
    /// rest of its work for ever.
    pub(crate) fn open_offers() -> Vec<(RequestId, Offer)> {
        let now = T::Audit::block_number();
        let start = RequestId(BlakeTwo256::hash_of(&now));
        let after = Offers::<T>::iter_from(Offers::<T>::hashed_key_for(start));
        let before = Offers::<T>::iter().take_while(|(id, _)| *id <= start);
        after.chain(before).filter(|(_, offer)| now <= offer.until).collect()
    }

    /// What waits for an agent: releases first, because people wait for them, but never so many that
    /// no key is confirmed or punctured meanwhile.
    pub(crate) fn work_of(agent: &AgentId, offers: &[(RequestId, Offer)]) -> Vec<WorkItem> {
        let keys = T::Keys::awaiting(agent, MAX_AGENT_WORK);
        let kept = (keys.len() as u32).min(KEY_WORK);
        let mut work: Vec<_> = offers
            .iter()
            .filter(|(_, offer)| offer.agents.iter().any(|awaited| awaited.agent == *agent))
            .filter(|(id, _)| !Self::is_withheld(id))
            .map(|(id, offer)| WorkItem::Release { request: *id, attempt: offer.attempt })
            .take(MAX_AGENT_WORK.saturating_sub(kept) as usize)
            .collect();
        let left = (MAX_AGENT_WORK as usize).saturating_sub(work.len());
        work.extend(keys.into_iter().take(left));
        work
    }

    /// Whether agents are not to be woken for it, for now: its key is frozen, or belongs to a contract
    /// that is there and did not ask.
    fn is_withheld(id: &RequestId) -> bool {
        Requests::<T>::get(id).is_some_and(|record| {
            T::Keys::is_frozen(&record.body.key)
                || Self::asked_beside_contract(&record.body).is_some()
        })
    }
}

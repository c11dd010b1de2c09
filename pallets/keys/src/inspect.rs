//! Reading, and the trait that other pallets use.

use alloc::vec::Vec;

use regent_primitives::{
    agent_api::WorkItem,
    bounds::MAX_PAGE,
    traits::{ChainInfo, Confirmed, KeyRegistry},
    AccountId, AgentId, BlockNumber, Confirmation, Epoch, EpochRecord, KeyId, KeyRecord,
    PolicyHash, Puncture, QuorumId, RegenToken, RequestId,
};
use sp_runtime::{
    traits::{BlakeTwo256, Hash},
    DispatchError, DispatchResult,
};

use crate::{Awaited, Awaiting, Config, Entries, Pallet, Statuses, Tokens};

impl<T: Config> Pallet<T> {
    /// The key in its current epoch, with its token.
    pub fn record(key: &KeyId) -> Option<KeyRecord> {
        let current = Entries::<T>::get(key)?.current;
        Self::epoch_record(key, current).map(|record| record.key)
    }

    /// The key in one of its epochs.
    pub fn epoch_record(key: &KeyId, epoch: Epoch) -> Option<EpochRecord> {
        let status = Statuses::<T>::get(key, epoch)?;
        Some(status.with(Entries::<T>::get(key)?, Tokens::<T>::get(key, epoch)?))
    }

    /// Ids in their order after `after` (which need not exist), at most `limit` and [`MAX_PAGE`].
    pub fn ids(after: Option<KeyId>, limit: u32) -> Vec<KeyId> {
        let keys = match after {
            Some(after) => Entries::<T>::iter_keys_from(Entries::<T>::hashed_key_for(after)),
            None => Entries::<T>::iter_keys(),
        };
        keys.take(limit.min(MAX_PAGE) as usize).collect()
    }

    /// Epochs of which this agent has a leaf to confirm or to puncture, at most `limit`.
    ///
    /// The walk starts at another place each block and goes round: every key is offered in turn,
    /// however many there are that the agent cannot serve.
    pub fn awaiting(agent: &AgentId, limit: u32) -> Vec<WorkItem> {
        let limit = limit as usize;
        let start = (KeyId(BlakeTwo256::hash_of(&(agent, T::Audit::block_number()))), 0);
        let from = Awaiting::<T>::hashed_key_for(agent, start);
        let mut found: Vec<_> = Awaiting::<T>::iter_prefix_from(agent, from).take(limit).collect();
        let left = limit.saturating_sub(found.len());
        let before = Awaiting::<T>::iter_prefix(agent).take_while(|(at, _)| *at <= start);
        found.extend(before.take(left));
        let item = |((key, epoch), awaited)| match awaited {
            Awaited::Confirmation => WorkItem::Confirm { key, epoch },
            Awaited::Puncture => WorkItem::Puncture { key, epoch },
        };
        found.into_iter().map(item).collect()
    }
}

impl<T: Config> KeyRegistry for Pallet<T> {
    fn key(key: &KeyId) -> Option<KeyRecord> {
        Self::record(key)
    }

    fn epoch(key: &KeyId, epoch: Epoch) -> Option<EpochRecord> {
        Self::epoch_record(key, epoch)
    }

    fn pending_epoch(key: &KeyId) -> Option<Epoch> {
        let entry = Entries::<T>::get(key)?;
        Self::pending(key, &entry).map(|_| entry.newest)
    }

    fn window_at(block: BlockNumber) -> u32 {
        Self::window_at(block)
    }

    fn is_recoverable(owner: &AccountId, policy: &PolicyHash) -> bool {
        Self::is_recoverable(owner, policy)
    }

    fn enrol(
        token: RegenToken,
        owner: AccountId,
        quorum: QuorumId,
        request: RequestId,
    ) -> DispatchResult {
        Self::do_enrol(token, owner, quorum, request)
    }

    fn succeed(
        token: RegenToken,
        quorum: Option<QuorumId>,
        transfer_to: Option<AccountId>,
        request: RequestId,
    ) -> DispatchResult {
        Self::do_succeed(token, quorum, transfer_to, request)
    }

    fn confirm(confirmation: &Confirmation) -> Result<Confirmed, DispatchError> {
        Self::do_confirm(confirmation)
    }

    fn awaits(confirmation: &Confirmation) -> Option<(AccountId, u32)> {
        let (record, _) = Self::check_confirmation(confirmation).ok()?;
        let leaves = record.key.token.tree.leaf_count() as u32;
        Some((record.key.owner, leaves))
    }

    fn puncture(puncture: &Puncture) -> Result<(AccountId, u32), DispatchError> {
        Self::do_puncture(puncture)
    }

    fn awaits_puncture(puncture: &Puncture) -> Option<(AccountId, u32)> {
        let record = Self::check_puncture(puncture).ok()?;
        let leaves = record.key.token.tree.leaf_count() as u32;
        Some((record.key.owner, leaves))
    }

    fn awaiting(agent: &AgentId, limit: u32) -> Vec<WorkItem> {
        Self::awaiting(agent, limit)
    }
}

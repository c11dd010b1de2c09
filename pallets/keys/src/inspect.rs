//! Reading, and the trait that other pallets use.

use alloc::vec::Vec;

use regent_primitives::{
    bounds::MAX_PAGE,
    traits::{ChainInfo, KeyRegistry},
    AccountId, AgentId, BlockNumber, Confirmation, Epoch, KeyId, KeyRecord, QuorumId, RegenToken,
    RequestId,
};
use sp_runtime::{
    traits::{BlakeTwo256, Hash},
    DispatchError, DispatchResult,
};

use crate::{Awaiting, Config, Pallet, Statuses, Tokens};

impl<T: Config> Pallet<T> {
    /// The key with its token.
    pub fn record(key: &KeyId) -> Option<KeyRecord> {
        Some(Statuses::<T>::get(key)?.with_token(Tokens::<T>::get(key)?))
    }

    /// Ids in their order after `after` (which need not exist), at most `limit` and [`MAX_PAGE`].
    pub fn ids(after: Option<KeyId>, limit: u32) -> Vec<KeyId> {
        let keys = match after {
            Some(after) => Statuses::<T>::iter_keys_from(Statuses::<T>::hashed_key_for(after)),
            None => Statuses::<T>::iter_keys(),
        };
        keys.take(limit.min(MAX_PAGE) as usize).collect()
    }

    /// Keys with a leaf of this agent that awaits confirmation, at most `limit`.
    ///
    /// The walk starts at another place each block and goes round: every key is offered in turn,
    /// however many there are that the agent cannot confirm.
    pub fn awaiting(agent: &AgentId, limit: u32) -> Vec<(KeyId, Epoch)> {
        let limit = limit as usize;
        let start = KeyId(BlakeTwo256::hash_of(&(agent, T::Audit::block_number())));
        let from = Awaiting::<T>::hashed_key_for(agent, start);
        let mut found: Vec<_> = Awaiting::<T>::iter_prefix_from(agent, from).take(limit).collect();
        let left = limit.saturating_sub(found.len());
        let before = Awaiting::<T>::iter_prefix(agent).take_while(|(key, _)| *key <= start);
        found.extend(before.take(left));
        found
    }
}

impl<T: Config> KeyRegistry for Pallet<T> {
    fn key(key: &KeyId) -> Option<KeyRecord> {
        Self::record(key)
    }

    fn window_at(block: BlockNumber) -> u32 {
        Self::window_at(block)
    }

    fn enrol(
        token: RegenToken,
        owner: AccountId,
        quorum: QuorumId,
        request: RequestId,
    ) -> DispatchResult {
        Self::do_enrol(token, owner, quorum, request)
    }

    fn confirm(confirmation: &Confirmation) -> Result<(AccountId, u32), DispatchError> {
        Self::do_confirm(confirmation)
    }

    fn awaits(confirmation: &Confirmation) -> Option<(AccountId, u32)> {
        let (record, _) = Self::check_confirmation(confirmation).ok()?;
        let leaves = record.token.tree.leaf_count() as u32;
        Some((record.owner, leaves))
    }

    fn awaiting(agent: &AgentId, limit: u32) -> Vec<(KeyId, Epoch)> {
        Self::awaiting(agent, limit)
    }
}

#[cfg(any(feature = "try-runtime", test))]
impl<T: Config> Pallet<T> {
    /// Tokens, statuses, labels and the index of awaited confirmations say the same.
    pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
        use alloc::collections::BTreeSet;

        use frame_support::ensure;
        use regent_primitives::{KeyState, Participant};

        use crate::Labels;

        let genesis = T::Audit::genesis();
        let mut awaited = BTreeSet::new();
        let mut count = 0;
        for (key, status) in Statuses::<T>::iter() {
            count += 1;
            let token = Tokens::<T>::get(key).ok_or("status without token")?;
            let record = status.with_token(token);
            let token = &record.token;
            ensure!(token.key_id == key, "token under another key");
            ensure!(token.check_shape().is_ok(), "stored token has a wrong shape");
            ensure!(Labels::<T>::get(token.label(genesis)) == Some(key), "label not reserved");
            let leaves = token.tree.leaves();
            for (leaf, (_, who)) in leaves.iter().enumerate() {
                let confirmed = record.is_confirmed(leaf);
                ensure!(!confirmed || token.is_present(leaf), "absent leaf confirmed");
                if let (Participant::Agent(agent), true) =
                    (who, token.is_present(leaf) && !confirmed)
                {
                    awaited.insert((*agent, key, token.epoch));
                }
            }
            let stray = (leaves.len()..256).any(|leaf| record.is_confirmed(leaf));
            ensure!(!stray, "confirmation beyond the leaves");
            let confirmed =
                |spare| token.tree.satisfied_with_spare(spare, |leaf| record.is_confirmed(leaf));
            match record.state {
                KeyState::Pending => ensure!(!confirmed(1), "pending though enough confirmed"),
                _ => ensure!(confirmed(0), "active though too few confirmed"),
            }
        }
        for (key, freeze) in crate::Freezes::<T>::iter() {
            ensure!(Statuses::<T>::contains_key(key), "freeze of no key");
            ensure!(freeze.by_owner || freeze.by_governance, "frozen by nobody");
        }
        ensure!(Tokens::<T>::iter_keys().count() == count, "token without status");
        ensure!(Labels::<T>::iter_keys().count() == count, "labels and tokens differ");
        let index: BTreeSet<_> = Awaiting::<T>::iter().collect();
        ensure!(index == awaited, "index of awaited confirmations differs from the keys");
        Ok(())
    }
}

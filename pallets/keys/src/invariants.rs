//! What always holds of the pallet's state.
#![cfg(any(feature = "try-runtime", test))]

use alloc::collections::BTreeMap;

use frame_support::{ensure, traits::Contains};
use regent_primitives::{
    traits::ChainInfo, AgentId, Epoch, EpochRecord, KeyId, KeyState, Participant,
};
use sp_runtime::TryRuntimeError;

use crate::{
    Awaited, Awaiting, Config, Entries, Freezes, KeyEntry, Labels, Pallet, Statuses, Tokens,
};

type Work = BTreeMap<(AgentId, (KeyId, Epoch)), Awaited>;

impl<T: Config> Pallet<T> {
    /// Entries, tokens, statuses, labels and the index of what agents are awaited for say the same.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut work = Work::new();
        let mut epochs = 0;
        for (key, entry) in Entries::<T>::iter() {
            ensure!(entry.newest >= entry.current, "the newest epoch is before the current one");
            ensure!(
                entry.chain_authority == T::Contracts::contains(&entry.owner),
                "marked `chain_authority` exactly if its owner is a contract"
            );
            for epoch in 0..=entry.newest {
                epochs += 1;
                let record = Self::epoch_record(&key, epoch).ok_or("an epoch is missing")?;
                Self::check_epoch(key, epoch, &entry, &record, &mut work)?;
            }
        }
        for (key, freeze) in Freezes::<T>::iter() {
            ensure!(Entries::<T>::contains_key(key), "freeze of no key");
            ensure!(freeze.by_owner || freeze.by_governance, "frozen by nobody");
        }
        ensure!(Tokens::<T>::iter_keys().count() == epochs, "a token without entry");
        ensure!(Statuses::<T>::iter_keys().count() == epochs, "a status without entry");
        ensure!(Labels::<T>::iter_keys().count() == epochs, "labels and tokens differ");
        let index: Work =
            Awaiting::<T>::iter().map(|(agent, at, awaited)| ((agent, at), awaited)).collect();
        ensure!(index == work, "index of what agents are awaited for differs from the keys");
        Ok(())
    }

    fn check_epoch(
        key: KeyId,
        epoch: Epoch,
        entry: &KeyEntry,
        record: &EpochRecord,
        work: &mut Work,
    ) -> Result<(), TryRuntimeError> {
        let token = &record.key.token;
        ensure!(token.key_id == key && token.epoch == epoch, "token under another key or epoch");
        ensure!(token.check_shape().is_ok(), "stored token has a wrong shape");
        ensure!(Labels::<T>::get(token.label(Self::genesis())) == Some(key), "label not reserved");
        ensure!(record.key.enrolled_at <= T::Audit::block_number(), "enrolled in the future");
        let leaves = token.tree.leaves();
        // Superseded, or withdrawn before it served.
        let over = matches!(record.key.state, KeyState::Retiring | KeyState::Retired);
        for (leaf, (_, who)) in leaves.iter().enumerate() {
            let confirmed = record.key.is_confirmed(leaf);
            ensure!(!confirmed || token.is_present(leaf), "absent leaf confirmed");
            if let (Participant::Agent(agent), true) =
                (who, !over && token.is_present(leaf) && !confirmed)
            {
                work.insert((*agent, (key, epoch)), Awaited::Confirmation);
            }
        }
        for (leaf, (_, who)) in leaves.iter().enumerate() {
            let punctured = record.is_punctured(leaf);
            ensure!(over || !punctured, "punctured and in use");
            if let (Participant::Agent(agent), true) =
                (who, over && token.is_present(leaf) && !punctured)
            {
                work.insert((*agent, (key, epoch)), Awaited::Puncture);
            }
        }
        let stray = (leaves.len()..256).any(|leaf| record.key.is_confirmed(leaf));
        ensure!(!stray, "confirmation beyond the leaves");
        let enough = Self::is_confirmed_with_one_to_spare(record);
        let satisfied = token.tree.satisfied(|leaf| record.key.is_confirmed(leaf));
        match record.key.state {
            KeyState::Pending => {
                ensure!(epoch == entry.newest, "pending though a later epoch exists");
                ensure!(epoch == 0 || epoch > entry.current, "pending and current");
                let waits = record.transfer_to.is_some();
                ensure!(!enough || waits, "pending though enough confirmed");
            }
            KeyState::Active => {
                ensure!(epoch == entry.current, "active and not current");
                ensure!(satisfied, "active though too few confirmed");
            }
            state => {
                ensure!(epoch != entry.current, "over and current");
                let retired = state == KeyState::Retired;
                ensure!(record.is_out_of_reach() == retired, "retired exactly if out of reach");
            }
        }
        Ok(())
    }
}

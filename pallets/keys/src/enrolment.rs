//! A new token comes in (section 6, step 4).

use alloc::collections::BTreeSet;

use frame_support::{
    ensure,
    traits::{Contains, Get},
};
use regent_primitives::{
    receipt::result_hash,
    traits::{AuditLog, ChainInfo, PolicyInspect, QuorumInspect},
    AccountId, AgentId, AuditEvent, BlockNumber, KeyState, Participant, QuorumId, RegenToken,
    RequestId, Subject, H256,
};
use sp_runtime::DispatchResult;

use crate::{Awaited, Awaiting, Config, Entries, EpochStatus, Error, Event, KeyEntry, Labels};
use crate::{Pallet, Statuses, Tokens};

impl<T: Config> Pallet<T> {
    /// The window of the device roots' labels that a block falls into (section 3).
    pub fn window_at(block: BlockNumber) -> u32 {
        // `integrity_test` refuses a runtime with windows of no blocks.
        block.checked_div(T::WindowBlocks::get()).unwrap_or_default()
    }

    fn check_token(token: &RegenToken, quorum: QuorumId, genesis: H256) -> Result<(), Error<T>> {
        ensure!(!Entries::<T>::contains_key(token.key_id), Error::<T>::KeyExists);
        ensure!(token.epoch == 0, Error::<T>::NotFirstEpoch);
        token.check_shape().map_err(|_| Error::<T>::InvalidShape)?;
        ensure!(
            token.tree.satisfied_with_spare(1, |leaf| token.is_present(leaf)),
            Error::<T>::TooFewLeaves
        );
        ensure!(has_agents_only(token), Error::<T>::UnsupportedParticipant);
        ensure!(T::Quorums::admits(quorum, &token.tree), Error::<T>::TreeNotAdmitted);
        ensure!(T::Policies::policy(&token.policy_hash).is_some(), Error::<T>::UnknownPolicy);
        ensure!(!Labels::<T>::contains_key(token.label(genesis)), Error::<T>::LabelUsed);
        Ok(())
    }

    /// Checks and stores a first token. Whether its window, tree, policy and enrolment are those of
    /// the request is for the caller to check, who has the request.
    pub(crate) fn do_enrol(
        token: RegenToken,
        owner: AccountId,
        quorum: QuorumId,
        request: RequestId,
    ) -> DispatchResult {
        Self::check_token(&token, quorum, Self::genesis())?;
        ensure!(Self::is_recoverable(&owner, &token.policy_hash), Error::<T>::NoRecovery);

        let chain_authority = T::Contracts::contains(&owner);
        let entry = KeyEntry { owner: owner.clone(), chain_authority, current: 0, newest: 0 };
        Entries::<T>::insert(token.key_id, entry);
        Self::store(token, owner, quorum, request, None);
        Ok(())
    }

    /// Stores a checked token as pending.
    pub(crate) fn store(
        token: RegenToken,
        owner: AccountId,
        quorum: QuorumId,
        request: RequestId,
        transfer_to: Option<AccountId>,
    ) {
        let genesis = Self::genesis();
        let (key, epoch, policy) = (token.key_id, token.epoch, token.policy_hash);
        for agent in present_agents(&token) {
            Awaiting::<T>::insert(agent, (key, epoch), Awaited::Confirmation);
        }
        let status = EpochStatus {
            quorum,
            state: KeyState::Pending,
            request,
            enrolled_at: T::Audit::block_number(),
            transfer_to,
            confirmed: [0; 32],
            punctured: [0; 32],
            punctured_for_good: [0; 32],
        };
        let token_hash = result_hash(genesis, &token);
        Labels::<T>::insert(token.label(genesis), key);
        Statuses::<T>::insert(key, epoch, status);
        Tokens::<T>::insert(key, epoch, token);
        let event = AuditEvent::KeyEnrolled { epoch, token_hash, request };
        T::Audit::append(Subject::Key(key), event);
        Self::deposit_event(Event::KeyEnrolled { key, epoch, request, owner, policy });
    }

    pub(crate) fn genesis() -> H256 {
        T::Audit::genesis()
    }
}

/// Whether no leaf belongs to a device or a client secret.
pub(crate) fn has_agents_only(token: &RegenToken) -> bool {
    token.tree.leaves().iter().all(|(_, who)| matches!(who, Participant::Agent(_)))
}

/// Agents with a leaf that took part.
pub(crate) fn present_agents(token: &RegenToken) -> BTreeSet<AgentId> {
    token
        .tree
        .leaves()
        .into_iter()
        .enumerate()
        .filter(|(leaf, _)| token.is_present(*leaf))
        .filter_map(|(_, (_, who))| match who {
            Participant::Agent(agent) => Some(agent),
            Participant::Device(_) | Participant::ClientSecret(_) => None,
        })
        .collect()
}

//! The way out for a contract's key: what is left of it once the contract ended.
//!
//! A contract that ended asks for nothing any more. So a contract gets a key only under a policy by which a
//! person can then have it transferred. While the contract is there, that person asks for nothing.

use frame_support::traits::Contains;
use regent_primitives::{
    traits::PolicyInspect, AccountId, OperationKind, Policy, PolicyHash, Role,
};

use crate::{Config, Pallet};

impl<T: Config> Pallet<T> {
    /// Whether a key of this owner under this policy outlives its owner. A person's always does; of a
    /// contract, under a policy that lets somebody beside it ask for a transfer, and lets others approve
    /// that. A policy that is not on this chain is for others to refuse.
    pub fn is_recoverable(owner: &AccountId, policy: &PolicyHash) -> bool {
        !T::Contracts::contains(owner)
            || T::Policies::policy(policy).is_none_or(|policy| Self::has_way_out(&policy))
    }

    fn has_way_out(policy: &Policy) -> bool {
        let transfer = OperationKind::Transfer;
        let requesters = policy.roles.get(usize::from(policy.requesters));
        policy.operations.contains(&transfer)
            && requesters.is_some_and(|role| {
                role.members.iter().any(|who| Self::can_be_approved(policy, who))
            })
    }

    /// Whether this is a person, beside whom every stage has people enough.
    fn can_be_approved(policy: &Policy, requester: &AccountId) -> bool {
        let is_person = |who: &AccountId| !T::Contracts::contains(who);
        let approvers = |role: &Role| {
            role.members.iter().filter(|&who| who != requester && is_person(who)).count()
        };
        is_person(requester)
            && policy.stages.iter().all(|stage| {
                policy
                    .roles
                    .get(usize::from(stage.role))
                    .is_some_and(|role| approvers(role) >= usize::from(stage.threshold))
            })
    }
}

//! Which weight each kind of call has: an operation and an enrolment, an approval and a denial, a
//! release and a confirmation do different work.

use frame_support::weights::Weight;
use regent_primitives::{
    bounds::{MAX_LEAVES, MAX_OPEN_OF_KEY},
    AgentNote, Decision, Operation, RequestBody,
};

use crate::{Config, Pallet, WeightInfo};

impl<T: Config> Pallet<T> {
    pub(crate) fn submit_weight(body: &RequestBody, payload: u32, sessions: u32) -> Weight {
        match &body.operation {
            // Its payload has to be empty, and is hashed before it is refused.
            Operation::Enrol { tree, .. } => {
                T::WeightInfo::submit_enrolment(tree.leaf_count() as u32, sessions)
                    .max(T::WeightInfo::submit_operation(payload, sessions))
            }
            Operation::Reshare { tree, .. } | Operation::Transfer { tree, .. } => {
                // The key is checked as for an operation, and the tree as for an enrolment.
                T::WeightInfo::submit_enrolment(tree.leaf_count() as u32, sessions)
                    .saturating_add(T::WeightInfo::submit_operation(payload, sessions))
            }
            Operation::Sign { .. } | Operation::Decrypt { .. } | Operation::Refresh => {
                T::WeightInfo::submit_operation(payload, sessions)
            }
        }
    }

    pub(crate) fn approve_weight(decision: Decision, approvals: u32, leaves: u32) -> Weight {
        match decision {
            Decision::Approve => T::WeightInfo::approve(approvals, leaves),
            Decision::Deny => T::WeightInfo::deny(approvals),
        }
    }

    pub(crate) fn note_weight(note: &AgentNote, leaves: u32) -> Weight {
        match note {
            // A refusal does less than a release.
            AgentNote::Release(_) | AgentNote::Refusal(_) => T::WeightInfo::note_release(leaves),
            // A puncture does less than a confirmation.
            AgentNote::Confirmation(_) | AgentNote::Puncture(_) => {
                T::WeightInfo::note_confirmation(leaves)
            }
        }
    }

    /// The most a note can cost: a confirmation may end the epoch before its own.
    pub(crate) fn most_of_note(note: &AgentNote) -> Weight {
        let ending = match note {
            AgentNote::Confirmation(_) => T::WeightInfo::end_epoch(MAX_LEAVES, MAX_OPEN_OF_KEY),
            _ => Weight::zero(),
        };
        Self::note_weight(note, MAX_LEAVES).saturating_add(ending)
    }

    pub(crate) fn authorize_weight(note: &AgentNote, leaves: u32) -> Weight {
        match note {
            AgentNote::Release(_) | AgentNote::Refusal(_) => {
                T::WeightInfo::authorize_release(leaves)
            }
            AgentNote::Confirmation(_) | AgentNote::Puncture(_) => {
                T::WeightInfo::authorize_confirmation(leaves)
            }
        }
    }

    /// All that a release costs.
    pub(crate) fn release_weight(leaves: u32) -> Weight {
        T::WeightInfo::note_release(leaves).saturating_add(T::WeightInfo::authorize_release(leaves))
    }

    /// All that a confirmation costs.
    pub(crate) fn confirmation_weight(leaves: u32) -> Weight {
        T::WeightInfo::note_confirmation(leaves)
            .saturating_add(T::WeightInfo::authorize_confirmation(leaves))
    }

    /// A request on a tree of so many leaves; `enrolled` are those of the token that comes with the
    /// receipt, which need not be the request's.
    pub(crate) fn complete_weight(enrolled: Option<u32>, leaves: u32) -> Weight {
        let operation = T::WeightInfo::complete_operation(leaves);
        match enrolled {
            Some(enrolled) => T::WeightInfo::complete_enrolment(enrolled).max(operation),
            None => operation,
        }
    }
}

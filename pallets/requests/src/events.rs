//! What the pallet tells of every step.

use frame_support::pallet_macros::pallet_section;

/// The events, as a part of the pallet.
#[pallet_section]
mod events {
    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A request collects approvals.
        Submitted {
            /// The request.
            request: RequestId,
            /// Who asks.
            requester: AccountId,
            /// For which key.
            key: KeyId,
            /// The last block at which it can be approved or released.
            expires: BlockNumber,
        },
        /// A person's approval was accepted.
        ApprovalGiven {
            /// The request.
            request: RequestId,
            /// Whose.
            approver: AccountId,
            /// The stage it counts for.
            stage: u8,
        },
        /// Every stage is satisfied.
        Approved {
            /// The request.
            request: RequestId,
            /// The audit entry that its receipt has to name.
            entry: H256,
        },
        /// A member of a role denied the request.
        Denied {
            /// The request.
            request: RequestId,
            /// Who.
            approver: AccountId,
        },
        /// An enclave session serves the request.
        SessionOpened {
            /// The request.
            request: RequestId,
            /// The attempt.
            attempt: Attempt,
            /// The session.
            session: SessionId,
            /// The last block at which shares may be released to it.
            deadline: BlockNumber,
        },
        /// The requester withdrew it.
        Cancelled {
            /// The request.
            request: RequestId,
        },
        /// Its key's epoch is over: it was cancelled.
        EpochEnded {
            /// The request.
            request: RequestId,
            /// The epoch.
            epoch: Epoch,
        },
        /// Its deadline passed before anything was released.
        Expired {
            /// The request.
            request: RequestId,
        },
        /// Enough shares for an enclave were released and no receipt came, or every attempt was used up:
        /// somebody should look.
        Failed {
            /// The request.
            request: RequestId,
        },
        /// An agent released a leaf's share.
        ShareReleased {
            /// The request.
            request: RequestId,
            /// The attempt.
            attempt: Attempt,
            /// The agent.
            agent: AgentId,
            /// The leaf.
            leaf: LeafPath,
        },
        /// An agent refused.
        ReleaseRefused {
            /// The request.
            request: RequestId,
            /// The attempt.
            attempt: Attempt,
            /// The agent.
            agent: AgentId,
            /// Why.
            reason: RefusalReason,
        },
        /// The receipt is on the log.
        Completed {
            /// The request.
            request: RequestId,
            /// The attempt that did it.
            attempt: Attempt,
            /// `H(receipt)`.
            receipt: H256,
        },
    }
}

//! # Keys
//!
//! The public *Regen Token* of every phantom key, with its owner, policy, epoch and state. No share,
//! no mask and no key is ever here: a token says only how each participant finds its share again
//! (section 4 of the protocol).
//!
//! A token comes in by an enrolment that the requests pallet completed
//! ([`KeyRegistry::enrol`](regent_primitives::traits::KeyRegistry::enrol)); no call stores one. It is *pending* until enough participants confirmed, each with a signature, that
//! they can regenerate their share, and *active* from then on (section 6).
//!
//! ## A story
//!
//! Five agents of Alice's quorum enrol a key with a 3-of-5 tree; one of them is down, so its leaf has
//! no correction. The token is stored as pending. Three agents confirm: enough to use the key, but
//! the loss of any one of them would lose it, so it stays pending. The fourth confirms, one is to
//! spare, and the key is active. Had the fourth never come back, Alice could have accepted the risk
//! herself by `accept_confirmed`.
//!
//! ## Bounds
//!
//! A token is at most 48 KiB and is stored once, apart from what changes. A leaf awaits its
//! confirmation in an index of at most one item for each agent and key; reading it is bounded by
//! the caller's limit, and starts at another place each block, so that confirmations that never
//! come do not hide others behind them.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod confirmation;
mod enrolment;
mod freeze;
mod inspect;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
mod types;
pub mod weights;

pub use freeze::Freeze;
pub use pallet::*;
pub use types::KeyStatus;
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;
    use regent_primitives::{
        traits::{AuditLog, ChainInfo, PolicyInspect, QuorumInspect},
        AccountId, AgentId, BlockNumber, Caller, Epoch, KeyId, LeafPath, PolicyHash, RegenToken,
        RequestId, H256,
    };

    use crate::{freeze::By, Freeze, KeyStatus, WeightInfo};

    /// Configuration.
    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId, Hash = H256> {
        /// The consortium deciding as a whole: it may freeze any key.
        type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Where every step is logged.
        type Audit: AuditLog + ChainInfo;
        /// Whose agents a key's tree may name.
        type Quorums: QuorumInspect;
        /// Which policies a key may commit to.
        type Policies: PolicyInspect;
        /// Blocks of a window of the device roots' labels, at least 1. Agents puncture whole
        /// windows at a time: a smaller window lets them forget sooner, a larger one keeps their
        /// roots smaller. Changing it on a running chain changes the window of open enrolments.
        #[pallet::constant]
        type WindowBlocks: Get<BlockNumber>;
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// The pallet.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// Every key's token, as it was enrolled.
    ///
    /// `Identity`: the key is a BLAKE2b-256 hash, and so already spread.
    #[pallet::storage]
    pub type Tokens<T: Config> = StorageMap<_, Identity, KeyId, RegenToken>;

    /// What changes of a key while its token stays; exists exactly where a token does.
    ///
    /// `Identity`: as for [`Tokens`].
    #[pallet::storage]
    pub type Statuses<T: Config> = StorageMap<_, Identity, KeyId, KeyStatus>;

    /// Labels of the device roots that a token was enrolled under; none is used twice, because two
    /// tokens under one label would share their masks (section 4).
    ///
    /// `Blake2_128Concat`: the label starts with its window, and is not spread.
    #[pallet::storage]
    pub type Labels<T: Config> = StorageMap<_, Blake2_128Concat, [u8; 16], KeyId>;

    /// Keys with a leaf of an agent that awaits its confirmation: a list of work, not a permission.
    ///
    /// `Blake2_128Concat` for the agent, whose identity a member chooses; `Identity` for the key, a
    /// hash, so that a walk can start at any place.
    #[pallet::storage]
    pub type Awaiting<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, AgentId, Identity, KeyId, Epoch>;

    /// Keys that are frozen, with by whom.
    ///
    /// `Identity`: as for [`Tokens`].
    #[pallet::storage]
    pub type Freezes<T: Config> = StorageMap<_, Identity, KeyId, Freeze>;

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A token is stored, pending.
        KeyEnrolled {
            /// The key.
            key: KeyId,
            /// The request that enrolled it.
            request: RequestId,
            /// Who may use it.
            owner: AccountId,
            /// The policy it commits to.
            policy: PolicyHash,
        },
        /// A participant confirmed its leaf.
        KeyConfirmed {
            /// The key.
            key: KeyId,
            /// Its epoch.
            epoch: Epoch,
            /// The leaf.
            leaf: LeafPath,
            /// The participant.
            agent: AgentId,
        },
        /// The key serves operations.
        KeyActivated {
            /// The key.
            key: KeyId,
            /// Its epoch.
            epoch: Epoch,
            /// Whether its owner accepted fewer confirmations than one to spare.
            accepted_by_owner: bool,
        },
        /// Nothing is requested or released for the key.
        KeyFrozen {
            /// The key.
            key: KeyId,
            /// Its owner, or else governance.
            by: Option<AccountId>,
        },
        /// A freeze was lifted.
        KeyUnfrozen {
            /// The key.
            key: KeyId,
            /// Its owner, or else governance, which lifts every freeze.
            by: Option<AccountId>,
        },
    }

    /// Why a call, an enrolment or a confirmation is refused.
    #[pallet::error]
    pub enum Error<T> {
        /// No key has this id: check it with `regent key list`.
        UnknownKey,
        /// The caller does not own the key: its owner has to call.
        NotOwner,
        /// The key is not pending: there is nothing to accept.
        NotPending,
        /// The confirmed leaves do not satisfy the key's tree: wait for more confirmations.
        TooFewConfirmed,
        /// A key with this id exists: enrol with a fresh salt.
        KeyExists,
        /// A first token has epoch 0.
        NotFirstEpoch,
        /// Lengths or counts of the token do not fit its algorithm and tree.
        InvalidShape,
        /// The leaves that took part do not satisfy the tree with one to spare: bring more agents
        /// to the enrolment.
        TooFewLeaves,
        /// A leaf belongs to a device or a client secret, which cannot confirm on this chain yet.
        UnsupportedParticipant,
        /// The quorum does not admit the tree: it names strangers, or fewer agents suffice than the
        /// quorum asks for.
        TreeNotAdmitted,
        /// The token commits to a policy that is not on this chain.
        UnknownPolicy,
        /// A token was enrolled under the same label of the device roots: enrol again.
        LabelUsed,
        /// The confirmation is for another epoch than the key's.
        WrongEpoch,
        /// The confirmation is for another enrolment than the key's.
        WrongEnrolment,
        /// The tree has no such leaf, or it belongs to another agent.
        NotLeafOfAgent,
        /// The leaf did not take part in the enrolment: there is no share to confirm.
        LeafAbsent,
        /// The leaf is confirmed already.
        AlreadyConfirmed,
        /// The key's epoch is retiring or retired: nothing is confirmed any more.
        EpochOver,
        /// The caller froze the key already: there is nothing to do.
        AlreadyFrozen,
        /// The key is not frozen: there is nothing to lift.
        NotFrozen,
        /// Governance froze the key, and its owner did not: governance has to lift it.
        FrozenByGovernance,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            assert!(T::WindowBlocks::get() > 0, "WindowBlocks must be at least 1");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Activates a pending key whose confirmed leaves satisfy its tree with none to spare.
        ///
        /// Its owner alone may take that risk: the loss of one more participant loses the key.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::accept_confirmed())]
        pub fn accept_confirmed(origin: OriginFor<T>, key: KeyId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_accept_confirmed(&who, key)
        }

        /// Freezes a key: nothing is requested, and no new attempt is offered to agents, until it is
        /// lifted. For its owner and for governance.
        #[pallet::call_index(10)]
        // Does less than accepting: it reads no token, and writes and logs as much.
        #[pallet::weight(T::WeightInfo::accept_confirmed())]
        pub fn freeze(origin: OriginFor<T>, key: KeyId) -> DispatchResult {
            Self::do_freeze(Self::ensure_owner_or_governance(origin)?, key)
        }

        /// Lifts the caller's freeze of a key; governance lifts its owner's too.
        #[pallet::call_index(11)]
        #[pallet::weight(T::WeightInfo::accept_confirmed())]
        pub fn unfreeze(origin: OriginFor<T>, key: KeyId) -> DispatchResult {
            Self::do_unfreeze(Self::ensure_owner_or_governance(origin)?, key)
        }
    }

    impl<T: Config> Pallet<T> {
        fn ensure_owner_or_governance(origin: OriginFor<T>) -> Result<By, DispatchError> {
            match T::GovernanceOrigin::try_origin(origin) {
                Ok(_) => Ok(By::Governance),
                Err(origin) => Ok(By::Owner(Caller::person(ensure_signed(origin)?))),
            }
        }
    }
}

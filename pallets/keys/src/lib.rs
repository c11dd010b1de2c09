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
//! ## Epochs
//!
//! A key has epochs from 0, each with a token of its own (section 11). The next one is made by a
//! request that refreshes, reshares or prepares a transfer
//! ([`KeyRegistry::succeed`](regent_primitives::traits::KeyRegistry::succeed)); it is pending until
//! its leaves are confirmed, and then active. In that same block the one before is *retiring*: its
//! open requests end and nothing is released for it. Its agents puncture it, and it is *retired* when
//! the punctures of those whose state cannot be rolled back meet every set of leaves that satisfies
//! its tree.
//!
//! Alice sells a key to Bob. The next epoch is prepared for him, under his policy, and its agents
//! confirm it; it waits. Alice pays nothing by waiting: her epoch works. By `transfer_control` she
//! hands over owner, policy and epoch in one block.
//!
//! Had Bob not paid, she would give that epoch up by `withdraw_epoch`, and could prepare another: it has
//! the next number, because what was made under a number is never made again. The withdrawn epoch is
//! retiring like one that served, and its agents puncture it together with hers.
//!
//! A contract gets a key only under a policy by which a person can have it transferred once the contract
//! ended; until then, that person asks for nothing.
//!
//! ## Bounds
//!
//! A token is at most 48 KiB and is stored once, apart from what changes. What an agent is to confirm
//! or puncture is in an index of at most one item for each agent and epoch; reading it is bounded by
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
mod invariants;
#[cfg(test)]
mod mock;
mod recovery;
mod retirement;
mod succession;
#[cfg(test)]
mod tests;
mod types;
pub mod weights;

pub use freeze::Freeze;
pub use pallet::*;
pub use types::{Awaited, EpochStatus, KeyEntry};
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
    use frame_support::{pallet_prelude::*, traits::Contains};
    use frame_system::pallet_prelude::*;
    use regent_primitives::{
        traits::{AuditLog, ChainInfo, KeyRequests, PolicyInspect, QuorumInspect},
        AccountId, AgentId, BlockNumber, Caller, Epoch, KeyId, LeafPath, PolicyHash, RegenToken,
        RequestId, H256,
    };

    use crate::{
        confirmation::done, freeze::By, Awaited, EpochStatus, Freeze, KeyEntry, WeightInfo,
    };

    /// Configuration.
    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId, Hash = H256> {
        /// The consortium deciding as a whole: it may freeze any key.
        type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Accounts that are contracts', by their form: a contract that ended is still one. Keys of
        /// theirs are marked `chain_authority`.
        type Contracts: Contains<AccountId>;
        /// Those of them that ended: nobody acts as they any more, and governance decides in their place
        /// to whom their keys go.
        type Ended: Contains<AccountId>;
        /// Where every step is logged.
        type Audit: AuditLog + ChainInfo;
        /// Whose agents a key's tree may name.
        type Quorums: QuorumInspect;
        /// Which policies a key may commit to.
        type Policies: PolicyInspect;
        /// The requests that end with the epoch they were made for.
        type Requests: KeyRequests;
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

    /// Every key, with its current epoch.
    ///
    /// `Identity`: the key is a BLAKE2b-256 hash, and so already spread.
    #[pallet::storage]
    pub type Entries<T: Config> = StorageMap<_, Identity, KeyId, KeyEntry>;

    /// The token of every epoch of every key, as it was made. Never changed and never removed.
    ///
    /// `Identity`: as for [`Entries`]. `Twox64Concat`: the chain numbers epochs itself.
    #[pallet::storage]
    pub type Tokens<T: Config> =
        StorageDoubleMap<_, Identity, KeyId, Twox64Concat, Epoch, RegenToken>;

    /// What changes of an epoch while its token stays; exists exactly where a token does.
    ///
    /// Hashers: as for [`Tokens`].
    #[pallet::storage]
    pub type Statuses<T: Config> =
        StorageDoubleMap<_, Identity, KeyId, Twox64Concat, Epoch, EpochStatus>;

    /// Labels of the device roots that a token was enrolled under; none is used twice, because two
    /// tokens under one label would share their masks (section 4).
    ///
    /// `Blake2_128Concat`: the label starts with its window, and is not spread.
    #[pallet::storage]
    pub type Labels<T: Config> = StorageMap<_, Blake2_128Concat, [u8; 16], KeyId>;

    /// Epochs with a leaf that an agent is to confirm, or to puncture: a list of work, not a
    /// permission.
    ///
    /// `Blake2_128Concat` for the agent, whose identity a member chooses; `Identity` for the key, a
    /// hash, so that a walk can start at any place.
    #[pallet::storage]
    pub type Awaiting<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, AgentId, Identity, (KeyId, Epoch), Awaited>;

    /// Keys that are frozen, and by whom.
    ///
    /// `Identity`: as for [`Entries`].
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
            /// Its epoch.
            epoch: Epoch,
            /// The request that made it.
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
        /// A later epoch took this one's place: it releases nothing any more.
        KeyRetiring {
            /// The key.
            key: KeyId,
            /// The epoch.
            epoch: Epoch,
        },
        /// An agent destroyed what regenerates its leaves of an epoch.
        KeyPunctured {
            /// The key.
            key: KeyId,
            /// The epoch.
            epoch: Epoch,
            /// The agent.
            agent: AgentId,
            /// Whether it counts for `Retired`.
            rollback_protected: bool,
        },
        /// The epoch's shares can be regenerated by nobody.
        KeyRetired {
            /// The key.
            key: KeyId,
            /// The epoch.
            epoch: Epoch,
        },
        /// The key has another owner and policy.
        ControlTransferred {
            /// The key.
            key: KeyId,
            /// The epoch it changed hands with.
            epoch: Epoch,
            /// Its owner until now.
            from: AccountId,
            /// Its owner from now on.
            to: AccountId,
            /// The policy its token commits to.
            policy: PolicyHash,
        },
        /// A pending epoch was given up: it never serves.
        EpochWithdrawn {
            /// The key.
            key: KeyId,
            /// The epoch.
            epoch: Epoch,
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
        /// The key's owner can decide itself: governance does so for contracts that ended.
        OwnerNotEnded,
        /// No epoch of the key is pending: there is nothing to accept or to transfer.
        NotPending,
        /// The pending epoch was prepared for another owner: `transfer_control` makes it active.
        AwaitsTransfer,
        /// The pending epoch was prepared for another owner or policy: prepare one by a request of
        /// kind `Transfer`.
        NotPrepared,
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
        /// The key has no such epoch.
        WrongEpoch,
        /// The note is for another enrolment than the epoch's, or two epochs name one enrolment.
        WrongEnrolment,
        /// The tree has no such leaf, or it belongs to another agent.
        NotLeafOfAgent,
        /// The leaf did not take part in the enrolment: there is no share to confirm.
        LeafAbsent,
        /// The leaf is confirmed already.
        AlreadyConfirmed,
        /// The key's epoch is retiring or retired: nothing is confirmed any more.
        EpochOver,
        /// The epoch is in use: puncture it when a later one is active.
        EpochNotOver,
        /// The agent has no leaf in the epoch, or punctured it already.
        NoPunctureAwaited,
        /// The key is not active: only an active key has a next epoch.
        NotActive,
        /// The next epoch is pending already: have it confirmed, or withdraw it, first.
        SuccessorPending,
        /// The token is not of the epoch after the newest one.
        NotNextEpoch,
        /// The token is of another key: algorithm, public key, root commitment or wrapped material
        /// differ.
        OtherKey,
        /// The caller froze the key already: there is nothing to do.
        AlreadyFrozen,
        /// The key is not frozen: there is nothing to lift.
        NotFrozen,
        /// Governance froze the key, and its owner did not: governance has to lift it.
        FrozenByGovernance,
        /// The key is frozen: control of it does not change hands until that is lifted.
        Frozen,
        /// The owner is to be a contract, and under this policy the key would be lost with it. Name a person
        /// as requester beside it, allow `transfer`, and name other people enough to approve.
        NoRecovery,
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
        /// Activates a pending epoch whose confirmed leaves satisfy its tree with none to spare.
        ///
        /// Its owner alone may take that risk: the loss of one more participant loses the key.
        #[pallet::call_index(0)]
        #[pallet::weight(Pallet::<T>::with_requests(T::WeightInfo::accept_confirmed()))]
        pub fn accept_confirmed(origin: OriginFor<T>, key: KeyId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            done(Self::do_accept_confirmed(&who, key))
        }

        /// Hands a key over: its pending epoch, which was prepared for this owner and this policy and
        /// is confirmed with one to spare, becomes active, and every open request of the epoch before
        /// ends.
        ///
        /// Signed by the owner; for a contract that ended, by governance. Nothing is released for the old
        /// epoch from this block on.
        #[pallet::call_index(1)]
        #[pallet::weight(Pallet::<T>::with_requests(T::WeightInfo::transfer_control()))]
        pub fn transfer_control(
            origin: OriginFor<T>,
            key: KeyId,
            new_owner: AccountId,
            new_policy: PolicyHash,
        ) -> DispatchResult {
            let by = Self::ensure_owner_or_governance(origin)?;
            done(Self::do_transfer_control(&by, key, new_owner, new_policy))
        }

        /// Freezes a key: nothing is requested, control is not transferred, no attempt is opened, and
        /// agents are woken for none, until it is lifted. For its owner and for governance.
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::freeze())]
        pub fn freeze(origin: OriginFor<T>, key: KeyId) -> DispatchResult {
            Self::do_freeze(Self::ensure_owner_or_governance(origin)?, key)
        }

        /// Gives up a pending epoch that was to follow the current one, for example one that was prepared
        /// for a buyer who never paid. Signed by the key's owner, for a contract that ended by governance;
        /// another can be prepared from then on.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::withdraw_epoch())]
        pub fn withdraw_epoch(origin: OriginFor<T>, key: KeyId) -> DispatchResult {
            Self::do_withdraw(&Self::ensure_owner_or_governance(origin)?, key)
        }

        /// Lifts the caller's freeze of a key; governance lifts its owner's too.
        #[pallet::call_index(11)]
        #[pallet::weight(T::WeightInfo::unfreeze())]
        pub fn unfreeze(origin: OriginFor<T>, key: KeyId) -> DispatchResult {
            Self::do_unfreeze(Self::ensure_owner_or_governance(origin)?, key)
        }
    }

    impl<T: Config> Pallet<T> {
        /// With what the requests cost at the most that end with an epoch.
        fn with_requests(weight: Weight) -> Weight {
            weight.saturating_add(Weight::from_parts(T::Requests::ending_time(), 0))
        }

        fn ensure_owner_or_governance(origin: OriginFor<T>) -> Result<By, DispatchError> {
            match T::GovernanceOrigin::try_origin(origin) {
                Ok(_) => Ok(By::Governance),
                Err(origin) => Ok(By::Owner(Caller::person(ensure_signed(origin)?))),
            }
        }
    }
}

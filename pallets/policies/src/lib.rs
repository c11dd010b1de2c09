//! # Policies
//!
//! Who may have what done with a key, and by whose approval. A policy is addressed by its content,
//! never changed and never removed: a change is a new policy, a *successor*, which names its
//! *predecessor* and carries the signatures that the predecessor's change rule asks for. The
//! policies from one to a later one, each a valid change of the one before, are its *lineage*.
//!
//! A key commits to one policy for ever (section 4 of the protocol); requests may be made under any
//! policy that descends from it. Agents and enclave verify the lineage again, from the signatures
//! stored here: what this pallet accepts is a service to them, not their authority (section 7).
//!
//! ## A story
//!
//! Alice creates a policy: two of the treasury, then one of the board, up to 10 ether. Keys are
//! enrolled under it. A year later the board raises the limit: two of its members, as the change
//! rule asks, sign the change from the old hash to the new one, and Bob carries policy and
//! signatures to the chain. Requests made under the old policy stay under it; new ones have to name
//! the new hash, and every key that commits to the old one follows without being touched.
//!
//! ## Bounds
//!
//! A lineage never forks and has at most [`MAX_LINEAGE`] policies; after that its keys need a token
//! under another one. Policies are created by members only, within their weight quota.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod inspect;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use pallet::*;
pub use regent_primitives::bounds::MAX_LINEAGE;
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
    use alloc::boxed::Box;

    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;
    use regent_policy::{check_change, check_policy, Violation};
    use regent_primitives::{
        policy::ChangeSignatures,
        runtime_api::PolicyRecord,
        traits::{AuditLog, ChainInfo, MemberInspect},
        AccountId, AuditEvent, Policy, PolicyHash, Subject, H256,
    };

    use crate::{WeightInfo, MAX_LINEAGE};

    /// Configuration.
    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId, Hash = H256> {
        /// Who may create and change policies: accounts of institutions in good standing.
        type Members: MemberInspect;
        /// Where every new policy is logged.
        type Audit: AuditLog + ChainInfo;
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
        /// What benchmarks need of the runtime.
        #[cfg(feature = "runtime-benchmarks")]
        type BenchmarkHelper: crate::BenchmarkHelper;
    }

    /// The pallet.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// Every policy, with the signatures that made it a successor; at most 30 KiB each.
    ///
    /// `Identity`: the key is a BLAKE2b-256 hash of the content, and so already spread.
    #[pallet::storage]
    pub type Policies<T: Config> = StorageMap<_, Identity, PolicyHash, PolicyRecord>;

    /// The predecessor of every successor, so that a walk along a lineage reads 32 bytes a step
    /// and no policy.
    ///
    /// `Identity`: as for [`Policies`].
    #[pallet::storage]
    pub type Predecessors<T: Config> = StorageMap<_, Identity, PolicyHash, PolicyHash>;

    /// The successor of every policy that has one: nothing new is requested under it any more.
    ///
    /// `Identity`: as for [`Policies`].
    #[pallet::storage]
    pub type Successors<T: Config> = StorageMap<_, Identity, PolicyHash, PolicyHash>;

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A policy can be used from now on.
        PolicyCreated {
            /// Its hash.
            policy: PolicyHash,
            /// The policy it succeeds.
            predecessor: Option<PolicyHash>,
            /// Who brought it.
            by: AccountId,
            /// Its audit entry.
            entry: H256,
        },
    }

    /// Why a call is refused.
    #[pallet::error]
    pub enum Error<T> {
        /// The account acts for no institution in good standing: have an administrator add it.
        NotMember,
        /// This very policy exists already: use its hash.
        PolicyExists,
        /// `create` was given a policy with a predecessor: use `change`, with its signatures.
        PredecessorGiven,
        /// `change` was given a policy without a predecessor: use `create`.
        PredecessorMissing,
        /// The predecessor is not on this chain: check its hash.
        UnknownPredecessor,
        /// The predecessor has a successor already: change that one.
        AlreadySucceeded,
        /// The lineage has as many policies as it may: enrol under a new policy.
        LineageFull,
        /// The policy breaks a rule that holds for every policy (an empty role, a threshold its
        /// role cannot reach, a duplicate): `regent policy check` names it.
        InvalidPolicy,
        /// A signer is not in the predecessor's change role: leave its signature out.
        SignerNotInChangeRole,
        /// A signer is listed twice: every member counts once.
        DuplicateSigner,
        /// Fewer members of the predecessor's change role signed than its change rule asks for:
        /// collect more signatures.
        TooFewSignatures,
        /// A signature is not its signer's over this predecessor and this successor: sign again.
        InvalidSignature,
    }

    impl<T> From<Violation> for Error<T> {
        fn from(violation: Violation) -> Self {
            match violation {
                Violation::SignerNotInChangeRole { .. } => Self::SignerNotInChangeRole,
                Violation::DuplicateSigner { .. } => Self::DuplicateSigner,
                Violation::ChangeSignaturesMissing { .. } => Self::TooFewSignatures,
                Violation::InvalidSignature { .. } => Self::InvalidSignature,
                _ => Self::InvalidPolicy,
            }
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Creates a policy that succeeds none.
        ///
        /// Any member may: a policy binds only keys that commit to it.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::create())]
        pub fn create(origin: OriginFor<T>, policy: Box<Policy>) -> DispatchResult {
            let by = Self::ensure_member(origin)?;
            ensure!(policy.predecessor.is_none(), Error::<T>::PredecessorGiven);
            check_policy(&policy).map_err(Error::<T>::from)?;
            Self::store(by, *policy, ChangeSignatures::default())
        }

        /// Creates the successor of `policy.predecessor`, by the signatures its change rule asks for.
        ///
        /// From then on nothing new is requested under the predecessor; what was requested before
        /// keeps it. A policy has one successor, so that a lineage never forks.
        ///
        /// Any member may carry it: what counts are the signatures.
        #[pallet::call_index(1)]
        #[pallet::weight(
            T::WeightInfo::change(signatures.len() as u32)
                .saturating_add(T::DbWeight::get().reads(u64::from(MAX_LINEAGE)))
        )]
        pub fn change(
            origin: OriginFor<T>,
            policy: Box<Policy>,
            signatures: ChangeSignatures,
        ) -> DispatchResult {
            let by = Self::ensure_member(origin)?;
            let predecessor = policy.predecessor.ok_or(Error::<T>::PredecessorMissing)?;
            ensure!(!Successors::<T>::contains_key(predecessor), Error::<T>::AlreadySucceeded);
            ensure!(Self::can_be_longer(&predecessor), Error::<T>::LineageFull);
            let predecessor =
                Policies::<T>::get(predecessor).ok_or(Error::<T>::UnknownPredecessor)?.policy;
            check_change(T::Audit::genesis(), &predecessor, &policy, &signatures)
                .map_err(Error::<T>::from)?;
            Self::store(by, *policy, signatures)
        }
    }

    impl<T: Config> Pallet<T> {
        fn ensure_member(origin: OriginFor<T>) -> Result<AccountId, DispatchError> {
            let who = ensure_signed(origin)?;
            ensure!(T::Members::institution_of(&who).is_some(), Error::<T>::NotMember);
            Ok(who)
        }

        /// Stores a policy that was checked.
        fn store(by: AccountId, policy: Policy, signatures: ChangeSignatures) -> DispatchResult {
            let hash = policy.hash(T::Audit::genesis());
            ensure!(!Policies::<T>::contains_key(hash), Error::<T>::PolicyExists);
            let predecessor = policy.predecessor;
            if let Some(predecessor) = predecessor {
                Predecessors::<T>::insert(hash, predecessor);
                Successors::<T>::insert(predecessor, hash);
            }
            let created_at = T::Audit::block_number();
            let record = PolicyRecord { policy, signatures, created_by: by.clone(), created_at };
            Policies::<T>::insert(hash, record);
            let event = AuditEvent::PolicyCreated { predecessor, by: by.clone() };
            let entry = T::Audit::append(Subject::Policy(hash), event);
            Self::deposit_event(Event::PolicyCreated { policy: hash, predecessor, by, entry });
            Ok(())
        }
    }
}

//! # Requests
//!
//! The life of a request, from its submission to the receipt of what was done, every step an entry
//! of the audit log linked to the one before; and the offchain worker that wakes the agents of the
//! node it runs on (sections 5 to 8 of the protocol).
//!
//! ```text
//!                    deny                    late releases, enough
//!            +------------------> Denied   +------------------------+
//!            |                             |                        v
//! submit -> Pending -----+--------> Expired, Cancelled           Failed
//!            | last stage |                 ^                      ^
//!            v            +-- cancel,       | no attempt had       | one had, or all
//!         Approved ---------- deadline -----+ enough releases      | were used up
//!            | first release                |                      |
//!            v                    deadline  |                      |
//!         Executing ------------------------+----------------------+
//!            | receipt (from Approved too)
//!            v
//!         Completed
//! ```
//!
//! ## Words
//!
//! - A **session** is an enclave's, for one **attempt** of one request; at most three attempts, the
//!   next only after the deadline of the one before.
//! - A **note** is an agent's signed statement: it released a share, it refused, it confirms a leaf
//!   of a new token, or it punctured an epoch that is over. Notes come in as authorized transactions that anyone may carry; what counts
//!   is the agent's signature.
//! - An **offer** is what waits for agents: an approved request with an open session.
//!
//! ## A story
//!
//! Alice asks for a transfer and names a session her enclave opened. Bob and Carol approve, each with
//! a signature; the request is approved, and its session becomes an offer. On the nodes of five
//! agents the offchain worker finds the offer and wakes the agents; each decides on finalised state
//! for itself and seals its share to the enclave. The enclave signs the transfer with the first
//! three, Alice brings its receipt to the chain, and the request is completed, often before the
//! agents' notes are: these are logged all the same. Had the enclave died, Alice would have opened a
//! second session after the deadline of the first. Had it never come back, three releases without a
//! receipt would have made the request `Failed`. Had three of the five agents been down, nobody could
//! have completed it, and it would have `Expired`, with the two releases logged as unaccounted.
//!
//! ## What is decided here
//!
//! - **The log accounts for every release.** A release is noted whenever it arrives: after the
//!   receipt (the common case), and after the request expired or was cancelled, which it turns into
//!   `Failed` once the releases of an attempt are enough. A receipt accounts for the releases of its own
//!   attempt: where a request ends with releases of another, or without a receipt, that is logged as
//!   `Unaccounted`, however few they are. Consequences of deadlines wait `NoteGrace` blocks for notes and
//!   receipts of what happened before.
//! - **`Failed` says that somebody should look.** Enough shares for one enclave were released and it
//!   never accounted for them, or every attempt was used up before the deadline. A request that
//!   nobody could complete by its deadline has `Expired`.
//! - **A contract's key is used through the contract.** While the contract that owns a key is there, it
//!   alone asks, whoever the policy names beside it: else what the contract promises of the key could be
//!   gone around. Whom the policy names beside it may ask once it ended. The same is asked again of
//!   approvals and sessions, since a contract that ended can be deployed again.
//! - **An agent of a request is a leaf of its tree**, registered when its quorum admitted the tree.
//!   Whether it is registered still does not matter for a note: what it released, it released.
//! - **One member cannot fill the chain**: open requests are bounded, in all and for each
//!   institution; deadlines are spread over blocks, so that the hook's weight is bounded too; notes,
//!   which no signer pays for, are charged to the institution that asked for what they are about, up
//!   to `NoteAllowance` a block, and stand behind the transactions of members with quota left.
//! - The chain's word is never sufficient: agents and enclave verify approvals, policy, lineage and
//!   evidence themselves.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod approvals;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod cancellation;
mod completion;
mod control;
mod deadlines;
mod epochs;
mod errors;
mod events;
mod faults;
#[cfg(test)]
mod fixtures;
mod inspect;
mod invariants;
#[cfg(test)]
mod mock;
mod notes;
mod offchain;
mod sessions;
mod submission;
#[cfg(test)]
mod tests;
mod types;
mod weighing;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use faults::Fault;
pub use pallet::*;
pub use types::{Awaited, NoteUsage, Offer, OpenRequest};
pub use weights::WeightInfo;

use frame_support::pallet_macros::import_section;

/// Target of the pallet's log lines.
pub(crate) const LOG_TARGET: &str = "runtime::regent-requests";

#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
    use alloc::boxed::Box;

    use frame_support::pallet_prelude::*;
    use frame_system::{offchain::CreateAuthorizedTransaction, pallet_prelude::*};
    use regent_primitives::{
        bounds::{MAX_APPROVALS, MAX_LEAVES, MAX_OPEN_OF_KEY},
        control::{ConditionControl, KeyControl},
        payload::PayloadBytes,
        traits::{
            AuditLog, ChainInfo, KeyRegistry, MemberInspect, PolicyInspect, QuorumInspect,
            SessionRegistry,
        },
        AccountId, AgentId, AgentNote, Attempt, BlockNumber, Caller, Epoch, InstitutionId, KeyId,
        LeafPath, Refusal, RefusalReason, RegenToken, Release, ReleasedLeaves, RequestBody,
        RequestId, RequestRecord, Session, SessionId, SignedApproval, SignedReceipt, H256,
    };

    use crate::{NoteUsage, Offer, OpenRequest, WeightInfo};

    /// Configuration.
    #[pallet::config]
    pub trait Config:
        CreateAuthorizedTransaction<Call<Self>>
        + frame_system::Config<AccountId = AccountId, Hash = H256>
    {
        /// Who may submit, approve for others, and complete.
        type Members: MemberInspect;
        /// Whose agents an enrolment may name.
        type Quorums: QuorumInspect;
        /// The policies requests are made under.
        type Policies: PolicyInspect;
        /// The keys they are made for; enrolments and confirmations end there.
        type Keys: KeyRegistry + KeyControl;
        /// The enclave sessions that serve them.
        type Sessions: SessionRegistry;
        /// What contracts declared, and policies wait for.
        type Conditions: ConditionControl;
        /// Where every step is logged.
        type Audit: AuditLog + ChainInfo;
        /// Deadlines that one block settles, from 1. Each costs up to `settle_closing(1)` of weight
        /// before anything else in the block; fewer spread a burst over more blocks.
        #[pallet::constant]
        type MaxDeadlinesPerBlock: Get<u32>;
        /// Open requests of one institution. Together with [`MAX_OPEN_REQUESTS`] of all it decides
        /// how many institutions a flood takes; lowering it below what is open refuses only new
        /// ones.
        ///
        /// [`MAX_OPEN_REQUESTS`]: regent_primitives::bounds::MAX_OPEN_REQUESTS
        #[pallet::constant]
        type MaxOpenPerInstitution: Get<u32>;
        /// Blocks between a deadline and its consequence for an approved request, in which notes and
        /// receipts of what happened before it still come in. At least the usual lag of finality
        /// plus a few blocks for the agents' notes; too few log more late releases as failures.
        #[pallet::constant]
        type NoteGrace: Get<BlockNumber>;
        /// What notes about one institution's requests and keys may use of one block, in picoseconds
        /// of reference time; at least the weight of one note on the largest tree. More let a burst
        /// of notes be logged sooner, and one institution's crowd out another's.
        #[pallet::constant]
        type NoteAllowance: Get<u64>;
        /// Weights of calls and hooks.
        type WeightInfo: WeightInfo;
        /// What benchmarks need of the pallets beside this one.
        #[cfg(feature = "runtime-benchmarks")]
        type BenchmarkHelper: crate::BenchmarkHelper;
    }

    /// The pallet.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// Every request, with where it stands. Never removed: it is evidence.
    ///
    /// `Identity`, here and below: a request's id is a BLAKE2b-256 hash, and so already spread.
    #[pallet::storage]
    pub type Requests<T: Config> = StorageMap<_, Identity, RequestId, RequestRecord>;

    /// Payloads of requests that are not over; the hash in the request remains.
    #[pallet::storage]
    pub type Payloads<T: Config> = StorageMap<_, Identity, RequestId, PayloadBytes>;

    /// Approvals, in the order they were accepted.
    #[pallet::storage]
    pub type Approvals<T: Config> = StorageMap<
        _,
        Identity,
        RequestId,
        BoundedVec<SignedApproval, ConstU32<MAX_APPROVALS>>,
        ValueQuery,
    >;

    /// Releases noted, at most one for each attempt and leaf.
    ///
    /// `Blake2_128Concat` for the second key, which a requester's tree influences.
    #[pallet::storage]
    pub type Releases<T: Config> =
        StorageDoubleMap<_, Identity, RequestId, Blake2_128Concat, (Attempt, LeafPath), Release>;

    /// Refusals noted, at most one for each attempt and agent.
    ///
    /// `Blake2_128Concat` for the second key, as for [`Releases`].
    #[pallet::storage]
    pub type Refusals<T: Config> =
        StorageDoubleMap<_, Identity, RequestId, Blake2_128Concat, (Attempt, AgentId), Refusal>;

    /// Which leaves were released, where any was.
    #[pallet::storage]
    pub type Released<T: Config> = StorageMap<_, Identity, RequestId, ReleasedLeaves>;

    /// What notes used of a block, by the institution that asked for what they are about, through a
    /// contract or not; `None` stands for all accounts that act for no institution (any more), and for
    /// contracts where a note is about a key that they own.
    ///
    /// `Twox64Concat`: the chain numbers institutions itself.
    #[pallet::storage]
    pub type NotesOf<T: Config> =
        StorageMap<_, Twox64Concat, Option<InstitutionId>, NoteUsage, ValueQuery>;

    /// The person behind each request that a contract made, who is charged for it, and who alone can
    /// bring an enclave to it.
    ///
    /// `Identity`: a request's id is a BLAKE2b-256 hash, and so already spread.
    #[pallet::storage]
    pub type People<T: Config> = StorageMap<_, Identity, RequestId, AccountId>;

    /// Receipts of completed requests.
    #[pallet::storage]
    pub type Receipts<T: Config> = StorageMap<_, Identity, RequestId, SignedReceipt>;

    /// What waits for agents: requests that may be released to an open session.
    #[pallet::storage]
    pub type Offers<T: Config> = StorageMap<_, Identity, RequestId, Offer>;

    /// Requests that are not over, with who they are charged to and where their deadline is queued.
    #[pallet::storage]
    pub type Open<T: Config> = CountedStorageMap<_, Identity, RequestId, OpenRequest>;

    /// How many of them each institution has.
    ///
    /// `Twox64Concat`: the chain numbers institutions itself.
    #[pallet::storage]
    pub type OpenOf<T: Config> = StorageMap<_, Twox64Concat, InstitutionId, u32, ValueQuery>;

    /// Requests of a key that are not over: they end with its epoch.
    #[pallet::storage]
    pub type OpenOfKey<T: Config> = StorageMap<
        _,
        Identity,
        KeyId,
        BoundedVec<RequestId, ConstU32<MAX_OPEN_OF_KEY>>,
        ValueQuery,
    >;

    /// Requests whose deadline is settled at a block. Holds exactly the open requests, so that a
    /// free place is never further away than they are many.
    ///
    /// `Twox64Concat`: a block's number can be chosen, but only within a policy's lifetime, and
    /// there are at most as many as open requests.
    #[pallet::storage]
    pub type Deadlines<T: Config> = StorageMap<
        _,
        Twox64Concat,
        BlockNumber,
        BoundedVec<RequestId, T::MaxDeadlinesPerBlock>,
        ValueQuery,
    >;

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            let settled = Self::settle_deadlines();
            // Each of them was closed or goes on waiting.
            T::WeightInfo::settle_closing(settled).max(T::WeightInfo::settle_waiting(settled))
        }

        fn offchain_worker(_: BlockNumberFor<T>) {
            Self::wake_local_agents();
        }

        fn integrity_test() {
            assert!(T::MaxDeadlinesPerBlock::get() > 0, "MaxDeadlinesPerBlock must be at least 1");
            assert!(
                T::MaxOpenPerInstitution::get() > 0,
                "MaxOpenPerInstitution must be at least 1"
            );
            let largest =
                Self::release_weight(MAX_LEAVES).max(Self::confirmation_weight(MAX_LEAVES));
            assert!(
                T::NoteAllowance::get() >= largest.ref_time(),
                "NoteAllowance must leave room for a note"
            );
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Submits a request with its payload, and with the session of its first attempt if it is
        /// open already.
        ///
        /// Signed by the requester. Everything the policy says is checked but approvals.
        #[pallet::call_index(0)]
        #[pallet::weight(Pallet::<T>::submit_weight(
            body,
            payload.len() as u32,
            u32::from(session.is_some()),
        ))]
        pub fn submit(
            origin: OriginFor<T>,
            body: Box<RequestBody>,
            payload: PayloadBytes,
            session: Option<Box<Session>>,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            let session = session.map(|session| *session);
            Self::do_submit(&Caller::person(who), *body, payload, session)
        }

        /// Brings a person's approval, or denial, onto the chain.
        ///
        /// Signed by any member: what counts is the signature in it.
        #[pallet::call_index(1)]
        #[pallet::weight(Pallet::<T>::approve_weight(
            approval.approval.decision,
            MAX_APPROVALS,
            MAX_LEAVES,
        ))]
        pub fn approve(
            origin: OriginFor<T>,
            approval: Box<SignedApproval>,
        ) -> DispatchResultWithPostInfo {
            Self::ensure_member(origin)?;
            let decision = approval.approval.decision;
            let (approvals, leaves) = Self::do_approve(*approval)?;
            Ok(Some(Self::approve_weight(decision, approvals, leaves)).into())
        }

        /// Opens the next attempt, with a session of an enclave.
        ///
        /// Signed by the requester, or by the person behind it if that is a contract; and only after
        /// the deadline of the attempt before.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::open_session(MAX_LEAVES))]
        pub fn open_session(
            origin: OriginFor<T>,
            session: Box<Session>,
        ) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            let leaves = Self::do_open_session(who, *session)?;
            Ok(Some(T::WeightInfo::open_session(leaves)).into())
        }

        /// Withdraws a request for which nothing was released.
        ///
        /// Signed by the requester.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::cancel())]
        pub fn cancel(origin: OriginFor<T>, request: RequestId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_cancel(&Caller::person(who), request)
        }

        /// Notes what an agent signed: a release, a refusal, a confirmation or a puncture.
        ///
        /// Unsigned, and authorized by the agent's signature inside; anyone may carry it.
        #[pallet::call_index(4)]
        #[pallet::weight(Pallet::<T>::most_of_note(note))]
        #[pallet::authorize(Self::authorize_note)]
        #[pallet::weight_of_authorize(Pallet::<T>::authorize_weight(note, MAX_LEAVES))]
        pub fn note(origin: OriginFor<T>, note: Box<AgentNote>) -> DispatchResultWithPostInfo {
            ensure_authorized(origin)?;
            Ok(Some(Self::do_note(*note)?).into())
        }

        /// Brings the receipt of what was done, with the new token where one was made.
        ///
        /// Signed by any member: what counts is the session's signature in it.
        #[pallet::call_index(5)]
        #[pallet::weight(Pallet::<T>::complete_weight(Pallet::<T>::enrolled(token), MAX_LEAVES))]
        pub fn complete(
            origin: OriginFor<T>,
            receipt: Box<SignedReceipt>,
            token: Option<Box<RegenToken>>,
        ) -> DispatchResultWithPostInfo {
            Self::ensure_member(origin)?;
            let enrolled = Self::enrolled(&token);
            let leaves = Self::do_complete(*receipt, token.map(|token| *token))?;
            Ok(Some(Self::complete_weight(enrolled, leaves)).into())
        }
    }

    impl<T: Config> Pallet<T> {
        fn ensure_member(origin: OriginFor<T>) -> DispatchResult {
            let who = ensure_signed(origin)?;
            ensure!(T::Members::institution_of(&who).is_some(), Error::<T>::NotMember);
            Ok(())
        }

        /// Leaves of the token to enrol.
        fn enrolled(token: &Option<Box<RegenToken>>) -> Option<u32> {
            token.as_ref().map(|token| token.tree.leaf_count() as u32)
        }
    }
}

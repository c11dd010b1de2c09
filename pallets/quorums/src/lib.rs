//! Recovery agents, and the quorums that keys are enrolled with.
//!
//! # Terminology
//!
//! - **Agent**: a daemon that regenerates its share of a key when an approval is final, known by the
//!   sr25519 key it signs with and by the institution that runs it.
//! - **Quorum**: a fixed set of agents and the least number of them that must take part. It is never
//!   changed: another set is another quorum, with another number.
//!
//! # A story
//!
//! Five institutions each run one agent; their administrators register them, each with the agent's
//! own signature over institution and endpoint, so that nobody registers another's agent or moves
//! it. Somebody of any of the five creates the quorum "3 of these 5". From then on a key may be enrolled with it, along a tree
//! (`docs/protocol.md`, section 2) whose agents are all of this quorum and which fewer than 3 of them
//! can never satisfy. A year later one institution removes its agent: keys enrolled before keep
//! their trees, for a tree cannot lose a leaf without a new token; new keys and new quorums cannot
//! name it any more.
//!
//! The chain only records who is who. Agents decide by themselves what they release and to whom.
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod admission;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
pub mod weights;

use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::pallet_prelude::*;
use frame_system::pallet_prelude::*;
use regent_primitives::{
    bounds::{MAX_PAGE, MAX_QUORUM_AGENTS},
    registration::verify_registration,
    release::RawSignature,
    runtime_api::{AgentRecord, QuorumRecord},
    session::{is_endpoint, Endpoint},
    traits::{AuditLog, ChainInfo, MemberInspect, QuorumInspect},
    AccessTree, AccountId, AgentId, AuditEvent, InstitutionId, Participant, QuorumId, Subject,
    H256,
};

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use pallet::*;
pub use weights::WeightInfo;

/// Agents of a quorum, in the order they were given.
pub type QuorumAgents = BoundedVec<AgentId, ConstU32<MAX_QUORUM_AGENTS>>;

#[frame_support::pallet]
pub mod pallet {
    use super::*;

    /// Configuration.
    #[pallet::config]
    pub trait Config:
        frame_system::Config<AccountId = AccountId, Hash = H256, RuntimeEvent: From<Event<Self>>>
    {
        /// Who may act, and for which institution.
        type Members: MemberInspect;

        /// Where decisions are logged, and what time it is.
        type Audit: AuditLog + ChainInfo;

        /// Weights of the calls.
        type WeightInfo: WeightInfo;

        /// An administrator for the benchmarks.
        #[cfg(feature = "runtime-benchmarks")]
        type BenchmarkHelper: BenchmarkHelper;
    }

    /// Agents and quorums.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// Registered agents. Identities are keys that anyone can draw until one suits, hence a
    /// cryptographic hasher.
    #[pallet::storage]
    pub type Agents<T: Config> = StorageMap<_, Blake2_128Concat, AgentId, AgentRecord, OptionQuery>;

    /// Quorums by number. Numbers are consecutive and chosen by the chain, so the cheap hasher
    /// cannot be attacked.
    #[pallet::storage]
    pub type Quorums<T: Config> = StorageMap<_, Twox64Concat, QuorumId, QuorumRecord, OptionQuery>;

    /// Count of quorums: the number of the next one. None is ever removed.
    #[pallet::storage]
    pub type QuorumCount<T: Config> = StorageValue<_, QuorumId, ValueQuery>;

    /// What this pallet emits.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// An agent was registered.
        AgentRegistered {
            /// Its identity.
            agent: AgentId,
            /// Who runs it.
            institution: InstitutionId,
            /// Where it is reached.
            endpoint: Endpoint,
        },
        /// An agent was removed.
        AgentRemoved {
            /// Its identity.
            agent: AgentId,
        },
        /// An agent is reached elsewhere.
        EndpointUpdated {
            /// Its identity.
            agent: AgentId,
            /// Where it is reached now.
            endpoint: Endpoint,
        },
        /// A quorum was created.
        QuorumCreated {
            /// Its number.
            quorum: QuorumId,
            /// How many must take part, at least.
            threshold: u16,
            /// Of how many.
            agents: u16,
        },
    }

    /// Why a call is refused.
    #[pallet::error]
    pub enum Error<T> {
        /// The caller acts for no active institution. Have its administrator add the account.
        NotMember,
        /// Only the administrator of the institution that runs the agent may do this. Ask them to.
        NotAdministrator,
        /// The agent is registered already. Its institution must remove it first.
        AlreadyRegistered,
        /// No agent with this identity is registered. Register it first.
        UnknownAgent,
        /// The endpoint is not an `http://` or `https://` URL in ASCII with a host and without a
        /// user name.
        InvalidEndpoint,
        /// The proof is not the agent's signature over this chain, the caller's institution and this
        /// endpoint. Have it make one: `regent-agent identity --institution .. --endpoint ..`.
        InvalidProof,
        /// A quorum names an agent twice. Name each once: one agent is one participant.
        DuplicateAgent,
        /// The threshold is 0 or above the number of agents.
        InvalidThreshold,
        /// There are 2^32 quorums. Use an existing one.
        TooManyQuorums,
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Registers an agent of the caller's institution. For its administrator only, with the
        /// agent's signature over [`registration_message`].
        ///
        /// [`registration_message`]: regent_primitives::registration::registration_message
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::register_agent())]
        pub fn register_agent(
            origin: OriginFor<T>,
            agent: AgentId,
            endpoint: Endpoint,
            proof: RawSignature,
        ) -> DispatchResult {
            let institution = Self::ensure_administrator(origin)?;
            ensure!(is_endpoint(&endpoint), Error::<T>::InvalidEndpoint);
            ensure!(!Agents::<T>::contains_key(agent), Error::<T>::AlreadyRegistered);
            Self::ensure_consent(institution, agent, &endpoint, &proof)?;
            let registered_at = T::Audit::block_number();
            Agents::<T>::insert(
                agent,
                AgentRecord { institution, endpoint: endpoint.clone(), registered_at },
            );
            Self::log(AuditEvent::AgentRegistered { agent, institution });
            Self::deposit_event(Event::AgentRegistered { agent, institution, endpoint });
            Ok(())
        }

        /// Removes an agent of the caller's institution: it may not join new quorums or keys. Keys that
        /// have it keep it, and its notes about them are taken as before: what it released, it released.
        /// A reshare moves a key to others. For its administrator only.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::remove_agent())]
        pub fn remove_agent(origin: OriginFor<T>, agent: AgentId) -> DispatchResult {
            Self::ensure_runs(origin, &agent)?;
            Agents::<T>::remove(agent);
            Self::log(AuditEvent::AgentRemoved { agent });
            Self::deposit_event(Event::AgentRemoved { agent });
            Ok(())
        }

        /// Says where an agent of the caller's institution is reached from now on. For its
        /// administrator only, with the agent's signature, as for its registration.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::update_endpoint())]
        pub fn update_endpoint(
            origin: OriginFor<T>,
            agent: AgentId,
            endpoint: Endpoint,
            proof: RawSignature,
        ) -> DispatchResult {
            let mut record = Self::ensure_runs(origin, &agent)?;
            ensure!(is_endpoint(&endpoint), Error::<T>::InvalidEndpoint);
            Self::ensure_consent(record.institution, agent, &endpoint, &proof)?;
            record.endpoint = endpoint.clone();
            Agents::<T>::insert(agent, record);
            Self::log(AuditEvent::AgentEndpointUpdated { agent });
            Self::deposit_event(Event::EndpointUpdated { agent, endpoint });
            Ok(())
        }

        /// Creates the quorum of `threshold` of these agents. For any member: a quorum binds nobody
        /// until a key is enrolled with it, which a policy must allow.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::create_quorum(agents.len() as u32))]
        pub fn create_quorum(
            origin: OriginFor<T>,
            threshold: u16,
            agents: QuorumAgents,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            ensure!(T::Members::institution_of(&who).is_some(), Error::<T>::NotMember);
            let count = u16::try_from(agents.len()).unwrap_or(u16::MAX);
            ensure!(threshold > 0 && threshold <= count, Error::<T>::InvalidThreshold);
            let distinct: BTreeSet<&AgentId> = agents.iter().collect();
            ensure!(distinct.len() == agents.len(), Error::<T>::DuplicateAgent);
            ensure!(agents.iter().all(Agents::<T>::contains_key), Error::<T>::UnknownAgent);
            let quorum = QuorumCount::<T>::get();
            let next = quorum.checked_add(1).ok_or(Error::<T>::TooManyQuorums)?;
            QuorumCount::<T>::put(next);
            Quorums::<T>::insert(quorum, QuorumRecord { threshold, agents });
            Self::log(AuditEvent::QuorumCreated { quorum, threshold, agents: count });
            Self::deposit_event(Event::QuorumCreated { quorum, threshold, agents: count });
            Ok(())
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}

impl<T: Config> Pallet<T> {
    /// A registered agent.
    pub fn agent(agent: &AgentId) -> Option<AgentRecord> {
        Agents::<T>::get(agent)
    }

    /// Agents after `after` in the storage's order, at most `limit` and at most [`MAX_PAGE`].
    pub fn agents(after: Option<AgentId>, limit: u32) -> Vec<(AgentId, AgentRecord)> {
        let limit = limit.min(MAX_PAGE) as usize;
        match after {
            None => Agents::<T>::iter().take(limit).collect(),
            // A key's place is defined whether or not it is there: no page is lost when the agent
            // that ended the one before was removed.
            Some(agent) => {
                Agents::<T>::iter_from(Agents::<T>::hashed_key_for(agent)).take(limit).collect()
            }
        }
    }

    /// A quorum.
    pub fn quorum(quorum: QuorumId) -> Option<QuorumRecord> {
        Quorums::<T>::get(quorum)
    }

    /// Count of quorums: they are numbered from 0.
    pub fn quorum_count() -> QuorumId {
        QuorumCount::<T>::get()
    }

    /// The institution whose administrator signed.
    fn ensure_administrator(origin: OriginFor<T>) -> Result<InstitutionId, DispatchError> {
        let who = ensure_signed(origin)?;
        let institution = T::Members::institution_of(&who).ok_or(Error::<T>::NotMember)?;
        ensure!(T::Members::is_administrator(&who, institution), Error::<T>::NotAdministrator);
        Ok(institution)
    }

    /// The agent, if the administrator of the institution that runs it signed.
    fn ensure_runs(origin: OriginFor<T>, agent: &AgentId) -> Result<AgentRecord, DispatchError> {
        let institution = Self::ensure_administrator(origin)?;
        let record = Agents::<T>::get(agent).ok_or(Error::<T>::UnknownAgent)?;
        ensure!(record.institution == institution, Error::<T>::NotAdministrator);
        Ok(record)
    }

    /// The agent itself agrees to be run by this institution at this endpoint.
    fn ensure_consent(
        institution: InstitutionId,
        agent: AgentId,
        endpoint: &Endpoint,
        proof: &RawSignature,
    ) -> DispatchResult {
        let genesis = T::Audit::genesis();
        ensure!(
            verify_registration(genesis, institution, agent, endpoint, proof),
            Error::<T>::InvalidProof
        );
        Ok(())
    }

    fn log(event: AuditEvent) {
        T::Audit::append(Subject::Quorums, event);
    }
}

#[cfg(any(feature = "try-runtime", test))]
impl<T: Config> Pallet<T> {
    /// Quorums are numbered consecutively, their agents distinct, their thresholds within reach; an
    /// agent's endpoint is a URL.
    pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
        let count = QuorumCount::<T>::get();
        ensure!(
            Quorums::<T>::iter_keys().count() as u64 == u64::from(count),
            "the count is not that of the quorums"
        );
        for (id, quorum) in Quorums::<T>::iter() {
            ensure!(id < count, "quorums are not numbered consecutively");
            let distinct: BTreeSet<&AgentId> = quorum.agents.iter().collect();
            ensure!(distinct.len() == quorum.agents.len(), "a quorum names an agent twice");
            ensure!(
                quorum.threshold > 0 && usize::from(quorum.threshold) <= distinct.len(),
                "a quorum's threshold is out of reach"
            );
        }
        for record in Agents::<T>::iter_values() {
            ensure!(is_endpoint(&record.endpoint), "an agent's endpoint is not a URL");
        }
        Ok(())
    }
}

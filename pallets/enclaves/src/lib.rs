//! Which enclaves the consortium trusts, and the sessions that enclaves opened.
//!
//! # Terminology
//!
//! - **Measurement**: what an enclave runs, as its evidence states it. Governance trusts each one
//!   until a block, after having reviewed and rebuilt the code: trust that nobody renews ends.
//! - **Session**: one enclave's keys for one attempt of one request, with the evidence that they were
//!   made inside it (`docs/protocol.md`, section 5).
//!
//! # Who opens sessions
//!
//! No call does. A session comes with a request, so the pallet of requests passes it on through
//! [`SessionRegistry::open`], and logs it under the request. Here its evidence is verified, its
//! measurement looked up, and its place in the order of attempts checked. Sessions are kept for good:
//! they are evidence. A request has at most three.
//!
//! The chain's verdict is one of three: the policy names the measurements it accepts, and every agent
//! has an allow-list of its own and verifies the evidence again. Revoking a measurement stops new
//! sessions; those that are open stay on record until their deadline, and agents that must not serve
//! them take the measurement off their own lists.
//!
//! # Simulated enclaves
//!
//! [`EvidenceKind::Simulated`] proves nothing. It is refused, by call and in the genesis, unless the
//! genesis allows it; nothing can allow it later.
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod genesis;
mod measurements;
#[cfg(test)]
mod mock;
mod sessions;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod weights;

use alloc::vec::Vec;
use frame_support::pallet_prelude::*;
use frame_system::pallet_prelude::*;
use regent_primitives::{
    bounds::{MAX_ATTEMPTS, XWING_PUBLIC_KEY_BYTES},
    request::Attempt,
    session::is_endpoint,
    traits::{AuditLog, ChainInfo, SessionRegistry},
    AccountId, AuditEvent, BlockNumber, EvidenceKind, Measurement, RequestId, Session, SessionId,
    SessionRecord, Subject, H256,
};

pub use pallet::*;
pub use weights::WeightInfo;

/// Target of this pallet's logs.
const LOG_TARGET: &str = "runtime::enclaves";

#[frame_support::pallet]
pub mod pallet {
    use super::*;

    /// Configuration.
    #[pallet::config]
    pub trait Config:
        frame_system::Config<AccountId = AccountId, Hash = H256, RuntimeEvent: From<Event<Self>>>
    {
        /// The consortium deciding as a whole which enclaves it trusts.
        type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// Where decisions are logged, and what time it is.
        type Audit: AuditLog + ChainInfo;

        /// Measurements that can be trusted at one time. Each session opened reads them all, about
        /// 40 bytes each. Expired ones do not count.
        #[pallet::constant]
        type MaxMeasurements: Get<u32>;

        /// Blocks a session can live, at most. Until its deadline the next attempt has to wait, so a
        /// dead enclave delays a request by this much; too short, and slow agents miss it.
        #[pallet::constant]
        type MaxSessionLifetime: Get<BlockNumber>;

        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// Trusted enclaves and their sessions.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// Trusted measurements, each with the last block at which it is trusted.
    #[pallet::storage]
    pub type Measurements<T: Config> =
        StorageValue<_, BoundedBTreeMap<Measurement, BlockNumber, T::MaxMeasurements>, ValueQuery>;

    /// Whether simulated enclaves may be trusted. Written by the genesis only.
    #[pallet::storage]
    pub(crate) type AllowSimulated<T: Config> = StorageValue<_, bool, ValueQuery>;

    /// Sessions by request and attempt. Request ids are hashes that requesters can grind, hence a
    /// cryptographic hasher; attempts are 1 to 3.
    #[pallet::storage]
    pub type Sessions<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        RequestId,
        Twox64Concat,
        Attempt,
        SessionRecord,
        OptionQuery,
    >;

    /// The request and attempt each session id was used for: none is ever used twice. Ids are drawn
    /// by enclaves, hence a cryptographic hasher.
    #[pallet::storage]
    pub type SessionIds<T: Config> =
        StorageMap<_, Blake2_128Concat, SessionId, (RequestId, Attempt), OptionQuery>;

    /// What the consortium trusts at genesis. Building refuses what the call would refuse, by a
    /// panic: a chain with a contradictory genesis must not start.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Whether simulated enclaves may ever be trusted: dev and local presets only.
        pub allow_simulated: bool,
        /// Measurements, each with the last block at which it is trusted. In JSON a list of
        /// `{"kind", "digest", "until"}`.
        #[serde(with = "crate::genesis::measurements")]
        pub measurements: Vec<(Measurement, BlockNumber)>,
        /// Nothing.
        #[serde(skip)]
        pub config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            AllowSimulated::<T>::put(self.allow_simulated);
            for (measurement, until) in &self.measurements {
                if let Err(error) = Pallet::<T>::trust(*measurement, *until) {
                    panic!("genesis measurement {measurement:?} is refused: {error:?}");
                }
            }
        }
    }

    /// What this pallet emits.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// Enclaves with this measurement are trusted.
        MeasurementTrusted {
            /// What they run.
            measurement: Measurement,
            /// The last block at which they are trusted.
            until: BlockNumber,
        },
        /// Enclaves with this measurement are no longer trusted.
        MeasurementRevoked {
            /// What they run.
            measurement: Measurement,
        },
        /// An enclave's session was verified and stored.
        SessionOpened {
            /// The request it serves.
            request: RequestId,
            /// The attempt it serves, from 1.
            attempt: Attempt,
            /// Its id.
            session: SessionId,
            /// What its evidence measures.
            measurement: Measurement,
            /// The last block at which shares may be released to it.
            deadline: BlockNumber,
        },
    }

    /// Why a call, or a session, is refused.
    #[pallet::error]
    pub enum Error<T> {
        /// Simulated enclaves protect nothing, and this chain's genesis does not allow them. Use
        /// enclaves on hardware, or a chain for development.
        SimulatedNotAllowed,
        /// Trust would have ended already. Give a block to come.
        ExpiryPassed,
        /// There are [`Config::MaxMeasurements`] trusted measurements already. Revoke one first.
        TooManyMeasurements,
        /// The measurement is not trusted: there is nothing to revoke. Look it up by kind and digest.
        UnknownMeasurement,
        /// Attempts are 1, 2 and 3. After the third, submit a new request.
        InvalidAttempt,
        /// The session's public key is not of 1,216 bytes (X25519 and ML-KEM-768). Use an enclave of
        /// this protocol version.
        InvalidKemPublic,
        /// The session's endpoint is not an `http://` or `https://` URL in ASCII with a host and
        /// without a user name. Correct the enclave's configuration.
        InvalidEndpoint,
        /// The session's lifetime is 0 or above [`Config::MaxSessionLifetime`]. Correct the enclave's
        /// configuration.
        InvalidLifetime,
        /// This attempt of the request has its session already. Wait for its deadline and open the
        /// next attempt.
        AttemptTaken,
        /// The attempt before this one was never opened. Attempts are opened in order.
        AttemptSkipped,
        /// The session of the attempt before this one is not past its deadline. Wait for it: two
        /// enclaves must never hold shares of one request at a time.
        PreviousAttemptOpen,
        /// A session with this id exists already. Have the enclave open a new one.
        SessionIdUsed,
        /// The evidence is malformed, or attests other keys, another request, attempt or chain. Have
        /// the enclave open a new session for exactly this attempt.
        EvidenceRejected,
        /// The evidence is genuine, and measures an enclave that the consortium does not trust. Use
        /// another enclave, or have governance review this one.
        MeasurementNotTrusted,
        /// The measurement was trusted until a block that has passed. Have governance renew it.
        MeasurementExpired,
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Trusts enclaves with this measurement up to and including block `until`; said again, it
        /// moves that block.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::trust_measurement())]
        pub fn trust_measurement(
            origin: OriginFor<T>,
            measurement: Measurement,
            until: BlockNumber,
        ) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::trust(measurement, until)?;
            Self::log(AuditEvent::MeasurementTrusted { measurement, until });
            Self::deposit_event(Event::MeasurementTrusted { measurement, until });
            Ok(())
        }

        /// Stops trusting enclaves with this measurement, from the next session on.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::revoke_measurement())]
        pub fn revoke_measurement(
            origin: OriginFor<T>,
            measurement: Measurement,
        ) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::revoke(&measurement)?;
            Self::log(AuditEvent::MeasurementRevoked { measurement });
            Self::deposit_event(Event::MeasurementRevoked { measurement });
            Ok(())
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "std")]
        fn integrity_test() {
            assert!(T::MaxMeasurements::get() > 0, "MaxMeasurements must be at least 1");
            assert!(
                T::MaxSessionLifetime::get() > 0,
                "MaxSessionLifetime must be at least 1 block"
            );
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}

impl<T: Config> Pallet<T> {
    fn log(event: AuditEvent) {
        T::Audit::append(Subject::Consortium, event);
    }
}

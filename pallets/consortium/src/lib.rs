//! Who may transact at all: the institutions of the consortium, their accounts, their quotas and
//! their validator seats.
//!
//! # Terminology
//!
//! - **Institution**: a member of the consortium, with a number, a name and one *administrator*.
//! - **Member**: an account that acts for exactly one institution. The administrator is one.
//! - **Governance**: [`Config::GovernanceOrigin`], the consortium deciding as a whole.
//! - **Council**: administrators of institutions, whose votes make up governance.
//! - **Quota**: the weight the members of an institution may use together in one *window* of
//!   [`Config::QuotaWindow`] blocks, in picoseconds of reference time. The last tenth is the
//!   administrator's.
//! - **Seat**: every institution has one; an account in it validates while the institution is active.
//! - **Session**: as many blocks as the genesis says. What changes of seats or of session keys in one
//!   of them is in force from the second change of sessions after it on.
//!
//! # A story
//!
//! Monday: governance registers Bank B with an administrator and a quota of 2 % of the chain. The
//! administrator adds twelve people and the account of Bank B's validator; governance gives that
//! account the seat. It sets its session keys and validates two sessions later. Wednesday: a script
//! at Bank B runs wild. When the quota is used up, [`CheckMembership`] refuses its transactions before
//! anything of them executes, and long before that they stand behind everybody else's. A tenth of it is
//! kept for the administrator, who removes the script's account. Thursday:
//! governance suspends Bank B; none of its accounts can transact, its quota is free for others, and
//! its validator is dropped at the next session. Friday it is resumed, as it was.
//!
//! # No fees
//!
//! A consortium has no coin to sell. What stands between a member and the whole chain is the quota:
//! the sum of all active quotas never exceeds [`Config::QuotaShare`] of what the chain can execute in
//! a window, and no institution gets more than [`Config::BlockShare`] of any one block. See
//! [`CheckMembership`] for how it is charged.
//!
//! # Accounts without balance
//!
//! `frame_system`'s nonce check wants a reason for an account to exist: membership is one (a provider
//! reference). When it ends the account may disappear with its nonce, so the nonce is kept: else a
//! person who leaves and returns would find old transactions valid again.
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod council;
mod extension;
mod institutions;
#[cfg(test)]
mod mock;
mod quota;
mod seats;
mod session_keys;
mod session_length;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
mod types;
pub mod weights;

use alloc::vec::Vec;
use frame_support::{
    pallet_prelude::*,
    traits::{Contains, ValidatorRegistration},
};
use frame_system::pallet_prelude::*;
use regent_primitives::{
    policy::Name,
    runtime_api::InstitutionRecord,
    traits::{AuditLog, ChainInfo, CouncilRegistry, MemberInspect},
    AccountId, AuditEvent, BlockNumber, InstitutionId, Subject, H256,
};
use sp_runtime::Perbill;

pub use extension::{Admission, CheckMembership, Refusal};
pub use pallet::*;
pub use seats::SeatHolder;
pub use session_keys::LoggedKeys;
pub use session_length::SessionPeriod;
pub use types::{GenesisInstitution, QuotaUsage};
pub use weights::WeightInfo;

/// Target of this pallet's logs.
const LOG_TARGET: &str = "runtime::consortium";

#[frame_support::pallet]
pub mod pallet {
    use super::*;

    /// Configuration.
    #[pallet::config]
    pub trait Config:
        frame_system::Config<AccountId = AccountId, Hash = H256, RuntimeEvent: From<Event<Self>>>
    {
        /// The consortium deciding as a whole: it admits, suspends, and seats validators.
        type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// The council whose votes are [`Config::GovernanceOrigin`].
        type Council: CouncilRegistry;

        /// Where decisions are logged, and what time it is.
        type Audit: AuditLog + ChainInfo;

        /// Accounts that belong to no person: contracts' and pallets'. They cannot be members, because
        /// what a member does and stores is its institution's.
        type NotPeople: Contains<AccountId>;

        /// Who has session keys: `pallet_session`. A seat whose holder has none stays empty, for a
        /// set of validators without keys would stop the chain.
        type SessionKeys: ValidatorRegistration<AccountId>;

        /// Blocks after which every quota is full again. A longer window lets an institution save up
        /// for a longer burst; a shorter one makes it wait less after it.
        #[pallet::constant]
        type QuotaWindow: Get<u32>;

        /// The share of what normal calls may use of a window's blocks that all active quotas
        /// together may promise. What remains is for inherents, agents' notes and governance.
        #[pallet::constant]
        type QuotaShare: Get<Perbill>;

        /// The share of what normal calls may use of one block that one institution gets of it, so
        /// that a burst within quota leaves room for others in the same block.
        #[pallet::constant]
        type BlockShare: Get<Perbill>;

        /// Institutions there can ever be. Planning a session reads them all, so this bounds its
        /// cost; suspended ones count.
        #[pallet::constant]
        type MaxInstitutions: Get<u32>;

        /// Members an institution can have, its administrator included.
        #[pallet::constant]
        type MaxMembers: Get<u32>;

        /// Blocks of a session on a chain whose genesis does not say.
        #[pallet::constant]
        type DefaultSessionLength: Get<BlockNumber>;

        /// The fewest blocks a session may have. `pallet_session` claims all weight of the block that
        /// changes sessions, so that it holds no transactions: with sessions of ten blocks, one in ten.
        #[pallet::constant]
        type MinSessionLength: Get<BlockNumber>;

        /// The most blocks a session may have. A validator whose keys were stolen, or whose institution
        /// was suspended, stays in office for up to two sessions.
        #[pallet::constant]
        type MaxSessionLength: Get<BlockNumber>;

        /// Weights of the calls and of [`CheckMembership`].
        type WeightInfo: WeightInfo;
    }

    /// The consortium.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// Institutions by number. Numbers are consecutive and chosen by the chain, so the cheap hasher
    /// cannot be attacked.
    #[pallet::storage]
    pub type Institutions<T: Config> =
        StorageMap<_, Twox64Concat, InstitutionId, InstitutionRecord, OptionQuery>;

    /// Count of institutions: the number of the next one. None is ever removed.
    #[pallet::storage]
    pub type InstitutionCount<T: Config> = StorageValue<_, InstitutionId, ValueQuery>;

    /// The institution each member acts for. Accounts are chosen by people, hence a cryptographic
    /// hasher.
    #[pallet::storage]
    pub type Members<T: Config> =
        StorageMap<_, Blake2_128Concat, AccountId, InstitutionId, OptionQuery>;

    /// Count of an institution's members.
    #[pallet::storage]
    pub type MemberCount<T: Config> = StorageMap<_, Twox64Concat, InstitutionId, u32, ValueQuery>;

    /// Nonces of accounts that were members once and transacted: a returning one continues where it
    /// stopped.
    #[pallet::storage]
    pub type FormerNonces<T: Config> =
        StorageMap<_, Blake2_128Concat, AccountId, T::Nonce, OptionQuery>;

    /// What an institution has used of its quota.
    #[pallet::storage]
    pub type Usage<T: Config> = StorageMap<_, Twox64Concat, InstitutionId, QuotaUsage, ValueQuery>;

    /// Sum of the quotas of active institutions, in picoseconds of reference time a window.
    #[pallet::storage]
    pub type CommittedQuota<T: Config> = StorageValue<_, u64, ValueQuery>;

    /// The institution whose seat an account holds. Accounts are chosen by people, hence a
    /// cryptographic hasher.
    #[pallet::storage]
    pub type Seats<T: Config> =
        StorageMap<_, Blake2_128Concat, AccountId, InstitutionId, OptionQuery>;

    /// The validators last handed to `pallet_session`: only a change is handed over again, because
    /// each hand-over starts a new GRANDPA authority set.
    #[pallet::storage]
    pub type PlannedValidators<T: Config> =
        StorageValue<_, BoundedVec<AccountId, T::MaxInstitutions>, ValueQuery>;

    /// [`SessionLength`] on a chain that began without it.
    #[pallet::type_value]
    pub fn InitialSessionLength<T: Config>() -> BlockNumber {
        T::DefaultSessionLength::get()
    }

    /// Blocks of a session. The genesis decides, and no call changes it.
    #[pallet::storage]
    pub type SessionLength<T: Config> =
        StorageValue<_, BlockNumber, ValueQuery, InitialSessionLength<T>>;

    /// The validators in office, each with the hash of its session keys: only what differs at the next
    /// hand-over is logged.
    #[pallet::storage]
    pub type KeysInForce<T: Config> =
        StorageValue<_, BoundedVec<(AccountId, H256), T::MaxInstitutions>, ValueQuery>;

    /// The consortium at genesis. Building refuses what the calls would refuse, by a panic: a chain
    /// with a contradictory genesis must not start. Put this pallet before `pallet_session`, so that
    /// the first validators are the seats' holders.
    #[pallet::genesis_config]
    pub struct GenesisConfig<T: Config> {
        /// Institutions, numbered from 0 in this order, all active.
        pub institutions: Vec<GenesisInstitution>,
        /// Blocks of a session, from [`Config::MinSessionLength`] to [`Config::MaxSessionLength`].
        pub session_length: BlockNumber,
        /// Nothing.
        #[serde(skip)]
        pub config: core::marker::PhantomData<T>,
    }

    impl<T: Config> Default for GenesisConfig<T> {
        fn default() -> Self {
            Self {
                institutions: Vec::new(),
                session_length: T::DefaultSessionLength::get(),
                config: core::marker::PhantomData,
            }
        }
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            let (found, allowed) = (self.session_length, Pallet::<T>::session_lengths());
            assert!(
                allowed.contains(&found),
                "genesis sessionLength {found} is refused: expected {} to {} blocks",
                allowed.start(),
                allowed.end(),
            );
            SessionLength::<T>::put(found);
            for institution in &self.institutions {
                if let Err(error) = Pallet::<T>::found(institution) {
                    panic!("genesis of institution {:?} is refused: {error:?}", institution.name);
                }
            }
        }
    }

    /// What the consortium emits.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// An institution joined.
        InstitutionRegistered {
            /// Its number.
            institution: InstitutionId,
            /// Who administers it.
            administrator: AccountId,
            /// Its quota, in picoseconds of reference time a window.
            quota: u64,
        },
        /// An institution was suspended.
        InstitutionSuspended {
            /// Its number.
            institution: InstitutionId,
        },
        /// A suspended institution may transact again.
        InstitutionResumed {
            /// Its number.
            institution: InstitutionId,
        },
        /// An institution's quota was changed.
        QuotaSet {
            /// Its number.
            institution: InstitutionId,
            /// Its quota from now on, in picoseconds of reference time a window.
            quota: u64,
        },
        /// An account may act for an institution.
        MemberAdded {
            /// The institution.
            institution: InstitutionId,
            /// The account.
            account: AccountId,
        },
        /// An account may no longer act.
        MemberRemoved {
            /// The institution it acted for.
            institution: InstitutionId,
            /// The account.
            account: AccountId,
        },
        /// An institution's validator seat was filled or emptied.
        ValidatorSeatChanged {
            /// The institution.
            institution: InstitutionId,
            /// Who holds the seat now.
            validator: Option<AccountId>,
        },
        /// An institution is administered by another account.
        AdministratorReplaced {
            /// The institution.
            institution: InstitutionId,
            /// Who administered it; still one of its members.
            former: AccountId,
            /// Who administers it now.
            administrator: AccountId,
        },
        /// An account sits on the council.
        CouncilMemberAdded {
            /// The account.
            account: AccountId,
        },
        /// An account no longer sits on the council.
        CouncilMemberRemoved {
            /// The account.
            account: AccountId,
        },
    }

    /// Why a call is refused.
    #[pallet::error]
    pub enum Error<T> {
        /// The consortium has [`Config::MaxInstitutions`] already, suspended ones included. Give an
        /// existing one to the newcomer, by replacing its administrator, or raise the bound by a
        /// runtime upgrade.
        TooManyInstitutions,
        /// The institution has [`Config::MaxMembers`] already. Remove one first.
        TooManyMembers,
        /// No institution has this number. Numbers are those of the event `InstitutionRegistered`.
        UnknownInstitution,
        /// The name is empty or not UTF-8. Give one of 1 to 64 bytes.
        InvalidName,
        /// The quota is 0. To stop an institution, suspend it.
        ZeroQuota,
        /// All active quotas together would exceed their share of the chain's capacity
        /// ([`Config::QuotaShare`]). Choose a smaller quota, or lower another's first.
        QuotaUnavailable,
        /// The account acts for an institution already; it can act for only one. Use another
        /// account, or have it removed there first.
        AlreadyMember,
        /// The account is a contract's or a pallet's, or has the form of one. Use the account of a
        /// person.
        NotPerson,
        /// The account does not act for this institution. Add it first.
        NotMember,
        /// Only the administrator of an institution may do this. Ask them to.
        NotAdministrator,
        /// An institution is never without its administrator. Governance must name another first.
        AdministratorStays,
        /// The caller's institution is suspended. Governance must resume it first.
        Suspended,
        /// The institution is suspended already; there is nothing to do.
        AlreadySuspended,
        /// The institution is not suspended; there is nothing to do.
        NotSuspended,
        /// The account holds this or another institution's seat already; it can hold only one.
        SeatTaken,
        /// The seat is empty already; there is nothing to do.
        SeatEmpty,
        /// The account holds its institution's validator seat. Governance must empty the seat or
        /// give it to another account first.
        HoldsSeat,
        /// Only administrators of active institutions sit on the council, and this account is none.
        NotEligible,
        /// The account sits on the council already; there is nothing to do.
        OnCouncil,
        /// The account does not sit on the council; there is nothing to do.
        NotOnCouncil,
        /// The council has [`Config::MaxInstitutions`] members already. Remove one first.
        CouncilFull,
        /// Nobody else sits on the council: without it nothing could be decided any more. Add another
        /// member first.
        LastOnCouncil,
        /// The account administers the institution already; there is nothing to do.
        AlreadyAdministrator,
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Admits an institution, active at once. Its administrator becomes its first member.
        /// `quota` is in picoseconds of reference time a window.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::register_institution())]
        pub fn register_institution(
            origin: OriginFor<T>,
            name: Name,
            administrator: AccountId,
            quota: u64,
        ) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            let institution = Self::register(name, administrator.clone(), quota)?;
            Self::log(AuditEvent::InstitutionRegistered { institution });
            Self::log(AuditEvent::MemberAdded { institution, account: administrator.clone() });
            Self::deposit_event(Event::InstitutionRegistered { institution, administrator, quota });
            Ok(())
        }

        /// Stops an institution: its members cannot transact, its quota is free for others, and its
        /// validator is dropped at the next session. Nothing else of it changes.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::suspend_institution())]
        pub fn suspend_institution(
            origin: OriginFor<T>,
            institution: InstitutionId,
        ) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::suspend(institution)?;
            Self::log(AuditEvent::InstitutionSuspended { institution });
            Self::deposit_event(Event::InstitutionSuspended { institution });
            Ok(())
        }

        /// Lets a suspended institution go on, if its quota is still to be had.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::resume_institution())]
        pub fn resume_institution(
            origin: OriginFor<T>,
            institution: InstitutionId,
        ) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::resume(institution)?;
            Self::log(AuditEvent::InstitutionResumed { institution });
            Self::deposit_event(Event::InstitutionResumed { institution });
            Ok(())
        }

        /// Changes an institution's quota, in picoseconds of reference time a window, at once: what
        /// it has used of this window stays used.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::set_quota())]
        pub fn set_quota(
            origin: OriginFor<T>,
            institution: InstitutionId,
            quota: u64,
        ) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::change_quota(institution, quota)?;
            Self::log(AuditEvent::QuotaSet { institution, quota });
            Self::deposit_event(Event::QuotaSet { institution, quota });
            Ok(())
        }

        /// Lets an account act for the caller's institution. For its administrator only.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::add_member())]
        pub fn add_member(origin: OriginFor<T>, account: AccountId) -> DispatchResult {
            let institution = Self::ensure_administrator(origin)?;
            Self::join(&account, institution)?;
            Self::log(AuditEvent::MemberAdded { institution, account: account.clone() });
            Self::deposit_event(Event::MemberAdded { institution, account });
            Ok(())
        }

        /// Ends an account's membership of the caller's institution, from the next transaction on.
        /// For its administrator only.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::remove_member())]
        pub fn remove_member(origin: OriginFor<T>, account: AccountId) -> DispatchResult {
            let institution = Self::ensure_administrator(origin)?;
            Self::leave(&account, institution)?;
            Self::log(AuditEvent::MemberRemoved { institution, account: account.clone() });
            Self::deposit_event(Event::MemberRemoved { institution, account });
            Ok(())
        }

        /// Gives an institution's validator seat to one of its members, or empties it. Takes effect
        /// with the sessions, and only once the holder has session keys.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::set_validator())]
        pub fn set_validator(
            origin: OriginFor<T>,
            institution: InstitutionId,
            validator: Option<AccountId>,
        ) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::seat(institution, validator.clone())?;
            Self::log(AuditEvent::ValidatorSeatChanged {
                institution,
                validator: validator.clone(),
            });
            Self::deposit_event(Event::ValidatorSeatChanged { institution, validator });
            Ok(())
        }

        /// Lets the administrator of an active institution vote on the council.
        #[pallet::call_index(7)]
        #[pallet::weight(Pallet::<T>::with_council(T::WeightInfo::add_council_member()))]
        pub fn add_council_member(origin: OriginFor<T>, account: AccountId) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::join_council(&account)?;
            Self::log(AuditEvent::CouncilMemberAdded { account: account.clone() });
            Self::deposit_event(Event::CouncilMemberAdded { account });
            Ok(())
        }

        /// Takes an account from the council, and its votes on open motions.
        #[pallet::call_index(8)]
        #[pallet::weight(Pallet::<T>::with_council(T::WeightInfo::remove_council_member()))]
        pub fn remove_council_member(origin: OriginFor<T>, account: AccountId) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::leave_council(&account)?;
            Self::log(AuditEvent::CouncilMemberRemoved { account: account.clone() });
            Self::deposit_event(Event::CouncilMemberRemoved { account });
            Ok(())
        }

        /// Has an institution administered by another account, for when the administrator's key is lost
        /// or stolen, or the person has left. The account is a member of the institution or becomes one.
        /// The former administrator stays a member, whom the new one may remove; its seat on the
        /// council, if it has one, is the new one's.
        #[pallet::call_index(9)]
        #[pallet::weight(Pallet::<T>::with_council(T::WeightInfo::replace_administrator()))]
        pub fn replace_administrator(
            origin: OriginFor<T>,
            institution: InstitutionId,
            account: AccountId,
        ) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            let joins = Self::membership_of(&account) != Some(institution);
            let former = Self::replace(institution, &account)?;
            if joins {
                Self::log(AuditEvent::MemberAdded { institution, account: account.clone() });
                Self::deposit_event(Event::MemberAdded { institution, account: account.clone() });
            }
            Self::log(AuditEvent::AdministratorReplaced {
                institution,
                former: former.clone(),
                administrator: account.clone(),
            });
            Self::deposit_event(Event::AdministratorReplaced {
                institution,
                former: former.clone(),
                administrator: account.clone(),
            });
            if Self::hand_over_council(&former, &account) {
                Self::log(AuditEvent::CouncilMemberRemoved { account: former.clone() });
                Self::log(AuditEvent::CouncilMemberAdded { account: account.clone() });
                Self::deposit_event(Event::CouncilMemberRemoved { account: former });
                Self::deposit_event(Event::CouncilMemberAdded { account });
            }
            Ok(())
        }

        /// Lets the runtime whose code has this hash, as the chain hashes, take the present one's place,
        /// if it is of the same name and a later version. Only the one authorised last may.
        ///
        /// Whoever has the code hands it in, by `System::apply_authorized_upgrade` in a transaction
        /// without a signature: a signed one would be more than an institution's share of a block.
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::authorize_upgrade())]
        pub fn authorize_upgrade(origin: OriginFor<T>, code_hash: H256) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            // The event is `frame_system`'s.
            frame_system::Pallet::<T>::do_authorize_upgrade(code_hash, true);
            Self::log(AuditEvent::UpgradeAuthorized { code_hash });
            Ok(())
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        /// In every block `pallet_session` asks whether a session ends there, and weighs nothing of
        /// what that reads: it is weighed here.
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            T::DbWeight::get().reads(1)
        }

        #[cfg(feature = "std")]
        fn integrity_test() {
            assert!(T::QuotaWindow::get() > 0, "QuotaWindow must be at least one block");
            assert!(T::MaxInstitutions::get() > 0, "MaxInstitutions must be at least 1");
            assert!(T::MaxMembers::get() > 0, "MaxMembers must leave room for the administrator");
            assert!(Self::quota_capacity() > 0, "QuotaShare must leave something to promise");
            assert!(Self::block_allowance() > 0, "BlockShare must leave room for a transaction");
            assert!(
                T::MinSessionLength::get() > 1,
                "MinSessionLength must leave blocks for transactions"
            );
            assert!(
                Self::session_lengths().contains(&T::DefaultSessionLength::get()),
                "DefaultSessionLength must be within its bounds"
            );
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}

impl<T: Config> Pallet<T> {
    /// All institutions, by number.
    pub fn institutions() -> Vec<(InstitutionId, InstitutionRecord)> {
        (0..InstitutionCount::<T>::get())
            .filter_map(|id| Institutions::<T>::get(id).map(|record| (id, record)))
            .collect()
    }

    /// With what a change of the council costs at the most.
    fn with_council(weight: Weight) -> Weight {
        weight.saturating_add(Weight::from_parts(T::Council::change_time(), 0))
    }

    fn log(event: AuditEvent) {
        T::Audit::append(Subject::Consortium, event);
    }
}

//! Who may deploy contracts, how much storage contracts may use, and whether EVM bytecode runs.
//!
//! `pallet_revive` executes contracts; here the consortium decides about them.
//!
//! # Terminology
//!
//! - **Deployer**: an account that may upload and instantiate code. Governance admits it; calling a
//!   contract needs no admission beyond membership.
//! - **Credit**: one byte of contracts' storage. Credits are no coin: they move only between an
//!   institution and the deposits of what its members store. Contracts are paid in cash, which is
//!   apart: see [`ContractLedger`].
//! - **Purse**: an institution's account, derived from its number, in which its credits lie.
//!
//! # A story
//!
//! Governance grants Bank B 1,000,000 credits and admits its developer as deployer. She uploads an
//! inheritance contract of 4 KB: its deposit is taken from Bank B's purse, because she acts for it.
//! A client's adviser, also of Bank B, calls the contract, which writes two new values: their deposit
//! comes from the same purse. When the contract removes them, it returns there. When the developer
//! leaves, governance removes her; what she deployed stays. Governance may revoke what lies in the
//! purse, and never what is in use.
//!
//! # Conditions
//!
//! A policy can name a *condition* of a contract: the chain takes no request of the kinds it gates until
//! that contract has declared it met, with the hash of its evidence. An inheritance declares so that a
//! death is proven.
//!
//! # Bounds
//!
//! Deployers are at most [`Config::MaxDeployers`], and credits at most [`Config::MaxCredits`]: both bound
//! what contracts can add to the chain's state. A contract has at most [`Config::MaxFulfilled`]
//! conditions met at one time.
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod conditions;
mod credits;
mod deployers;
mod ledger;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod weights;

use alloc::vec::Vec;
use frame_support::{
    pallet_prelude::*,
    traits::{
        fungible::{Inspect, InspectHold, Mutate, MutateHold, Unbalanced, UnbalancedHold},
        Contains,
    },
    PalletId,
};
use frame_system::pallet_prelude::*;
use regent_primitives::{
    contracts_api::{Credits, Fulfilment},
    traits::{AuditLog, ChainInfo, MemberInspect},
    AccountId, AuditEvent, InstitutionId, Subject, H256,
};

pub use credits::FORMER_MEMBERS;
pub use deployers::EnsureDeployer;
pub use ledger::ContractLedger;
pub use pallet::*;
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
    use super::*;

    /// Configuration.
    #[pallet::config]
    pub trait Config:
        frame_system::Config<AccountId = AccountId, Hash = H256, RuntimeEvent: From<Event<Self>>>
    {
        /// The consortium deciding as a whole: it admits deployers and grants credits.
        type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// Which institution an account acts for.
        type Members: MemberInspect;

        /// Where decisions are logged.
        type Audit: AuditLog + ChainInfo;

        /// The ledger in which credits lie: nothing but this pallet and deposits may move them.
        type Ledger: Inspect<AccountId, Balance = u128>
            + Unbalanced<AccountId>
            + Mutate<AccountId>
            + InspectHold<AccountId>
            + UnbalancedHold<AccountId>
            + MutateHold<AccountId>;

        /// The ledger of cash, in which contracts are paid: nothing in it is held or frozen.
        type Cash: Inspect<AccountId, Balance = u128> + Mutate<AccountId>;

        /// Where purses are derived from. Changing it on a running chain loses them.
        #[pallet::constant]
        type PurseId: Get<PalletId>;

        /// Deployers there can be at one time.
        #[pallet::constant]
        type MaxDeployers: Get<u32>;

        /// Credits there can be, of all institutions together. Contracts let the chain's state grow by
        /// that many bytes at most, beside keys and overhead.
        #[pallet::constant]
        type MaxCredits: Get<u128>;

        /// Accounts that are no person's: contracts', pallets' and purses.
        type NotPeople: Contains<AccountId>;

        /// Accounts that are contracts', by their form: a contract that ended is still one.
        type Contracts: Contains<AccountId>;

        /// Conditions that one contract can declare met at one time.
        #[pallet::constant]
        type MaxFulfilled: Get<u32>;

        /// Weights of the calls, and of what contracts do.
        type WeightInfo: WeightInfo;

        /// What benchmarks need of the consortium.
        #[cfg(feature = "runtime-benchmarks")]
        type BenchmarkHelper: crate::BenchmarkHelper;
    }

    /// Deployers and credits.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// Accounts that may deploy. Accounts are chosen by people, hence a cryptographic hasher.
    #[pallet::storage]
    pub type Deployers<T: Config> =
        CountedStorageMap<_, Blake2_128Concat, AccountId, (), OptionQuery>;

    /// Credits granted to each institution less those revoked, whether in its purse or in use. What its
    /// members freed of others' storage is in its purse and not in here. Numbers
    /// are consecutive and chosen by the chain, so the cheap hasher cannot be attacked.
    #[pallet::storage]
    pub type Granted<T: Config> = StorageMap<_, Twox64Concat, InstitutionId, u128, ValueQuery>;

    /// Conditions that contracts declared met, by contract and id. Ids are chosen by contracts, hence a
    /// cryptographic hasher.
    #[pallet::storage]
    pub type Fulfilments<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        AccountId,
        Blake2_128Concat,
        H256,
        Fulfilment,
        OptionQuery,
    >;

    /// How many of them a contract has.
    #[pallet::storage]
    pub type FulfilledOf<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, u32, ValueQuery>;

    /// Whether EVM bytecode may be deployed, beside PolkaVM's. Written by the genesis only.
    #[pallet::storage]
    pub(crate) type EvmAllowed<T: Config> = StorageValue<_, bool, ValueQuery>;

    /// What governance decided before the first block. Building refuses what the calls would refuse,
    /// by a panic: a chain with a contradictory genesis must not start. Put this pallet after the
    /// consortium's, whose members it names.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Whether EVM bytecode may be deployed: nothing can allow it later.
        pub allow_evm: bool,
        /// Accounts that may deploy.
        pub deployers: Vec<AccountId>,
        /// Credits of institutions.
        pub credits: Vec<(InstitutionId, u128)>,
        /// Nothing.
        #[serde(skip)]
        pub config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            EvmAllowed::<T>::put(self.allow_evm);
            for account in &self.deployers {
                if let Err(error) = Pallet::<T>::admit(account) {
                    panic!("genesis deployer {account:?} is refused: {error:?}");
                }
            }
            for (institution, amount) in &self.credits {
                if let Err(error) = Pallet::<T>::grant(*institution, *amount) {
                    panic!("genesis credits of institution {institution} are refused: {error:?}");
                }
            }
        }
    }

    /// What this pallet emits.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// An account may deploy contracts.
        DeployerAdmitted {
            /// The account.
            account: AccountId,
        },
        /// An account may no longer deploy contracts.
        DeployerRemoved {
            /// The account.
            account: AccountId,
        },
        /// An institution's purse was filled.
        CreditsGranted {
            /// The institution.
            institution: InstitutionId,
            /// By so many credits.
            amount: u128,
        },
        /// Credits were taken from an institution's purse.
        CreditsRevoked {
            /// The institution.
            institution: InstitutionId,
            /// So many credits.
            amount: u128,
        },
        /// A contract declared that a condition is met.
        ConditionFulfilled {
            /// The contract.
            contract: AccountId,
            /// The condition.
            condition: H256,
            /// Hash of what proves it.
            evidence: H256,
        },
        /// A contract took that back.
        ConditionWithdrawn {
            /// The contract.
            contract: AccountId,
            /// The condition.
            condition: H256,
        },
    }

    /// Why a call is refused.
    #[pallet::error]
    pub enum Error<T> {
        /// The account acts for no institution in good standing. Have its administrator add it first.
        NotMember,
        /// The account may deploy already; there is nothing to do.
        AlreadyDeployer,
        /// The account may not deploy; there is nothing to remove.
        NotDeployer,
        /// There are [`Config::MaxDeployers`] deployers already. Remove one first.
        TooManyDeployers,
        /// The amount is 0.
        ZeroAmount,
        /// There would be more than [`Config::MaxCredits`]. Revoke what others do not use first.
        TooManyCredits,
        /// The purse holds fewer credits than are to be revoked: the others are deposits of what is
        /// stored. Revoke what is free, and have the institution's contracts free the rest.
        CreditsInUse,
        /// Only contracts fulfil conditions: have the contract do it that the policy names.
        NotContract,
        /// The contract has declared [`Config::MaxFulfilled`] conditions met. Withdraw one first.
        TooManyFulfilled,
        /// The contract has not declared this condition met: there is nothing to withdraw.
        NotFulfilled,
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Lets a member deploy contracts.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::admit_deployer())]
        pub fn admit_deployer(origin: OriginFor<T>, account: AccountId) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::admit(&account)?;
            Self::log(AuditEvent::DeployerAdmitted { account: account.clone() });
            Self::deposit_event(Event::DeployerAdmitted { account });
            Ok(())
        }

        /// Ends that. What the account deployed stays.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::remove_deployer())]
        pub fn remove_deployer(origin: OriginFor<T>, account: AccountId) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::remove(&account)?;
            Self::log(AuditEvent::DeployerRemoved { account: account.clone() });
            Self::deposit_event(Event::DeployerRemoved { account });
            Ok(())
        }

        /// Adds credits to an institution's purse.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::grant_credits())]
        pub fn grant_credits(
            origin: OriginFor<T>,
            institution: InstitutionId,
            amount: u128,
        ) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::grant(institution, amount)?;
            Self::log(AuditEvent::CreditsGranted { institution, amount });
            Self::deposit_event(Event::CreditsGranted { institution, amount });
            Ok(())
        }

        /// Takes credits that lie in an institution's purse.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::revoke_credits())]
        pub fn revoke_credits(
            origin: OriginFor<T>,
            institution: InstitutionId,
            amount: u128,
        ) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::revoke(institution, amount)?;
            Self::log(AuditEvent::CreditsRevoked { institution, amount });
            Self::deposit_event(Event::CreditsRevoked { institution, amount });
            Ok(())
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "std")]
        fn integrity_test() {
            assert!(T::MaxDeployers::get() > 0, "MaxDeployers must be at least 1");
            assert!(T::MaxCredits::get() > 0, "MaxCredits must be at least 1");
            assert!(
                T::MaxCredits::get() < u128::MAX / u128::from(u32::MAX),
                "all institutions' credits together must not overflow"
            );
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}

/// What benchmarks need of the consortium.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper {
    /// An account that acts for an institution.
    fn member() -> AccountId;
    /// A contract, called by such an account.
    fn contract() -> regent_primitives::Caller;
}

/// Whether EVM bytecode may be deployed on this chain.
pub struct AllowEvm<T>(core::marker::PhantomData<T>);

impl<T: Config> Get<bool> for AllowEvm<T> {
    fn get() -> bool {
        EvmAllowed::<T>::get()
    }
}

impl<T: Config> Pallet<T> {
    fn log(event: AuditEvent) {
        T::Audit::append(Subject::Consortium, event);
    }
}

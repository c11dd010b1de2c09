//! Cash: the consortium's settlement asset, claims on one issuer.
//!
//! # Terminology
//!
//! - **Cash**: units of one asset, in which contracts are paid. Amounts are in its smallest unit; its
//!   name and its decimals are for people to read.
//! - **Issuer**: the institution on which every unit is a claim. Governance names it.
//! - **Ceiling**: units that may be outstanding at one time. Governance sets it.
//! - **Outstanding**: issued and not redeemed. Nothing else creates or destroys a unit.
//!
//! # A story
//!
//! Governance names Bank A as issuer of `EUR` with two decimals, up to 1,000,000.00 of them. Bob, of
//! Bank B, pays Bank A 500.00 euros, and Bank A's administrator issues 50,000 units to him. Bob pays
//! 40,000 of them into the contract by which Eve sells him a key; with the key's transfer they are Eve's.
//! She redeems them: they cease to be, and the log keeps the hash of the payment instruction by which
//! Bank A has to pay her 400.00 euros.
//!
//! # What the chain does not know
//!
//! That the issuer has the money, and that it pays out: whoever holds cash trusts the issuer for that, and
//! the log tells what it owes. A person who is a member no more keeps what they hold and cannot move it
//! until an institution takes them in again.
//!
//! # Bounds
//!
//! There is one asset and one issuer. Another one can be named only while nothing is outstanding: nobody's
//! claim is passed on to another debtor.
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod issuance;
#[cfg(test)]
mod mock;
mod payments;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod types;
pub mod weights;

use alloc::vec::Vec;
use frame_support::{
    pallet_prelude::*,
    traits::{
        fungible::{Inspect, Mutate},
        Contains,
    },
};
use frame_system::pallet_prelude::*;
use regent_primitives::{
    cash_api::{CashRecord, CashTerms},
    traits::{AuditLog, MemberInspect},
    AccountId, AuditEvent, InstitutionId, Subject, H256,
};

pub use pallet::*;
pub use types::GenesisTerms;
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
    use super::*;

    /// Configuration.
    #[pallet::config]
    pub trait Config:
        frame_system::Config<AccountId = AccountId, Hash = H256, RuntimeEvent: From<Event<Self>>>
    {
        /// The consortium deciding as a whole: it names the issuer and sets the ceiling.
        type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// Who is a member, and who administers the issuer.
        type Members: MemberInspect;

        /// Where decisions, issues and redemptions are logged.
        type Audit: AuditLog;

        /// The ledger of cash. Only this pallet may mint into it and burn from it, and nothing may
        /// hold, freeze or keep back a unit of it.
        type Ledger: Inspect<AccountId, Balance = u128> + Mutate<AccountId>;

        /// Contracts that are there: they can be paid.
        type Contracts: Contains<AccountId>;

        /// Weights of the calls.
        type WeightInfo: WeightInfo;

        /// What benchmarks need of the consortium.
        #[cfg(feature = "runtime-benchmarks")]
        type BenchmarkHelper: crate::BenchmarkHelper;
    }

    /// Cash.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// What governance decided of the asset.
    #[pallet::storage]
    pub type Terms<T: Config> = StorageValue<_, CashTerms, OptionQuery>;

    /// Units issued since the beginning.
    #[pallet::storage]
    pub type Issued<T: Config> = StorageValue<_, u128, ValueQuery>;

    /// Of these, units redeemed.
    #[pallet::storage]
    pub type Redeemed<T: Config> = StorageValue<_, u128, ValueQuery>;

    /// What governance decided before the first block. Building refuses what the calls would refuse,
    /// by a panic: a chain with a contradictory genesis must not start. Put this pallet after the
    /// consortium's, whose members it names, and after its ledger.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Issuer, ceiling, name and decimals.
        pub terms: Option<GenesisTerms>,
        /// Members with what is issued to them.
        pub holdings: Vec<(AccountId, u128)>,
        /// Nothing.
        #[serde(skip)]
        pub config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            if let Some(terms) = &self.terms {
                if let Err(error) = Pallet::<T>::appoint(terms.into()) {
                    panic!("genesis cash {terms:?} is refused: {error:?}");
                }
            }
            for (account, amount) in &self.holdings {
                if let Err(error) = Pallet::<T>::mint(account, *amount) {
                    panic!("genesis cash of {account:?} is refused: {error:?}");
                }
            }
        }
    }

    /// What this pallet emits.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// An institution may issue.
        IssuerSet {
            /// The institution.
            issuer: InstitutionId,
            /// Units that may be outstanding at one time.
            ceiling: u128,
        },
        /// Units came into being.
        Issued {
            /// The issuer's administrator.
            by: AccountId,
            /// Who has them.
            to: AccountId,
            /// How many.
            amount: u128,
        },
        /// A payment was made. Contracts' payments are told by the ledger's own event.
        Transferred {
            /// Who paid.
            from: AccountId,
            /// Who was paid.
            to: AccountId,
            /// So many units.
            amount: u128,
        },
        /// Units ceased to be: the issuer owes their holder a payment.
        Redeemed {
            /// Who had them.
            by: AccountId,
            /// How many.
            amount: u128,
            /// Hash of the payment instruction.
            reference: H256,
        },
    }

    /// Why a call is refused.
    #[pallet::error]
    pub enum Error<T> {
        /// The name is empty, or has other characters than the letters of ASCII. Name the asset as in
        /// `EUR`.
        InvalidName,
        /// The asset would have more than 18 digits behind the point. Give fewer decimals.
        InvalidDecimals,
        /// Units are outstanding, which are claims on the issuer there is, in the asset there is. Have
        /// all of them redeemed first; the ceiling alone can be changed at any time.
        CashOutstanding,
        /// Nobody may issue. Have governance name an issuer, by `set_issuer`.
        NoIssuer,
        /// The signer does not administer the issuer, or the issuer is suspended. Have the issuer's
        /// administrator issue.
        NotIssuer,
        /// More units would be outstanding than the ceiling allows. Have some redeemed first, or have
        /// governance raise the ceiling.
        AboveCeiling,
        /// The account acts for no institution in good standing. Have its administrator add it first.
        NotMember,
        /// The payee is neither a member nor a contract that is there. Correct the account.
        UnknownPayee,
        /// The account has less. `regent cash show` says what it has.
        InsufficientCash,
        /// The amount is 0.
        ZeroAmount,
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Names the issuer, and says up to how many units it may issue, of which asset. Said again, it
        /// sets another ceiling; a ceiling below what is outstanding stops issues until enough is
        /// redeemed. Issuer, name and decimals change only while nothing is outstanding.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::set_issuer())]
        pub fn set_issuer(origin: OriginFor<T>, terms: CashTerms) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            let (issuer, ceiling) = (terms.issuer, terms.ceiling);
            Self::appoint(terms)?;
            Self::log(AuditEvent::CashIssuerSet { issuer, ceiling });
            Self::deposit_event(Event::IssuerSet { issuer, ceiling });
            Ok(())
        }

        /// As the issuer's administrator: issues units to a member.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::issue())]
        pub fn issue(origin: OriginFor<T>, to: AccountId, amount: u128) -> DispatchResult {
            let by = ensure_signed(origin)?;
            let issuer = Terms::<T>::get().ok_or(Error::<T>::NoIssuer)?.issuer;
            ensure!(T::Members::is_administrator(&by, issuer), Error::<T>::NotIssuer);
            Self::mint(&to, amount)?;
            Self::log(AuditEvent::CashIssued { by: by.clone(), to: to.clone(), amount });
            Self::deposit_event(Event::Issued { by, to, amount });
            Ok(())
        }

        /// Pays a member or a contract. A contract that is paid so is not called and does not learn of
        /// it: what asks for a payment is paid by a call with value.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::transfer())]
        pub fn transfer(origin: OriginFor<T>, to: AccountId, amount: u128) -> DispatchResult {
            let from = ensure_signed(origin)?;
            Self::pay(&from, &to, amount)?;
            Self::deposit_event(Event::Transferred { from, to, amount });
            Ok(())
        }

        /// Gives up units of one's own, for the issuer to pay out by an instruction of which the hash
        /// is given. This cannot be undone: agree on the instruction with the issuer first.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::redeem())]
        pub fn redeem(origin: OriginFor<T>, amount: u128, reference: H256) -> DispatchResult {
            let by = ensure_signed(origin)?;
            Self::burn(&by, amount)?;
            Self::log(AuditEvent::CashRedeemed { by: by.clone(), amount, reference });
            Self::deposit_event(Event::Redeemed { by, amount, reference });
            Ok(())
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "std")]
        fn integrity_test() {
            assert!(
                T::Ledger::minimum_balance() <= 1,
                "the ledger must keep every single unit of cash"
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
    /// An institution in good standing, its administrator, and another member of it.
    fn issuer() -> (InstitutionId, AccountId, AccountId);
}

impl<T: Config> Pallet<T> {
    /// The asset; `None` until governance named an issuer.
    pub fn record() -> Option<CashRecord> {
        Some(CashRecord {
            terms: Terms::<T>::get()?,
            issued: Issued::<T>::get(),
            redeemed: Redeemed::<T>::get(),
            outstanding: Self::outstanding(),
        })
    }

    /// What an account holds, a person's or a contract's.
    pub fn balance(account: &AccountId) -> u128 {
        T::Ledger::balance(account)
    }

    fn log(event: AuditEvent) {
        T::Audit::append(Subject::Consortium, event);
    }
}

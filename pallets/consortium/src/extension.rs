//! The transaction extension that lets only members transact, within their institution's quota.

use core::marker::PhantomData;

use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::{
    dispatch::{DispatchInfo, PostDispatchInfo},
    weights::Weight,
    CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound,
};
use regent_primitives::{AccountId, InstitutionId};
use scale_info::TypeInfo;
use sp_runtime::{
    traits::{
        AsSystemOriginSigner, DispatchInfoOf, DispatchOriginOf, Dispatchable, Implication,
        PostDispatchInfoOf, TransactionExtension, ValidateResult,
    },
    transaction_validity::{
        InvalidTransaction, TransactionPriority, TransactionSource, TransactionValidityError,
        ValidTransaction,
    },
    DispatchResult, SaturatedConversion,
};

use crate::{Config, Institutions, Members, Pallet, WeightInfo};

/// Refuses every signed transaction whose signer is not a member of an active institution with
/// quota left, before anything of it executes. It adds no byte to the transaction.
///
/// # What is charged
///
/// The larger of two amounts, in picoseconds of reference time, to the *institution*: the weight of
/// the call with its extensions and the chain's fixed cost of a transaction; and the transaction's
/// share of a block's length, as that share of a block's weight. It is charged before dispatch,
/// whether or not the call succeeds. Weight that the call then reports as unspent is given back.
///
/// # A flood by one member never delays another's request
///
/// - The pool's priority falls with the share of the quota that is used: from
///   [`CheckMembership::FULL_PRIORITY`] for an institution that has used nothing to 0 for one that has
///   used all. Blocks are filled by priority. What the transaction itself will be charged does not
///   count: else a flood of cheap ones would stand before another's dear one.
/// - Transactions that entered the pool together, before any was charged, have the same priority.
///   So one institution gets no more than [`Config::BlockShare`] of a block; beyond that its
///   transactions wait for the next one (`ExhaustsResources`).
/// - With the quota used up, transactions are refused until the next window.
/// - A tenth of the quota is kept for the institution's administrator: other members are refused once
///   the rest is used. So who floods can be removed in the same window.
///
/// # What passes
///
/// Transactions without a signer (inherents, and agents' notes, which their pallet authorizes by the
/// agent's signature) are not charged here: their pallet bounds them.
///
/// Put it before `frame_system::CheckNonce`, which would turn a stranger away as one who cannot pay.
#[derive(
    Encode,
    Decode,
    DecodeWithMemTracking,
    CloneNoBound,
    EqNoBound,
    PartialEqNoBound,
    DebugNoBound,
    TypeInfo,
)]
#[scale_info(skip_type_params(T))]
pub struct CheckMembership<T>(PhantomData<T>);

impl<T> Default for CheckMembership<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<T> CheckMembership<T> {
    /// Priority of a transaction of an institution that has used nothing.
    pub const FULL_PRIORITY: TransactionPriority = 1_000_000_000;

    /// The extension.
    pub fn new() -> Self {
        Self::default()
    }
}

/// Why a transaction is refused: the code of `InvalidTransaction::Custom`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Refusal {
    /// The signer acts for no institution. Its administrator must add the account first.
    NotMember = 0xA0,
    /// The signer's institution is suspended. Governance must resume it first.
    Suspended = 0xA1,
    /// The institution's quota of this window has not enough left, or not beyond what is kept for the
    /// administrator. Sign it anew in the next window.
    QuotaExhausted = 0xA2,
    /// The transaction costs more than its signer may ever use of the institution's quota, or than its
    /// share of a block.
    /// Split it, or have governance raise the quota.
    ExceedsQuota = 0xA3,
}

impl Refusal {
    /// The code a client sees.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl From<Refusal> for TransactionValidityError {
    fn from(refusal: Refusal) -> Self {
        InvalidTransaction::Custom(refusal.code()).into()
    }
}

/// A transaction that may be charged to its signer's institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admission {
    /// The institution.
    pub institution: InstitutionId,
    /// What it is charged before dispatch, in picoseconds of reference time.
    pub charge: u64,
    /// What it is charged at least, for its bytes, in picoseconds of reference time.
    pub minimum: u64,
    /// Its priority in the pool: what its institution has left, whatever the transaction costs.
    pub priority: TransactionPriority,
}

impl<T: Config> Pallet<T> {
    /// Whether a transaction of this signer would be let in now, and what it would be charged.
    ///
    /// # Errors
    /// Says why not.
    pub fn admit(who: &AccountId, info: &DispatchInfo, len: usize) -> Result<Admission, Refusal> {
        let institution = Members::<T>::get(who).ok_or(Refusal::NotMember)?;
        let record = Institutions::<T>::get(institution).ok_or(Refusal::NotMember)?;
        if !record.active {
            return Err(Refusal::Suspended);
        }
        let minimum = Self::length_charge(len);
        let charge = Self::weight_charge(info, info.total_weight()).max(minimum);
        let limit = Self::limit(&record, who);
        if charge > limit.min(Self::block_allowance()) {
            return Err(Refusal::ExceedsQuota);
        }
        let used = Self::usage(institution).used;
        if used.saturating_add(charge) > limit {
            return Err(Refusal::QuotaExhausted);
        }
        let left = record.quota.saturating_sub(used);
        let priority = u128::from(left)
            .saturating_mul(u128::from(CheckMembership::<T>::FULL_PRIORITY))
            .checked_div(u128::from(record.quota))
            .unwrap_or_default()
            .saturated_into();
        Ok(Admission { institution, charge, minimum, priority })
    }
}

/// From validation to preparation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Val {
    /// To be charged.
    Admitted(Admission),
    /// No signer: the extension's weight was not needed.
    Passed(Weight),
}

/// From preparation to the end of dispatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pre {
    /// Charged.
    Charged(Admission),
    /// No signer: the extension's weight was not needed.
    Passed(Weight),
}

impl<T: Config + Send + Sync> TransactionExtension<T::RuntimeCall> for CheckMembership<T>
where
    T::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>,
    DispatchOriginOf<T::RuntimeCall>: AsSystemOriginSigner<AccountId>,
{
    const IDENTIFIER: &'static str = "CheckMembership";
    type Implicit = ();
    type Val = Val;
    type Pre = Pre;

    fn weight(&self, _: &T::RuntimeCall) -> Weight {
        T::WeightInfo::check_membership()
    }

    fn validate(
        &self,
        origin: DispatchOriginOf<T::RuntimeCall>,
        call: &T::RuntimeCall,
        info: &DispatchInfoOf<T::RuntimeCall>,
        len: usize,
        _self_implicit: Self::Implicit,
        _inherited_implication: &impl Implication,
        _source: TransactionSource,
    ) -> ValidateResult<Self::Val, T::RuntimeCall> {
        let Some(who) = origin.as_system_origin_signer() else {
            return Ok((ValidTransaction::default(), Val::Passed(self.weight(call)), origin));
        };
        let admission = Pallet::<T>::admit(who, info, len)?;
        let validity =
            ValidTransaction { priority: admission.priority, ..ValidTransaction::default() };
        Ok((validity, Val::Admitted(admission), origin))
    }

    fn prepare(
        self,
        val: Self::Val,
        _origin: &DispatchOriginOf<T::RuntimeCall>,
        _call: &T::RuntimeCall,
        _info: &DispatchInfoOf<T::RuntimeCall>,
        _len: usize,
    ) -> Result<Self::Pre, TransactionValidityError> {
        match val {
            Val::Admitted(admission) => {
                if Pallet::<T>::book(admission.institution, admission.charge) {
                    Ok(Pre::Charged(admission))
                } else {
                    // The author leaves it for the next block.
                    Err(InvalidTransaction::ExhaustsResources.into())
                }
            }
            Val::Passed(weight) => Ok(Pre::Passed(weight)),
        }
    }

    fn post_dispatch_details(
        pre: Self::Pre,
        info: &DispatchInfoOf<T::RuntimeCall>,
        post_info: &PostDispatchInfoOf<T::RuntimeCall>,
        _len: usize,
        _result: &DispatchResult,
    ) -> Result<Weight, TransactionValidityError> {
        match pre {
            Pre::Charged(Admission { institution, charge, minimum, .. }) => {
                let actual = post_info.calc_actual_weight(info);
                let used = Pallet::<T>::weight_charge(info, actual).max(minimum);
                Pallet::<T>::give_back(institution, charge.saturating_sub(used));
                Ok(Weight::zero())
            }
            Pre::Passed(weight) => Ok(weight),
        }
    }
}

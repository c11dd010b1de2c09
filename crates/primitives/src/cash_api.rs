//! Cash, the asset that contracts are paid in: its terms, and the runtime API about it.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{traits::ConstU32, BoundedVec};

use crate::{bounds::MAX_CASH_NAME_BYTES, ids::InstitutionId, AccountId};

/// The asset's name, such as `EUR`.
pub type CashName = BoundedVec<u8, ConstU32<MAX_CASH_NAME_BYTES>>;

/// What governance decided of the asset.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct CashTerms {
    /// The institution on which every unit is a claim.
    pub issuer: InstitutionId,
    /// Units that may be outstanding at one time.
    pub ceiling: u128,
    /// The asset's name, for people to read: 1 to 16 letters of ASCII, so that it can stand behind an
    /// amount.
    pub name: CashName,
    /// Digits behind the point, for people to read: one unit is 10 to the power of minus this. At
    /// most 18.
    pub decimals: u8,
}

/// The asset. Amounts are in its smallest unit.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct CashRecord {
    /// What governance decided.
    pub terms: CashTerms,
    /// Issued since the beginning.
    pub issued: u128,
    /// Of these, redeemed.
    pub redeemed: u128,
    /// The others, which accounts hold.
    pub outstanding: u128,
}

sp_api::decl_runtime_apis! {
    /// What clients ask about cash.
    pub trait CashApi {
        /// The asset; `None` until governance named an issuer.
        fn cash() -> Option<CashRecord>;
        /// What an account holds, a person's or a contract's.
        fn cash_of(account: AccountId) -> u128;
    }
}

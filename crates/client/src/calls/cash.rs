//! `Cash`: the asset that contracts are paid in. Amounts are in its smallest unit.

use regent_primitives::{cash_api::CashTerms, AccountId, H256};

use super::call;

call!(
    /// Names the issuer and the asset, and says how much may be outstanding.
    "Cash" set_issuer(terms: CashTerms)
);
call!(
    /// As the issuer's administrator: issues to a member.
    "Cash" issue(to: AccountId, amount: u128)
);
call!(
    /// Pays a member or a contract.
    "Cash" transfer(to: AccountId, amount: u128)
);
call!(
    /// Gives up one's own, for the issuer to pay out by the instruction with this hash.
    "Cash" redeem(amount: u128, reference: H256)
);

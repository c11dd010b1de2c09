//! `Cash`: the asset that contracts are paid in. Amounts are in its smallest unit.

use regent_primitives::{cash_api::CashTerms, AccountId, H256};

use super::call;

call!(
    /// Names the issuer and the asset, and says how much may be outstanding.
    "Cash"[19] set_issuer[0](terms: CashTerms)
);
call!(
    /// As the issuer's administrator: issues to a member.
    "Cash"[19] issue[1](to: AccountId, amount: u128)
);
call!(
    /// Pays a member.
    "Cash"[19] transfer[2](to: AccountId, amount: u128)
);
call!(
    /// Gives up one's own, for the issuer to pay out by the instruction with this hash.
    "Cash"[19] redeem[3](amount: u128, reference: H256)
);
call!(
    /// Moves to a member all that a person holds who is a member no more, or a contract that ended.
    "Cash"[19] recover[4](from: AccountId, to: AccountId)
);

//! `Contracts`: deployers and storage credits, which governance decides about.

use regent_primitives::{AccountId, InstitutionId};

use super::call;

call!(
    /// Lets a member deploy contracts.
    "Contracts"[16] admit_deployer[0](account: AccountId)
);
call!(
    /// Ends that.
    "Contracts"[16] remove_deployer[1](account: AccountId)
);
call!(
    /// Adds credits to an institution's purse.
    "Contracts"[16] grant_credits[2](institution: InstitutionId, amount: u128)
);
call!(
    /// Takes credits that lie in an institution's purse.
    "Contracts"[16] revoke_credits[3](institution: InstitutionId, amount: u128)
);

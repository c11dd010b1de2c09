//! `Contracts`: deployers and storage credits, which governance decides about.

use regent_primitives::{AccountId, InstitutionId};

use super::call;

call!(
    /// Lets a member deploy contracts.
    "Contracts" admit_deployer(account: AccountId)
);
call!(
    /// Ends that.
    "Contracts" remove_deployer(account: AccountId)
);
call!(
    /// Adds credits to an institution's purse.
    "Contracts" grant_credits(institution: InstitutionId, amount: u128)
);
call!(
    /// Takes credits that lie in an institution's purse.
    "Contracts" revoke_credits(institution: InstitutionId, amount: u128)
);

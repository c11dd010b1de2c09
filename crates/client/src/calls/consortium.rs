//! `Consortium`: institutions and their accounts.

use regent_primitives::{policy::Name, AccountId, InstitutionId};

use super::call;

call!(
    /// Governance: an institution joins.
    "Consortium"[5] register_institution[0](name: Name, administrator: AccountId, quota: u64)
);
call!(
    /// Governance: the accounts of an institution may no longer transact.
    "Consortium"[5] suspend_institution[1](institution: InstitutionId)
);
call!(
    /// Governance: they may again.
    "Consortium"[5] resume_institution[2](institution: InstitutionId)
);
call!(
    /// Governance: the weight an institution may use per window, in picoseconds of reference time.
    "Consortium"[5] set_quota[3](institution: InstitutionId, quota: u64)
);
call!(
    /// An institution's administrator: an account may act for it.
    "Consortium"[5] add_member[4](account: AccountId)
);
call!(
    /// An institution's administrator: an account may no longer act for it.
    "Consortium"[5] remove_member[5](account: AccountId)
);
call!(
    /// Governance: fills or empties an institution's validator seat.
    "Consortium"[5] set_validator[6](institution: InstitutionId, validator: Option<AccountId>)
);

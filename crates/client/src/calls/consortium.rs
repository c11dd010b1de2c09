//! `Consortium`: institutions and their accounts.

use regent_primitives::{policy::Name, AccountId, InstitutionId};

use super::call;

call!(
    /// Governance: an institution joins.
    "Consortium" register_institution(name: Name, administrator: AccountId, quota: u64)
);
call!(
    /// Governance: the accounts of an institution may no longer transact.
    "Consortium" suspend_institution(institution: InstitutionId)
);
call!(
    /// Governance: they may again.
    "Consortium" resume_institution(institution: InstitutionId)
);
call!(
    /// Governance: the weight an institution may use per window, in picoseconds of reference time.
    "Consortium" set_quota(institution: InstitutionId, quota: u64)
);
call!(
    /// An institution's administrator: an account may act for it.
    "Consortium" add_member(account: AccountId)
);
call!(
    /// An institution's administrator: an account may no longer act for it.
    "Consortium" remove_member(account: AccountId)
);
call!(
    /// Governance: fills or empties an institution's validator seat.
    "Consortium" set_validator(institution: InstitutionId, validator: Option<AccountId>)
);

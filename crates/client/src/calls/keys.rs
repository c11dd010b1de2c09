//! `Keys`.

use regent_primitives::{AccountId, KeyId, PolicyHash};

use super::call;

call!(
    /// Its owner accepts a pending epoch with fewer confirmed leaves than one to spare.
    "Keys"[14] accept_confirmed[0](key: KeyId)
);

call!(
    /// Its owner hands the key over with the epoch that was prepared for this owner and policy.
    "Keys"[14] transfer_control[1](key: KeyId, new_owner: AccountId, new_policy: PolicyHash)
);

call!(
    /// Its owner gives up a pending epoch.
    "Keys"[14] withdraw_epoch[2](key: KeyId)
);

call!(
    /// Its owner, or governance, freezes a key.
    "Keys"[14] freeze[10](key: KeyId)
);

call!(
    /// Its owner, or governance, lifts a freeze.
    "Keys"[14] unfreeze[11](key: KeyId)
);

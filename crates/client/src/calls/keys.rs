//! `Keys`.

use regent_primitives::{AccountId, KeyId, PolicyHash};

use super::call;

call!(
    /// Its owner accepts a pending epoch with fewer confirmed leaves than one to spare.
    "Keys" accept_confirmed(key: KeyId)
);

call!(
    /// Its owner hands the key over with the epoch that was prepared for this owner and policy.
    "Keys" transfer_control(key: KeyId, new_owner: AccountId, new_policy: PolicyHash)
);

call!(
    /// Its owner gives up a pending epoch.
    "Keys" withdraw_epoch(key: KeyId)
);

call!(
    /// Its owner, or governance, freezes a key.
    "Keys" freeze(key: KeyId)
);

call!(
    /// Its owner, or governance, lifts a freeze.
    "Keys" unfreeze(key: KeyId)
);

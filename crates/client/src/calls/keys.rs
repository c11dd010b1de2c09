//! `Keys`.

use regent_primitives::KeyId;

use super::call;

call!(
    /// Its owner accepts a pending key with fewer confirmed leaves than one to spare.
    "Keys" accept_confirmed(key: KeyId)
);

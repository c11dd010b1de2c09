//! `Session`: validators' keys.

use regent_primitives::SessionKeys;

use super::call;

call!(
    /// The holder of a seat: replaces its session keys, with their signatures over its account
    /// ([`crate::Client::rotate_session_keys`]).
    "Session"[6] set_keys[0](keys: SessionKeys, proof: Vec<u8>)
);

//! `Sudo`, in development only.

use super::Call;

/// Makes an encoded call with root's rights. Build it with [`crate::Client::as_root`].
pub fn sudo(call: Vec<u8>) -> Call {
    // A call inside a call is encoded as it is, without a length.
    Call::new("Sudo", "sudo", [10, 0], &["call"], call)
}

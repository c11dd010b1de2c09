//! `System`.

use super::call;

call!(
    /// Does nothing but carry bytes: the plainest transaction there is.
    "System" remark(remark: Vec<u8>)
);

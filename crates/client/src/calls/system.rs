//! `System`.

use super::call;

call!(
    /// Does nothing but carry bytes: the plainest transaction there is.
    "System"[0] remark[0](remark: Vec<u8>)
);

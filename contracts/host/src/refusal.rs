//! Why a call reverts: Solidity's `Error(string)`, as the control plane's own refusals.

use alloc::{string::String, vec::Vec};

use ink::sol::{Error as Malformed, SolErrorDecode, SolErrorEncode};
use regent_contract_logic::Error;

/// Selector of `Error(string)`.
const ERROR: [u8; 4] = [0x08, 0xc3, 0x79, 0xa0];

/// Data of a revert. What the control plane or a payee says is passed on as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(Vec<u8>);

impl Refusal {
    /// A reason to read.
    pub fn new(reason: &str) -> Self {
        let mut data = ERROR.to_vec();
        data.extend(ink::sol::encode_sequence(&(String::from(reason),)));
        Self(data)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::new(error.reason())
    }
}

impl SolErrorEncode for Refusal {
    fn encode(&self) -> Vec<u8> {
        self.0.clone()
    }
}

impl SolErrorDecode for Refusal {
    fn decode(data: &[u8]) -> Result<Self, Malformed> {
        Ok(Self(data.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_a_string_that_any_library_reads() {
        let data = SolErrorEncode::encode(&Refusal::from(Error::NotOwner));
        let text = Error::NotOwner.reason();
        assert_eq!(data[..4], ERROR);
        assert_eq!(data[35], 32);
        assert_eq!(usize::from(data[67]), text.len());
        assert_eq!(&data[68..68 + text.len()], text.as_bytes());
        assert!(text.starts_with("NotOwner: "));
    }
}

//! Terms and state in the contract's storage.

use alloc::vec::Vec;

use codec::{DecodeAll, Encode};
use ink::storage::{traits::StorageKey, Mapping};

use crate::Refusal;

/// Bytes of a piece: the chain takes values of 416 bytes at most, of which two say the piece's length.
const PIECE: usize = 400;

/// Where a value lies, in pieces. The first starts with the value's length.
pub trait Record {
    /// Stores a value.
    fn save(&mut self, value: &impl Encode) -> Result<(), Refusal>;
    /// Loads what was stored.
    fn load<T: DecodeAll>(&self) -> Result<T, Refusal>;
}

impl<Key: StorageKey> Record for Mapping<u8, Vec<u8>, Key> {
    fn save(&mut self, value: &impl Encode) -> Result<(), Refusal> {
        let value = value.encode();
        let length = u16::try_from(value.len()).map_err(|_| too_large())?;
        let mut bytes = length.to_le_bytes().to_vec();
        bytes.extend(value);
        for (index, piece) in bytes.chunks(PIECE).enumerate() {
            let index = u8::try_from(index).map_err(|_| too_large())?;
            self.insert(index, &piece.to_vec());
        }
        Ok(())
    }

    fn load<T: DecodeAll>(&self) -> Result<T, Refusal> {
        let mut bytes = self.get(0).ok_or_else(damaged)?;
        let header = bytes.get(..2).and_then(|header| header.try_into().ok());
        let length = usize::from(u16::from_le_bytes(header.ok_or_else(damaged)?));
        bytes.drain(..2);
        let mut index = 0u8;
        while bytes.len() < length {
            index = index.checked_add(1).ok_or_else(damaged)?;
            bytes.extend(self.get(index).ok_or_else(damaged)?);
        }
        // A piece may be left over of a longer value.
        bytes.truncate(length);
        T::decode_all(&mut bytes.as_slice()).map_err(|_| damaged())
    }
}

fn too_large() -> Refusal {
    Refusal::new("TermsTooLarge: the terms exceed what is stored: shorten their lists")
}

fn damaged() -> Refusal {
    Refusal::new("StorageDamaged: what is stored does not decode: deploy the contract anew")
}

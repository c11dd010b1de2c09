//! A value with its name and what can be done with its type.

use codec::{Decode, DecodeAll, Encode, MaxEncodedLen};

/// Whether bytes are a certain value.
type IsValue = Box<dyn Fn(&[u8]) -> bool>;

/// One value of a type that crosses a boundary.
pub struct Sample {
    /// `Type`, or `Type::what`.
    pub name: &'static str,
    /// Its encoding now.
    pub bytes: Vec<u8>,
    /// The most its type may take, where the type says.
    pub maximum: Option<usize>,
    /// Whether these bytes decode to the value, completely.
    pub is_value: IsValue,
    /// Decodes these bytes completely and encodes again.
    pub again: fn(&[u8]) -> Option<Vec<u8>>,
}

fn again<T: Encode + Decode>(mut bytes: &[u8]) -> Option<Vec<u8>> {
    T::decode_all(&mut bytes).ok().map(|value| value.encode())
}

/// Of a type that is only sent.
pub fn sent<T>(name: &'static str, value: T) -> Sample
where
    T: Encode + Decode + PartialEq + 'static,
{
    let bytes = value.encode();
    let is_value = move |mut bytes: &[u8]| T::decode_all(&mut bytes).is_ok_and(|it| it == value);
    Sample { name, bytes, maximum: None, is_value: Box::new(is_value), again: again::<T> }
}

/// Of a type that is stored, and so has a maximal length.
pub fn stored<T>(name: &'static str, value: T) -> Sample
where
    T: Encode + Decode + MaxEncodedLen + PartialEq + 'static,
{
    Sample { maximum: Some(T::max_encoded_len()), ..sent(name, value) }
}

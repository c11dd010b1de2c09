//! Calls of the runtime, one module a pallet: `"Pallet"[index] call[index](arguments)`. All of a call is
//! encoded by what stands here. The node's metadata must name the same indexes and arguments, so that it
//! cannot choose which call is signed.

pub mod cash;
pub mod consortium;
pub mod contracts;
pub mod enclaves;
pub mod keys;
pub mod policies;
pub mod quorums;
pub mod requests;
pub mod revive;
pub mod session;
pub mod sudo;
pub mod system;

use subxt::{
    ext::{
        scale_encode::{EncodeAsFields, Error, FieldIter},
        scale_type_resolver::TypeResolver,
    },
    metadata::Metadata,
};

use crate::error::{ClientError, Result};

/// A call that can be signed and submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pallet: &'static str,
    call: &'static str,
    indexes: [u8; 2],
    names: &'static [&'static str],
    args: Encoded,
}

/// SCALE-encoded arguments.
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded(Vec<u8>);

impl EncodeAsFields for Encoded {
    fn encode_as_fields_to<R: TypeResolver>(
        &self,
        _fields: &mut dyn FieldIter<'_, R::TypeId>,
        _types: &R,
        out: &mut Vec<u8>,
    ) -> std::result::Result<(), Error> {
        out.extend_from_slice(&self.0);
        Ok(())
    }
}

impl Call {
    /// A call by name and by the indexes of its pallet and of itself, with the names of its arguments and
    /// the SCALE encoding of them all.
    pub const fn new(
        pallet: &'static str,
        call: &'static str,
        indexes: [u8; 2],
        names: &'static [&'static str],
        args: Vec<u8>,
    ) -> Self {
        Self { pallet, call, indexes, names, args: Encoded(args) }
    }

    /// The call as the runtime encodes it.
    pub fn encoded(&self) -> Vec<u8> {
        [&self.indexes[..], &self.args.0[..]].concat()
    }

    /// `Pallet.call`, for people to read.
    pub fn name(&self) -> String {
        format!("{}.{}", self.pallet, self.call)
    }

    /// Whether the runtime has this call, by these indexes and with arguments of these names.
    pub(crate) fn check(&self, metadata: &Metadata) -> Result<()> {
        let Some(pallet) = metadata.pallet_by_name(self.pallet) else {
            return Err(self.mismatch("no such pallet".to_owned()));
        };
        let Some(variant) = pallet.call_variant_by_name(self.call) else {
            return Err(self.mismatch("no such call".to_owned()));
        };
        let names: Vec<&str> =
            variant.fields.iter().map(|field| field.name.as_deref().unwrap_or_default()).collect();
        self.compare([pallet.call_index(), variant.index], &names)
    }

    /// Compares what the metadata says of this call with what is signed.
    fn compare(&self, found: [u8; 2], names: &[&str]) -> Result<()> {
        if found != self.indexes {
            return Err(ClientError::OtherCall {
                pallet: self.pallet,
                call: self.call,
                found,
                expected: self.indexes,
            });
        }
        if names != self.names {
            return Err(self.mismatch(names.join(", ")));
        }
        Ok(())
    }

    fn mismatch(&self, found: String) -> ClientError {
        ClientError::CallMismatch {
            pallet: self.pallet,
            call: self.call,
            expected: self.names.join(", "),
            found,
        }
    }
}

impl subxt::tx::Payload for Call {
    type CallData = Encoded;

    fn pallet_name(&self) -> &str {
        self.pallet
    }

    fn call_name(&self) -> &str {
        self.call
    }

    fn call_data(&self) -> &Encoded {
        &self.args
    }
}

/// A constructor: its arguments are the call's, in order and by name.
macro_rules! call {
    (
        $(#[$doc:meta])*
        $pallet:literal [ $pallet_index:literal ]
        $name:ident [ $index:literal ] ( $( $arg:ident : $type:ty ),* $(,)? )
    ) => {
        $(#[$doc])*
        pub fn $name( $( $arg: $type ),* ) -> $crate::calls::Call {
            #[allow(unused_mut)]
            let mut args = Vec::new();
            $( codec::Encode::encode_to(&$arg, &mut args); )*
            $crate::calls::Call::new(
                $pallet,
                stringify!($name),
                [$pallet_index, $index],
                &[ $( stringify!($arg) ),* ],
                args,
            )
        }
    };
}
pub(crate) use call;

#[cfg(test)]
mod tests {
    use regent_primitives::{KeyId, H256};

    use super::*;

    #[test]
    fn metadata_does_not_choose_what_is_signed() {
        let freeze = keys::freeze(KeyId(H256::repeat_byte(7)));
        assert_eq!(freeze.encoded(), [&[14, 10][..], &[7; 32]].concat());
        freeze.compare([14, 10], &["key"]).expect("the same");
        // By its own name, another call with the same arguments.
        for found in [[14, 11], [15, 10]] {
            let refused = freeze.compare(found, &["key"]).expect_err("another call");
            assert!(refused.is_lie() && refused.to_string().contains("Keys.freeze"), "{refused}");
        }
        let refused = freeze.compare([14, 10], &["key", "until"]).expect_err("other arguments");
        assert!(matches!(refused, ClientError::CallMismatch { .. }), "{refused}");
    }
}

//! Calls of the runtime, one module a pallet. Arguments are encoded as our own types; pallet and
//! call index come from the node's metadata, and the arguments' names are compared with it.

pub mod cash;
pub mod consortium;
pub mod contracts;
pub mod enclaves;
pub mod keys;
pub mod policies;
pub mod quorums;
pub mod requests;
pub mod revive;
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
    /// A call by name, with the names of its arguments and the SCALE encoding of them all.
    pub const fn new(
        pallet: &'static str,
        call: &'static str,
        names: &'static [&'static str],
        args: Vec<u8>,
    ) -> Self {
        Self { pallet, call, names, args: Encoded(args) }
    }

    /// `Pallet.call`, for people to read.
    pub fn name(&self) -> String {
        format!("{}.{}", self.pallet, self.call)
    }

    /// Whether the runtime has this call, with arguments of these names.
    pub(crate) fn check(&self, metadata: &Metadata) -> Result<()> {
        let found = match metadata.pallet_by_name(self.pallet) {
            None => "no such pallet".to_owned(),
            Some(pallet) => match pallet.call_variant_by_name(self.call) {
                None => "no such call".to_owned(),
                Some(variant) => {
                    let names: Vec<&str> = variant
                        .fields
                        .iter()
                        .map(|field| field.name.as_deref().unwrap_or_default())
                        .collect();
                    if names == self.names {
                        return Ok(());
                    }
                    names.join(", ")
                }
            },
        };
        Err(ClientError::CallMismatch {
            pallet: self.pallet,
            call: self.call,
            expected: self.names.join(", "),
            found,
        })
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
        $pallet:literal $name:ident ( $( $arg:ident : $type:ty ),* $(,)? )
    ) => {
        $(#[$doc])*
        pub fn $name( $( $arg: $type ),* ) -> $crate::calls::Call {
            #[allow(unused_mut)]
            let mut args = Vec::new();
            $( codec::Encode::encode_to(&$arg, &mut args); )*
            $crate::calls::Call::new($pallet, stringify!($name), &[ $( stringify!($arg) ),* ], args)
        }
    };
}
pub(crate) use call;

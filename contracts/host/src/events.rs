//! How contracts declare their events.

/// Declares events of a Solidity interface: names and fields are what wallets show.
#[macro_export]
macro_rules! events {
    ($($(#[doc = $text:literal])* $name:ident { $($field:ident: $type:ty),* })*) => {
        $(
            $(#[doc = $text])*
            #[ink::event]
            pub struct $name {
                $(pub $field: $type,)*
            }
        )*
    };
}

//! A contract's metadata, printed.

/// The `main` of a contract built with the standard library: prints what Solidity's tools want to know.
#[macro_export]
macro_rules! prints_metadata {
    () => {
        #[cfg(feature = "std")]
        fn main() {
            extern "Rust" {
                fn __ink_generate_solidity_metadata() -> ink::metadata::sol::ContractMetadata;
            }
            // SAFETY: ink! generates this function in this very program, with this signature.
            let metadata = unsafe { __ink_generate_solidity_metadata() };
            match serde_json::to_string_pretty(&metadata) {
                Ok(metadata) => println!("{metadata}"),
                Err(error) => eprintln!("{error}"),
            }
        }
    };
}

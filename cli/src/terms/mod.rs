//! Terms of contracts as people write them: TOML.

mod delegation;
mod error;
#[cfg(test)]
mod examples;
mod inheritance;
mod party;
mod sale;
mod time;

pub use delegation::{DelegationFile, EXAMPLE as DELEGATION_EXAMPLE};
pub use error::TermsError;
pub use inheritance::{InheritanceFile, EXAMPLE as INHERITANCE_EXAMPLE};
pub use sale::{sharing_hash, SaleFile, EXAMPLE as SALE_EXAMPLE};
pub use time::Clock;

use std::path::Path;

use regent_primitives::cash_api::CashTerms;
use serde::de::DeserializeOwned;

/// Terms of one kind of contract.
pub trait TermsFile: DeserializeOwned {
    /// What the contract's constructor takes.
    type Terms: alloy_sol_types::SolValue;
    /// The subcommand of `regent` that they are for.
    const COMMAND: &'static str;
    /// Commented terms to start from.
    const EXAMPLE: &'static str;
    /// Where the contract's PolkaVM blob is once it was built, from the folder of the sources.
    const CODE: &'static str;

    /// The terms on a chain of this pace, from its newest block on, and with this cash if it has any.
    ///
    /// # Errors
    /// Names the field.
    fn terms(&self, clock: &Clock, cash: Option<&CashTerms>) -> Result<Self::Terms, TermsError>;

    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read or has another shape.
    fn read(path: &Path) -> Result<Self, TermsError> {
        let text = std::fs::read_to_string(path).map_err(|source| TermsError::Read {
            path: path.to_owned(),
            source,
            command: Self::COMMAND,
        })?;
        Self::parse(&text)
    }

    /// Reads text.
    ///
    /// # Errors
    /// If it has another shape.
    fn parse(text: &str) -> Result<Self, TermsError> {
        toml::from_str(text).map_err(|error| TermsError::Shape {
            reason: error.to_string().trim_end().to_owned(),
            command: Self::COMMAND,
        })
    }
}

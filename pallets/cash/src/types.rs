//! Types of this pallet alone.

use alloc::string::String;
use regent_primitives::{
    cash_api::{CashName, CashTerms},
    InstitutionId,
};
use serde::{Deserialize, Serialize};

/// The asset of a genesis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GenesisTerms {
    /// The institution on which every unit is a claim.
    pub issuer: InstitutionId,
    /// Units that may be outstanding at one time.
    pub ceiling: u128,
    /// The asset's name, 1 to 16 letters of ASCII.
    pub name: String,
    /// Digits behind the point, at most 18.
    pub decimals: u8,
}

impl From<&GenesisTerms> for CashTerms {
    /// A name that is too long becomes none, which is refused.
    fn from(terms: &GenesisTerms) -> Self {
        let name = CashName::try_from(terms.name.as_bytes().to_vec()).unwrap_or_default();
        Self { issuer: terms.issuer, ceiling: terms.ceiling, name, decimals: terms.decimals }
    }
}

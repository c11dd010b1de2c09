//! Typed readers of [`regent_primitives::contracts_api::ContractsApi`], at the newest finalised block
//! (`None`) or at a given one.

use regent_primitives::{
    contracts_api::{ContractRecord, Credits, DryRun},
    AccountId, InstitutionId, H256,
};
use sp_core::H160;

use crate::{client::Client, error::Result};

/// A dry run, or the name of the reason for which it fails.
pub type DryRunOutcome = std::result::Result<DryRun, String>;

fn named(outcome: std::result::Result<DryRun, Vec<u8>>) -> DryRunOutcome {
    outcome.map_err(|name| String::from_utf8_lossy(&name).into_owned())
}

/// Every reader fails if the node cannot be asked, or if its runtime is of another version.
#[allow(clippy::missing_errors_doc)]
impl Client {
    /// Dry run of a call that sends `value`, in the smallest unit of cash.
    pub async fn dry_call(
        &self,
        origin: &AccountId,
        contract: H160,
        value: u128,
        data: &[u8],
        at: Option<H256>,
    ) -> Result<DryRunOutcome> {
        Ok(named(self.contracts("dry_call", (origin, contract, value, data), at).await?))
    }

    /// Dry run of deploying code.
    pub async fn dry_instantiate(
        &self,
        origin: &AccountId,
        code: &[u8],
        data: &[u8],
        salt: [u8; 32],
        at: Option<H256>,
    ) -> Result<DryRunOutcome> {
        Ok(named(self.contracts("dry_instantiate", (origin, code, data, salt), at).await?))
    }

    /// A contract.
    pub async fn contract(
        &self,
        address: H160,
        at: Option<H256>,
    ) -> Result<Option<ContractRecord>> {
        self.contracts("contract", address, at).await
    }

    /// An institution's storage credits.
    pub async fn credits(&self, institution: InstitutionId, at: Option<H256>) -> Result<Credits> {
        self.contracts("credits", institution, at).await
    }

    /// Accounts that governance admitted as deployers, with the institution that each acts for: without
    /// one it does not deploy.
    pub async fn deployers(
        &self,
        at: Option<H256>,
    ) -> Result<Vec<(AccountId, Option<InstitutionId>)>> {
        self.contracts("deployers", (), at).await
    }
}

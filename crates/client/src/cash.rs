//! Typed readers of [`regent_primitives::cash_api::CashApi`], at the newest finalised block (`None`) or
//! at a given one.

use regent_primitives::{cash_api::CashRecord, AccountId, H256};

use crate::{client::Client, error::Result};

/// Every reader fails if the node cannot be asked, or if its runtime is of another version.
#[allow(clippy::missing_errors_doc)]
impl Client {
    /// The asset that contracts are paid in; `None` until governance named an issuer.
    pub async fn cash(&self, at: Option<H256>) -> Result<Option<CashRecord>> {
        self.cash_api("cash", (), at).await
    }

    /// What an account holds, a person's or a contract's, in the asset's smallest unit.
    pub async fn cash_of(&self, account: &AccountId, at: Option<H256>) -> Result<u128> {
        self.cash_api("cash_of", account, at).await
    }
}

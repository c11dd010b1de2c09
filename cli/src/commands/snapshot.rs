//! What commands share that show a contract with terms: all they tell is of one finalised state.

use alloy_sol_types::SolCall;
use clap::Args;
use regent_client::{Client, Contract, Head};
use regent_primitives::AccountId;
use sp_core::H160;

use super::carry_contract::parse_contract;
use crate::{context::Context, error::CliError, terms::Clock};

/// Who asks: these contracts answer everybody the same.
const NOBODY: AccountId = AccountId::new([0; 32]);

/// Which contract is shown.
#[derive(Clone, Debug, Args)]
pub struct ShowOptions {
    /// Address of the contract.
    #[arg(value_name = "ADDRESS", value_parser = parse_contract)]
    pub contract: H160,
}

impl ShowOptions {
    /// The contract as it stands in finalised state.
    pub async fn snapshot(&self, context: &Context) -> Result<Snapshot, CliError> {
        let client = context.client().await?;
        let contract = Contract::find(&client, self.contract).await?;
        let head = client.finalised_head().await?;
        Ok(Snapshot { contract, client, head })
    }
}

/// A contract in one finalised state.
pub struct Snapshot {
    /// The contract.
    pub contract: Contract,
    client: Client,
    head: Head,
}

impl Snapshot {
    /// When it is.
    pub async fn clock(&self) -> Result<Clock, CliError> {
        Clock::at(&self.client, self.head.number).await
    }

    /// What the contract answers.
    pub async fn ask<C: SolCall>(&self, call: C) -> Result<C::Return, CliError> {
        Ok(self.contract.ask(&self.client, &NOBODY, &call, Some(self.head.hash)).await?)
    }
}

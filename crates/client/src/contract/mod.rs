//! A contract: put onto the chain, asked, called.
//!
//! What is submitted was tried in a dry run before, so that a refusal costs nothing and comes with its
//! reason and what to do.

mod address;
mod error;
mod refusal;

pub use address::{address_of, contract_account};
pub use error::ContractError;
pub use refusal::Refusal;

use alloy_sol_types::SolCall;
use rand_core::{OsRng, RngCore};
use regent_primitives::{contract_address, contracts_api::DryRun, AccountId, H256};
use sp_core::H160;

use crate::{
    calls::revive::{self, WeightLimit},
    client::Client,
    contracts::DryRunOutcome,
    Account, Inclusion,
};

type Result<T> = std::result::Result<T, ContractError>;

/// A contract on the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// Where it is.
    pub address: H160,
    /// Its account: what policies name, and what owns its keys.
    pub account: AccountId,
}

/// A contract that was just deployed.
#[derive(Clone, Debug)]
pub struct Deployed {
    /// The contract.
    pub contract: Contract,
    /// The salt from which its address follows, with the deployer, the code and the constructor's
    /// arguments: see [`Contract::deployed_by`].
    pub salt: [u8; 32],
    /// Credits that were taken from the institution's purse, at most.
    pub deposit: u128,
    /// Where the transaction is.
    pub inclusion: Inclusion,
}

/// A call that was carried out.
#[derive(Clone, Debug)]
pub struct Called<R> {
    /// What it returned in the dry run: a transaction returns nothing.
    pub answer: R,
    /// The dry run.
    pub dry: DryRun,
    /// Where the transaction is.
    pub inclusion: Inclusion,
}

impl Contract {
    /// What is at an address, which may be the control plane's. Whether there is a contract is not asked:
    /// see [`Contract::find`].
    pub fn at(address: H160) -> Self {
        Self { address, account: contract_account(address) }
    }

    /// What an account deploys with this salt: where it is proves its code and its constructor's
    /// arguments. No node is asked, and so not whether it was deployed.
    pub fn deployed_by(deployer: &AccountId, code: &[u8], data: &[u8], salt: [u8; 32]) -> Self {
        Self::at(contract_address(address_of(deployer), code, data, salt))
    }

    /// The contract at an address, in finalised state. Where there is none, calls would do nothing and
    /// succeed.
    ///
    /// # Errors
    /// [`ContractError::Unknown`].
    pub async fn find(client: &Client, address: H160) -> Result<Self> {
        client.contract(address, None).await?.ok_or(ContractError::Unknown(address))?;
        Ok(Self::at(address))
    }

    /// Puts a contract onto the chain, and waits until it is final there. `data` are its constructor's
    /// arguments, as its ABI encodes them.
    ///
    /// # Errors
    /// If the constructor or the chain refuses, or more than `max_deposit` credits would be taken; or if
    /// the node says that the contract would be elsewhere than it will be. Nothing is signed then.
    pub async fn deploy(
        client: &Client,
        account: &Account,
        code: Vec<u8>,
        data: Vec<u8>,
        max_deposit: u128,
    ) -> Result<Deployed> {
        // The address follows from the salt: with a fresh one it is a new one.
        let mut salt = [0; 32];
        OsRng
            .try_fill_bytes(&mut salt)
            .map_err(|error| ContractError::Randomness(error.to_string()))?;
        let dry = client.dry_instantiate(account.id(), &code, &data, salt, None).await?;
        let dry = accepted(client, dry).await?;
        let contract = Self::deployed_by(account.id(), &code, &data, salt);
        if dry.contract != contract.address {
            let (found, expected) = (dry.contract, contract.address);
            return Err(ContractError::OtherAddress { found, expected });
        }
        check_deposit(&dry, max_deposit)?;
        let (weight, deposit) = (weight_of(&dry), dry.deposit);
        let call = revive::instantiate_with_code(weight, deposit, code, data, salt);
        let inclusion = client.submit_finalised(account, call).await?;
        let shown = client.contract(contract.address, Some(inclusion.block)).await?;
        shown.ok_or(ContractError::NotShown(contract.address))?;
        Ok(Deployed { contract, salt, deposit, inclusion })
    }

    /// What a call would do that sends `value`, in the smallest unit of cash.
    ///
    /// # Errors
    /// If the contract or the chain refuses.
    pub async fn dry_run(
        &self,
        client: &Client,
        caller: &AccountId,
        value: u128,
        data: &[u8],
        at: Option<H256>,
    ) -> Result<DryRun> {
        let dry = client.dry_call(caller, self.address, value, data, at).await?;
        accepted(client, dry).await
    }

    /// What it would answer somebody, in finalised state or at a block.
    ///
    /// # Errors
    /// If the contract or the chain refuses, or it answers something else.
    pub async fn ask<C: SolCall>(
        &self,
        client: &Client,
        caller: &AccountId,
        call: &C,
        at: Option<H256>,
    ) -> Result<C::Return> {
        answer::<C>(&self.dry_run(client, caller, 0, &call.abi_encode(), at).await?)
    }

    /// Calls it without value, and waits until that is final.
    ///
    /// # Errors
    /// As for [`Contract::ask`], or if more than `max_deposit` credits would be taken, or the transaction
    /// fails.
    pub async fn call<C: SolCall>(
        &self,
        client: &Client,
        account: &Account,
        call: &C,
        max_deposit: u128,
    ) -> Result<Called<C::Return>> {
        self.call_with_value(client, account, 0, call, max_deposit).await
    }

    /// The same with `value`, in the smallest unit of cash.
    ///
    /// # Errors
    /// As for [`Contract::call`].
    pub async fn call_with_value<C: SolCall>(
        &self,
        client: &Client,
        account: &Account,
        value: u128,
        call: &C,
        max_deposit: u128,
    ) -> Result<Called<C::Return>> {
        let data = call.abi_encode();
        let dry = self.dry_run(client, account.id(), value, &data, None).await?;
        let answer = answer::<C>(&dry)?;
        let inclusion = self.submit(client, account, &dry, value, data, max_deposit).await?;
        Ok(Called { answer, dry, inclusion })
    }

    /// Submits a call after its dry run with the same value, and waits until it is final.
    ///
    /// # Errors
    /// If more than `max_deposit` credits would be taken, or the transaction fails.
    pub async fn submit(
        &self,
        client: &Client,
        account: &Account,
        dry: &DryRun,
        value: u128,
        data: Vec<u8>,
        max_deposit: u128,
    ) -> Result<Inclusion> {
        check_deposit(dry, max_deposit)?;
        let call = revive::call(self.address, value, weight_of(dry), dry.deposit, data);
        Ok(client.submit_finalised(account, call).await?)
    }
}

/// A dry run that was not refused.
async fn accepted(client: &Client, outcome: DryRunOutcome) -> Result<DryRun> {
    let refusal = match outcome {
        Ok(dry) if !dry.reverted => return Ok(dry),
        Ok(dry) => Refusal::of_revert(client, &dry.data).await,
        Err(name) => Refusal::of_name(client, name).await,
    };
    Err(ContractError::Refused(refusal))
}

fn answer<C: SolCall>(dry: &DryRun) -> Result<C::Return> {
    C::abi_decode_returns(&dry.data).map_err(|error| ContractError::Answer {
        function: C::SIGNATURE,
        reason: error.to_string(),
    })
}

fn check_deposit(dry: &DryRun, maximum: u128) -> Result<()> {
    if dry.deposit > maximum {
        return Err(ContractError::Deposit { found: dry.deposit, maximum });
    }
    Ok(())
}

/// What a dry run took and a tenth more: the state may differ a little by then.
fn weight_of(dry: &DryRun) -> WeightLimit {
    let more = |amount: u64| amount.saturating_add(amount / 10);
    (more(dry.ref_time), more(dry.proof_size))
}

#[cfg(test)]
mod tests {
    use super::*;

    alloy_sol_types::sol! {
        function count() external returns (uint32);
    }

    fn dry(data: &[u8]) -> DryRun {
        let (ref_time, proof_size, deposit) = (1_000, u64::MAX, 7);
        let data = data.to_vec();
        DryRun { contract: H160::zero(), reverted: false, data, ref_time, proof_size, deposit }
    }

    #[test]
    fn a_transaction_may_take_a_tenth_more() {
        assert_eq!(weight_of(&dry(&[])), (1_100, u64::MAX));
    }

    #[test]
    fn a_deposit_is_agreed_to() {
        assert!(check_deposit(&dry(&[]), 7).is_ok());
        let refused = check_deposit(&dry(&[]), 6).expect_err("one too few").to_string();
        assert!(refused.contains("7 credits") && refused.contains("at most 6"), "{refused}");
    }

    #[test]
    fn an_answer_is_of_its_type() {
        let mut word = [0; 32];
        word[31] = 9;
        assert_eq!(answer::<countCall>(&dry(&word)).expect("a number"), 9);
        let other = answer::<countCall>(&dry(&[])).expect_err("nothing").to_string();
        assert!(other.contains("count()"), "{other}");
    }
}

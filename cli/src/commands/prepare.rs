//! What commands share that have a contract make a request, most of all for a key's next epoch.

use std::io::Write;

use alloy_primitives::FixedBytes;
use alloy_sol_types::SolCall;
use clap::Args;
use codec::Encode;
use rand_core::{OsRng, RngCore};
use regent_client::{contract::Called, flows::FlowError, Client, Contract};
use regent_contract_abi::Preparation;
use regent_primitives::{KeyId, PolicyHash, QuorumId, RequestId, H256};
use serde_json::json;

use super::{
    carry::{known, tree_of},
    carry_contract::{show_contract, ActOptions},
};
use crate::{context::Context, error::CliError, output::write_json};

/// Options of every preparation.
#[derive(Clone, Debug, Args)]
pub struct PrepareOptions {
    /// The quorum the next epoch's agents come from; the key's present one otherwise.
    #[arg(long)]
    pub quorum: Option<QuorumId>,
    /// How many of the quorum's agents must take part; the quorum's own threshold otherwise.
    #[arg(long)]
    pub threshold: Option<u16>,
    /// Under which policy it is requested; the newest of the key's otherwise. It must allow transfers, and
    /// name the contract as a requester.
    #[arg(long, value_name = "HASH")]
    pub policy: Option<PolicyHash>,
    /// Blocks the request may live.
    #[arg(long, value_name = "BLOCKS", default_value_t = 1_200)]
    pub lifetime: u32,
    /// As every act.
    #[command(flatten)]
    pub act: ActOptions,
}

impl PrepareOptions {
    /// What the contract is told, of the key that it keeps.
    async fn preparation(
        &self,
        client: &Client,
        key: FixedBytes<32>,
    ) -> Result<Preparation, CliError> {
        let key = kept_key(key)?;
        let head = client.finalised_head().await?;
        let at = Some(head.hash);
        let record = client.key(key, at).await?.ok_or(FlowError::UnknownKey(key))?;
        let quorum = self.quorum.unwrap_or(record.quorum);
        let tree = tree_of(client, quorum, self.threshold).await?;
        let committed = record.token.policy_hash;
        let policy = match self.policy {
            Some(policy) => policy,
            None => client.newest_policy(committed, at).await?.unwrap_or(committed),
        };
        let mut salt = [0; 32];
        OsRng
            .try_fill_bytes(&mut salt)
            .map_err(|error| FlowError::Randomness(error.to_string()))?;
        Ok(Preparation {
            salt: FixedBytes(salt),
            sharing: (quorum, tree).encode().into(),
            policy: FixedBytes(policy.0 .0),
            expires: head.number.saturating_add(self.lifetime),
        })
    }
}

/// Has the contract ask for the next epoch of the key that it keeps, and tells so. `key` asks the contract
/// which key that is; `then` makes of its address the command that follows once the epoch is there.
pub async fn prepare<C: SolCall<Return = FixedBytes<32>>>(
    options: &PrepareOptions,
    context: &Context,
    key: impl SolCall<Return = FixedBytes<32>>,
    call: impl FnOnce(Preparation) -> C,
    then: impl FnOnce(&str) -> String,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let act = &options.act;
    let (account, client, contract) = act.begin(context).await?;
    let key = contract.ask(&client, account.id(), &key, None).await?;
    let preparation = options.preparation(&client, key).await?;
    let called = contract.call(&client, &account, &call(preparation), act.max_deposit).await?;
    let then = then(&show_contract(contract.address));
    tell_request(context, &client, &contract, &called, Some(&then), out).await
}

/// The key that a contract says it keeps.
pub fn kept_key(key: FixedBytes<32>) -> Result<KeyId, CliError> {
    if key.is_zero() {
        return Err(CliError::Refused(vec![
            "the contract keeps no key yet: have its owner call `bind`".to_owned(),
        ]));
    }
    Ok(KeyId(H256(key.0)))
}

/// Tells of the request that the contract made, and what comes after it. `then` is the command that
/// follows once it is carried out, if one does.
pub async fn tell_request(
    context: &Context,
    client: &Client,
    contract: &Contract,
    called: &Called<FixedBytes<32>>,
    then: Option<&str>,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (address, block) = (show_contract(contract.address), called.inclusion.number);
    let id = (!called.answer.is_zero()).then_some(RequestId(H256(called.answer.0)));
    if let Some(id) = id {
        // Whoever is told its id finds it.
        known(client, id).await?;
    }
    if context.json() {
        let request = id.map(|id| id.to_string());
        return write_json(
            out,
            &json!({ "contract": address, "request": request, "block": block }),
        );
    }
    let Some(id) = id else {
        return Ok(writeln!(
            out,
            "nothing is prepared: the chain had stood still, so that periods started anew in block {block}"
        )?);
    };
    writeln!(out, "request {id} is final in block {block}")?;
    writeln!(out, "next         regent approve {id} --account //NAME, as its policy asks")?;
    writeln!(out, "then         regent request watch {id} --execute --account //NAME")?;
    if let Some(then) = then {
        writeln!(out, "at last      {then}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contract_without_a_key_is_told_with_a_remedy() {
        let key = KeyId(H256([7; 32]));
        assert_eq!(kept_key(FixedBytes([7; 32])).expect("kept"), key);
        let error = kept_key(FixedBytes::ZERO).expect_err("none");
        assert_eq!(error.exit_code(), 3);
        assert!(error.to_string().contains("`bind`"), "{error}");
    }
}

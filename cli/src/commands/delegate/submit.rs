//! `regent delegate submit`

use std::io::Write;

use clap::Args;
use codec::Encode;
use regent_client::{flows::Prepared, Contract};
use regent_contract_abi::{IDelegation, IRegent};
use regent_primitives::PolicyHash;

use super::ActOptions;
use crate::{
    commands::{
        prepare::{kept_key, tell_request},
        request_sign::PayloadOptions,
    },
    context::Context,
    error::CliError,
};

/// Options of `regent delegate submit`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent delegate submit 0x52.. --account //Bob \\
      --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --amount \"0.5 ether\" --chain-id 1 --nonce 0
  regent delegate submit 0x52.. --account //Bob --psbt payment.psbt --bitcoin-network main
  # then, as its policy asks: regent approve REQUEST --account //Dave
  # and: regent request watch REQUEST --execute --account //Bob")]
pub struct Options {
    /// What is signed; the adviser's must be an Ethereum transaction or a PSBT.
    #[command(flatten)]
    pub payload: PayloadOptions,
    /// The policy; the newest of the key's otherwise. It must name the contract as a requester.
    #[arg(long, value_name = "HASH")]
    pub policy: Option<PolicyHash>,
    /// Blocks the request may live; the terms bound the adviser's.
    #[arg(long, value_name = "BLOCKS", default_value_t = 1_200)]
    pub lifetime: u32,
    /// As every act.
    #[command(flatten)]
    pub act: ActOptions,
}

/// Has the contract request a signature.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (account, client) = context.actor(&options.act.account).await?;
    let contract = Contract::find(&client, options.act.contract).await?;
    let key = contract.ask(&client, account.id(), &IDelegation::keyCall {}, None).await?;
    let key = kept_key(key)?;
    let draft = options.payload.draft(&client, key, options.policy, options.lifetime).await?;
    // The contract is who requests: policies name it, not the person who calls.
    let Prepared { body, payload, .. } = draft.prepare(&client, &contract.account).await?;
    let request = IRegent::Request {
        salt: body.salt.into(),
        key: body.key.0 .0.into(),
        operation: body.operation.encode().into(),
        effect: body.effect.encode().into(),
        payload: payload.into(),
        policy: body.policy.0 .0.into(),
        expires: body.expires,
    };
    let call = IDelegation::submitCall { request };
    let called = contract.call(&client, &account, &call, options.act.max_deposit).await?;
    tell_request(context, &client, &contract, &called, None, out).await
}

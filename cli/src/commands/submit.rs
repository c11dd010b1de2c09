//! What commands share that have a contract request the use of the key that it keeps.

use std::{io::Write, path::PathBuf};

use alloy_primitives::FixedBytes;
use alloy_sol_types::SolCall;
use clap::Args;
use codec::Encode;
use regent_client::{
    flows::{Draft, Prepared},
    Client, Contract,
};
use regent_contract_abi::IRegent;
use regent_primitives::PolicyHash;

use super::{
    carry_contract::ActOptions,
    prepare::{kept_key, tell_request, Asked},
    request_decrypt::decryption,
    request_sign::PayloadOptions,
};
use crate::{context::Context, error::CliError};

/// Options of every request through a contract.
#[derive(Clone, Debug, Args)]
pub struct SubmitOptions {
    /// What is signed.
    #[command(flatten)]
    pub payload: PayloadOptions,
    /// A file to decrypt, as `regent request decrypt` takes it, instead of signing.
    #[arg(long, value_name = "FILE", group = "payload", requires = "result_key")]
    pub decrypt: Option<PathBuf>,
    /// Where the secret half of the result's key is kept, owner-only, until the result is there.
    #[arg(long, value_name = "FILE", requires = "decrypt")]
    pub result_key: Option<PathBuf>,
    /// The policy; the newest of the key's otherwise. It must name the contract as a requester.
    #[arg(long, value_name = "HASH")]
    pub policy: Option<PolicyHash>,
    /// Blocks the request may live.
    #[arg(long, value_name = "BLOCKS", default_value_t = 1_200)]
    pub lifetime: u32,
    /// As every act.
    #[command(flatten)]
    pub act: ActOptions,
}

impl SubmitOptions {
    /// What the contract is to request, of the key that it keeps.
    async fn request(
        &self,
        client: &Client,
        contract: &Contract,
        key: FixedBytes<32>,
    ) -> Result<IRegent::Request, CliError> {
        let key = kept_key(key)?;
        let draft = match &self.decrypt {
            Some(file) => {
                let (task, _) = decryption(key, "--decrypt", file, self.result_key.as_deref())?;
                Draft { task, policy: self.policy, lifetime: self.lifetime }
            }
            None => self.payload.draft(client, key, self.policy, self.lifetime).await?,
        };
        // The contract is who requests: policies name it, not the person who calls.
        let Prepared { body, payload, .. } = draft.prepare(client, &contract.account).await?;
        Ok(IRegent::Request {
            salt: body.salt.into(),
            key: body.key.0 .0.into(),
            operation: body.operation.encode().into(),
            effect: body.effect.encode().into(),
            payload: payload.into(),
            policy: body.policy.0 .0.into(),
            expires: body.expires,
        })
    }
}

/// Has the contract request the use of the key that it keeps, and tells so. `key` asks the contract which
/// key that is.
pub async fn submit<C: SolCall<Return = FixedBytes<32>>>(
    options: &SubmitOptions,
    context: &Context,
    key: impl SolCall<Return = FixedBytes<32>>,
    call: impl FnOnce(IRegent::Request) -> C,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let act = &options.act;
    let (account, client, contract) = act.begin(context).await?;
    let key = contract.ask(&client, account.id(), &key, None).await?;
    let request = options.request(&client, &contract, key).await?;
    let asked = Asked::request(&contract, &request);
    let call = call(request.clone());
    let called = contract.call(&client, &account, &call, act.max_deposit).await?;
    tell_request(context, &client, &asked, &called, None, out).await
}

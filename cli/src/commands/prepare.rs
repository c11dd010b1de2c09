//! What commands share that have a contract make a request, most of all for a key's next epoch.

use std::io::Write;

use alloy_primitives::FixedBytes;
use alloy_sol_types::SolCall;
use clap::Args;
use codec::Encode;
use rand_core::{OsRng, RngCore};
use regent_client::{contract::Called, flows::FlowError, Client, Contract};
use regent_contract_abi::{IRegent, Preparation};
use regent_primitives::{
    payload::payload_hash, BlockNumber, KeyId, PolicyHash, QuorumId, RequestBody, RequestId, H256,
};
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
    let asked = Asked::preparation(&contract, key, &preparation);
    let call = call(preparation.clone());
    let called = contract.call(&client, &account, &call, act.max_deposit).await?;
    let then = then(&show_contract(contract.address));
    tell_request(context, &client, &asked, &called, Some(&then), out).await
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

/// What a contract was asked to request.
pub struct Asked<'a> {
    contract: &'a Contract,
    key: FixedBytes<32>,
    salt: FixedBytes<32>,
    policy: FixedBytes<32>,
    expires: BlockNumber,
    /// The whole of it, where the contract adds nothing of its own.
    request: Option<&'a IRegent::Request>,
}

impl<'a> Asked<'a> {
    /// To prepare the key that it keeps.
    pub fn preparation(
        contract: &'a Contract,
        key: FixedBytes<32>,
        preparation: &'a Preparation,
    ) -> Self {
        let Preparation { salt, policy, expires, .. } = preparation;
        Self { contract, key, salt: *salt, policy: *policy, expires: *expires, request: None }
    }

    /// To make this request.
    pub fn request(contract: &'a Contract, request: &'a IRegent::Request) -> Self {
        let IRegent::Request { salt, key, policy, expires, .. } = request;
        let (key, salt, policy, expires) = (*key, *salt, *policy, *expires);
        Self { contract, key, salt, policy, expires, request: Some(request) }
    }

    /// Whether this is what was asked for: the node says which request the contract made.
    fn check(&self, genesis: H256, id: RequestId, body: &RequestBody) -> Result<(), CliError> {
        let whole = self.request.is_none_or(|request| {
            let format = body.operation.format();
            body.operation.encode()[..] == request.operation[..]
                && body.effect.encode()[..] == request.effect[..]
                && body.payload_hash == payload_hash(genesis, format, &request.payload)
        });
        let fields = [
            (body.requester == self.contract.account, "requester"),
            (body.key.0 .0 == self.key.0, "key"),
            (body.salt == self.salt.0, "salt"),
            (body.policy.0 .0 == self.policy.0, "policy"),
            (body.expires == self.expires, "last block"),
            (whole, "payload"),
        ];
        match fields.into_iter().find(|(equal, _)| !equal) {
            Some((_, what)) => Err(CliError::Evidence(format!(
                "the node names request {id}, whose {what} is not what the contract was asked for: it lies; have nobody approve it, use another node"
            ))),
            None => Ok(()),
        }
    }
}

/// Tells of the request that the contract made, if it is what was asked for, and what comes after it.
/// `then` is the command that follows once it is carried out, if one does.
pub async fn tell_request(
    context: &Context,
    client: &Client,
    asked: &Asked<'_>,
    called: &Called<FixedBytes<32>>,
    then: Option<&str>,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (address, block) = (show_contract(asked.contract.address), called.inclusion.number);
    let id = (!called.answer.is_zero()).then_some(RequestId(H256(called.answer.0)));
    if let Some(id) = id {
        // Whoever is told its id finds it.
        let state = known(client, id).await?;
        asked.check(client.genesis(), id, &state.record.body)?;
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
    use regent_primitives::{Effect, Operation, PayloadFormat};
    use sp_core::H160;

    use super::*;

    const GENESIS: H256 = H256::repeat_byte(7);

    fn asked_for() -> IRegent::Request {
        IRegent::Request {
            salt: [1; 32].into(),
            key: [2; 32].into(),
            operation: Operation::Sign { format: PayloadFormat::Raw }.encode().into(),
            effect: Effect::default().encode().into(),
            payload: b"ship it".to_vec().into(),
            policy: [3; 32].into(),
            expires: 100,
        }
    }

    /// The request that an honest node shows.
    fn made(contract: &Contract) -> RequestBody {
        RequestBody {
            requester: contract.account.clone(),
            salt: [1; 32],
            key: KeyId(H256([2; 32])),
            epoch: 0,
            operation: Operation::Sign { format: PayloadFormat::Raw },
            payload_hash: payload_hash(GENESIS, PayloadFormat::Raw, b"ship it"),
            effect: Effect::default(),
            policy: PolicyHash(H256([3; 32])),
            expires: 100,
        }
    }

    /// What makes of a request another one.
    type Change = fn(&mut RequestBody);

    #[test]
    fn the_request_is_the_one_that_was_asked_for() {
        let contract = Contract::at(H160::repeat_byte(5));
        let request = asked_for();
        let preparation = Preparation {
            salt: request.salt,
            sharing: Default::default(),
            policy: request.policy,
            expires: request.expires,
        };
        let asked = [
            Asked::request(&contract, &request),
            Asked::preparation(&contract, request.key, &preparation),
        ];
        let changes: [(Change, &str); 5] = [
            (|body| body.requester = [9; 32].into(), "requester"),
            (|body| body.key = KeyId(H256([9; 32])), "key"),
            (|body| body.salt = [9; 32], "salt"),
            (|body| body.policy = PolicyHash(H256([9; 32])), "policy"),
            (|body| body.expires = 99, "last block"),
        ];
        for asked in &asked {
            let honest = made(&contract);
            asked.check(GENESIS, honest.id(GENESIS), &honest).expect("what was asked for");
            for (change, what) in changes {
                let mut other = made(&contract);
                change(&mut other);
                let refused = asked.check(GENESIS, other.id(GENESIS), &other).expect_err(what);
                assert!(refused.to_string().contains(what), "{refused}");
                assert_eq!(refused.exit_code(), 7);
            }
        }
        let mut other = made(&contract);
        other.payload_hash = payload_hash(GENESIS, PayloadFormat::Raw, b"ship all");
        let refused = asked[0].check(GENESIS, other.id(GENESIS), &other).expect_err("another");
        assert!(refused.to_string().contains("payload"), "{refused}");
    }

    #[test]
    fn a_contract_without_a_key_is_told_with_a_remedy() {
        let key = KeyId(H256([7; 32]));
        assert_eq!(kept_key(FixedBytes([7; 32])).expect("kept"), key);
        let error = kept_key(FixedBytes::ZERO).expect_err("none");
        assert_eq!(error.exit_code(), 3);
        assert!(error.to_string().contains("`bind`"), "{error}");
    }
}

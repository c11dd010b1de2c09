//! A contract on the network's chain, and what people have it do.

use std::path::Path;

use alloy_primitives::{keccak256, Bytes, B256};
use alloy_sol_types::{SolCall, SolValue};
use anyhow::{bail, Context};
use codec::Encode;
use rand_core::{OsRng, RngCore};
use regent_cli::{Clock, TermsFile};
use regent_client::{
    contract::{Called, Refusal},
    flows::Executed,
    Account, Contract, ContractError,
};
use regent_contract_abi::{IRegent, Preparation};
use regent_primitives::{
    Algorithm, BlockNumber, Effect, KeyId, Operation, PayloadFormat, PolicyHash, RegenToken,
    RequestId, H256,
};
use regent_tests::{carry, BareStage, ALL_PARTS, LIFETIME};

use crate::people::transfer;

/// More than a contract and what it stores can take from a purse.
const MAX_DEPOSIT: u128 = 512 * 1024;

/// A contract that Alice deployed.
pub struct Deployed<'a> {
    /// Where.
    pub stage: &'a BareStage,
    /// The contract.
    pub contract: Contract,
}

impl<'a> Deployed<'a> {
    /// Puts a contract that `make contracts` built onto the chain. `data` are its constructor's arguments.
    pub async fn new(stage: &'a BareStage, file: &str, data: Vec<u8>) -> anyhow::Result<Self> {
        let (client, alice) = (&stage.scene.client, &stage.scene.actors.alice);
        let path = Path::new("../contracts/out").join(file);
        let code = std::fs::read(&path)
            .with_context(|| format!("{}: build it with `make contracts`", path.display()))?;
        let contract = Contract::deploy(client, alice, code, data, MAX_DEPOSIT).await?.contract;
        assert_eq!(Contract::find(client, contract.address).await?, contract);
        Ok(Self { stage, contract })
    }

    /// The same on terms as people write them.
    pub async fn on_terms<F: TermsFile>(
        stage: &'a BareStage,
        file: &str,
        terms: &str,
    ) -> anyhow::Result<Self> {
        let client = &stage.scene.client;
        let (clock, cash) = (Clock::now(client).await?, client.cash(None).await?);
        let cash = cash.as_ref().map(|record| &record.terms);
        Self::new(stage, file, F::parse(terms)?.terms(&clock, cash)?.abi_encode()).await
    }

    /// Has somebody call it; with what it would have returned just before.
    pub async fn call<C: SolCall>(
        &self,
        who: &Account,
        call: &C,
    ) -> anyhow::Result<Called<C::Return>> {
        self.call_with_value(who, 0, call).await
    }

    /// The same with `value`, in the smallest unit of cash.
    pub async fn call_with_value<C: SolCall>(
        &self,
        who: &Account,
        value: u128,
        call: &C,
    ) -> anyhow::Result<Called<C::Return>> {
        let client = &self.stage.scene.client;
        Ok(self.contract.call_with_value(client, who, value, call, MAX_DEPOSIT).await?)
    }

    /// What it answers everybody.
    pub async fn ask<C: SolCall>(&self, call: &C) -> anyhow::Result<C::Return> {
        let (client, alice) = (&self.stage.scene.client, &self.stage.scene.actors.alice);
        Ok(self.contract.ask(client, alice.id(), call, None).await?)
    }

    /// Why it would refuse somebody's call, in finalised state or at a block.
    pub async fn refusal<C: SolCall>(
        &self,
        who: &Account,
        call: &C,
        at: Option<H256>,
    ) -> anyhow::Result<Refusal> {
        match self.contract.ask(&self.stage.scene.client, who.id(), call, at).await {
            Err(ContractError::Refused(refusal)) => Ok(refusal),
            Err(error) => Err(error.into()),
            Ok(_) => bail!("nothing is refused"),
        }
    }

    /// Has somebody make it request something, which people then approve and who made it brings an enclave
    /// to.
    pub async fn perform<C: SolCall<Return = B256>>(
        &self,
        who: &Account,
        call: &C,
    ) -> anyhow::Result<(RequestId, Executed)> {
        let scene = &self.stage.scene;
        let id = RequestId(H256(self.call(who, call).await?.answer.0));
        let state = scene.client.request(id, None).await?.context("no such request")?;
        assert_eq!(state.record.body.requester, self.contract.account);
        Ok((id, carry(scene, who, id, ALL_PARTS).await?))
    }

    /// To enrol an Ethereum key for it, under this policy.
    pub async fn enrolment(&self, policy: PolicyHash) -> anyhow::Result<IRegent::Request> {
        let (quorum, tree) = (self.stage.scene.quorum, self.stage.scene.tree.clone());
        let enrol = Operation::Enrol { algorithm: Algorithm::EcdsaSecp256k1, quorum, tree };
        self.request(KeyId::default(), &enrol, (Vec::new(), Effect::default()), policy).await
    }

    /// To transfer half an ether with its key.
    pub async fn payment(&self, token: &RegenToken) -> anyhow::Result<IRegent::Request> {
        let sign = Operation::Sign { format: PayloadFormat::EthereumTransaction };
        let what = transfer(self.stage, token)?;
        self.request(token.key_id, &sign, what, token.policy_hash).await
    }

    /// A request of this payload with this effect, with a salt of its own.
    pub async fn request(
        &self,
        key: KeyId,
        operation: &Operation,
        (payload, effect): (Vec<u8>, Effect),
        policy: PolicyHash,
    ) -> anyhow::Result<IRegent::Request> {
        Ok(IRegent::Request {
            salt: salt(),
            key: key.0 .0.into(),
            operation: operation.encode().into(),
            effect: effect.encode().into(),
            payload: payload.into(),
            policy: policy.0 .0.into(),
            expires: self.expiry().await?,
        })
    }

    /// What it is told when its key's next epoch is to be prepared: as the present one is shared, requested
    /// under this policy.
    pub async fn preparation(&self, policy: PolicyHash) -> anyhow::Result<Preparation> {
        let scene = &self.stage.scene;
        let sharing: Bytes = (scene.quorum, &scene.tree).encode().into();
        let (salt, policy) = (salt(), policy.0 .0.into());
        Ok(Preparation { salt, sharing, policy, expires: self.expiry().await? })
    }

    async fn expiry(&self) -> anyhow::Result<BlockNumber> {
        Ok(self.stage.scene.client.finalised_head().await?.number + LIFETIME)
    }
}

/// The hash of a document.
pub fn evidence(document: &str) -> B256 {
    keccak256(document)
}

/// Bytes that make a request another one.
pub fn salt() -> B256 {
    let mut salt = [0; 32];
    OsRng.fill_bytes(&mut salt);
    salt.into()
}

//! A contract that keeps a key: deployed on terms, asked, called.

use std::time::Duration;

use alloy_primitives::FixedBytes;
use alloy_sol_types::{SolCall, SolValue};
use codec::Encode;
use rand_core::{OsRng, RngCore};
use regent_client::{
    contract::Refusal,
    flows::{wait_for_block, FlowError},
    Account, Contract, ContractError, Inclusion,
};
use regent_contract_abi::{IRegent, Preparation};
use regent_payload::ethereum::checksummed;
use regent_primitives::{
    Algorithm, BlockNumber, Effect, KeyId, KeyRecord, Operation, PayloadFormat, Policy, PolicyHash,
    RegenToken, RequestId, H256,
};

use super::{
    ethereum, policies,
    scene::{create, failed, Scene, REQUEST_LIFETIME},
};
use crate::{
    error::CliError,
    payloads::Payload,
    terms::{Clock, TermsFile},
};

/// More credits than a contract, or anything it stores, can take from a purse.
const MAX_DEPOSIT: u128 = 512 * 1024;
/// How long a period of its terms may take to pass.
const PATIENCE: Duration = Duration::from_secs(240);

/// A contract that Alice deployed, to keep a key.
pub(super) struct Keeper<'a> {
    /// Where it is.
    pub(super) scene: &'a Scene,
    /// The contract.
    pub(super) contract: Contract,
    /// Under which it has its key used.
    policy: PolicyHash,
    /// Until then what it is asked for may be done.
    expires: BlockNumber,
}

impl<'a> Keeper<'a> {
    /// Deploys it on terms as people write them. Puts the policy onto the chain under which it has its key
    /// used, by this title, and the `others` that its terms name.
    pub(super) async fn deploy<F: TermsFile>(
        scene: &'a Scene,
        code: &[u8],
        terms: &str,
        title: &str,
        others: impl IntoIterator<Item = Policy>,
    ) -> Result<Self, CliError> {
        let Scene { client, actors, recipients, .. } = scene;
        let (clock, cash) = (Clock::now(client).await?, client.cash(None).await?);
        let cash = cash.map(|record| record.terms);
        let data = F::parse(terms)?.terms(&clock, cash.as_ref())?.abi_encode();
        let alice = &actors.alice;
        let deployed = Contract::deploy(client, alice, code.to_vec(), data, MAX_DEPOSIT).await?;
        let contract = deployed.contract;
        let measurement = scene.enclave.info().await?.measurement;
        let own = policies::custody(title, &contract.account, actors, measurement, recipients);
        let policy = own.hash(client.genesis());
        create(client, alice, others.into_iter().chain([own])).await?;
        let expires = client.finalised_head().await?.number.saturating_add(REQUEST_LIFETIME);
        Ok(Self { scene, contract, policy, expires })
    }

    /// Its address as people read it.
    pub(super) fn address(&self) -> String {
        checksummed(self.contract.address.0)
    }

    /// Has somebody call it, and waits until that is final.
    pub(super) async fn call<C: SolCall>(
        &self,
        who: &Account,
        call: &C,
    ) -> Result<Inclusion, CliError> {
        self.call_with_value(who, 0, call).await
    }

    /// The same with `value`, in the smallest unit of cash.
    pub(super) async fn call_with_value<C: SolCall>(
        &self,
        who: &Account,
        value: u128,
        call: &C,
    ) -> Result<Inclusion, CliError> {
        let client = &self.scene.client;
        let called = self.contract.call_with_value(client, who, value, call, MAX_DEPOSIT).await?;
        Ok(called.inclusion)
    }

    /// What it answers everybody, in finalised state.
    pub(super) async fn ask<C: SolCall>(&self, call: &C) -> Result<C::Return, CliError> {
        let (client, alice) = (&self.scene.client, &self.scene.actors.alice);
        Ok(self.contract.ask(client, alice.id(), call, None).await?)
    }

    /// Why it refuses somebody's call, in finalised state or at a block.
    pub(super) async fn refusal<C: SolCall>(
        &self,
        who: &Account,
        call: &C,
        at: Option<H256>,
    ) -> Result<Refusal, CliError> {
        match self.contract.ask(&self.scene.client, who.id(), call, at).await {
            Err(ContractError::Refused(refusal)) => Ok(refusal),
            Err(error) => Err(error.into()),
            Ok(_) => Err(failed(C::SIGNATURE, "it was not refused")),
        }
    }

    /// Waits until a block after this one is final.
    pub(super) async fn wait_past(&self, block: BlockNumber) -> Result<(), CliError> {
        wait_for_block(&self.scene.client, block.saturating_add(1), PATIENCE).await?;
        Ok(())
    }

    /// Has somebody make it request something, and carries that through.
    pub(super) async fn perform<C: SolCall<Return = FixedBytes<32>>>(
        &self,
        who: &Account,
        call: &C,
    ) -> Result<KeyRecord, CliError> {
        let called = self.contract.call(&self.scene.client, who, call, MAX_DEPOSIT).await?;
        let executed = self.scene.carry_for(who, RequestId(H256(called.answer.0))).await?;
        executed.key.ok_or_else(|| failed(C::SIGNATURE, "there is no key"))
    }

    /// What it is told to request: the enrolment of an Ethereum key of its own.
    pub(super) fn enrolment(&self) -> Result<IRegent::Request, CliError> {
        let algorithm = Algorithm::EcdsaSecp256k1;
        let (quorum, tree) = (self.scene.quorum, self.scene.tree.clone());
        let enrol = Operation::Enrol { algorithm, quorum, tree };
        let nothing =
            Payload { format: PayloadFormat::Empty, bytes: Vec::new(), effect: Effect::default() };
        self.request(KeyId::default(), &enrol, &nothing)
    }

    /// What it is told to request: a transfer of half an ether with its key.
    pub(super) fn transfer(&self, token: &RegenToken) -> Result<IRegent::Request, CliError> {
        let transfer = ethereum::half(self.scene, token)?;
        self.request(token.key_id, &Operation::Sign { format: transfer.format }, &transfer)
    }

    fn request(
        &self,
        key: KeyId,
        operation: &Operation,
        payload: &Payload,
    ) -> Result<IRegent::Request, CliError> {
        Ok(IRegent::Request {
            salt: salt()?,
            key: FixedBytes(key.0 .0),
            operation: operation.encode().into(),
            effect: payload.effect.encode().into(),
            payload: payload.bytes.clone().into(),
            policy: FixedBytes(self.policy.0 .0),
            expires: self.expires,
        })
    }

    /// What it is told when its key's next epoch is to be prepared: as the present one is shared.
    pub(super) fn preparation(&self) -> Result<Preparation, CliError> {
        Ok(Preparation {
            salt: salt()?,
            sharing: (self.scene.quorum, &self.scene.tree).encode().into(),
            policy: FixedBytes(self.policy.0 .0),
            expires: self.expires,
        })
    }
}

fn salt() -> Result<FixedBytes<32>, CliError> {
    let mut salt = [0; 32];
    OsRng.try_fill_bytes(&mut salt).map_err(|error| FlowError::Randomness(error.to_string()))?;
    Ok(FixedBytes(salt))
}

//! The inheritance part: a contract keeps a key of Eve's. When she is silent, and attested to be dead, it
//! hands the key to Alice, whose next transaction has the same sender as Eve's would have had.

use std::{
    fmt::Display,
    io::Write,
    time::{Duration, Instant},
};

use alloy_primitives::FixedBytes;
use alloy_sol_types::{SolCall, SolValue};
use codec::Encode;
use rand_core::{OsRng, RngCore};
use regent_client::{
    contract::Refusal,
    flows::{wait_for_block, Draft, FlowError},
    Account, Contract, ContractError, Inclusion,
};
use regent_contract_abi::{
    IInheritance::{self, Case, Step},
    IRegent, Preparation,
};
use regent_payload::ethereum::checksummed;
use regent_primitives::{
    AccountId, Algorithm, BlockNumber, Effect, KeyId, KeyRecord, Operation, PayloadFormat,
    PolicyHash, RequestId, H256,
};
use sp_crypto_hashing::blake2_256;

use super::{
    ethereum, policies,
    scene::{create, failed, words, Scene, REQUEST_LIFETIME},
    table::Table,
    Record,
};
use crate::{
    error::CliError,
    payloads::Payload,
    terms::{Clock, InheritanceFile, TermsFile},
};

/// Periods in blocks. People write months.
const INTERVAL: BlockNumber = 1;
const GRACE: BlockNumber = 1;
const CONTEST: BlockNumber = 2;

/// Numbers of the groups of attestors.
const FAMILY: u8 = 0;
const NOTARY: u8 = 1;

/// More credits than the contract, or anything it stores, can take from a purse.
const MAX_DEPOSIT: u128 = 512 * 1024;
/// How long a period may take to pass.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is attested.
const CERTIFICATE: &[u8] = b"certificate of Eve's death";

/// Shows it with the contract's blob; returns the heir's request.
pub(super) async fn show(
    scene: &Scene,
    code: Vec<u8>,
    out: &mut (impl Write + Send),
    record: &mut Record,
    timings: &mut Table,
) -> Result<RequestId, CliError> {
    let actors = &scene.actors;
    let mut steps = Steps { out, since: Instant::now() };
    let will = Will::make(scene, code).await?;
    let address = checksummed(will.contract.address.0);
    steps.done("deployed", format_args!("{address}: Alice inherits when Eve is silent"))?;
    let (old, bound) = will.keep_a_key().await?;
    steps.done("enrolled", format_args!("{}, of the contract", words(&old)))?;

    will.wait_past(bound.number.saturating_add(INTERVAL)).await?;
    will.call(&actors.alice, &IInheritance::reportSilenceCall {}).await?;
    let until = will.ask(&IInheritance::graceUntilCall {}).await?;
    will.wait_past(until).await?;
    steps.done("silent", "Eve, as Alice reports, and she lets the time to answer pass")?;
    let proven = will.prove().await?;
    let early = will.refusal(&actors.alice, &will.preparing()?, Some(proven.block)).await?;
    steps.refused("while it can be contested", &early)?;
    let until = will.ask(&IInheritance::contestUntilCall { proves: Case::Death }).await?;
    will.wait_past(until).await?;
    steps.done("attested", "by Bob and Charlie, family, and Dave, a notary; uncontested")?;

    will.prepare().await?;
    steps.done("prepared", "the next epoch, for Alice under the treasury's policy")?;
    let execute = IInheritance::executeCall { step: Step::Succeed, heir: 0 };
    let executed = will.call(&actors.alice, &execute).await?;
    let new = scene.key(old.token.key_id).await?;
    let same = new.token.public_key == old.token.public_key;
    if !same || new.owner != *actors.alice.id() || new.chain_authority {
        return Err(failed("the inheritance", "the key is not Alice's, or is another"));
    }
    let block = executed.number;
    steps.done("executed", format_args!("from block {block} on the key is Alice's, unchanged"))?;

    let (token, transfer) = (&new.token, ethereum::half(scene, &new.token)?);
    let request =
        will.request(token.key_id, &Operation::Sign { format: transfer.format }, &transfer)?;
    let late = will.refusal(&actors.eve, &IInheritance::submitCall { request }, None).await?;
    steps.refused("Eve's transfer through the contract", &late)?;
    let task = ethereum::signing(token, transfer);
    let draft = Draft { task: task.clone(), policy: None, lifetime: REQUEST_LIFETIME };
    let late = draft.prepare(&scene.client, actors.eve.id()).await?;
    let what = "Eve's transfer beside it";
    ethereum::refused_by_chain(scene, &actors.eve, what, &late, steps.out).await?;
    let performed = scene.perform(scene.draft(task, None).await?).await?;
    let name = "Ethereum transfer by heir";
    ethereum::report(name, token, &performed, steps.out, record, timings)?;
    Ok(performed.prepared.id)
}

/// Tells step by step, with the time that each took.
struct Steps<'a, W> {
    out: &'a mut W,
    since: Instant,
}

impl<W: Write> Steps<'_, W> {
    fn done(&mut self, what: &str, text: impl Display) -> Result<(), CliError> {
        let seconds = self.since.elapsed().as_secs_f64();
        self.since = Instant::now();
        Ok(writeln!(self.out, "  {what:<9} {text} ({seconds:.1} s)")?)
    }

    fn refused(&mut self, what: &str, refusal: &Refusal) -> Result<(), CliError> {
        Ok(writeln!(self.out, "  refused   {what}: {refusal}")?)
    }
}

/// Eve's terms: two of three of the family and a notary attest her death, and she is silent.
fn terms(owners: PolicyHash, heirs: PolicyHash) -> String {
    format!(
        r#"
        interval = {INTERVAL}
        grace = {GRACE}
        contest = {CONTEST}

        [owner]
        account = "//Eve"
        policy = "{owners}"

        [succession]
        turn = 1
        heirs = [{{ account = "//Alice", policy = "{heirs}" }}]

        [[groups]]
        name = "family"
        kind = "family"
        members = ["//Bob", "//Charlie", "//Ferdie"]
        threshold = 2

        [[groups]]
        name = "notary"
        kind = "notary"
        members = ["//Dave"]
        threshold = 1

        [[combinations]]
        proves = "death"
        silence = true
        groups = ["family", "notary"]
        "#
    )
}

/// Eve's will.
struct Will<'a> {
    scene: &'a Scene,
    contract: Contract,
    /// Under which the contract has its key used.
    policy: PolicyHash,
    /// Until then what is asked for may be done.
    expires: BlockNumber,
}

impl<'a> Will<'a> {
    /// Deploys it, with the policies that it needs.
    async fn make(scene: &'a Scene, code: Vec<u8>) -> Result<Self, CliError> {
        let Scene { client, actors, recipients, .. } = scene;
        let measurement = scene.enclave.info().await?.measurement;
        let kept =
            |requester: &AccountId| policies::kept(requester, actors, measurement, recipients);
        let owners = kept(actors.eve.id());
        let genesis = client.genesis();
        let terms = InheritanceFile::parse(&terms(owners.hash(genesis), scene.treasury))?;
        let data = terms.terms(&Clock::now(client).await?)?.abi_encode();
        let deployed = Contract::deploy(client, &actors.alice, code, data, MAX_DEPOSIT).await?;
        let contract = deployed.contract;
        let own = kept(&contract.account);
        let policy = own.hash(genesis);
        create(client, &actors.alice, [owners, own]).await?;
        let expires = client.finalised_head().await?.number.saturating_add(REQUEST_LIFETIME);
        Ok(Self { scene, contract, policy, expires })
    }

    async fn call<C: SolCall>(&self, who: &Account, call: &C) -> Result<Inclusion, CliError> {
        Ok(self.contract.call(&self.scene.client, who, call, MAX_DEPOSIT).await?.inclusion)
    }

    async fn ask<C: SolCall>(&self, call: &C) -> Result<C::Return, CliError> {
        let (client, alice) = (&self.scene.client, &self.scene.actors.alice);
        Ok(self.contract.ask(client, alice.id(), call, None).await?)
    }

    /// Why the contract refuses somebody's call, in finalised state or at a block.
    async fn refusal<C: SolCall>(
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
    async fn wait_past(&self, block: BlockNumber) -> Result<(), CliError> {
        wait_for_block(&self.scene.client, block.saturating_add(1), PATIENCE).await?;
        Ok(())
    }

    /// Has somebody make it request something, and carries that through.
    async fn perform<C: SolCall<Return = FixedBytes<32>>>(
        &self,
        who: &Account,
        call: &C,
    ) -> Result<KeyRecord, CliError> {
        let called = self.contract.call(&self.scene.client, who, call, MAX_DEPOSIT).await?;
        let executed = self.scene.carry_for(who, RequestId(H256(called.answer.0))).await?;
        executed.key.ok_or_else(|| failed(C::SIGNATURE, "there is no key"))
    }

    /// Enrols Eve's key through it, which it keeps from the block on that is returned.
    async fn keep_a_key(&self) -> Result<(KeyRecord, Inclusion), CliError> {
        let algorithm = Algorithm::EcdsaSecp256k1;
        let (quorum, tree) = (self.scene.quorum, self.scene.tree.clone());
        let enrol = Operation::Enrol { algorithm, quorum, tree };
        let nothing =
            Payload { format: PayloadFormat::Empty, bytes: Vec::new(), effect: Effect::default() };
        let request = self.request(KeyId::default(), &enrol, &nothing)?;
        let eve = &self.scene.actors.eve;
        let key = self.perform(eve, &IInheritance::submitCall { request }).await?;
        let bind = IInheritance::bindCall { key: FixedBytes(key.token.key_id.0 .0) };
        let bound = self.call(eve, &bind).await?;
        Ok((key, bound))
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

    /// Two of the family attest the death, and the notary; returns the block in which it is proven.
    async fn prove(&self) -> Result<Inclusion, CliError> {
        let actors = &self.scene.actors;
        let evidence = FixedBytes(blake2_256(CERTIFICATE));
        let attest = |group| IInheritance::attestCall { proves: Case::Death, group, evidence };
        let (family, notary) = (attest(FAMILY), attest(NOTARY));
        tokio::try_join!(self.call(&actors.bob, &family), self.call(&actors.charlie, &family))?;
        self.call(&actors.dave, &notary).await
    }

    fn preparing(&self) -> Result<IInheritance::prepareCall, CliError> {
        let preparation = Preparation {
            salt: salt()?,
            sharing: (self.scene.quorum, &self.scene.tree).encode().into(),
            policy: FixedBytes(self.policy.0 .0),
            expires: self.expires,
        };
        Ok(IInheritance::prepareCall { step: Step::Succeed, heir: 0, preparation })
    }

    /// Has the next epoch prepared for Alice.
    async fn prepare(&self) -> Result<KeyRecord, CliError> {
        self.perform(&self.scene.actors.alice, &self.preparing()?).await
    }
}

fn salt() -> Result<FixedBytes<32>, CliError> {
    let mut salt = [0; 32];
    OsRng.try_fill_bytes(&mut salt).map_err(|error| FlowError::Randomness(error.to_string()))?;
    Ok(FixedBytes(salt))
}

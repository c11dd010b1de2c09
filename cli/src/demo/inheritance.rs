//! The inheritance part: a contract keeps a key of Eve's. When she is silent, and attested to be dead, it
//! hands the key to Alice, whose next transaction has the same sender as Eve's would have had. At first a
//! relative stops it.

use std::io::Write;

use alloy_primitives::FixedBytes;
use regent_client::{flows::Draft, Inclusion};
use regent_contract_abi::IInheritance::{self, Case, Step};
use regent_primitives::{BlockNumber, KeyRecord, PolicyHash, RequestId};
use sp_crypto_hashing::blake2_256;

use super::{
    ethereum,
    keeper::Keeper,
    policies,
    retirement::HandedOver,
    scene::{failed, words, Scene, REQUEST_LIFETIME},
    steps::Steps,
    table::Table,
    title, Record,
};
use crate::{error::CliError, terms::InheritanceFile};

/// Periods in blocks. People write months.
const INTERVAL: BlockNumber = 1;
const GRACE: BlockNumber = 1;
const CONTEST: BlockNumber = 2;

/// Numbers of the groups of attestors.
const FAMILY: u8 = 0;
const NOTARY: u8 = 1;

/// What is attested.
const CERTIFICATE: &[u8] = b"certificate of Eve's death";

const EXECUTE: IInheritance::executeCall =
    IInheritance::executeCall { step: Step::Succeed, heir: 0 };
const STOP: IInheritance::contestCall = IInheritance::contestCall { proves: Case::Death };

/// Shows it with the contract's blob; returns the heir's request, and the key's tokens before and since.
pub(super) async fn show(
    scene: &Scene,
    code: &[u8],
    out: &mut (impl Write + Send),
    record: &mut Record,
    timings: &mut Table,
) -> Result<(RequestId, HandedOver), CliError> {
    title(out, "Meanwhile, an inheritance: a contract hands a key over, and its address stays")?;
    let (alice, eve) = (&scene.actors.alice, &scene.actors.eve);
    let mut steps = Steps::new(out);
    let will = Will::make(scene, code).await?;
    let address = will.keeper.address();
    steps
        .done("deployed", format_args!("{address}: Alice inherits when Eve is silent and dead"))?;
    let (old, bound) = will.keep_a_key().await?;
    steps.done("enrolled", format_args!("{}, of the contract", words(&old)))?;

    will.keeper.wait_past(bound.number.saturating_add(INTERVAL)).await?;
    will.stop(&mut steps).await?;
    will.prove_again(&mut steps).await?;

    will.keeper.perform(alice, &will.preparing()?).await?;
    steps.done("prepared", "the next epoch, for Alice under the treasury's policy")?;
    let executed = will.keeper.call(alice, &EXECUTE).await?;
    let new = scene.key(old.token.key_id).await?;
    let same = new.token.public_key == old.token.public_key;
    if !same || new.owner != *alice.id() || new.chain_authority {
        return Err(failed("the inheritance", "the key is not Alice's, or is another"));
    }
    let block = executed.number;
    steps.done("executed", format_args!("from block {block} on the key is Alice's, unchanged"))?;

    let token = &new.token;
    let request = will.keeper.transfer(token)?;
    let late = will.keeper.refusal(eve, &IInheritance::submitCall { request }, None).await?;
    steps.refused("Eve's transfer through the contract", &late)?;
    let task = ethereum::signing(token, ethereum::half(scene, token)?);
    let draft = Draft { task: task.clone(), policy: None, lifetime: REQUEST_LIFETIME };
    let late = draft.prepare(&scene.client, eve.id()).await?;
    ethereum::refused_by_chain(scene, eve, "Eve's transfer beside it", &late, steps.out).await?;
    let performed = scene.perform(scene.draft(task, None).await?).await?;
    let name = "Ethereum transfer by heir";
    ethereum::report(name, token, &performed, steps.out, record, timings)?;
    Ok((performed.prepared.id, HandedOver { former: old.token, present: new.token }))
}

/// Eve's terms: two of three of the family and a notary attest her death, and she is silent. One of the
/// family may stop it, once.
fn terms(owners: PolicyHash, heirs: PolicyHash) -> String {
    format!(
        r#"
        interval = {INTERVAL}
        grace = {GRACE}
        contest = {CONTEST}
        contesters = ["//Ferdie"]
        contests = 1

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
    keeper: Keeper<'a>,
}

impl<'a> Will<'a> {
    /// Deploys it, with the policies that it needs.
    async fn make(scene: &'a Scene, code: &[u8]) -> Result<Self, CliError> {
        let Scene { client, actors, recipients, .. } = scene;
        let measurement = scene.enclave.info().await?.measurement;
        let title = "Kept for Eve";
        let owners = policies::kept(title, actors.eve.id(), actors, measurement, recipients);
        let terms = terms(owners.hash(client.genesis()), scene.treasury);
        let keeper =
            Keeper::deploy::<InheritanceFile>(scene, code, &terms, title, [owners]).await?;
        Ok(Self { keeper })
    }

    /// Enrols Eve's key through it, which it keeps from the block on that is returned.
    async fn keep_a_key(&self) -> Result<(KeyRecord, Inclusion), CliError> {
        let eve = &self.keeper.scene.actors.eve;
        let request = self.keeper.enrolment()?;
        let key = self.keeper.perform(eve, &IInheritance::submitCall { request }).await?;
        let bind = IInheritance::bindCall { key: FixedBytes(key.token.key_id.0 .0) };
        let bound = self.keeper.call(eve, &bind).await?;
        Ok((key, bound))
    }

    /// Eve's death is proven, and Ferdie stops it: then nothing is.
    async fn stop<W: Write>(&self, steps: &mut Steps<'_, W>) -> Result<(), CliError> {
        let (keeper, actors) = (&self.keeper, &self.keeper.scene.actors);
        self.report_silence().await?;
        steps.done("silent", "Eve, as Alice reports, and she lets the time to answer pass")?;
        let proven = self.prove().await?;
        steps.done("attested", "by Bob and Charlie, two of the family, and Dave, a notary")?;
        let early = keeper.refusal(&actors.alice, &self.preparing()?, Some(proven.block)).await?;
        steps.refused("while it can be contested", &early)?;
        keeper.call(&actors.ferdie, &STOP).await?;
        steps.done("contested", "by Ferdie, of the family too: what was attested is void")?;
        let stopped = keeper.refusal(&actors.alice, &EXECUTE, None).await?;
        steps.refused("Alice, who would take the key now", &stopped)
    }

    /// Eve stays silent, her death is proven again, and nobody can stop it any more.
    async fn prove_again<W: Write>(&self, steps: &mut Steps<'_, W>) -> Result<(), CliError> {
        let (keeper, actors) = (&self.keeper, &self.keeper.scene.actors);
        self.report_silence().await?;
        steps.done("silent", "Eve still, as Alice reports anew")?;
        self.prove().await?;
        let again = keeper.refusal(&actors.ferdie, &STOP, None).await?;
        steps.refused("another contest of Ferdie's", &again)?;
        let contest_until = IInheritance::contestUntilCall { proves: Case::Death };
        let until = keeper.ask(&contest_until).await?;
        keeper.wait_past(until).await?;
        steps.done("attested", "again by all three; uncontested")
    }

    /// Alice reports Eve's silence, and Eve lets the time to answer pass.
    async fn report_silence(&self) -> Result<(), CliError> {
        let alice = &self.keeper.scene.actors.alice;
        self.keeper.call(alice, &IInheritance::reportSilenceCall {}).await?;
        let until = self.keeper.ask(&IInheritance::graceUntilCall {}).await?;
        self.keeper.wait_past(until).await
    }

    /// Two of the family attest the death, and the notary; returns the block in which it is proven.
    async fn prove(&self) -> Result<Inclusion, CliError> {
        let (keeper, actors) = (&self.keeper, &self.keeper.scene.actors);
        let evidence = FixedBytes(blake2_256(CERTIFICATE));
        let attest = |group| IInheritance::attestCall { proves: Case::Death, group, evidence };
        let (family, notary) = (attest(FAMILY), attest(NOTARY));
        tokio::try_join!(keeper.call(&actors.bob, &family), keeper.call(&actors.charlie, &family))?;
        keeper.call(&actors.dave, &notary).await
    }

    /// To have the next epoch prepared for Alice.
    fn preparing(&self) -> Result<IInheritance::prepareCall, CliError> {
        let preparation = self.keeper.preparation()?;
        Ok(IInheritance::prepareCall { step: Step::Succeed, heir: 0, preparation })
    }
}

//! A key passes on when its owner is silent and attested to be dead: the contract decides, agents and
//! enclave move the key, and its address stays.

use anyhow::Context;
use regent_cli::{
    network::{AgentRoot, NetworkOptions},
    InheritanceFile,
};
use regent_client::{calls, flows::wait_for_block, Account, Inclusion};
use regent_contract_abi::IInheritance;
use regent_payload::ethereum::address;
use regent_primitives::{BlockNumber, KeyState, PolicyHash, RegenToken};
use regent_tests::{sender, BareStage, PATIENCE};

use crate::{
    deployed::{evidence, Deployed},
    people::{pay, policy_of, transfer, why_not_pay},
    retirement::{check_disks, retired},
};

/// Numbers of the groups of attestors.
const FAMILY: u8 = 0;
const NOTARY: u8 = 1;

/// Periods in blocks: seconds where people would write months.
const INTERVAL: BlockNumber = 4;
const GRACE: BlockNumber = 2;
const CONTEST: BlockNumber = 7;

const DEATH: IInheritance::Case = IInheritance::Case::Death;
const SUCCEED: IInheritance::Step = IInheritance::Step::Succeed;

/// Eve's terms: Ferdie inherits when two of three of the family and the notary attest that she died, and
/// she is silent. Dave may contest, once.
fn terms(owners: PolicyHash, heirs: PolicyHash) -> String {
    format!(
        r#"
        interval = {INTERVAL}
        grace = {GRACE}
        contest = {CONTEST}
        contesters = ["//Dave"]
        contests = 1

        [owner]
        account = "//Eve"
        policy = "{owners}"

        [succession]
        turn = 10
        heirs = [{{ account = "//Ferdie", policy = "{heirs}" }}]

        [[groups]]
        name = "family"
        kind = "family"
        members = ["//Alice", "//Charlie", "//Dave"]
        threshold = 2

        [[groups]]
        name = "notary"
        kind = "notary"
        members = ["//Bob"]
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
    contract: Deployed<'a>,
    eve: Account,
    ferdie: Account,
    /// Under which the contract has its key used.
    policy: PolicyHash,
}

impl<'a> Will<'a> {
    async fn make(stage: &'a BareStage) -> anyhow::Result<Self> {
        let (eve, ferdie) = (Account::development("//Eve")?, Account::development("//Ferdie")?);
        let treasury = stage.scene.treasury;
        let (owners, heirs) = tokio::try_join!(
            policy_of(stage, treasury, eve.id()),
            policy_of(stage, treasury, ferdie.id()),
        )?;
        let (file, terms) = ("InkInheritance.polkavm", terms(owners, heirs));
        let contract = Deployed::on_terms::<InheritanceFile>(stage, file, &terms).await?;
        let policy = policy_of(stage, treasury, &contract.contract.account).await?;
        Ok(Self { contract, eve, ferdie, policy })
    }

    /// Enrols Eve's key through the contract, which keeps it from then on; with the block of that, her
    /// newest sign of life.
    async fn keep_a_key(&self) -> anyhow::Result<(RegenToken, Inclusion)> {
        let request = self.contract.enrolment(self.policy).await?;
        let submit = IInheritance::submitCall { request };
        let (_, enrolled) = self.contract.perform(&self.eve, &submit).await?;
        let record = enrolled.key.context("no key")?;
        let owner = &self.contract.contract.account;
        assert_eq!((&record.owner, record.chain_authority), (owner, true));
        let bind = IInheritance::bindCall { key: record.token.key_id.0 .0.into() };
        let bound = self.contract.call(&self.eve, &bind).await?.inclusion;
        Ok((record.token, bound))
    }

    /// Eve transfers half an ether through the contract; returns the sender that the signature shows.
    async fn pay(&self, token: &RegenToken) -> anyhow::Result<[u8; 20]> {
        let request = self.contract.payment(token).await?;
        let submit = IInheritance::submitCall { request };
        let (_, signed) = self.contract.perform(&self.eve, &submit).await?;
        let (payload, _) = transfer(self.contract.stage, token)?;
        sender(&payload, &signed.outcome.result)
    }

    /// Waits until a block after this one is final.
    async fn wait_past(&self, block: BlockNumber) -> anyhow::Result<()> {
        let client = &self.contract.stage.scene.client;
        wait_for_block(client, block + 1, PATIENCE).await?;
        Ok(())
    }

    /// Ferdie reports Eve's silence, and she lets the grace period pass.
    async fn report_silence(&self) -> anyhow::Result<()> {
        let report = IInheritance::reportSilenceCall {};
        let reported = self.contract.call(&self.ferdie, &report).await?.inclusion;
        let until = self.contract.ask(&IInheritance::graceUntilCall {}).await?;
        assert_eq!(until, reported.number + GRACE);
        self.wait_past(until).await
    }

    /// Two of the family and the notary attest Eve's death; returns the block in which it is proven.
    async fn prove(&self) -> anyhow::Result<Inclusion> {
        let actors = &self.contract.stage.scene.actors;
        let attest = |group| {
            let evidence = evidence("certificate of Eve's death");
            IInheritance::attestCall { proves: DEATH, group, evidence }
        };
        let stranger = self.contract.refusal(&actors.bob, &attest(FAMILY), None).await?;
        assert_eq!(stranger.name, "NotAttestor");
        for who in [&actors.alice, &actors.charlie] {
            self.contract.call(who, &attest(FAMILY)).await?;
            assert_eq!(self.contest_until().await?, 0, "the notary's word is missing");
        }
        let proven = self.contract.call(&actors.bob, &attest(NOTARY)).await?.inclusion;
        assert_eq!(self.contest_until().await?, proven.number + CONTEST);
        Ok(proven)
    }

    /// The last block in which Eve's death can be contested; 0 if it is not proven.
    async fn contest_until(&self) -> anyhow::Result<BlockNumber> {
        self.contract.ask(&IInheritance::contestUntilCall { proves: DEATH }).await
    }

    async fn preparing(&self) -> anyhow::Result<IInheritance::prepareCall> {
        let preparation = self.contract.preparation(self.policy).await?;
        Ok(IInheritance::prepareCall { step: SUCCEED, heir: 0, preparation })
    }
}

const EXECUTE: IInheritance::executeCall = IInheritance::executeCall { step: SUCCEED, heir: 0 };
const CONTEST_DEATH: IInheritance::contestCall = IInheritance::contestCall { proves: DEATH };

#[tokio::test(flavor = "multi_thread")]
async fn a_key_passes_to_the_heir_with_its_address_and_its_former_token_yields_nothing(
) -> anyhow::Result<()> {
    let options = NetworkOptions { root: AgentRoot::Tpm, ..NetworkOptions::default() };
    let mut stage = BareStage::bare(options).await?;
    let (old, new) = pass_on(&stage).await?;
    // Eve's people take every agent's disk and TPM of this moment.
    check_disks(&mut stage, &[&old], &new).await?;
    Ok(stage.network.shut_down().await?)
}

/// The whole story; returns the key's former token, which is retired, and its present one.
async fn pass_on(stage: &BareStage) -> anyhow::Result<(RegenToken, RegenToken)> {
    let (client, actors) = (&stage.scene.client, &stage.scene.actors);
    let will = Will::make(stage).await?;
    let (contract, eve, ferdie) = (&will.contract, &will.eve, &will.ferdie);
    let (old, bound) = will.keep_a_key().await?;
    let own = address(&old.public_key)?;
    assert_eq!(will.pay(&old).await?, own);

    // She gives no sign of life for longer than she said she might.
    let report = IInheritance::reportSilenceCall {};
    let early = contract.refusal(ferdie, &report, Some(bound.block)).await?;
    assert_eq!(early.name, "NotSilent");
    let alive = contract.ask(&IInheritance::aliveCall {}).await?;
    assert!(alive > bound.number, "using the key was a sign of life");
    will.wait_past(alive + INTERVAL).await?;
    will.report_silence().await?;
    let proven = will.prove().await?;
    let early = contract.refusal(ferdie, &will.preparing().await?, Some(proven.block)).await?;
    assert_eq!(early.name, "StillContestable");

    // Dave stops it: all that was attested is void.
    let other = contract.refusal(&actors.charlie, &CONTEST_DEATH, None).await?;
    assert_eq!(other.name, "MayNotContest");
    contract.call(&actors.dave, &CONTEST_DEATH).await?;
    assert_eq!(will.contest_until().await?, 0);
    let early = contract.refusal(ferdie, &will.preparing().await?, None).await?;
    assert_eq!(early.name, "NotProven");
    let early = contract.refusal(ferdie, &EXECUTE, None).await?;
    assert_eq!(early.name, "NotProven");

    // She stays silent, it is attested again, and nobody stops it any more.
    will.report_silence().await?;
    will.prove().await?;
    let again = contract.refusal(&actors.dave, &CONTEST_DEATH, None).await?;
    assert_eq!(again.name, "NoContestLeft");
    will.wait_past(will.contest_until().await?).await?;
    let early = contract.refusal(ferdie, &EXECUTE, None).await?;
    assert_eq!(early.name, "NotPrepared");
    let other = contract.refusal(&actors.charlie, &will.preparing().await?, None).await?;
    assert_eq!(other.name, "NotEntitled");
    let (_, prepared) = contract.perform(ferdie, &will.preparing().await?).await?;
    let waiting = prepared.key.context("no next epoch")?;
    assert_eq!((waiting.token.epoch, waiting.state), (1, KeyState::Pending));
    let record = stage.scene.key(old.key_id).await?;
    assert_eq!((&record.owner, record.token.epoch), (&contract.contract.account, 0));
    contract.call(ferdie, &EXECUTE).await?;

    // In that block Eve's control ended and Ferdie's began: the key is the same.
    let standing = contract.ask(&IInheritance::standingCall {}).await?;
    assert!(matches!(standing, IInheritance::Standing::Left));
    let record = stage.scene.key(old.key_id).await?;
    assert_eq!((&record.owner, record.chain_authority), (ferdie.id(), false));
    assert_eq!((record.token.epoch, record.state), (1, KeyState::Active));
    let new = record.token;
    assert_eq!(new.public_key, old.public_key);
    assert_eq!(pay(stage, ferdie, &new).await?, own);

    // Eve asks the contract in vain, and the chain itself.
    let late = IInheritance::submitCall { request: contract.payment(&new).await? };
    let refused = contract.refusal(eve, &late, None).await?;
    assert_eq!(refused.name, "NotInControl");
    assert!(refused.remedy.contains("`controller`"), "it says what to do: {refused}");
    assert_eq!(why_not_pay(stage, eve, &new).await?, "RequesterNotInRole");
    let freeze = calls::keys::freeze(old.key_id);
    let refused = client.submit_finalised(eve, freeze).await.expect_err("not her key any more");
    let not_owner = refused.dispatch().is_some_and(|failure| failure.is("Keys", "NotOwner"));
    assert!(not_owner, "{refused}");

    // Every agent destroys what made its share of Eve's epoch.
    retired(stage, &old).await?;
    Ok((old, new))
}

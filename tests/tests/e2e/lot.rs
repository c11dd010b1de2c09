//! A key that is for sale, for a payment elsewhere or for cash, by the contract in Solidity or by the one
//! in ink!.

use alloy_primitives::B256;
use alloy_sol_types::SolCall;
use anyhow::Context;
use regent_cli::{network::Network, sharing_hash, SaleFile};
use regent_client::{contract::Refusal, flows::wait_for_block, Account, Client};
use regent_contract_abi::ISale::{self, Standing, Step};
use regent_payload::ethereum::address;
use regent_primitives::{BlockNumber, KeyState, PolicyHash, RegenToken, H256};
use regent_tests::{BareStage, LIFETIME, PATIENCE};

use crate::{
    deployed::{evidence, Deployed},
    people::{pay, policy_of, why_not_pay},
};

/// The same contract twice.
pub const SOLIDITY: &str = "Sale.polkavm";
pub const INK: &str = "InkSale.polkavm";

/// The price in cash: 700.01, in its smallest unit.
pub const PRICE: u128 = 70_001;
/// The part of it that is left first: 100.03.
pub const DEPOSIT: u128 = 10_003;

/// What is paid, and where.
#[derive(Clone, Copy)]
pub enum Price {
    /// A million, elsewhere; so many of Charlie and Dave attest it.
    Elsewhere(u8),
    /// [`PRICE`], to the contract, [`DEPOSIT`] of it first.
    Cash,
}

impl Price {
    /// Its lines in the terms: what stands above all tables, and its own table.
    fn terms(self) -> (&'static str, String) {
        match self {
            Self::Elsewhere(oracles) => {
                let statement = evidence("a million, to Eve's account at her bank");
                let table = format!(
                    r#"
                    oracles = ["//Charlie", "//Dave"]
                    threshold = {oracles}
                    statement = "{statement}"
                    "#
                );
                ("", table)
            }
            Self::Cash => (r#"deposit = "100.03""#, r#"amount = "700.01""#.to_owned()),
        }
    }
}

/// Eve sells to Ferdie. Bob clears it, Alice rules.
fn terms(
    sharing: B256,
    sellers: PolicyHash,
    buyers: PolicyHash,
    price: Price,
    seconds: u32,
) -> String {
    let (deposit, price) = price.terms();
    format!(
        r#"
        deadline = "{seconds} seconds"
        ruling = {LIFETIME}
        lifetime = {LIFETIME}
        arbiter = "//Alice"
        sharing = "{sharing}"
        {deposit}

        [seller]
        account = "//Eve"
        policy = "{sellers}"

        [buyer]
        account = "//Ferdie"
        policy = "{buyers}"

        [price]
        {price}

        [[sign_offs]]
        office = "sanctions"
        account = "//Bob"
        "#
    )
}

/// Cash, in one finalised block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sums {
    /// What Eve holds.
    pub seller: u128,
    /// What Ferdie holds.
    pub buyer: u128,
    /// What the contract holds.
    pub contract: u128,
    /// What Bob holds, who is no party.
    pub other: u128,
    /// What was issued and not redeemed.
    pub outstanding: u128,
}

/// Where keys of Eve's are for sale, and Ferdie buys.
pub struct Market<'a> {
    pub stage: &'a BareStage,
    sellers: PolicyHash,
    buyers: PolicyHash,
}

impl<'a> Market<'a> {
    /// Puts the policies of seller and buyer onto the chain.
    pub async fn new(stage: &'a BareStage) -> anyhow::Result<Self> {
        let [eve, ferdie] = parties()?;
        let treasury = stage.scene.treasury;
        let (sellers, buyers) = tokio::try_join!(
            policy_of(stage, treasury, eve.id()),
            policy_of(stage, treasury, ferdie.id()),
        )?;
        Ok(Self { stage, sellers, buyers })
    }

    /// Opens a sale, with a key that Eve enrols through it. Others may be opened at the same time.
    pub async fn open(&self, file: &str, price: Price, seconds: u32) -> anyhow::Result<Lot<'a>> {
        let ([eve, ferdie], stage) = (parties()?, self.stage);
        let sharing = sharing_hash(stage.scene.quorum, &stage.scene.tree);
        let terms = terms(sharing, self.sellers, self.buyers, price, seconds);
        let sale = Deployed::on_terms::<SaleFile>(stage, file, &terms).await?;
        let policy = policy_of(stage, stage.scene.treasury, &sale.contract.account).await?;
        let submit = ISale::submitCall { request: sale.enrolment(policy).await? };
        let (_, enrolled) = sale.perform(&eve, &submit).await?;
        let token = enrolled.key.context("no key")?.token;
        sale.call(&eve, &ISale::bindCall { key: token.key_id.0 .0.into() }).await?;
        Ok(Lot { sale, eve, ferdie, token })
    }
}

/// Eve and Ferdie.
fn parties() -> anyhow::Result<[Account; 2]> {
    Ok([Account::development("//Eve")?, Account::development("//Ferdie")?])
}

/// A key of Eve's that is for sale.
pub struct Lot<'a> {
    pub sale: Deployed<'a>,
    pub eve: Account,
    pub ferdie: Account,
    pub token: RegenToken,
}

impl Lot<'_> {
    pub async fn standing(&self) -> anyhow::Result<Standing> {
        self.sale.ask(&ISale::standingCall {}).await
    }

    pub async fn call(&self, who: &Account, call: impl SolCall) -> anyhow::Result<()> {
        self.sale.call(who, &call).await.map(drop)
    }

    pub async fn refusal(&self, who: &Account, call: impl SolCall) -> anyhow::Result<Refusal> {
        self.sale.refusal(who, &call, None).await
    }

    /// Has Ferdie send what the contract says is due; returns how much.
    pub async fn send_due(&self, call: impl SolCall) -> anyhow::Result<u128> {
        let due: u128 = self.sale.ask(&ISale::dueCall {}).await?;
        self.sale.call_with_value(&self.ferdie, due, &call).await?;
        Ok(due)
    }

    /// Who holds how much, by the first node's newest finalised block. All nodes say the same of it.
    pub async fn sums(&self) -> anyhow::Result<Sums> {
        let network = &self.sale.stage.network;
        let head = network.client().finalised_head().await?;
        everywhere(network, head.number).await?;
        let sums = self.sums_on(network.client(), head.hash).await?;
        for node in network.clients() {
            assert_eq!(self.sums_on(node, head.hash).await?, sums, "{}", node.url());
        }
        Ok(sums)
    }

    /// The same, as one node says of a block.
    async fn sums_on(&self, node: &Client, block: H256) -> anyhow::Result<Sums> {
        let at = Some(block);
        Ok(Sums {
            seller: node.cash_of(self.eve.id(), at).await?,
            buyer: node.cash_of(self.ferdie.id(), at).await?,
            contract: node.cash_of(&self.sale.contract.account, at).await?,
            other: node.cash_of(self.sale.stage.scene.actors.bob.id(), at).await?,
            outstanding: node.cash(at).await?.context("there is no cash")?.outstanding,
        })
    }

    /// Waits until it can be settled no more.
    pub async fn wait_past_deadline(&self) -> anyhow::Result<()> {
        let until: BlockNumber = self.sale.ask(&ISale::settleUntilCall {}).await?;
        wait_for_block(&self.sale.stage.scene.client, until + 1, 2 * PATIENCE).await?;
        Ok(())
    }

    /// Has Bob send the refund of a sale that came to nothing: Ferdie has all that he paid, once, and
    /// everybody what they had before.
    pub async fn refund(&self, paid: u128, before: Sums) -> anyhow::Result<()> {
        assert!(matches!(self.standing().await?, Standing::Cancelled));
        let refund: u128 = self.sale.ask(&ISale::refundCall {}).await?;
        assert_eq!(refund, paid);
        self.call(&self.sale.stage.scene.actors.bob, ISale::withdrawCall {}).await?;
        assert_eq!(self.sums().await?, Sums { contract: 0, ..before });
        let again = self.refusal(&self.ferdie, ISale::withdrawCall {}).await?;
        assert_eq!(again.name, "NothingToWithdraw");
        Ok(())
    }

    pub async fn preparing(&self, step: Step) -> anyhow::Result<ISale::prepareCall> {
        let preparation = self.sale.preparation(self.token.policy_hash).await?;
        Ok(ISale::prepareCall { step, preparation })
    }

    /// Has the next epoch prepared: it waits, and the contract owns the key still.
    pub async fn prepare(&self, who: &Account, step: Step) -> anyhow::Result<()> {
        let (_, prepared) = self.sale.perform(who, &self.preparing(step).await?).await?;
        let waiting = prepared.key.context("no next epoch")?;
        assert_eq!((waiting.token.epoch, waiting.state), (1, KeyState::Pending));
        let record = self.sale.stage.scene.key(self.token.key_id).await?;
        assert_eq!((&record.owner, record.token.epoch), (&self.sale.contract.account, 0));
        Ok(())
    }

    /// Carries a sale that is paid to its end: it takes the sanctions office and the next epoch. Then the
    /// key is the buyer's.
    pub async fn close(&self) -> anyhow::Result<()> {
        let (eve, ferdie) = (&self.eve, &self.ferdie);
        assert!(matches!(self.standing().await?, Standing::Paid));
        let early = self.refusal(ferdie, self.preparing(Step::Settle).await?).await?;
        assert_eq!(early.name, "NotCleared");
        self.call(&self.sale.stage.scene.actors.bob, sign_off()).await?;
        assert_eq!(self.refusal(ferdie, ISale::settleCall {}).await?.name, "NotPrepared");
        self.prepare(ferdie, Step::Settle).await?;
        self.call(ferdie, ISale::settleCall {}).await?;
        assert!(matches!(self.standing().await?, Standing::Settled));
        self.check_control(ferdie, eve).await
    }

    /// Checks that the key is somebody's, under its own policy and with its old address, and nobody
    /// else's.
    pub async fn check_control(&self, of: &Account, not_of: &Account) -> anyhow::Result<()> {
        let stage = self.sale.stage;
        let record = stage.scene.key(self.token.key_id).await?;
        assert_eq!((&record.owner, record.chain_authority), (of.id(), false));
        assert_eq!((record.token.epoch, record.state), (1, KeyState::Active));
        assert_eq!(record.token.public_key, self.token.public_key);
        let sender = pay(stage, of, &record.token).await?;
        assert_eq!(sender, address(&self.token.public_key)?);
        assert_eq!(why_not_pay(stage, not_of, &record.token).await?, "RequesterNotInRole");
        Ok(())
    }
}

pub fn attest_payment() -> ISale::attestPaymentCall {
    ISale::attestPaymentCall { evidence: evidence("the bank's receipt") }
}

fn sign_off() -> ISale::signOffCall {
    ISale::signOffCall { index: 0, evidence: evidence("on no list") }
}

/// Waits until every node has a block final.
pub async fn everywhere(network: &Network, number: BlockNumber) -> anyhow::Result<()> {
    for node in network.clients() {
        wait_for_block(node, number, PATIENCE).await?;
    }
    Ok(())
}

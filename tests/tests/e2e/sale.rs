//! A key is sold, for a payment elsewhere and for cash, by the contract in Solidity and by the one in
//! ink!: settled, undone, and cancelled in the very block in which it is paid.

use alloy_sol_types::SolCall;
use anyhow::{bail, Context};
use futures::StreamExt;
use regent_cli::{
    network::{Chain, Network, NetworkOptions},
    SaleFile,
};
use regent_client::{
    calls::revive, contract::Refusal, flows::wait_for_block, Account, Client, ClientError, Head,
    Submitted,
};
use regent_contract_abi::ISale::{self, Ruling, Standing, Step};
use regent_payload::ethereum::address;
use regent_primitives::{BlockNumber, KeyState, PolicyHash, RegenToken, H256};
use regent_tests::{Stage, LIFETIME, PATIENCE};

use crate::{
    deployed::{evidence, Deployed},
    people::{pay, policy_of, why_not_pay},
};

/// The same contract twice.
const SOLIDITY: &str = "Sale.polkavm";
const INK: &str = "InkSale.polkavm";

/// How many sales are opened until two calls meet in one block.
const ROUNDS: usize = 6;
/// More credits than a call can take that only marks something.
const CREDITS: u128 = 4 * 1024;
/// The price in cash: 700.01, in its smallest unit.
const PRICE: u128 = 70_001;
/// The part of it that is left first: 100.03.
const DEPOSIT: u128 = 10_003;
/// Until a sale expires: four times what it takes to open it and to pay.
const SECONDS: u32 = 60;

/// What is paid, and where.
#[derive(Clone, Copy)]
enum Price {
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
fn terms(sellers: PolicyHash, buyers: PolicyHash, price: Price, seconds: u32) -> String {
    let (deposit, price) = price.terms();
    format!(
        r#"
        deadline = "{seconds} seconds"
        ruling = {LIFETIME}
        lifetime = {LIFETIME}
        arbiter = "//Alice"
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
struct Sums {
    /// What Eve holds.
    seller: u128,
    /// What Ferdie holds.
    buyer: u128,
    /// What the contract holds.
    contract: u128,
    /// What Bob holds, who is no party.
    other: u128,
    /// What was issued and not redeemed.
    outstanding: u128,
}

/// A key of Eve's that is for sale.
struct Lot<'a> {
    sale: Deployed<'a>,
    eve: Account,
    ferdie: Account,
    token: RegenToken,
}

impl<'a> Lot<'a> {
    /// Opens a sale, with a key that Eve enrols through it.
    async fn open(
        stage: &'a Stage,
        file: &str,
        price: Price,
        seconds: u32,
    ) -> anyhow::Result<Self> {
        let (eve, ferdie) = (Account::development("//Eve")?, Account::development("//Ferdie")?);
        let treasury = stage.scene.treasury;
        let sellers = policy_of(stage, treasury, eve.id()).await?;
        let buyers = policy_of(stage, treasury, ferdie.id()).await?;
        let terms = terms(sellers, buyers, price, seconds);
        let sale = Deployed::on_terms::<SaleFile>(stage, file, &terms).await?;
        let policy = policy_of(stage, treasury, &sale.contract.account).await?;
        let submit = ISale::submitCall { request: sale.enrolment(policy).await? };
        let (_, enrolled) = sale.perform(&eve, &submit).await?;
        let token = enrolled.key.context("no key")?.token;
        sale.call(&eve, &ISale::bindCall { key: token.key_id.0 .0.into() }).await?;
        Ok(Self { sale, eve, ferdie, token })
    }

    async fn standing(&self) -> anyhow::Result<Standing> {
        self.sale.ask(&ISale::standingCall {}).await
    }

    async fn call(&self, who: &Account, call: impl SolCall) -> anyhow::Result<()> {
        self.sale.call(who, &call).await.map(drop)
    }

    async fn refusal(&self, who: &Account, call: impl SolCall) -> anyhow::Result<Refusal> {
        self.sale.refusal(who, &call, None).await
    }

    /// Has Ferdie send what the contract says is due; returns how much.
    async fn send_due(&self, call: impl SolCall) -> anyhow::Result<u128> {
        let due: u128 = self.sale.ask(&ISale::dueCall {}).await?;
        self.sale.call_with_value(&self.ferdie, due, &call).await?;
        Ok(due)
    }

    /// Who holds how much, by the first node's newest finalised block. All nodes say the same of it.
    async fn sums(&self) -> anyhow::Result<Sums> {
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
    async fn wait_past_deadline(&self) -> anyhow::Result<()> {
        let until: BlockNumber = self.sale.ask(&ISale::settleUntilCall {}).await?;
        wait_for_block(&self.sale.stage.scene.client, until + 1, 2 * PATIENCE).await?;
        Ok(())
    }

    /// Has Bob send the refund of a sale that came to nothing: Ferdie has all that he paid, once, and
    /// everybody what they had before.
    async fn refund(&self, paid: u128, before: Sums) -> anyhow::Result<()> {
        assert!(matches!(self.standing().await?, Standing::Cancelled));
        let refund: u128 = self.sale.ask(&ISale::refundCall {}).await?;
        assert_eq!(refund, paid);
        self.call(&self.sale.stage.scene.actors.bob, ISale::withdrawCall {}).await?;
        assert_eq!(self.sums().await?, Sums { contract: 0, ..before });
        let again = self.refusal(&self.ferdie, ISale::withdrawCall {}).await?;
        assert_eq!(again.name, "NothingToWithdraw");
        Ok(())
    }

    async fn preparing(&self, step: Step) -> anyhow::Result<ISale::prepareCall> {
        let preparation = self.sale.preparation(self.token.policy_hash).await?;
        Ok(ISale::prepareCall { step, preparation })
    }

    /// Has the next epoch prepared: it waits, and the contract owns the key still.
    async fn prepare(&self, who: &Account, step: Step) -> anyhow::Result<()> {
        let (_, prepared) = self.sale.perform(who, &self.preparing(step).await?).await?;
        let waiting = prepared.key.context("no next epoch")?;
        assert_eq!((waiting.token.epoch, waiting.state), (1, KeyState::Pending));
        let record = self.sale.stage.scene.key(self.token.key_id).await?;
        assert_eq!((&record.owner, record.token.epoch), (&self.sale.contract.account, 0));
        Ok(())
    }

    /// Carries a sale that is paid to its end: it takes the sanctions office and the next epoch. Then the
    /// key is the buyer's.
    async fn close(&self) -> anyhow::Result<()> {
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
    async fn check_control(&self, of: &Account, not_of: &Account) -> anyhow::Result<()> {
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

fn attest_payment() -> ISale::attestPaymentCall {
    ISale::attestPaymentCall { evidence: evidence("the bank's receipt") }
}

fn sign_off() -> ISale::signOffCall {
    ISale::signOffCall { index: 0, evidence: evidence("on no list") }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_paid_and_cleared_is_the_buyers() -> anyhow::Result<()> {
    settled(SOLIDITY).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_paid_and_cleared_is_the_buyers_in_ink() -> anyhow::Result<()> {
    settled(INK).await
}

async fn settled(file: &str) -> anyhow::Result<()> {
    let stage = Stage::set(NetworkOptions::default()).await?;
    settle(&stage, file).await?;
    settle_in_cash(&stage, file).await?;
    Ok(stage.network.shut_down().await?)
}

async fn settle(stage: &Stage, file: &str) -> anyhow::Result<()> {
    let actors = &stage.scene.actors;
    let lot = Lot::open(stage, file, Price::Elsewhere(2), 600).await?;
    let (eve, ferdie) = (&lot.eve, &lot.ferdie);

    // From the reservation on nobody uses the key.
    lot.call(ferdie, ISale::reserveCall {}).await?;
    let payment = ISale::submitCall { request: lot.sale.payment(&lot.token).await? };
    assert_eq!(lot.refusal(eve, payment.clone()).await?.name, "KeyLocked");

    // It takes both oracles.
    assert_eq!(lot.refusal(&actors.bob, attest_payment()).await?.name, "NotOracle");
    lot.call(&actors.charlie, attest_payment()).await?;
    assert!(matches!(lot.standing().await?, Standing::Reserved));
    assert_eq!(lot.refusal(ferdie, ISale::settleCall {}).await?.name, "NotPaid");
    lot.call(&actors.dave, attest_payment()).await?;
    lot.close().await?;
    let refused = lot.refusal(eve, payment).await?;
    assert_eq!(refused.name, "NotInControl");
    Ok(())
}

async fn settle_in_cash(stage: &Stage, file: &str) -> anyhow::Result<()> {
    let lot = Lot::open(stage, file, Price::Cash, 600).await?;
    let before = lot.sums().await?;

    // What is due comes with the call, or nothing is reserved.
    let refused = lot.refusal(&lot.ferdie, ISale::reserveCall {}).await?;
    assert_eq!(refused.name, "WrongAmount");
    assert_eq!(lot.send_due(ISale::reserveCall {}).await?, DEPOSIT);
    let reserved = Sums { buyer: before.buyer - DEPOSIT, contract: DEPOSIT, ..before };
    assert_eq!(lot.sums().await?, reserved);
    assert_eq!(lot.refusal(&lot.ferdie, ISale::settleCall {}).await?.name, "NotPaid");
    assert_eq!(lot.send_due(ISale::payCall {}).await?, PRICE - DEPOSIT);
    let paid = Sums { buyer: before.buyer - PRICE, contract: PRICE, ..before };
    assert_eq!(lot.sums().await?, paid);

    lot.close().await?;
    let settled = Sums { seller: before.seller + PRICE, contract: 0, ..paid };
    assert_eq!(lot.sums().await?, settled);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_that_expires_returns_payment_and_key() -> anyhow::Result<()> {
    let stage = Stage::set(NetworkOptions::default()).await?;
    let actors = &stage.scene.actors;
    let lot = Lot::open(&stage, SOLIDITY, Price::Elsewhere(2), SECONDS).await?;
    let (eve, ferdie) = (&lot.eve, &lot.ferdie);
    lot.call(ferdie, ISale::reserveCall {}).await?;
    lot.call(&actors.charlie, attest_payment()).await?;
    lot.call(&actors.dave, attest_payment()).await?;
    assert_eq!(lot.refusal(&actors.bob, ISale::expireCall {}).await?.name, "NotExpired");

    // Another one is paid in cash meanwhile, and not cleared either.
    let in_cash = Lot::open(&stage, INK, Price::Cash, SECONDS).await?;
    let before = in_cash.sums().await?;
    in_cash.send_due(ISale::reserveCall {}).await?;
    in_cash.send_due(ISale::payCall {}).await?;
    let paid = Sums { buyer: before.buyer - PRICE, contract: PRICE, ..before };
    assert_eq!(in_cash.sums().await?, paid);

    // Nobody clears it in time. Anyone says so; the payment is for the arbiter then.
    lot.wait_past_deadline().await?;
    assert_eq!(lot.refusal(ferdie, ISale::settleCall {}).await?.name, "NotCleared");
    lot.call(&actors.bob, ISale::expireCall {}).await?;
    assert!(matches!(lot.standing().await?, Standing::Disputed));
    let unwind = || ISale::ruleCall { ruling: Ruling::Unwind };
    assert_eq!(lot.refusal(&actors.alice, unwind()).await?.name, "NotReturned");

    // Ferdie has his money again, and Eve her key.
    for oracle in [&actors.charlie, &actors.dave] {
        let evidence = evidence("the bank's receipt of the return");
        lot.call(oracle, ISale::attestReturnCall { evidence }).await?;
    }
    lot.call(&actors.alice, unwind()).await?;
    assert!(matches!(lot.standing().await?, Standing::Cancelled));
    let refused = lot.refusal(ferdie, lot.preparing(Step::Settle).await?).await?;
    assert_eq!(refused.name, "NotPaid");
    let refused = lot.refusal(ferdie, lot.preparing(Step::TakeBack).await?).await?;
    assert_eq!(refused.name, "NotSeller");
    lot.prepare(eve, Step::TakeBack).await?;
    lot.call(eve, ISale::takeBackCall {}).await?;
    assert!(matches!(lot.standing().await?, Standing::Left));
    lot.check_control(eve, ferdie).await?;

    // Cash is returned without a ruling.
    in_cash.wait_past_deadline().await?;
    assert_eq!(in_cash.sums().await?, paid);
    in_cash.call(&actors.bob, ISale::expireCall {}).await?;
    in_cash.refund(PRICE, before).await?;
    Ok(stage.network.shut_down().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_calls_in_one_block_one_wins_and_both_parties_see_the_same() -> anyhow::Result<()> {
    in_one_block(SOLIDITY).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_calls_in_one_block_one_wins_in_ink() -> anyhow::Result<()> {
    in_one_block(INK).await
}

/// Seller, buyer and oracle each have a node of their own, a validator's.
async fn in_one_block(file: &str) -> anyhow::Result<()> {
    let options = NetworkOptions { chain: Chain::Local, ..NetworkOptions::default() };
    let stage = Stage::set(options).await?;
    until_they_meet(async || payment_or_cancellation(&stage, file).await).await?;
    until_they_meet(async || cash_or_cancellation(&stage, file).await).await?;
    until_they_meet(async || reservation_or_cancellation(&stage, file).await).await?;
    Ok(stage.network.shut_down().await?)
}

/// Repeats a round until its two calls were in one block. What it asserts holds in any.
async fn until_they_meet(round: impl AsyncFn() -> anyhow::Result<bool>) -> anyhow::Result<()> {
    for _ in 0..ROUNDS {
        if round().await? {
            return Ok(());
        }
    }
    bail!("they were never in one block, in {ROUNDS} rounds")
}

/// An oracle attests the payment while the seller cancels. Whichever is first, the payment counts: once
/// it was announced, the seller cannot cancel alone.
async fn payment_or_cancellation(stage: &Stage, file: &str) -> anyhow::Result<bool> {
    let lot = Lot::open(stage, file, Price::Elsewhere(1), 600).await?;
    let [sellers, buyers, oracles] = &clients(stage)?;
    lot.call(&lot.ferdie, ISale::reserveCall {}).await?;
    let (paid, cancelled) = lot
        .at_once(
            (oracles, &stage.scene.actors.charlie, 0, &attest_payment()),
            (sellers, &lot.eve, 0, &ISale::cancelCall {}),
        )
        .await?;
    assert!(paid.done, "the payment counts");
    let standing = lot.standing_on([sellers, buyers]).await?;
    assert!(matches!(standing, Standing::Paid), "{standing:?}");

    // First the cancellation was refused; else it is one consent of the two that it takes.
    lot.call(&lot.eve, ISale::cancelCall {}).await?;
    let standing = lot.standing_on([sellers, buyers]).await?;
    assert!(matches!(standing, Standing::Paid), "{standing:?}");
    println!("the payment, and a cancellation that was {}", cancelled.word());
    Ok(paid.block.hash == cancelled.block.hash)
}

/// The buyer pays the rest in cash while the seller cancels. A cancellation that is first ends the sale, and
/// the buyer keeps the rest; after the payment it is one consent of the two that it takes.
async fn cash_or_cancellation(stage: &Stage, file: &str) -> anyhow::Result<bool> {
    let lot = Lot::open(stage, file, Price::Cash, 600).await?;
    let [sellers, buyers, _] = &clients(stage)?;
    let before = lot.sums().await?;
    lot.send_due(ISale::reserveCall {}).await?;
    let (paid, cancelled) = lot
        .at_once(
            (buyers, &lot.ferdie, PRICE - DEPOSIT, &ISale::payCall {}),
            (sellers, &lot.eve, 0, &ISale::cancelCall {}),
        )
        .await?;
    assert!(cancelled.done, "the cancellation counts");
    let standing = lot.standing_on([sellers, buyers]).await?;
    let held = if paid.done { PRICE } else { DEPOSIT };
    let sums = Sums { buyer: before.buyer - held, contract: held, ..before };
    assert_eq!(lot.sums().await?, sums);
    if paid.done {
        assert!(matches!(standing, Standing::Paid), "{standing:?}");
        lot.call(&lot.ferdie, ISale::cancelCall {}).await?;
    } else {
        assert!(matches!(standing, Standing::Cancelled), "{standing:?}");
    }
    lot.refund(held, before).await?;
    println!("a payment in cash that was {}", paid.word());
    Ok(paid.block.hash == cancelled.block.hash)
}

/// The buyer reserves while the seller cancels: one of the two happens.
async fn reservation_or_cancellation(stage: &Stage, file: &str) -> anyhow::Result<bool> {
    let lot = Lot::open(stage, file, Price::Elsewhere(1), 600).await?;
    let [sellers, buyers, _] = &clients(stage)?;
    let (reserved, cancelled) = lot
        .at_once(
            (buyers, &lot.ferdie, 0, &ISale::reserveCall {}),
            (sellers, &lot.eve, 0, &ISale::cancelCall {}),
        )
        .await?;
    assert_ne!(reserved.done, cancelled.done, "one of the two happens");
    let standing = lot.standing_on([sellers, buyers]).await?;
    let oracle = &stage.scene.actors.charlie;
    if reserved.done {
        assert!(matches!(standing, Standing::Reserved), "{standing:?}");
        let refused = lot.refusal(&lot.eve, ISale::cancelCall {}).await?;
        assert_eq!(refused.name, "PaymentUnderWay");
        lot.call(oracle, attest_payment()).await?;
    } else {
        assert!(matches!(standing, Standing::Cancelled), "{standing:?}");
        let refused = lot.refusal(oracle, attest_payment()).await?;
        assert_eq!(refused.name, "NoPaymentDue");
    }
    println!("a reservation that was {}", reserved.word());
    Ok(reserved.block.hash == cancelled.block.hash)
}

/// The nodes of the seller, the buyer and the oracle.
fn clients(stage: &Stage) -> anyhow::Result<[Client; 3]> {
    let [sellers, buyers, oracles, ..] = stage.network.clients() else { bail!("too few nodes") };
    Ok([sellers, buyers, oracles].map(|client| client.clone().with_quota_patience(PATIENCE)))
}

/// Waits until every node has a block final.
async fn everywhere(network: &Network, number: BlockNumber) -> anyhow::Result<()> {
    for node in network.clients() {
        wait_for_block(node, number, PATIENCE).await?;
    }
    Ok(())
}

/// What became of a call that was not tried before.
struct Outcome {
    /// The block that it is final in.
    block: Head,
    /// Whether it did what it was to do.
    done: bool,
}

impl Outcome {
    async fn of(node: &Client, mut submitted: Submitted) -> anyhow::Result<Self> {
        let (block, done) = match submitted.finalised().await {
            Ok(inclusion) => (inclusion.block, true),
            Err(ClientError::Dispatch(failure)) if failure.is("Revive", "ContractReverted") => {
                (failure.block, false)
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Self { block: node.head(block).await?, done })
    }

    const fn word(&self) -> &'static str {
        if self.done {
            "accepted"
        } else {
            "refused"
        }
    }
}

impl Lot<'_> {
    /// Submits two calls at the beginning of a slot, each with so much cash and to a node of its own, and
    /// waits until every node has both final. The first is tried beforehand; the second takes about as much.
    async fn at_once(
        &self,
        (first_node, first, first_value, first_call): (&Client, &Account, u128, &impl SolCall),
        (second_node, second, second_value, second_call): (&Client, &Account, u128, &impl SolCall),
    ) -> anyhow::Result<(Outcome, Outcome)> {
        let (contract, data) = (&self.sale.contract, first_call.abi_encode());
        let network = &self.sale.stage.network;
        // What was done so far was done on the first node.
        everywhere(network, network.client().finalised_head().await?.number).await?;
        let dry = contract.dry_run(first_node, first.id(), first_value, &data, None).await?;
        let weight = (dry.ref_time.saturating_mul(2), dry.proof_size.saturating_mul(2));
        let call = |value, data| revive::call(contract.address, value, weight, CREDITS, data);
        let first_call = call(first_value, data);
        let second_call = call(second_value, second_call.abi_encode());
        // The present block, and the next one.
        let mut heads = first_node.best_heads().await?;
        for _ in 0..2 {
            heads.next().await.context("no more blocks")??;
        }
        let (first, second) = tokio::try_join!(
            first_node.submit(first, first_call),
            second_node.submit(second, second_call),
        )?;
        let (first, second) =
            tokio::try_join!(Outcome::of(first_node, first), Outcome::of(second_node, second))?;
        everywhere(network, first.block.number.max(second.block.number)).await?;
        Ok((first, second))
    }

    /// Where it stands in one finalised block, as seller and buyer see it on their own nodes.
    async fn standing_on(&self, [sellers, buyers]: [&Client; 2]) -> anyhow::Result<Standing> {
        let (contract, call) = (&self.sale.contract, ISale::standingCall {});
        let head = sellers.finalised_head().await?;
        wait_for_block(buyers, head.number, PATIENCE).await?;
        let at = Some(head.hash);
        let seen = contract.ask(sellers, self.eve.id(), &call, at).await?;
        let by_buyer = contract.ask(buyers, self.ferdie.id(), &call, at).await?;
        assert_eq!(seen, by_buyer, "both parties see the same");
        Ok(seen)
    }
}

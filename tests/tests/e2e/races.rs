//! A sale is cancelled in the very block in which it is paid or reserved: one of the two calls wins.

use alloy_sol_types::SolCall;
use anyhow::{bail, ensure, Context};
use futures::StreamExt;
use regent_cli::network::{Chain, NetworkOptions};
use regent_client::{
    calls::revive, flows::wait_for_block, Account, Client, ClientError, Head, Submitted,
};
use regent_contract_abi::ISale::{self, Standing};
use regent_tests::{BareStage, PATIENCE};

use crate::lot::{
    attest_payment, everywhere, Lot, Market, Price, Sums, DEPOSIT, INK, PRICE, SOLIDITY,
};

/// How many sales are opened until two calls meet in one block.
const ROUNDS: usize = 6;
/// Until a sale expires: ten minutes, longer than all rounds take.
const SECONDS: u32 = 600;
/// A payment elsewhere that one oracle attests.
const ATTESTED: Price = Price::Elsewhere(1);
/// More credits than a call can take that only marks something.
const CREDITS: u128 = 4 * 1024;

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
    let stage = BareStage::bare(options).await?;
    let market = Market::new(&stage).await?;
    // Keys are enrolled at the same time: that is most of what opening takes.
    let (attested, in_cash, reserved) = tokio::try_join!(
        market.open(file, ATTESTED, SECONDS),
        market.open(file, Price::Cash, SECONDS),
        market.open(file, ATTESTED, SECONDS),
    )?;
    let again = async || market.open(file, ATTESTED, SECONDS).await;
    until_they_meet(attested, again, payment_or_cancellation).await?;
    let again = async || market.open(file, Price::Cash, SECONDS).await;
    until_they_meet(in_cash, again, cash_or_cancellation).await?;
    let again = async || market.open(file, ATTESTED, SECONDS).await;
    until_they_meet(reserved, again, reservation_or_cancellation).await?;
    Ok(stage.network.shut_down().await?)
}

/// Repeats a round, each with a sale of its own, until its two calls were in one block. What it asserts
/// holds in any.
async fn until_they_meet<'a>(
    mut lot: Lot<'a>,
    again: impl AsyncFn() -> anyhow::Result<Lot<'a>>,
    round: impl AsyncFn(&Lot<'a>) -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let mut rounds = 1;
    while !round(&lot).await? {
        ensure!(rounds < ROUNDS, "they were never in one block, in {ROUNDS} rounds");
        lot = again().await?;
        rounds += 1;
    }
    Ok(())
}

/// An oracle attests the payment while the seller cancels. Whichever is first, the payment counts: once
/// it was announced, the seller cannot cancel alone.
async fn payment_or_cancellation(lot: &Lot<'_>) -> anyhow::Result<bool> {
    let stage = lot.sale.stage;
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
async fn cash_or_cancellation(lot: &Lot<'_>) -> anyhow::Result<bool> {
    let [sellers, buyers, _] = &clients(lot.sale.stage)?;
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
async fn reservation_or_cancellation(lot: &Lot<'_>) -> anyhow::Result<bool> {
    let stage = lot.sale.stage;
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
fn clients(stage: &BareStage) -> anyhow::Result<[Client; 3]> {
    let [sellers, buyers, oracles, ..] = stage.network.clients() else { bail!("too few nodes") };
    Ok([sellers, buyers, oracles].map(|client| client.clone().with_quota_patience(PATIENCE)))
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

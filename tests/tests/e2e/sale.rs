//! A key is sold, for a payment elsewhere and for cash: settled, or undone.

use regent_cli::network::NetworkOptions;
use regent_contract_abi::ISale::{self, Ruling, Standing, Step};
use regent_tests::BareStage;

use crate::{
    deployed::evidence,
    lot::{attest_payment, Market, Price, Sums, DEPOSIT, INK, PRICE, SOLIDITY},
};

/// Until a sale expires: three times what it takes to open two and to pay.
const SECONDS: u32 = 40;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_paid_and_cleared_is_the_buyers() -> anyhow::Result<()> {
    settled(SOLIDITY).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_paid_and_cleared_is_the_buyers_in_ink() -> anyhow::Result<()> {
    settled(INK).await
}

async fn settled(file: &str) -> anyhow::Result<()> {
    let stage = BareStage::bare(NetworkOptions::default()).await?;
    let market = Market::new(&stage).await?;
    // The two sales share nothing but their parties.
    tokio::try_join!(settle(&market, file), settle_in_cash(&market, file))?;
    Ok(stage.network.shut_down().await?)
}

async fn settle(market: &Market<'_>, file: &str) -> anyhow::Result<()> {
    let actors = &market.stage.scene.actors;
    let lot = market.open(file, Price::Elsewhere(2), 600).await?;
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

async fn settle_in_cash(market: &Market<'_>, file: &str) -> anyhow::Result<()> {
    let lot = market.open(file, Price::Cash, 600).await?;
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
    let stage = BareStage::bare(NetworkOptions::default()).await?;
    let market = Market::new(&stage).await?;
    tokio::try_join!(expire_attested(&market), expire_in_cash(&market))?;
    Ok(stage.network.shut_down().await?)
}

async fn expire_attested(market: &Market<'_>) -> anyhow::Result<()> {
    let actors = &market.stage.scene.actors;
    let lot = market.open(SOLIDITY, Price::Elsewhere(2), SECONDS).await?;
    let (eve, ferdie) = (&lot.eve, &lot.ferdie);
    lot.call(ferdie, ISale::reserveCall {}).await?;
    lot.call(&actors.charlie, attest_payment()).await?;
    lot.call(&actors.dave, attest_payment()).await?;
    assert_eq!(lot.refusal(&actors.bob, ISale::expireCall {}).await?.name, "NotExpired");

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
    lot.check_control(eve, ferdie).await
}

/// Cash is returned without a ruling.
async fn expire_in_cash(market: &Market<'_>) -> anyhow::Result<()> {
    let lot = market.open(INK, Price::Cash, SECONDS).await?;
    let before = lot.sums().await?;
    lot.send_due(ISale::reserveCall {}).await?;
    lot.send_due(ISale::payCall {}).await?;
    let paid = Sums { buyer: before.buyer - PRICE, contract: PRICE, ..before };
    assert_eq!(lot.sums().await?, paid);

    // Nobody clears it in time either.
    lot.wait_past_deadline().await?;
    assert_eq!(lot.sums().await?, paid);
    lot.call(&market.stage.scene.actors.bob, ISale::expireCall {}).await?;
    lot.refund(PRICE, before).await
}

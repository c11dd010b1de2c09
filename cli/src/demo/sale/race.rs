//! A sale that the buyer pays and the seller cancels in the same block. A cancellation that is first ends
//! it, and the payment is refused; after the payment it is one consent of the two that it takes.

use std::io::Write;

use alloy_sol_types::SolCall;
use futures::StreamExt;
use regent_client::{
    calls::revive::{self, WeightLimit},
    Account, Call, Client, ClientError, Submitted,
};
use regent_contract_abi::ISale::{self, Standing};
use regent_primitives::BlockNumber;

use super::lot::{Buyer, Lot, DEPOSIT, PRICE, STEP};
use crate::{
    demo::{
        scene::{failed, Scene},
        steps::Steps,
        title,
    },
    error::CliError,
};

/// How many sales are opened until two calls meet in one block.
const ROUNDS: usize = 3;
/// Until it is too late: more than everything takes.
const SECONDS: u32 = 600;
/// More credits than either call can take: both only mark something.
const CREDITS: u128 = 4 * 1024;

/// Shows it.
pub(super) async fn show(
    scene: &Scene,
    code: &[u8],
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    title(out, "Meanwhile, a sale that is paid and cancelled in one block")?;
    let mut steps = Steps::new(out);
    for _ in 0..ROUNDS {
        if round(scene, code, &mut steps).await? {
            return Ok(());
        }
    }
    Err(failed(STEP, "payment and cancellation were never in one block"))
}

/// One sale; says whether the two calls were in one block.
async fn round<W: Write>(
    scene: &Scene,
    code: &[u8],
    steps: &mut Steps<'_, W>,
) -> Result<bool, CliError> {
    let charlie = &scene.actors.charlie;
    let buyer = Buyer { account: charlie, name: "Charlie", deposit: true, seconds: SECONDS };
    let lot = Lot::open(scene, code, buyer, steps).await?;
    let (price, deposit) = (lot.units(PRICE)?, lot.units(DEPOSIT)?);
    let before = lot.sums(None).await?;
    lot.send_due(&ISale::reserveCall {}).await?;
    lot.check_held(deposit, before).await?;
    steps.done("reserved", format_args!("with {} by Charlie", lot.words(deposit)))?;

    let (paid, cancelled) = at_once(&lot).await?;
    let held = if paid.done { price } else { deposit };
    lot.check_held(held, before).await?;
    let standing = lot.keeper.ask(&ISale::standingCall {}).await?;
    let expected = match standing {
        Standing::Paid => paid.done,
        Standing::Cancelled => !paid.done,
        _ => false,
    };
    if !cancelled.done || !expected {
        return Err(failed(STEP, "payment and cancellation count both, or neither"));
    }
    let met = paid.block == cancelled.block;
    let first = if paid.done {
        "the payment was first, and the cancellation is one consent of two"
    } else {
        "the cancellation was first, and the payment was refused"
    };
    let (paid, cancelled) = (paid.block, cancelled.block);
    if met {
        let text = format!("paid by Charlie and cancelled by Alice in block {paid}: {first}");
        steps.done("raced", text)?;
    } else {
        let text = format!("in block {paid} and block {cancelled}, not in one: {first}");
        steps.done("missed", text)?;
    }
    if matches!(standing, Standing::Paid) {
        lot.keeper.call(charlie, &ISale::cancelCall {}).await?;
        steps.done("agreed", "by Charlie too, to whom all goes back")?;
    }
    lot.refund(held, before, steps).await?;
    Ok(met)
}

/// What became of a call that the other one may have come before.
struct Outcome {
    /// The block that it is final in.
    block: BlockNumber,
    /// Whether it did what it was to do.
    done: bool,
}

impl Outcome {
    async fn of(client: &Client, mut submitted: Submitted) -> Result<Self, CliError> {
        match submitted.finalised().await {
            Ok(inclusion) => Ok(Self { block: inclusion.number, done: true }),
            Err(ClientError::Dispatch(failure)) if failure.is("Revive", "ContractReverted") => {
                Ok(Self { block: client.head(failure.block).await?.number, done: false })
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Submits the payment of the rest and the cancellation as soon as there is another block, and waits until
/// both are final.
async fn at_once(lot: &Lot<'_>) -> Result<(Outcome, Outcome), CliError> {
    let (client, alice) = (&lot.keeper.scene.client, &lot.keeper.scene.actors.alice);
    let rest = lot.keeper.ask(&ISale::dueCall {}).await?;
    let payment = tried(lot, lot.buyer.account, rest, &ISale::payCall {}).await?;
    let cancellation = tried(lot, alice, 0, &ISale::cancelCall {}).await?;
    let mut heads = client.best_heads().await?;
    // The present block, and the next one.
    for _ in 0..2 {
        heads.next().await.ok_or(ClientError::SubscriptionEnded("best heads"))??;
    }
    let (payment, cancellation) = tokio::try_join!(
        client.submit(lot.buyer.account, payment),
        client.submit(alice, cancellation)
    )?;
    tokio::try_join!(Outcome::of(client, payment), Outcome::of(client, cancellation))
}

/// A call that would be accepted now. It may take twice as much when it is carried out.
async fn tried(
    lot: &Lot<'_>,
    who: &Account,
    value: u128,
    call: &impl SolCall,
) -> Result<Call, CliError> {
    let (client, contract) = (&lot.keeper.scene.client, &lot.keeper.contract);
    let data = call.abi_encode();
    let dry = contract.dry_run(client, who.id(), value, &data, None).await?;
    let weight: WeightLimit = (dry.ref_time.saturating_mul(2), dry.proof_size.saturating_mul(2));
    Ok(revive::call(contract.address, value, weight, CREDITS, data))
}

//! A sale that is paid and that nobody clears in time: it expires, and the buyer has everything back.

use std::io::Write;

use regent_client::ContractError;
use regent_contract_abi::ISale;

use super::lot::{Buyer, Lot, Sums, PRICE, STEP};
use crate::{
    demo::{
        scene::{failed, Scene},
        steps::Steps,
        title,
    },
    error::CliError,
};

/// Until it is too late: about twice what it takes to open a sale and to pay; and more, for another one,
/// where that was not enough.
const SECONDS: [u32; 2] = [25, 120];

/// Shows it.
pub(super) async fn show(
    scene: &Scene,
    code: &[u8],
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    title(out, "Meanwhile, a sale that expires: the buyer has everything back")?;
    let mut steps = Steps::new(out);
    let (lot, before) = paid(scene, code, &mut steps).await?;
    let (keeper, bob) = (&lot.keeper, &scene.actors.bob);
    let paid = lot.units(PRICE)?;
    lot.check_held(paid, before).await?;
    steps.done("paid", format_args!("{} by Dave, which the contract holds", lot.words(paid)))?;

    // Nobody clears it.
    let until = keeper.ask(&ISale::settleUntilCall {}).await?;
    keeper.wait_past(until).await?;
    let late = keeper.refusal(lot.buyer.account, &ISale::settleCall {}, None).await?;
    steps.refused("Dave, who would have the key all the same", &late)?;
    keeper.call(bob, &ISale::expireCall {}).await?;
    steps.done("expired", format_args!("after block {until}, as Bob says, which anyone may"))?;
    lot.refund(paid, before, &mut steps).await
}

/// Opens a sale and has it paid; returns it, and who held how much before.
async fn paid<'a, W: Write>(
    scene: &'a Scene,
    code: &[u8],
    steps: &mut Steps<'_, W>,
) -> Result<(Lot<'a>, Sums), CliError> {
    for seconds in SECONDS {
        let account = &scene.actors.dave;
        let buyer = Buyer { account, name: "Dave", deposit: false, seconds };
        let lot = Lot::open(scene, code, buyer, steps).await?;
        let before = lot.sums(None).await?;
        match lot.send_due(&ISale::payCall {}).await {
            Ok(()) => return Ok((lot, before)),
            Err(CliError::Contract(ContractError::Refused(refusal)))
                if refusal.name == "DeadlinePassed" =>
            {
                steps.refused("a payment that comes too late", &refusal)?;
            }
            Err(error) => return Err(error),
        }
    }
    Err(failed(STEP, "it expired before it could be paid; the machine is too slow"))
}

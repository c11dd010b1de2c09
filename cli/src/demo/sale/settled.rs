//! A sale that is paid, cleared and settled: what is signed next, the buyer has signed.

use std::io::Write;

use regent_client::flows::Draft;
use regent_contract_abi::ISale::{self, Step};
use regent_primitives::RequestId;

use super::lot::{Buyer, Lot, PRICE, STEP};
use crate::{
    demo::{
        ethereum,
        scene::{failed, Scene, REQUEST_LIFETIME},
        steps::Steps,
        table::Table,
        title, Record,
    },
    error::CliError,
};

/// Until it is too late: more than everything takes.
const SECONDS: u32 = 600;

/// Shows it; returns the buyer's request.
pub(super) async fn show(
    scene: &Scene,
    code: &[u8],
    out: &mut (impl Write + Send),
    record: &mut Record,
    timings: &mut Table,
) -> Result<RequestId, CliError> {
    title(out, "Meanwhile, a sale: price and key change hands in one call")?;
    let (client, alice, ferdie) = (&scene.client, &scene.actors.alice, &scene.actors.ferdie);
    let mut steps = Steps::new(out);
    let buyer = Buyer { account: ferdie, name: "Ferdie", deposit: false, seconds: SECONDS };
    let lot = Lot::open(scene, code, buyer, &mut steps).await?;
    let (keeper, price) = (&lot.keeper, lot.units(PRICE)?);
    let before = lot.sums(None).await?;
    let sellers = client.cash_of(alice.id(), None).await?;

    lot.send_due(&ISale::payCall {}).await?;
    lot.check_held(price, before).await?;
    steps.done("paid", format_args!("{} by Ferdie, which the contract holds", lot.words(price)))?;
    let early = keeper.refusal(ferdie, &ISale::settleCall {}, None).await?;
    steps.refused("before the sanctions office has cleared it", &early)?;
    lot.clear().await?;
    steps.done("cleared", "by Bob, who is the sanctions office")?;
    let prepare = ISale::prepareCall { step: Step::Settle, preparation: keeper.preparation()? };
    keeper.perform(ferdie, &prepare).await?;
    steps.done("prepared", "the next epoch, for Ferdie under a policy of his")?;

    let settled = keeper.call(ferdie, &ISale::settleCall {}).await?;
    let at = Some(settled.block);
    // Nothing else is paid to Alice meanwhile.
    let gained = client.cash_of(alice.id(), at).await?.checked_sub(sellers);
    if gained != Some(price) || lot.sums(at).await?.contract != 0 {
        return Err(failed(STEP, "Alice has something else than the price"));
    }
    let key = lot.key.token.key_id;
    let new = client.key(key, at).await?.ok_or_else(|| failed(STEP, "there is no key"))?;
    let same = new.token.public_key == lot.key.token.public_key;
    if !same || new.owner != *ferdie.id() || new.chain_authority {
        return Err(failed(STEP, "the key is not Ferdie's, or is another"));
    }
    let (block, price) = (settled.number, lot.words(price));
    steps.done(
        "settled",
        format_args!("in block {block}: Alice has {price}, and Ferdie the key, unchanged"),
    )?;

    let token = &new.token;
    let late = ISale::submitCall { request: keeper.transfer(token)? };
    let late = keeper.refusal(alice, &late, None).await?;
    steps.refused("Alice's transfer through the contract", &late)?;
    let task = ethereum::signing(token, ethereum::half(scene, token)?);
    let draft = Draft { task, policy: None, lifetime: REQUEST_LIFETIME };
    let prepared = draft.prepare(client, ferdie.id()).await?;
    let performed = scene.perform_for(ferdie, prepared).await?;
    let name = "Ethereum transfer by buyer";
    ethereum::report(name, token, &performed, steps.out, record, timings)?;
    Ok(performed.prepared.id)
}

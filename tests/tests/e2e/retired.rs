//! A key changes hands, and its former token is dead: who takes every agent's disk and TPM makes
//! nothing of it.

use anyhow::Context;
use regent_cli::network::{AgentRoot, NetworkOptions};
use regent_client::{
    calls,
    flows::{quiet, request, Draft, Task},
    Account,
};
use regent_primitives::{Algorithm, Effect, Operation, PayloadFormat, RegenToken, RequestStatus};
use regent_tests::BareStage;
use sp_core::{ed25519, Pair};

use crate::{
    people::{draft, perform, policy_of},
    retirement::{check_disks, retired},
};

const MESSAGE: &[u8] = b"signed by whoever is in control";

fn signing(token: &RegenToken) -> Draft {
    let (payload, effect) = (MESSAGE.to_vec(), Effect::default());
    draft(Task::Sign { key: token.key_id, format: PayloadFormat::Raw, payload, effect })
}

fn is_signed_by(token: &RegenToken, results: &[Vec<u8>]) -> bool {
    let signature = results.first().and_then(|bytes| <[u8; 64]>::try_from(&bytes[..]).ok());
    let public = <[u8; 32]>::try_from(&token.public_key[..]).map(ed25519::Public::from_raw);
    signature.zip(public.ok()).is_some_and(|(signature, public)| {
        ed25519::Pair::verify(&ed25519::Signature::from_raw(signature), MESSAGE, &public)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_transfer_the_former_token_yields_nothing_to_who_takes_every_disk(
) -> anyhow::Result<()> {
    let options = NetworkOptions { root: AgentRoot::Tpm, ..NetworkOptions::default() };
    let mut stage = BareStage::bare(options).await?;
    let (seller, buyer) = (Account::development("//Alice")?, Account::development("//Dave")?);
    let documents = stage.scene.documents;
    let (sellers, buyers) = tokio::try_join!(
        policy_of(&stage, documents, seller.id()),
        policy_of(&stage, documents, buyer.id()),
    )?;
    let old = stage.enrol(Algorithm::Ed25519, sellers).await?.token;
    assert!(is_signed_by(&old, &perform(&stage, &seller, signing(&old)).await?));

    // Prepared for one who is not to have it, given up, and prepared for the buyer.
    let client = stage.scene.client.clone();
    for to in [stage.scene.actors.charlie.id(), buyer.id()] {
        let (quorum, tree) = (stage.scene.quorum, stage.scene.tree.clone());
        let operation = Operation::Transfer { quorum, tree, owner: to.clone(), policy: buyers };
        let task = Task::Succeed { key: old.key_id, operation };
        perform(&stage, &seller, draft(task)).await?;
        if to != buyer.id() {
            let withdraw = calls::keys::withdraw_epoch(old.key_id);
            client.submit_finalised(&seller, withdraw).await?;
        }
    }
    let open = signing(&old).prepare(&client, seller.id()).await?;
    request(&client, &seller, &open, None, &mut quiet).await?;
    let transfer = calls::keys::transfer_control(old.key_id, buyer.id().clone(), buyers);
    client.submit_finalised(&seller, transfer).await?;

    // In that block the seller's control ends, and the buyer's begins: the key is the same.
    let record = stage.scene.key(old.key_id).await?;
    let new = record.token;
    assert_eq!((&record.owner, new.epoch, &new.public_key), (buyer.id(), 2, &old.public_key));
    stage.wait_for_status(open.id, RequestStatus::Cancelled).await?;
    let late = signing(&old).prepare(&client, seller.id()).await;
    let refused = match late {
        Ok(prepared) => request(&client, &seller, &prepared, None, &mut quiet).await.is_err(),
        Err(_) => true,
    };
    assert!(refused, "the seller asks for nothing any more");
    assert!(is_signed_by(&old, &perform(&stage, &buyer, signing(&new)).await?));

    // Every agent destroys what made its shares of the seller's epoch, and of the one nobody got.
    let withdrawn = client.epoch(old.key_id, 1, None).await?.context("stored")?.key.token;
    retired(&stage, &old).await?;
    retired(&stage, &withdrawn).await?;

    // The seller takes every agent's disk and TPM of this moment.
    check_disks(&mut stage, &[&old, &withdrawn], &new).await?;
    Ok(stage.network.shut_down().await?)
}

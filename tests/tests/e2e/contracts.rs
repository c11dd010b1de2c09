//! A contract owns a key: it asks, people approve, agents and enclave act, and it hands the key over.

use anyhow::{bail, Context};
use regent_cli::network::NetworkOptions;
use regent_contract_abi::IRegent;
use regent_primitives::{AccountId, Algorithm, Effect, KeyId, KeyState, Operation, PayloadFormat};
use regent_tests::BareStage;
use sp_core::{ed25519, Pair};

use crate::{deployed::Deployed, people::policy_of};

/// What the contract has signed.
const MESSAGE: &[u8] = b"signed for a contract";

/// The contract passes on what it is asked to, under the control plane's own names; Alice asks it.
#[tokio::test(flavor = "multi_thread")]
async fn a_contract_enrols_a_key_has_it_sign_and_hands_it_over() -> anyhow::Result<()> {
    let stage = BareStage::bare(NetworkOptions::default()).await?;
    let (client, scene, alice) = (&stage.scene.client, &stage.scene, &stage.scene.actors.alice);
    let keeper = Deployed::new(&stage, "Keeper.polkavm", Vec::new()).await?;
    let policy = policy_of(&stage, scene.documents, &keeper.contract.account).await?;
    let submit = async |key: KeyId, operation: Operation, payload: &[u8]| {
        let what = (payload.to_vec(), Effect::default());
        let request = keeper.request(key, &operation, what, policy).await?;
        anyhow::Ok(IRegent::submitCall { request })
    };

    // Enrolled for the contract, the key is its, and marked.
    let (algorithm, quorum, tree) = (Algorithm::Ed25519, scene.quorum, scene.tree.clone());
    let enrol = Operation::Enrol { algorithm, quorum, tree: tree.clone() };
    let enrol = submit(KeyId::default(), enrol, &[]).await?;
    let (_, enrolled) = keeper.perform(alice, &enrol).await?;
    let record = enrolled.key.context("no key")?;
    let key = record.token.key_id;
    assert_eq!((&record.owner, record.chain_authority), (&keeper.contract.account, true));

    // It signs for the contract once people approved.
    let sign = Operation::Sign { format: PayloadFormat::Raw };
    let signing = submit(key, sign.clone(), MESSAGE).await?;
    let (_, signed) = keeper.perform(alice, &signing).await?;
    let [signature] = signed.outcome.result.as_slice() else { bail!("not one signature") };
    let signature = ed25519::Signature::try_from(signature.as_slice())
        .map_err(|()| anyhow::anyhow!("no signature"))?;
    let public = ed25519::Public::try_from(&record.token.public_key[..])
        .map_err(|()| anyhow::anyhow!("no public key"))?;
    assert!(ed25519::Pair::verify(&signature, MESSAGE, &public));

    // While it is frozen nothing is asked of it.
    let bytes = || key.0 .0.into();
    keeper.call(alice, &IRegent::freezeCall { key: bytes() }).await?;
    let next = submit(key, sign, MESSAGE).await?;
    let refused = keeper.refusal(alice, &next, None).await?;
    assert_eq!(refused.name, "KeyFrozen");
    assert!(refused.remedy.contains("whoever froze it"), "the chain says what to do: {refused}");
    keeper.call(alice, &IRegent::unfreezeCall { key: bytes() }).await?;

    // An epoch is prepared for somebody who is not to have it, and given up.
    let transfer = |to: &AccountId| Operation::Transfer {
        quorum,
        tree: tree.clone(),
        owner: to.clone(),
        policy,
    };
    let for_charlie = submit(key, transfer(scene.actors.charlie.id()), &[]).await?;
    keeper.perform(alice, &for_charlie).await?;
    keeper.call(alice, &IRegent::withdrawCall { key: bytes() }).await?;
    let withdrawn = client.epoch(key, 1, None).await?.context("gone")?;
    assert_eq!(withdrawn.key.state, KeyState::Retiring);

    // The one after it is prepared for Bob, and the contract hands it over.
    let bob = scene.actors.bob.id();
    let for_bob = submit(key, transfer(bob), &[]).await?;
    let (_, prepared) = keeper.perform(alice, &for_bob).await?;
    let waiting = prepared.key.context("no next epoch")?;
    assert_eq!((waiting.token.epoch, waiting.state), (2, KeyState::Pending));
    let hand_over = IRegent::transferControlCall {
        key: bytes(),
        newOwner: <[u8; 32]>::from(bob.clone()).into(),
        newPolicy: policy.0 .0.into(),
    };
    keeper.call(alice, &hand_over).await?;
    let record = scene.key(key).await?;
    assert_eq!((&record.owner, record.chain_authority), (bob, false));
    assert_eq!((record.token.epoch, record.state), (2, KeyState::Active));
    assert_eq!(record.token.public_key[..], public.0);
    let late = keeper.refusal(alice, &IRegent::freezeCall { key: bytes() }, None).await?;
    assert_eq!(late.name, "NotOwner");
    Ok(())
}

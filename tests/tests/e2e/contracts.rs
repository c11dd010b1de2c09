//! A contract owns a key: it asks, people approve, agents and enclave act, and it hands the key over.

use alloy_sol_types::SolCall;
use anyhow::{bail, Context};
use codec::Encode;
use regent_cli::network::NetworkOptions;
use regent_client::{
    calls,
    contract::Refusal,
    flows::{execute, quiet, Executed},
    Contract, ContractError,
};
use regent_contract_abi::IRegent;
use regent_primitives::{
    AccountId, Algorithm, Effect, KeyId, KeyState, Operation, OperationKind, PayloadFormat, Policy,
    PolicyHash, RequestId, H256,
};
use regent_tests::{Stage, LIFETIME};
use sp_core::{ed25519, Pair};

/// What the contract has signed.
const MESSAGE: &[u8] = b"signed for a contract";

/// More than the contract and what it stores can take from a purse.
const MAX_DEPOSIT: u128 = 64 * 1024;

/// A contract that passes on what it is asked to, under the control plane's own names.
struct Keeper(Contract);

impl Keeper {
    /// Deploys it, by Alice.
    async fn deploy(stage: &Stage) -> anyhow::Result<Self> {
        let (client, alice) = (&stage.scene.client, &stage.scene.actors.alice);
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../contracts/out/Keeper.polkavm");
        let code = std::fs::read(path).context("build it with `make contracts`")?;
        let deployed = Contract::deploy(client, alice, code, Vec::new(), MAX_DEPOSIT).await?;
        assert_eq!(Contract::find(client, deployed.contract.address).await?, deployed.contract);
        Ok(Self(deployed.contract))
    }

    /// Has Alice call it; returns what it would have returned just before.
    async fn call<C: SolCall>(&self, stage: &Stage, call: &C) -> anyhow::Result<C::Return> {
        let (client, alice) = (&stage.scene.client, &stage.scene.actors.alice);
        Ok(self.0.call(client, alice, call, MAX_DEPOSIT).await?.answer)
    }

    /// Why it would refuse Alice's call.
    async fn refusal<C: SolCall>(&self, stage: &Stage, call: &C) -> anyhow::Result<Refusal> {
        let (client, alice) = (&stage.scene.client, &stage.scene.actors.alice);
        match self.0.ask(client, alice.id(), call, None).await {
            Err(ContractError::Refused(refusal)) => Ok(refusal),
            Err(error) => Err(error.into()),
            Ok(_) => bail!("nothing is refused"),
        }
    }

    /// A request of the contract's, which people then approve and Alice brings an enclave to.
    async fn perform(
        &self,
        stage: &Stage,
        request: IRegent::Request,
    ) -> anyhow::Result<(RequestId, Executed)> {
        let scene = &stage.scene;
        let id = self.call(stage, &IRegent::submitCall { request }).await?;
        let id = RequestId(H256(id.0));
        let state = scene.client.request(id, None).await?.context("no such request")?;
        assert_eq!(state.record.body.requester, self.0.account);
        let (options, mut progress) = (scene.options(), quiet);
        let executed = execute(
            &scene.client,
            &scene.enclave,
            &scene.actors.alice,
            id,
            &options,
            &mut progress,
        );
        let executed = async { anyhow::Ok(executed.await?) };
        let approved = async { anyhow::Ok(scene.approve_all(id).await?) };
        let (executed, _) = tokio::try_join!(executed, approved)?;
        Ok((id, executed))
    }
}

/// Makes the policy of the demonstration's documents one of this requester's, who may transfer.
async fn policy_of(stage: &Stage, requester: &AccountId) -> anyhow::Result<PolicyHash> {
    let (client, scene) = (&stage.scene.client, &stage.scene);
    let documents = client.policy(scene.documents, None).await?.context("no such policy")?;
    let mut policy: Policy = documents.policy;
    policy.roles[0].members.try_push(requester.clone()).expect("room for another");
    policy.operations.try_push(OperationKind::Transfer).expect("room for another");
    let hash = policy.hash(client.genesis());
    client.submit_finalised(&scene.actors.alice, calls::policies::create(policy)).await?;
    Ok(hash)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_enrols_a_key_has_it_sign_and_hands_it_over() -> anyhow::Result<()> {
    let stage = Stage::set(NetworkOptions::default()).await?;
    let (client, scene) = (&stage.scene.client, &stage.scene);
    let keeper = Keeper::deploy(&stage).await?;
    let policy = policy_of(&stage, &keeper.0.account).await?;
    let expires = client.finalised_head().await?.number + LIFETIME;
    let request = |salt: u8, key: KeyId, operation: Operation, payload: &[u8]| IRegent::Request {
        salt: [salt; 32].into(),
        key: key.0 .0.into(),
        operation: operation.encode().into(),
        effect: Effect::default().encode().into(),
        payload: payload.to_vec().into(),
        policy: policy.0 .0.into(),
        expires,
    };

    // Enrolled for the contract, the key is its, and marked.
    let (algorithm, quorum, tree) = (Algorithm::Ed25519, scene.quorum, scene.tree.clone());
    let enrol = Operation::Enrol { algorithm, quorum, tree: tree.clone() };
    let (_, enrolled) = keeper.perform(&stage, request(1, KeyId::default(), enrol, &[])).await?;
    let record = enrolled.key.context("no key")?;
    let key = record.token.key_id;
    assert_eq!((&record.owner, record.chain_authority), (&keeper.0.account, true));

    // It signs for the contract once people approved.
    let sign = Operation::Sign { format: PayloadFormat::Raw };
    let (_, signed) = keeper.perform(&stage, request(2, key, sign.clone(), MESSAGE)).await?;
    let [signature] = signed.outcome.result.as_slice() else { bail!("not one signature") };
    let signature = ed25519::Signature::try_from(signature.as_slice())
        .map_err(|()| anyhow::anyhow!("no signature"))?;
    let public = ed25519::Public::try_from(&record.token.public_key[..])
        .map_err(|()| anyhow::anyhow!("no public key"))?;
    assert!(ed25519::Pair::verify(&signature, MESSAGE, &public));

    // While it is frozen nothing is asked of it.
    let bytes = || key.0 .0.into();
    keeper.call(&stage, &IRegent::freezeCall { key: bytes() }).await?;
    let next = IRegent::submitCall { request: request(3, key, sign, MESSAGE) };
    let refused = keeper.refusal(&stage, &next).await?;
    assert_eq!(refused.name, "KeyFrozen");
    assert!(refused.remedy.contains("whoever froze it"), "the chain says what to do: {refused}");
    keeper.call(&stage, &IRegent::unfreezeCall { key: bytes() }).await?;

    // An epoch is prepared for somebody who is not to have it, and given up.
    let transfer = |to: &AccountId| Operation::Transfer {
        quorum,
        tree: tree.clone(),
        owner: to.clone(),
        policy,
    };
    let charlie = scene.actors.charlie.id();
    keeper.perform(&stage, request(4, key, transfer(charlie), &[])).await?;
    keeper.call(&stage, &IRegent::withdrawCall { key: bytes() }).await?;
    let withdrawn = client.epoch(key, 1, None).await?.context("gone")?;
    assert_eq!(withdrawn.key.state, KeyState::Retiring);

    // The one after it is prepared for Bob, and the contract hands it over.
    let bob = scene.actors.bob.id();
    let (_, prepared) = keeper.perform(&stage, request(5, key, transfer(bob), &[])).await?;
    let waiting = prepared.key.context("no next epoch")?;
    assert_eq!((waiting.token.epoch, waiting.state), (2, KeyState::Pending));
    let hand_over = IRegent::transferControlCall {
        key: bytes(),
        newOwner: <[u8; 32]>::from(bob.clone()).into(),
        newPolicy: policy.0 .0.into(),
    };
    keeper.call(&stage, &hand_over).await?;
    let record = scene.key(key).await?;
    assert_eq!((&record.owner, record.chain_authority), (bob, false));
    assert_eq!((record.token.epoch, record.state), (2, KeyState::Active));
    assert_eq!(record.token.public_key[..], public.0);
    let late = keeper.refusal(&stage, &IRegent::freezeCall { key: bytes() }).await?;
    assert_eq!(late.name, "NotOwner");
    Ok(())
}

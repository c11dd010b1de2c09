//! A requester that lies to a real enclave: whatever it brings in place of the chain's proof is refused by
//! the name of a rule, gives no result, and keeps nobody else from being served.

use anyhow::{bail, ensure};
use codec::{DecodeAll, Encode};
use regent_cli::network::NetworkOptions;
use regent_client::flows::{execute, gather, prove, quiet, request};
use regent_payload::ethereum::address;
use regent_primitives::{
    chain_proof::ChainProof, enclave_api::Execution, runtime_api::RequestState, BoundedVec,
    ConstU32, RequestStatus, H256,
};
use regent_proof::{layout, ChainVerifier, Header, Query, StandingKeys};
use regent_tests::{sender, Stage, LIFETIME};

use crate::world::{assembled, chain_proof, justified, proof_nodes, validators, Chain, State};

/// Blocks a session lives: five minutes.
const SESSION: u32 = 600;

/// What is asked of the chain for the request's first attempt.
fn queries(state: &RequestState) -> Vec<Query> {
    StandingKeys::of(state.id, 1, &state.record.body).queries().to_vec()
}

/// An execution with the truth, to be changed.
async fn honest(stage: &Stage, state: &RequestState) -> anyhow::Result<Execution> {
    let session = state.sessions.last().expect("a session");
    let proofs = prove(&stage.scene.client, &stage.scene.enclave, state, session).await?;
    Ok(gather(state, session, proofs.newest, &stage.scene.options())?)
}

/// Nothing comes of it, by one of these rules.
async fn refused(
    stage: &Stage,
    name: &str,
    rules: &[&str],
    execution: &Execution,
) -> anyhow::Result<()> {
    let Err(error) = stage.scene.enclave.execute(execution).await else {
        bail!("{name}: served");
    };
    let text = error.to_string();
    let named = rules.iter().any(|rule| text.contains(&format!("chain: {rule}: ")));
    ensure!(named, "{name}: expected one of {rules:?}, found {text}");
    Ok(())
}

/// A change of a proof, with the rules of which one refuses it.
type Lie = (&'static str, &'static [&'static str], fn(&RequestState, &Header, &mut ChainProof));

const LIES: [Lie; 8] = [
    ("a head that strangers finalised", &["unknown-voter"], |_, head, proof| {
        proof.head.justification = bounded(justified(&validators(9, 1), head, 0));
    }),
    ("a head that nobody finalised", &["too-few-votes"], |_, head, proof| {
        proof.head.justification = bounded(assembled(head, Vec::new(), Vec::new()).encode());
    }),
    ("a header that was changed after it was finalised", &["other-block"], |_, head, proof| {
        let mut header = head.clone();
        header.state_root = H256::repeat_byte(7);
        proof.head.header = bounded(header.encode());
    }),
    // In which all is as the requester wishes.
    ("another state", &["other-root"], |state, _, proof| {
        let mut record = state.record.clone();
        record.approved_entry = Some(H256::repeat_byte(7));
        let mut wished = State::default();
        wished.set(&layout::request(state.id), &record);
        proof.nodes = proof_nodes(wished.prove(&ChainVerifier::queries(&queries(state))));
    }),
    // Whose authorities are the requester's own.
    ("another chain", &["other-anchor"], |state, head, proof| {
        let mut chain = Chain::new(validators(9, 4));
        chain.grow_to(head.number);
        *proof = chain_proof(&chain, Vec::new(), &queries(state));
    }),
    ("a state that hides something", &["missing-node", "other-root"], |_, _, proof| {
        let mut fewer = nodes(proof);
        fewer.pop();
        proof.nodes = proof_nodes(fewer);
    }),
    ("nodes that nobody asked for", &["unused-nodes"], |_, _, proof| {
        proof.nodes = proof_nodes([nodes(proof), vec![vec![0; 40]]].concat());
    }),
    ("more than anybody looks at", &["too-large"], |_, _, proof| {
        proof.nodes = proof_nodes(vec![vec![0; 65_536]; 8]);
    }),
];

fn nodes(proof: &ChainProof) -> Vec<Vec<u8>> {
    proof.nodes.iter().map(|node| node.to_vec()).collect()
}

fn bounded<const N: u32>(bytes: Vec<u8>) -> BoundedVec<u8, ConstU32<N>> {
    bytes.try_into().expect("within its bound")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enclave_does_nothing_on_the_word_of_a_requester() -> anyhow::Result<()> {
    let stage = Stage::set(NetworkOptions::default()).await?;
    let prepared = stage.transfer(LIFETIME).await?;
    let session = Some((&stage.scene.enclave, SESSION));
    let (client, alice) = (&stage.scene.client, &stage.scene.actors.alice);
    request(client, alice, &prepared, session, &mut quiet).await?;
    let pending = RequestStatus::Pending { stage: 0 };
    let early = stage.wait_for_status(prepared.id, pending).await?;

    // Nobody approved, and the requester says that they did.
    let first = honest(&stage, &early).await?;
    refused(&stage, "before approval", &["not-approved"], &first).await?;

    stage.scene.approve_all(prepared.id).await?;
    let state =
        stage.wait(prepared.id, "approval", |state| state.record.status.may_release()).await?;
    // Shares come to the enclave by now; each lie is told with a proof that is new otherwise.
    for (name, rules, lie) in LIES {
        let mut execution = honest(&stage, &state).await?;
        let head = Header::decode_all(&mut execution.chain.head.header.as_slice())?;
        lie(&state, &head, &mut execution.chain);
        refused(&stage, name, rules, &execution).await?;
    }
    let mut other_token = honest(&stage, &state).await?;
    if let Some(token) = &mut other_token.token {
        token.window += 1;
    }
    refused(&stage, "another token", &["other-token"], &other_token).await?;
    let mut other_body = honest(&stage, &state).await?;
    other_body.chain = {
        let other = stage.transfer(LIFETIME).await?;
        let mut foreign = state.clone();
        (foreign.id, foreign.record.body) = (other.id, other.body);
        honest(&stage, &foreign).await?.chain
    };
    let of_another = ["missing-node", "unused-nodes"];
    refused(&stage, "the proof of another request", &of_another, &other_body).await?;
    // Some blocks behind are tolerated: then it is what it says.
    refused(&stage, "a proof of before", &["behind", "not-approved"], &first).await?;

    let after = stage.wait(prepared.id, "the same", |_| true).await?;
    ensure!(after.receipt.is_none(), "a result came of a lie");
    // The truth is served in the same session.
    let (enclave, options) = (&stage.scene.enclave, stage.scene.options());
    let executed = execute(client, enclave, alice, prepared.id, &options, &mut quiet).await?;
    ensure!(executed.attempt == 1, "attempt {}, expected the first", executed.attempt);
    let found = sender(&prepared.payload, &executed.outcome.result)?;
    ensure!(found == address(&stage.key.token.public_key)?, "another sender");
    Ok(stage.network.shut_down().await?)
}

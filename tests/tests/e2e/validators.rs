//! Four validators, an institution each: one of them replaces its keys, and they can spare another one.

use std::fs;

use anyhow::{ensure, Context};
use regent_cli::network::{Chain, Network, NetworkOptions};
use regent_client::Client;
use regent_evidence::Bundle;
use regent_primitives::{BlockNumber, RequestId, RequestStatus, H256};
use regent_tests::{Stage, PATIENCE};
use serde_json::Value;

use crate::{desk, evidence::Desk, lot::everywhere};

/// The commands that succeed here.
pub const COMMANDS: &[&str] = &["validator keys", "validator list"];

/// Whose keys are replaced, by the number of the institution and of the node.
const DAVE: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn four_validators_hand_over_to_new_keys_and_can_spare_one() -> anyhow::Result<()> {
    let options = NetworkOptions { chain: Chain::Local, ..NetworkOptions::default() };
    let network = Network::start(options, &mut |line| println!("{line}")).await?;
    assert_eq!(network.clients().len(), 4);
    let desk = desk::Desk::of(&network)?;
    let set = replace_keys(&desk, &network).await?;
    let handoff = BlockNumber::try_from(set["in_office_after"].as_u64().context("a block")?)?;

    // The former keys go on until then: a key is enrolled, and signs.
    let mut stage = Stage::on(network).await?;
    finalised_everywhere(&stage).await?;
    let hash = handed_over(&desk, &stage, &set, handoff).await?;

    // Agents follow by what their nodes prove, and the enclave by what the requester brings.
    let after = finalised_everywhere(&stage).await?;
    assert_eq!(stage.scene.enclave.info().await?.followed, handoff);
    evidence_leads_over(&stage, (handoff, hash), after).await?;

    // One of four may be gone, with the agents it serves: each of the others has to vote, and one of them
    // by its new key.
    stage.network.kill("node-2").await?;
    finalised_by(&stage, &[0, 1, DAVE]).await?;
    Ok(stage.network.shut_down().await?)
}

/// What is typed of validators, at their node.
fn at(node: &Client, words: &str) -> String {
    format!("validator {words} --node {} --genesis {:?}", node.url(), node.genesis())
}

/// The seat whose keys are replaced, as its node has it.
async fn seat(desk: &desk::Desk, network: &Network) -> anyhow::Result<Value> {
    let node = network.clients().get(DAVE).context("a fourth node")?;
    let listed = desk.tells(&at(node, "list")).await?;
    Ok(listed["seats"][DAVE].clone())
}

/// Replaces Dave's keys as an operator does; returns what is said of it.
async fn replace_keys(desk: &desk::Desk, network: &Network) -> anyhow::Result<Value> {
    let [other, _, _, own] = network.clients() else { anyhow::bail!("not four nodes") };
    let before = seat(desk, network).await?;
    ensure!(before["in_office"] == true, "{before}");

    let seatless = desk.fails(&at(own, "keys --account //Eve"), 3).await?;
    ensure!(seatless.contains("no validator's seat"), "{seatless}");
    let elsewhere = desk.fails(&at(other, "keys --account //Dave"), 2).await?;
    ensure!(elsewhere.contains("--new-node"), "{elsewhere}");
    let unchanged = seat(desk, network).await?;
    ensure!(unchanged == before, "{unchanged}");

    let set = desk.tells(&at(own, "keys --account //Dave")).await?;
    ensure!(set["institution"] == DAVE && set["keys"] != before["keys"], "{set}");
    let waiting = seat(desk, network).await?;
    ensure!(waiting["keys"] == set["keys"] && waiting["in_office"] == false, "{waiting}");
    ensure!(waiting["in_office_after"] == set["in_office_after"], "{waiting}");
    desk.check_succeeded(COMMANDS)?;
    Ok(set)
}

/// Waits until every node goes on after the handoff, which is where it was told to be; returns its hash.
async fn handed_over(
    desk: &desk::Desk,
    stage: &Stage,
    set: &Value,
    handoff: BlockNumber,
) -> anyhow::Result<H256> {
    // What follows it is finalised by the next set only.
    everywhere(&stage.network, handoff + 1).await?;
    let mut hashes = Vec::new();
    for node in stage.network.clients() {
        let [before, at] = [handoff - 1, handoff].map(|number| node.block_hash(number));
        let (before, at) = (before.await?.context("final")?, at.await?.context("final")?);
        let sets = (node.set_id(before).await?, node.set_id(at).await?);
        ensure!(sets == (0, 1), "{sets:?} at {}", node.url());
        hashes.push(at);
    }
    hashes.dedup();
    let [hash] = hashes.as_slice() else { anyhow::bail!("{hashes:?}") };
    let now = seat(desk, &stage.network).await?;
    ensure!(now["in_office"] == true && now["keys"] == set["keys"], "{now}");
    Ok(*hash)
}

/// Carries an operation through. Every node comes to the same finalised request.
async fn finalised_everywhere(stage: &Stage) -> anyhow::Result<RequestId> {
    finalised_by(stage, &[0, 1, 2, DAVE]).await
}

/// The same with these nodes left.
async fn finalised_by(stage: &Stage, nodes: &[usize]) -> anyhow::Result<RequestId> {
    let id = stage.perform().await?.prepared.id;
    let completed = stage.wait_for_status(id, RequestStatus::Completed).await?;
    for node in nodes {
        let client = stage.network.clients().get(*node).context("a node")?;
        let found = regent_client::flows::wait_for_request(
            client,
            id,
            "completion",
            PATIENCE,
            |_, state| Ok(state.filter(|state| state.record.status == RequestStatus::Completed)),
        );
        let found = found.await?;
        ensure!(found.receipt == completed.receipt, "{}", client.url());
        ensure!(client.genesis() == stage.network.genesis(), "{}", client.url());
    }
    Ok(id)
}

/// What was done before the handoff and after it is in one bundle, which holds for whoever knows the head or the
/// handoff itself.
async fn evidence_leads_over(
    stage: &Stage,
    (handoff, hash): (BlockNumber, H256),
    after: RequestId,
) -> anyhow::Result<()> {
    let desk = Desk::of(&stage.network).await?;
    let all = ["--from", "0", "--log-from", "0"];
    let exported = desk.export(stage.scene.client.url(), "both", &all).await?.with(0)?;
    let exported: Value = serde_json::from_str(&exported)?;
    assert_eq!(Bundle::decode(&fs::read(desk.path("both"))?)?.handoffs.len(), 1);

    let head = exported["head"]["hash"].as_str().context("the head")?;
    let told = desk.verdict("both", Some(head), "valid, anchored", (0, 0)).await?;
    let operations = told["operations"].as_array().context("operations")?;
    let submitted = |one: &Value| one["request"]["submitted_at"].as_u64();
    let first = operations.iter().filter_map(submitted).min().context("the enrolment")?;
    let after = operations.iter().find(|one| one["id"] == after.to_string());
    let last = after.and_then(submitted).context("the second signature")?;
    let between = u64::from(handoff);
    assert!(first < between && between < last, "{first}, {handoff}, {last}");
    assert!(operations.iter().all(|one| one["status"] == "completed"), "{told}");

    let anchor = format!("{hash:?}");
    let verdict = format!("valid, anchored at block {handoff}");
    desk.verdict("both", Some(&anchor), &verdict, (9, 0)).await?;
    Ok(())
}

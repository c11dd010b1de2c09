//! A key on its way to its next epoch, and processes that are killed at each step of it: the agents, the
//! enclave, the node. After each, exactly one epoch is active, and it signs.

use std::time::Duration;

use anyhow::{ensure, Context};
use regent_cli::network::{Network, NetworkOptions, ProcessState};
use regent_client::{
    calls,
    flows::{execute, quiet, Draft, ExecuteOptions, Executed, Task},
};
use regent_primitives::{Epoch, EpochRecord, KeyState, Operation};
use regent_tests::{agent, Stage, ALL_PARTS, LIFETIME, PATIENCE};
use tokio::time::{sleep, timeout};

/// How often the chain is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// As many agents as sign; one fewer than make the next epoch active.
const QUORUM: [usize; 3] = [0, 1, 2];
/// The agents that are not needed, and come back later.
const FOURTH: usize = 3;
const FIFTH: usize = 4;
/// Where agents die while they puncture: with nothing durable, and with everything durable and nothing told.
const PUNCTURING: [(usize, &str); 4] = [
    (0, "inside-transaction"),
    (1, "before-commit"),
    (2, "after-commit"),
    (FOURTH, "before-commit"),
];

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_killed_at_whichever_step_of_a_refresh_one_epoch_works() -> anyhow::Result<()> {
    let mut stage = Stage::set(NetworkOptions::default()).await?;

    // The token is on the chain, and none of those who made it is left to confirm it.
    let made = refresh(&stage).await?.outcome;
    for number in 0..stage.network.agents().len() {
        stage.network.kill(&agent(number)).await?;
    }
    let complete = calls::requests::complete(made.receipt, made.token);
    stage.scene.client.submit_finalised(&stage.scene.actors.alice, complete).await?;
    wait(&stage, 1, "the next token", |next| is(next, KeyState::Pending) && confirmed(next) == 0)
        .await?;
    crash(&mut stage.network, &QUORUM).await?;
    check_works(&stage, 0).await.context("a token without confirmations")?;

    // Three confirm it, and it takes one more.
    wait(&stage, 1, "three confirmations", |next| confirmed(next) == QUORUM.len()).await?;
    crash(&mut stage.network, &QUORUM[..1]).await?;
    check_works(&stage, 0).await.context("a token with too few confirmations")?;
    wait(&stage, 1, "no more confirmations", |next| {
        is(next, KeyState::Pending) && confirmed(next) == QUORUM.len()
    })
    .await?;

    // The fourth makes it active. Each dies then in the middle of destroying the former epoch.
    for (number, step) in PUNCTURING {
        let crash_at = toml::from_str(&format!("insecure_crash_at = \"{step}\""))?;
        stage.network.configure_agent(number, Some(&crash_at))?;
        stage.network.kill(&agent(number)).await?;
    }
    stage.network.restart_all(&QUORUM.map(agent)).await?;
    stage.network.restart(&agent(FOURTH)).await?;
    for (number, step) in PUNCTURING {
        let ended = stage.network.wait_for_exit(&agent(number), PATIENCE).await?;
        assert!(matches!(ended, ProcessState::Signalled(_)), "agent {number}, {step}: {ended:?}");
        stage.network.configure_agent(number, None)?;
    }
    wait(&stage, 1, "the next epoch", |next| is(next, KeyState::Active)).await?;
    wait(&stage, 0, "nothing told", |old| is(old, KeyState::Retiring) && punctured(old) == 0)
        .await?;
    crash(&mut stage.network, &QUORUM).await?;
    check_works(&stage, 1).await.context("an active epoch whose former one is whole")?;

    // Three come back and destroy it, whether they had done so before they died or not.
    wait(&stage, 0, "three punctures", |old| punctured(old) == QUORUM.len()).await?;
    // The others come back with who was killed, one of whom had not even confirmed the next.
    crash(&mut stage.network, &[0, FOURTH, FIFTH]).await?;
    check_works(&stage, 1).await.context("a former epoch that some have punctured")?;

    let all = stage.network.agents().len();
    wait(&stage, 1, "all confirmations", |next| confirmed(next) == all).await?;
    wait(&stage, 0, "all punctures", |old| punctured(old) == all).await?;
    check_active(&stage, 1).await?;
    Ok(stage.network.shut_down().await?)
}

/// Has all agents and the enclave make the key's next token, which stays off the chain.
async fn refresh(stage: &Stage) -> anyhow::Result<Executed> {
    let (scene, key) = (&stage.scene, stage.key.token.key_id);
    let task = Task::Succeed { key, operation: Operation::Refresh };
    let draft = Draft { task, policy: None, lifetime: LIFETIME };
    let alice = &scene.actors.alice;
    let prepared = draft.prepare(&scene.client, alice.id()).await?;
    scene.submit(&prepared).await?;
    let options = ExecuteOptions { complete: false, share_patience: ALL_PARTS, ..scene.options() };
    let (client, enclave) = (&scene.client, &scene.enclave);
    let executed = async {
        anyhow::Ok(execute(client, enclave, alice, prepared.id, &options, &mut quiet).await?)
    };
    let approved = async { anyhow::Ok(scene.approve_all(prepared.id).await?) };
    let (executed, _) = tokio::try_join!(executed, approved)?;
    let token = executed.outcome.token.as_ref().context("no token")?;
    let present = (0..token.tree.leaf_count()).filter(|leaf| token.is_present(*leaf)).count();
    ensure!(present == stage.network.agents().len(), "{present} agents have a part in it");
    Ok(executed)
}

/// Kills the node, the enclave and these agents, and starts them again; returns when the node answers.
async fn crash(network: &mut Network, agents: &[usize]) -> anyhow::Result<()> {
    let names = ["node-0", "enclave"].map(str::to_owned).into_iter();
    let names: Vec<String> = names.chain(agents.iter().copied().map(agent)).collect();
    for name in &names {
        network.kill(name).await?;
    }
    network.restart_all(&names).await?;
    let client = network.client();
    let answer = timeout(PATIENCE, async {
        // The first call may still find the connection lost.
        while client.finalised_head().await.is_err() {
            sleep(LOOK_EVERY).await;
        }
    });
    answer.await.context("the restarted node does not answer")
}

/// This epoch is active and no other, and signs.
async fn check_works(stage: &Stage, epoch: Epoch) -> anyhow::Result<()> {
    check_active(stage, epoch).await?;
    let signed = stage.perform().await?;
    let by = signed.executed.outcome.receipt.receipt.epoch;
    ensure!(by == epoch, "epoch {by} signs, expected {epoch}");
    check_active(stage, epoch).await
}

async fn check_active(stage: &Stage, expected: Epoch) -> anyhow::Result<()> {
    let (client, key) = (&stage.scene.client, stage.key.token.key_id);
    let at = Some(client.finalised_hash().await?);
    let mut states = Vec::new();
    for epoch in 0..=1 {
        let record = client.epoch(key, epoch, at).await?;
        states.push((epoch, record.context("an epoch is gone")?.key.state));
    }
    ensure!(client.epoch(key, 2, at).await?.is_none(), "there is a third epoch");
    let active = states.iter().filter(|(_, state)| *state == KeyState::Active);
    ensure!(active.map(|(epoch, _)| *epoch).eq([expected]), "{states:?}, expected {expected}");
    Ok(())
}

/// Waits until an epoch is as wanted in finalised state.
async fn wait(
    stage: &Stage,
    epoch: Epoch,
    what: &'static str,
    wanted: impl Fn(&EpochRecord) -> bool,
) -> anyhow::Result<()> {
    let (client, key) = (&stage.scene.client, stage.key.token.key_id);
    let found = timeout(PATIENCE, async {
        loop {
            let at = Some(client.finalised_hash().await?);
            let record = client.epoch(key, epoch, at).await?;
            if record.as_ref().is_some_and(&wanted) {
                return anyhow::Ok(());
            }
            sleep(LOOK_EVERY).await;
        }
    });
    found.await.context(what)?
}

fn is(record: &EpochRecord, state: KeyState) -> bool {
    record.key.state == state
}

fn confirmed(record: &EpochRecord) -> usize {
    leaves(record).filter(|leaf| record.key.is_confirmed(*leaf)).count()
}

fn punctured(record: &EpochRecord) -> usize {
    leaves(record).filter(|leaf| record.is_punctured(*leaf)).count()
}

fn leaves(record: &EpochRecord) -> std::ops::Range<usize> {
    0..record.key.token.tree.leaf_count()
}

//! Processes that lie or die in the middle of an operation.

use std::time::{Duration, Instant};

use anyhow::{ensure, Context};
use regent_cli::{
    demo::Performed,
    network::{Network, NetworkOptions, ProcessState},
};
use regent_client::{
    flows::{
        execute, gather, prove, quiet, request, ExecuteOptions, Executed, FlowError, Prepared,
        Timings,
    },
    Client, Remedy,
};
use regent_primitives::{
    enclave_api::OpenSession, runtime_api::RequestState, AgentId, RequestStatus, Session,
    SessionId, SessionRecord,
};
use regent_tests::{agent, Stage, LIFETIME, PATIENCE};

/// Blocks that a session lives which is to be lost: 15 s.
const SHORT: u32 = 30;

#[tokio::test(flavor = "multi_thread")]
async fn an_enclave_that_dies_is_followed_by_a_second_attempt() -> anyhow::Result<()> {
    let mut stage = Stage::set(NetworkOptions::default()).await?;
    for point in ["after-shares", "mid-operation"] {
        enclave_with(&mut stage.network, &["--insecure-crash-at", point]).await?;
        let prepared = stage.transfer(LIFETIME).await?;
        let (client, enclave) = (stage.scene.client.clone(), stage.scene.enclave.clone());
        let alice = &stage.scene.actors.alice;
        request(&client, alice, &prepared, Some((&enclave, SHORT)), &mut quiet).await?;
        stage.scene.approve_all(prepared.id).await?;
        let options = stage.scene.options();
        let error = execute(&client, &enclave, alice, prepared.id, &options, &mut quiet)
            .await
            .expect_err("the enclave died");
        let FlowError::Enclave(error) = error else { panic!("{point}: {error}") };
        assert_eq!(error.remedy(), Remedy::NextAttempt, "{point}: {error}");
        let ended = stage.network.wait_for_exit("enclave", PATIENCE).await?;
        assert!(matches!(ended, ProcessState::Signalled(_)), "{point}: {ended:?}");
        // The shares had arrived: the chain accounts for them.
        stage.wait(prepared.id, "three releases", |state| state.releases.len() >= 3).await?;

        enclave_with(&mut stage.network, &[]).await?;
        let options = ExecuteOptions { next_attempts: true, ..options };
        let executed = execute(&client, &enclave, alice, prepared.id, &options, &mut quiet).await?;
        assert_eq!(executed.attempt, 2, "{point}");
        let state = stage.wait_for_status(prepared.id, RequestStatus::Completed).await?;
        let [first, second] = state.sessions.as_slice() else { panic!("{point}: two attempts") };
        assert_ne!(first.session.kem_public, second.session.kem_public, "{point}");
        assert!(second.opened_at > first.deadline, "{point}: one attempt at a time");
        assert!(state.releases.iter().any(|release| release.attempt == 1), "{point}");
        replay(&stage, &executed.state, first).await.context(point)?;
        stage.check_sender(&performed(prepared, executed))?;
    }
    Ok(stage.network.shut_down().await?)
}

/// Offers the first attempt again to an enclave that was restarted, of a request that the second
/// attempt has completed: in its own session, and in another that is opened in the same words.
async fn replay(
    stage: &Stage,
    executed: &RequestState,
    first: &SessionRecord,
) -> anyhow::Result<()> {
    let (client, enclave) = (&stage.scene.client, &stage.scene.enclave);
    let newest = prove(client, enclave, executed, first).await?.newest;
    let mut execution = gather(executed, first, newest, &stage.scene.options())?;
    let error = enclave.execute(&execution).await.expect_err("its session died");
    ensure!(error.remedy() == Remedy::NextAttempt, "{error}");
    ensure!(error.to_string().contains("unknown"), "{error}");

    let Session { request, attempt, finalised_hash, lifetime, .. } = first.session;
    let again = OpenSession { request, attempt, finalised_hash, lifetime };
    let again = enclave.open_session(&again).await?;
    ensure!(again.id != first.session.id, "a session outlived its enclave");
    ensure!(again.kem_public != first.session.kem_public, "a key outlived its enclave");
    execution.session = again.id;
    execution.chain = prove(client, enclave, executed, first).await?.newest;
    let error = enclave.execute(&execution).await.expect_err("the request is over");
    ensure!(error.to_string().contains("chain: not-approved: "), "{error}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrupt_share_is_named_and_harms_nothing() -> anyhow::Result<()> {
    let mut options = NetworkOptions::default();
    options.agent_configuration.insert(0, toml::from_str("insecure_corrupt_share = true")?);
    let mut stage = Stage::set(options).await?;
    // Three are left, of which one lies: there are too few good shares.
    stage.network.kill(&agent(3)).await?;
    stage.network.kill(&agent(4)).await?;
    let prepared = stage.transfer(LIFETIME).await?;
    let (client, enclave) = (stage.scene.client.clone(), stage.scene.enclave.clone());
    let alice = &stage.scene.actors.alice;
    request(&client, alice, &prepared, Some((&enclave, LIFETIME / 2)), &mut quiet).await?;
    stage.scene.approve_all(prepared.id).await?;
    let state =
        stage.wait(prepared.id, "three releases", |state| state.releases.len() == 3).await?;
    let liar = stage.network.agents()[0].id;
    let leaf = state.releases.iter().find(|release| release.agent == liar);
    let leaf = leaf.context("the corrupt share is released")?.leaf.clone();
    let options =
        ExecuteOptions { share_patience: Duration::from_secs(3), ..stage.scene.options() };
    let error = execute(&client, &enclave, alice, prepared.id, &options, &mut quiet)
        .await
        .expect_err("two good shares are too few");
    let FlowError::Enclave(error) = error else { panic!("{error}") };
    assert_eq!(error.remedy(), Remedy::ExecuteAgain, "{error}");

    // A fourth comes back: the same attempt succeeds, and names the liar.
    stage.network.restart(&agent(3)).await?;
    let options = stage.scene.options();
    let executed = execute(&client, &enclave, alice, prepared.id, &options, &mut quiet).await?;
    let receipt = &executed.outcome.receipt.receipt;
    assert_eq!(executed.attempt, 1);
    assert_eq!(receipt.faulty.to_vec(), vec![leaf.clone()]);
    assert!(!receipt.leaves.contains(&leaf) && receipt.leaves.len() == 3);
    stage.check_sender(&performed(prepared, executed))?;
    Ok(stage.network.shut_down().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_may_die_at_any_step_of_a_release() -> anyhow::Result<()> {
    // The enclave says of each share what it makes of it.
    let log = "info,regent_enclave=debug".to_owned();
    let mut stage = Stage::set(NetworkOptions { log, ..NetworkOptions::default() }).await?;
    // Without these two, the share of every other is needed.
    stage.network.kill(&agent(3)).await?;
    stage.network.kill(&agent(4)).await?;
    let name = agent(0);
    for step in [
        "verified",
        "sealed",
        "inside-transaction",
        "before-commit",
        "after-commit",
        "before-send",
        "after-send",
        "after-acknowledge",
    ] {
        let crash = toml::from_str(&format!("insecure_crash_at = \"{step}\""))?;
        stage.network.configure_agent(0, Some(&crash))?;
        let prepared = stage.transfer(LIFETIME).await?;
        let id = prepared.id;
        // Agents hear of it once it is approved.
        let (network, scene) = (&mut stage.network, &stage.scene);
        let restarted = async {
            network.stop(&name).await?;
            anyhow::Ok(network.restart(&name).await?)
        };
        let requested = async { anyhow::Ok(scene.submit(&prepared).await?) };
        let ((), requested) = tokio::try_join!(restarted, requested)?;
        stage.scene.approve_all(id).await?;
        let ended = stage.network.wait_for_exit(&name, PATIENCE).await?;
        assert!(matches!(ended, ProcessState::Signalled(_)), "{step}: {ended:?}");
        stage.network.configure_agent(0, None)?;
        stage.network.restart(&name).await?;
        let dead = stage.network.agents()[0].id;
        let session = stage.wait(id, "the session", |state| state.sessions.len() == 1).await?;
        let session = session.sessions[0].session.id;
        if step == "after-send" {
            // The enclave had its share: sealed again, it is a duplicate.
            let came = || said_of_shares(&stage.network, session, dead, "Duplicate");
            wait_until(|| Ok(came()? >= 1)).await.context("the duplicate")?;
        }
        let performed = stage.scene.carry(prepared, requested).await.context(step)?;
        stage.check_sender(&performed)?;
        assert_eq!(performed.executed.attempt, 1, "{step}");
        // It is accounted for although it died, and exactly once.
        let state = stage
            .wait(id, "three releases and the receipt", |state| {
                state.releases.len() == 3 && state.record.status == RequestStatus::Completed
            })
            .await
            .context(step)?;
        let mut of_dead = state.releases.iter().filter(|release| release.agent == dead);
        let leaf = of_dead.next().map(|release| release.leaf.clone()).context(step)?;
        assert_eq!((of_dead.count(), state.refusals.len()), (0, 0), "{step}");
        // However often it came, it was kept once and used once.
        let kept = said_of_shares(&stage.network, session, dead, "Accepted")?;
        let leaves = &performed.executed.outcome.receipt.receipt.leaves;
        let used = leaves.iter().filter(|used| **used == leaf).count();
        assert_eq!((kept, used, leaves.len()), (1, 1, 3), "{step}");
    }
    Ok(stage.network.shut_down().await?)
}

/// How often the enclave's log says this of a share that an agent delivered to a session.
fn said_of_shares(
    network: &Network,
    session: SessionId,
    agent: AgentId,
    status: &str,
) -> anyhow::Result<usize> {
    let log = std::fs::read_to_string(network.log("enclave")?)?;
    let (session, agent) = (session.to_string(), agent.to_string());
    let status = format!("status={status}");
    let parts = ["share delivered", &session, &agent, &status];
    Ok(log.lines().filter(|line| parts.iter().all(|part| line.contains(*part))).count())
}

async fn wait_until(is_so: impl Fn() -> anyhow::Result<bool>) -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while !is_so()? {
        ensure!(Instant::now() < deadline, "not within {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_may_be_killed_in_the_middle_of_a_request() -> anyhow::Result<()> {
    let mut stage = Stage::set(NetworkOptions::default()).await?;
    let prepared = stage.transfer(LIFETIME).await?;
    let requested = stage.scene.submit(&prepared).await?;
    let id = prepared.id;
    stage.scene.approve(&stage.scene.actors.bob, id, 0).await?;
    stage.wait_for_status(id, RequestStatus::Pending { stage: 1 }).await?;
    crash_node(&mut stage.network).await?;
    // What was final still is.
    stage.wait_for_status(id, RequestStatus::Pending { stage: 1 }).await?;
    stage.scene.approve(&stage.scene.actors.charlie, id, 1).await?;
    stage.wait(id, "approval", |state| state.record.status.may_release()).await?;
    // While shares are on their way.
    crash_node(&mut stage.network).await?;
    let performed = stage.scene.carry(prepared, requested).await?;
    stage.check_sender(&performed)?;
    stage.wait_for_status(id, RequestStatus::Completed).await?;
    stage.perform().await?;
    Ok(stage.network.shut_down().await?)
}

/// Kills the node and starts it again; returns when it finalises new blocks.
async fn crash_node(network: &mut Network) -> anyhow::Result<()> {
    network.kill("node-0").await?;
    network.restart("node-0").await?;
    let client = network.client().clone();
    let start = Client::connect(client.url()).await?.finalised_head().await?;
    let head = tokio::time::timeout(PATIENCE, async {
        loop {
            match client.finalised_head().await {
                Ok(head) if head.number > start.number => return head,
                _ => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    });
    head.await.context("the restarted node finalises nothing")?;
    Ok(())
}

async fn enclave_with(network: &mut Network, arguments: &[&str]) -> anyhow::Result<()> {
    network.set_enclave_arguments(arguments)?;
    network.stop("enclave").await?;
    Ok(network.restart("enclave").await?)
}

fn performed(prepared: Prepared, executed: Executed) -> Performed {
    Performed { prepared, executed, timings: Timings::default(), after_last_approval: None }
}

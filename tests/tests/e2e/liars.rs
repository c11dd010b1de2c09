//! Nodes that lie to a real agent: nothing is released on their word, and the agent says which rule
//! refused it.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{ensure, Context};
use regent_cli::network::{Network, NetworkOptions};
use regent_client::{
    calls,
    flows::{quiet, request, wait_for_block},
};
use regent_primitives::{runtime_api::RequestState, RefusalReason, RequestId, RequestStatus, H256};
use regent_tests::{agent, Stage, LIFETIME, PATIENCE};
use serde_json::{json, Value};
use toml::Table;

use crate::{
    lies::{
        copied, newest_of, of_approval, of_beginning, of_deadline, of_finality, of_release,
        of_state, Told, Truth,
    },
    proxy::{Lie, Proxy},
    victim::Victim,
};

/// Blocks a session lives: five minutes.
const SESSION: u32 = 600;
/// Blocks a session lives that is over when a lie is told about it: 15 s.
const SHORT: u32 = 30;
/// The oldest head that the agent acts on here, in seconds: a test need not wait for thirty.
const OLDEST: u64 = 10;

/// Whose node lies.
async fn victim(stage: &mut Stage, proxy: &Proxy) -> anyhow::Result<Victim> {
    let text = format!(
        "[node]\nurl = \"{}\"\n[trust]\nmaximum_head_age_seconds = {OLDEST}\n",
        proxy.url()
    );
    let changes: Table = toml::from_str(&text)?;
    stage.network.configure_agent(0, Some(&changes))?;
    stage.network.stop(&agent(0)).await?;
    stage.network.restart(&agent(0)).await?;
    let handle = &stage.network.agents()[0];
    let victim = Victim { id: handle.id, port: handle.port, metrics: handle.metrics };
    victim.trusts_its_node(None).await?;
    Ok(victim)
}

/// A transfer with a session that nobody approved yet.
async fn unapproved(stage: &Stage, lifetime: u32) -> anyhow::Result<RequestId> {
    let prepared = stage.transfer(LIFETIME).await?;
    let session = Some((&stage.scene.enclave, lifetime));
    let (client, alice) = (&stage.scene.client, &stage.scene.actors.alice);
    request(client, alice, &prepared, session, &mut quiet).await?;
    stage.wait_for_status(prepared.id, RequestStatus::Pending { stage: 0 }).await?;
    Ok(prepared.id)
}

/// The lie is noticed by one of its rules while the agent is woken for the request, and the truth
/// believed again after it.
async fn is_refused(
    told: Told,
    proxy: &Proxy,
    victim: &Victim,
    request: RequestId,
) -> anyhow::Result<()> {
    let Told { name, rules, lie } = told;
    let waiting = Some(request);
    let before = victim.trusts_its_node(None).await.context(name)?["finalised_number"].as_u64();
    proxy.lie(lie);
    let refused =
        |health: &Value| health["unproven"].as_str().is_some_and(|it| rules.contains(&it));
    let health = victim.says(name, waiting, refused).await?;
    ensure!(proxy.told() > 0, "{name}: it was not told");
    println!("{name}: {}", health["unproven"]);
    proxy.be_honest();
    let after = victim.trusts_its_node(waiting).await.context(name)?;
    let after = after["finalised_number"].as_u64();
    ensure!(after >= before, "{name}: it went back from {before:?} to {after:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_lies_to_its_agent_is_not_believed() -> anyhow::Result<()> {
    let mut stage = Stage::set(NetworkOptions::default()).await?;
    let proxy = Proxy::start(stage.network.client().url()).await?;
    let victim = victim(&mut stage, &proxy).await?;
    let before = stage.scene.client.finalised_head().await?;
    let (id, over) = (unapproved(&stage, SESSION).await?, unapproved(&stage, SHORT).await?);
    let pending = unapproved(&stage, SESSION).await?;
    // Its owner freezes the key, and then people approve: but for the freeze it would be released.
    let (client, key) = (stage.scene.client.clone(), stage.key.token.key_id);
    let alice = &stage.scene.actors.alice;
    client.submit_finalised(alice, calls::keys::freeze(key)).await?;
    for request in [id, over] {
        stage.scene.approve_all(request).await?;
        stage.wait_for_status(request, RequestStatus::Approved).await?;
    }
    stage.scene.approve(&stage.scene.actors.bob, pending, 0).await?;
    let half = stage.wait_for_status(pending, RequestStatus::Pending { stage: 1 }).await?;
    let whole = stage.wait(id, "it is", |_| true).await?;
    let at = client.finalised_head().await?.hash;
    let truth = Truth {
        genesis: client.genesis(),
        request: id,
        key,
        state: copied(&proxy, id, &whole.record.body, at).await?,
        before: before.hash,
        header: proxy.ask("chain_getHeader", vec![json!(before.hash)]).await?,
    };
    let released = victim.counted("released_total", "").await?;
    // One request after the other: what the agent reads of it is all that it reads.
    for told in of_approval(pending, &copied(&proxy, pending, &half.record.body, at).await?) {
        is_refused(told, &proxy, &victim, pending).await?;
    }
    client.submit_finalised(alice, calls::requests::cancel(pending)).await?;
    for told in [of_release(&truth), of_state(&truth), of_finality(&truth)].into_iter().flatten() {
        is_refused(told, &proxy, &victim, id).await?;
    }
    assert_eq!(victim.counted("released_total", "").await?, released);
    for request in [id, over, pending] {
        let state = stage.wait(request, "it is", |_| true).await?;
        assert!(state.releases.is_empty() && state.refusals.is_empty(), "{state:?}");
    }
    let late = stage.wait(over, "it is", |_| true).await?;
    let deadline = late.sessions.last().context("a session")?.deadline;
    wait_for_block(&client, deadline + 1, PATIENCE).await?;

    // Beside an honest node the same agent releases the same request, once the freeze is lifted.
    client.submit_finalised(alice, calls::keys::unfreeze(key)).await?;
    victim.wake(id).await?;
    let own =
        |state: &RequestState| state.releases.iter().any(|release| release.agent == victim.id);
    stage.wait(id, "the agent's release", own).await?;
    let after = victim.counted("released_total", "").await?;
    assert!(after > released);

    // The other one's time was over before the freeze was.
    let seen = client.finalised_head().await?.number;
    let now = wait_for_block(&client, seen + 2, PATIENCE).await?;
    let state = copied(&proxy, over, &late.record.body, now.hash).await?;
    is_refused(of_deadline(over, &state, now.number), &proxy, &victim, over).await?;
    let refused = |state: &RequestState| {
        let reasons = state.refusals.iter().map(|refusal| (refusal.agent, refusal.reason));
        reasons.eq([(victim.id, RefusalReason::DeadlinePassed)])
    };
    let state = stage.wait(over, "the agent's refusal", refused).await?;
    assert!(state.releases.is_empty(), "{state:?}");
    assert_eq!(victim.counted("released_total", "").await?, after);
    Ok(stage.network.shut_down().await?)
}

/// A request is approved and then cancelled: the node shows the agent the time between.
#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_that_the_node_hides_counts_all_the_same() -> anyhow::Result<()> {
    let mut stage = Stage::set(NetworkOptions::default()).await?;
    let proxy = Proxy::start(stage.network.client().url()).await?;
    let victim = victim(&mut stage, &proxy).await?;
    // The others would release, and what is released cannot be cancelled.
    for other in 1..stage.network.agents().len() {
        stage.network.kill(&agent(other)).await?;
    }
    let id = unapproved(&stage, SESSION).await?;
    let released = victim.counted("released_total", "").await?;
    let before = victim.trusts_its_node(None).await?;
    // The agent hears nothing while people approve and think again.
    proxy.lie(Lie::all(|method, _, honest| {
        (!method.starts_with("chain_subscribe") && method != "grandpa_proveFinality")
            .then(|| honest.clone())
    }));
    // By then what was asked before is answered.
    wait_until(async || Ok(proxy.told() > 5)).await?;
    let silent = victim.health().await?["finalised_number"].as_u64().context("a height")?;
    stage.scene.approve_all(id).await?;
    stage.wait_for_status(id, RequestStatus::Approved).await?;
    let proof = proxy.ask("grandpa_proveFinality", vec![json!(silent + 1)]).await?;
    let (approved_at, height) = newest_of(&proof);
    let header = proxy.ask("chain_getHeader", vec![json!(approved_at)]).await?;
    let shown_at = Instant::now();
    let client = &stage.scene.client;
    let shown = client.request(id, Some(approved_at)).await?.context("the request")?;
    ensure!(shown.record.status == RequestStatus::Approved, "it is approved there");
    let alice = &stage.scene.actors.alice;
    client.submit_finalised(alice, calls::requests::cancel(id)).await?;
    stage.wait_for_status(id, RequestStatus::Cancelled).await?;
    victim.says("the silence", None, |health| health["healthy"] == false).await?;
    wait_until(async || Ok(shown_at.elapsed() > Duration::from_secs(OLDEST + 1))).await?;

    // A chain that ends there: every proof of it holds, and it is too old.
    let stale = victim.counted("refused_total", "stale-head").await?;
    proxy.lie(replayed(silent, proof, header));
    let replay = |health: &Value| health["finalised_number"] == height;
    victim.says("the end of the replayed chain", Some(id), replay).await?;
    wait_until(async || Ok(victim.counted("refused_total", "stale-head").await? > stale)).await?;
    assert_eq!(victim.health().await?["healthy"], false);

    // Heads of now, with the request of then.
    let then = json!(approved_at);
    proxy.lie(Lie::asking(move |method, params| {
        if method == "state_getReadProof" {
            params[1] = then.clone();
        }
    }));
    victim.says("the state of then", Some(id), |health| health["unproven"] == "other-root").await?;

    proxy.be_honest();
    let after = victim.trusts_its_node(Some(id)).await?;
    assert!(after["finalised_number"].as_u64() > before["finalised_number"].as_u64());
    assert_eq!(victim.counted("released_total", "").await?, released);
    Ok(stage.network.shut_down().await?)
}

/// From a height on, the chain is that of a recorded proof, announced again and again.
fn replayed(from: u64, proof: Value, header: Value) -> Lie {
    Lie::all(move |method, params, honest| match method {
        "chain_subscribeFinalizedHeads" | "chain_subscribeNewHeads" => Some(header.clone()),
        "grandpa_proveFinality" if params == [json!(from + 1)] => Some(proof.clone()),
        "grandpa_proveFinality" => None,
        _ => Some(honest.clone()),
    })
}

async fn wait_until(mut is_so: impl AsyncFnMut() -> anyhow::Result<bool>) -> anyhow::Result<()> {
    let waited = async {
        while !is_so().await? {
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(Duration::from_secs(40), waited).await.context("it never was")?
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_knows_only_the_first_block_begins_nowhere_else() -> anyhow::Result<()> {
    let options = NetworkOptions { agents: 1, threshold: 1, ..NetworkOptions::default() };
    let network = Network::start(options, &mut |line| println!("{line}")).await?;
    let proxy = Proxy::start(network.client().url()).await?;
    for told in of_beginning() {
        let Told { name, rules, lie } = told;
        proxy.lie(lie);
        let new = Newcomer::start(&proxy, network.genesis())?;
        let refused =
            |health: &Value| health["unproven"].as_str().is_some_and(|it| rules.contains(&it));
        let health = new.victim.says(name, None, refused).await?;
        println!("{name}: {}", health["unproven"]);
        assert!(health["finalised_number"].is_null(), "{name}: {health}");
        proxy.be_honest();
        let health = new.victim.trusts_its_node(None).await?;
        assert!(health["finalised_number"].as_u64() > Some(0), "{name}: {health}");
    }

    // Another chain altogether: it does not even begin.
    let mut new = Newcomer::start(&proxy, H256::repeat_byte(1))?;
    let ended = tokio::task::spawn_blocking(move || new.process.wait()).await??;
    assert!(!ended.success());
    let other = json!(H256::repeat_byte(2));
    proxy.lie(Lie::on("chain_getBlockHash", move |params, honest| {
        Some(if params == [json!(0)] { other.clone() } else { honest.clone() })
    }));
    let mut new = Newcomer::start(&proxy, network.genesis())?;
    let ended = tokio::task::spawn_blocking(move || new.process.wait()).await??;
    assert!(!ended.success() && proxy.told() > 0);
    Ok(network.shut_down().await?)
}

/// An agent that was just made.
struct Newcomer {
    victim: Victim,
    process: Child,
    _folder: tempfile::TempDir,
}

impl Newcomer {
    fn start(proxy: &Proxy, genesis: H256) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("agent.toml");
        let port = || anyhow::Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port());
        let (listen, metrics) = (port()?, port()?);
        std::fs::write(
            &path,
            format!(
                "insecure_development = true\n\
                 [node]\nurl = \"{}\"\ngenesis = \"{genesis:?}\"\n\
                 [state]\nfolder = \"state\"\npassphrase = {{ file = \"passphrase\" }}\n\
                 [server]\nlisten = \"127.0.0.1:{listen}\"\nmetrics = \"127.0.0.1:{metrics}\"\n\
                 [trust]\n",
                proxy.url()
            ),
        )?;
        let made = run("init", &path)?.wait_with_output()?;
        let id = String::from_utf8(made.stdout)?;
        let id = id.lines().last().and_then(|line| line.parse().ok()).context("an id")?;
        let process = run("run", &path)?;
        Ok(Self { victim: Victim { id, port: listen, metrics }, process, _folder: folder })
    }
}

impl Drop for Newcomer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn run(command: &str, config: &Path) -> anyhow::Result<Child> {
    // Beside the folder of this program, as the network finds it.
    let own = std::env::current_exe()?;
    let folder = own.parent().and_then(Path::parent).context("a target folder")?;
    Ok(Command::new(folder.join("regent-agent"))
        .args([command, "--config"])
        .arg(config)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?)
}

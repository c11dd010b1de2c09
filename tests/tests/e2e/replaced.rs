//! The machine of an agent is gone, and with it all that its agent knew. Its custodian gets back to work by
//! commands alone, in the order of `chain-spec/README.md`.

use std::{
    collections::BTreeSet,
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{ensure, Context};
use regent_cli::network::{AgentHandle, Network, NetworkOptions};
use regent_payload::ethereum::{address, checksummed};
use regent_primitives::{AccountId, AgentId, H256};
use regent_tests::{agent, sender, transaction, Stage, PATIENCE};
use serde_json::{json, Value};

use crate::{
    desk::{self, items, text},
    programs::{program, run},
};

/// The commands by which an agent is replaced.
pub const COMMANDS: &[&str] = &[
    "agent endpoint",
    "agent list",
    "agent register",
    "agent remove",
    "agent show",
    "approve",
    "key epochs",
    "key reshare",
    "key show",
    "quorum create",
    "quorum list",
    "quorum show",
    "request sign",
    "request watch",
    "status",
];

/// The agent whose machine is gone.
const LOST: usize = 4;
/// Agents of the quorum.
const AGENTS: usize = 5;
/// Seconds that the enclave waits for all shares: the lost agent's never comes.
const SHARE_WAIT: &str = "15";

/// The custodian's desk: where `regent` is typed, and the agent's own program.
struct Desk {
    regent: desk::Desk,
    regent_agent: PathBuf,
}

impl Desk {
    fn of(network: &Network) -> anyhow::Result<Self> {
        Ok(Self { regent: desk::Desk::of(network)?, regent_agent: program("regent-agent")? })
    }

    /// What a command of the administrator's says.
    async fn does(&self, line: &str) -> anyhow::Result<Value> {
        self.regent.tells(&format!("{line} --account //Alice")).await
    }

    /// What the agent's own program says.
    async fn agent(&self, arguments: &[&str], of: &AgentHandle) -> anyhow::Result<String> {
        let configuration = of.configuration().display().to_string();
        let all = [arguments, &["--config", &configuration]].concat();
        run(&self.regent_agent, &all).await?.with(0)
    }

    /// The agent's consent to be registered.
    async fn consent(&self, of: &AgentHandle, number: &str, url: &str) -> anyhow::Result<String> {
        let words = ["identity", "--json", "--institution", number, "--endpoint", url];
        self.agent(&words, of).await
    }

    /// Requests something, has it approved, and carries it through; `options` are of the last command.
    async fn carries(&self, request: &str, options: &str) -> anyhow::Result<Value> {
        let id = text(&self.does(&format!("{request} --detach")).await?, "id")?;
        for (stage, who) in ["//Bob", "//Charlie"].into_iter().enumerate() {
            let verdict = self.regent.tells(&format!("approve {id} --account {who}")).await?;
            ensure!(verdict["decision"] == "approve" && verdict["stage"] == stage, "{verdict}");
        }
        let done = self.does(&format!("request watch {id} --execute {options}")).await?;
        ensure!(done["id"] == id.as_str(), "{done}");
        Ok(done)
    }
}

/// What the operator fills into the configuration that `init` wrote.
fn fill_in(of: &AgentHandle, node: &str, status: &Value) -> anyhow::Result<()> {
    let path = of.configuration();
    let mut written = fs::read_to_string(&path)?;
    let listen = of.address().to_string();
    let genesis = format!("genesis = \"{}\"", text(status, "genesis")?);
    let absent = format!("# genesis = \"{:?}\"", H256::zero());
    for (default, own) in [
        ("ws://127.0.0.1:9944", node),
        ("127.0.0.1:9955", listen.as_str()),
        (absent.as_str(), genesis.as_str()),
    ] {
        ensure!(written.contains(default), "{default} is not in the default configuration");
        written = written.replace(default, own);
    }
    let measurement = text(&status["measurements"][0], "measurement")?;
    let (kind, digest) = measurement.split_once(':').context("KIND:DIGEST")?;
    let (code, version) = (text(&status["runtime"], "code_hash")?, &status["runtime"]["version"]);
    let filled = format!(
        "insecure_development = true\n{written}\n\
         [[trust.measurements]]\nkind = \"{kind}\"\ndigest = \"{digest}\"\n\
         [[trust.runtimes]]\ncode_hash = \"{code}\"\nspec_version = {version}\n"
    );
    Ok(fs::write(&path, filled)?)
}

/// A new agent where the lost one was, and its administrator's commands: registered elsewhere first, and
/// then moved to where it listens.
async fn register(desk: &Desk, of: &AgentHandle, node: &str) -> anyhow::Result<AgentId> {
    let regent = &desk.regent;
    let status = regent.tells("status").await?;
    let made = desk.agent(&["init"], of).await?;
    let id = made.lines().last().context("its id")?.to_owned();
    fill_in(of, node, &status)?;

    let file = of.folder.join("identity.json");
    let register = format!("agent register --identity {}", file.display());
    fs::write(&file, desk.consent(of, "7", &of.url()).await?)?;
    let error = regent.fails(&format!("{register} --account //Alice"), 2).await?;
    ensure!(error.contains("`institution`") && error.contains("regent status"), "{error}");
    fs::write(&file, desk.consent(of, "0", "http://127.0.0.1:1").await?)?;
    let error = regent.fails(&format!("{register} --account //Bob"), 2).await?;
    ensure!(error.contains("administers institution 0"), "{error}");
    let registered = desk.does(&register).await?;
    ensure!(registered["agent"] == id.as_str() && registered["block"].is_u64(), "{registered}");
    ensure!(registered["done"] == "registered", "{registered}");
    let error = regent.fails(&format!("{register} --account //Alice"), 3).await?;
    ensure!(error.contains("AlreadyRegistered"), "{error}");

    let consent = desk.consent(of, "0", &of.url()).await?;
    let moving = "agent endpoint --identity - --account //Alice --json";
    let moved = desk::json(&regent.fed(moving, &consent).await?)?;
    ensure!(moved["agent"] == id.as_str() && moved["done"] == "moved", "{moved}");
    let shown = regent.tells(&format!("agent show {id}")).await?;
    ensure!(shown["endpoint"] == of.url() && shown["institution"] == 0, "{shown}");
    ensure!(shown["quorums"] == json!([]), "{shown}");
    id.parse::<AgentId>().map_err(anyhow::Error::msg)
}

/// The key's epochs, once the agents that are left have punctured the first.
async fn punctured(desk: &Desk, key: &str) -> anyhow::Result<Value> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let epochs = desk.regent.tells(&format!("key epochs {key}")).await?;
        if epochs[0]["punctured"] == AGENTS - 1 {
            return Ok(epochs);
        }
        ensure!(Instant::now() < deadline, "the punctures never came: {epochs}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_agent_is_replaced_by_commands_alone() -> anyhow::Result<()> {
    let mut stage = Stage::set(NetworkOptions::default()).await?;
    let desk = Desk::of(&stage.network)?;
    let regent = &desk.regent;
    let key = stage.key.token.key_id.to_string();
    let lost = stage.network.agents()[LOST].clone();
    let dead = lost.id.to_string();
    stage.network.kill(&agent(LOST)).await?;
    fs::remove_dir_all(&lost.folder)?;
    fs::create_dir(&lost.folder)?;

    // The new agent, and a quorum that names it.
    let node = stage.network.file().node;
    let new_id = register(&desk, &lost, &node).await?;
    let new = new_id.to_string();
    ensure!(new != dead, "a new device root has another identity");
    let all = regent.tells("agent list").await?;
    ensure!(items(&all)?.len() == AGENTS + 1, "{all}");
    let mut agents: Vec<String> =
        stage.network.agent_ids()[..LOST].iter().map(ToString::to_string).collect();
    agents.push(new);
    let create = format!("quorum create --threshold 3 --agent {}", agents.join(" --agent "));
    let created = desk.does(&create).await?;
    ensure!(created["agents"] == json!(agents) && created["threshold"] == 3, "{created}");
    let quorum = created["quorum"].to_string();
    ensure!(created["quorum"] == stage.scene.quorum + 1, "{created}");
    let quorums = regent.tells("quorum list").await?;
    ensure!(items(&quorums)?.len() == 2, "{quorums}");

    // Its node is to wake it.
    stage.network.rename_agent(LOST, new_id)?;
    stage.network.stop("node-0").await?;
    stage.network.restart("node-0").await?;
    stage.network.restart(&agent(LOST)).await?;
    for number in 0..AGENTS {
        stage.network.wait_for(&agent(number)).await?;
    }

    // The key moves, and the dead agent is named no more.
    let reshare = format!("key reshare {key} --quorum {quorum}");
    let reshared = desk.carries(&reshare, &format!("--share-wait {SHARE_WAIT}")).await?;
    ensure!(reshared["key"] == key.as_str() && reshared["state"] == "active", "{reshared}");
    let shown = regent.tells(&format!("key show {key}")).await?;
    ensure!(shown["state"] == "active" && shown["epoch"] == 1, "{shown}");
    ensure!(shown["quorum"] == created["quorum"], "{shown}");
    let public = format!("0x{}", hex::encode(&stage.key.token.public_key));
    ensure!(shown["public_key"] == public, "{shown}");
    let holders = items(&shown["leaves"])?.iter().map(|leaf| text(leaf, "holder"));
    let holders = holders.collect::<anyhow::Result<BTreeSet<_>>>()?;
    let named: BTreeSet<String> = agents.iter().map(|id| format!("agent {id}")).collect();
    ensure!(holders == named, "{shown}");
    let error = regent.fails(&format!("key accept {key} --account //Alice"), 3).await?;
    ensure!(error.contains("NotPending"), "{error}");

    let remove = format!("agent remove {dead}");
    let removed = desk.does(&remove).await?;
    ensure!(removed["agent"] == dead.as_str() && removed["done"] == "removed", "{removed}");
    regent.fails(&format!("agent show {dead}"), 4).await?;
    let error = regent.fails(&format!("{remove} --account //Alice"), 3).await?;
    ensure!(error.contains("UnknownAgent"), "{error}");
    let former = regent.tells(&format!("quorum show {}", stage.scene.quorum)).await?;
    let registered: Vec<&Value> =
        items(&former["agents"])?.iter().map(|agent| &agent["registered"]).collect();
    ensure!(registered == [true, true, true, true, false], "{former}");

    // What was lost with it: it never punctures the epoch that it served.
    let epochs = punctured(&desk, &key).await?;
    ensure!(epochs[0]["state"] == "retiring" && epochs[1]["state"] == "active", "{epochs}");

    // Of the former quorum only two are left: without the new agent there were too few.
    stage.network.kill(&agent(2)).await?;
    stage.network.kill(&agent(3)).await?;
    let recipient = stage.scene.recipients.ethereum;
    let to = checksummed(recipient);
    let payment = format!("--to {to} --amount 0.5ether --chain-id 11155111 --nonce 0");
    let signed = desk.carries(&format!("request sign --key {key} {payment}"), "").await?;
    let signature = signed["result"][0].as_str().context("a signature")?;
    let signature = hex::decode(signature.trim_start_matches("0x"))?;
    let found = sender(&transaction(recipient, 1), &[signature])?;
    ensure!(found == address(&stage.key.token.public_key)?, "the sender is {found:02x?}");
    regent.check_succeeded(COMMANDS)?;
    Ok(stage.network.shut_down().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_admits_a_member_and_ends_that() -> anyhow::Result<()> {
    let network = Network::start(
        NetworkOptions { agents: 1, threshold: 1, ..NetworkOptions::default() },
        &mut |line| println!("{line}"),
    )
    .await?;
    let desk = desk::Desk::of(&network)?;
    let newcomer = AccountId::new([7; 32]).to_string();
    let member = json!({ "account": newcomer, "institution": 0 });
    let before = desk.tells("member list").await?;
    ensure!(!items(&before)?.is_empty() && !items(&before)?.contains(&member), "{before}");

    let add = format!("member add {newcomer}");
    let error = desk.fails(&format!("{add} --account //Bob"), 3).await?;
    ensure!(error.contains("NotAdministrator"), "{error}");
    let added = desk.tells(&format!("{add} --account //Alice")).await?;
    ensure!(added["member"] == newcomer.as_str() && added["done"] == "added", "{added}");
    let during = desk.tells("member list --institution 0").await?;
    ensure!(items(&during)?.contains(&member), "{during}");
    ensure!(items(&during)?.len() == items(&before)?.len() + 1, "{during}");
    let others = desk.tells("member list --institution 7").await?;
    ensure!(others == json!([]), "{others}");

    let removed = desk.tells(&format!("member remove {newcomer} --account //Alice")).await?;
    ensure!(removed["member"] == newcomer.as_str() && removed["done"] == "removed", "{removed}");
    let after = desk.tells("member list").await?;
    ensure!(after == before, "{after}");
    Ok(network.shut_down().await?)
}

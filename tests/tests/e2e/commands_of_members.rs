//! What a consortium knows of itself, by commands alone: members, storage credits, agents and quorums, as
//! people read it.

use anyhow::{ensure, Context};
use regent_client::{Account, Client};
use regent_primitives::AccountId;
use serde_json::json;

use crate::desk::{behind, items, number, Desk};

/// The commands that succeed here.
pub const COMMANDS: &[&str] = &[
    "agent list",
    "agent show",
    "completions",
    "contract credits",
    "member add",
    "member list",
    "member remove",
    "quorum create",
    "quorum list",
    "quorum show",
    "status",
];

/// Alice looks around, and changes little.
pub async fn look_around(desk: &Desk, client: &Client) -> anyhow::Result<()> {
    members(desk, client).await?;
    credits(desk, client).await?;
    quorums(desk, client).await?;
    status(desk, client).await?;
    completions(desk).await
}

async fn members(desk: &Desk, client: &Client) -> anyhow::Result<()> {
    let newcomer = AccountId::new([7; 32]);
    let add = format!("member add {newcomer} --account //Alice");
    let said = desk.says(&add).await?;
    let added = behind(&said, &format!("member {newcomer}: "))?;
    ensure!(added.starts_with("added, final in block "), "{said}");
    ensure!(client.all_members(None).await?.contains(&(newcomer.clone(), 0)), "no member");
    let said = desk.says("member list --institution 0").await?;
    ensure!(behind(&said, &newcomer.to_string())? == "institution 0", "{said}");

    let remove = format!("member remove {newcomer} --account //Alice");
    let removed = desk.tells(&remove).await?;
    ensure!(removed["done"] == "removed", "{removed}");
    ensure!(!client.all_members(None).await?.contains(&(newcomer.clone(), 0)), "still a member");
    let said = desk.says("member list").await?;
    ensure!(!said.contains(&newcomer.to_string()), "{said}");
    let listed = desk.tells("member list").await?;
    ensure!(items(&listed)?.len() == said.lines().count(), "{listed}, and {said}");
    Ok(())
}

/// Nobody deploys anything here: all that was granted is there.
async fn credits(desk: &Desk, client: &Client) -> anyhow::Result<()> {
    let granted = client.credits(0, None).await?.granted;
    ensure!(granted > 0, "the first institution has no credits");
    let said = desk.says("contract credits").await?;
    let told = format!(": {granted} credits free, {granted} granted, 0 in use");
    ensure!(behind(&said, "institution  0 ")?.ends_with(&told), "{said}");
    let alice = Account::development("//Alice")?.id().to_string();
    ensure!(behind(&said, "deployer ")? == format!("{alice}  institution 0"), "{said}");

    let shown = desk.tells("contract credits --institution 0").await?;
    ensure!(shown["institutions"][0]["free"] == granted.to_string(), "{shown}");
    ensure!(shown["deployers"] == json!([{ "account": alice, "institution": 0 }]), "{shown}");
    let error = desk.fails("contract credits --institution 99", 4).await?;
    ensure!(error.contains("institution 99 is not in finalised state"), "{error}");
    Ok(())
}

async fn quorums(desk: &Desk, client: &Client) -> anyhow::Result<()> {
    let agents = client.all_agents(None).await?;
    let said = desk.says("agent list").await?;
    ensure!(said.lines().count() == agents.len(), "{said}");
    for (id, record) in &agents {
        let endpoint = String::from_utf8_lossy(&record.endpoint);
        ensure!(behind(&said, &id.to_string())?.ends_with(&*endpoint), "{said}");
    }
    let [(one, _), (two, _), ..] = agents.as_slice() else { anyhow::bail!("too few agents") };
    let said = desk.says(&format!("agent show {one}")).await?;
    ensure!(behind(&said, "quorums ")? == "0", "{said}");

    let create = format!("quorum create --threshold 1 --agent {one} --agent {two}");
    let said = desk.says(&format!("{create} --account //Alice")).await?;
    ensure!(said.starts_with("quorum 1 of 1 of 2 agents, final in block "), "{said}");
    let created = client.quorum(1, None).await?.context("no quorum")?;
    ensure!((created.threshold, created.agents.to_vec()) == (1, vec![*one, *two]), "{created:?}");
    let said = desk.says("quorum list").await?;
    ensure!(behind(&said, "quorum 1 ")? == "1 of 2 agents, 2 registered", "{said}");
    let said = desk.says("quorum show 1").await?;
    ensure!(behind(&said, "threshold ")? == "1 of 2", "{said}");
    let shown = desk.tells("quorum show 1").await?;
    ensure!(number(&shown, "threshold")? == 1, "{shown}");
    let shown = desk.tells(&format!("agent show {two}")).await?;
    ensure!(shown["quorums"] == json!([0, 1]), "{shown}");
    Ok(())
}

async fn status(desk: &Desk, client: &Client) -> anyhow::Result<()> {
    let agents = client.all_agents(None).await?.len();
    let said = desk.says("status").await?;
    ensure!(behind(&said, "genesis ")? == format!("{:?}", client.genesis()), "{said}");
    ensure!(behind(&said, "agents ")? == format!("{agents} in 2 quorums"), "{said}");
    let enclave = behind(&said, "enclave ")?;
    let measurement = enclave.split(',').next().unwrap_or_default();
    ensure!(behind(&said, "trusted ")? == measurement, "{said}");

    let shown = desk.tells("status").await?;
    ensure!(shown["agents"] == agents && shown["quorums"] == 2, "{shown}");
    ensure!(shown["enclave"]["measurement"] == measurement, "{shown}");
    ensure!(shown["genesis"] == shown["enclave"]["genesis"], "{shown}");
    Ok(())
}

/// Shells complete every command.
async fn completions(desk: &Desk) -> anyhow::Result<()> {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = desk.says(&format!("completions {shell}")).await?;
        ensure!(script.contains("attest-payment"), "{shell}: {script}");
        let told = desk.tells(&format!("completions {shell}")).await?;
        ensure!(told["shell"] == shell && told["script"] == script.as_str(), "{shell}: {told}");
    }
    Ok(())
}

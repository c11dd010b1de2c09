//! A key's life by commands alone: under a policy and its successor, from epoch to epoch.

use std::fs;

use anyhow::{ensure, Context};
use regent_cli::POLICY_EXAMPLE;
use regent_client::{Account, Client};
use regent_primitives::{KeyId, KeyRecord, KeyState};
use serde_json::Value;
use sp_core::{ed25519, Pair};

use crate::desk::{behind, items, json, text, Desk};

/// The commands that succeed here.
pub const COMMANDS: &[&str] = &[
    "approve",
    "key accept",
    "key enrol",
    "key epochs",
    "key freeze",
    "key list",
    "key prepare",
    "key refresh",
    "key show",
    "key unfreeze",
    "key withdraw",
    "policy check",
    "policy create",
    "policy example",
    "policy show",
    "request sign",
];

/// What Eve has signed: one word.
const MESSAGE: &str = "ship-it";

/// Eve's key has two epochs that serve, and one that comes to nothing; returns its id.
pub async fn keep(desk: &Desk, client: &Client) -> anyhow::Result<String> {
    let policy = desk.policy("Keys", &["//Eve"], "//Eve").await?;
    check_policy(desk, &policy).await?;
    let enrol = format!("key enrol --algorithm ed25519 --policy {policy} --account //Eve");
    let said = desk.approved(&enrol, "//Bob").await?;
    ensure!(behind(&said, "state ")? == "active, epoch 0", "{said}");
    let key = behind(&said, "key ")?.to_owned();
    let record = known(client, &key).await?;
    ensure!(record.owner == *Account::development("//Eve")?.id(), "{record:?}");
    check_shown(desk, &record).await?;

    let successor = change_policy(desk, &policy).await?;
    sign(desk, &record, &successor).await?;
    refresh(desk, &key).await?;
    freeze(desk, &key).await?;
    prepare_in_vain(desk, &key, &successor).await?;
    Ok(key)
}

/// The chain has what the file says; the example is one, too.
async fn check_policy(desk: &Desk, policy: &str) -> anyhow::Result<()> {
    ensure!(desk.says("policy example").await? == POLICY_EXAMPLE, "another example");
    let file = desk.path("Keys.toml");
    let checked = desk.tells(&format!("policy check --file {file}")).await?;
    let shown = desk.tells(&format!("policy show {policy}")).await?;
    ensure!(checked["hash"] == policy && shown["hash"] == policy, "{checked}, shown {shown}");
    let same = ["name", "operations", "roles", "stages", "limits", "measurements"];
    ensure!(same.iter().all(|field| checked[field] == shown[field]), "{checked}, shown {shown}");
    let said = desk.says(&format!("policy show {policy}")).await?;
    ensure!(behind(&said, "stage 0 ")? == "1 of 2 approvers", "{said}");
    ensure!(behind(&said, "created ")?.starts_with("block "), "{said}");
    Ok(())
}

/// Bob and Charlie sign that another policy follows; returns its hash.
async fn change_policy(desk: &Desk, policy: &str) -> anyhow::Result<String> {
    let file = fs::read_to_string(desk.path("Keys.toml"))?;
    let successor = file.replacen("\"Keys\"", "\"Successor\"", 1);
    let successor = format!("predecessor = \"{policy}\"\n{successor}");
    let file = desk.file("Successor.toml", &successor)?;
    let create = format!("policy create --file {file} --account //Eve --change-signer //Bob");
    let error = desk.fails(&create, 3).await?;
    ensure!(error.contains("refused: "), "{error}");
    let said = desk.says(&format!("{create} --change-signer //Charlie")).await?;
    ensure!(behind(&said, "succeeds ")? == policy, "{said}");
    let line = behind(&said, "policy ")?;
    let hash = line.strip_suffix(" (Successor)").with_context(|| said.clone())?;
    let listed = desk.tells("policy show").await?;
    let is_listed =
        |hash: &str| items(&listed).is_ok_and(|all| all.iter().any(|one| one["hash"] == hash));
    ensure!(is_listed(policy) && is_listed(hash), "{listed}");
    Ok(hash.to_owned())
}

/// The key is listed and shown as the chain has it.
async fn check_shown(desk: &Desk, record: &KeyRecord) -> anyhow::Result<()> {
    let key = record.token.key_id.to_string();
    let listed = desk.tells("key list").await?;
    let mut ids = items(&listed)?.iter().map(|one| &one["id"]);
    ensure!(ids.any(|id| *id == key.as_str()), "{listed}");
    let line = behind(&desk.says("key list").await?, &key)?.to_owned();
    ensure!(line.starts_with("ed25519 ") && line.contains(" active"), "{line}");

    let shown = desk.tells(&format!("key show {key}")).await?;
    let public = format!("0x{}", hex::encode(&record.token.public_key));
    ensure!(shown["public_key"] == public.as_str() && shown["known"] == "proven", "{shown}");
    let said = desk.says(&format!("key show {key}")).await?;
    ensure!(behind(&said, "public key ")? == public, "{said}");
    ensure!(behind(&said, "known ")?.starts_with("proven in block "), "{said}");
    Ok(())
}

/// Eve may have her message signed, and does, under the newest policy. Dave may not.
async fn sign(desk: &Desk, record: &KeyRecord, policy: &str) -> anyhow::Result<()> {
    let what = format!("--key {} --message {MESSAGE}", record.token.key_id);
    let check = format!("policy check {what} --account");
    let checked = desk.tells(&format!("{check} //Eve")).await?;
    ensure!(
        checked["allowed"] == true && checked["reasons"] == Value::Array(Vec::new()),
        "{checked}"
    );
    let said = desk.says(&format!("{check} //Eve")).await?;
    ensure!(behind(&said, "allowed ")?.starts_with("once "), "{said}");
    let error = desk.fails(&format!("{check} //Dave"), 3).await?;
    ensure!(error.contains("is not a member of role 0"), "{error}");

    let sign = format!("request sign {what} --account //Eve --json");
    let signed = json(&desk.approved(&sign, "//Charlie").await?)?;
    ensure!(signed["receipt"]["policy"] == policy, "{signed}, expected {policy}");
    let signature = signed["result"][0].as_str().context("a signature")?;
    let signature = hex::decode(signature.trim_start_matches("0x"))?;
    let signature = ed25519::Signature::try_from(signature.as_slice())
        .map_err(|()| anyhow::anyhow!("no signature: {signed}"))?;
    let public = ed25519::Public::try_from(&record.token.public_key[..])
        .map_err(|()| anyhow::anyhow!("no public key"))?;
    ensure!(ed25519::Pair::verify(&signature, MESSAGE, &public), "{signed}");
    Ok(())
}

async fn refresh(desk: &Desk, key: &str) -> anyhow::Result<()> {
    let refresh = format!("key refresh {key} --account //Eve --json");
    let refreshed = json(&desk.approved(&refresh, "//Bob").await?)?;
    let made = &refreshed["key"];
    ensure!(made["id"] == key && made["state"] == "active" && made["epoch"] == 1, "{refreshed}");
    let states = states(desk, key).await?;
    ensure!(states == ["retiring", "active"], "{states:?}");
    Ok(())
}

/// While it is frozen, nothing is signed.
async fn freeze(desk: &Desk, key: &str) -> anyhow::Result<()> {
    let frozen = desk.tells(&format!("key freeze {key} --account //Eve")).await?;
    ensure!(frozen["key"] == key && frozen["done"] == "frozen", "{frozen}");
    let sign = format!("request sign --key {key} --message {MESSAGE} --detach --account //Eve");
    let error = desk.fails(&sign, 3).await?;
    ensure!(error.contains("is frozen; whoever froze it has to lift that"), "{error}");
    let said = desk.says(&format!("key unfreeze {key} --account //Eve")).await?;
    ensure!(
        behind(&said, &format!("key {key}: "))?.starts_with("lifted, final in block "),
        "{said}"
    );
    Ok(())
}

/// An epoch is prepared for Dave, and given up.
async fn prepare_in_vain(desk: &Desk, key: &str, policy: &str) -> anyhow::Result<()> {
    let to = format!("--to //Dave --to-policy {policy} --account //Eve");
    let prepare = format!("key prepare {key} {to} --json");
    let prepared = json(&desk.approved(&prepare, "//Bob").await?)?;
    let made = &prepared["key"];
    ensure!(made["state"] == "pending" && made["epoch"] == 2, "{prepared}");
    let dave = Account::development("//Dave")?;
    let said = desk.says(&format!("key epochs {key}")).await?;
    let waits = format!("waits to be transferred to {}", dave.id());
    ensure!(behind(&said, "epoch 2 ")?.ends_with(&waits), "{said}");
    let withdrawn = desk.tells(&format!("key withdraw {key} --account //Eve")).await?;
    ensure!(withdrawn["key"] == key && withdrawn["done"] == "withdrawn", "{withdrawn}");
    let states = states(desk, key).await?;
    ensure!(states == ["retiring", "active", "retiring"], "{states:?}");
    Ok(())
}

/// One of the agents is gone: the next epoch waits, until Eve accepts that nobody else may be missed.
pub async fn accept(desk: &Desk, client: &Client, key: &str) -> anyhow::Result<()> {
    let refresh = format!("key refresh {key} --share-wait 3 --account //Eve");
    let said = desk.approved(&refresh, "//Bob").await?;
    ensure!(behind(&said, "state ")? == "pending, epoch 3", "{said}");
    ensure!(said.contains(&format!("`regent key accept {key}` takes that risk")), "{said}");
    let before = known(client, key).await?;
    ensure!(before.token.epoch == 1, "{before:?}");
    let accepted = desk.tells(&format!("key accept {key} --account //Eve")).await?;
    ensure!(accepted["key"] == key && accepted["done"] == "accepted", "{accepted}");
    let record = known(client, key).await?;
    ensure!((record.token.epoch, record.state) == (3, KeyState::Active), "{record:?}");
    ensure!(record.token.public_key == before.token.public_key, "another key");
    Ok(())
}

/// Where each epoch stands.
async fn states(desk: &Desk, key: &str) -> anyhow::Result<Vec<String>> {
    let epochs = desk.tells(&format!("key epochs {key}")).await?;
    items(&epochs)?.iter().map(|epoch| text(epoch, "state")).collect()
}

async fn known(client: &Client, key: &str) -> anyhow::Result<KeyRecord> {
    let id = key.parse::<KeyId>().map_err(anyhow::Error::msg)?;
    client.key(id, None).await?.context("no such key")
}

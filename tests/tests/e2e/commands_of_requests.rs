//! Requests by commands alone: a secret is sealed and opened; others are denied, or cancelled.

use std::fs;

use anyhow::ensure;
use regent_client::Client;
use regent_primitives::{RequestId, RequestStatus};

use crate::desk::{behind, items, json, text, Desk};

/// The commands that succeed here.
pub const COMMANDS: &[&str] = &[
    "approve",
    "deny",
    "key enrol",
    "policy create",
    "request cancel",
    "request decrypt",
    "request list",
    "request show",
    "request sign",
    "request watch",
];

/// What Ferdie has sealed: one word.
const SECRET: &str = "gold";

/// Ferdie's key seals a secret, opens it twice, and is not used when he is not allowed to.
pub async fn request(desk: &Desk, client: &Client) -> anyhow::Result<()> {
    let policy = desk.policy("Secrets", &["//Ferdie"], "//Ferdie").await?;
    let enrol = format!("key enrol --algorithm aes-256-gcm --policy {policy} --account //Ferdie");
    let enrolled = json(&desk.approved(&format!("{enrol} --json"), "//Bob").await?)?;
    let key = text(&enrolled["key"], "id")?;

    let sign = format!("request sign --key {key} --message {SECRET} --account //Ferdie");
    let said = desk.approved(&sign, "//Bob").await?;
    let sealed = desk.file("sealed", behind(&said, "signature ")?)?;
    open(desk, &key, &sealed).await?;
    open_detached(desk, &key, &sealed).await?;
    deny(desk, client, &sign).await?;
    cancel(desk, client, &sign).await
}

/// At once, into a file.
async fn open(desk: &Desk, key: &str, sealed: &str) -> anyhow::Result<()> {
    let opened = desk.path("opened");
    let decrypt = format!("request decrypt --key {key} --file {sealed} --out {opened}");
    let told = desk.approved(&format!("{decrypt} --account //Ferdie --json"), "//Bob").await?;
    let told = json(&told)?;
    ensure!(told["written_to"] == opened.as_str() && told["plaintext"].is_null(), "{told}");
    let found = fs::read_to_string(opened)?;
    ensure!(found == SECRET, "{found} was opened, expected {SECRET}");
    Ok(())
}

/// In steps, each of which may be another day's.
async fn open_detached(desk: &Desk, key: &str, sealed: &str) -> anyhow::Result<()> {
    let kept = desk.path("result.key");
    let decrypt = format!("request decrypt --key {key} --file {sealed} --account //Ferdie");
    let asked = desk.tells(&format!("{decrypt} --detach --result-key {kept}")).await?;
    let id = text(&asked, "id")?;
    let listed = desk.tells("request list --open").await?;
    let open = items(&listed)?.iter().find(|one| one["id"] == id.as_str());
    ensure!(open.is_some_and(|one| one["operation"] == "decrypt" && one["key"] == key), "{listed}");

    let said = desk.says(&format!("approve {id} --account //Charlie")).await?;
    ensure!(said.starts_with("approved for stage 0, final in block "), "{said}");
    ensure!(said.ends_with("the request is approved\n"), "{said}");
    let watch = format!("request watch {id}");
    let execute = format!("{watch} --execute --result-key {kept} --account //Ferdie");
    let said = desk.says(&execute).await?;
    let expected = format!("0x{}", hex::encode(SECRET));
    ensure!(behind(&said, "plaintext ")? == expected, "{said}");

    let seen = desk.lists(&watch).await?;
    ensure!(seen.last().is_some_and(|last| last["status"] == "completed"), "{seen:?}");
    let said = desk.says(&watch).await?;
    ensure!(said.contains(" completed, 1 approvals, "), "{said}");
    let said = desk.says(&format!("request show {id}")).await?;
    ensure!(behind(&said, "status ")? == "completed", "{said}");
    ensure!(behind(&said, "operation ")?.starts_with("decrypt "), "{said}");
    let listed = desk.tells("request list --open").await?;
    ensure!(items(&listed)?.iter().all(|one| one["id"] != id.as_str()), "{listed}");
    Ok(())
}

/// What Charlie denied, Bob approves in vain.
async fn deny(desk: &Desk, client: &Client, sign: &str) -> anyhow::Result<()> {
    let said = desk.says(&format!("{sign} --detach")).await?;
    let id = said.trim_end();
    let denied = desk.tells(&format!("deny {id} --account //Charlie")).await?;
    ensure!(denied["decision"] == "deny" && denied["status"] == "denied", "{denied}");
    ensure!(denied["id"] == id && denied["stage"] == 0, "{denied}");
    desk.fails(&format!("approve {id} --account //Bob"), 3).await?;
    check_over(desk, client, id, RequestStatus::Denied).await?;

    let said = desk.says(&format!("{sign} --detach")).await?;
    let said = desk.says(&format!("deny {} --account //Bob", said.trim_end())).await?;
    ensure!(said.starts_with("denied for stage 0, final in block "), "{said}");
    Ok(())
}

/// Ferdie thinks better of it, twice.
async fn cancel(desk: &Desk, client: &Client, sign: &str) -> anyhow::Result<()> {
    let asked = desk.tells(&format!("{sign} --detach")).await?;
    let id = text(&asked, "id")?;
    let cancelled = desk.tells(&format!("request cancel {id} --account //Ferdie")).await?;
    ensure!(cancelled["id"] == id.as_str() && cancelled["status"] == "cancelled", "{cancelled}");
    check_over(desk, client, &id, RequestStatus::Cancelled).await?;

    let said = desk.says(&format!("{sign} --detach")).await?;
    let said = desk.says(&format!("request cancel {} --account //Ferdie", said.trim_end())).await?;
    ensure!(said.contains(" is cancelled, final in block "), "{said}");
    Ok(())
}

/// Checks how a request ended, of which there is no result.
async fn check_over(
    desk: &Desk,
    client: &Client,
    id: &str,
    status: RequestStatus,
) -> anyhow::Result<()> {
    let request = id.parse::<RequestId>().map_err(anyhow::Error::msg)?;
    let state = client.request(request, None).await?;
    let is_over =
        state.is_some_and(|state| state.record.status == status && state.receipt.is_none());
    ensure!(is_over, "{id} is not {}", status.name());
    desk.check_status(id, status.name()).await?;
    let said = desk.says("request list").await?;
    ensure!(behind(&said, id)?.contains(status.name()), "{said}");
    Ok(())
}

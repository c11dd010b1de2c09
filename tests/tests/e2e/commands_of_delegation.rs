//! A delegation by commands alone: an adviser pays with a key within bounds, until its owner recalls him and
//! takes the key back.

use alloy_sol_types::SolCall;
use anyhow::ensure;
use regent_cli::DELEGATION_EXAMPLE;
use regent_client::Client;
use regent_contract_abi::IDelegation;
use regent_payload::ethereum::checksummed;
use regent_primitives::KeyRecord;

use crate::{
    desk::{behind, Desk, RECOVERY},
    kept::{asked, built, Kept, RECIPIENT},
};

/// The commands that succeed here.
pub const COMMANDS: &[&str] = &[
    "approve",
    "contract call",
    "delegate abandon",
    "delegate bind",
    "delegate check",
    "delegate deploy",
    "delegate example",
    "delegate freeze",
    "delegate prepare",
    "delegate recall",
    "delegate release",
    "delegate show",
    "delegate submit",
    "delegate unfreeze",
    "delegate verify",
    "policy create",
    "request show",
    "request watch",
];

/// Half an ether, and at most 30 gwei for each of 21,000 units of gas.
const PAID: &str = "500630000000000000";

/// Alice's terms: Bob may pay one recipient, three times at most.
fn terms(owners: &str) -> String {
    let recipient = checksummed(RECIPIENT);
    format!(
        r#"
        until = "10 minutes"
        requests = 3
        lifetime = 600
        adviser = "//Bob"
        recipients = ["{recipient}"]

        [owner]
        account = "//Alice"
        policy = "{owners}"

        [[budgets]]
        asset = "ether:11155111"
        total = "1.5 ether"
        "#
    )
}

/// The whole story.
pub async fn delegate(desk: &Desk, client: &Client) -> anyhow::Result<()> {
    let owners = desk.policy("Delegators", &["//Alice"], "//Alice").await?;
    ensure!(desk.says("delegate example").await? == DELEGATION_EXAMPLE, "another example");
    let file = desk.file("mandate.toml", &terms(&owners))?;
    let said = desk.says(&format!("delegate check --file {file}")).await?;
    ensure!(said.contains("in order") && said.contains("500 ms"), "{said}");

    let code = built("InkDelegation.polkavm");
    let contract = Kept::deploy_as_people(desk, client, "delegate", (&file, &code)).await?;
    let policy = desk.policy("Delegated", &[&contract.account, RECOVERY], "//Alice").await?;
    let encode = |request| IDelegation::submitCall { request }.abi_encode();
    let key = contract.enrol(&policy, encode, "//Alice", "//Charlie").await?;

    let open = advise(&contract, &key).await?;
    contract.says("recall", "//Alice").await?;
    let recalled = contract.stands("recalled").await?;
    ensure!(recalled["controller"] == "owner", "{recalled}");
    desk.check_status(&open, "cancelled").await?;
    contract.refuses("freeze", "//Bob", "NotOwner").await?;
    take_back(desk, &contract, &key).await
}

/// Bob pays half an ether, and asks for another; returns the request for that.
async fn advise(contract: &Kept<'_>, key: &KeyRecord) -> anyhow::Result<String> {
    let shown = contract.stands("delegated").await?;
    ensure!(shown["controller"] == "adviser", "{shown}");
    contract.refuses("freeze", "//Alice", "NotInControl").await?;
    contract.pays(key, "//Bob", "//Charlie").await?;
    let shown = contract.stands("delegated").await?;
    ensure!(shown["requests"] == 1 && shown["spent"][0] == PAID, "{shown}");

    let open = contract.asks_people("//Bob").await?;
    let said = contract.show_people().await?;
    ensure!(behind(&said, "requests ")? == "2 made by the adviser", "{said}");
    ensure!(said.contains("the adviser's may run until block "), "{said}");
    Ok(open)
}

/// Alice is in control again: she freezes the key and lifts that, changes her mind once, and has it back.
async fn take_back(desk: &Desk, contract: &Kept<'_>, key: &KeyRecord) -> anyhow::Result<()> {
    contract.does("freeze", "//Alice").await?;
    contract.is_frozen_for("//Alice").await?;
    contract.does("unfreeze", "//Alice").await?;

    let said = contract.says("prepare", "//Alice").await?;
    ensure!(said.contains(&format!("regent delegate release {}", contract.address)), "{said}");
    contract.does("abandon", "//Alice").await?;
    desk.check_status(&asked(&said)?, "cancelled").await?;
    contract.refuses("release", "//Alice", "NotPrepared").await?;

    contract.prepares("prepare", "//Alice", "//Charlie").await?;
    contract.says("release", "//Alice").await?;
    let shown = contract.stands("left").await?;
    ensure!(shown["controller"] == "nobody", "{shown}");
    contract.has_left_to(key, "//Alice", 1).await
}

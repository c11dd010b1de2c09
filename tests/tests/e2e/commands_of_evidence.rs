//! What happened to a key, exported, verified, compared, redacted and reported on by commands alone.

use std::fs;

use anyhow::{ensure, Context};
use regent_client::Client;
use serde_json::Value;

use crate::desk::{behind, text, Desk};

/// The commands that succeed here.
pub const COMMANDS: &[&str] = &[
    "audit list",
    "evidence diff",
    "evidence export",
    "evidence redact",
    "evidence report",
    "evidence verify",
    "key freeze",
    "key unfreeze",
];

/// A supervisor asks for what there is of Eve's key.
pub async fn prove(desk: &Desk, client: &Client, key: &str) -> anyhow::Result<()> {
    check_log(desk, client, key).await?;
    let first = desk.path("first.evidence");
    let exported = desk.tells(&format!("evidence export --key {key} --out {first}")).await?;
    let genesis = format!("{:?}", client.genesis());
    ensure!(exported["genesis"] == genesis.as_str(), "{exported}, expected {genesis}");
    let head = text(&exported["head"], "hash")?;
    let requests = client.all_requests(None).await?;
    let of_key = requests.iter().filter(|(_, record)| record.body.key.to_string() == key).count();
    ensure!(exported["operations"] == of_key, "{exported}, expected {of_key}");

    let trust = format!("--genesis {genesis} --anchor {head}");
    let said = desk.says(&format!("evidence verify {first} {trust}")).await?;
    ensure!(behind(&said, "verdict ")? == "valid, anchored", "{said}");
    let told = desk.tells(&format!("evidence verify {first} {trust}")).await?;
    ensure!(told["anchored"] == true && told["bundle"] == exported["bundle"], "{told}");
    report(desk, &first, &trust).await?;
    redact(desk, &first, &trust).await?;

    // Later, there is more of it.
    for act in ["freeze", "unfreeze"] {
        desk.says(&format!("key {act} {key} --account //Eve")).await?;
    }
    let second = desk.path("second.evidence");
    let export = format!("evidence export --key {key} --since {first} --out {second}");
    let said = desk.says(&export).await?;
    ensure!(behind(&said, "written ")?.starts_with(&second), "{said}");
    let diff = format!("evidence diff {first} {second} --genesis {genesis}");
    let found = desk.tells(&diff).await?;
    ensure!(found["extends"] == true && found["entries"].as_u64() >= Some(2), "{found}");
    let said = desk.says(&diff).await?;
    ensure!(behind(&said, "extends ")?.starts_with("the later log has "), "{said}");
    Ok(())
}

/// Every entry of the log names the one before.
async fn check_log(desk: &Desk, client: &Client, key: &str) -> anyhow::Result<()> {
    let log = desk.lists("audit list").await?;
    ensure!(log.windows(2).all(|pair| pair[1]["previous"] == pair[0]["hash"]), "{log:?}");
    ensure!(
        (0..).zip(&log).all(|(index, entry): (u64, &Value)| entry["index"] == index),
        "{log:?}"
    );
    let counted = client.status(None).await?.audit_entries;
    ensure!(log.len() as u64 <= counted, "{} entries, of {counted}", log.len());

    let of_key = desk.lists(&format!("audit list --key {key}")).await?;
    let events = of_key.iter().map(|entry| text(entry, "event"));
    let events = events.collect::<anyhow::Result<Vec<_>>>()?;
    for event in ["KeyEnrolled", "KeyActivated", "KeyFrozen", "KeyUnfrozen", "EpochWithdrawn"] {
        ensure!(events.iter().any(|one| one == event), "no {event}: {events:?}");
    }
    let said = desk.says(&format!("audit list --key {key} --last 3")).await?;
    ensure!(
        said.lines().count() == 3 && said.lines().all(|line| line.contains(" key 0x")),
        "{said}"
    );
    Ok(())
}

/// For people who do not know the chain.
async fn report(desk: &Desk, bundle: &str, trust: &str) -> anyhow::Result<()> {
    let page = desk.path("report.html");
    let report = format!("evidence report {bundle} {trust} --out");
    let told = desk.tells(&format!("{report} {page}")).await?;
    ensure!(told["holds"] == true && told["anchored"] == true, "{told}");
    ensure!(told["format"] == "html" && told["file"] == page.as_str(), "{told}");
    let headline = text(&told, "headline")?;
    ensure!(fs::read_to_string(&page)?.contains(&headline), "{page} does not say {headline}");
    let printed = desk.path("report.pdf");
    let said = desk.says(&format!("{report} {printed}")).await?;
    ensure!(behind(&said, "first page ")? == headline, "{said}");
    ensure!(fs::read(&printed)?.starts_with(b"%PDF-"), "{printed} is no PDF");
    Ok(())
}

/// Without what people signed.
async fn redact(desk: &Desk, bundle: &str, trust: &str) -> anyhow::Result<()> {
    let public = desk.path("public.evidence");
    let redact = format!("evidence redact {bundle} --withhold approvals --out");
    let told = desk.tells(&format!("{redact} {public}")).await?;
    let withheld = told["withheld"].as_u64().with_context(|| told.to_string())?;
    ensure!(withheld > 0, "{told}");
    let said = desk.says(&format!("{redact} {}", desk.path("again.evidence"))).await?;
    ensure!(behind(&said, "withheld ")? == format!("{withheld} values"), "{said}");
    let verified = desk.tells(&format!("evidence verify {public} {trust}")).await?;
    ensure!(verified["verdict"] == "valid, anchored, withheld: approvals, history", "{verified}");
    Ok(())
}

//! Cash and contracts by commands alone, on a network that `regent dev` runs: members pay each other and
//! contracts, and read along what is logged.

use std::fs;

use alloy_primitives::keccak256;
use anyhow::{ensure, Context};
use regent_client::{contract::contract_account, Account, Client};
use serde_json::Value;
use sp_core::H160;
use sp_io::hashing::blake2_256;

use crate::{
    desk::{behind, json, number, text, Desk},
    kept::built,
    programs::Running,
};

/// The commands that succeed here.
pub const COMMANDS: &[&str] = &[
    "audit tail",
    "cash issue",
    "cash pay",
    "cash redeem",
    "cash show",
    "contract call",
    "contract credits",
    "contract deploy",
    "contract show",
    "contract verify",
    "dev",
    "status",
];

/// What Dave and the issuer agreed on.
const INSTRUCTION: &str = "to Dave's account at his bank";

#[tokio::test(flavor = "multi_thread")]
async fn members_pay_and_call_contracts_by_commands_alone() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("network.json");
    let desk = Desk::beside(&file)?;
    let network = format!("dev --network-file {} --agents 2 --threshold 1 --json", file.display());
    let mut running = desk.start(&network)?;
    let told = json(&running.says(|said| said.starts_with('{')).await?)?;
    let client = Client::connect(&text(&told, "node")?).await?;
    ensure!(told["genesis"] == format!("{:?}", client.genesis()), "{told}");
    ensure!(desk.tells("status").await?["agents"] == 2, "{told}");

    tokio::try_join!(pay(&desk, &client), call(&desk, &client))?;
    desk.ended(&network, running.interrupt().await?)?;
    ensure!(!file.exists(), "nobody finds a network that ended");
    desk.check_succeeded(COMMANDS)
}

/// Cash is paid, issued and redeemed; the last two are logged, for everybody to see at once.
async fn pay(desk: &Desk, client: &Client) -> anyhow::Result<()> {
    let tail = "audit tail --last 1 --json";
    let mut log = desk.start(tail)?;
    log.says(|said| said.starts_with('{')).await?;
    let before = [cash_of(client, "//Charlie").await?, cash_of(client, "//Dave").await?];
    let issued = client.cash(None).await?.context("no cash")?.issued;

    let paid = desk.tells("cash pay 12.50 --to //Dave --account //Charlie").await?;
    ensure!(paid["done"] == "paid" && paid["amount"] == "1250", "{paid}");
    let said = desk.says("cash pay 0.01EUR --to //Dave --account //Charlie").await?;
    ensure!(said.starts_with("paid 0.01 EUR, final in block "), "{said}");
    let error = desk.fails("cash issue 500 --to //Dave --account //Charlie", 3).await?;
    ensure!(error.contains("NotIssuer"), "{error}");
    let said = desk.says("cash issue 500 --to //Dave --account //Alice").await?;
    ensure!(said.starts_with("issued 500.00 EUR, final in block "), "{said}");
    let fields = logged(&mut log, "CashIssued").await?;
    let dave = Account::development("//Dave")?.id().to_string();
    ensure!(fields["to"] == dave.as_str() && fields["amount"] == "50000", "{fields}");

    let evidence = desk.file("instruction", INSTRUCTION)?;
    let redeem = format!("cash redeem 400 --evidence {evidence} --account //Dave");
    let redeemed = desk.tells(&redeem).await?;
    ensure!(redeemed["done"] == "redeemed" && redeemed["amount"] == "40000", "{redeemed}");
    let fields = logged(&mut log, "CashRedeemed").await?;
    let hash = format!("0x{}", hex::encode(blake2_256(INSTRUCTION.as_bytes())));
    ensure!(fields["by"] == dave.as_str() && fields["reference"] == hash.as_str(), "{fields}");
    desk.ended(tail, log.interrupt().await?)?;
    read_along(desk).await?;

    let after = [cash_of(client, "//Charlie").await?, cash_of(client, "//Dave").await?];
    ensure!(after == [before[0] - 1_251, before[1] + 1_251 + 50_000 - 40_000], "{after:?}");
    let shown = desk.tells("cash show //Dave").await?;
    ensure!(shown["units"] == after[1].to_string() && shown["account"] == dave.as_str(), "{shown}");
    ensure!(shown["issued"] == (issued + 50_000).to_string(), "{shown}, before {issued}");
    let said = desk.says("cash show //Dave").await?;
    ensure!(behind(&said, "holds ")? == euros(after[1]), "{said}");
    ensure!(behind(&said, "issued ")? == euros(issued + 50_000), "{said}");
    Ok(())
}

/// The fields of an event of this name, once it is logged.
async fn logged(log: &mut Running, event: &str) -> anyhow::Result<Value> {
    let entry = log.says(|said| said.contains(&format!("\"{event}\""))).await?;
    let entry = json(&entry)?;
    ensure!(entry["event"] == event, "{entry}");
    Ok(entry["fields"].clone())
}

/// People read the same.
async fn read_along(desk: &Desk) -> anyhow::Result<()> {
    let tail = "audit tail --last 5";
    let mut log = desk.start(tail)?;
    log.says(|said| said.contains(": CashRedeemed by=")).await?;
    desk.ended(tail, log.interrupt().await?)?;
    Ok(())
}

/// A contract remembers visits, and another one takes cash.
async fn call(desk: &Desk, client: &Client) -> anyhow::Result<()> {
    let code = built("Keeper.polkavm");
    let deploy = format!("contract deploy {code} --max-deposit 131072 --account //Alice");
    let told = desk.tells(&deploy).await?;
    let (address, salt) = (text(&told, "contract")?, text(&told, "salt")?);
    let verify =
        format!("contract verify {address} --code {code} --deployer //Alice --salt {salt}");
    let verified = desk.tells(&verify).await?;
    let shown = desk.tells(&format!("contract show {address}")).await?;
    ensure!(shown["code_hash"] == verified["code_hash"], "{shown}, expected {verified}");
    let bytes = fs::metadata(&code)?.len();
    ensure!(shown["bytes"] == bytes && shown["account"] == told["account"], "{shown}");
    let credits = desk.tells("contract credits --institution 0").await?;
    let in_use: u64 = text(&credits["institutions"][0], "in_use")?.parse()?;
    ensure!(in_use >= bytes, "{credits}, for {bytes} bytes of code");

    let visit = format!("contract call {address} --data {} --account //Bob", selector("visit()"));
    let visits = selector("visits()");
    let visits = format!("contract call {address} --data {visits} --account //Bob --dry-run");
    let visited = desk.tells(&visit).await?;
    ensure!(visited["returned"] == "0x" && visited["block"].is_u64(), "{visited}");
    let asked = desk.tells(&visits).await?;
    ensure!(asked["returned"] == word(1) && asked["block"].is_null(), "{asked}");
    let said = desk.says(&visit).await?;
    ensure!(said.starts_with("called, final in block "), "{said}");
    let said = desk.says(&visits).await?;
    ensure!(said.starts_with("dry run: nothing was changed\n"), "{said}");
    ensure!(behind(&said, "returned ")? == word(2), "{said}");
    hold(desk, client).await
}

/// Bob pays a contract, which holds it.
async fn hold(desk: &Desk, client: &Client) -> anyhow::Result<()> {
    let code = built("Holder.polkavm");
    let said = desk.says(&format!("contract deploy {code} --account //Alice")).await?;
    let verify = behind(&said, "verified by  regent ")?.replacen("FILE", &code, 1);
    let verified = desk.says(&verify).await?;
    ensure!(
        verified.contains("is this code on these terms, and can be nothing else"),
        "{verified}"
    );
    let address = behind(&said, "contract ")?.split_whitespace().next();
    let address = address.with_context(|| said.clone())?;
    let shown = desk.says(&format!("contract show {address}")).await?;
    ensure!(behind(&shown, "account ")? == behind(&said, "account ")?, "{shown}, told {said}");

    let before = cash_of(client, "//Bob").await?;
    let call = format!("contract call {address} --data 0x --value 1.50 --account //Bob");
    let paid = desk.tells(&call).await?;
    ensure!(number(&paid, "block")? > 0, "{paid}");
    let account = contract_account(address.parse::<H160>().map_err(anyhow::Error::msg)?);
    let held = client.cash_of(&account, None).await?;
    ensure!(held == 150, "{held} are held");
    ensure!(cash_of(client, "//Bob").await? == before - 150, "Bob paid something else");
    let shown = desk.tells(&format!("cash show {address}")).await?;
    ensure!(shown["units"] == "150" && shown["account"] == account.to_string(), "{shown}");
    Ok(())
}

/// What somebody holds, in the smallest unit of cash.
pub async fn cash_of(client: &Client, who: &str) -> anyhow::Result<u128> {
    Ok(client.cash_of(Account::development(who)?.id(), None).await?)
}

/// Cents, as people read them.
fn euros(cents: u128) -> String {
    format!("{}.{:02} EUR", cents / 100, cents % 100)
}

/// What a call of a function without arguments begins with.
fn selector(signature: &str) -> String {
    format!("0x{}", hex::encode(&keccak256(signature).0[..4]))
}

/// A number, as contracts return it.
fn word(number: u64) -> String {
    format!("0x{number:064x}")
}

//! Sales by commands alone: one is settled, one comes to nothing, and one is cancelled by both parties.

use alloy_sol_types::SolCall;
use anyhow::ensure;
use regent_cli::{network::Network, SALE_EXAMPLE};
use regent_client::{flows::wait_for_block, Client};
use regent_contract_abi::ISale;
use regent_primitives::{BlockNumber, KeyRecord};
use regent_tests::PATIENCE;

use crate::{
    commands::small,
    commands_of_cash::cash_of,
    desk::{behind, number, Desk, RECOVERY},
    kept::{built, sharing, Kept},
};

/// The commands that succeed here.
pub const COMMANDS: &[&str] = &[
    "approve",
    "contract call",
    "policy create",
    "request show",
    "request watch",
    "sale attest-payment",
    "sale attest-return",
    "sale bind",
    "sale cancel",
    "sale check",
    "sale deploy",
    "sale dispute",
    "sale example",
    "sale expire",
    "sale pay",
    "sale prepare",
    "sale refuse",
    "sale reserve",
    "sale rule",
    "sale settle",
    "sale show",
    "sale sign-off",
    "sale submit",
    "sale take-back",
    "sale verify",
    "sale withdraw",
];

/// Blocks of a ruling: several times what any command takes.
const RULING: BlockNumber = 30;

/// Who sells, who buys, and who would rule.
type People = [&'static str; 3];

/// `sharing` and `policy` are what both parties name, `more` are lines that stand above all tables.
fn terms(
    [seller, buyer, arbiter]: People,
    (sharing, policy): (&str, &str),
    more: &str,
    price: &str,
) -> String {
    format!(
        r#"
        deadline = "10 minutes"
        ruling = {RULING}
        lifetime = 600
        arbiter = "{arbiter}"
        sharing = "{sharing}"
        {more}

        [seller]
        account = "{seller}"
        policy = "{policy}"

        [buyer]
        account = "{buyer}"
        policy = "{policy}"

        [price]
        {price}
        "#
    )
}

/// A key that is for sale.
struct Lot<'a> {
    desk: &'a Desk,
    client: &'a Client,
    contract: Kept<'a>,
    key: KeyRecord,
    /// A document, whatever it proves.
    evidence: String,
}

impl<'a> Lot<'a> {
    /// Has the seller enrol a key through a contract that is there.
    async fn open(
        desk: &'a Desk,
        client: &'a Client,
        contract: Kept<'a>,
        (name, seller, approver): (&str, &str, &str),
    ) -> anyhow::Result<Self> {
        let policy = desk.policy(name, &[&contract.account, RECOVERY], seller).await?;
        let encode = |request| ISale::submitCall { request }.abi_encode();
        contract.stands("draft").await?;
        let key = contract.enrol(&policy, encode, seller, approver).await?;
        contract.stands("open").await?;
        let evidence = desk.file(&format!("{name}.pdf"), "what proves it")?;
        Ok(Self { desk, client, contract, key, evidence: format!("--evidence {evidence}") })
    }

    /// What the contract holds, in the smallest unit of cash.
    async fn held(&self) -> anyhow::Result<u128> {
        Ok(self.client.cash_of(&self.key.owner, None).await?)
    }

    /// Checks that the contract stands so, and holds so much.
    async fn stands(&self, standing: &str, held: u128) -> anyhow::Result<()> {
        let shown = self.contract.stands(standing).await?;
        let found = self.held().await?;
        ensure!(found == held, "{found} are held, expected {held}: {shown}");
        Ok(())
    }

    /// What is paid and cleared is Ferdie's.
    async fn settle(&self) -> anyhow::Result<()> {
        let (contract, evidence) = (&self.contract, &self.evidence);
        let before = cash_of(self.client, "//Eve").await?;
        let open = contract.asks_people("//Eve").await?;
        let reserve = format!("sale reserve {} --account //Ferdie", contract.address);
        let error = self.desk.fails(&reserve, 2).await?;
        ensure!(error.contains(r#"give --at-most "100.03 EUR""#), "{error}");
        let reserved = contract.does("reserve --at-most 100.03", "//Ferdie").await?;
        ensure!(reserved["amount"] == "10003", "{reserved}");
        self.desk.check_status(&open, "cancelled").await?;
        self.stands("reserved", 10_003).await?;

        let said = contract.says("pay --at-most 599.98", "//Ferdie").await?;
        ensure!(behind(&said, "paid ")? == "599.98 EUR", "{said}");
        self.stands("paid", 70_001).await?;
        contract.does(&format!("sign-off --index 0 {evidence}"), "//Alice").await?;
        contract.prepares("prepare --step settle", "//Ferdie", "//Bob").await?;
        contract.says("settle", "//Eve").await?;
        self.stands("settled", 0).await?;
        let gained = cash_of(self.client, "//Eve").await? - before;
        ensure!(gained == 70_001, "Eve has {gained} more");
        contract.has_left_to(&self.key, "//Ferdie", 1).await
    }

    /// The sanctions office takes its consent back, Alice never rules, Dave has his money again, and Charlie
    /// his key.
    async fn come_to_nothing(&self) -> anyhow::Result<()> {
        let (contract, evidence) = (&self.contract, &self.evidence);
        let before = cash_of(self.client, "//Dave").await?;
        let said = contract.says("reserve --at-most 10", "//Dave").await?;
        ensure!(behind(&said, "paid ")? == "10.00 EUR", "{said}");
        contract.says(&format!("sign-off --index 0 {evidence}"), "//Ferdie").await?;
        contract.does(&format!("attest-payment {evidence}"), "//Eve").await?;
        self.stands("paid", 1_000).await?;
        let refused = contract.does(&format!("refuse --index 0 {evidence}"), "//Ferdie").await?;
        let disputed = number(&refused, "block")?;
        let said = contract.show_people().await?;
        ensure!(behind(&said, "standing ")?.starts_with("disputed"), "{said}");

        contract.says(&format!("attest-return {evidence}"), "//Eve").await?;
        self.stands("disputed", 1_000).await?;
        wait_for_block(self.client, disputed + RULING + 1, PATIENCE).await?;
        contract.does("expire", "//Bob").await?;
        let shown = contract.stands("cancelled").await?;
        ensure!(shown["refund"] == "1000", "{shown}");
        contract.says("withdraw", "//Bob").await?;
        ensure!(cash_of(self.client, "//Dave").await? == before, "Dave has something else");
        contract.prepares("prepare --step take-back", "//Charlie", "//Bob").await?;
        contract.does("take-back", "//Charlie").await?;
        self.stands("left", 0).await?;
        contract.has_left_to(&self.key, "//Charlie", 1).await
    }

    /// It takes Alice and Bob to cancel what is paid, whatever Dave rules; and he rules once.
    async fn cancel(&self) -> anyhow::Result<()> {
        let contract = &self.contract;
        let before = cash_of(self.client, "//Bob").await?;
        let paid = contract.does("pay --at-most 5.00", "//Bob").await?;
        ensure!(paid["amount"] == "500", "{paid}");
        self.stands("paid", 500).await?;
        contract.says("dispute", "//Alice").await?;
        self.stands("disputed", 500).await?;
        contract.does("rule --ruling complete", "//Dave").await?;
        contract.refuses("dispute", "//Alice", "AlreadyRuled").await?;
        contract.does("cancel", "//Bob").await?;
        self.stands("paid", 500).await?;
        contract.says("cancel", "//Alice").await?;
        self.stands("cancelled", 500).await?;
        contract.does("withdraw", "//Alice").await?;
        ensure!(cash_of(self.client, "//Bob").await? == before, "Bob has something else");
        self.stands("cancelled", 0).await
    }
}

const SETTLED: People = ["//Eve", "//Ferdie", "//Alice"];
const UNDONE: People = ["//Charlie", "//Dave", "//Alice"];
const CANCELLED: People = ["//Alice", "//Bob", "//Dave"];

/// All three at the same time, of people who are no party to two of them.
async fn sell(desk: &Desk, client: &Client) -> anyhow::Result<()> {
    let parties = ["//Alice", "//Bob", "//Charlie", "//Dave", "//Eve", "//Ferdie"];
    let parties = desk.policy("Parties", &parties, "//Alice").await?;
    let sharing = sharing(client).await?;
    let both = (&*sharing, &*parties);
    ensure!(desk.says("sale example").await? == SALE_EXAMPLE, "another example");

    let consent =
        |who: &str| format!(r#"sign_offs = [{{ office = "sanctions", account = "{who}" }}]"#);
    let more = format!("deposit = \"100.03\"\n{}", consent("//Alice"));
    let settled = terms(SETTLED, both, &more, r#"amount = "700.01""#);
    let settled = desk.file("settled.toml", &settled)?;
    let more = format!("deposit = \"10.00\"\n{}", consent("//Ferdie"));
    let elsewhere =
        format!("oracles = [\"//Eve\"]\nthreshold = 1\nstatement = \"0x{}\"", "33".repeat(32));
    let undone = desk.file("undone.toml", &terms(UNDONE, both, &more, &elsewhere))?;
    let cancelled = terms(CANCELLED, both, "", r#"amount = "5.00""#);
    let cancelled = desk.file("cancelled.toml", &cancelled)?;
    let checked = desk.tells(&format!("sale check --file {settled}")).await?;
    ensure!(checked["block_milliseconds"] == 500, "{checked}");
    let said = desk.says(&format!("sale check --file {undone}")).await?;
    ensure!(said.contains("the terms are in order"), "{said}");

    let code = built("InkSale.polkavm");
    let settled = async {
        let contract = Kept::deploy(desk, client, "sale", (&settled, &code)).await?;
        let of = ("Settled", SETTLED[0], "//Bob");
        Lot::open(desk, client, contract, of).await?.settle().await
    };
    let undone = async {
        let contract = Kept::deploy_as_people(desk, client, "sale", (&undone, &code)).await?;
        let of = ("Undone", UNDONE[0], "//Bob");
        Lot::open(desk, client, contract, of).await?.come_to_nothing().await
    };
    let cancelled = async {
        let contract = Kept::deploy(desk, client, "sale", (&cancelled, &code)).await?;
        let of = ("Cancelled", CANCELLED[0], "//Charlie");
        Lot::open(desk, client, contract, of).await?.cancel().await
    };
    tokio::try_join!(undone, settled, cancelled)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_sold_by_commands_alone() -> anyhow::Result<()> {
    let network = Network::start(small(), &mut |line| println!("{line}")).await?;
    let desk = Desk::of(&network)?;
    sell(&desk, network.client()).await?;
    desk.check_succeeded(COMMANDS)?;
    Ok(network.shut_down().await?)
}

//! An inheritance by commands alone: a key is handed to a contract, which hands it on when its owner is
//! silent and attested to be dead.

use anyhow::ensure;
use regent_cli::INHERITANCE_EXAMPLE;
use regent_client::{flows::wait_for_block, Client};
use regent_primitives::{BlockNumber, KeyRecord};
use regent_tests::PATIENCE;
use serde_json::Value;
use sp_io::hashing::blake2_256;

use crate::{
    desk::{behind, json, number, text, Desk, RECOVERY},
    kept::{built, Kept},
};

/// The commands that succeed here.
pub const COMMANDS: &[&str] = &[
    "approve",
    "inherit answer",
    "inherit attest",
    "inherit bind",
    "inherit check",
    "inherit contest",
    "inherit deploy",
    "inherit example",
    "inherit execute",
    "inherit freeze",
    "inherit observe",
    "inherit prepare",
    "inherit prove-life",
    "inherit report-silence",
    "inherit retract",
    "inherit revoke",
    "inherit show",
    "inherit submit",
    "inherit unfreeze",
    "inherit verify",
    "key enrol",
    "key prepare",
    "key transfer",
    "policy create",
    "request watch",
];

/// Periods in blocks. People write months.
const INTERVAL: BlockNumber = 1;
const GRACE: BlockNumber = 2;
const CONTEST: BlockNumber = 1;

/// What Charlie has, who is the notary.
const CERTIFICATE: &str = "certificate of Eve's death";

/// Eve's terms: if she is silent, and the notary attests that she died, Ferdie inherits, or else Dave. Ferdie
/// may contest, once.
fn terms(owners: &str, heirs: &str) -> String {
    format!(
        r#"
        interval = {INTERVAL}
        grace = {GRACE}
        contest = {CONTEST}
        contesters = ["//Ferdie"]
        contests = 1

        [owner]
        account = "//Eve"
        policy = "{owners}"

        [succession]
        turn = 600
        heirs = [
            {{ account = "//Ferdie", policy = "{heirs}" }},
            {{ account = "//Dave", policy = "{heirs}" }},
        ]

        [[groups]]
        name = "notary"
        kind = "notary"
        members = ["//Charlie"]
        threshold = 1

        [[combinations]]
        proves = "death"
        silence = true
        groups = ["notary"]
        "#
    )
}

/// Eve's will.
struct Will<'a> {
    desk: &'a Desk,
    client: &'a Client,
    contract: Kept<'a>,
    /// What Charlie types to attest.
    attest: String,
}

/// The whole story, and the short one of a will that is revoked.
pub async fn inherit(desk: &Desk, client: &Client) -> anyhow::Result<()> {
    let (owners, heirs) = tokio::try_join!(
        desk.policy("Owners", &["//Eve"], "//Eve"),
        desk.policy("Heirs", &["//Ferdie", "//Dave"], "//Dave"),
    )?;
    ensure!(desk.says("inherit example").await? == INHERITANCE_EXAMPLE, "another example");
    let file = desk.file("will.toml", &terms(&owners, &heirs))?;
    let checked = desk.tells(&format!("inherit check --file {file}")).await?;
    ensure!(checked["block_milliseconds"] == 500 && checked["block"].is_u64(), "{checked}");

    let (code, certificate) =
        (built("InkInheritance.polkavm"), desk.file("certificate", CERTIFICATE)?);
    let attest = format!("attest --case death --group 0 --evidence {certificate}");
    let (contract, key) = tokio::try_join!(
        Kept::deploy(desk, client, "inherit", (&file, &code)),
        enrolled(desk, &owners),
    )?;
    let will = Will { desk, client, contract, attest };
    tokio::try_join!(will.pass_on(&key), will.revoke_another((&file, &code)))?;
    Ok(())
}

/// A key that Eve enrols, and owns; its id.
async fn enrolled(desk: &Desk, policy: &str) -> anyhow::Result<String> {
    let enrol = format!("key enrol --algorithm ecdsa-secp256k1 --policy {policy} --account //Eve");
    let told = json(&desk.approved(&format!("{enrol} --json"), "//Bob").await?)?;
    let key = &told["key"];
    ensure!(key["state"] == "active" && key["policy"] == policy, "{told}");
    text(key, "id")
}

impl Will<'_> {
    async fn pass_on(&self, key: &str) -> anyhow::Result<()> {
        let key = self.hand_over(key).await?;
        self.live(&key).await?;
        let alive = self.give_signs_of_life().await?;
        wait_past(self.client, alive + INTERVAL).await?;
        self.prove_in_vain().await?;
        self.prove_again().await?;
        self.inherit(&key).await
    }

    /// Eve makes the contract the owner of her key.
    async fn hand_over(&self, key: &str) -> anyhow::Result<KeyRecord> {
        let (desk, contract) = (self.desk, &self.contract);
        let custody = desk.policy("Custody", &[&contract.account, RECOVERY], "//Eve").await?;
        let to = format!("{key} --to {} --to-policy {custody} --account //Eve", contract.account);
        let said = desk.approved(&format!("key prepare {to}"), "//Bob").await?;
        ensure!(behind(&said, "state ")? == "pending, epoch 1", "{said}");
        ensure!(said.contains(&format!("`regent key withdraw {key}` gives it up")), "{said}");
        let transferred = desk.tells(&format!("key transfer {to}")).await?;
        ensure!(transferred["key"] == key && transferred["done"] == "transferred", "{transferred}");

        contract.stands("draft").await?;
        contract.says(&format!("bind --key {key}"), "//Eve").await?;
        let shown = contract.stands("owner").await?;
        ensure!(shown["key"] == key && shown["account"] == contract.account.as_str(), "{shown}");
        let record = contract.key(key).await?;
        ensure!(record.owner.to_string() == contract.account, "{record:?}");
        ensure!(record.chain_authority && record.token.epoch == 1, "{record:?}");
        Ok(record)
    }

    /// Eve uses her key through the contract.
    async fn live(&self, key: &KeyRecord) -> anyhow::Result<()> {
        let contract = &self.contract;
        ensure!(self.obeys("//Eve").await?, "it is hers");
        ensure!(!self.obeys("//Dave").await?, "it is not his yet");
        contract.pays(key, "//Eve", "//Bob").await?;
        contract.does("freeze", "//Eve").await?;
        contract.is_frozen_for("//Eve").await?;
        contract.says("unfreeze", "//Eve").await?;
        contract.refuses("freeze", "//Dave", "NotInControl").await
    }

    /// Charlie attests too early; Eve says that she is alive, and in which block.
    async fn give_signs_of_life(&self) -> anyhow::Result<BlockNumber> {
        let (contract, case) = (&self.contract, "--case death --group 0");
        let attested = contract.does(&self.attest, "//Charlie").await?;
        let hash = format!("0x{}", hex::encode(blake2_256(CERTIFICATE.as_bytes())));
        ensure!(attested["evidence"] == hash.as_str(), "{attested}, expected {hash}");
        let alive = number(&contract.does("prove-life", "//Eve").await?, "block")?;
        let shown = contract.stands("owner").await?;
        ensure!(shown["alive"] == alive, "{shown}, expected {alive}");
        contract.refuses(&format!("retract {case}"), "//Charlie", "NotAttested").await?;
        Ok(alive)
    }

    /// Her death is attested, and proven as soon as she was silent for long enough and somebody looks at
    /// the clocks; until Charlie takes it back, and Ferdie stops it.
    async fn prove_in_vain(&self) -> anyhow::Result<()> {
        let contract = &self.contract;
        let said = contract.says(&self.attest, "//Charlie").await?;
        ensure!(behind(&said, "evidence ")?.starts_with("0x"), "{said}");
        let reported = contract.does("report-silence", "//Dave").await?;
        let until = self.silent_until().await?;
        ensure!(until == number(&reported, "block")? + GRACE, "{reported}, until {until}");
        wait_past(self.client, until).await?;
        ensure!(self.contestable_until().await?.is_none(), "nobody looked at the clocks");
        let observed = contract.does("observe", "//Bob").await?;
        let until = number(&observed, "block")? + CONTEST;
        ensure!(self.contestable_until().await? == Some(until), "{observed}");

        contract.does("retract --case death --group 0", "//Charlie").await?;
        ensure!(self.contestable_until().await?.is_none(), "it was taken back");
        contract.does(&self.attest, "//Charlie").await?;
        ensure!(self.contestable_until().await?.is_some(), "it was attested again");
        contract.does("contest --case death", "//Ferdie").await?;
        let shown = contract.stands("owner").await?;
        ensure!(shown["grace_until"].is_null(), "{shown}");
        ensure!(shown["cases"]["death"]["proven"] == false, "{shown}");
        contract.refuses("contest --case death", "//Ferdie", "NothingToContest").await
    }

    /// The same again; Ferdie stops it no more.
    async fn prove_again(&self) -> anyhow::Result<()> {
        let contract = &self.contract;
        contract.does(&self.attest, "//Charlie").await?;
        contract.says("report-silence", "//Dave").await?;
        let said = contract.show_people().await?;
        ensure!(behind(&said, "silence ")? != "not reported", "{said}");
        wait_past(self.client, self.silent_until().await?).await?;
        contract.says("observe", "//Bob").await?;
        let shown = contract.stands("owner").await?;
        ensure!(shown["cases"]["death"]["proven"] == true, "{shown}");
        Ok(())
    }

    /// Ferdie declines, and Dave has the key.
    async fn inherit(&self, key: &KeyRecord) -> anyhow::Result<()> {
        let contract = &self.contract;
        let until = self.contestable_until().await?.unwrap_or_default();
        wait_past(self.client, until).await?;
        contract.says("answer", "//Ferdie").await?;
        contract.refuses("execute --step succeed", "//Ferdie", "HeirDeclined").await?;
        contract.refuses("execute --step succeed --heir 1", "//Dave", "NotPrepared").await?;
        contract.prepares("prepare --step succeed --heir 1", "//Dave", "//Bob").await?;
        contract.does("execute --step succeed --heir 1", "//Dave").await?;
        contract.stands("left").await?;
        ensure!(!self.obeys("//Eve").await?, "the key has left");
        contract.has_left_to(key, "//Dave", 2).await
    }

    /// Another will of the same terms. Eve thinks better of it.
    async fn revoke_another(&self, code: (&str, &str)) -> anyhow::Result<()> {
        let another = Kept::deploy_as_people(self.desk, self.client, "inherit", code).await?;
        another.says("revoke", "//Eve").await?;
        another.stands("revoked").await?;
        another.refuses(&self.attest, "//Charlie", "CaseNotOpen").await
    }

    /// Whether the contract obeys somebody.
    async fn obeys(&self, who: &str) -> anyhow::Result<bool> {
        let show = format!("inherit show {} --who {who}", self.contract.address);
        Ok(self.desk.tells(&show).await?["obeyed"]["obeyed"] == true)
    }

    /// The last block in which Eve can answer that she is alive.
    async fn silent_until(&self) -> anyhow::Result<BlockNumber> {
        number(&self.contract.stands("owner").await?, "grace_until")
    }

    /// The last block in which her death can be contested, if it is proven.
    async fn contestable_until(&self) -> anyhow::Result<Option<BlockNumber>> {
        let shown = self.contract.stands("owner").await?;
        let case: &Value = &shown["cases"]["death"];
        let proven = case["proven"] == true;
        ensure!(proven != case["contest_until"].is_null(), "{shown}");
        Ok(if proven { Some(number(case, "contest_until")?) } else { None })
    }
}

/// Waits until a block after this one is final.
async fn wait_past(client: &Client, block: BlockNumber) -> anyhow::Result<()> {
    wait_for_block(client, block + 1, PATIENCE).await?;
    Ok(())
}

//! Evidence of what happened on a real network: exported from a node that is not trusted, and judged by the
//! program and by the second verifier, which shares no code with it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{ensure, Context};
use codec::{DecodeAll, Encode};
use regent_cli::network::{Network, NetworkOptions};
use regent_client::flows::decide;
use regent_evidence::{Bundle, Field};
use regent_primitives::{AuditEntry, Decision, Operation, RequestId, RequestStatus, H256};
use regent_tests::{Stage, ALL_PARTS, LIFETIME};
use serde_json::{json, Value};
use tempfile::TempDir;

use crate::{
    epochs::succeed,
    programs::{program, run, Said},
    proxy::{Lie, Proxy},
};

/// Blocks a request lives that is to expire: 15 s.
const SHORT: u32 = 30;

/// Where bundles are kept, and who judges them.
pub struct Desk {
    folder: TempDir,
    regent: PathBuf,
    python: PathBuf,
    genesis: String,
}

impl Desk {
    /// With the second verifier's Python.
    pub async fn of(network: &Network) -> anyhow::Result<Self> {
        let made = run(&scripts().join("venv.sh"), &[]).await?.with(0)?;
        Ok(Self {
            folder: tempfile::tempdir()?,
            regent: program("regent")?,
            python: PathBuf::from(made.trim_end()),
            genesis: format!("{:?}", network.genesis()),
        })
    }

    /// Where a file of this name is.
    pub fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    async fn evidence(&self, arguments: &[&str]) -> anyhow::Result<Said> {
        run(&self.regent, &[&["evidence"][..], arguments].concat()).await
    }

    /// Exports from a node to a new file.
    pub async fn export(&self, node: &str, name: &str, more: &[&str]) -> anyhow::Result<Said> {
        let out = self.path(name);
        let own = ["export", "--quiet", "--json", "--node", node, "--out", &out];
        self.evidence(&[&own[..], more].concat()).await
    }

    /// Withholds what people signed, and the policies that name them.
    async fn redact(&self, name: &str) -> anyhow::Result<Said> {
        let (file, out) = (self.path(name), self.path("redacted"));
        self.evidence(&["redact", &file, "--withhold", "approvals,policy", "--out", &out]).await
    }

    /// What the program says of a file.
    async fn verify(&self, name: &str, more: &[&str]) -> anyhow::Result<Said> {
        let file = self.path(name);
        let own = ["verify", &file, "--genesis", &self.genesis];
        self.evidence(&[&own[..], more].concat()).await
    }

    /// What the second verifier says of it.
    async fn verify_second(&self, name: &str, more: &[&str]) -> anyhow::Result<Said> {
        let (file, script) = (self.path(name), scripts().join("evidence_verify.py"));
        let script = script.display().to_string();
        let own = [script.as_str(), &file, "--genesis", &self.genesis];
        run(&self.python, &[&own[..], more].concat()).await
    }

    /// Both verifiers come to this verdict on all of a file, and to the same on each operation; returns
    /// what the program says for programs.
    pub async fn verdict(
        &self,
        name: &str,
        anchor: Option<&str>,
        verdict: &str,
        codes: (i32, i32),
    ) -> anyhow::Result<Value> {
        let anchored: Vec<&str> = anchor.into_iter().flat_map(|hash| ["--anchor", hash]).collect();
        let words = self.verify(name, &anchored).await?.with(codes.0)?;
        ensure!(words.contains(&format!("\nverdict    {verdict}\n")), "{words}");
        let told = self.verify(name, &[&anchored[..], &["--json"]].concat()).await?;
        let told: Value = serde_json::from_str(&told.with(codes.0)?)?;
        let second = self.verify_second(name, &anchored).await?.with(codes.1)?;
        let last = second.lines().last().context("a verdict")?;
        ensure!(last.starts_with(verdict), "{second}");
        for operation in told["operations"].as_array().context("operations")? {
            let id = operation["id"].as_str().context("an id")?;
            let own = operation["judged"]["verdict"].as_str().context("a verdict")?;
            let line = second.lines().find(|line| line.starts_with(&format!("operation {id} ")));
            let line = line.context("the second verifier has it, too")?;
            ensure!(line.ends_with(&format!(": {own}")), "{line}, expected {own}");
        }
        let absent = told["absent"]["requests"].as_array().into_iter().flatten();
        let absent = absent.filter_map(Value::as_str);
        let named = second.lines().filter_map(|line| line.strip_prefix("absent "));
        ensure!(absent.eq(named), "{second}, expected {told}");
        Ok(told)
    }
}

/// Where the second verifier is.
fn scripts() -> PathBuf {
    PathBuf::from("python")
}

async fn denied(stage: &Stage) -> anyhow::Result<RequestId> {
    let prepared = stage.transfer(LIFETIME).await?;
    stage.scene.submit(&prepared).await?;
    let (client, bob) = (&stage.scene.client, &stage.scene.actors.bob);
    let deny = decide(client, bob, None, prepared.id, Decision::Deny, Some(0), None);
    deny.await?.submitted.in_block().await?;
    stage.wait_for_status(prepared.id, RequestStatus::Denied).await?;
    Ok(prepared.id)
}

async fn expired(stage: &Stage) -> anyhow::Result<RequestId> {
    let prepared = stage.transfer(SHORT).await?;
    stage.scene.submit(&prepared).await?;
    stage.wait_for_status(prepared.id, RequestStatus::Expired).await?;
    Ok(prepared.id)
}

/// Newest final block of the network.
async fn newest(stage: &Stage) -> anyhow::Result<String> {
    Ok(format!("{:?}", stage.scene.client.finalised_hash().await?))
}

/// The statuses of a bundle's operations, by id.
fn statuses(told: &Value) -> anyhow::Result<BTreeMap<String, String>> {
    let operations = told["operations"].as_array().context("operations")?;
    let text = |value: &Value| value.as_str().map(str::to_owned).context("a text");
    operations.iter().map(|one| Ok((text(&one["id"])?, text(&one["status"])?))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_are_exported_and_both_verifiers_judge_them() -> anyhow::Result<()> {
    let stage = Stage::set(NetworkOptions::default()).await?;
    let desk = Desk::of(&stage.network).await?;
    let node = stage.scene.client.url().to_owned();
    let signed = stage.perform().await?;
    let id = signed.prepared.id;
    let (denied, expired) = tokio::try_join!(denied(&stage), expired(&stage))?;
    let refreshed = succeed(&stage, Operation::Refresh, ALL_PARTS).await?.request;
    stage.scene.settle(refreshed).await?;
    let anchor = newest(&stage).await?;

    let all = ["--from", "0", "--log-from", "0", "--payloads", "--anchor", &anchor];
    let exported = desk.export(&node, "first", &all).await?.with(0)?;
    let exported: Value = serde_json::from_str(&exported)?;
    assert_eq!(exported["head"]["hash"], anchor);
    assert_eq!(exported["verdict"], "valid, anchored");

    // The anchor is another's word; without it the file is consistent, and says no more.
    let told = desk.verdict("first", Some(&anchor), "valid, anchored", (0, 0)).await?;
    assert_eq!(told["absent"]["from"], 0);
    assert_eq!(told["absent"]["requests"], json!([]));
    desk.verdict("first", None, "self-consistent, unanchored", (8, 0)).await?;
    let other = format!("{:?}", H256::repeat_byte(1));
    desk.verdict("first", Some(&other), "invalid: anchor", (7, 1)).await?;

    // The enrolment, and what followed.
    let found = statuses(&told)?;
    assert_eq!(found.len(), 5);
    for (id, status) in
        [(id, "completed"), (denied, "denied"), (expired, "expired"), (refreshed, "completed")]
    {
        assert_eq!(found.get(&id.to_string()).map(String::as_str), Some(status));
    }
    let operations = told["operations"].as_array().context("operations")?;
    let own = operations.iter().find(|one| one["id"] == id.to_string()).context("signed")?;
    let payload = format!("0x{}", hex::encode(&signed.prepared.payload));
    assert_eq!(own["payload"], payload, "the chain has removed it, an archive node has it");
    assert_eq!(own["approvals"].as_array().map(Vec::len), Some(2));
    assert_eq!(told["tokens"].as_array().map(Vec::len), Some(2), "before and after the refresh");

    tampered_copies_are_refused(&desk, &anchor, id).await?;
    redacted_copies_are_valid(&desk, &node, &anchor).await?;
    later_exports_extend(&stage, &desk, &exported).await?;
    selections_are_complete(&stage, &desk, own["request"]["submitted_at"].clone()).await?;
    Ok(stage.network.shut_down().await?)
}

/// A byte of an approval is changed, and one of the log.
async fn tampered_copies_are_refused(
    desk: &Desk,
    anchor: &str,
    id: RequestId,
) -> anyhow::Result<()> {
    let whole = Bundle::decode(&fs::read(desk.path("first"))?)?;
    let mut forged = whole.clone();
    let operation = forged.operations.iter_mut().find(|one| one.id == id).context("signed")?;
    let Some(Field::Disclosed { value, .. }) = &mut operation.approvals else {
        anyhow::bail!("its approvals are disclosed");
    };
    *value.last_mut().context("approvals")? ^= 1;
    fs::write(desk.path("forged"), forged.seal().encode())?;
    let rule = "invalid: approvals-unproven";
    let told = desk.verdict("forged", Some(anchor), rule, (7, 1)).await?;
    assert_eq!(told["failure"]["rule"], "approvals-unproven");

    let mut shortened = whole;
    shortened.log.entries.remove(1);
    fs::write(desk.path("shortened"), shortened.seal().encode())?;
    desk.verdict("shortened", Some(anchor), "invalid: log-entries", (7, 1)).await?;
    Ok(())
}

/// What people signed is withheld: not of a file whose log tells who they are.
async fn redacted_copies_are_valid(desk: &Desk, node: &str, anchor: &str) -> anyhow::Result<()> {
    let refused = desk.redact("first").await?.failed_with(2)?;
    assert!(refused.contains("--log-from"), "{refused}");
    desk.export(node, "plain", &["--from", "0", "--anchor", anchor]).await?.with(0)?;
    let told = desk.verdict("plain", Some(anchor), "valid, anchored", (0, 0)).await?;
    desk.redact("plain").await?.with(0)?;
    let verdict = "valid, anchored, withheld: approvals, history, policy";
    let redacted = desk.verdict("redacted", Some(anchor), verdict, (0, 0)).await?;
    assert_eq!(redacted["bundle"], told["bundle"], "all copies share one id");
    assert!(redacted["operations"][0]["approvals"].is_null());
    Ok(())
}

/// One more operation, and an export that goes on where the first ends.
async fn later_exports_extend(stage: &Stage, desk: &Desk, exported: &Value) -> anyhow::Result<()> {
    let node = stage.scene.client.url();
    let next = stage.perform().await?.prepared.id;
    stage.wait_for_status(next, RequestStatus::Completed).await?;
    let (count, anchor) = (exported["log_count"].to_string(), newest(stage).await?);
    let later = ["--from", "0", "--log-from", &count, "--anchor", &anchor];
    desk.export(node, "later", &later).await?.with(0)?;
    desk.verdict("later", Some(&anchor), "valid, anchored", (0, 0)).await?;

    let (first, second) = (desk.path("first"), desk.path("later"));
    let found = desk.evidence(&["diff", &first, &second, "--json"]).await?.with(0)?;
    let found: Value = serde_json::from_str(&found)?;
    assert_eq!(found["extends"], true);
    assert_eq!(found["operations"][next.to_string()], "new");
    let changes = found["operations"].as_object().context("changes")?;
    assert!(!changes.values().any(|change| *change == "missing"), "{found}");
    let reversed = desk.evidence(&["diff", &second, &first]).await?.failed_with(7)?;
    assert!(reversed.contains("shorter-log"), "{reversed}");

    desk.export(node, "without", &["--from", "0", "--anchor", &anchor]).await?.with(0)?;
    let without = desk.path("without");
    let hidden = desk.evidence(&["diff", &first, &without]).await?.failed_with(7)?;
    assert!(hidden.contains("not-shown"), "{hidden}");

    // The same by a short proof. That the state counts the first head among its ancestors is no anchor.
    let head = exported["head"]["hash"].as_str().context("the first head")?;
    let since = ["--from", "0", "--since", &first, "--ancestor", head, "--log-entry", "0"];
    desk.export(node, "since", &since).await?.with(0)?;
    let told = desk.verdict("since", None, "self-consistent, unanchored", (8, 0)).await?;
    assert_eq!(told["log"]["since"], exported["head"]["number"]);
    assert_eq!(told["log"]["included"].as_array().map(Vec::len), Some(1));
    let since = desk.path("since");
    let found = desk.evidence(&["diff", &first, &since, "--json"]).await?.with(0)?;
    let found: Value = serde_json::from_str(&found)?;
    assert_eq!(found["operations"][next.to_string()], "new");
    Ok(())
}

/// By request, key, institution and block.
async fn selections_are_complete(stage: &Stage, desk: &Desk, block: Value) -> anyhow::Result<()> {
    let node = stage.scene.client.url();
    let (key, block) = (stage.key.token.key_id.to_string(), block.to_string());
    let all = stage.scene.client.all_requests(None).await?;
    let one = all.first().context("a request")?.0.to_string();
    // The enrolment came before the block of the first signature.
    for (name, selection, count) in [
        ("one", vec!["--request", &one], 1),
        ("key", vec!["--key", &key], all.len()),
        ("institution", vec!["--institution", "0"], all.len()),
        ("from", vec!["--from", &block], all.len() - 1),
        ("until", vec!["--to", &block], 2),
        ("institution from", vec!["--institution", "0", "--from", &block], all.len() - 1),
        ("at", vec!["--from", &block, "--to", &block, "--key", &key], 1),
    ] {
        let exported = desk.export(node, name, &selection).await?.with(0).context(name)?;
        let exported: Value = serde_json::from_str(&exported)?;
        assert_eq!(exported["operations"], json!(count), "{name}");
        let told = desk.verdict(name, None, "self-consistent, unanchored", (8, 0)).await;
        let told = told.context(name)?;
        let entries = told["log"]["included"].as_array().context("entries")?;
        let agents = entries.iter().filter(|entry| entry["event"] == "AgentRegistered");
        ensure!(agents.count() > 0, "{name}: it brings who takes part: {told}");
    }
    let alone = ["--request", &one, "--no-members"];
    desk.export(node, "alone", &alone).await?.with(0)?;
    let told = desk.verdict("alone", None, "self-consistent, unanchored", (8, 0)).await?;
    assert_eq!(told["log"]["included"], json!([]));
    let nobody = ["--institution", "1", "--from", "0"];
    desk.export(node, "nobody", &nobody).await?.with(4)?;
    let unknown = "77".repeat(32);
    desk.export(node, "unknown", &["--request", &unknown]).await?.with(4)?;
    desk.export(node, "unknown", &["--from", "0", "--anchor", &unknown]).await?.with(4)?;
    Ok(())
}

/// The audit entries that a node answers with become others.
fn of_entries(change: impl Fn(&mut Vec<AuditEntry>) + Send + Sync + 'static) -> Lie {
    Lie::on("state_call", move |params, honest| {
        if params.first() != Some(&json!("RegentApi_audit_entries")) {
            return Some(honest.clone());
        }
        let bytes = hex::decode(honest.as_str()?.trim_start_matches("0x")).ok()?;
        let mut entries = Vec::<AuditEntry>::decode_all(&mut bytes.as_slice()).ok()?;
        change(&mut entries);
        Some(json!(format!("0x{}", hex::encode(entries.encode()))))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_lies_has_nothing_exported() -> anyhow::Result<()> {
    let stage = Stage::set(NetworkOptions::default()).await?;
    let desk = Desk::of(&stage.network).await?;
    let proxy = Proxy::start(stage.scene.client.url()).await?;
    let client = &stage.scene.client;
    let (genesis, before) = (json!(client.genesis()), json!(client.finalised_hash().await?));
    stage.perform().await?;

    let lies = [
        (
            "an entry is hidden",
            of_entries(|entries| {
                if entries.len() > 1 {
                    entries.remove(1);
                }
            }),
        ),
        (
            "an entry is changed",
            of_entries(|entries| {
                if let Some(last) = entries.last_mut() {
                    last.block += 1;
                }
            }),
        ),
        ("the log ends earlier", of_entries(Vec::clear)),
        (
            "the state is one of before",
            Lie::asking(move |method, params| {
                if method == "state_getReadProof" && params.get(1) != Some(&genesis) {
                    params[1] = before.clone();
                }
            }),
        ),
        (
            "a block is another",
            Lie::on("mmr_generateProof", |_, honest| {
                // The last byte is of a node that leads to the root.
                let proof = honest["proof"].as_str()?;
                let (start, last) = proof.split_at_checked(proof.len() - 1)?;
                let mut answer = honest.clone();
                answer["proof"] = json!([start, if last == "0" { "1" } else { "0" }].concat());
                Some(answer)
            }),
        ),
        (
            "nobody finalised the block",
            Lie::on("grandpa_proveFinality", |_, honest| {
                let proof = honest.as_str()?;
                // Every byte of it counts.
                let at = proof.len() / 2;
                let digit = if proof.as_bytes().get(at) == Some(&b'0') { "1" } else { "0" };
                Some(json!([proof.get(..at)?, digit, proof.get(at + 1..)?].concat()))
            }),
        ),
    ];
    for (name, lie) in lies {
        proxy.lie(lie);
        let said = desk.export(proxy.url(), "lie", &["--from", "0", "--log-from", "0"]).await?;
        let reason = said.failed_with(7).context(name)?;
        println!("{name}: {}", reason.trim_end());
        ensure!(proxy.told() > 0, "{name}: it was not told");
        ensure!(!Path::new(&desk.path("lie")).exists(), "{name}: it was written");
    }
    proxy.be_honest();
    let other = "11".repeat(32);
    let foreign = ["--from", "0", "--genesis", &other];
    desk.export(proxy.url(), "truth", &foreign).await?.with(7)?;
    desk.export(proxy.url(), "truth", &["--from", "0"]).await?.with(0)?;
    desk.verdict("truth", None, "self-consistent, unanchored", (8, 0)).await?;
    Ok(stage.network.shut_down().await?)
}

//! Bytes that an operation adds to the chain's state, to a node's database and to blocks.
//!
//! State is read over RPC, every key and value of it, at quiet blocks. The database is measured on
//! disk while the node is stopped, because only then all is in its place. Both grow by blocks alone,
//! too: an idle stretch shows by how much, and that is taken off.

use std::{collections::BTreeMap, io::Write};

use anyhow::Context;
use clap::Args;
use futures::StreamExt;
use regent_client::{Client, Head};
use regent_primitives::BlockNumber;
use regent_tests::LIFETIME;
use serde::Serialize;

use super::{
    blocks::{self, Tally},
    conclude, database,
    ground::Ground,
    operation::{noted, Open},
    processors, say,
    snapshot::{Item, Size, Snapshot},
    write_json, Common, QuorumSize, Validators,
};

/// The node whose database is measured.
const NODE: &str = "node-0";

/// Options of `load state`.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// Threshold and agents.
    #[arg(long, value_name = "T/N", default_value = "3/5")]
    pub quorum: QuorumSize,
    /// Operations that are measured.
    #[arg(long, value_name = "COUNT", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub operations: u32,
    /// Blocks without operations before them, for comparison.
    #[arg(long, value_name = "COUNT", default_value_t = 120, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub idle_blocks: u32,
}

/// What a stretch of blocks added.
struct Stretch {
    blocks: f64,
    state: BTreeMap<Item, Size>,
    database: f64,
}

#[derive(Serialize)]
struct Row {
    name: String,
    #[serde(flatten)]
    size: Size,
}

#[derive(Serialize)]
struct Call {
    call: String,
    transactions: f64,
    bytes: f64,
}

#[derive(Serialize)]
struct Report {
    benchmark: &'static str,
    processors: usize,
    quorum: String,
    operations: u32,
    /// Blocks in which the operations happened, and those of the idle stretch.
    blocks: f64,
    idle_blocks: f64,
    /// All state at the end.
    total: Size,
    /// Of one operation, without what blocks alone add.
    state: Size,
    state_by_pallet: Vec<Row>,
    state_by_item: Vec<Row>,
    database_bytes: f64,
    transactions: Vec<Call>,
    transaction_bytes: f64,
    /// Of one block without operations.
    idle_state: Size,
    idle_database_bytes: f64,
}

/// Measures, and writes the figures.
///
/// # Errors
/// If the network does not come up, or an operation fails.
pub async fn run(
    options: &Options,
    common: &Common,
    out: &mut (impl Write + Send),
) -> anyhow::Result<()> {
    let mut ground = Ground::prepare(common, options.quorum, Validators::One).await?;
    let report = measure(&mut ground, options).await?;
    let failure = ground.end().await.err();
    let json = common.json;
    conclude(
        out,
        |mut out| if json { write_json(&mut out, &report) } else { table(out, &report) },
        failure,
    )
}

/// State and database at about one time.
struct Mark {
    /// Before the node was stopped.
    before: Snapshot,
    database: f64,
    /// After it was started again.
    after: Snapshot,
}

impl Mark {
    async fn set(ground: &mut Ground) -> anyhow::Result<Self> {
        let client = ground.stage.scene.client.clone();
        let before = Snapshot::take(&client, blocks::wait_for_quiet(&client).await?).await?;
        let network = &mut ground.stage.network;
        network.stop(NODE).await?;
        let database = database::bytes(&network.folder().join(NODE))?;
        network.restart(NODE).await?;
        // Agents lost their node: they are healthy when they follow it again.
        let agents: Vec<String> = network.agents().iter().map(|agent| agent.name.clone()).collect();
        for agent in agents {
            network.wait_for(&agent).await?;
        }
        let after = Snapshot::take(&client, blocks::wait_for_quiet(&client).await?).await?;
        say(&format!(
            "block {}: {:.0} bytes of state, {database} of database",
            before.head.number,
            before.total().bytes
        ));
        Ok(Self { before, database: database as f64, after })
    }

    /// What was added until another mark.
    fn until(&self, end: &Self) -> Stretch {
        let blocks = end.before.head.number.saturating_sub(self.after.head.number);
        Stretch {
            blocks: blocks.into(),
            state: end.before.gained_since(&self.after),
            database: end.database - self.database,
        }
    }
}

async fn measure(ground: &mut Ground, options: &Options) -> anyhow::Result<Report> {
    let client = ground.stage.scene.client.clone();
    // The first of its kind may touch what no later one adds.
    operation(ground, options).await?;
    let start = Mark::set(ground).await?;
    wait_for_height(&client, start.after.head.number.saturating_add(options.idle_blocks)).await?;
    let middle = Mark::set(ground).await?;
    for number in 1..=options.operations {
        operation(ground, options)
            .await
            .with_context(|| format!("operation {number} of {}", options.operations))?;
        say(&format!("operation {number} of {} is complete and noted", options.operations));
    }
    let end = Mark::set(ground).await?;

    let (idle, busy) = (start.until(&middle), middle.until(&end));
    let (above, to) = (middle.after.head.number, end.before.head.number);
    let tally = Tally::of(&client, above, to, &BTreeMap::new()).await?;
    Ok(report(options, &idle, &busy, &tally, end.before.total()))
}

fn report(options: &Options, idle: &Stretch, busy: &Stretch, tally: &Tally, total: Size) -> Report {
    let operations = f64::from(options.operations);
    let of_idle_block = |size: Size| size.times(1.0 / idle.blocks.max(1.0));
    let mut by_item: BTreeMap<Item, Size> = busy.state.clone();
    for (item, size) in &idle.state {
        let size_of_blocks = of_idle_block(*size).times(busy.blocks);
        let entry = by_item.entry(item.clone()).or_default();
        *entry = entry.minus(size_of_blocks);
    }
    let mut by_pallet: BTreeMap<String, Size> = BTreeMap::new();
    let mut state = Size::default();
    for ((pallet, _), size) in &mut by_item {
        *size = size.times(1.0 / operations);
        let sum = by_pallet.entry(pallet.clone()).or_default();
        *sum = sum.plus(*size);
        state = state.plus(*size);
    }
    let idle_state = idle.state.values().copied().fold(Size::default(), Size::plus);
    let idle_database = idle.database / idle.blocks.max(1.0);
    let calls = tally.calls.iter().map(|(call, (count, bytes))| Call {
        call: call.clone(),
        transactions: f64::from(*count) / operations,
        bytes: *bytes as f64 / operations,
    });
    let row = |name, size| Row { name, size };
    Report {
        benchmark: "state",
        processors: processors(),
        quorum: options.quorum.to_string(),
        operations: options.operations,
        blocks: busy.blocks,
        idle_blocks: idle.blocks,
        total,
        state,
        state_by_pallet: by_pallet.into_iter().map(|(name, size)| row(name, size)).collect(),
        state_by_item: by_item
            .into_iter()
            .map(|((pallet, item), size)| row(format!("{pallet}.{item}"), size))
            .collect(),
        database_bytes: (busy.database - idle_database * busy.blocks) / operations,
        transactions: calls.collect(),
        transaction_bytes: tally.bytes() as f64 / operations,
        idle_state: of_idle_block(idle_state),
        idle_database_bytes: idle_database,
    }
}

/// One operation, to its end: completed, and every agent that released has noted it.
async fn operation(ground: &Ground, options: &Options) -> anyhow::Result<()> {
    let (stage, scene) = (&ground.stage, &ground.stage.scene);
    let open = Open::submit(stage, LIFETIME).await?;
    let id = open.id();
    let approvals = async { Ok(scene.approve_all(id).await?) };
    open.carry(stage, approvals).await?;
    noted(stage, id, usize::from(options.quorum.threshold)).await?;
    blocks::wait_for_quiet(&scene.client).await.map(drop)
}

async fn wait_for_height(client: &Client, number: BlockNumber) -> anyhow::Result<Head> {
    let mut heads = client.finalised_heads().await?;
    loop {
        let head = heads.next().await.context("the node announces no blocks any more")??;
        if head.number >= number {
            return Ok(head);
        }
    }
}

fn table(out: &mut dyn Write, report: &Report) -> anyhow::Result<()> {
    writeln!(
        out,
        "bytes that one operation adds: {} agents, {} operations in {:.0} blocks",
        report.quorum, report.operations, report.blocks
    )?;
    writeln!(out, "\n{:<36}{:>8}{:>12}", "state (keys and values)", "keys", "bytes")?;
    let line = |out: &mut dyn Write, name: &str, size: Size| {
        writeln!(out, "{name:<36}{:>8.2}{:>12.1}", size.keys, size.bytes)
    };
    for Row { name, size } in &report.state_by_pallet {
        line(out, &format!("  {name}"), *size)?;
    }
    line(out, "  all", report.state)?;
    writeln!(out, "\n{:<36}{:>8}{:>12}", "blocks (transactions)", "count", "bytes")?;
    for Call { call, transactions, bytes } in &report.transactions {
        writeln!(out, "{:<36}{transactions:>8.2}{bytes:>12.1}", format!("  {call}"))?;
    }
    let count: f64 = report.transactions.iter().map(|call| call.transactions).sum();
    writeln!(out, "{:<36}{count:>8.2}{:>12.1}", "  all", report.transaction_bytes)?;
    writeln!(
        out,
        "\ndatabase, with the state of every block kept, on disk: {:.0}",
        report.database_bytes
    )?;
    writeln!(
        out,
        "taken off, of each block without operations ({:.0} seen): {:.1} of state, {:.0} of database",
        report.idle_blocks, report.idle_state.bytes, report.idle_database_bytes
    )?;
    writeln!(
        out,
        "all state at the end: {:.0} bytes in {:.0} keys",
        report.total.bytes, report.total.keys
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_blocks_alone_add_is_taken_off() {
        let item = |name: &str| ("System".to_owned(), name.to_owned());
        let size = |keys, bytes| Size { keys, bytes };
        let idle = Stretch {
            blocks: 10.0,
            state: BTreeMap::from([(item("BlockHash"), size(10.0, 800.0))]),
            database: 5_000.0,
        };
        let busy = Stretch {
            blocks: 20.0,
            state: BTreeMap::from([
                (item("BlockHash"), size(20.0, 1_600.0)),
                (item("Account"), size(4.0, 400.0)),
            ]),
            database: 30_000.0,
        };
        let tally = Tally {
            calls: BTreeMap::from([("Requests.note".to_owned(), (12, 3_000))]),
            ..Tally::default()
        };
        let quorum = QuorumSize { threshold: 3, agents: 5 };
        let options = Options { quorum, operations: 4, idle_blocks: 10 };
        let report = report(&options, &idle, &busy, &tally, Size::default());
        assert_eq!(report.state, size(1.0, 100.0));
        assert_eq!(report.database_bytes, 5_000.0);
        assert_eq!(report.transaction_bytes, 750.0);
        assert_eq!(report.idle_state, size(1.0, 80.0));
    }
}

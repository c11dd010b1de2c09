//! From the last approval's submission to the signature in hand, by phase.
//!
//! Operations come one after the other, each when the chain is quiet again. The approval before the
//! last is final when the last is submitted, as between people; the last comes at another moment of
//! a slot each time, spread evenly, because people do not wait for the start of a slot. Requester and
//! approvers use the first node; agents are spread over all nodes.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use anyhow::{ensure, Context};
use clap::Args;
use regent_client::{
    flows::{decide, wait_for_request},
    Submitted,
};
use regent_primitives::Decision;
use regent_tests::{Stage, LIFETIME};
use serde::{Serialize, Serializer};

use super::{
    blocks,
    clock::Clock,
    conclude,
    deliveries::Deliveries,
    ground::{Ground, Memory, StartUp},
    heads::Heads,
    operation::{noted, Open},
    processors, say,
    spread::{between, Spread},
    write_json, Common, QuorumSize, Validators,
};

/// Goals with four validators, in milliseconds: of the whole, and of all that follows finality.
const WHOLE_P50: f64 = 1_000.0;
const WHOLE_P95: f64 = 1_500.0;
const AFTER_FINALITY: f64 = 50.0;

/// The fraction by which each operation's last approval comes later in its slot: multiples of the
/// golden ratio fill a slot evenly, however many there are.
const STEP_IN_SLOT: f64 = 0.618_033_988_749_895;

/// How long the approval before the last may take to be seen final by the requester's node.
const PATIENCE: Duration = Duration::from_secs(30);

/// Options of `load latency`.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// Thresholds and agents; a network of its own for each.
    #[arg(long, value_name = "T/N,..", value_delimiter = ',', default_value = "3/5,11/16,43/64")]
    pub quorums: Vec<QuorumSize>,
    /// How many validators.
    #[arg(long, value_enum, default_value = "4")]
    pub validators: Validators,
    /// Operations of each network.
    #[arg(long, value_name = "COUNT", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub operations: u32,
}

/// When each thing happened.
struct Moments {
    submitted: Instant,
    pooled: Instant,
    in_block: Instant,
    finalised: Instant,
    first_share: Instant,
    last_share: Instant,
    signature: Instant,
}

/// A phase.
struct Phase {
    name: &'static str,
    from: fn(&Moments) -> Instant,
    to: fn(&Moments) -> Instant,
}

/// All of them; the last two are sums.
const PHASES: [Phase; 8] = [
    Phase { name: "submitted, in the pool", from: |m| m.submitted, to: |m| m.pooled },
    Phase { name: "in the best block", from: |m| m.pooled, to: |m| m.in_block },
    Phase { name: "final", from: |m| m.in_block, to: |m| m.finalised },
    Phase { name: "first share delivered", from: |m| m.finalised, to: |m| m.first_share },
    Phase { name: "last share needed", from: |m| m.first_share, to: |m| m.last_share },
    Phase { name: "signature in hand", from: |m| m.last_share, to: |m| m.signature },
    Phase { name: AFTER, from: |m| m.finalised, to: |m| m.signature },
    Phase { name: WHOLE, from: |m| m.submitted, to: |m| m.signature },
];
const AFTER: &str = "everything after finality";
const WHOLE: &str = "the whole";

impl Phase {
    fn of(&self, moments: &Moments) -> f64 {
        between((self.from)(moments), (self.to)(moments))
    }
}

impl Serialize for Moments {
    /// Milliseconds since the submission.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Since {
            pooled: f64,
            in_block: f64,
            finalised: f64,
            first_share: f64,
            last_share: f64,
            signature: f64,
        }
        let since = |moment| between(self.submitted, moment);
        Since {
            pooled: since(self.pooled),
            in_block: since(self.in_block),
            finalised: since(self.finalised),
            first_share: since(self.first_share),
            last_share: since(self.last_share),
            signature: since(self.signature),
        }
        .serialize(serializer)
    }
}

#[derive(Serialize)]
struct Row {
    phase: &'static str,
    #[serde(flatten)]
    milliseconds: Spread,
}

#[derive(Serialize)]
struct Run {
    quorum: String,
    start_up: StartUp,
    memory: Vec<Memory>,
    operations: usize,
    milliseconds: Vec<Row>,
    milliseconds_since_submission: Vec<Moments>,
}

#[derive(Serialize)]
struct Report {
    benchmark: &'static str,
    processors: usize,
    validators: usize,
    runs: Vec<Run>,
}

/// Measures, and writes the figures.
///
/// # Errors
/// If a network does not come up or an operation fails.
pub async fn run(
    options: &Options,
    common: &Common,
    out: &mut (impl Write + Send),
) -> anyhow::Result<()> {
    let validators = options.validators.count();
    let mut report =
        Report { benchmark: "latency", processors: processors(), validators, runs: Vec::new() };
    let mut failure = None;
    for quorum in &options.quorums {
        match measure(*quorum, options, common).await {
            Ok(run) => report.runs.push(run),
            Err(error) => {
                failure = Some(error.context(format!("quorum {quorum}")));
                break;
            }
        }
    }
    let json = common.json;
    conclude(
        out,
        |mut out| if json { write_json(&mut out, &report) } else { table(out, &report) },
        failure,
    )
}

async fn measure(quorum: QuorumSize, options: &Options, common: &Common) -> anyhow::Result<Run> {
    let ground = Ground::prepare(common, quorum, options.validators).await?;
    let stage = &ground.stage;
    let client = &stage.scene.client;
    let heads = Heads::follow(client.url()).await?;
    let mut deliveries = Deliveries::follow(&stage.network.log("enclave")?)?;
    let slot = Duration::from_millis(client.slot_milliseconds().await?);
    let mut samples = Vec::new();
    for number in 1..=options.operations {
        let delay = slot.mul_f64((f64::from(number) * STEP_IN_SLOT).fract());
        let moments = operation(stage, quorum, &heads, &mut deliveries, delay)
            .await
            .with_context(|| format!("operation {number} of {}", options.operations))?;
        say(&format!(
            "{quorum}: operation {number} of {}: {:.0} ms",
            options.operations,
            between(moments.submitted, moments.signature)
        ));
        samples.push(moments);
    }
    let rows = PHASES.iter().filter_map(|phase| {
        let milliseconds = Spread::of(samples.iter().map(|moments| phase.of(moments)))?;
        Some(Row { phase: phase.name, milliseconds })
    });
    let run = Run {
        quorum: quorum.to_string(),
        start_up: ground.start_up,
        memory: ground.memory()?,
        operations: samples.len(),
        milliseconds: rows.collect(),
        milliseconds_since_submission: samples,
    };
    drop(heads);
    ground.end().await?;
    Ok(run)
}

/// One operation, from a quiet chain to a quiet chain.
async fn operation(
    stage: &Stage,
    quorum: QuorumSize,
    heads: &Heads,
    deliveries: &mut Deliveries,
    delay: Duration,
) -> anyhow::Result<Moments> {
    let client = &stage.scene.client;
    blocks::wait_for_quiet(client).await?;
    let open = Open::submit(stage, LIFETIME).await?;
    let (id, session) = (open.id(), open.session()?);
    let approvals = approve(stage, &open, delay);
    let carried = open.carry(stage, approvals).await?;
    let mut approved = carried.approved;

    // Only now, so that nothing of the measuring runs beside what is measured.
    let inclusion = approved.transaction.finalised().await?;
    let (in_block, finalised) = heads.moments(inclusion.block, inclusion.number).await?;
    let arrivals = deliveries.of_session(&session)?;
    let (threshold, found) = (usize::from(quorum.threshold), arrivals.len());
    ensure!(
        found >= threshold,
        "the enclave signed, and its log tells of {found} shares, expected at least {threshold}"
    );
    approved.clock.check()?;
    let arrival = |number: usize| {
        let at = arrivals.get(number).map(|at| approved.clock.monotonic(*at));
        at.context("there are as many shares")
    };
    let moments = Moments {
        submitted: approved.submitted,
        pooled: approved.pooled,
        in_block,
        finalised,
        first_share: arrival(0)?,
        last_share: arrival(threshold.saturating_sub(1))?,
        signature: carried.signature,
    };
    noted(stage, id, threshold).await?;
    Ok(moments)
}

/// The last approval, given.
struct Approved {
    clock: Clock,
    submitted: Instant,
    pooled: Instant,
    transaction: Submitted,
}

/// Both approvals: the last when the first is final, and so much later.
async fn approve(stage: &Stage, open: &Open, delay: Duration) -> anyhow::Result<Approved> {
    let scene = &stage.scene;
    let (client, id) = (&scene.client, open.id());
    let approve = Decision::Approve;
    let first = decide(client, &scene.actors.bob, None, id, approve, Some(0), None).await?;
    drop(first);
    wait_for_request(client, id, "the first approval", PATIENCE, |_, state| {
        Ok(state.filter(|state| !state.approvals.is_empty()).map(drop))
    })
    .await?;
    let call = open.approval(scene, &scene.actors.charlie, 1);
    tokio::time::sleep(delay).await;
    let clock = Clock::read();
    let submitted = Instant::now();
    let transaction = client.submit(&scene.actors.charlie, call).await?;
    Ok(Approved { clock, submitted, pooled: Instant::now(), transaction })
}

fn table(out: &mut dyn Write, report: &Report) -> anyhow::Result<()> {
    writeln!(
        out,
        "milliseconds from the last approval's submission to the signature in hand; {} validators, \
         every process on the same {} processors",
        report.validators, report.processors
    )?;
    for run in &report.runs {
        writeln!(
            out,
            "\n{} agents, {} operations one after the other",
            run.quorum, run.operations
        )?;
        writeln!(out, "  {:<28}{:>9}{:>9}{:>9}", "until", "p50", "p95", "max")?;
        for row in &run.milliseconds {
            let Spread { p50, p95, max } = row.milliseconds;
            writeln!(out, "  {:<28}{p50:>9.1}{p95:>9.1}{max:>9.1}", row.phase)?;
        }
        if report.validators == Validators::Four.count() {
            goals(out, run)?;
        }
        writeln!(
            out,
            "  network up in {:.1} s, key active {:.1} s later",
            run.start_up.network_seconds, run.start_up.key_seconds
        )?;
        for memory in &run.memory {
            writeln!(
                out,
                "  {:>3} x {:<8} {:>7.0} MiB of their own, {:>7.0} MiB resident; at most {:.0} MiB in \
                 one",
                memory.processes,
                memory.program,
                memory.private_mib,
                memory.resident_mib,
                memory.peak_of_one_mib
            )?;
        }
    }
    writeln!(
        out,
        "\n`final` is what the first node announces; agents on other nodes may know earlier, and a \
         phase then be less than zero"
    )?;
    Ok(())
}

fn goals(out: &mut dyn Write, run: &Run) -> anyhow::Result<()> {
    let of = |name| run.milliseconds.iter().find(|row| row.phase == name);
    let (Some(whole), Some(after)) = (of(WHOLE), of(AFTER)) else { return Ok(()) };
    let (whole, after) = (whole.milliseconds, after.milliseconds);
    for (what, found, goal) in [
        ("the whole, p50", whole.p50, WHOLE_P50),
        ("the whole, p95", whole.p95, WHOLE_P95),
        ("after finality, p50", after.p50, AFTER_FINALITY),
        ("after finality, p95", after.p95, AFTER_FINALITY),
        ("after finality, max", after.max, AFTER_FINALITY),
    ] {
        let verdict = if found <= goal { "met" } else { "missed" };
        writeln!(out, "  goal {what:<22} at most {goal:>6.0}: {found:>7.1}, {verdict}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phases_add_up_to_the_whole() {
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        let moments = Moments {
            submitted: at(0),
            pooled: at(3),
            in_block: at(400),
            finalised: at(700),
            // An agent whose node knew earlier.
            first_share: at(690),
            last_share: at(710),
            signature: at(725),
        };
        let of = |name: &str| {
            let phase = PHASES.iter().find(|phase| phase.name == name).expect(name);
            phase.of(&moments)
        };
        let parts: f64 = PHASES[..6].iter().map(|phase| phase.of(&moments)).sum();
        assert_eq!(parts, of(WHOLE));
        assert_eq!((of(WHOLE), of(AFTER)), (725.0, 25.0));
        assert_eq!(of("first share delivered"), -10.0);
    }
}

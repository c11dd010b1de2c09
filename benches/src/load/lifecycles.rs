//! Whole requests a second at increasing concurrency, beside plain remarks on the same node in the
//! same run.
//!
//! A lifecycle is a request with its session, two approvals, the shares of a threshold of agents,
//! the signature, and the receipt in a block; the agents' notes follow, and the run fails if those of
//! one lifecycle do not. So many workers carry one after the other; what counts is the time after
//! each has finished its first, so that the start is no part of it.

use std::{
    collections::BTreeSet,
    io::Write,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use anyhow::Context;
use clap::Args;
use regent_client::Client;
use regent_primitives::{BlockNumber, RequestId};
use regent_tests::{Stage, LIFETIME};
use serde::Serialize;
use tokio::sync::mpsc;

use super::{
    blocks::{self, Tally},
    conclude,
    ground::{Ground, StartUp},
    heads::Heads,
    operation::{noted, Open},
    processors,
    remarks::{self, Remarks},
    say,
    spread::{milliseconds, share, Spread},
    write_json, Common, QuorumSize, Validators,
};

/// From this share of its quota on, an institution's quota is said to bound a level.
const BOUND: f64 = 0.95;

/// Options of `load lifecycles`.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// Threshold and agents.
    #[arg(long, value_name = "T/N", default_value = "3/5")]
    pub quorum: QuorumSize,
    /// How many validators.
    #[arg(long, value_enum, default_value = "1")]
    pub validators: Validators,
    /// Requests at a time, one level after the other.
    #[arg(long, value_name = "COUNT,..", value_delimiter = ',', default_value = "1,2,4,8,16,24", value_parser = clap::value_parser!(u16).range(1..=100))]
    pub concurrency: Vec<u16>,
    /// Remarks in flight, one level after the other.
    #[arg(long, value_name = "COUNT,..", value_delimiter = ',', default_value = "16,64,256,1024", value_parser = clap::value_parser!(u16).range(1..=4_000))]
    pub remarks: Vec<u16>,
    /// How long each level goes on.
    #[command(flatten)]
    pub bounded: Bounded,
}

/// How long a level goes on.
#[derive(Clone, Copy, Debug, Args)]
pub struct Bounded {
    /// Seconds of each level, after everyone's first.
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    pub seconds: u32,
    /// Requests or remarks after which a level ends earlier.
    #[arg(long, value_name = "COUNT", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub maximum: u32,
}

impl Bounded {
    /// The seconds.
    pub(super) fn time(&self) -> Duration {
        Duration::from_secs(self.seconds.into())
    }
}

#[derive(Serialize)]
struct Level {
    concurrency: u16,
    seconds: f64,
    completed: usize,
    per_second: f64,
    milliseconds: Option<Spread>,
    /// In blocks of this time, a lifecycle's share of them.
    transactions: f64,
    notes: f64,
    bytes: f64,
    quota_share: f64,
    weight_share: f64,
    /// Milliseconds of reference time that institutions are charged for one, all together.
    charge_milliseconds: f64,
}

#[derive(Serialize)]
struct Report {
    benchmark: &'static str,
    processors: usize,
    validators: usize,
    quorum: String,
    /// Milliseconds of reference time of all institutions together, and the window they are for.
    quota_milliseconds: f64,
    window_seconds: f64,
    start_up: StartUp,
    remarks: Vec<remarks::Level>,
    lifecycles: Vec<Level>,
    best_remarks_per_second: f64,
    best_lifecycles_per_second: f64,
    remarks_per_lifecycle: f64,
}

/// Measures, and writes the figures.
///
/// # Errors
/// If the network does not come up, or a lifecycle or remark fails.
pub async fn run(
    options: &Options,
    common: &Common,
    out: &mut (impl Write + Send),
) -> anyhow::Result<()> {
    let ground = Ground::prepare(common, options.quorum, options.validators).await?;
    let stage = &ground.stage;
    let client = &stage.scene.client;
    let quotas = blocks::quotas(client).await?;
    let mut report = Report {
        benchmark: "lifecycles",
        processors: processors(),
        validators: options.validators.count(),
        quorum: options.quorum.to_string(),
        quota_milliseconds: quotas.values().map(|quota| *quota as f64 / 1e9).sum(),
        window_seconds: blocks::window_seconds(),
        start_up: ground.start_up,
        remarks: Vec::new(),
        lifecycles: Vec::new(),
        best_remarks_per_second: 0.0,
        best_lifecycles_per_second: 0.0,
        remarks_per_lifecycle: 0.0,
    };
    let heads = Heads::follow(client.url()).await?;
    let measured = measure(stage, &heads, options, &mut report).await;
    drop(heads);
    let failure = match measured {
        Ok(()) => ground.end().await.err(),
        Err(error) => Some(error),
    };
    let best = |rates: &mut dyn Iterator<Item = f64>| rates.fold(0.0, f64::max);
    report.best_remarks_per_second = best(&mut report.remarks.iter().map(|level| level.per_second));
    report.best_lifecycles_per_second =
        best(&mut report.lifecycles.iter().map(|level| level.per_second));
    report.remarks_per_lifecycle =
        share(report.best_remarks_per_second, report.best_lifecycles_per_second);
    let json = common.json;
    conclude(
        out,
        |mut out| if json { write_json(&mut out, &report) } else { table(out, &report) },
        failure,
    )
}

async fn measure(
    stage: &Stage,
    heads: &Heads,
    options: &Options,
    report: &mut Report,
) -> anyhow::Result<()> {
    // The connection without patience for quotas: remarks keep clear of them.
    let remarks = Remarks::prepare(&Client::connect(stage.scene.client.url()).await?).await?;
    for in_flight in &options.remarks {
        let level = remarks.level(heads, usize::from(*in_flight), &options.bounded).await;
        let level = level.with_context(|| format!("{in_flight} remarks in flight"))?;
        say(&format!("{in_flight} remarks in flight: {:.1} a second", level.per_second));
        report.remarks.push(level);
    }
    for concurrency in &options.concurrency {
        let level = level(stage, heads, *concurrency, options).await;
        let level = level.with_context(|| format!("{concurrency} requests at a time"))?;
        say(&format!("{concurrency} requests at a time: {:.2} a second", level.per_second));
        report.lifecycles.push(level);
    }
    Ok(())
}

/// A lifecycle that came to its end.
struct Done {
    worker: u16,
    id: RequestId,
    took: Duration,
}

/// What counts of a level.
struct Window {
    seconds: f64,
    took: Vec<Duration>,
    above: BlockNumber,
    to: BlockNumber,
}

async fn level(
    stage: &Stage,
    heads: &Heads,
    concurrency: u16,
    options: &Options,
) -> anyhow::Result<Level> {
    let client = &stage.scene.client;
    blocks::wait_for_quiet(client).await?;
    let stop = AtomicBool::new(false);
    let (sender, done) = mpsc::unbounded_channel();
    let workers: Vec<_> =
        (0..concurrency).map(|number| worker(stage, number, &stop, sender.clone())).collect();
    drop(sender);
    let ((window, ids), _) = tokio::try_join!(
        window(heads, done, concurrency, &options.bounded, &stop),
        futures::future::try_join_all(workers),
    )?;
    for id in ids {
        noted(stage, id, usize::from(options.quorum.threshold)).await?;
    }
    heads.wait_for_final(window.to).await?;
    let quotas = blocks::quotas(client).await?;
    let tally = Tally::of(client, window.above, window.to, &quotas).await?;
    let completed = window.took.len();
    let each = |total: f64| share(total, completed as f64);
    Ok(Level {
        concurrency,
        seconds: window.seconds,
        completed,
        per_second: share(completed as f64, window.seconds),
        milliseconds: Spread::of(window.took.into_iter().map(milliseconds)),
        transactions: each(tally.transactions().into()),
        notes: each(tally.count("Requests.note").into()),
        bytes: each(tally.bytes() as f64),
        quota_share: tally.quota_share,
        weight_share: tally.weight_share,
        charge_milliseconds: each(tally.charged as f64 / 1e9),
    })
}

/// Carries one request after the other until told to stop.
async fn worker(
    stage: &Stage,
    number: u16,
    stop: &AtomicBool,
    done: mpsc::UnboundedSender<Done>,
) -> anyhow::Result<()> {
    // A block settles a few deadlines only: each worker's requests expire at another one.
    let lifetime = LIFETIME.saturating_add(number.into());
    while !stop.load(Ordering::Relaxed) {
        let since = Instant::now();
        let open = Open::submit(stage, lifetime).await?;
        let id = open.id();
        let approvals = approve(stage, &open);
        open.carry(stage, approvals).await?;
        // Nobody listens any more once the level is over.
        let _ = done.send(Done { worker: number, id, took: since.elapsed() });
    }
    Ok(())
}

/// Both approvals, in order, each submitted again if the quota ran out under it.
async fn approve(stage: &Stage, open: &Open) -> anyhow::Result<()> {
    let (scene, actors) = (&stage.scene, &stage.scene.actors);
    for (number, approver) in [&actors.bob, &actors.charlie].into_iter().enumerate() {
        let call = open.approval(scene, approver, u8::try_from(number)?);
        scene.client.submit_in_block(approver, call).await?;
    }
    Ok(())
}

/// What counts: from the moment at which every worker had finished its first. Stops the workers,
/// and returns with it what all of them finished, from the start to the last.
async fn window(
    heads: &Heads,
    mut done: mpsc::UnboundedReceiver<Done>,
    workers: u16,
    bounded: &Bounded,
    stop: &AtomicBool,
) -> anyhow::Result<(Window, Vec<RequestId>)> {
    let gone = "the workers ended before their time";
    let mut ids = Vec::new();
    let mut started = BTreeSet::new();
    while started.len() < usize::from(workers) {
        let Done { worker, id, .. } = done.recv().await.context(gone)?;
        started.insert(worker);
        ids.push(id);
    }
    let (since, above) = (Instant::now(), heads.newest().await?.number);
    let mut took = Vec::new();
    while (took.len() as u64) < u64::from(bounded.maximum) {
        let left = bounded.time().saturating_sub(since.elapsed());
        match tokio::time::timeout(left, done.recv()).await {
            Ok(finished) => {
                let finished = finished.context(gone)?;
                took.push(finished.took);
                ids.push(finished.id);
            }
            Err(_) => break,
        }
    }
    stop.store(true, Ordering::Relaxed);
    let seconds = since.elapsed().as_secs_f64();
    let window = Window { seconds, took, above, to: heads.newest().await?.number };
    while let Some(finished) = done.recv().await {
        ids.push(finished.id);
    }
    Ok((window, ids))
}

fn table(out: &mut dyn Write, report: &Report) -> anyhow::Result<()> {
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    writeln!(
        out,
        "{} validators, {} agents, every process on the same {} processors; quotas of all \
         institutions together {:.0} ms of weight a window of {:.0} s, as the preset has them",
        report.validators,
        report.quorum,
        report.processors,
        report.quota_milliseconds,
        report.window_seconds
    )?;
    let allowed = |charge: f64| share(report.quota_milliseconds, charge) / report.window_seconds;

    writeln!(out, "\nremarks, from {} accounts", remarks::ACCOUNTS.len())?;
    writeln!(
        out,
        "{:>10}{:>12}{:>14}{:>12}{:>12}",
        "in flight", "a second", "weight each", "quota used", "block full"
    )?;
    for level in &report.remarks {
        writeln!(
            out,
            "{:>10}{:>12.1}{:>11.3} ms{:>12}{:>12}{}",
            level.in_flight,
            level.per_second,
            level.charge_milliseconds,
            percent(level.quota_share),
            percent(level.weight_share),
            bound(level.quota_share)
        )?;
    }
    if let Some(level) = report.remarks.last() {
        writeln!(out, "the quotas allow {:.0} a second", allowed(level.charge_milliseconds))?;
    }

    writeln!(out, "\nlifecycles")?;
    writeln!(
        out,
        "{:>10}{:>12}{:>10}{:>10}{:>10}{:>14}{:>8}{:>10}{:>14}{:>12}{:>12}",
        "at a time",
        "a second",
        "p50 ms",
        "p95 ms",
        "max ms",
        "transactions",
        "notes",
        "bytes",
        "weight each",
        "quota used",
        "block full"
    )?;
    for level in &report.lifecycles {
        let of = |pick: fn(&Spread) -> f64| level.milliseconds.as_ref().map_or(f64::NAN, pick);
        writeln!(
            out,
            "{:>10}{:>12.2}{:>10.0}{:>10.0}{:>10.0}{:>14.1}{:>8.1}{:>10.0}{:>11.3} ms{:>12}{:>12}{}",
            level.concurrency,
            level.per_second,
            of(|spread| spread.p50),
            of(|spread| spread.p95),
            of(|spread| spread.max),
            level.transactions,
            level.notes,
            level.bytes,
            level.charge_milliseconds,
            percent(level.quota_share),
            percent(level.weight_share),
            bound(level.quota_share)
        )?;
    }
    if let Some(level) = report.lifecycles.last() {
        writeln!(out, "the quotas allow {:.0} a second", allowed(level.charge_milliseconds))?;
    }
    writeln!(
        out,
        "\nbest: {:.1} remarks and {:.2} lifecycles a second: one lifecycle in the time of {:.1} \
         remarks",
        report.best_remarks_per_second,
        report.best_lifecycles_per_second,
        report.remarks_per_lifecycle
    )?;
    Ok(())
}

/// Says so where it was not the machine that kept a level back.
fn bound(quota_share: f64) -> &'static str {
    if quota_share >= BOUND {
        "  bounded by a quota"
    } else {
        ""
    }
}

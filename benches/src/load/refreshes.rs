//! Many keys refreshed in one go: from the first request to the last key's next epoch being active.
//!
//! Each refresh is a whole request: a session, two approvals, the agents' differences, the enclave's new
//! token, its receipt, and the agents' confirmations. Enrolling the keys before is measured as well.

use std::{
    io::Write,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use anyhow::{ensure, Context};
use clap::Args;
use regent_client::flows::Task;
use regent_primitives::{Algorithm, KeyId, KeyState, Operation};
use regent_tests::Stage;
use serde::Serialize;

use super::{
    conclude,
    ground::{Ground, StartUp},
    processors, say,
    spread::{milliseconds, share, Spread},
    write_json, Common, QuorumSize, Validators,
};

/// Options of `load refreshes`.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// Threshold and agents.
    #[arg(long, value_name = "T/N", default_value = "3/5")]
    pub quorum: QuorumSize,
    /// How many validators.
    #[arg(long, value_enum, default_value = "1")]
    pub validators: Validators,
    /// How many keys.
    #[arg(long, value_name = "COUNT", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub keys: u32,
    /// How many of them at a time.
    #[arg(long, value_name = "COUNT", default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub concurrency: u16,
}

#[derive(Serialize)]
struct Phase {
    seconds: f64,
    per_second: f64,
    milliseconds: Option<Spread>,
}

#[derive(Serialize)]
struct Report {
    benchmark: &'static str,
    processors: usize,
    validators: usize,
    quorum: String,
    keys: u32,
    concurrency: u16,
    start_up: StartUp,
    enrolments: Phase,
    refreshes: Phase,
}

/// Measures, and writes the figures.
///
/// # Errors
/// If the network does not come up, or a key is not enrolled or refreshed.
pub async fn run(
    options: &Options,
    common: &Common,
    out: &mut (impl Write + Send),
) -> anyhow::Result<()> {
    let ground = Ground::prepare(common, options.quorum, options.validators).await?;
    let stage = &ground.stage;
    let (enrolments, keys) = enrol(stage, options).await?;
    say(&format!("{} keys enrolled: {:.2} a second", keys.len(), enrolments.per_second));
    let refreshes = refresh(stage, options, &keys).await?;
    let report = Report {
        benchmark: "refreshes",
        processors: processors(),
        validators: options.validators.count(),
        quorum: options.quorum.to_string(),
        keys: options.keys,
        concurrency: options.concurrency,
        start_up: ground.start_up,
        enrolments,
        refreshes,
    };
    let failure = ground.end().await.err();
    let json = common.json;
    conclude(
        out,
        |mut out| if json { write_json(&mut out, &report) } else { table(out, &report) },
        failure,
    )
}

async fn enrol(stage: &Stage, options: &Options) -> anyhow::Result<(Phase, Vec<KeyId>)> {
    let one = |_| async move {
        let policy = stage.scene.treasury;
        let enrolled = stage.scene.enrol(Algorithm::EcdsaSecp256k1, policy).await?;
        Ok(enrolled.key()?.token.key_id)
    };
    phase(options, one).await.context("enrolling")
}

async fn refresh(stage: &Stage, options: &Options, keys: &[KeyId]) -> anyhow::Result<Phase> {
    let one = |number: usize| async move {
        let key = *keys.get(number).context("no such key")?;
        let task = Task::Succeed { key, operation: Operation::Refresh };
        let prepared = stage.scene.draft(task, None).await?;
        let performed = stage.scene.perform(prepared).await?;
        let record = performed.key()?;
        let (epoch, state) = (record.token.epoch, record.state);
        ensure!((epoch, state) == (1, KeyState::Active), "{key} is {} in {epoch}", state.name());
        Ok(key)
    };
    let (phase, _) = phase(options, one).await.context("refreshing")?;
    Ok(phase)
}

/// Does one thing for every key, so many at a time.
async fn phase<Doing>(
    options: &Options,
    one: impl Fn(usize) -> Doing,
) -> anyhow::Result<(Phase, Vec<KeyId>)>
where
    Doing: std::future::Future<Output = anyhow::Result<KeyId>>,
{
    let (count, next) = (options.keys as usize, AtomicUsize::new(0));
    let since = Instant::now();
    let worker = || async {
        let mut done: Vec<(KeyId, Duration)> = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return anyhow::Ok(done);
            }
            let since = Instant::now();
            done.push((one(number).await?, since.elapsed()));
        }
    };
    let workers = (0..options.concurrency).map(|_| worker());
    let done: Vec<_> =
        futures::future::try_join_all(workers).await?.into_iter().flatten().collect();
    let seconds = since.elapsed().as_secs_f64();
    ensure!(done.len() == count, "{} of {count} keys are done", done.len());
    let (keys, took): (Vec<_>, Vec<_>) = done.into_iter().unzip();
    let per_second = share(count as f64, seconds);
    let milliseconds = Spread::of(took.into_iter().map(milliseconds));
    Ok((Phase { seconds, per_second, milliseconds }, keys))
}

fn table(out: &mut dyn Write, report: &Report) -> anyhow::Result<()> {
    writeln!(
        out,
        "{} keys, {} at a time; {} validators, {} agents, every process on the same {} processors",
        report.keys, report.concurrency, report.validators, report.quorum, report.processors
    )?;
    writeln!(
        out,
        "{:>12}{:>12}{:>12}{:>10}{:>10}{:>10}",
        "", "seconds", "a second", "p50 ms", "p95 ms", "max ms"
    )?;
    for (name, phase) in [("enrolled", &report.enrolments), ("refreshed", &report.refreshes)] {
        let of = |pick: fn(&Spread) -> f64| phase.milliseconds.as_ref().map_or(f64::NAN, pick);
        writeln!(
            out,
            "{name:>12}{:>12.1}{:>12.2}{:>10.0}{:>10.0}{:>10.0}",
            phase.seconds,
            phase.per_second,
            of(|spread| spread.p50),
            of(|spread| spread.p95),
            of(|spread| spread.max)
        )?;
    }
    Ok(())
}

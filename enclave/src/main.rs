//! `regent-enclave`: see the library.

use std::{io::IsTerminal, process::ExitCode};

use anyhow::Context;
use clap::Parser;
use regent_enclave::{
    config::{LogFormat, Options, Settings},
    hardening,
};
use tokio::{
    runtime::Builder,
    signal::unix::{signal, SignalKind},
};
use tracing::{error, info, warn};
use tracing_subscriber::{filter::LevelFilter, EnvFilter};

fn main() -> ExitCode {
    let options = Options::parse();
    log_to_stderr(options.log_format);
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn log_to_stderr(format: LogFormat) {
    let filter =
        EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env_lossy();
    let stderr = std::io::stderr;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(stderr().is_terminal())
        .with_writer(stderr);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

fn run(options: &Options) -> anyhow::Result<()> {
    let settings = Settings::from_options(options)?;
    // Before threads start, and before anything secret exists.
    hardening::forbid_dumps()?;
    match hardening::lock_memory() {
        Ok(()) => {}
        // Nothing is protected anyway.
        Err(error) if settings.attester.is_simulated() => warn!(%error, "memory is not locked"),
        Err(error) => return Err(error.into()),
    }
    let runtime = Builder::new_multi_thread().enable_all().max_blocking_threads(16).build()?;
    runtime.block_on(serve(settings))
}

async fn serve(settings: Settings) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT")?;
    if settings.attester.is_simulated() {
        warn!("simulated evidence: this enclave protects nothing, for development only");
    }
    let (genesis, measurement) = (settings.genesis, settings.attester.measurement());
    let running = regent_enclave::start(settings).await?;
    info!(
        address = %running.address, ?genesis,
        evidence = ?measurement.kind, measurement = ?measurement.digest,
        "listening"
    );
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    running.stop().await;
    Ok(())
}

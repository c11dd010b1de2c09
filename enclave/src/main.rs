//! `regent-enclave`: see the library.

use std::{
    io::IsTerminal, net::TcpListener, num::NonZero, process::ExitCode,
    thread::available_parallelism,
};

use anyhow::Context;
use clap::Parser;
use regent_enclave::{
    config::{LogFormat, Options, Settings},
    hardening, listen,
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
    let processors = available_parallelism().map_or(1, NonZero::get);
    let listener = listen(settings.listen)?;
    // Before threads start and anything secret exists; after what needs files or makes a socket.
    hardening::harden(options.insecure_development)
        .context("this process is not protected (for development alone: --insecure-development)")?;
    let runtime = Builder::new_multi_thread()
        .worker_threads(processors)
        .max_blocking_threads(16)
        .enable_all()
        .build()?;
    runtime.block_on(serve(settings, listener))
}

async fn serve(settings: Settings, listener: TcpListener) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT")?;
    if settings.attester.is_simulated() {
        warn!("simulated evidence: this enclave protects nothing, for development only");
    }
    if settings.takes_any_code() {
        warn!("no --known-code: the word of any runtime is taken, for development only");
    }
    let (genesis, measurement) = (settings.genesis, settings.attester.measurement());
    let running = regent_enclave::start(settings, listener)?;
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

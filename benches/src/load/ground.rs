//! A network that is ready to be measured, and what it takes.

use std::{
    fs,
    time::{Duration, Instant},
};

use anyhow::Context;
use regent_cli::{
    demo::Scene,
    network::{Network, NetworkOptions},
};
use regent_primitives::Algorithm;
use regent_tests::Stage;
use serde::Serialize;

use super::{deliveries, say, Common, QuorumSize, Validators};

/// The longest a process may take to come up while dozens of others do.
const PATIENCE: Duration = Duration::from_secs(240);
/// What processes' names start with, by program.
const PROGRAMS: [&str; 3] = ["node", "agent", "enclave"];

/// How long it took until there was something to measure.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct StartUp {
    /// Until every process was healthy and the quorum on chain.
    pub(super) network_seconds: f64,
    /// Until the key was active.
    pub(super) key_seconds: f64,
}

/// Memory of all processes of a program.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Memory {
    pub(super) program: &'static str,
    pub(super) processes: usize,
    /// Of their own, now, all together.
    pub(super) private_mib: f64,
    /// With what they share, now, all together.
    pub(super) resident_mib: f64,
    /// The most that one of them ever had resident: agents stretch a passphrase when they start.
    pub(super) peak_of_one_mib: f64,
}

/// A network with an active Ethereum key of all its agents.
pub(super) struct Ground {
    pub(super) stage: Stage,
    pub(super) start_up: StartUp,
}

impl Ground {
    /// Starts the network and enrols the key.
    pub(super) async fn prepare(
        common: &Common,
        quorum: QuorumSize,
        validators: Validators,
    ) -> anyhow::Result<Self> {
        say(&format!(
            "{quorum}: starting {} validators and {} agents",
            validators.count(),
            quorum.agents
        ));
        let since = Instant::now();
        let options = NetworkOptions {
            programs: common.bin_dir.clone(),
            keep: common.keep,
            chain: validators.chain(),
            agents: quorum.agents,
            threshold: quorum.threshold,
            enclave_arguments: deliveries::ENCLAVE_ARGUMENTS.map(str::to_owned).to_vec(),
            log: deliveries::LEVELS.to_owned(),
            patience: PATIENCE,
            ..NetworkOptions::default()
        };
        let network = Network::start(options, &mut |line| say(&format!("{quorum}: {line}")))
            .await
            .with_context(|| format!("{quorum}: the network did not come up"))?;
        let network_seconds = since.elapsed().as_secs_f64();
        let since = Instant::now();
        let scene = Scene::prepare(&network).await?;
        let enrolled = scene
            .enrol(Algorithm::EcdsaSecp256k1, scene.treasury)
            .await
            .with_context(|| format!("{quorum}: the key was not enrolled"))?;
        let key = enrolled.key()?.clone();
        let stage = Stage { network, scene, key };
        // The agents' notes of the enrolment are not part of what is measured.
        stage.scene.settle(enrolled.prepared.id).await?;
        let start_up = StartUp { network_seconds, key_seconds: since.elapsed().as_secs_f64() };
        say(&format!(
            "{quorum}: network up in {:.1} s, key active {:.1} s later",
            start_up.network_seconds, start_up.key_seconds
        ));
        Ok(Self { stage, start_up })
    }

    /// What every program's processes hold now.
    pub(super) fn memory(&self) -> anyhow::Result<Vec<Memory>> {
        let network = &self.stage.network;
        let mut all = Vec::new();
        for program in PROGRAMS {
            let mut memory = Memory {
                program,
                processes: 0,
                private_mib: 0.0,
                resident_mib: 0.0,
                peak_of_one_mib: 0.0,
            };
            for name in network.names().filter(|name| name.starts_with(program)) {
                let Some(pid) = network.pid(name)? else { continue };
                let status = fs::read_to_string(format!("/proc/{pid}/status"))
                    .with_context(|| format!("memory of {name}"))?;
                memory.processes += 1;
                memory.private_mib += mebibytes(&status, "RssAnon:")?;
                memory.resident_mib += mebibytes(&status, "VmRSS:")?;
                memory.peak_of_one_mib = memory.peak_of_one_mib.max(mebibytes(&status, "VmHWM:")?);
            }
            all.push(memory);
        }
        Ok(all)
    }

    /// Ends every process.
    pub(super) async fn end(self) -> anyhow::Result<()> {
        Ok(self.stage.network.shut_down().await?)
    }
}

/// A field of `/proc/PID/status`, which is in KiB.
fn mebibytes(status: &str, field: &str) -> anyhow::Result<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    Ok(kibibytes.with_context(|| format!("a process's status has no {field}"))? / 1_024.0)
}

#[cfg(test)]
mod tests {
    use super::mebibytes;

    #[test]
    fn memory_is_read_in_kibibytes() {
        let status = "Name:\tregent-agent\nVmHWM:\t   70656 kB\nVmRSS:\t   10240 kB\n";
        assert_eq!(mebibytes(status, "VmRSS:").expect("there"), 10.0);
        assert!(mebibytes(status, "RssAnon:").is_err());
    }
}

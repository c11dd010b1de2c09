//! The TPMs of a network's agents, in software: one each, as each agent has a machine of its own.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use super::{options::private_folder, ports::Ports, process::Start, NetworkError};

/// What the names of TPMs start with.
pub(super) const PREFIX: &str = "tpm-";
/// The program, of the package of the same name.
const PROGRAM: &str = "swtpm";

/// One TPM.
#[derive(Clone, Debug)]
pub(super) struct Tpm {
    program: PathBuf,
    name: String,
    folder: PathBuf,
    /// Commands go to this port; the next one controls the TPM.
    port: u16,
}

impl Tpm {
    /// The TPM of an agent, whose folder holds its memory.
    pub(super) fn plan(
        agent: usize,
        folder: &Path,
        ports: &mut Ports,
    ) -> Result<Self, NetworkError> {
        let folder = folder.join("tpm");
        private_folder(&folder)?;
        let name = format!("{PREFIX}{agent}");
        Ok(Self { program: program()?, name, folder, port: ports.take_two()? })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Where it is controlled: it accepts there as soon as it is up. A connection to the other port
    /// would keep its agent out.
    pub(super) fn control(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port.saturating_add(1)))
    }

    pub(super) fn command(&self) -> Start {
        let on = |port: u16| format!("type=tcp,bindaddr=127.0.0.1,port={port}");
        let arguments = [
            "socket".to_owned(),
            "--tpm2".to_owned(),
            "--tpmstate".to_owned(),
            format!("dir={},mode=0600", self.folder.display()),
            "--server".to_owned(),
            on(self.port),
            "--ctrl".to_owned(),
            on(self.control().port()),
            "--flags".to_owned(),
            // As firmware leaves a TPM to the system.
            "not-need-init,startup-clear".to_owned(),
        ];
        Start {
            name: self.name.clone(),
            program: self.program.clone(),
            arguments: arguments.into(),
            environment: Vec::new(),
        }
    }

    /// What its agent is told of it.
    pub(super) fn configuration(&self) -> Table {
        let mut root = Table::new();
        root.insert("provider".into(), Value::String("tpm".into()));
        let tcti = format!("swtpm:host=127.0.0.1,port={}", self.port);
        root.insert("tcti".into(), Value::String(tcti));
        root
    }
}

/// Where the program is, by the search path.
fn program() -> Result<PathBuf, NetworkError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(PROGRAM))
        .find(|it| it.is_file())
        .ok_or_else(|| {
            NetworkError::Options(format!(
                "{PROGRAM} is not installed: run `make setup`, or leave the agents without TPMs by \
                 `--root passphrase`"
            ))
        })
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use super::*;
    use crate::network::{
        health,
        options::{Folder, NetworkOptions},
        process::{Process, ProcessState},
        spawner::Spawner,
    };

    #[tokio::test]
    async fn a_tpm_comes_up_and_keeps_its_memory() {
        let base = tempfile::tempdir().expect("temporary folder");
        let options =
            NetworkOptions { folder: Some(base.path().to_owned()), ..NetworkOptions::default() };
        let folder = Folder::open(&options).expect("a folder");
        let mut ports = Ports::new(None);
        let tpm = Tpm::plan(0, base.path(), &mut ports).expect("planned");
        drop(ports);
        let spawner = Arc::new(Spawner::start().expect("starts"));
        let mut process = Process::new(tpm.command(), &folder, spawner);
        let memory = || std::fs::read(base.path().join("tpm/tpm2-00.permall")).expect("its memory");
        let mut before = None;
        for _ in 0..2 {
            process.spawn().expect("started");
            let probe = health::Probe::Tpm(tpm.control());
            health::wait(&mut process, &probe, Duration::from_secs(20)).await.expect("it is up");
            let now = memory();
            let before = before.get_or_insert_with(|| now.clone());
            // It counts its starts. A TPM made anew would have drawn other seeds, of 64 bytes each.
            let changed = before.iter().zip(&now).filter(|(before, now)| before != now).count();
            assert!(before.len() == now.len() && changed < 32, "{changed} bytes changed");
            process.kill().await.expect("killed");
            assert_eq!(process.state().expect("known"), ProcessState::Stopped);
        }
    }
}

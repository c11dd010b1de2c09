//! What the kernel says of processes that hold secrets while they run.

use std::{
    fs,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{ensure, Context};
use regent_cli::network::Network;

use crate::recorder::is_root;

/// How long a process may take to be what it was told to be.
const PATIENCE: Duration = Duration::from_secs(10);

/// Enclave and agents write no core dump, neither as a file nor to a handler, and no other process of
/// their user may read their memory.
pub fn check(network: &Network) -> anyhow::Result<()> {
    // Somebody who is not as careful: whoever asks below can tell the difference.
    let mut open = Open(as_peer("sleep").arg("600").stdin(Stdio::null()).spawn()?);
    let deadline = Instant::now() + PATIENCE;
    while !may_be_read(open.0.id())? {
        ensure!(Instant::now() < deadline, "not even an open process can be looked into");
        ensure!(open.0.try_wait()?.is_none(), "the open process ended");
        std::thread::sleep(Duration::from_millis(10));
    }
    for name in network.names().filter(|name| !name.starts_with("node-")) {
        let pid = network.pid(name)?.with_context(|| format!("{name} does not run"))?;
        let limits = fs::read_to_string(format!("/proc/{pid}/limits"))?;
        let core = limits.lines().find(|line| line.starts_with("Max core file size"));
        let core: Vec<&str> = core.context("no limit on core dumps")?.split_whitespace().collect();
        ensure!(
            core.get(4..6) == Some(["0", "0"].as_slice()),
            "{name} may write core dumps: {core:?}"
        );
        ensure!(!may_be_read(pid)?, "the memory of {name} is open to its user");
    }
    Ok(())
}

/// Whether a process of the same user, without rights beyond, may look into this one: the kernel then
/// also lets it be dumped (`ptrace_may_access` of the kernel asks for dumpable memory).
fn may_be_read(pid: u32) -> anyhow::Result<bool> {
    let mut command = as_peer("readlink");
    let link = command.arg(format!("/proc/{pid}/exe")).stdout(Stdio::null()).stderr(Stdio::null());
    Ok(link.status()?.success())
}

/// A command of the same user; root without the right that lets it look into every process.
fn as_peer(program: &str) -> Command {
    if !is_root().unwrap_or(false) {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--bounding-set=-sys_ptrace", "--", program]);
    command
}

struct Open(Child);

impl Drop for Open {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

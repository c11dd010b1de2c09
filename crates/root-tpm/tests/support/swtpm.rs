//! A TPM 2.0 in software: a process, a folder and two ports of its own.

use std::{
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use regent_root_tpm::{Location, Tcti};

/// The longest it may take to start.
const PATIENCE: Duration = Duration::from_secs(20);
/// The index of the tests.
pub const INDEX: u32 = 0x0180_5247;

/// Ends with the test.
pub struct Swtpm {
    folder: tempfile::TempDir,
    port: u16,
    child: Option<Child>,
}

impl Swtpm {
    /// A new TPM.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let deadline = Instant::now() + PATIENCE;
        let mut swtpm = Self { folder, port: 0, child: None };
        loop {
            // Another test may take the ports before the TPM does: then others.
            swtpm.port = ports();
            if swtpm.spawn(deadline) {
                return swtpm;
            }
            assert!(Instant::now() < deadline, "swtpm does not start");
        }
    }

    pub fn tcti(&self) -> Tcti {
        Tcti::Swtpm { host: "127.0.0.1".into(), port: self.port }
    }

    pub fn location(&self) -> Location {
        Location::new(self.tcti(), INDEX).expect("an owner's index")
    }

    /// Cuts its power.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("killed");
            child.wait().expect("waited for");
        }
    }

    /// Gives it power again, with the memory it had.
    pub fn start_again(&mut self) {
        self.kill();
        let deadline = Instant::now() + PATIENCE;
        while !self.spawn(deadline) {
            assert!(Instant::now() < deadline, "swtpm does not start again");
        }
    }

    /// Whether it came up, rather than ended.
    fn spawn(&mut self, deadline: Instant) -> bool {
        let control = self.port + 1;
        let child = Command::new("swtpm")
            .args(["socket", "--tpm2", "--flags", "not-need-init,startup-clear", "--tpmstate"])
            .arg(format!("dir={}", self.folder.path().display()))
            .arg("--server")
            .arg(format!("type=tcp,bindaddr=127.0.0.1,port={}", self.port))
            .arg("--ctrl")
            .arg(format!("type=tcp,bindaddr=127.0.0.1,port={control}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("swtpm is installed: run `make setup`");
        let child = self.child.insert(child);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, control)).is_err() {
            if child.try_wait().expect("waits").is_some() || Instant::now() >= deadline {
                self.kill();
                return false;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        true
    }
}

impl Drop for Swtpm {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A free port whose next one is free too.
fn ports() -> u16 {
    loop {
        let data = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = data.local_addr().expect("an address").port();
        let next = port.checked_add(1).map(|next| TcpListener::bind((Ipv4Addr::LOCALHOST, next)));
        if matches!(next, Some(Ok(_))) {
            return port;
        }
    }
}

//! The agent's state under a real TPM: `swtpm`, one process a test.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use regent_agent::{
    config::{Config, Environment, DEFAULT},
    failpoint::Failpoint,
    root::open_store,
    store::{Store, StoreError},
};
use regent_protocol::root_store::RootStoreError;

use super::{
    rollback::release,
    support::{people::GENESIS, swtpm::Swtpm},
};

/// An agent's folder, its configuration in it.
struct Home(tempfile::TempDir);

impl Home {
    fn new(tpm: &Swtpm) -> Self {
        let home = Self(tempfile::tempdir().expect("a folder"));
        home.connect_to(tpm);
        home
    }

    fn connect_to(&self, tpm: &Swtpm) {
        let root = format!("provider = \"tpm\"\ntcti = \"{}\"", tpm.tcti());
        let text = DEFAULT.replace("provider = \"passphrase\"", &root);
        let text = format!("insecure_development = true\n{text}");
        std::fs::write(self.file(), text).expect("written");
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("agent.toml")
    }

    fn state(&self) -> PathBuf {
        self.0.path().join("state")
    }

    fn config(&self) -> Config {
        Config::load(&self.file(), &Environment::default()).expect("valid")
    }

    /// Runs a command of the agent.
    fn run(&self, command: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_regent-agent"))
            .args([command, "--config"])
            .arg(self.file())
            .output()
            .expect("runs")
    }

    fn says(&self, command: &str) -> String {
        let output = self.run(command);
        let text = String::from_utf8(output.stdout).expect("text");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        text
    }

    fn fails(&self, command: &str) -> String {
        let output = self.run(command);
        assert!(!output.status.success() && output.stdout.is_empty(), "{command} succeeds");
        String::from_utf8(output.stderr).expect("text")
    }

    fn open(&self) -> anyhow::Result<Store> {
        open_store(&self.config(), Failpoint::default())
    }
}

/// A folder as it is today, to be put back another day.
fn copy(from: &Path, to: &Path) {
    let _ = std::fs::remove_dir_all(to);
    std::fs::create_dir(to).expect("made");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
}

#[test]
fn an_agent_is_made_with_a_tpm_and_says_so() {
    let tpm = Swtpm::start();
    let home = Home::new(&tpm);
    let made = home.says("init");
    assert!(!made.contains("for development only"), "{made}");
    let id = made.lines().last().expect("an id").to_owned();
    assert_eq!(home.says("init").lines().last(), Some(id.as_str()), "made once");
    assert_eq!(home.says("identity").trim(), id);
    let status = home.says("status");
    for expected in [id.as_str(), "tpm", "yes: an old copy of the state is refused"] {
        assert!(status.contains(expected), "{status}");
    }

    // What unseals it is not thrown away while there is something to unseal.
    let error = home.fails("remove-root");
    assert!(error.contains("move it away first"), "{error}");
    std::fs::rename(home.state(), home.0.path().join("gone")).expect("moved");
    let error = home.fails("init");
    assert!(error.contains("generation 1") && error.contains("remove-root"), "{error}");
    assert!(home.says("remove-root").starts_with("removed NV index 0x01805247"));
    assert_ne!(home.says("init").lines().last(), Some(id.as_str()), "another agent");
}

#[test]
fn yesterdays_disk_is_refused() {
    let tpm = Swtpm::start();
    let home = Home::new(&tpm);
    let yesterday = home.0.path().join("yesterday");
    home.says("init");
    let mut store = home.open().expect("opens");
    store.bind(GENESIS).expect("bound");
    store.commit(&release(1)).expect("committed");
    let generation = store.generation();
    drop(store);
    copy(&home.state(), &yesterday);
    // Nobody touched the TPM but the agent itself, by one more release.
    let mut store = home.open().expect("opens");
    store.commit(&release(2)).expect("committed");
    assert_eq!(store.generation(), generation + 1, "every change is a generation");
    drop(store);
    let today = home.0.path().join("today");
    copy(&home.state(), &today);

    copy(&yesterday, &home.state());
    let error = home.open().err().expect("refused");
    let expected = generation + 1;
    assert!(
        matches!(
            error.downcast_ref::<StoreError>(),
            Some(StoreError::Root(RootStoreError::Generation { found, expected: e }))
                if *found == generation && *e == expected
        ),
        "{error}"
    );
    let error = home.fails("run");
    assert!(error.contains("an older copy was restored"), "{error}");

    copy(&today, &home.state());
    let store = home.open().expect("the newest still opens");
    assert_eq!(store.log_entries(), 2);
}

#[test]
fn an_agent_without_its_tpm_says_what_is_wrong_and_waits_for_it() {
    let (mut tpm, other) = (Swtpm::start(), Swtpm::start());
    let home = Home::new(&tpm);
    home.says("init");
    tpm.kill();
    for command in ["status", "run"] {
        let error = home.fails(command);
        assert!(error.contains("no TPM answers at root.tcti"), "{error}");
    }
    home.connect_to(&other);
    let error = home.fails("status");
    assert!(error.contains("is not the one this agent's state was sealed with"), "{error}");
    home.connect_to(&tpm);
    tpm.start_again();
    let mut store = home.open().expect("opens");

    // Away in the middle: nothing may be sent until the state is opened again.
    store.bind(GENESIS).expect("bound");
    tpm.kill();
    store.commit(&release(1)).expect_err("it is away");
    tpm.start_again();
    let error = store.commit(&release(1)).expect_err("what is on disk is unknown");
    assert!(matches!(error, StoreError::Broken), "{error}");
    drop(store);
    let mut store = home.open().expect("opens");
    assert_eq!(store.log_entries(), 0, "the TPM is asked before the disk is written");
    store.commit(&release(1)).expect("goes on");
}

#[test]
fn a_state_keeps_its_provider() {
    let tpm = Swtpm::start();
    let home = Home::new(&tpm);
    home.says("init");
    std::fs::write(home.file(), DEFAULT).expect("written");
    let error = home.fails("status");
    assert!(error.contains("sealed by provider \"tpm\""), "{error}");
    assert!(home.fails("remove-root").contains("root.provider is \"passphrase\""));
}

//! The process is killed at each step of a release; the next one finds what it needs.

use std::{
    fs::OpenOptions,
    io::Write,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use codec::{Decode, Encode};
use nix::sys::signal::Signal;
use regent_agent::{
    config::Config,
    failpoint::Failpoint,
    ports::{DeliverError, DeliverShare},
    service::{Parts, Service},
    store::{open_database, open_or_create, Store},
};
use regent_primitives::{
    agent_api::WorkItem,
    enclave_api::{Delivery, DeliveryStatus},
    runtime_api::RequestState,
    Algorithm, LeafPath, RequestId,
};
use regent_protocol::{
    combine,
    root_store::{Passphrase, PassphraseProvider, RootProvider},
};
use regent_root_tpm::{Location, TpmProvider};
use tokio::sync::watch;
use zeroize::Zeroizing;

use super::support::{
    agent::{config, parts, settled, Wakes},
    chain::FakeChain,
    eventually,
    people::GENESIS,
    swtpm::{Swtpm, INDEX},
    world::{tree, World},
};

const CHILD: &str = "REGENT_AGENT_TEST_CRASH_FOLDER";
const STEP: &str = "REGENT_AGENT_TEST_CRASH_STEP";
/// The file that names the agent's TPM.
const TPM: &str = "tpm";
const PAYLOAD: &[u8] = b"pay the gardener";

/// What the child has to know.
#[derive(Encode, Decode)]
struct Scenario {
    finalised: u32,
    state: RequestState,
}

/// Opens the agent of a folder, or makes it. A passphrase's key is the same in every process; a TPM,
/// named by a file in the folder, outlives them.
pub(super) fn open(folder: &Path, failpoint: Failpoint) -> Store {
    let words = Passphrase::new(Zeroizing::new(b"correct horse battery".to_vec())).expect("long");
    let database = open_database(&folder.join("agent.redb")).expect("opens");
    let tcti = std::fs::read_to_string(folder.join(TPM)).ok();
    let tpm =
        tcti.map(|tcti| Location::new(tcti.parse().expect("a TPM"), INDEX).expect("an index"));
    let unlock = |sealed: Option<&_>| {
        let provider: Box<dyn RootProvider> = match (sealed, tpm) {
            (Some(sealed), Some(tpm)) => Box::new(TpmProvider::unlock(tpm, &words, sealed)?),
            (None, Some(tpm)) => Box::new(TpmProvider::create(tpm, &words, None)?),
            (Some(sealed), None) => Box::new(PassphraseProvider::unlock(&words, sealed)?),
            (None, None) => Box::new(PassphraseProvider::create(&words)?),
        };
        Ok(provider)
    };
    open_or_create(database, unlock, failpoint).expect("opens")
}

/// Writes down what it gets before it answers.
struct Ledger(PathBuf);

#[async_trait]
impl DeliverShare for Ledger {
    async fn prepare(&self, _endpoint: &str) {}

    async fn deliver(&self, _: &str, delivery: &Delivery) -> Result<DeliveryStatus, DeliverError> {
        let mut file = OpenOptions::new().create(true).append(true).open(&self.0).expect("opens");
        file.write_all(&delivery.encode()).and_then(|()| file.sync_all()).expect("written");
        Ok(DeliveryStatus::Accepted)
    }
}

pub(super) struct Started {
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
    wakes: Wakes,
    pub(super) shared: Arc<regent_agent::shared::Shared>,
}

pub(super) fn start(
    world: &World,
    store: Store,
    config: &Config,
    ledger: Option<PathBuf>,
) -> Started {
    let (mut parts, shared, wakes): (Parts, _, _) = parts(world, store, config);
    if let Some(ledger) = ledger {
        parts.enclaves = Arc::new(Ledger(ledger));
    }
    let stop = watch::Sender::new(false);
    let service = Service::start(parts).expect("starts");
    let receiver = stop.subscribe();
    let task = tokio::spawn(async move { service.run(receiver).await.expect("no failure") });
    Started { stop, task, wakes, shared }
}

impl Started {
    pub(super) async fn stop(self) {
        self.stop.send_replace(true);
        self.task.await.expect("no panic");
    }

    /// Lives on until the process dies, as it was told to.
    pub(super) async fn survive(self, step: &str) {
        let ended = tokio::time::timeout(Duration::from_secs(20), self.task).await;
        panic!("it was to die at {step}: {ended:?}");
    }
}

/// What a process that dies finds: its folder, the step it dies at, and the world so far.
pub(super) struct Doomed<S> {
    pub(super) folder: PathBuf,
    pub(super) step: String,
    pub(super) world: World,
    pub(super) scenario: S,
}

impl<S: Decode> Doomed<S> {
    /// `None` if this is run as a test like any other, in which nobody dies.
    pub(super) fn from_environment(
        folder: &str,
        step: &str,
        finalised: fn(&S) -> u32,
    ) -> Option<Self> {
        let folder = std::env::var_os(folder).map(PathBuf::from)?;
        let step = std::env::var(step).expect("a step");
        let bytes = std::fs::read(folder.join("scenario")).expect("read");
        let scenario = S::decode(&mut bytes.as_slice()).expect("a scenario");
        let mut world = World::new();
        world.chain = Arc::new(FakeChain::new(world.clock.clone(), finalised(&scenario)));
        Some(Self { folder, step, world, scenario })
    }

    pub(super) fn start(&self, ledger: Option<PathBuf>) -> Started {
        let config = config(&format!("insecure_crash_at = \"{}\"", self.step));
        let store = open(&self.folder, Failpoint::at(config.insecure_crash_at));
        start(&self.world, store, &config, ledger)
    }
}

/// The process that dies. Does nothing when it is run as a test like any other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let found = Doomed::from_environment(CHILD, STEP, |scenario: &Scenario| scenario.finalised);
    let Some(doomed) = found else { return };
    let service = doomed.start(Some(doomed.folder.join("sent")));
    let request = doomed.world.submit(doomed.scenario.state);
    assert!(service.shared.wake(vec![WorkItem::Release { request, attempt: 1 }]));
    doomed.world.chain.advance();
    service.survive(&doomed.step).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whichever_step_it_dies_at_the_share_arrives_once_and_for_one_purpose() {
    die_at_every_step(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whichever_step_it_dies_at_its_tpm_opens_the_old_state_or_the_new() {
    let tpm = Swtpm::start();
    die_at_every_step(Some(&tpm)).await;
}

async fn die_at_every_step(tpm: Option<&Swtpm>) {
    // The step, and whether the release is then recorded, sent, and known to have arrived.
    let steps = [
        ("verified", false, false, false),
        ("sealed", false, false, false),
        ("inside-transaction", false, false, false),
        ("before-commit", false, false, false),
        ("after-commit", true, false, false),
        ("before-send", true, false, false),
        ("after-send", true, true, false),
        ("after-acknowledge", true, true, true),
    ];
    for (step, recorded, sent, acknowledged) in steps {
        let folder = tempfile::tempdir().expect("a folder");
        if let Some(tpm) = tpm {
            // One agent after the other.
            TpmProvider::remove(&tpm.location(), None).expect("removed");
            std::fs::write(folder.path().join(TPM), tpm.tcti().to_string()).expect("written");
        }
        let world = World::new();
        let store = open(folder.path(), Failpoint::default());
        let agent = store.identity().agent_id();
        let service = start(&world, store, &config(""), None);
        let record = enrol(&world, &service, agent).await;
        service.stop().await;

        let body = world.signing(record.token.key_id, PAYLOAD);
        let state = world.approved(&body, PAYLOAD, Some(&record));
        let finalised = world.chain.finalised_head().number;
        let id = state.id;
        let scenario = Scenario { finalised, state: state.clone() }.encode();
        std::fs::write(folder.path().join("scenario"), scenario).expect("written");
        let status = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "crash_process::child", "--nocapture"])
            .env(CHILD, folder.path())
            .env(STEP, step)
            .output()
            .expect("runs");
        let signal = status.status.signal();
        let said = String::from_utf8_lossy(&status.stderr);
        assert_eq!(signal, Some(Signal::SIGABRT as i32), "{step}: {said}");

        let leaf = record.token.tree.leaves()[0].0.clone();
        let store = open(folder.path(), Failpoint::default());
        let aad = check(&store, id, &leaf, step, recorded, acknowledged);
        let ledger = std::fs::read(folder.path().join("sent")).unwrap_or_default();
        assert_eq!(!ledger.is_empty(), sent, "{step}");
        if sent {
            let delivery = Delivery::decode(&mut ledger.as_slice()).expect("a delivery");
            assert_eq!(Some(delivery.release.aad), aad, "{step}: recorded before it was sent");
        }

        // The next process. What was recorded is sent again without a wake, for the same purpose.
        let request = world.submit(state);
        let service = start(&world, store, &config(""), None);
        if !recorded {
            assert!(service.shared.wake(vec![WorkItem::Release { request, attempt: 1 }]));
        }
        world.chain.advance();
        if acknowledged {
            assert!(service.shared.wake(vec![WorkItem::Release { request, attempt: 1 }]));
            world.chain.advance();
            settled(&world, &[&service.wakes]).await;
            assert!(world.enclave.deliveries_for(id, 1).is_empty(), "{step}");
        } else {
            let deliveries = world.delivered(id, 1, 1).await;
            assert!(aad.is_none_or(|aad| aad == deliveries[0].release.aad), "{step}");
            let shares = world.shares(&record.token, &deliveries);
            assert!(combine(GENESIS, &record.token, shares).is_ok(), "{step}");
            // Until it is written down that it arrived.
            settled(&world, &[&service.wakes]).await;
        }
        service.stop().await;
        let store = open(folder.path(), Failpoint::default());
        check(&store, id, &leaf, step, true, true);
    }
}

pub(super) async fn enrol(
    world: &World,
    service: &Started,
    agent: regent_primitives::AgentId,
) -> regent_primitives::KeyRecord {
    let body = world.enrolment(Algorithm::Ed25519, tree(1, &[agent]));
    let request = world.submit(world.approved(&body, &[], None));
    assert!(service.shared.wake(vec![WorkItem::Release { request, attempt: 1 }]));
    world.chain.advance();
    let deliveries = world.delivered(request, 1, 1).await;
    let mut record = world.enrolled(request, &deliveries);
    world.put_key(&record);
    let key = record.token.key_id;
    assert!(service.shared.wake(vec![WorkItem::Confirm { key, epoch: 0 }]));
    world.chain.advance();
    eventually("the confirmation", || service.shared.notes().len() >= 2).await;
    record.confirm(0);
    record.state = regent_primitives::KeyState::Active;
    world.put_key(&record);
    world.chain.advance();
    record
}

fn check(
    store: &Store,
    id: RequestId,
    leaf: &LeafPath,
    step: &str,
    recorded: bool,
    acknowledged: bool,
) -> Option<regent_primitives::H256> {
    let released = store.released(id, 1, leaf).expect("reads");
    assert_eq!(released.is_some(), recorded, "{step}");
    let undelivered = store.undelivered().expect("reads");
    assert_eq!(undelivered.contains(&(id, 1)), recorded && !acknowledged, "{step}");
    released.map(|released| released.aad)
}

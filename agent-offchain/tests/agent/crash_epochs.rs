//! The process is killed while it punctures an epoch: the label and the note that tells of it go
//! together, and the next process finishes what this one began.

use std::{os::unix::process::ExitStatusExt, process::Command};

use codec::{Decode, Encode};
use nix::sys::signal::Signal;
use regent_agent::{failpoint::Failpoint, store::Store};
use regent_primitives::{
    agent_api::WorkItem, runtime_api::RequestState, AgentNote, Confirmation, EpochRecord, KeyId,
    Operation, RegenToken,
};
use regent_protocol::Label;

use super::{
    crash_process::{enrol, open, start, Doomed, Started},
    support::{agent::config, epochs::epoch_of, eventually, people::GENESIS, world::World},
};

const CHILD: &str = "REGENT_AGENT_TEST_CRASH_EPOCH_FOLDER";
const STEP: &str = "REGENT_AGENT_TEST_CRASH_EPOCH_STEP";

/// What the child has to know: the chain on which the second epoch is active.
#[derive(Encode, Decode)]
struct Scenario {
    finalised: u32,
    state: RequestState,
    old: EpochRecord,
    new: EpochRecord,
}

impl Scenario {
    fn put(&self, world: &World) {
        world.submit(self.state.clone());
        let mut new = self.new.clone();
        world.activate(&self.old, &mut new);
        world.chain.advance();
    }

    fn work(&self) -> WorkItem {
        WorkItem::Puncture { key: self.key(), epoch: 0 }
    }

    fn key(&self) -> KeyId {
        self.new.key.token.key_id
    }
}

/// The process that dies. Does nothing when it is run as a test like any other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let found = Doomed::from_environment(CHILD, STEP, |scenario: &Scenario| scenario.finalised);
    let Some(doomed) = found else { return };
    let service = doomed.start(None);
    doomed.scenario.put(&doomed.world);
    assert!(service.shared.wake(vec![doomed.scenario.work()]));
    doomed.world.chain.advance();
    service.survive(&doomed.step).await;
}

fn is_punctured(store: &Store, token: &RegenToken) -> bool {
    store.evaluate(&Label::from_bytes(token.label(GENESIS))).is_err()
}

fn tells(store: &Store) -> bool {
    let puncture = |note: &AgentNote| matches!(note, AgentNote::Puncture(_));
    store.notes().values().any(|note| puncture(note) && note.verify(GENESIS))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whichever_step_it_dies_at_one_epoch_works_and_the_puncture_is_told() {
    for (step, punctured) in
        [("inside-transaction", false), ("before-commit", false), ("after-commit", true)]
    {
        let folder = tempfile::tempdir().expect("a folder");
        let world = World::new();
        let store = open(folder.path(), Failpoint::default());
        let agent = store.identity().agent_id();
        let service = start(&world, store, &config(""), None);
        let old = enrol(&world, &service, agent).await;
        let scenario = refreshed(&world, &service, old).await;
        service.stop().await;
        std::fs::write(folder.path().join("scenario"), scenario.encode()).expect("written");
        let status = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "crash_epochs::child", "--nocapture"])
            .env(CHILD, folder.path())
            .env(STEP, step)
            .output()
            .expect("runs");
        let said = String::from_utf8_lossy(&status.stderr);
        assert_eq!(status.status.signal(), Some(Signal::SIGABRT as i32), "{step}: {said}");

        let (old, new) = (&scenario.old.key.token, &scenario.new.key.token);
        let store = open(folder.path(), Failpoint::default());
        assert_eq!(is_punctured(&store, old), punctured, "{step}");
        assert_eq!(tells(&store), punctured, "{step}: never one without the other");
        assert!(!is_punctured(&store, new), "{step}: the epoch that works");

        let service = start(&world, store, &config(""), None);
        scenario.put(&world);
        assert!(service.shared.wake(vec![scenario.work()]));
        world.chain.advance();
        let told = || {
            let of =
                |note: &AgentNote| matches!(note, AgentNote::Puncture(note) if note.epoch == 0);
            service.shared.notes().iter().any(of)
        };
        eventually("the puncture", told).await;
        service.stop().await;
        let store = open(folder.path(), Failpoint::default());
        assert!(is_punctured(&store, old) && tells(&store) && !is_punctured(&store, new), "{step}");
    }
}

/// Refreshes the key of one agent, up to its confirmation.
async fn refreshed(
    world: &World,
    service: &Started,
    old: regent_primitives::KeyRecord,
) -> Scenario {
    let body = world.succession(&old, Operation::Refresh);
    let request = world.submit(world.approved(&body, &[], Some(&old)));
    assert!(service.shared.wake(vec![WorkItem::Release { request, attempt: 1 }]));
    world.chain.advance();
    let deliveries = world.delivered(request, 1, 1).await;
    let mut new = world.succeeded(request, &deliveries, &old);
    world.put_epoch(&new);
    world.chain.advance();
    let key = old.token.key_id;
    assert!(service.shared.wake(vec![WorkItem::Confirm { key, epoch: 1 }]));
    world.chain.advance();
    let confirmed = || {
        let of = |note: &AgentNote| {
            matches!(note, AgentNote::Confirmation(Confirmation { epoch: 1, .. }))
        };
        service.shared.notes().iter().any(of)
    };
    eventually("the confirmation", confirmed).await;
    new.key.confirm(0);
    let mut state = None;
    world.chain.edit_request(request, |known| state = Some(known.clone()));
    let finalised = world.chain.finalised_head().number;
    Scenario { finalised, state: state.expect("submitted"), old: epoch_of(&old), new }
}

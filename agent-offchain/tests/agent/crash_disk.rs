//! The machine loses power between any two writes to the disk.

use std::{
    io::{Error, ErrorKind},
    sync::{Arc, Mutex, MutexGuard},
};

use redb::{Database, StorageBackend};
use regent_agent::{
    failpoint::Failpoint,
    store::{note_key, open_or_create, Batch, LogRecord, Store, StoreError},
};
use regent_primitives::{AgentNote, KeyId, LeafPath, Refusal, RefusalReason, RequestId, H256};
use regent_protocol::root_store::{Passphrase, RootProvider, RootStoreError, SealedState};
use regent_root_tpm::TpmProvider;
use zeroize::Zeroizing;

use super::support::{people::GENESIS, swtpm::Swtpm, vault::Vault};

/// A disk that dies after some writes.
#[derive(Clone, Debug)]
struct Disk(Arc<Mutex<Platters>>);

#[derive(Debug, Default)]
struct Platters {
    /// As the process sees it.
    written: Vec<u8>,
    /// As it was when it was last told to keep everything.
    synced: Vec<u8>,
    /// What was written since.
    pending: Vec<Change>,
    /// Changes so far.
    changes: usize,
    /// Changes after which it dies.
    limit: usize,
}

#[derive(Clone, Debug)]
enum Change {
    Write(u64, Vec<u8>),
    Length(u64),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(offset, data) => {
                let from = *offset as usize;
                if bytes.len() < from + data.len() {
                    bytes.resize(from + data.len(), 0);
                }
                bytes[from..from + data.len()].copy_from_slice(data);
            }
            Self::Length(length) => bytes.resize(*length as usize, 0),
        }
    }
}

impl Disk {
    fn new(content: Vec<u8>, limit: usize) -> Self {
        let platters =
            Platters { written: content.clone(), synced: content, limit, ..Platters::default() };
        Self(Arc::new(Mutex::new(platters)))
    }

    fn lock(&self) -> MutexGuard<'_, Platters> {
        self.0.lock().expect("no panic")
    }

    /// One more change, if it still lives.
    fn live(&self) -> Result<MutexGuard<'_, Platters>, Error> {
        let mut platters = self.lock();
        if platters.changes >= platters.limit {
            return Err(Error::other("power failure"));
        }
        platters.changes += 1;
        Ok(platters)
    }

    fn change(&self, change: Change) -> Result<(), Error> {
        let mut platters = self.live()?;
        change.apply(&mut platters.written);
        platters.pending.push(change);
        Ok(())
    }

    /// What may be found on it after the failure: everything written, nothing that was not synced,
    /// or one half of that or the other.
    fn survivors(&self) -> Vec<Vec<u8>> {
        let platters = self.lock();
        let half = |remainder| {
            let mut bytes = platters.synced.clone();
            let kept = platters.pending.iter().enumerate().filter(|(at, _)| at % 2 == remainder);
            // The length of a file is kept by its file system, apart from what is in it.
            for (_, change) in kept {
                change.apply(&mut bytes);
            }
            if bytes.len() < platters.written.len() {
                bytes.resize(platters.written.len(), 0);
            }
            bytes
        };
        vec![platters.written.clone(), platters.synced.clone(), half(0), half(1)]
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> Result<u64, Error> {
        Ok(self.lock().written.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), Error> {
        let from = offset as usize;
        let platters = self.lock();
        let bytes = platters.written.get(from..from + out.len());
        out.copy_from_slice(bytes.ok_or(ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, length: u64) -> Result<(), Error> {
        self.change(Change::Length(length))
    }

    fn sync_data(&self) -> Result<(), Error> {
        let mut platters = self.live()?;
        platters.synced = platters.written.clone();
        platters.pending.clear();
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), Error> {
        self.change(Change::Write(offset, data.to_vec()))
    }
}

/// What can be seen of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    generation: u64,
    entries: u64,
    genesis: Option<H256>,
    notes: usize,
    undelivered: usize,
    finalised: Option<(u32, H256)>,
}

fn look(store: &Store) -> Seen {
    Seen {
        generation: store.generation(),
        entries: store.log_entries(),
        genesis: store.genesis(),
        notes: store.notes().len(),
        undelivered: store.undelivered().expect("reads").len(),
        finalised: store.finalised(),
    }
}

fn release(number: u8) -> LogRecord {
    LogRecord::Released {
        request: RequestId(H256::repeat_byte(number)),
        attempt: 1,
        leaf: LeafPath::default(),
        aad: H256::repeat_byte(number),
        deadline: 9,
    }
}

fn refusal() -> AgentNote {
    AgentNote::Refusal(Refusal {
        request: RequestId(H256::repeat_byte(7)),
        attempt: 1,
        agent: Default::default(),
        reason: RefusalReason::PolicyViolated,
        finalised_hash: H256::zero(),
        signature: regent_protocol::notes::unsigned(),
    })
}

type Step = fn(&mut Store) -> Result<(), StoreError>;

/// An agent's days.
const STEPS: [Step; 8] = [
    |store| store.bind(GENESIS),
    |store| {
        let finalised = Some((5, H256::repeat_byte(5)));
        store.commit(&Batch { records: vec![release(1)], finalised, ..Batch::default() })
    },
    |store| {
        let record = LogRecord::Contributed {
            request: RequestId(H256::repeat_byte(2)),
            attempt: 1,
            leaf: LeafPath::default(),
            aad: H256::repeat_byte(2),
            deadline: 9,
            label: [2; 16],
        };
        store.commit(&Batch { records: vec![record], ..Batch::default() })
    },
    |store| store.acknowledge(RequestId(H256::repeat_byte(1)), 1, &[LeafPath::default()]),
    |store| store.commit(&Batch { notes: vec![refusal()], ..Batch::default() }),
    |store| store.give_up(RequestId(H256::repeat_byte(2)), 1),
    |store| {
        let key = KeyId(H256::repeat_byte(3));
        let record = LogRecord::Bound { key, epoch: 0, token_hash: H256::zero() };
        store.commit(&Batch { records: vec![record], ..Batch::default() })
    },
    |store| store.forget_notes(&[note_key(&refusal())]),
];

type Provider = Result<Box<dyn RootProvider>, RootStoreError>;

fn open(
    disk: Disk,
    unlock: impl FnOnce(Option<&SealedState>) -> Provider,
) -> Result<Store, StoreError> {
    let database = Database::builder().create_with_backend(disk)?;
    open_or_create(database, unlock, Failpoint::default())
}

fn of_vault(vault: &Vault) -> impl FnOnce(Option<&SealedState>) -> Provider + '_ {
    move |_| Ok(Box::new(vault.clone()))
}

fn of_tpm(tpm: &Swtpm) -> impl FnOnce(Option<&SealedState>) -> Provider + '_ {
    move |sealed| {
        let words = Passphrase::new(Zeroizing::new(b"correct horse battery".to_vec()))?;
        Ok(Box::new(match sealed {
            Some(sealed) => TpmProvider::unlock(tpm.location(), &words, sealed)?,
            None => TpmProvider::create(tpm.location(), &words, None)?,
        }))
    }
}

/// Lives until the disk dies. Returns what was seen after each step that succeeded.
fn live(disk: &Disk, unlock: impl FnOnce(Option<&SealedState>) -> Provider) -> Vec<Seen> {
    let mut seen = Vec::new();
    let Ok(mut store) = open(disk.clone(), unlock) else { return seen };
    seen.push(look(&store));
    for step in STEPS {
        if step(&mut store).is_err() {
            break;
        }
        seen.push(look(&store));
    }
    seen
}

#[test]
fn a_power_failure_between_any_two_writes_leaves_the_old_state_or_the_new() {
    let whole = Disk::new(Vec::new(), usize::MAX);
    let expected = live(&whole, of_vault(&Vault::default()));
    assert_eq!(expected.len(), STEPS.len() + 1);
    let changes = whole.lock().changes;
    assert!(changes > 50, "{changes}");
    for limit in 0..changes {
        let (disk, vault) = (Disk::new(Vec::new(), limit), Vault::default());
        let done = live(&disk, of_vault(&vault)).len();
        for (which, survivor) in disk.survivors().into_iter().enumerate() {
            if done == 0 {
                // Not yet an agent: there is nothing to keep.
                continue;
            }
            // The device is as it was at the failure, each time.
            let vault = vault.copy();
            let store = open(Disk::new(survivor, usize::MAX), of_vault(&vault));
            check(store, &expected, done, &format!("limit {limit}, survivor {which}"));
        }
    }
}

/// The state is the one of the last step that was done, or of the next, and it works.
fn check(store: Result<Store, StoreError>, expected: &[Seen], done: usize, case: &str) {
    let mut store = store.unwrap_or_else(|error| panic!("{case}: {error}"));
    let found = look(&store);
    let possible = [Some(&expected[done - 1]), expected.get(done)];
    assert!(possible.contains(&Some(&found)), "{case}: {found:?}, expected one of {possible:?}");
    if found.genesis.is_some() {
        let again = Batch { records: vec![release(99)], ..Batch::default() };
        store.commit(&again).expect("goes on");
    }
}

/// The same with a real TPM, which loses its power with the disk. It has one memory, not one for each
/// survivor: every seventh moment, and of its survivors one in turn.
#[test]
fn a_power_failure_of_disk_and_tpm_leaves_the_old_state_or_the_new() {
    let mut tpm = Swtpm::start();
    let whole = Disk::new(Vec::new(), usize::MAX);
    let expected = live(&whole, of_tpm(&tpm));
    assert_eq!(expected.len(), STEPS.len() + 1);
    let changes = whole.lock().changes;
    for limit in (0..changes).step_by(7) {
        TpmProvider::remove(&tpm.location(), None).expect("removed");
        let disk = Disk::new(Vec::new(), limit);
        let done = live(&disk, of_tpm(&tpm)).len();
        if done == 0 {
            continue;
        }
        tpm.start_again();
        let which = limit % 4;
        let survivor = disk.survivors().swap_remove(which);
        let store = open(Disk::new(survivor, usize::MAX), of_tpm(&tpm));
        check(store, &expected, done, &format!("limit {limit}, survivor {which}"));
    }
}

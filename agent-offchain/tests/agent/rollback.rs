//! Yesterday's file in the place of today's.

use regent_agent::{
    failpoint::Failpoint,
    store::{open_database, read_sealed, Batch, LogRecord, Store, StoreError},
};
use regent_primitives::{LeafPath, RequestId, H256};
use regent_protocol::root_store::{Passphrase, PassphraseProvider, RootProvider, RootStoreError};
use zeroize::Zeroizing;

use super::support::{agent::open, people::GENESIS, vault::Vault};

pub(super) fn release(number: u8) -> Batch {
    let record = LogRecord::Released {
        request: RequestId(H256::repeat_byte(number)),
        attempt: 1,
        leaf: LeafPath::default(),
        aad: H256::repeat_byte(number),
        deadline: 9,
    };
    Batch { records: vec![record], ..Batch::default() }
}

/// Makes an agent, keeps a copy of its file after one release, releases once more, and puts the
/// copy back. Returns the file's folder.
fn restored(provider: impl Fn() -> Box<dyn RootProvider>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("agent.redb");
    let mut store = open(&path, provider(), Failpoint::default()).expect("created");
    store.bind(GENESIS).expect("bound");
    store.commit(&release(1)).expect("committed");
    drop(store);
    std::fs::copy(&path, folder.path().join("yesterday")).expect("copied");
    let mut store = open(&path, provider(), Failpoint::default()).expect("opens");
    store.commit(&release(2)).expect("committed");
    drop(store);
    std::fs::copy(folder.path().join("yesterday"), &path).expect("copied");
    folder
}

#[test]
fn a_device_that_counts_refuses_it() {
    let vault = Vault::default();
    let folder = restored(|| Box::new(vault.clone()));
    let path = folder.path().join("agent.redb");
    let error = open(&path, Box::new(vault.clone()), Failpoint::default()).err().expect("refused");
    assert!(
        matches!(error, StoreError::Root(RootStoreError::Generation { found: 3, expected: 4 })),
        "{error}"
    );
}

#[test]
fn a_passphrase_opens_it_and_says_so() {
    let words = Passphrase::new(Zeroizing::new(b"correct horse battery".to_vec())).expect("long");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("agent.redb");
    let provider = PassphraseProvider::create(&words).expect("derives");
    let mut store = open(&path, Box::new(provider), Failpoint::default()).expect("created");
    assert!(!store.rollback_protected());
    store.bind(GENESIS).expect("bound");
    store.commit(&release(1)).expect("committed");
    drop(store);
    std::fs::copy(&path, folder.path().join("yesterday")).expect("copied");
    unlock(&path, &words).commit(&release(2)).expect("committed");
    std::fs::copy(folder.path().join("yesterday"), &path).expect("copied");
    // It opens, and its log lacks the newest release: that is why agents with a passphrase do not
    // count where rollback matters.
    let store = unlock(&path, &words);
    let leaf = LeafPath::default();
    let released = |number| {
        store.released(RequestId(H256::repeat_byte(number)), 1, &leaf).expect("reads").is_some()
    };
    assert!(released(1) && !released(2));
}

fn unlock(path: &std::path::Path, words: &Passphrase) -> Store {
    let database = open_database(path).expect("opens");
    let sealed = read_sealed(&database).expect("reads").expect("sealed");
    let provider = PassphraseProvider::unlock(words, &sealed).expect("derives");
    Store::open(database, Box::new(provider), Failpoint::default()).expect("opens")
}

#[test]
fn a_log_that_was_changed_is_noticed() {
    use redb::{Database, ReadableTable, TableDefinition};
    const LOG: TableDefinition<'static, u64, &[u8]> = TableDefinition::new("log");
    const RELEASED: TableDefinition<'static, &[u8], &[u8]> = TableDefinition::new("released");

    type Change = fn(&Database);
    let changes: [(&str, Change); 4] = [
        ("the newest record is gone", |database| {
            let transaction = database.begin_write().expect("writes");
            transaction.open_table(LOG).expect("opens").remove(1).expect("removed");
            transaction.commit().expect("commits");
        }),
        ("a record is another", |database| {
            let transaction = database.begin_write().expect("writes");
            {
                let mut table = transaction.open_table(LOG).expect("opens");
                let other = table.get(0).expect("reads").expect("there").value().to_vec();
                table.insert(1, other.as_slice()).expect("inserted");
            }
            transaction.commit().expect("commits");
        }),
        ("a release is not found any more", |database| {
            let transaction = database.begin_write().expect("writes");
            {
                let mut table = transaction.open_table(RELEASED).expect("opens");
                let key = table.first().expect("reads").expect("there").0.value().to_vec();
                table.remove(key.as_slice()).expect("removed");
            }
            transaction.commit().expect("commits");
        }),
        ("a release without a record", |database| {
            let transaction = database.begin_write().expect("writes");
            {
                let mut table = transaction.open_table(RELEASED).expect("opens");
                let value = table.first().expect("reads").expect("there").1.value().to_vec();
                table.insert([9u8; 34].as_slice(), value.as_slice()).expect("inserted");
            }
            transaction.commit().expect("commits");
        }),
    ];
    for (what, change) in changes {
        let vault = Vault::default();
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("agent.redb");
        let mut store =
            open(&path, Box::new(vault.clone()), Failpoint::default()).expect("created");
        store.bind(GENESIS).expect("bound");
        store.commit(&release(1)).expect("committed");
        store.commit(&release(2)).expect("committed");
        drop(store);
        assert!(open(&path, Box::new(vault.clone()), Failpoint::default()).is_ok());
        change(&open_database(&path).expect("opens"));
        let error = open(&path, Box::new(vault), Failpoint::default()).err();
        assert!(matches!(error, Some(StoreError::Log(_))), "{what}: {error:?}");
    }
}

#[test]
fn an_agent_is_made_once_and_serves_one_chain() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("agent.redb");
    let vault = Vault::default();
    let mut store = open(&path, Box::new(vault.clone()), Failpoint::default()).expect("created");
    store.bind(GENESIS).expect("bound");
    store.bind(GENESIS).expect("the same");
    assert!(matches!(store.bind(H256::zero()), Err(StoreError::OtherChain { .. })));
    assert!(matches!(open_database(&path).err(), Some(StoreError::InUse)));
    drop(store);
    let database = open_database(&path).expect("opens");
    let error = Store::create(database, Box::new(vault), Failpoint::default()).err();
    assert!(matches!(error, Some(StoreError::Exists)));
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(&path).expect("there").permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
}

//! Opening the database, and what is read from it before there is a store.

use std::{
    collections::BTreeMap,
    fs::{DirBuilder, OpenOptions},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

use codec::Encode;
use redb::{Database, ReadableDatabase, ReadableTable, WriteTransaction};
use regent_primitives::AgentNote;
use regent_protocol::root_store::{RootProvider, RootStoreError, SealedState};

use super::{
    note_key,
    tables::{decode, NOTES, SEALED, STATE},
    NoteKey, Store, StoreError,
};
use crate::{failpoint::Failpoint, folder::sync_folder_of};

/// Bytes of the database's cache: the state is small.
const CACHE_BYTES: usize = 8 * 1024 * 1024;

/// Opens the database file, or makes it, readable by its owner only.
///
/// # Errors
/// [`StoreError`] if the file cannot be made, is damaged, or is open in another process.
pub fn open_database(path: &Path) -> Result<Database, StoreError> {
    let failed = |error| StoreError::File { path: path.to_owned(), error };
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    }
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(failed)?;
    sync_folder_of(path).map_err(failed)?;
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE_BYTES);
    Ok(builder.create_file(file)?)
}

/// The sealed state in a database; none if it is new.
///
/// # Errors
/// [`StoreError`] if the database is damaged.
pub fn read_sealed(database: &Database) -> Result<Option<SealedState>, StoreError> {
    let transaction = database.begin_read()?;
    let table = match transaction.open_table(STATE) {
        Ok(table) => table,
        Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let Some(value) = table.get(SEALED)? else { return Ok(None) };
    decode(value.value(), "sealed state").map(Some)
}

/// Opens or creates the state with the provider that `unlock` makes for it.
///
/// # Errors
/// As [`Store::open`] and [`Store::create`].
pub fn open_or_create(
    database: Database,
    unlock: impl FnOnce(Option<&SealedState>) -> Result<Box<dyn RootProvider>, RootStoreError>,
    failpoint: Failpoint,
) -> Result<Store, StoreError> {
    let sealed = read_sealed(&database)?;
    let provider = unlock(sealed.as_ref())?;
    match sealed {
        Some(_) => Store::open(database, provider, failpoint),
        None => Store::create(database, provider, failpoint),
    }
}

pub(super) fn insert_notes(
    transaction: &WriteTransaction,
    notes: &[AgentNote],
) -> Result<(), StoreError> {
    let mut table = transaction.open_table(NOTES)?;
    for note in notes {
        table.insert(note_key(note).as_bytes(), note.encode().as_slice())?;
    }
    Ok(())
}

pub(super) fn read_notes(database: &Database) -> Result<BTreeMap<NoteKey, AgentNote>, StoreError> {
    let transaction = database.begin_read()?;
    let table = transaction.open_table(NOTES)?;
    let mut notes = BTreeMap::new();
    for row in table.iter()? {
        let (_, value) = row?;
        let note: AgentNote = decode(value.value(), "note")?;
        notes.insert(note_key(&note), note);
    }
    Ok(notes)
}

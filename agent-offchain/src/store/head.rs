//! The newest head that was verified, between the tracker that verifies and the database.
//!
//! The tracker hands over a head before it says that it is the newest. It becomes durable with the
//! first transaction after that, whatever else that holds: so nothing that was decided on a head
//! leaves the process before the head is on disk, and a release waits for one disk and not for two.
//!
//! A head names the authorities that finalise what follows, so on disk it lies after the agent's own
//! mark: whoever can write the disk cannot name others. Without a head the agent begins where its
//! configuration says, as after an update from a version that left no marks.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use redb::{Database, ReadableDatabase, WriteTransaction};
use regent_primitives::{BlockNumber, H256};
use regent_proof::{HeadStore, TrackedHead};

use super::{
    mark::{self, MARK_BYTES},
    tables::{HEAD, TRACKED},
    StoreError,
};

/// Where the tracker leaves its head. Every clone is the same place.
#[derive(Clone, Default)]
pub struct HeadSlot(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    bytes: Option<Vec<u8>>,
    durable: bool,
}

impl HeadSlot {
    /// What the database holds, if it fits the sealed state: a head without the mark of this `secret`,
    /// or behind the block that this agent acted on last, was put there by somebody.
    pub(super) fn open(
        database: &Database,
        secret: &[u8; 32],
        acted_on: Option<(BlockNumber, H256)>,
    ) -> Result<Self, StoreError> {
        let bytes = read(database, secret)?;
        if let (Some(bytes), Some((number, hash))) = (&bytes, acted_on) {
            let tracked = TrackedHead::from_bytes(bytes)
                .map_err(|_| StoreError::Damaged("verified head"))?
                .anchor;
            if tracked.number < number || (tracked.number == number && tracked.hash != hash) {
                return Err(StoreError::HeadBehind { found: tracked.number, expected: number });
            }
        }
        Ok(Self(Arc::new(Mutex::new(Kept { bytes, durable: true }))))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The head, if there is one.
    pub(super) fn tracked(&self) -> Option<TrackedHead> {
        TrackedHead::from_bytes(self.kept().bytes.as_ref()?).ok()
    }

    /// Puts a head that is not durable yet into a transaction, with the mark of this `secret`. Returns
    /// what was put, for [`HeadSlot::is_durable`].
    pub(super) fn write(
        &self,
        transaction: &WriteTransaction,
        secret: &[u8; 32],
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let kept = self.kept();
        let pending = kept.bytes.as_ref().filter(|_| !kept.durable).cloned();
        drop(kept);
        if let Some(bytes) = &pending {
            let row = [mark::of_head(secret, bytes).as_slice(), bytes.as_slice()].concat();
            transaction.open_table(HEAD)?.insert(TRACKED, row.as_slice())?;
        }
        Ok(pending)
    }

    /// The transaction that holds this head is committed.
    pub(super) fn is_durable(&self, written: Option<Vec<u8>>) {
        let mut kept = self.kept();
        // Another may have come meanwhile: it waits for the next transaction.
        if written.is_some() && kept.bytes == written {
            kept.durable = true;
        }
    }

    /// Whether a head waits for a transaction.
    pub(super) fn is_pending(&self) -> bool {
        let kept = self.kept();
        kept.bytes.is_some() && !kept.durable
    }
}

impl HeadStore for HeadSlot {
    type Error = Infallible;

    fn load(&self) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self.kept().bytes.clone())
    }

    fn save(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        *self.kept() = Kept { bytes: Some(bytes.to_vec()), durable: false };
        Ok(())
    }
}

fn read(database: &Database, secret: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
    let transaction = database.begin_read()?;
    let table = match transaction.open_table(HEAD) {
        Ok(table) => table,
        // A state of a version that tracked no heads, or left no marks.
        Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let Some(row) = table.get(TRACKED)? else { return Ok(None) };
    let (mark, bytes) = row.value().split_at_checked(MARK_BYTES).ok_or(StoreError::ForeignHead)?;
    if !mark::is_of_head(secret, bytes, mark) {
        return Err(StoreError::ForeignHead);
    }
    Ok(Some(bytes.to_vec()))
}

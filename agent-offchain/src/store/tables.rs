//! Tables and keys of the database. Every value is SCALE.

use codec::{Decode, DecodeAll, Encode};
use redb::{TableDefinition, WriteTransaction};
use regent_primitives::{Attempt, Epoch, KeyId, LeafPath, RequestId};

use super::{LogRecord, Released, StoreError};

type Bytes = TableDefinition<'static, &'static [u8], &'static [u8]>;

/// The sealed state, under [`SEALED`].
pub(super) const STATE: TableDefinition<'static, &'static str, &'static [u8]> =
    TableDefinition::new("state");
/// The one key of [`STATE`].
pub(super) const SEALED: &str = "sealed";
/// The newest verified head after its mark, under [`TRACKED`]. What earlier versions left in `head`,
/// without a mark, is not read.
pub(super) const HEAD: TableDefinition<'static, &'static str, &'static [u8]> =
    TableDefinition::new("verified-head");
/// The one key of [`HEAD`].
pub(super) const TRACKED: &str = "tracked";
/// Position to [`LogRecord`]: append-only.
pub(super) const LOG: TableDefinition<'static, u64, &'static [u8]> = TableDefinition::new("log");
/// Request, attempt and leaf to [`Released`].
pub(super) const RELEASED: Bytes = TableDefinition::new("released");
/// Label to the enrolment that used it: request and attempt.
pub(super) const LABELS: Bytes = TableDefinition::new("labels");
/// Key and epoch to the hash of the token.
pub(super) const TOKENS: Bytes = TableDefinition::new("tokens");
/// [`super::NoteKey`] to the note.
pub(super) const NOTES: Bytes = TableDefinition::new("notes");
/// Request, attempt and leaf to request and attempt, until an enclave acknowledged.
pub(super) const UNDELIVERED: Bytes = TableDefinition::new("undelivered");

/// Opens every table once, so that readers find them.
pub(super) fn create_all(transaction: &WriteTransaction) -> Result<(), StoreError> {
    transaction.open_table(STATE)?;
    transaction.open_table(HEAD)?;
    transaction.open_table(LOG)?;
    for table in [RELEASED, LABELS, TOKENS, NOTES, UNDELIVERED] {
        transaction.open_table(table)?;
    }
    Ok(())
}

pub(super) fn release_key(request: RequestId, attempt: Attempt, leaf: &LeafPath) -> Vec<u8> {
    (request, attempt, leaf).encode()
}

pub(super) fn token_key(key: KeyId, epoch: Epoch) -> Vec<u8> {
    (key, epoch).encode()
}

/// First and last key that a release of this request can have.
pub(super) fn request_range(request: RequestId) -> (Vec<u8>, Vec<u8>) {
    let from = request.encode();
    let to = [from.as_slice(), &[u8::MAX; 12]].concat();
    (from, to)
}

/// First and last key that a release of this attempt can have.
pub(super) fn attempt_range(request: RequestId, attempt: Attempt) -> (Vec<u8>, Vec<u8>) {
    let from = (request, attempt).encode();
    // A path has at most four numbers of two bytes, and one byte of length.
    let to = [from.as_slice(), &[u8::MAX; 10]].concat();
    (from, to)
}

/// Decodes a value that this software wrote.
pub(super) fn decode<T: Decode>(mut bytes: &[u8], what: &'static str) -> Result<T, StoreError> {
    T::decode_all(&mut bytes).map_err(|_| StoreError::Damaged(what))
}

/// Appends a record and enters it into the tables by which it is found.
pub(super) fn insert_record(
    transaction: &WriteTransaction,
    position: u64,
    record: &LogRecord,
) -> Result<(), StoreError> {
    transaction.open_table(LOG)?.insert(position, record.encode().as_slice())?;
    match record {
        LogRecord::Released { request, attempt, leaf, aad, deadline } => {
            let released = Released { aad: *aad, deadline: *deadline };
            insert_release(transaction, *request, *attempt, leaf, released)
        }
        LogRecord::Contributed { request, attempt, leaf, aad, deadline, label } => {
            let owner = (request, attempt).encode();
            transaction.open_table(LABELS)?.insert(label.as_slice(), owner.as_slice())?;
            let released = Released { aad: *aad, deadline: *deadline };
            insert_release(transaction, *request, *attempt, leaf, released)
        }
        LogRecord::Bound { key, epoch, token_hash } => {
            let key = token_key(*key, *epoch);
            transaction
                .open_table(TOKENS)?
                .insert(key.as_slice(), token_hash.encode().as_slice())?;
            Ok(())
        }
        // The root itself says what was punctured.
        LogRecord::Punctured { .. } => Ok(()),
    }
}

fn insert_release(
    transaction: &WriteTransaction,
    request: RequestId,
    attempt: Attempt,
    leaf: &LeafPath,
    released: Released,
) -> Result<(), StoreError> {
    let key = release_key(request, attempt, leaf);
    transaction.open_table(RELEASED)?.insert(key.as_slice(), released.encode().as_slice())?;
    let attempt = (request, attempt).encode();
    transaction.open_table(UNDELIVERED)?.insert(key.as_slice(), attempt.as_slice())?;
    Ok(())
}

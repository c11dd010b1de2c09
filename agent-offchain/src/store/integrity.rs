//! Whether the log in the database is the one its state was sealed with.

use redb::{Database, ReadableDatabase, ReadableTable, ReadableTableMetadata};
use regent_primitives::{Attempt, RequestId, H256};
use regent_protocol::{
    root_store::{LogHead, RootState},
    Label,
};

use super::{
    tables::{decode, release_key, token_key, LABELS, LOG, RELEASED, TOKENS},
    LogRecord, Released, StoreError,
};

/// Reads the whole log, recomputes its head, and checks that the tables by which records are found
/// hold exactly what the log says. Linear in the log: some microseconds a record.
pub(super) fn check(database: &Database, state: &RootState) -> Result<(), StoreError> {
    let Some(genesis) = state.genesis else {
        return if state.log == LogHead::default() {
            Ok(())
        } else {
            Err(StoreError::Log("it has records of no chain"))
        };
    };
    let transaction = database.begin_read()?;
    let log = transaction.open_table(LOG)?;
    let released = transaction.open_table(RELEASED)?;
    let labels = transaction.open_table(LABELS)?;
    let tokens = transaction.open_table(TOKENS)?;
    let mut head = LogHead::default();
    let mut expected = Counts::default();
    for row in log.iter()? {
        let (position, value) = row?;
        if position.value() != head.entries {
            return Err(StoreError::Log("a record is missing"));
        }
        let record: LogRecord = decode(value.value(), "log record")?;
        head = head.append(genesis, &record);
        let found = match &record {
            LogRecord::Released { request, attempt, leaf, aad, deadline } => {
                expected.released += 1;
                let key = release_key(*request, *attempt, leaf);
                stored::<Released>(&released, &key)?
                    == Some(Released { aad: *aad, deadline: *deadline })
            }
            LogRecord::Contributed { request, attempt, leaf, aad, deadline, label } => {
                expected.released += 1;
                let owner = stored::<(RequestId, Attempt)>(&labels, label)?;
                let key = release_key(*request, *attempt, leaf);
                owner == Some((*request, *attempt))
                    && stored::<Released>(&released, &key)?
                        == Some(Released { aad: *aad, deadline: *deadline })
            }
            LogRecord::Bound { key, epoch, token_hash } => {
                expected.tokens += 1;
                stored::<H256>(&tokens, &token_key(*key, *epoch))? == Some(*token_hash)
            }
            LogRecord::Punctured { label, .. } => {
                state.root.evaluate(&Label::from_bytes(*label)).is_err()
            }
        };
        if !found {
            return Err(StoreError::Log("a record is not where it is looked for"));
        }
    }
    if head != state.log {
        return Err(StoreError::Log("its head is another"));
    }
    if released.len()? != expected.released || tokens.len()? != expected.tokens {
        return Err(StoreError::Log("there are entries without a record"));
    }
    Ok(())
}

#[derive(Default)]
struct Counts {
    released: u64,
    tokens: u64,
}

fn stored<T: codec::Decode>(
    table: &impl ReadableTable<&'static [u8], &'static [u8]>,
    key: &[u8],
) -> Result<Option<T>, StoreError> {
    table.get(key)?.map(|value| decode(value.value(), "entry of the log")).transpose()
}

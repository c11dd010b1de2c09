//! The audit log at the head: entries as the node says, linked to what the head's state commits to.

use std::ops::ControlFlow;

use regent_primitives::{bounds::MAX_PAGE, AuditEntry, BlockNumber, H256};
use regent_proof::{layout, AuditError, Limits, LogHead};

use super::{state::BlockState, ExportError};
use crate::client::Client;

/// Entries that are read for one bundle.
const MAX_READ: u64 = 1 << 22;

/// The log at a block.
pub(super) struct AuditLog<'a> {
    client: &'a Client,
    genesis: H256,
    block: H256,
    /// What the block's state commits to.
    pub head: LogHead,
}

impl<'a> AuditLog<'a> {
    /// The log that a block's state commits to.
    pub(super) async fn read(
        client: &'a Client,
        genesis: H256,
        block: H256,
        state: &BlockState<'_>,
    ) -> Result<Self, ExportError> {
        let queries = [layout::audit_count().query(), layout::audit_head().query()];
        let head = LogHead::read(&state.read(&queries).await?)?;
        Ok(Self { client, genesis, block, head })
    }

    /// The chain.
    pub(super) const fn genesis(&self) -> H256 {
        self.genesis
    }

    /// The index of the first entry of a block or a later one; the count if there is none. As the node
    /// says: [`AuditLog::follow`] verifies what is read from there on.
    pub(super) async fn first_at(&self, block: BlockNumber) -> Result<u64, ExportError> {
        let (mut low, mut high) = (0, self.head.count);
        while low < high {
            let middle = low.saturating_add(high.saturating_sub(low) / 2);
            let found = self.client.audit_entries(middle, 1, Some(self.block)).await?;
            let entry = found.first().ok_or_else(|| self.short(middle))?;
            if entry.block < block {
                low = middle.saturating_add(1);
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// The entry of this index, as the node says.
    pub(super) async fn entry(&self, index: u64) -> Result<AuditEntry, ExportError> {
        if index >= self.head.count {
            let (found, expected) = (self.head.count, index.saturating_add(1));
            return Err(ExportError::LogTooShort { found, expected });
        }
        let found = self.client.audit_entries(index, 1, Some(self.block)).await?;
        found.into_iter().next().ok_or_else(|| self.short(index))
    }

    /// All entries of a block, as the node says.
    pub(super) async fn of_block(
        &self,
        block: BlockNumber,
    ) -> Result<Vec<AuditEntry>, ExportError> {
        let limit = Limits::default().entries;
        let mut entries = Vec::new();
        let mut next = self.first_at(block).await?;
        while next < self.head.count {
            let page = self.client.audit_entries(next, MAX_PAGE, Some(self.block)).await?;
            if page.is_empty() {
                return Err(self.short(next));
            }
            next = next.saturating_add(page.len() as u64);
            let ends = page.iter().any(|entry| entry.block != block);
            entries.extend(page.into_iter().filter(|entry| entry.block == block));
            if entries.len() > limit {
                let (what, found) = ("entries of one block", entries.len() as u64);
                return Err(ExportError::TooLarge { what, found, limit: limit as u64 });
            }
            if ends {
                break;
            }
        }
        Ok(entries)
    }

    /// Shows every entry from an index on, until it is told that it was the last to be seen. Each links
    /// to the one before it; without an end before, the last is the newest of the proven log.
    pub(super) async fn follow(
        &self,
        from: u64,
        mut progress: impl FnMut(u64),
        mut look: impl FnMut(AuditEntry) -> Result<ControlFlow<()>, ExportError>,
    ) -> Result<(), ExportError> {
        let (found, limit) = (self.head.count.saturating_sub(from), MAX_READ);
        if found > limit {
            let what = "entries of the audit log to be read";
            return Err(ExportError::TooLarge { what, found, limit });
        }
        let limits = Limits::default();
        let mut at: Option<LogHead> = None;
        let mut next = from;
        while next < self.head.count {
            let page = self.client.audit_entries(next, MAX_PAGE, Some(self.block)).await?;
            let first = page.first().ok_or_else(|| self.short(next))?;
            let before = at.unwrap_or_else(|| LogHead {
                count: next,
                hash: if next == 0 { H256::zero() } else { first.previous },
            });
            let after = before.extended(self.genesis, &page, &limits)?;
            for entry in page {
                if look(entry)?.is_break() {
                    return Ok(());
                }
            }
            (at, next) = (Some(after), after.count);
            progress(next);
        }
        let found = at.unwrap_or(self.head);
        if found.count != self.head.count {
            return Err(self.short(found.count));
        }
        if found.hash != self.head.hash {
            let (found, expected) = (found.hash, self.head.hash);
            return Err(AuditError::OtherHead { found, expected }.into());
        }
        Ok(())
    }

    /// The node has another count of entries than the state commits to.
    fn short(&self, found: u64) -> ExportError {
        AuditError::OtherCount { found, expected: self.head.count }.into()
    }
}

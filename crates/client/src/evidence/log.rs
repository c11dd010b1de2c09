//! The audit log at the head: entries as the node says, linked to what the head's state commits to.

use std::ops::ControlFlow;

use regent_primitives::{bounds::MAX_PAGE, AuditEntry, BlockNumber, H256};
use regent_proof::{layout, AuditError, Limits, LogHead};

use super::{state::BlockState, ExportError};
use crate::client::Client;

/// Entries that are read for one selection.
const MAX_READ: u64 = 1 << 22;

/// A part of the log: what lies between what is proven of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The index of its first entry.
    pub from: u64,
    /// The hash of the entry before; none if that is what the first entry says.
    pub before: Option<H256>,
    /// The log after its last entry.
    pub to: LogHead,
}

impl Part {
    /// How many entries it has, of which so many may be read.
    fn count(&self) -> Result<u64, ExportError> {
        let found = self.to.count.saturating_sub(self.from);
        check_read(found)?;
        Ok(found)
    }
}

/// Refuses to read more entries than are read for one selection.
fn check_read(found: u64) -> Result<(), ExportError> {
    if found > MAX_READ {
        return Err(ExportError::LongLog { found, limit: MAX_READ });
    }
    Ok(())
}

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
    /// says: what is read from there on is verified by what it is to be.
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

    /// Shows every entry of a part. Each links to the one before it, and the last is the one that the
    /// part ends in: nothing is left out and nothing is made up.
    pub(super) async fn follow(
        &self,
        part: Part,
        mut progress: impl FnMut(u64),
        mut look: impl FnMut(AuditEntry) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        if part.count()? == 0 {
            return Ok(());
        }
        let limits = Limits::default();
        let mut at: Option<LogHead> = None;
        let mut next = part.from;
        while next < part.to.count {
            let page = self.page(next, part.to.count).await?;
            let first = page.first().ok_or_else(|| self.short(next))?;
            let hash = part.before.unwrap_or(first.previous);
            let before = at.unwrap_or(LogHead { count: next, hash });
            let after = before.extended(self.genesis, &page, &limits)?;
            for entry in page {
                look(entry)?;
            }
            (at, next) = (Some(after), after.count);
            progress(next);
        }
        let (found, expected) = (at.unwrap_or(part.to), part.to);
        if found.count != expected.count {
            let (found, expected) = (found.count, expected.count);
            return Err(AuditError::OtherCount { found, expected }.into());
        }
        if found.hash != expected.hash {
            let (found, expected) = (found.hash, expected.hash);
            return Err(AuditError::OtherHead { found, expected }.into());
        }
        Ok(())
    }

    /// Shows entries from an index on, as the node says, until it is told that it was the last to be seen
    /// or there are no more.
    pub(super) async fn browse(
        &self,
        from: u64,
        mut progress: impl FnMut(u64),
        mut look: impl FnMut(AuditEntry) -> Result<ControlFlow<()>, ExportError>,
    ) -> Result<(), ExportError> {
        let mut next = from;
        while next < self.head.count {
            let page = self.page(next, self.head.count).await?;
            if page.is_empty() {
                return Err(self.short(next));
            }
            next = next.saturating_add(page.len() as u64);
            check_read(next.saturating_sub(from))?;
            for entry in page {
                if look(entry)?.is_break() {
                    return Ok(());
                }
            }
            progress(next);
        }
        Ok(())
    }

    /// Entries from an index on, some of those before another index.
    async fn page(&self, from: u64, to: u64) -> Result<Vec<AuditEntry>, ExportError> {
        let left = u32::try_from(to.saturating_sub(from)).unwrap_or(MAX_PAGE).min(MAX_PAGE);
        Ok(self.client.audit_entries(from, left, Some(self.block)).await?)
    }

    /// The node has another count of entries than the state commits to.
    fn short(&self, found: u64) -> ExportError {
        AuditError::OtherCount { found, expected: self.head.count }.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(from: u64, count: u64) -> Part {
        Part { from, before: None, to: LogHead { count, hash: H256::zero() } }
    }

    #[test]
    fn what_is_read_is_bounded_and_not_how_long_the_log_is() {
        let late = u64::MAX - MAX_READ;
        assert_eq!(part(late, u64::MAX).count().expect("as many as are read"), MAX_READ);
        let refused = part(late - 1, u64::MAX).count().expect_err("one more").to_string();
        assert!(refused.contains("--from") && refused.contains("--to"), "{refused}");
        assert_eq!(part(7, 5).count().expect("none"), 0);
    }
}

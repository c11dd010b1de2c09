//! A chapter that is under way at the same time as another one, and shown when that is over.

use std::io::Write;

use regent_primitives::H256;

use super::{table::Table, Record};
use crate::error::CliError;

/// What it tells, and what it leaves for others to check.
pub(super) struct Aside {
    /// What it tells.
    pub(super) out: Vec<u8>,
    /// Its operations.
    pub(super) record: Record,
    /// Their times.
    pub(super) timings: Table,
}

impl Aside {
    /// Nothing yet, on the chain of this genesis.
    pub(super) fn new(genesis: H256) -> Self {
        Self { out: Vec::new(), record: Record::new(genesis), timings: Table::default() }
    }

    /// Shows what it told so far, and puts what it leaves behind what is there.
    pub(super) fn show(
        self,
        out: &mut impl Write,
        record: &mut Record,
        timings: &mut Table,
    ) -> Result<(), CliError> {
        record.extend(self.record);
        timings.extend(self.timings);
        out.write_all(&self.out)?;
        Ok(out.flush()?)
    }
}

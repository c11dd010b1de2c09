//! A chapter told step by step, with the time that each took.

use std::{fmt::Display, io::Write, time::Instant};

use regent_client::contract::Refusal;

use crate::error::CliError;

/// Tells what was done, and what was refused.
pub(super) struct Steps<'a, W> {
    /// To whom.
    pub(super) out: &'a mut W,
    since: Instant,
}

impl<'a, W: Write> Steps<'a, W> {
    /// Begins now.
    pub(super) fn new(out: &'a mut W) -> Self {
        Self { out, since: Instant::now() }
    }

    /// Something was done since the step before.
    pub(super) fn done(&mut self, what: &str, text: impl Display) -> Result<(), CliError> {
        let seconds = self.since.elapsed().as_secs_f64();
        self.since = Instant::now();
        Ok(writeln!(self.out, "  {what:<9} {text} ({seconds:.1} s)")?)
    }

    /// Something was refused.
    pub(super) fn refused(&mut self, what: &str, refusal: &Refusal) -> Result<(), CliError> {
        Ok(writeln!(self.out, "  refused   {what}: {refusal}")?)
    }
}

//! The time of each phase, as a table.

use std::{io::Write, time::Duration};

use regent_client::flows::Phase;

use super::Performed;

const PHASES: [Phase; 6] = [
    Phase::Session,
    Phase::Request,
    Phase::Approval,
    Phase::Operation,
    Phase::Receipt,
    Phase::Activation,
];

/// A row an operation.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<(String, Vec<Option<Duration>>)>,
}

impl Table {
    pub(super) fn add(&mut self, name: &str, performed: &Performed) {
        let mut times: Vec<_> = PHASES.iter().map(|phase| performed.timings.of(*phase)).collect();
        times.push(performed.after_last_approval);
        self.rows.push((name.to_owned(), times));
    }

    /// Puts another's rows behind its own.
    pub(super) fn extend(&mut self, other: Self) {
        self.rows.extend(other.rows);
    }

    pub(super) fn write(&self, out: &mut impl Write) -> std::io::Result<()> {
        write!(out, "  {:<28}", "")?;
        for phase in PHASES {
            write!(out, "{:>11}", phase.name())?;
        }
        writeln!(out, "{:>16}", "last approval")?;
        write!(out, "  {:<28}", "")?;
        writeln!(out, "{:>width$}", "to signature", width = 11 * PHASES.len() + 16)?;
        for (name, times) in &self.rows {
            write!(out, "  {name:<28}")?;
            for (at, time) in times.iter().enumerate() {
                let width = if at < PHASES.len() { 11 } else { 16 };
                match time {
                    Some(time) => write!(out, "{:>width$}", time.as_millis())?,
                    None => write!(out, "{:>width$}", "-")?,
                }
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

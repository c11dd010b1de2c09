//! When shares arrived, as the enclave's log says.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
    time::SystemTime,
};

use anyhow::Context;
use chrono::DateTime;
use serde::Deserialize;

/// What the enclave says of a share that it keeps.
const DELIVERED: &str = "share delivered";
const ACCEPTED: &str = "Accepted";

/// Levels at which the enclave says it; those of all others stay.
pub(super) const LEVELS: &str = "info,regent_enclave=debug";
/// Has the enclave write lines that this module reads.
pub(super) const ENCLAVE_ARGUMENTS: [&str; 2] = ["--log-format", "json"];

#[derive(Deserialize)]
struct Line {
    timestamp: String,
    fields: Fields,
}

#[derive(Deserialize)]
struct Fields {
    message: String,
    #[serde(default)]
    session: String,
    #[serde(default)]
    status: String,
}

/// The enclave's log, read as it grows.
pub(super) struct Deliveries {
    log: File,
    unread: Vec<u8>,
}

impl Deliveries {
    /// From the present end of a log on.
    pub(super) fn follow(log: &Path) -> anyhow::Result<Self> {
        let mut log = File::open(log).with_context(|| log.display().to_string())?;
        log.seek(SeekFrom::End(0))?;
        Ok(Self { log, unread: Vec::new() })
    }

    /// When each share of a session was taken in, in order, among the lines since the last call.
    pub(super) fn of_session(&mut self, session: &str) -> anyhow::Result<Vec<SystemTime>> {
        self.log.read_to_end(&mut self.unread)?;
        let whole = self.unread.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let lines: Vec<u8> = self.unread.drain(..whole).collect();
        let mut arrivals = Vec::new();
        for line in String::from_utf8_lossy(&lines).lines().filter(|line| line.contains(DELIVERED))
        {
            let said: Line = serde_json::from_str(line)
                .with_context(|| format!("the enclave's log has the line {line:?}"))?;
            let fields = said.fields;
            if fields.message == DELIVERED && fields.session == session && fields.status == ACCEPTED
            {
                arrivals.push(DateTime::parse_from_rfc3339(&said.timestamp)?.into());
            }
        }
        Ok(arrivals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{io::Write, time::Duration};

    fn line(microsecond: u32, session: &str, status: &str) -> String {
        format!(
            r#"{{"timestamp":"2026-11-21T12:00:00.{microsecond:06}Z","level":"DEBUG","fields":{{"message":"share delivered","session":"{session}","agent":"0x02","status":"{status}"}},"target":"regent_enclave::enclave"}}"#
        )
    }

    #[test]
    fn only_accepted_shares_of_the_session_count() {
        let mut log = tempfile::NamedTempFile::new().expect("a file");
        writeln!(log, "{}", line(1, "0x01", "Accepted")).expect("written");
        let mut deliveries = Deliveries::follow(log.path()).expect("opened");
        writeln!(log, "{}", line(2, "0x01", "Accepted")).expect("written");
        writeln!(log, "{}", line(3, "0x99", "Accepted")).expect("written");
        writeln!(log, "{}", line(4, "0x01", "Duplicate")).expect("written");
        writeln!(log, "a line of somebody else").expect("written");
        // Half a line: the rest comes later.
        let late = line(502, "0x01", "Accepted");
        let (first, rest) = late.split_at(40);
        write!(log, "{first}").expect("written");

        let early = deliveries.of_session("0x01").expect("read");
        assert_eq!(early.len(), 1, "what was there before does not count");
        writeln!(log, "{rest}").expect("written");
        let later = deliveries.of_session("0x01").expect("read");
        let [later] = later.as_slice() else { panic!("{later:?}") };
        let distance = later.duration_since(early[0]).expect("later");
        assert_eq!(distance, Duration::from_micros(500));
    }
}

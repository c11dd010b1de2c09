//! Where a TPM is, and which of its NV indices is an agent's.

use std::{fmt, str::FromStr};

use tss_esapi::tcti_ldr::TctiNameConf;

/// The first NV index an owner may define.
pub const NV_INDEX_FIRST: u32 = 0x0100_0000;
/// The last.
pub const NV_INDEX_LAST: u32 = 0x01ff_ffff;

/// How a TPM is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tcti {
    /// The kernel's device. `/dev/tpmrm0` can be shared with other programs, `/dev/tpm0` cannot.
    Device(String),
    /// A software TPM, for development and tests.
    Swtpm {
        /// Its host.
        host: String,
        /// Its data port; the control port is the next one.
        port: u16,
    },
}

/// A TPM and an index in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    pub(crate) tcti: Tcti,
    pub(crate) index: u32,
}

/// Why this is no place for a root's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LocationError {
    /// Not a TPM.
    #[error("expected device:/dev/tpmrm0, or swtpm:host=127.0.0.1,port=2321 in development")]
    Tcti,
    /// Not an owner's index.
    #[error("expected 0x01000000 to 0x01ffffff, the indices of a TPM's owner")]
    Index,
}

impl Tcti {
    /// Whether it is software: its memory can be restored like any file.
    pub const fn is_software(&self) -> bool {
        matches!(self, Self::Swtpm { .. })
    }

    pub(crate) fn configuration(&self) -> Option<TctiNameConf> {
        TctiNameConf::from_str(&self.to_string()).ok()
    }
}

impl FromStr for Tcti {
    type Err = LocationError;

    /// Only what is written out in full: the library would fill in defaults for the rest.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let tcti = match text.split_once(':') {
            Some(("device", path)) if path.starts_with('/') => Self::Device(path.to_owned()),
            Some(("swtpm", place)) => {
                let (host, port) = place
                    .strip_prefix("host=")
                    .and_then(|place| place.split_once(",port="))
                    .ok_or(LocationError::Tcti)?;
                let port = port.parse().ok().filter(|port| *port != 0);
                Self::Swtpm { host: host.to_owned(), port: port.ok_or(LocationError::Tcti)? }
            }
            _ => return Err(LocationError::Tcti),
        };
        // The library refuses what is no host.
        tcti.configuration().map(|_| tcti).ok_or(LocationError::Tcti)
    }
}

impl fmt::Display for Tcti {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device(path) => write!(f, "device:{path}"),
            Self::Swtpm { host, port } => write!(f, "swtpm:host={host},port={port}"),
        }
    }
}

impl Location {
    /// An index of a TPM.
    ///
    /// # Errors
    /// [`LocationError::Index`] if it is not an owner's.
    pub fn new(tcti: Tcti, index: u32) -> Result<Self, LocationError> {
        if !(NV_INDEX_FIRST..=NV_INDEX_LAST).contains(&index) {
            return Err(LocationError::Index);
        }
        Ok(Self { tcti, index })
    }

    /// The TPM.
    pub const fn tcti(&self) -> &Tcti {
        &self.tcti
    }

    /// The index.
    pub const fn index(&self) -> u32 {
        self.index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tpm_is_named_in_full() {
        for text in
            ["device:/dev/tpmrm0", "swtpm:host=127.0.0.1,port=2321", "swtpm:host=tpm,port=1"]
        {
            let tcti: Tcti = text.parse().expect(text);
            assert_eq!(tcti.to_string(), text);
            assert!(tcti.configuration().is_some(), "{text}");
        }
        for text in [
            "",
            "device",
            "device:",
            "device:tpm0",
            "swtpm",
            "swtpm:",
            "swtpm:port=2321",
            "swtpm:host=a b,port=2321",
            "swtpm:host=127.0.0.1,port=0",
            "swtpm:host=127.0.0.1,port=65536",
            "mssim:host=127.0.0.1,port=2321",
            "tabrmd",
        ] {
            assert_eq!(text.parse::<Tcti>(), Err(LocationError::Tcti), "{text}");
        }
    }

    #[test]
    fn only_an_owners_index_is_one() {
        let tcti = Tcti::Device("/dev/tpmrm0".into());
        for (index, allowed) in [
            (0, false),
            (NV_INDEX_FIRST - 1, false),
            (NV_INDEX_FIRST, true),
            (NV_INDEX_LAST, true),
            (NV_INDEX_LAST + 1, false),
            (0x8100_0001, false),
        ] {
            assert_eq!(Location::new(tcti.clone(), index).is_ok(), allowed, "{index:#x}");
        }
    }
}

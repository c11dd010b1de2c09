//! Documents that prove something: the chain holds their hashes.

use std::path::{Path, PathBuf};

use alloy_primitives::FixedBytes;
use clap::Args;
use sp_crypto_hashing::blake2_256;

use super::carry_contract::Told;
use crate::{error::CliError, units::hexadecimal};

/// Which document.
#[derive(Clone, Debug, Args)]
pub struct EvidenceOptions {
    /// The document that proves it: its BLAKE2b-256 hash goes onto the chain, and nothing else of it. Keep
    /// the file.
    #[arg(long, value_name = "FILE")]
    pub evidence: PathBuf,
}

/// The hash of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence(pub [u8; 32]);

impl EvidenceOptions {
    /// Hashes it.
    pub fn read(&self) -> Result<Evidence, CliError> {
        Evidence::of(&self.evidence)
    }
}

impl Evidence {
    fn of(path: &Path) -> Result<Self, CliError> {
        let bytes = std::fs::read(path).map_err(|error| {
            CliError::input("--evidence", format!("{}: {error}; name a file", path.display()))
        })?;
        if bytes.is_empty() {
            let reason = format!("{} is empty and proves nothing", path.display());
            return Err(CliError::input("--evidence", reason));
        }
        Ok(Self(blake2_256(&bytes)))
    }

    /// As a contract takes it.
    pub fn word(self) -> FixedBytes<32> {
        FixedBytes(self.0)
    }

    /// With what was done with it.
    pub fn told(self, done: &str) -> Told<'_> {
        Told { done, evidence: Some(hexadecimal(self.0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_blake2b_256() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("certificate");
        std::fs::write(&path, b"abc").expect("written");
        let evidence = Evidence::of(&path).expect("hashed");
        // As `b2sum -l 256` has it.
        let known = "0xbddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319";
        assert_eq!(hexadecimal(evidence.0), known);
    }

    #[test]
    fn what_is_missing_or_empty_is_named() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("certificate");
        for _ in 0..2 {
            let error = Evidence::of(&path).expect_err("no evidence");
            assert!(error.exit_code() == 2 && error.to_string().contains("--evidence"), "{error}");
            std::fs::write(&path, b"").expect("written");
        }
    }
}

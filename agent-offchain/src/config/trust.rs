//! Whom an agent believes: part of its own configuration, never read from the chain.

use regent_primitives::{BlockNumber, EvidenceKind, Measurement, H256};
use serde::Deserialize;

use super::ConfigError;

/// The oldest head that section 7 lets an agent act on, in seconds.
const MAXIMUM_HEAD_AGE_SECONDS: u64 = 30;

/// An agent's own allow-lists.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustConfig {
    /// The oldest finalised head to act on, in seconds; at most 30.
    #[serde(default = "maximum_head_age_seconds")]
    pub maximum_head_age_seconds: u64,
    /// A final block to begin at, instead of the chain's first.
    #[serde(default)]
    pub checkpoint: Option<Checkpoint>,
    /// Enclaves.
    #[serde(default)]
    pub measurements: Vec<MeasurementEntry>,
    /// Runtimes.
    #[serde(default)]
    pub runtimes: Vec<RuntimeEntry>,
}

const fn maximum_head_age_seconds() -> u64 {
    MAXIMUM_HEAD_AGE_SECONDS
}

/// A final block that somebody vouches for: who finalises what follows it is read from its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// Its height.
    pub number: BlockNumber,
    /// Its hash.
    pub hash: H256,
}

/// An enclave to which shares may be released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasurementEntry {
    /// The kind of its evidence.
    pub kind: MeasurementKind,
    /// What its evidence states.
    pub digest: H256,
}

/// Kinds of evidence, as a configuration names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MeasurementKind {
    /// Proves nothing: for development.
    Simulated,
}

impl From<MeasurementEntry> for Measurement {
    fn from(entry: MeasurementEntry) -> Self {
        let kind = match entry.kind {
            MeasurementKind::Simulated => EvidenceKind::Simulated,
        };
        Self { kind, digest: entry.digest }
    }
}

/// A runtime whose word is taken for finalised state. What is given must fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuntimeEntry {
    /// BLAKE2b-256 of its code. A version is what the code says of itself: without
    /// `insecure_development` this must be given.
    #[serde(default)]
    pub code_hash: Option<H256>,
    /// Its specification's version.
    #[serde(default)]
    pub spec_version: Option<u32>,
}

impl RuntimeEntry {
    /// Whether it names this runtime.
    pub fn names(&self, code_hash: H256, spec_version: u32) -> bool {
        self.code_hash.is_none_or(|hash| hash == code_hash)
            && self.spec_version.is_none_or(|version| version == spec_version)
    }
}

impl TrustConfig {
    pub(super) fn check(&self, development: bool) -> Result<(), ConfigError> {
        let age = self.maximum_head_age_seconds;
        if age == 0 || age > MAXIMUM_HEAD_AGE_SECONDS {
            return Err(ConfigError::Value {
                key: "trust.maximum_head_age_seconds",
                found: age.to_string(),
                expected: "1 to 30",
            });
        }
        if self.checkpoint.is_some_and(|checkpoint| checkpoint.number == 0) {
            return Err(ConfigError::Value {
                key: "trust.checkpoint.number",
                found: "0".into(),
                expected: "a later block: the first is named by node.genesis",
            });
        }
        let empty =
            |entry: &RuntimeEntry| entry.code_hash.is_none() && entry.spec_version.is_none();
        if self.runtimes.iter().any(empty) {
            return Err(ConfigError::Value {
                key: "trust.runtimes",
                found: "an entry without a field".into(),
                expected: "code_hash, spec_version, or both in each entry",
            });
        }
        // A hostile runtime may call itself any version.
        if !development && self.runtimes.iter().any(|entry| entry.code_hash.is_none()) {
            return Err(ConfigError::Value {
                key: "trust.runtimes.code_hash",
                found: "missing beside a spec_version".into(),
                expected: "BLAKE2b-256 of the runtime's code in each entry: a version alone is \
                           taken only with `insecure_development = true`",
            });
        }
        let simulated = |entry: &MeasurementEntry| entry.kind == MeasurementKind::Simulated;
        if !development && self.measurements.iter().any(simulated) {
            return Err(ConfigError::Insecure { key: "trust.measurements of kind simulated" });
        }
        Ok(())
    }
}

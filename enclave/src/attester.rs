//! What produces evidence: one file a kind. Verification is in `regent-attestation`.

pub mod simulated;

use regent_primitives::{Evidence, Measurement, H256};

/// Produces evidence that this process, as it is measured, chose some report data.
pub trait Attester: Send + Sync {
    /// What its evidence states that this process is.
    fn measurement(&self) -> Measurement;

    /// Evidence over these report data (section 5).
    ///
    /// # Errors
    /// The platform gave none.
    fn attest(&self, report_data: H256) -> Result<Evidence, AttesterError>;

    /// Whether its evidence proves nothing. Switches that weaken the process are refused unless it
    /// does not matter.
    fn is_simulated(&self) -> bool {
        false
    }
}

/// The platform gave no evidence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("evidence: the platform gave none ({reason}); check its attestation service and try again")]
pub struct AttesterError {
    /// What it said.
    pub reason: String,
}

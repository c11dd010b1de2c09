//! Evidence that proves nothing, for development. Chains, policies and agents refuse it unless they
//! are told otherwise.

use regent_attestation::simulated;
use regent_primitives::{Evidence, Measurement, H256};

use super::{Attester, AttesterError};

/// States [`simulated::MEASUREMENT`], whatever runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Simulated;

impl Attester for Simulated {
    fn measurement(&self) -> Measurement {
        simulated::MEASUREMENT
    }

    fn attest(&self, report_data: H256) -> Result<Evidence, AttesterError> {
        Ok(simulated::evidence(report_data))
    }

    fn is_simulated(&self) -> bool {
        true
    }
}

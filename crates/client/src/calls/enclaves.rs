//! `Enclaves`: which measurements are trusted. Governance only.

use regent_primitives::{BlockNumber, Measurement};

use super::call;

call!(
    /// Trusts a measurement until a block.
    "Enclaves" trust_measurement(measurement: Measurement, until: BlockNumber)
);
call!(
    /// Trusts a measurement no longer.
    "Enclaves" revoke_measurement(measurement: Measurement)
);

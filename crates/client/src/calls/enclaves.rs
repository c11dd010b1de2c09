//! `Enclaves`: which measurements are trusted. Governance only.

use regent_primitives::{BlockNumber, Measurement};

use super::call;

call!(
    /// Trusts a measurement until a block.
    "Enclaves"[13] trust_measurement[0](measurement: Measurement, until: BlockNumber)
);
call!(
    /// Trusts a measurement no longer.
    "Enclaves"[13] revoke_measurement[1](measurement: Measurement)
);

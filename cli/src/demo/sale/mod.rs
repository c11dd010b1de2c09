//! The sale part: keys of Alice's, kept by contracts, for the chain's cash. One sale is settled, one
//! expires, and one is paid and cancelled in the same block.

mod expired;
mod lot;
mod race;
mod settled;

use std::io::Write;

use regent_primitives::RequestId;

use super::{scene::Scene, table::Table, Record};
use crate::error::CliError;

/// Shows all three at the same time, with the contract's blob; returns the first buyer's request. The
/// buyers differ, so that each has what one sale leaves.
pub(super) async fn show(
    scene: &Scene,
    code: &[u8],
    out: &mut (impl Write + Send),
    record: &mut Record,
    timings: &mut Table,
) -> Result<RequestId, CliError> {
    let (mut expired, mut raced) = (Vec::new(), Vec::new());
    let ended = tokio::try_join!(
        settled::show(scene, code, out, record, timings),
        expired::show(scene, code, &mut expired),
        race::show(scene, code, &mut raced),
    );
    out.write_all(&expired)?;
    out.write_all(&raced)?;
    let (bought, (), ()) = ended?;
    Ok(bought)
}

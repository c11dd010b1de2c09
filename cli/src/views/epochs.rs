//! Epochs of a key.

use std::io::Write;

use regent_primitives::{EpochRecord, KeyState};
use serde_json::{json, Value};

use crate::output::Show;

/// Every epoch of a key, the first one first.
pub struct EpochList(pub Vec<EpochRecord>);

/// Leaves of an epoch: of the tree, present, confirmed, punctured, and punctured for good.
struct Counts {
    leaves: usize,
    present: usize,
    confirmed: usize,
    punctured: usize,
    for_good: usize,
}

impl Counts {
    fn of(record: &EpochRecord) -> Self {
        let token = &record.key.token;
        let leaves = token.tree.leaf_count();
        let count = |is: &dyn Fn(usize) -> bool| (0..leaves).filter(|leaf| is(*leaf)).count();
        Self {
            leaves,
            present: count(&|leaf| token.is_present(leaf)),
            confirmed: count(&|leaf| record.key.is_confirmed(leaf)),
            punctured: count(&|leaf| record.is_punctured(leaf)),
            for_good: count(&|leaf| record.is_punctured_for_good(leaf)),
        }
    }
}

impl Show for EpochList {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        for record in &self.0 {
            let (key, counts) = (&record.key, Counts::of(record));
            write!(
                out,
                "epoch {:<4} {:<9} block {:<7} quorum {}, {} of {} leaves, {} confirmed",
                key.token.epoch,
                key.state.name(),
                key.enrolled_at,
                key.quorum,
                counts.present,
                counts.leaves,
                counts.confirmed
            )?;
            match (key.state, &record.transfer_to) {
                (KeyState::Retiring | KeyState::Retired, _) => write!(
                    out,
                    ", {} punctured, {} of them for good",
                    counts.punctured, counts.for_good
                )?,
                (_, Some(owner)) => write!(out, ", waits to be transferred to {owner}")?,
                _ => {}
            }
            writeln!(out)?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let epoch = |record: &EpochRecord| {
            let (key, counts) = (&record.key, Counts::of(record));
            json!({
                "epoch": key.token.epoch,
                "state": key.state.name(),
                "request": record.request.to_string(),
                "enrolment_id": key.token.enrolment_id.to_string(),
                "policy": key.token.policy_hash.to_string(),
                "quorum": key.quorum,
                "enrolled_at": key.enrolled_at,
                "transfer_to": record.transfer_to.as_ref().map(ToString::to_string),
                "leaves": counts.leaves,
                "present": counts.present,
                "confirmed": counts.confirmed,
                "punctured": counts.punctured,
                "punctured_for_good": counts.for_good,
            })
        };
        self.0.iter().map(epoch).collect()
    }
}

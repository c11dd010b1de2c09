//! The one SCALE encoding of every type that crosses a boundary: fixed by a snapshot, read back,
//! and safe to decode from a stranger.
#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

mod decoding;
mod encodings;
mod hashes;
mod sample;
mod values;
mod variants;

use sample::Sample;

/// Every value.
fn all() -> Vec<Sample> {
    [
        values::what_is_stored(),
        values::what_is_sent(),
        variants::audit_events(),
        variants::plain_enumerations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

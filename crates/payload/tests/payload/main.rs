//! Payloads of every format: vectors, refusals, properties.
#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

mod bitcoin;
mod ethereum;
mod keys;
mod properties;
mod raw;

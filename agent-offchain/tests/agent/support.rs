//! The world the agent is put into.

pub mod agent;
pub mod case;
pub mod chain;
pub mod enclave;
pub mod epochs;
pub mod followers;
pub mod people;
#[path = "../../../crates/root-tpm/tests/support/swtpm.rs"]
pub mod swtpm;
pub mod vault;
pub mod world;

use std::time::{Duration, Instant};

/// Waits until it is so.
pub async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < deadline, "{what} never happened");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

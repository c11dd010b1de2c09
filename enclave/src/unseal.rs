//! Opening sealed shares as they arrive: when the last one comes, the others are open already.
//!
//! One costs 0.4 ms. Nothing is opened before an execution was verified: only then is it known which
//! agent, leaf and associated data are right ([`crate::verify::Plan::admit`]).

use std::{
    panic::{catch_unwind, AssertUnwindSafe},
    sync::Arc,
};

use regent_primitives::H256;
use tokio::task::spawn_blocking;

use crate::session::Slot;

/// Opens what waits to be opened, on up to `threads` threads, and returns at once.
pub(crate) fn unseal_apart(genesis: H256, slot: &Arc<Slot>, threads: usize) {
    for _ in 0..threads {
        let slot = Arc::clone(slot);
        // Whoever waits for the shares is told by the slot.
        drop(spawn_blocking(move || unseal(genesis, &slot)));
    }
}

/// Opens one share after the other until none waits.
pub(crate) fn unseal(genesis: H256, slot: &Slot) {
    while let Some(job) = slot.next_sealed() {
        slot.vault.lend(|kem| {
            // A share at which the cipher panics is one that does not open.
            let open = || kem.open(genesis, job.aad, &job.sealed).ok();
            let body = catch_unwind(AssertUnwindSafe(open)).ok().flatten();
            // Kept, or dropped and wiped, while the key is lent: a wipe leaves neither behind.
            slot.opened(job.ticket, body.map(Arc::new));
        });
    }
}

//! A TPM 2.0 as [`RootProvider`]: the first that notices an old copy of the disk (section 3).
//!
//! # What the TPM holds
//! One NV index of 40 bytes: the generation committed last, and the key of that generation. The
//! sealed state of generation `g` opens only under `K_g`, which is in that index and nowhere else,
//! mixed with what Argon2id stretches from the agent's passphrase: whoever opens a TPM still has to
//! guess the passphrase. Another share of the same stretched secret is the index's authorisation.
//!
//! ```text
//! K_0      32 random bytes, drawn when the index is made, never on any disk
//! K_(g+1)  HKDF-Expand(K_g, "tpm-next", step, g + 1), step: 32 random bytes in the header of g + 1
//! ```
//!
//! From `K_g` and a header the next key follows; from a key no former one does. So nothing has to be
//! pending inside the TPM, and one write a generation both counts and destroys: it puts
//! `(g + 1, K_(g+1))` in the place of `(g, K_g)`.
//!
//! # Why a crash leaves the old state or the new
//! | step | TPM | disk | after a crash |
//! |---|---|---|---|
//! | 1. seal: draw a step, seal under `K_(g+1)` in memory | `g` | `g` | opens `g` |
//! | 2. the state file is replaced, in one transaction | `g` | `g` or `g+1` | opens whichever it is: `K_(g+1)` follows from `K_g` and the header; `g+1` is then committed |
//! | 3. commit: one `TPM2_NV_Write` | `g` or `g+1` | `g+1` | opens `g+1`, from `K_g` or from `K_(g+1)` |
//! | 4. only now something is sent | `g+1` | `g+1` | opens `g+1` |
//!
//! - *Never neither*: the disk has `g+1` before the TPM forgets `K_g`.
//! - *Never the old one once something was sent*: that is after step 3, and `K_g` is gone by then. A
//!   disk of yesterday is refused by its number, and could be opened by nothing if its number lied.
//! - *Never two futures*: of two states sealed as `g+1` (a crash came between, the second step is
//!   another) one is committed. The other needs `K_g`, which is gone.
//! - The write is one command, far below the size at which a TPM splits it. A TPM that tears it all the
//!   same holds a key that opens nothing: the agent is lost, and nothing is released twice.
//! - A lost answer (the TPM was restarted in the middle) is found out by reading the index again.
//!
//! # Why this and not another design
//! - *A counter beside the key* would be a second write, with a moment between the two, for a number
//!   that the key proves and that the one write carries along. NV memory wears (a maker promises some
//!   100,000 writes of a cell) and takes 10 to 30 ms a write, on the way of every release.
//! - *A counter alone, with a blob bound to it by `TPM2_PolicyNV`*, writes as often and creates an
//!   object inside the TPM at every generation; and two blobs sealed as one generation would both
//!   open at its count, so that a crash at the wrong moment leaves two futures.
//! - *An index of the extending type* would be the same chain with the TPM as its keeper. It cannot hold
//!   the generation, and `tss-esapi` 7.7 has no `TPM2_NV_Extend`.
//!
//! That the index is an ordinary one means that whoever has its authorisation can write it back. That
//! helps nobody: to write a former key one must have read it while it was current, and whoever did
//! and kept that day's disk opens it without any TPM.
//!
//! # What it does not do
//! It does not bind the key to what the machine runs (no PCR): who is root on the running machine can
//! read what the agent reads. A software TPM keeps its NV memory in a file, which can be restored like
//! any disk: `swtpm` is for development and tests.
#![forbid(unsafe_code)]

mod connection;
mod error;
mod location;
mod nv_index;
mod provider;
mod secret;
mod slot;
#[cfg(test)]
#[path = "../tests/support/swtpm.rs"]
mod swtpm;

pub use error::TpmError;
pub use location::{Location, LocationError, Tcti, NV_INDEX_FIRST, NV_INDEX_LAST};
pub use provider::{TpmProvider, NAME};
pub use secret::OwnerAuth;

// The tests' TPM names this crate as a stranger does.
#[cfg(test)]
extern crate self as regent_root_tpm;

#[cfg(doc)]
use regent_protocol::root_store::RootProvider;

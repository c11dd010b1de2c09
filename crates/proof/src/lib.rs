//! Chain proofs: what the chain finalised, verified without trusting a node (sections 5, 7 and 12
//! of `docs/protocol.md`). Agents, the enclave and the offline verifier run the same code on it.
//!
//! From an [`Anchor`], a final block that is trusted with the authorities that finalise what follows
//! it, everything else is proven:
//!
//! | file | what it verifies |
//! |---|---|
//! | [`justification`] | more than two thirds of a set of authorities finalised a block |
//! | [`finality`] | a run of headers that ends in a justified one, and the set that follows |
//! | [`anchor`] | where trust begins, and how it moves from set to set |
//! | [`state`] | values, and absence of values, in the state of a final block |
//! | [`layout`] | where this chain keeps what agents and verifiers read |
//! | [`audit`] | entries of the audit log, and that a later log extends an earlier one |
//! | [`mmr`] | the same and ancestors of a block, by proofs that stay short |
//! | [`head`] | the newest head: fresh, never behind one already seen, of known code |
//! | [`chain`] | the same in one go, for an enclave, which follows no chain |
//! | [`standing`] | where a request, its session and its key stand |
//!
//! GRANDPA votes are counted by `finality-grandpa` and tries are read by `sp-trie`, as the node does.
//! Whatever comes from a stranger is bounded by [`Limits`] before it is looked at, and decoded
//! whole: bytes left over are refused. Nothing here does I/O or reads a clock.
//!
//! What a proof cannot say: a set of authorities whose keys were stolen after it was replaced can
//! finalise another chain from the time it was in office. Who has verified a later set refuses that
//! ([`head`] never goes back); who begins needs an anchor that is recent, or obtained independently.
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod anchor;
pub mod audit;
pub mod authorities;
pub mod chain;
pub mod error;
pub mod finality;
pub mod head;
pub mod header;
pub mod justification;
pub mod layout;
pub mod limits;
pub mod mmr;
pub mod standing;
pub mod state;

pub use anchor::{Anchor, Fragment};
pub use audit::LogHead;
pub use authorities::AuthoritySet;
pub use chain::{ChainVerifier, TrustedBlock};
pub use error::{AuditError, FinalityError, HeadError, MmrError, SetFault, StateError};
pub use finality::{verify_run, FinalHeader, FinalRun, FinalityProof};
pub use head::{HeadRules, HeadStore, HeadTracker, ProvenHead, TrackedHead};
pub use header::Header;
pub use justification::{verify_justification, Justified};
pub use limits::Limits;
pub use mmr::{Ancestry, BlocksProof, EntryProof, LogRoot};
pub use standing::{Standing, StandingKeys};
pub use state::{read_state, value_hash, ProvenState, Query, StateKey};

/// The number of a set of authorities: it grows by one with every change.
pub use sp_consensus_grandpa::SetId;

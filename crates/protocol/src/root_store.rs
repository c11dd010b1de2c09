//! How a device root rests on disk (section 3).
//!
//! The root, the identity, the head of the release log and the highest finalised block share one
//! **generation** and are sealed together as one [`RootState`]: there is never a root of today with a
//! log of yesterday. A change is three steps, and nothing may leave the process before the third:
//!
//! 1. [`RootState::seal`] under the next generation;
//! 2. the caller makes the [`SealedState`] durable, atomically with whatever it describes;
//! 3. [`RootProvider::commit`], after which a rollback-protected provider has destroyed the key of
//!    the former generation.
//!
//! A crash between two steps leaves the old state or the new one: [`RootState::open`] accepts both
//! until a provider has committed, and then only the new.

mod passphrase;
mod provider;
mod sealed_state;
mod state;
#[cfg(test)]
mod tests;

pub use passphrase::{Passphrase, PassphraseProvider};
pub use provider::{RootProvider, RootStoreError};
pub use sealed_state::SealedState;
pub use state::{LogHead, RootState};

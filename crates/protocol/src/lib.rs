//! The Regen protocol: cryptography without chain and without I/O, apart from the sealed state of a
//! device root.
//!
//! Section numbers refer to `docs/protocol.md`; `vectors/` holds its intermediate values. In the
//! order of one key's life:
//!
//! | module | section | what |
//! |---|---|---|
//! | [`device_root`], [`root_store`] | 3 | a participant's one secret, and its sealed state |
//! | [`mask`] | 3 | what the root yields for one leaf of one enrolment |
//! | [`enrolment`] | 6 | from contributions to a public token |
//! | [`commitments`] | 2, 4 | what shares, and the token itself, are checked against |
//! | [`share`] | 4 | a share regenerated from token and mask |
//! | [`aad`], [`seal`] | 5, 7 | a share sealed to one session, for one operation |
//! | [`combine`](mod@combine) | 8 | from shares to a key |
//! | [`operations`] | 1, 8 | what the key does while it exists |
//! | [`refresh`], [`reshare`], [`succession`] | 11 | the same key in its next epoch, and whether it is |
//! | [`retirement`] | 11 | when an epoch may be punctured, and when it is dead |
//! | [`identity`], [`notes`] | 7, 8 | who signs releases and receipts |

pub mod aad;
pub mod combine;
pub mod commitments;
pub mod device_root;
pub mod enrolment;
mod fresh;
mod groups;
pub mod identity;
mod interpolation;
mod kdf;
pub mod mask;
pub mod notes;
pub mod operations;
pub mod refresh;
pub mod reshare;
pub mod retirement;
pub mod root_store;
pub mod seal;
mod seed_key;
pub mod share;
mod sharing;
pub mod succession;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod vectors;

pub use aad::{ReleaseContext, SuccessionContext, SuccessionPart};
pub use combine::{combine, CombineError, Combined};
pub use commitments::{verify_leaf, verify_token, TokenError};
pub use device_root::{DeviceRoot, Label, LeafSeed, Punctured};
pub use enrolment::{enrol, Contribution, EnrolmentError, EnrolmentParams, Imported};
pub use fresh::RandomnessError;
pub use groups::PointError;
pub use identity::SigningIdentity;
pub use mask::{Mask, MaskContext};
pub use operations::{OperationError, PhantomKey};
pub use refresh::{Refresh, RefreshContribution, RefreshError};
pub use reshare::{Reshare, ReshareError, Reshared};
pub use retirement::{every_set_is_hit, is_retired, Superseded, SupersededError};
pub use share::{regenerate, Share, ShareError};
pub use succession::{verify_own_leaf, verify_refresh, verify_reshare, NextEpoch, SuccessorError};

//! Contracts on the composed runtime: compiled by `make contracts`, executed by the real pallet.

mod beside;
mod cash;
mod claims;
mod control;
mod costs;
mod custody;
mod delegation;
mod deploying;
mod differential;
mod dry_runs;
mod ended;
mod exhaustion;
mod guardian;
mod heirs;
mod inheritance;
mod malformed;
mod people;
mod reach;
mod recovery;
mod reentry;
mod refusals;
mod sale;
mod will;
mod world;

use frame_support::{assert_noop, assert_ok};
use pallet_revive::precompiles::alloy::sol_types::{Revert, SolCall, SolError, SolValue};
use regent_primitives::{
    control::{KeyControl, RequestControl},
    traits::KeyRegistry,
    AuditEvent, Caller, KeyId, Operation, PayloadFormat, RequestStatus, H256,
};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave, Eve, Ferdie};
use sp_runtime::DispatchError;

use self::world::*;
use crate::{
    precompile::{IRegent, Regent},
    *,
};

//! Why a head is not acted on.

use alloc::string::String;
use core::fmt::{Display, Formatter, Result as FmtResult};

use regent_primitives::{BlockNumber, H256};
use sp_consensus_grandpa::SetId;

use super::{FinalityError, StateError};

/// Why a head is not acted on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeadError {
    /// It is not proven to be final.
    Finality(FinalityError),
    /// What was read is not proven to be in its state.
    State(StateError),
    /// Of another chain.
    WrongGenesis {
        /// The chain's first block.
        found: H256,
        /// The one that is trusted.
        expected: H256,
    },
    /// No head was verified yet.
    NothingVerified,
    /// Behind one that was seen.
    Behind {
        /// Its height.
        found: BlockNumber,
        /// The height that was seen.
        known: BlockNumber,
    },
    /// The anchor names an earlier set of authorities than the one that is in office.
    SetBehind {
        /// The anchor's set.
        found: SetId,
        /// The set in office.
        known: SetId,
    },
    /// The authorities finalised two blocks of one height. This is proven: more than a third of
    /// them lie, or their keys were stolen.
    Equivocation {
        /// The height.
        number: BlockNumber,
        /// The block that is final now.
        found: H256,
        /// The block that was final before.
        known: H256,
    },
    /// Blocks are missing between the last head and this one.
    Gap {
        /// The first block brought.
        found: BlockNumber,
        /// The block that follows the last head.
        expected: BlockNumber,
    },
    /// Too old to be acted on.
    Stale {
        /// Its height.
        number: BlockNumber,
        /// Its age in milliseconds.
        found: u64,
        /// The oldest it may be.
        limit: u64,
    },
    /// Of a time that has not come.
    Future {
        /// Its height.
        number: BlockNumber,
        /// How far ahead of this machine's clock it is, in milliseconds.
        found: u64,
        /// The farthest it may be.
        limit: u64,
    },
    /// This machine's clock went back.
    ClockWentBack {
        /// Milliseconds since the Unix epoch, now.
        found: u64,
        /// Milliseconds since the Unix epoch that the clock had shown before.
        known: u64,
    },
    /// A header has no Aura slot, or two.
    NoSlot {
        /// Its height.
        number: BlockNumber,
    },
    /// A header's slot is not after the one before it.
    SlotOrder {
        /// Its height.
        number: BlockNumber,
        /// Its slot.
        found: u64,
        /// The slot before.
        known: u64,
    },
    /// The runtime's code is not on the list of known ones.
    UnknownCode {
        /// BLAKE2b-256 of the code.
        found: H256,
        /// The height.
        number: BlockNumber,
    },
    /// The state has no runtime code.
    NoCode {
        /// The height.
        number: BlockNumber,
    },
    /// The last head could not be read or written.
    Store(String),
    /// The stored head cannot be read: of a later version, or damaged.
    StoredHead,
}

impl HeadError {
    /// The name of the rule that was broken, for logs and counters.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::Finality(error) => error.rule(),
            Self::State(error) => error.rule(),
            Self::WrongGenesis { .. } => "wrong-genesis",
            Self::NothingVerified => "nothing-verified",
            Self::Behind { .. } => "behind",
            Self::SetBehind { .. } => "set-behind",
            Self::Equivocation { .. } => "equivocation",
            Self::Gap { .. } => "gap",
            Self::Stale { .. } => "stale",
            Self::Future { .. } => "future",
            Self::ClockWentBack { .. } => "clock-went-back",
            Self::NoSlot { .. } => "no-slot",
            Self::SlotOrder { .. } => "slot-order",
            Self::UnknownCode { .. } => "unknown-code",
            Self::NoCode { .. } => "no-code",
            Self::Store(_) => "store",
            Self::StoredHead => "stored-head",
        }
    }
}

impl From<FinalityError> for HeadError {
    fn from(error: FinalityError) -> Self {
        Self::Finality(error)
    }
}

impl From<StateError> for HeadError {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}

impl Display for HeadError {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::Finality(error) => Display::fmt(error, f),
            Self::State(error) => Display::fmt(error, f),
            Self::WrongGenesis { found, expected } => write!(
                f,
                "the chain begins with {found:?}, expected {expected:?}; this is another chain, \
                 check the node and the configuration"
            ),
            Self::NothingVerified => f.write_str("no head was verified yet; verify one first"),
            Self::Behind { found, known } => write!(
                f,
                "block {found} is behind {known}, which was final before; the node lags or lies, \
                 wait or ask another one"
            ),
            Self::SetBehind { found, known } => write!(
                f,
                "the anchor names authority set {found}, in office is {known}; take an anchor of \
                 this chain that is not replaced, or none"
            ),
            Self::Equivocation { number, found, known } => write!(
                f,
                "two final blocks at height {number}: {found:?} now, {known:?} before; the \
                 authorities broke finality, stop and call the other institutions"
            ),
            Self::Gap { found, expected } => write!(
                f,
                "blocks are missing: {found} was brought, expected {expected}; ask for the \
                 headers in between"
            ),
            Self::Stale { number, found, limit } => write!(
                f,
                "block {number} is {found} ms old, expected at most {limit}; the chain stands \
                 still, the node lags, or this machine's clock is wrong"
            ),
            Self::Future { number, found, limit } => write!(
                f,
                "block {number} is {found} ms ahead of this machine's clock, expected at most \
                 {limit}; set the clock"
            ),
            Self::ClockWentBack { found, known } => write!(
                f,
                "this machine's clock shows {found} ms and had shown {known}; set the clock"
            ),
            Self::NoSlot { number } => {
                write!(
                    f,
                    "block {number} does not say its slot, expected exactly one; ask for help"
                )
            }
            Self::SlotOrder { number, found, known } => write!(
                f,
                "block {number} is of slot {found}, expected one after {known}; the authorities \
                 finalised what their runtime refuses, ask for help"
            ),
            Self::UnknownCode { found, number } => write!(
                f,
                "block {number} has the runtime {found:?}, which is not known here; review the \
                 upgrade, then add its hash to the configuration"
            ),
            Self::NoCode { number } => {
                write!(f, "block {number} has no runtime code; this is another chain")
            }
            Self::Store(reason) => {
                write!(f, "the last head cannot be kept: {reason}; mend the disk and start again")
            }
            Self::StoredHead => f.write_str(
                "the stored head cannot be read; it was written by a later version or is damaged: \
                 do not delete it, restore it",
            ),
        }
    }
}

impl core::error::Error for HeadError {}

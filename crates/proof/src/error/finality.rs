//! Why a block is not believed to be final.

use core::fmt::{Display, Formatter, Result as FmtResult};

use regent_primitives::{BlockNumber, H256};
use sp_consensus_grandpa::{AuthorityId, SetId};

use super::{Hexadecimal, StateError};

/// What is wrong with a list of authorities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SetFault {
    /// It names nobody.
    Empty,
    /// It names more than [`crate::limits::MAX_AUTHORITIES`].
    TooMany,
    /// It names one twice.
    Repeated,
    /// A weight is zero, or all together are beyond 64 bits.
    Weight,
}

impl Display for SetFault {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        f.write_str(match self {
            Self::Empty => "names nobody",
            Self::TooMany => "names too many",
            Self::Repeated => "names one twice",
            Self::Weight => "has impossible weights",
        })
    }
}

/// Why a block is not believed to be final.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FinalityError {
    /// More than this verifier looks at.
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        found: usize,
        /// How much there may be.
        limit: usize,
    },
    /// The bytes are no such value, or more than one.
    Malformed {
        /// What they should be.
        what: &'static str,
    },
    /// No header was brought.
    NoHeader,
    /// The authorities cannot be a set.
    InvalidSet {
        /// The set's number.
        set: SetId,
        /// What is wrong.
        fault: SetFault,
    },
    /// A vote of somebody who is not of the set.
    UnknownVoter {
        /// Who voted.
        voter: AuthorityId,
        /// The set that was in office.
        set: SetId,
    },
    /// A vote is there twice, or a voter has more than two.
    DuplicateVote {
        /// Whose.
        voter: AuthorityId,
    },
    /// A signature does not fit.
    BadSignature {
        /// Whose it should be.
        voter: AuthorityId,
        /// The round.
        round: u64,
        /// The set.
        set: SetId,
    },
    /// A vote was signed for another set: a replaced one, or one that is not in office yet.
    OtherSet {
        /// The set it was signed for.
        found: SetId,
        /// The set in office.
        expected: SetId,
    },
    /// Too few voted.
    TooFewVotes {
        /// Weight of those who did.
        found: u64,
        /// Weight that finalises.
        expected: u64,
    },
    /// The headers do not lead from a vote to the lowest block voted for: one is missing, or the
    /// votes are for two forks.
    MissingAncestry {
        /// The block where they stop.
        hash: H256,
    },
    /// Headers that no vote needs.
    UnusedHeaders {
        /// Headers there.
        found: usize,
        /// Headers needed.
        expected: usize,
    },
    /// A header is there twice.
    DuplicateHeader {
        /// Its hash.
        hash: H256,
    },
    /// A block has another height than it is said to have.
    OtherHeight {
        /// The block.
        hash: H256,
        /// The height it is said to have.
        found: BlockNumber,
        /// The height that follows from the headers.
        expected: BlockNumber,
    },
    /// The votes do not finalise the block that the justification names.
    NotFinalised {
        /// The block it names.
        target: H256,
    },
    /// The justification is of another block than the last header.
    OtherBlock {
        /// The block it is of.
        found: H256,
        /// The last header's hash.
        expected: H256,
    },
    /// A header does not follow the one before it.
    BrokenChain {
        /// Its height.
        number: BlockNumber,
        /// The parent it names.
        found: H256,
        /// The hash of the header before it.
        expected: H256,
    },
    /// The authorities change in a block that has no justification of its own.
    UnjustifiedChange {
        /// Its height.
        number: BlockNumber,
    },
    /// The authorities were replaced by force: no set vouches for the next one.
    ForcedChange {
        /// The height.
        number: BlockNumber,
    },
    /// A change of authorities that takes effect later; this chain makes none.
    DelayedChange {
        /// The height.
        number: BlockNumber,
        /// Blocks until it takes effect.
        delay: BlockNumber,
    },
    /// Two changes of authorities in one block.
    AmbiguousChange {
        /// The height.
        number: BlockNumber,
    },
    /// What a header says to GRANDPA cannot be read.
    UnknownDigest {
        /// The height.
        number: BlockNumber,
    },
    /// A handoff without a change of authorities that is not the last one.
    NoChange {
        /// The height.
        number: BlockNumber,
    },
    /// A handoff that is not after the one before it.
    NotAhead {
        /// Its height.
        found: BlockNumber,
        /// The height it must be above.
        known: BlockNumber,
    },
    /// The header is not the one that is trusted.
    OtherAnchor {
        /// Its hash.
        found: H256,
        /// The hash that is trusted.
        expected: H256,
    },
    /// A change of authorities was pending in the anchor's state, which names only one set.
    PendingChange {
        /// The anchor's height.
        number: BlockNumber,
    },
    /// The authorities are not proven by the anchor's state.
    State(StateError),
}

impl FinalityError {
    /// The name of the rule that was broken, for logs and counters.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too-large",
            Self::Malformed { .. } => "malformed",
            Self::NoHeader => "no-header",
            Self::InvalidSet { .. } => "invalid-set",
            Self::UnknownVoter { .. } => "unknown-voter",
            Self::DuplicateVote { .. } => "duplicate-vote",
            Self::BadSignature { .. } => "bad-signature",
            Self::OtherSet { .. } => "other-set",
            Self::TooFewVotes { .. } => "too-few-votes",
            Self::MissingAncestry { .. } => "missing-ancestry",
            Self::UnusedHeaders { .. } => "unused-headers",
            Self::DuplicateHeader { .. } => "duplicate-header",
            Self::OtherHeight { .. } => "other-height",
            Self::NotFinalised { .. } => "not-finalised",
            Self::OtherBlock { .. } => "other-block",
            Self::BrokenChain { .. } => "broken-chain",
            Self::UnjustifiedChange { .. } => "unjustified-change",
            Self::ForcedChange { .. } => "forced-change",
            Self::DelayedChange { .. } => "delayed-change",
            Self::AmbiguousChange { .. } => "ambiguous-change",
            Self::UnknownDigest { .. } => "unknown-digest",
            Self::NoChange { .. } => "no-change",
            Self::NotAhead { .. } => "not-ahead",
            Self::OtherAnchor { .. } => "other-anchor",
            Self::PendingChange { .. } => "pending-change",
            Self::State(error) => error.rule(),
        }
    }
}

impl From<StateError> for FinalityError {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}

impl Display for FinalityError {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::TooLarge { what, found, limit } => write!(
                f,
                "{what}: {found}, expected at most {limit}; ask for a proof of fewer blocks, or \
                 another node"
            ),
            Self::Malformed { what } => write!(
                f,
                "{what}: the bytes are something else; the node is of another version or lies, \
                 ask another one"
            ),
            Self::NoHeader => f.write_str("no header was brought; bring the one that is justified"),
            Self::InvalidSet { set, fault } => write!(
                f,
                "authority set {set} {fault}; do not go on from here, compare with the other \
                 institutions"
            ),
            Self::UnknownVoter { voter, set } => write!(
                f,
                "{} voted and is not of authority set {set}; the proof is of another set or \
                 another chain, bring the changes of authorities first, or ask another node",
                Hexadecimal(voter.as_ref())
            ),
            Self::DuplicateVote { voter } => write!(
                f,
                "{} is counted more than once; the node lies, ask another one",
                Hexadecimal(voter.as_ref())
            ),
            Self::BadSignature { voter, round, set } => write!(
                f,
                "the signature of {} in round {round} of authority set {set} does not fit; the \
                 node lies, ask another one",
                Hexadecimal(voter.as_ref())
            ),
            Self::OtherSet { found, expected } => write!(
                f,
                "signed for authority set {found}, expected {expected}; a replaced set finalises \
                 nothing, bring the changes of authorities in order"
            ),
            Self::TooFewVotes { found, expected } => write!(
                f,
                "votes of weight {found}, expected at least {expected}; the block is not final, \
                 ask again later, or another node"
            ),
            Self::MissingAncestry { hash } => write!(
                f,
                "the headers of the votes stop at {hash:?}: a header is missing or the votes are \
                 for two forks; ask another node"
            ),
            Self::UnusedHeaders { found, expected } => {
                write!(f, "{found} headers beside the votes, expected {expected}; ask another node")
            }
            Self::DuplicateHeader { hash } => {
                write!(f, "header {hash:?} is there twice; ask another node")
            }
            Self::OtherHeight { hash, found, expected } => write!(
                f,
                "block {hash:?} is said to be at height {found}, expected {expected}; ask another \
                 node"
            ),
            Self::NotFinalised { target } => {
                write!(f, "the votes do not finalise {target:?}; the node lies, ask another one")
            }
            Self::OtherBlock { found, expected } => write!(
                f,
                "the justification is of block {found:?}, expected {expected:?}; ask for the \
                 headers up to the justified block"
            ),
            Self::BrokenChain { number, found, expected } => write!(
                f,
                "the header at {number} has the parent {found:?}, expected {expected:?}; ask for \
                 all headers in order"
            ),
            Self::UnjustifiedChange { number } => write!(
                f,
                "the authorities change in block {number}, which has no justification here; bring \
                 its own first"
            ),
            Self::ForcedChange { number } => write!(
                f,
                "the authorities were replaced by force in block {number}: nothing proves the new \
                 ones; agree with the other institutions on a new anchor"
            ),
            Self::DelayedChange { number, delay } => write!(
                f,
                "the authorities change {delay} blocks after block {number}, expected 0; this \
                 chain makes no such change, update this program"
            ),
            Self::AmbiguousChange { number } => {
                write!(
                    f,
                    "two changes of authorities in block {number}, expected one; ask for help"
                )
            }
            Self::UnknownDigest { number } => write!(
                f,
                "block {number} says something to GRANDPA that this version cannot read; update \
                 this program"
            ),
            Self::NoChange { number } => write!(
                f,
                "the authorities do not change in block {number}; only the last handoff may be \
                 without a change"
            ),
            Self::NotAhead { found, known } => write!(
                f,
                "block {found} is not after {known}; bring what follows the known block, in order"
            ),
            Self::OtherAnchor { found, expected } => write!(
                f,
                "the header's hash is {found:?}, trusted is {expected:?}; the node is of another \
                 chain, or the anchor is wrong"
            ),
            Self::PendingChange { number } => write!(
                f,
                "a change of authorities is pending in block {number}; take an anchor before or \
                 after it"
            ),
            Self::State(error) => write!(f, "authorities: {error}"),
        }
    }
}

impl core::error::Error for SetFault {}
impl core::error::Error for FinalityError {}

//! Where the request stands, by the proof that whoever asks has to bring (sections 7 and 8): nobody's
//! word is taken for it.

use std::{
    sync::{
        atomic::{AtomicU32, Ordering},
        Mutex, PoisonError,
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use regent_primitives::{
    enclave_api::Execution,
    timing::{SLOT_MILLISECONDS, WINDOW_BLOCKS},
    BlockNumber, Epoch, KeyState, RequestRecord, Session, H256,
};
use regent_proof::{value_hash, ChainVerifier, HeadRules, Standing, StandingKeys, TrustedBlock};
use tokio::time::Instant;

use crate::{config::Settings, error::ChainError};

/// The token to be made, as the chain and the agents expect it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NextToken {
    /// Its epoch, if it is not the key's first.
    pub(crate) epoch: Epoch,
    /// The window of its label.
    pub(crate) window: u32,
}

/// An approved request, in the newest final state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Proven {
    /// Hash of its `Approved` audit entry.
    pub(crate) previous: H256,
    /// Height of the block that says so.
    pub(crate) number: BlockNumber,
    /// When that block is too old to be acted on, on the monotonic clock: what it says may have changed.
    pub(crate) fresh_until: Instant,
    /// The token it makes, if it makes one.
    pub(crate) next: NextToken,
}

/// The chain, as far as it was ever proven to this process.
pub(crate) struct Chain {
    origin: TrustedBlock,
    /// The oldest that a head may be, in milliseconds.
    maximum_age: u64,
    verifier: Mutex<ChainVerifier>,
    /// Up to which block the verifier has followed the chain: told without waiting for it.
    followed: AtomicU32,
}

impl Chain {
    pub(crate) fn new(settings: &Settings) -> Self {
        let origin = settings.checkpoint.unwrap_or(TrustedBlock::genesis(settings.genesis));
        let known = settings.known_code.clone();
        let rules = HeadRules::new(settings.genesis, SLOT_MILLISECONDS, known);
        let maximum_age = rules.maximum_age_milliseconds;
        let verifier = ChainVerifier::new(rules, origin);
        let verifier =
            if settings.insecure_any_code { verifier.insecure_any_code() } else { verifier };
        let followed = AtomicU32::new(verifier.followed());
        Self { origin, maximum_age, verifier: Mutex::new(verifier), followed }
    }

    /// The block where every proof has to begin.
    pub(crate) const fn origin(&self) -> H256 {
        self.origin.hash
    }

    /// The newest block whose change of authorities was verified.
    pub(crate) fn followed(&self) -> BlockNumber {
        self.followed.load(Ordering::Relaxed)
    }

    /// Verifies the proof that was brought, and that by it this session of this request is to be
    /// served. The body is known to be the request's.
    pub(crate) fn prove(
        &self,
        session: &Session,
        execution: &Execution,
    ) -> Result<Proven, ChainError> {
        let keys = StandingKeys::of(session.request, session.attempt, &execution.body);
        let (head, read_at) = {
            // Nothing is half done where a thread panicked: the verifier remembers each block in one go.
            let mut verifier = self.verifier.lock().unwrap_or_else(PoisonError::into_inner);
            let read_at = Instant::now();
            let verified = verifier.verify(&execution.chain, &keys.queries(), now_milliseconds());
            self.followed.store(verifier.followed(), Ordering::Relaxed);
            (verified?, read_at)
        };
        let fresh_for = self.maximum_age.saturating_sub(head.age_milliseconds);
        let fresh_until = read_at + Duration::from_millis(fresh_for);
        let standing = keys.read(&head.state)?;
        let record = check_request(&standing, execution)?;
        check_session(&standing, session, head.number)?;
        let newest = check_key(&standing, execution)?;
        let previous = record.approved_entry.ok_or(ChainError::NotLogged)?;
        let epoch = if execution.body.operation.is_succession() {
            newest.checked_add(1).ok_or(ChainError::NoEpochLeft)?
        } else {
            0
        };
        let window = record.submitted_at.checked_div(WINDOW_BLOCKS).unwrap_or_default();
        let next = NextToken { epoch, window };
        Ok(Proven { previous, number: head.number, fresh_until, next })
    }
}

/// Milliseconds since the Unix epoch; zero if the clock is before it, which is too long ago for any
/// head.
fn now_milliseconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn check_request<'a>(
    standing: &'a Standing,
    execution: &Execution,
) -> Result<&'a RequestRecord, ChainError> {
    let record = standing.request.as_ref().ok_or(ChainError::NoRequest)?;
    if record.body != execution.body {
        return Err(ChainError::OtherRequest);
    }
    if !record.status.may_release() {
        return Err(ChainError::NotApproved { status: record.status.name() });
    }
    Ok(record)
}

/// The attempt's session on chain is the one that was made here, and agents may release to it.
fn check_session(
    standing: &Standing,
    session: &Session,
    number: BlockNumber,
) -> Result<(), ChainError> {
    let record = standing.session.as_ref().ok_or(ChainError::NoSession)?;
    if record.session != *session {
        return Err(ChainError::OtherSession { found: record.session.id, expected: session.id });
    }
    if number > record.deadline {
        return Err(ChainError::DeadlinePassed { found: number, deadline: record.deadline });
    }
    Ok(())
}

/// The token that was brought is the chain's, of an epoch that serves operations; an enrolment's key is
/// new. Returns the key's newest epoch.
fn check_key(standing: &Standing, execution: &Execution) -> Result<Epoch, ChainError> {
    let Some(token) = &execution.token else {
        return match standing.key {
            Some(_) => Err(ChainError::KeyEnrolled),
            None => Ok(0),
        };
    };
    let (Some(entry), Some(epoch), Some(expected)) =
        (&standing.key, &standing.epoch, standing.token)
    else {
        return Err(ChainError::NoKey);
    };
    if standing.frozen {
        return Err(ChainError::KeyFrozen);
    }
    if epoch.state != KeyState::Active {
        return Err(ChainError::KeyNotActive { state: epoch.state.name() });
    }
    let found = value_hash(token);
    if found != expected {
        return Err(ChainError::OtherToken { found, expected });
    }
    Ok(entry.newest)
}

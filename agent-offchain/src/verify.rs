//! The agent's own verification of section 7: what a chain majority writes into state is never
//! sufficient. Pure: the same state at the same block gives the same verdict.

mod enrolled;
mod operation;

use std::time::Duration;

use regent_primitives::{
    runtime_api::RequestState, AccessTree, AgentId, Attempt, BlockNumber, EnrolmentId, Group,
    LeafPath, Measurement, Participant, RefusalReason, RegenToken, RequestBody, RequestId,
    RequestStatus, Session, SessionRecord, H256,
};
use regent_protocol::NextEpoch;

use crate::{
    config::{RuntimeEntry, TrustConfig},
    ports::{Head, Runtime},
};

pub use enrolled::{check_enrolled, EnrolledError};

/// Whom the agent believes.
#[derive(Clone, Debug)]
pub struct Trust {
    measurements: Vec<Measurement>,
    runtimes: Vec<RuntimeEntry>,
    maximum_head_age: Duration,
}

impl From<&TrustConfig> for Trust {
    fn from(config: &TrustConfig) -> Self {
        Self {
            measurements: config.measurements.iter().copied().map(Measurement::from).collect(),
            runtimes: config.runtimes.clone(),
            maximum_head_age: Duration::from_secs(config.maximum_head_age_seconds),
        }
    }
}

impl Trust {
    /// How far the head's slot lies from the clock, if that is too far to act on it.
    pub fn stale(&self, head: Head, slot_milliseconds: u64, now: u64) -> Option<Duration> {
        stale(head, slot_milliseconds, now, self.maximum_head_age)
    }
}

/// How far the head's slot lies from the clock, if that is more than the maximum, either way: a head
/// of the future means that one of the two clocks is wrong.
pub(crate) fn stale(
    head: Head,
    slot_milliseconds: u64,
    now: u64,
    maximum: Duration,
) -> Option<Duration> {
    let due = head.slot.saturating_mul(slot_milliseconds);
    let distance = Duration::from_millis(now.abs_diff(due));
    (distance > maximum).then_some(distance)
}

/// Under which circumstances a state is judged.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The chain.
    pub genesis: H256,
    /// Who judges.
    pub agent: AgentId,
    /// The finalised block the state was read at.
    pub head: Head,
    /// The runtime at that block.
    pub runtime: Runtime,
    /// Blocks of a window of the device roots' labels.
    pub window_blocks: BlockNumber,
    /// Whom the agent believes.
    pub trust: &'a Trust,
}

impl Context<'_> {
    /// Whether the block's runtime is one whose word is taken for state.
    pub fn knows_runtime(&self) -> bool {
        let Runtime { code_hash, spec_version } = self.runtime;
        self.trust.runtimes.iter().any(|entry| entry.names(code_hash, spec_version))
    }
}

/// What became of an attempt.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Everything holds: the shares may be computed, sealed and sent.
    Release(Box<Approved>),
    /// It will not be released in this attempt, and the chain is told why.
    Refuse(Refused),
    /// Not yet: the state may still become what is needed.
    Wait(&'static str),
    /// There is nothing to do any more.
    Over(&'static str),
}

/// Why an attempt is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What the chain is told.
    pub reason: RefusalReason,
    /// What the log is told.
    pub detail: String,
}

impl Refused {
    pub(crate) fn new(reason: RefusalReason, detail: impl ToString) -> Self {
        Self { reason, detail: detail.to_string() }
    }
}

/// An attempt for which shares may be released.
#[derive(Clone, Debug)]
pub struct Approved {
    /// The request.
    pub id: RequestId,
    /// The attempt.
    pub attempt: Attempt,
    /// What was approved.
    pub body: RequestBody,
    /// To whom shares are sealed.
    pub session: Session,
    /// The last block at which they may be sent.
    pub deadline: BlockNumber,
    /// What is released.
    pub task: Task,
    /// For which leaves: number in preorder and path.
    pub leaves: Vec<(usize, LeafPath)>,
}

/// What is released.
#[derive(Clone, Debug)]
pub enum Task {
    /// A contribution to a new key.
    Contribute {
        /// The group of the masks.
        group: Group,
        /// The window of the label.
        window: u32,
        /// The enrolment.
        enrolment: EnrolmentId,
    },
    /// A share of a key.
    Share(Box<RegenToken>),
    /// A part in a key's next epoch.
    Succeed(Box<Succession>),
}

/// From which token to which epoch.
#[derive(Clone, Debug)]
pub struct Succession {
    /// The token of the epoch that is in use.
    pub old: RegenToken,
    /// What the next one is made with.
    pub next: NextEpoch,
    /// The tree of a reshare; none for a refresh, which keeps the old one.
    pub tree: Option<AccessTree>,
}

impl Task {
    /// The token whose shares it needs.
    pub const fn token(&self) -> Option<&RegenToken> {
        match self {
            Self::Contribute { .. } => None,
            Self::Share(token) => Some(token),
            Self::Succeed(succession) => Some(&succession.old),
        }
    }
}

/// Judges one attempt of a request by the state of a finalised block, in which its key may be `frozen`:
/// whoever froze it can lift that, so nothing is refused for it.
pub fn verify(
    context: &Context<'_>,
    id: RequestId,
    attempt: Attempt,
    state: Option<&RequestState>,
    frozen: bool,
) -> Verdict {
    let Some(state) = state else { return Verdict::Wait("the request is not in this block") };
    match judge(context, id, attempt, state) {
        Ok(_) if frozen => Verdict::Wait("the key is frozen in this block"),
        Ok(approved) => Verdict::Release(Box::new(approved)),
        Err(Stop::Refuse(refused)) => Verdict::Refuse(refused),
        Err(Stop::Wait(why)) => Verdict::Wait(why),
        Err(Stop::Over(why)) => Verdict::Over(why),
    }
}

/// Whether the people whom its policy names approved a request that is over, and an enclave this agent
/// trusts carried it out: for what the agent had no part in. Approvals are judged as of its submission.
///
/// # Errors
/// What does not hold.
pub fn check_made(
    context: &Context<'_>,
    attempt: Attempt,
    state: &RequestState,
) -> Result<(), Refused> {
    let submitted = Head { number: state.record.submitted_at, ..context.head };
    operation::check_approved(&Context { head: submitted, ..*context }, state)?;
    let mut sessions = state.sessions.iter().map(|record| &record.session);
    let session = sessions.find(|session| session.attempt == attempt).ok_or_else(|| {
        let detail = format!("attempt {attempt} has no session");
        Refused::new(RefusalReason::EvidenceRejected, detail)
    })?;
    check_evidence(context, state, session)
}

/// Everything but a release.
enum Stop {
    Refuse(Refused),
    Wait(&'static str),
    Over(&'static str),
}

impl From<Refused> for Stop {
    fn from(refused: Refused) -> Self {
        Self::Refuse(refused)
    }
}

fn judge(
    context: &Context<'_>,
    id: RequestId,
    attempt: Attempt,
    state: &RequestState,
) -> Result<Approved, Stop> {
    let record = &state.record;
    let body = &record.body;
    check_runtime(context)?;
    if body.id(context.genesis) != id {
        let detail = "the state's request has another id";
        return Err(Refused::new(RefusalReason::NotApproved, detail).into());
    }
    check_status(record.status)?;
    if attempt > record.attempts {
        return Err(Stop::Wait("the attempt is not open in this block"));
    }
    if attempt < record.attempts {
        return Err(Stop::Over("a later attempt is open"));
    }
    let leaves = own_leaves(context.agent, state)?;
    let session = check_session(context, id, attempt, &state.sessions)?;
    operation::check_approved(context, state)?;
    check_evidence(context, state, &session.session)?;
    let task = operation::task(context, state, &session.session)?;
    Ok(Approved {
        id,
        attempt,
        body: body.clone(),
        session: session.session.clone(),
        deadline: session.deadline,
        task,
        leaves,
    })
}

fn check_runtime(context: &Context<'_>) -> Result<(), Refused> {
    if context.knows_runtime() {
        return Ok(());
    }
    let Runtime { code_hash, spec_version } = context.runtime;
    Err(Refused::new(
        RefusalReason::UnknownRuntime,
        format!("runtime {spec_version} with code {code_hash:?} is not in trust.runtimes"),
    ))
}

fn check_status(status: RequestStatus) -> Result<(), Stop> {
    if status.is_over() {
        return Err(Stop::Over("the request is over"));
    }
    if !status.may_release() {
        return Err(Stop::Wait("the request is not approved in this block"));
    }
    Ok(())
}

/// The agent's leaves that take part: of an enrolment's tree, or of those present in a token. For a
/// reshare, of the token's tree and the new one together.
fn own_leaves(agent: AgentId, state: &RequestState) -> Result<Vec<(usize, LeafPath)>, Stop> {
    let operation = &state.record.body.operation;
    let token = state.key.as_ref().map(|key| &key.token);
    let (tree, present) = match (operation.named_tree(), token) {
        (Some((_, tree)), _) if !operation.is_succession() => (tree.clone(), None),
        (_, None) => return Err(Stop::Over("the key is not on chain")),
        (None, Some(token)) => (token.tree.clone(), Some(token)),
        (Some((_, new)), Some(token)) => match AccessTree::joint(&token.tree, new) {
            Ok(joint) => (joint, Some(token)),
            Err(_) => return Err(Stop::Over("the trees are too large together")),
        },
    };
    let takes_part = |leaf: usize| {
        // The leaves of a reshare's new tree come after the token's.
        present.is_none_or(|token| leaf >= token.tree.leaf_count() || token.is_present(leaf))
    };
    let leaves: Vec<_> = tree
        .leaves()
        .into_iter()
        .enumerate()
        .filter(|(leaf, (_, who))| *who == Participant::Agent(agent) && takes_part(*leaf))
        .map(|(leaf, (path, _))| (leaf, path))
        .collect();
    if leaves.is_empty() {
        return Err(Stop::Over("no leaf of this agent takes part"));
    }
    Ok(leaves)
}

/// Section 5: attempts are ordered, each after the deadline of the one before.
fn check_session<'a>(
    context: &Context<'_>,
    id: RequestId,
    attempt: Attempt,
    sessions: &'a [SessionRecord],
) -> Result<&'a SessionRecord, Stop> {
    let now = context.head.number;
    let (record, former) = sessions
        .split_last()
        .filter(|(last, former)| {
            last.session.attempt == attempt && former.len() + 1 == usize::from(attempt)
        })
        .ok_or(Stop::Wait("the session is not in this block"))?;
    if record.session.request != id {
        let detail = "the session is of another request";
        return Err(Refused::new(RefusalReason::EvidenceRejected, detail).into());
    }
    if let Some(open) = former.iter().find(|former| former.deadline >= now) {
        let detail = format!(
            "attempt {} is open until block {}, now is {now}",
            open.session.attempt, open.deadline
        );
        return Err(Refused::new(RefusalReason::AttemptConflict, detail).into());
    }
    if now > record.deadline {
        let detail = format!("the session's deadline is block {}, now is {now}", record.deadline);
        return Err(Refused::new(RefusalReason::DeadlinePassed, detail).into());
    }
    if record.deadline != record.opened_at.saturating_add(record.session.lifetime) {
        let detail = "the session's deadline does not follow from its lifetime";
        return Err(Refused::new(RefusalReason::AttemptConflict, detail).into());
    }
    Ok(record)
}

/// Section 7: the evidence and its measurement, by the policy and by the agent's own allow-list.
fn check_evidence(
    context: &Context<'_>,
    state: &RequestState,
    session: &Session,
) -> Result<(), Refused> {
    let reject = |detail: String| Refused::new(RefusalReason::EvidenceRejected, detail);
    let report_data = session.report_data(context.genesis);
    let measurement = regent_attestation::verify(context.genesis, &session.evidence, report_data)
        .map_err(|error| reject(error.to_string()))?;
    if !regent_policy::accepts_measurement(&state.policy, &measurement) {
        return Err(reject(format!("the policy does not accept {measurement:?}")));
    }
    if !context.trust.measurements.contains(&measurement) {
        return Err(reject(format!("{measurement:?} is not in trust.measurements")));
    }
    regent_protocol::seal::check_public_key(&session.kem_public)
        .map_err(|error| reject(error.to_string()))
}

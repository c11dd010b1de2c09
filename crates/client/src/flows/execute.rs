//! From approval to receipt.

use std::time::{Duration, Instant};

use regent_primitives::{
    bounds::MAX_ATTEMPTS,
    chain_proof::ChainProof,
    enclave_api::{Execution, Outcome, PolicyStep},
    runtime_api::RequestState,
    Attempt, BlockNumber, KeyRecord, Operation, RequestId, SessionRecord,
};

use super::{
    check::{check_enrolled, check_outcome},
    request::open_attempt,
    timing::{Phase, Progress, Step, Stopwatch, Timings},
    wait::{wait_for_epoch, wait_for_key, wait_for_request},
    FlowError,
};
use crate::{
    calls, enclave::Remedy, Account, ChainProofs, Client, EnclaveClient, EnclaveError, Head,
    Inclusion,
};

/// How often an enclave that does not answer is asked again.
const REACH_AGAIN: Duration = Duration::from_millis(250);
/// How often a newer proof is brought when another requester's was newer still.
const PROOFS: usize = 8;

/// How patiently an operation is carried through.
#[derive(Clone, Debug)]
pub struct ExecuteOptions {
    /// How long to wait for approval.
    pub approval_patience: Duration,
    /// How long the enclave waits for shares: beyond 30 s it is brought new proofs meanwhile.
    pub share_patience: Duration,
    /// How long to wait for an enclave that does not answer, before the next attempt.
    pub enclave_patience: Duration,
    /// Blocks that sessions opened here live.
    pub session_lifetime: BlockNumber,
    /// Whether to go on after an error that the next execution or attempt may mend.
    pub next_attempts: bool,
    /// Whether to bring the receipt onto the chain; only tests leave it.
    pub complete: bool,
    /// How long to wait for the agents' confirmations of a new key.
    pub activation_patience: Duration,
}

impl Default for ExecuteOptions {
    fn default() -> Self {
        Self {
            approval_patience: Duration::from_secs(600),
            share_patience: Duration::from_secs(20),
            enclave_patience: Duration::from_secs(60),
            session_lifetime: 240,
            next_attempts: false,
            complete: true,
            activation_patience: Duration::from_secs(60),
        }
    }
}

/// What came of an operation.
#[derive(Clone, Debug)]
pub struct Executed {
    /// The finalised state it was executed from.
    pub state: RequestState,
    /// The attempt that succeeded.
    pub attempt: Attempt,
    /// The enclave's answer.
    pub outcome: Outcome,
    /// Where the receipt is.
    pub receipt_in: Option<Inclusion>,
    /// The new key, once active, if this enrolled one; or the key's next epoch, once active or confirmed
    /// by all it has.
    pub key: Option<KeyRecord>,
    /// How long each phase took, the first from the call of [`execute`].
    pub timings: Timings,
}

/// Waits until a request is approved in finalised state, has the enclave do the operation, and
/// brings the receipt onto the chain; for an enrolment, waits until the key is active.
///
/// Uses the session that is open on chain, or opens one.
///
/// # Errors
/// If the request is over or its attempts are, if node or enclave cannot be asked or refuse, or
/// if something takes longer than `options` allow.
pub async fn execute(
    client: &Client,
    enclave: &EnclaveClient,
    account: &Account,
    id: RequestId,
    options: &ExecuteOptions,
    progress: Progress<'_>,
) -> Result<Executed, FlowError> {
    let mut watch = Stopwatch::start(progress);
    let (mut head, mut state) =
        wait_for_request(client, id, "the approval", options.approval_patience, |head, state| {
            let Some(state) = state else { return Ok(None) };
            let status = state.record.status;
            if status.may_release() {
                Ok(Some((head, state)))
            } else if status.is_over() {
                Err(FlowError::Over { id, status: status.name() })
            } else {
                Ok(None)
            }
        })
        .await?;
    watch.done(Phase::Approval);

    // An attempt that failed under our eyes is not tried again.
    let mut failed: Attempt = 0;
    let (attempt, outcome) = loop {
        let session = match open_session_of(&state, head, failed) {
            Some(session) => session.clone(),
            None => {
                (head, state) = next_attempt(client, enclave, account, &state, options).await?;
                watch.done(Phase::Attempt);
                continue;
            }
        };
        let attempt = session.session.attempt;
        let body = &state.record.body;
        let error = match bring(client, enclave, &state, &session, options).await? {
            Ok(outcome) => {
                check_outcome(client.genesis(), id, body, &session.session, &outcome)?;
                break (attempt, outcome);
            }
            Err(error) => error,
        };
        tell_refusals(client, id, attempt, &mut watch).await;
        if !options.next_attempts || error.remedy() == Remedy::Correct {
            return Err(error.into());
        }
        let deadline = session.deadline;
        let reason = error.to_string();
        match error.remedy() {
            Remedy::ExecuteAgain => watch.tell(Step::Again { attempt, reason, deadline }),
            _ => {
                failed = attempt;
                watch.tell(Step::AttemptFailed { attempt, reason, deadline });
            }
        }
        (head, state) = still_open(client, id, options).await?;
    };
    watch.done(Phase::Operation);

    let mut receipt_in = None;
    let mut key = None;
    if options.complete {
        let call = calls::requests::complete(outcome.receipt.clone(), outcome.token.clone());
        receipt_in = Some(client.submit_in_block(account, call).await?);
        watch.done(Phase::Receipt);
        if matches!(state.record.body.operation, Operation::Enrol { .. }) {
            let enrolled = state.record.body.key;
            let record = wait_for_key(client, enrolled, options.activation_patience).await?;
            check_enrolled(id, &outcome, &record)?;
            key = Some(record);
            watch.done(Phase::Activation);
        } else if let Some(token) = &outcome.token {
            let at = (state.record.body.key, token.epoch);
            let record = wait_for_epoch(client, at, options.activation_patience).await?;
            check_enrolled(id, &outcome, &record.key)?;
            key = Some(record.key);
            watch.done(Phase::Activation);
        }
    }
    Ok(Executed { state, attempt, outcome, receipt_in, key, timings: watch.finish() })
}

/// The newest session, if shares may still be released to it.
fn open_session_of(state: &RequestState, head: Head, failed: Attempt) -> Option<&SessionRecord> {
    state
        .sessions
        .last()
        .filter(|record| record.deadline > head.number && record.session.attempt > failed)
}

/// Waits for the deadline of the attempt before, opens the next, and returns the finalised state
/// in which it is open.
async fn next_attempt(
    client: &Client,
    enclave: &EnclaveClient,
    account: &Account,
    state: &RequestState,
    options: &ExecuteOptions,
) -> Result<(Head, RequestState), FlowError> {
    let id = state.id;
    let attempt = state.record.attempts.saturating_add(1);
    if attempt > MAX_ATTEMPTS {
        return Err(FlowError::NoAttemptLeft(id));
    }
    if let Some(last) = state.sessions.last() {
        // Bounded by the session's own deadline; a stalled chain ends it.
        let patience = options.approval_patience;
        wait_for_request(client, id, "the failed attempt's deadline", patience, |head, state| {
            match state.map(|state| state.record.status) {
                Some(status) if status.is_over() => {
                    Err(FlowError::Over { id, status: status.name() })
                }
                _ => Ok((head.number > last.deadline).then_some(())),
            }
        })
        .await?;
    }
    reach_enclave(enclave, options.enclave_patience).await?;
    open_attempt(client, account, enclave, id, attempt, options.session_lifetime).await?;
    wait_for_request(client, id, "the new attempt", options.share_patience, |head, state| {
        Ok(state
            .filter(|state| state.sessions.iter().any(|record| record.session.attempt == attempt))
            .map(|state| (head, state)))
    })
    .await
}

/// Waits for an enclave that may be starting again.
async fn reach_enclave(enclave: &EnclaveClient, patience: Duration) -> Result<(), FlowError> {
    let deadline = Instant::now() + patience;
    loop {
        match enclave.info().await {
            Err(error) if error.is_connection() && Instant::now() < deadline => {
                tokio::time::sleep(REACH_AGAIN).await;
            }
            Err(error) => return Err(error.into()),
            Ok(_) => return Ok(()),
        }
    }
}

/// Has the enclave execute, with the newest proof, and with a new one whenever that is too old, for as long
/// as shares are to be waited for.
async fn bring(
    client: &Client,
    enclave: &EnclaveClient,
    state: &RequestState,
    session: &SessionRecord,
    options: &ExecuteOptions,
) -> Result<Result<Outcome, EnclaveError>, FlowError> {
    let until = Instant::now() + options.share_patience;
    let mut proofs = 0;
    loop {
        let ChainProofs { earlier, newest } = match prove(client, enclave, state, session).await {
            // What helps then is for the caller to find out, as when it does not answer later.
            Err(FlowError::Enclave(error)) => return Ok(Err(error)),
            proofs => proofs?,
        };
        for part in earlier {
            match enclave.execute(&gather(state, session, part, options)?).await {
                // What it proves is remembered. Should it be wrong, the last one is refused too.
                Err(error) if error.is_refusal() => {}
                answer => return Ok(answer),
            }
        }
        let left = until.saturating_duration_since(Instant::now());
        let mut execution = gather(state, session, newest, options)?;
        execution.patience_milliseconds = milliseconds(left);
        match enclave.execute(&execution).await {
            Err(error) if error.is_behind() && proofs < PROOFS => proofs += 1,
            Err(error) if error.is_too_few_shares() && Instant::now() < until => {}
            answer => return Ok(answer),
        }
    }
}

/// What proves to the enclave where the request stands, in the newest final block, for one of its
/// sessions.
///
/// # Errors
/// If the enclave or the node cannot be asked, or the node does not prove what it says.
pub async fn prove(
    client: &Client,
    enclave: &EnclaveClient,
    state: &RequestState,
    session: &SessionRecord,
) -> Result<ChainProofs, FlowError> {
    let info = enclave.info().await?;
    let from = (info.origin, info.followed);
    let (attempt, body) = (session.session.attempt, &state.record.body);
    Ok(client.chain_proof(from, state.id, attempt, body).await?)
}

/// All that the enclave verifies, from finalised state, for one of the request's sessions.
///
/// # Errors
/// If the state lacks something: the request is over.
pub fn gather(
    state: &RequestState,
    session: &SessionRecord,
    chain: ChainProof,
    options: &ExecuteOptions,
) -> Result<Execution, FlowError> {
    let missing = |what| FlowError::Incomplete { id: state.id, what };
    let (policy, lineage) = match state.lineage.split_first() {
        Some((committed, successors)) => (committed.policy.clone(), successors),
        None => (state.policy.clone(), [].as_slice()),
    };
    let lineage = lineage
        .iter()
        .map(|record| PolicyStep {
            policy: record.policy.clone(),
            signatures: record.signatures.clone(),
        })
        .collect();
    let token = match &state.record.body.operation {
        Operation::Enrol { .. } => None,
        _ => Some(state.key.as_ref().ok_or_else(|| missing("its key"))?.token.clone()),
    };
    Ok(Execution {
        session: session.session.id,
        body: state.record.body.clone(),
        payload: state.payload.clone().ok_or_else(|| missing("its payload"))?,
        policy,
        lineage,
        approvals: state.approvals.clone(),
        token,
        chain,
        patience_milliseconds: milliseconds(options.share_patience),
    })
}

fn milliseconds(of: Duration) -> u32 {
    u32::try_from(of.as_millis()).unwrap_or(u32::MAX)
}

/// The request in finalised state, unless it is over.
async fn still_open(
    client: &Client,
    id: RequestId,
    options: &ExecuteOptions,
) -> Result<(Head, RequestState), FlowError> {
    wait_for_request(client, id, "the request", options.approval_patience, |head, state| {
        let state = state.ok_or(FlowError::UnknownRequest(id))?;
        let status = state.record.status;
        if status.is_over() {
            return Err(FlowError::Over { id, status: status.name() });
        }
        Ok(Some((head, state)))
    })
    .await
}

/// After a failure: what the agents said on chain, as far as it can be learnt.
async fn tell_refusals(
    client: &Client,
    id: RequestId,
    attempt: Attempt,
    watch: &mut Stopwatch<'_>,
) {
    let Ok(best) = client.best_head().await else { return };
    let Ok(Some(state)) = client.request(id, Some(best.hash)).await else { return };
    for refusal in state.refusals.iter().filter(|refusal| refusal.attempt == attempt) {
        watch.tell(Step::Refused { agent: refusal.agent, reason: refusal.reason });
    }
}

//! What was approved: policy, approvals and payload.

use regent_policy::{check_lineage, evaluate_request, verify_release, Violation};
use regent_primitives::{
    payload::payload_hash, policy::ChangeSignatures, runtime_api::RequestState, EnrolmentId,
    KeyState, Operation, Policy, RefusalReason, RegenToken, RequestBody, Session,
};
use regent_protocol::NextEpoch;

use super::{Context, Refused, Succession, Task};

/// Policy, lineage and approvals, each by its signatures.
pub(super) fn check_approved(context: &Context<'_>, state: &RequestState) -> Result<(), Refused> {
    let (genesis, now, body) = (context.genesis, context.head.number, &state.record.body);
    if let Some(violation) = evaluate_request(genesis, &state.policy, body, now).first() {
        return Err(refuse(RefusalReason::PolicyViolated, violation));
    }
    let committed = state.key.as_ref().map_or(body.policy, |key| key.token.policy_hash);
    let lineage: Vec<(Policy, ChangeSignatures)> = state
        .lineage
        .iter()
        .map(|record| (record.policy.clone(), record.signatures.clone()))
        .collect();
    check_lineage(genesis, committed, &lineage, body.policy)
        .map_err(|violation| refuse(RefusalReason::PolicyViolated, &violation))?;
    verify_release(genesis, &state.policy, body, &state.approvals, now)
        .map_err(|violation| refuse(RefusalReason::InvalidApprovals, &violation))
}

/// A deadline is named as such, whichever check meets it.
fn refuse(reason: RefusalReason, violation: &Violation) -> Refused {
    let reason = match violation {
        Violation::RequestExpired { .. } => RefusalReason::DeadlinePassed,
        _ => reason,
    };
    Refused::new(reason, violation)
}

/// Reads the payload, and says what is to be released.
pub(super) fn task(
    context: &Context<'_>,
    state: &RequestState,
    session: &Session,
) -> Result<Task, Refused> {
    let body = &state.record.body;
    if body.operation.is_succession() {
        return succession(context, state, session).map(Box::new).map(Task::Succeed);
    }
    let Operation::Enrol { algorithm, .. } = &body.operation else {
        return share(context, state).map(Box::new).map(Task::Share);
    };
    if state.key.is_some() {
        return Err(Refused::new(RefusalReason::LabelUsed, "the key is enrolled already"));
    }
    let window = window(context, state)?;
    let enrolment = enrolment(context, state, session);
    Ok(Task::Contribute { group: algorithm.group(), window, enrolment })
}

/// The window of the label under which a token is made.
fn window(context: &Context<'_>, state: &RequestState) -> Result<u32, Refused> {
    state.record.submitted_at.checked_div(context.window_blocks).ok_or_else(|| {
        Refused::new(RefusalReason::UnknownRuntime, "the runtime's windows have no blocks")
    })
}

fn enrolment(context: &Context<'_>, state: &RequestState, session: &Session) -> EnrolmentId {
    session.enrolment_of(context.genesis, state.id)
}

/// The next epoch of an active key, as the approved request says.
fn succession(
    context: &Context<'_>,
    state: &RequestState,
    session: &Session,
) -> Result<Succession, Refused> {
    let body = &state.record.body;
    let old = share(context, state)?;
    let newest = state.key.as_ref().map_or(old.epoch, |key| key.newest);
    let next = NextEpoch {
        genesis: context.genesis,
        epoch: newest.checked_add(1).ok_or_else(|| {
            Refused::new(RefusalReason::ShareMismatch, "the key's epochs are used up")
        })?,
        window: window(context, state)?,
        enrolment_id: enrolment(context, state, session),
        policy_hash: body.next_policy(),
        // How many leaves are enough is for the key's owner, who accepts the token.
        spare: 0,
    };
    let tree = body.operation.named_tree().map(|(_, tree)| tree.clone());
    Ok(Succession { old, next, tree })
}

fn share(context: &Context<'_>, state: &RequestState) -> Result<RegenToken, Refused> {
    let body = &state.record.body;
    let mismatch = |detail: String| Refused::new(RefusalReason::ShareMismatch, detail);
    let key = state.key.as_ref().ok_or_else(|| mismatch("the key is not on chain".into()))?;
    let token = &key.token;
    if token.key_id != body.key || token.epoch != body.epoch {
        return Err(mismatch(format!(
            "the token is of key {} epoch {}, expected {} epoch {}",
            token.key_id, token.epoch, body.key, body.epoch
        )));
    }
    if key.state != KeyState::Active {
        return Err(mismatch(format!("the key is {}, expected active", key.state.name())));
    }
    check_payload(context, state, body, token)?;
    Ok(token.clone())
}

/// The payload does what was approved, and the key is for it.
fn check_payload(
    context: &Context<'_>,
    state: &RequestState,
    body: &RequestBody,
    token: &RegenToken,
) -> Result<(), Refused> {
    let mismatch = |detail: String| Refused::new(RefusalReason::PayloadMismatch, detail);
    let payload =
        state.payload.as_deref().ok_or_else(|| mismatch("the payload is not on chain".into()))?;
    let format = body.operation.format();
    let found = payload_hash(context.genesis, format, payload);
    if found != body.payload_hash {
        return Err(mismatch(format!(
            "the payload's hash is {found:?}, expected {:?}",
            body.payload_hash
        )));
    }
    let operation = body.operation.kind();
    if !token.algorithm.can(operation) {
        return Err(mismatch(format!("{operation:?} is not for {}", token.algorithm.name())));
    }
    regent_payload::check(format, payload, token.algorithm, &token.public_key, &body.effect)
        .map(drop)
        .map_err(|error| mismatch(error.to_string()))
}

//! Who asks for which operation, and for how long.

use alloc::vec::Vec;
use regent_primitives::{
    bounds::XWING_PUBLIC_KEY_BYTES, payload::payload_hash, BlockNumber, KeyId, Operation,
    PayloadFormat, Policy, RequestBody, H256,
};

use crate::{effect_rules, violation::Violation};

/// Evaluates everything but the approvals: all the reasons for which this request would be refused
/// at this block, none if it would not.
///
/// At submission `now` is the current block, and the lifetime is measured from there. Later the
/// same call answers whether the request still holds: what is left of its lifetime only shrinks.
pub fn evaluate_request(
    genesis: H256,
    policy: &Policy,
    body: &RequestBody,
    now: BlockNumber,
) -> Vec<Violation> {
    let mut violations = Vec::new();
    check_binding(genesis, policy, body, &mut violations);
    check_lifetime(policy, body, now, &mut violations);
    check_operation(genesis, policy, body, &mut violations);
    effect_rules::check_effect(policy, body, &mut violations);
    violations
}

fn check_binding(genesis: H256, policy: &Policy, body: &RequestBody, found: &mut Vec<Violation>) {
    if let Err(mismatch) = check_policy_of(genesis, policy, body) {
        found.push(mismatch);
    }
    let may_request = policy
        .roles
        .get(usize::from(policy.requesters))
        .is_some_and(|role| role.members.contains(&body.requester));
    if !may_request {
        found.push(Violation::RequesterNotInRole {
            requester: body.requester.clone(),
            role: policy.requesters,
        });
    }
}

/// The policy given is the one the request names.
pub(crate) fn check_policy_of(
    genesis: H256,
    policy: &Policy,
    body: &RequestBody,
) -> Result<(), Violation> {
    let expected = policy.hash(genesis);
    if body.policy != expected {
        return Err(Violation::PolicyMismatch { found: body.policy, expected });
    }
    Ok(())
}

/// The request's own deadline: the last block at which it can be approved or released.
pub(crate) fn check_not_expired(body: &RequestBody, now: BlockNumber) -> Result<(), Violation> {
    if now > body.expires {
        return Err(Violation::RequestExpired { expires: body.expires, now });
    }
    Ok(())
}

fn check_lifetime(
    policy: &Policy,
    body: &RequestBody,
    now: BlockNumber,
    found: &mut Vec<Violation>,
) {
    if let Err(expired) = check_not_expired(body, now) {
        found.push(expired);
        return;
    }
    let lifetime = body.expires.saturating_sub(now);
    if lifetime > policy.maximum_lifetime {
        found
            .push(Violation::LifetimeTooLong { found: lifetime, maximum: policy.maximum_lifetime });
    }
}

fn check_operation(genesis: H256, policy: &Policy, body: &RequestBody, found: &mut Vec<Violation>) {
    let kind = body.operation.kind();
    if !policy.operations.contains(&kind) {
        found.push(Violation::OperationNotAllowed { operation: kind });
    }
    let format = body.operation.format();
    if format == PayloadFormat::Raw && !policy.allow_raw {
        found.push(Violation::RawNotAllowed { operation: kind });
    }
    match &body.operation {
        Operation::Enrol { .. } => check_enrolment(genesis, body, found),
        Operation::Sign { format: PayloadFormat::Empty } => {
            found.push(Violation::FormatNotForOperation { operation: kind, format });
        }
        Operation::Sign { .. } => {}
        Operation::Refresh | Operation::Reshare { .. } | Operation::Transfer { .. } => {
            check_no_payload(genesis, body, found);
        }
        Operation::Decrypt { result_key } => {
            let length = u32::try_from(result_key.len()).unwrap_or(u32::MAX);
            if length != XWING_PUBLIC_KEY_BYTES {
                found.push(Violation::ResultKeyLength {
                    found: length,
                    expected: XWING_PUBLIC_KEY_BYTES,
                });
            }
        }
    }
}

/// An enrolment names the key it makes, starts at epoch 0 and carries no payload (section 6).
fn check_enrolment(genesis: H256, body: &RequestBody, found: &mut Vec<Violation>) {
    let expected = KeyId::derive(genesis, &body.requester, &body.salt);
    if body.key != expected {
        found.push(Violation::EnrolmentKeyMismatch { found: body.key, expected });
    }
    if body.epoch != 0 {
        found.push(Violation::EnrolmentEpoch { found: body.epoch });
    }
    check_no_payload(genesis, body, found);
}

fn check_no_payload(genesis: H256, body: &RequestBody, found: &mut Vec<Violation>) {
    let expected = payload_hash(genesis, PayloadFormat::Empty, &[]);
    if body.payload_hash != expected {
        found.push(Violation::EnrolmentPayload { found: body.payload_hash, expected });
    }
}

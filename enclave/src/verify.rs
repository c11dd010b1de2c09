//! Everything the enclave verifies of what is brought to it, before it opens a share (section 8).
//!
//! That the request is final and approved, and that the token is the key's, is proven by [`crate::chain`].
//! The agents have verified the same before they sealed: their shares open only for that operation, and
//! combine only to that key.

use regent_payload::check as check_payload;
use regent_policy::{accepts_measurement, check_lineage, evaluate_request, verify_release};
use regent_primitives::{
    enclave_api::Execution,
    payload::{payload_hash, SigningInput},
    receipt::result_hash,
    request::ResultKey,
    AccessTree, AgentId, Algorithm, Attempt, BlockNumber, EnrolmentId, LeafPath, Measurement,
    Operation, Participant, PolicyHash, RegenToken, Release, RequestBody, RequestId, Session,
    SessionId, H256,
};
use regent_protocol::{
    enrolment::EnrolmentParams, seal::check_public_key, NextEpoch, ReleaseContext,
};
use tokio::time::Instant;

use self::succession::{succession, Succession};
use crate::{
    chain::{Chain, NextToken, Proven},
    error::{DeliverError, VerifyError},
};

mod succession;

/// What makes two executions ask for the same outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ExecutionId {
    pub(crate) request: RequestId,
    pub(crate) token: Option<H256>,
}

impl ExecutionId {
    pub(crate) fn of(genesis: H256, execution: &Execution) -> Self {
        Self {
            request: execution.body.id(genesis),
            token: execution.token.as_ref().map(|token| result_hash(genesis, token)),
        }
    }
}

/// A verified execution.
pub(crate) struct Plan {
    pub(crate) id: ExecutionId,
    pub(crate) session: SessionId,
    pub(crate) attempt: Attempt,
    pub(crate) body: RequestBody,
    pub(crate) previous: H256,
    /// Until when the proof that was brought is acted on.
    pub(crate) fresh_until: Instant,
    /// What is made, if a token is: the shares are sealed for it.
    pub(crate) next: NextToken,
    pub(crate) tree: AccessTree,
    /// In preorder.
    pub(crate) leaves: Vec<PlannedLeaf>,
    pub(crate) work: Work,
}

/// What is expected of a leaf.
pub(crate) struct PlannedLeaf {
    pub(crate) path: LeafPath,
    pub(crate) participant: Participant,
    /// Whether it took part in the enrolment; for an enrolment, whether it may.
    pub(crate) present: bool,
    pub(crate) aad: H256,
}

/// What is to be done with the shares.
pub(crate) enum Work {
    Enrol(Box<EnrolmentParams>),
    Sign {
        token: Box<RegenToken>,
        inputs: Vec<SigningInput>,
    },
    Decrypt {
        token: Box<RegenToken>,
        ciphertext: Vec<u8>,
        result_key: ResultKey,
    },
    /// New shares of the same key, of which none is seen here.
    Refresh {
        token: Box<RegenToken>,
        next: NextEpoch,
        params: Box<EnrolmentParams>,
    },
    /// The same key for another tree.
    Reshare {
        token: Box<RegenToken>,
        next: NextEpoch,
        params: Box<EnrolmentParams>,
    },
}

impl Plan {
    /// The number in preorder of the leaf that this release is for.
    pub(crate) fn admit(&self, release: &Release) -> Result<usize, DeliverError> {
        let (index, leaf) = self
            .leaves
            .iter()
            .enumerate()
            .find(|(_, leaf)| leaf.path == release.leaf && leaf.present)
            .ok_or_else(|| DeliverError::UnknownLeaf { leaf: release.leaf.clone() })?;
        if !is_agent(leaf.participant, release.agent) {
            return Err(DeliverError::NotParticipant {
                leaf: release.leaf.clone(),
                found: release.agent,
            });
        }
        if release.aad != leaf.aad {
            return Err(DeliverError::Aad {
                leaf: release.leaf.clone(),
                found: release.aad,
                expected: leaf.aad,
            });
        }
        Ok(index)
    }

    /// Whether the shares that fit the other plan fit this one too.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.id == other.id && self.next == other.next
    }

    /// Whether it makes a token: then it waits for every leaf, because who is left out stays out until
    /// a reshare.
    pub(crate) const fn makes_token(&self) -> bool {
        matches!(self.work, Work::Enrol(_) | Work::Refresh { .. } | Work::Reshare { .. })
    }

    /// Satisfied children that every gate must have more than it needs. Fewer leaves make no first
    /// token; whether they make a next one is for the key's owner, who accepts it or not.
    pub(crate) fn spare(&self) -> u16 {
        u16::from(matches!(self.work, Work::Enrol(_)))
    }

    /// Leaves that may take part.
    pub(crate) fn expected_leaves(&self) -> usize {
        self.leaves.iter().filter(|leaf| leaf.present).count()
    }
}

fn is_agent(participant: Participant, agent: AgentId) -> bool {
    matches!(participant, Participant::Agent(id) if id == agent)
}

/// Verifies request, token, chain proof, lineage, approvals, policy, measurement and payload.
pub(crate) fn verify(
    genesis: H256,
    measurement: Measurement,
    chain: &Chain,
    session: &Session,
    execution: Execution,
) -> Result<Plan, VerifyError> {
    let id = ExecutionId::of(genesis, &execution);
    if id.request != session.request {
        return Err(VerifyError::Request { found: id.request, expected: session.request });
    }
    check_token(&execution)?;
    let Proven { previous, number, fresh_until, next } = chain.prove(session, &execution)?;
    check_policy(genesis, measurement, &execution, number)?;
    let Execution { body, payload, token, .. } = execution;
    check_payload_hash(genesis, &body, &payload)?;
    let work = work(genesis, session, &body, payload, token, next)?;
    let (tree, leaves) = match &work {
        Work::Enrol(params) => {
            let of = LeavesOf { tree: &params.tree, enrolment: params.enrolment_id };
            (params.tree.clone(), plan_leaves(genesis, session, &body, &of, |_| true))
        }
        Work::Sign { token, .. } | Work::Decrypt { token, .. } => {
            let of = LeavesOf { tree: &token.tree, enrolment: token.enrolment_id };
            let present = |leaf| token.is_present(leaf);
            (token.tree.clone(), plan_leaves(genesis, session, &body, &of, present))
        }
        Work::Refresh { token, params, .. } => {
            let context = Succession { genesis, session, body: &body, token, params };
            (token.tree.clone(), context.differences())
        }
        Work::Reshare { token, params, .. } => {
            let context = Succession { genesis, session, body: &body, token, params };
            let joint = AccessTree::joint(&token.tree, &params.tree);
            (joint.map_err(VerifyError::Trees)?, context.shares_and_masks()?)
        }
    };
    Ok(Plan {
        id,
        session: session.id,
        attempt: session.attempt,
        body,
        previous,
        fresh_until,
        next,
        tree,
        leaves,
        work,
    })
}

fn check_token(execution: &Execution) -> Result<(), VerifyError> {
    let Some(token) = &execution.token else {
        return match execution.body.operation {
            Operation::Enrol { .. } => Ok(()),
            _ => Err(VerifyError::TokenMissing),
        };
    };
    if matches!(execution.body.operation, Operation::Enrol { .. }) {
        return Err(VerifyError::TokenNotExpected);
    }
    if token.key_id != execution.body.key {
        return Err(VerifyError::TokenMismatch { field: "key_id" });
    }
    if token.epoch != execution.body.epoch {
        return Err(VerifyError::TokenMismatch { field: "epoch" });
    }
    token.check_shape().map_err(VerifyError::TokenShape)
}

/// The lineage leads from the policy the token commits to (for an enrolment, the request's) to the
/// request's; that one allows the request, is satisfied by the approvals, and accepts this enclave.
fn check_policy(
    genesis: H256,
    measurement: Measurement,
    execution: &Execution,
    now: BlockNumber,
) -> Result<(), VerifyError> {
    let body = &execution.body;
    let committed: PolicyHash =
        execution.token.as_ref().map_or(body.policy, |token| token.policy_hash);
    let steps = execution.lineage.iter().map(|step| (step.policy.clone(), step.signatures.clone()));
    let lineage: Vec<_> =
        core::iter::once((execution.policy.clone(), Default::default())).chain(steps).collect();
    check_lineage(genesis, committed, &lineage, body.policy)?;
    let policy = execution.lineage.last().map_or(&execution.policy, |step| &step.policy);
    let violations = evaluate_request(genesis, policy, body, now);
    if !violations.is_empty() {
        return Err(VerifyError::Policy(violations));
    }
    if !accepts_measurement(policy, &measurement) {
        return Err(VerifyError::Measurement { found: measurement });
    }
    verify_release(genesis, policy, body, &execution.approvals, now)?;
    Ok(())
}

fn check_payload_hash(
    genesis: H256,
    body: &RequestBody,
    payload: &[u8],
) -> Result<(), VerifyError> {
    let found = payload_hash(genesis, body.operation.format(), payload);
    if found != body.payload_hash {
        return Err(VerifyError::PayloadHash { found, expected: body.payload_hash });
    }
    Ok(())
}

/// Reads the payload: it does what was declared, and the key's algorithm can do it.
fn work(
    genesis: H256,
    session: &Session,
    body: &RequestBody,
    payload: Vec<u8>,
    token: Option<RegenToken>,
    next: NextToken,
) -> Result<Work, VerifyError> {
    let format = body.operation.format();
    let unsupported =
        |algorithm| VerifyError::Algorithm { operation: body.operation.kind(), algorithm };
    if let Operation::Enrol { algorithm, tree, .. } = &body.operation {
        check_payload(format, &payload, *algorithm, &[], &body.effect)?;
        return Ok(Work::Enrol(Box::new(EnrolmentParams {
            genesis,
            key_id: body.key,
            algorithm: *algorithm,
            epoch: body.epoch,
            window: next.window,
            enrolment_id: session.enrolment_of(genesis, session.request),
            tree: tree.clone(),
            policy_hash: body.policy,
        })));
    }
    let token = Box::new(token.ok_or(VerifyError::TokenMissing)?);
    let algorithm = token.algorithm;
    if body.operation.is_succession() {
        check_payload(format, &payload, algorithm, &token.public_key, &body.effect)?;
        return succession(genesis, session, body, token, next);
    }
    let mut inputs = check_payload(format, &payload, algorithm, &token.public_key, &body.effect)?;
    match &body.operation {
        Operation::Decrypt { result_key } => match algorithm {
            Algorithm::Aes256Gcm | Algorithm::MlKem768 => {
                check_public_key(result_key).map_err(VerifyError::ResultKey)?;
                Ok(Work::Decrypt { token, ciphertext: payload, result_key: result_key.clone() })
            }
            other => Err(unsupported(other)),
        },
        _ => {
            // An AES key "signs" by sealing: its payload is a plaintext, which nobody parses.
            if inputs.is_empty() && algorithm == Algorithm::Aes256Gcm {
                inputs.push(SigningInput::Message(payload));
            }
            if inputs.is_empty() {
                return Err(unsupported(algorithm));
            }
            Ok(Work::Sign { token, inputs })
        }
    }
}

/// Whose leaves are planned.
struct LeavesOf<'a> {
    tree: &'a AccessTree,
    enrolment: EnrolmentId,
}

fn plan_leaves(
    genesis: H256,
    session: &Session,
    body: &RequestBody,
    of: &LeavesOf<'_>,
    is_present: impl Fn(usize) -> bool,
) -> Vec<PlannedLeaf> {
    let planned = |(index, (path, participant)): (usize, (LeafPath, Participant))| {
        let aad = ReleaseContext {
            genesis,
            request: session.request,
            attempt: session.attempt,
            session,
            key: body.key,
            epoch: body.epoch,
            enrolment: of.enrolment,
            leaf: &path,
            operation: body.operation.kind(),
            payload_hash: body.payload_hash,
            policy: body.policy,
        }
        .aad();
        PlannedLeaf { path, participant, present: is_present(index), aad }
    };
    of.tree.leaves().into_iter().enumerate().map(planned).collect()
}

//! Whose signatures count for a request, and in which order (section 7).

use alloc::collections::BTreeSet;
use regent_primitives::{
    AccountId, Approval, BlockNumber, Decision, Policy, RequestBody, RequestId, SignedApproval,
    H256,
};

use crate::{
    policy_rules::{check_policy, narrow},
    request_rules::{check_not_expired, check_policy_of},
    violation::{BoundField, Violation},
};

/// Where a request's approvals stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The stage that is open; the count of stages once all are satisfied.
    pub stage: u8,
    /// Every stage is satisfied and nobody denied.
    pub approved: bool,
    /// Somebody denied.
    pub denied: bool,
}

/// Accepts one more approval or denial at this block, or says why not.
///
/// `existing` are those accepted before, in their order. Their order, roles and people are checked
/// again, and that none of them has lapsed; their signatures are not (see [`verify_release`]).
///
/// # Errors
/// The first rule that `new`, or one of `existing`, breaks.
pub fn accept_approval(
    genesis: H256,
    policy: &Policy,
    body: &RequestBody,
    existing: &[SignedApproval],
    new: &SignedApproval,
    now: BlockNumber,
) -> Result<Progress, Violation> {
    check_policy_of(genesis, policy, body)?;
    check_not_expired(body, now)?;
    let expected = Expected::new(genesis, body);
    let mut tally = Tally::new(policy, body);
    for approval in existing {
        expected.check(approval, now)?;
        tally.add(approval)?;
    }
    expected.check(new, now)?;
    tally.add(new)?;
    // Last, because it costs the most.
    check_signature(new)?;
    Ok(tally.progress())
}

/// Whether these approvals, each verified with its signature, let shares be released at this block:
/// every stage satisfied in order, nobody denied, none lapsed.
///
/// # Errors
/// The first rule one of them breaks, or which approvals are missing.
pub fn verify_release(
    genesis: H256,
    policy: &Policy,
    body: &RequestBody,
    approvals: &[SignedApproval],
    now: BlockNumber,
) -> Result<(), Violation> {
    check_policy(policy)?;
    check_policy_of(genesis, policy, body)?;
    check_not_expired(body, now)?;
    let expected = Expected::new(genesis, body);
    let mut tally = Tally::new(policy, body);
    for approval in approvals {
        expected.check(approval, now)?;
        tally.add(approval)?;
        check_signature(approval)?;
    }
    tally.require_approved(expected.approval.request)
}

/// Where these approvals, accepted before by [`accept_approval`], stand. Nothing is verified.
pub fn progress(policy: &Policy, accepted: &[SignedApproval]) -> Progress {
    let denied = accepted.iter().any(|item| item.approval.decision == Decision::Deny);
    let mut left =
        accepted.iter().filter(|item| item.approval.decision == Decision::Approve).count();
    let mut stage = 0u8;
    for asked in policy.stages.iter() {
        let threshold = usize::from(asked.threshold);
        if left < threshold {
            break;
        }
        left -= threshold;
        stage = stage.saturating_add(1);
    }
    let satisfied = !policy.stages.is_empty() && usize::from(stage) == policy.stages.len();
    Progress { stage, approved: satisfied && !denied, denied }
}

fn check_signature(approval: &SignedApproval) -> Result<(), Violation> {
    if approval.verify() {
        Ok(())
    } else {
        Err(Violation::InvalidSignature { signer: approval.approver.clone() })
    }
}

/// What every approval of a request says, but for stage, decision and deadline.
struct Expected {
    approval: Approval,
}

impl Expected {
    fn new(genesis: H256, body: &RequestBody) -> Self {
        Self { approval: Approval::of(genesis, body, 0, Decision::Approve, 0) }
    }

    fn check(&self, signed: &SignedApproval, now: BlockNumber) -> Result<(), Violation> {
        let (found, expected) = (&signed.approval, &self.approval);
        let fields = [
            (found.genesis == expected.genesis, BoundField::Genesis),
            (found.request == expected.request, BoundField::Request),
            (found.key == expected.key, BoundField::Key),
            (found.epoch == expected.epoch, BoundField::Epoch),
            (found.operation == expected.operation, BoundField::Operation),
            (found.payload_hash == expected.payload_hash, BoundField::PayloadHash),
            (found.policy == expected.policy, BoundField::Policy),
        ];
        if let Some((_, field)) = fields.into_iter().find(|(equal, _)| !equal) {
            return Err(Violation::ApprovalNotBound { approver: signed.approver.clone(), field });
        }
        // A denial does not lapse into consent: only approvals have to be fresh.
        if found.decision == Decision::Approve && now > found.expires {
            return Err(Violation::ApprovalExpired {
                approver: signed.approver.clone(),
                expires: found.expires,
                now,
            });
        }
        Ok(())
    }
}

/// Approvals counted in their order.
struct Tally<'a> {
    policy: &'a Policy,
    requester: &'a AccountId,
    /// The open stage.
    stage: usize,
    /// Approvals it has.
    count: u8,
    /// Everybody who approved, at any stage.
    approvers: BTreeSet<&'a AccountId>,
    denied: bool,
}

impl<'a> Tally<'a> {
    fn new(policy: &'a Policy, body: &'a RequestBody) -> Self {
        Self {
            policy,
            requester: &body.requester,
            stage: 0,
            count: 0,
            approvers: BTreeSet::new(),
            denied: false,
        }
    }

    fn satisfied(&self) -> bool {
        !self.policy.stages.is_empty() && self.stage == self.policy.stages.len()
    }

    fn progress(&self) -> Progress {
        Progress {
            stage: narrow(self.stage),
            approved: self.satisfied() && !self.denied,
            denied: self.denied,
        }
    }

    fn is_member(&self, approver: &AccountId, stage: usize) -> bool {
        self.policy
            .stages
            .get(stage)
            .and_then(|stage| self.policy.roles.get(usize::from(stage.role)))
            .is_some_and(|role| role.members.contains(approver))
    }

    fn add<'b: 'a>(&mut self, signed: &'b SignedApproval) -> Result<(), Violation> {
        let approver = &signed.approver;
        if self.denied || self.satisfied() {
            return Err(Violation::AlreadyDecided { denied: self.denied });
        }
        if approver == self.requester {
            return Err(Violation::RequesterApproves { requester: approver.clone() });
        }
        let stage = usize::from(signed.approval.stage);
        match signed.approval.decision {
            Decision::Approve => self.approve(approver, stage),
            Decision::Deny => self.deny(approver, stage),
        }
    }

    fn approve(&mut self, approver: &'a AccountId, stage: usize) -> Result<(), Violation> {
        if stage != self.stage {
            return Err(Violation::WrongStage {
                approver: approver.clone(),
                found: narrow(stage),
                open: narrow(self.stage),
            });
        }
        if !self.is_member(approver, stage) {
            return Err(Violation::ApproverNotInRole {
                approver: approver.clone(),
                stage: narrow(stage),
            });
        }
        if !self.approvers.insert(approver) {
            return Err(Violation::AlreadyApproved { approver: approver.clone() });
        }
        self.count = self.count.saturating_add(1);
        if self.policy.stages.get(stage).is_some_and(|asked| self.count >= asked.threshold) {
            self.stage = self.stage.saturating_add(1);
            self.count = 0;
        }
        Ok(())
    }

    fn deny(&mut self, approver: &AccountId, stage: usize) -> Result<(), Violation> {
        if stage >= self.policy.stages.len() {
            return Err(Violation::UnknownStage {
                approver: approver.clone(),
                found: narrow(stage),
                stages: narrow(self.policy.stages.len()),
            });
        }
        if !self.is_member(approver, stage) {
            return Err(Violation::ApproverNotInRole {
                approver: approver.clone(),
                stage: narrow(stage),
            });
        }
        self.denied = true;
        Ok(())
    }

    fn require_approved(&self, request: RequestId) -> Result<(), Violation> {
        if self.denied {
            return Err(Violation::RequestDenied { request });
        }
        if self.satisfied() {
            return Ok(());
        }
        let expected = self.policy.stages.get(self.stage).map_or(0, |stage| stage.threshold);
        Err(Violation::ApprovalsMissing { stage: narrow(self.stage), found: self.count, expected })
    }
}

//! Rules `approvals`, `approval-signature`, `approvals-logged`, `approved` (section 10).

use regent_policy::{accept_approval, progress, Violation};
use regent_primitives::{AuditEntry, AuditEvent, Decision, Policy, RequestRecord, SignedApproval};

use super::{ensure, Case, Judged};
use crate::{rule::Rule, verdict::Failure};

impl Case<'_> {
    pub(super) fn judge_approvals(&mut self) -> Judged {
        let policy = self.own_policy()?.map(|record| &record.policy);
        let opened = self.opened;
        let Some(approvals) = opened.approvals.as_deref() else { return Ok(()) };
        let (record, history) = (self.record(), self.history());
        if let (Some(policy), Some(record), Some(history)) = (policy, record, history) {
            self.judge_counting(policy, record, approvals, history)?;
        }
        for approval in approvals {
            if !approval.verify() {
                let detail = format!("of {}", approval.approver);
                return Err(Failure::new(Rule::ApprovalSignature, detail));
            }
        }
        if let Some(history) = history {
            judge_logged(approvals, history)?;
        }
        if let (Some(policy), Some(record), Some(history)) = (policy, record, history) {
            self.judge_approved(policy, record, approvals, history)?;
        }
        Ok(())
    }

    /// Each was accepted at the block of its entry.
    fn judge_counting(
        &self,
        policy: &Policy,
        record: &RequestRecord,
        approvals: &[SignedApproval],
        history: &[AuditEntry],
    ) -> Judged {
        let mut decisions = decisions(history);
        for (at, approval) in approvals.iter().enumerate() {
            let Some((_, entry)) = decisions.next() else {
                return Err(Failure::new(Rule::Approvals, "one is not in the log"));
            };
            let before = approvals.get(..at).unwrap_or_default();
            let (genesis, body) = (self.genesis(), &record.body);
            match accept_approval(genesis, policy, body, before, approval, entry.block) {
                // Signatures are a rule of their own.
                Ok(_) | Err(Violation::InvalidSignature { .. }) => {}
                Err(violation) => return Err(Failure::new(Rule::Approvals, violation)),
            }
        }
        Ok(())
    }

    /// The entry *approved* stands right after the last approval, exactly if they are enough.
    fn judge_approved(
        &self,
        policy: &Policy,
        record: &RequestRecord,
        approvals: &[SignedApproval],
        history: &[AuditEntry],
    ) -> Judged {
        let approved: Vec<usize> = history
            .iter()
            .enumerate()
            .filter(|(_, entry)| entry.event == AuditEvent::Approved)
            .map(|(at, _)| at)
            .collect();
        if !progress(policy, approvals).approved {
            return ensure(approved.is_empty() && record.approved_entry.is_none(), Rule::Approved);
        }
        let last = decisions(history).last().map(|(at, _)| at.saturating_add(1));
        let hash = last.and_then(|at| history.get(at)).map(|entry| entry.hash(self.genesis()));
        let expected: Vec<usize> = last.into_iter().collect();
        ensure(approved == expected && record.approved_entry == hash, Rule::Approved)
    }
}

/// The entries of approvals and denials, with their places in the history.
fn decisions(history: &[AuditEntry]) -> impl Iterator<Item = (usize, &AuditEntry)> {
    history.iter().enumerate().filter(|(_, entry)| {
        matches!(entry.event, AuditEvent::ApprovalGiven { .. } | AuditEvent::Denied { .. })
    })
}

/// The log has these approvals and denials, and no other.
fn judge_logged(approvals: &[SignedApproval], history: &[AuditEntry]) -> Judged {
    let logged: Vec<AuditEvent> =
        decisions(history).map(|(_, entry)| entry.event.clone()).collect();
    let expected: Vec<AuditEvent> = approvals
        .iter()
        .map(|signed| {
            let approver = signed.approver.clone();
            let approval_hash = signed.approval.message();
            match signed.approval.decision {
                Decision::Approve => {
                    let stage = signed.approval.stage;
                    AuditEvent::ApprovalGiven { approver, stage, approval_hash }
                }
                Decision::Deny => AuditEvent::Denied { approver, approval_hash },
            }
        })
        .collect();
    ensure(logged == expected, Rule::ApprovalsLogged)
}

//! Rules `request-id`, `history`, `submitted`, `attempts`, `payload`; and at the end `status` and
//! `unaccounted`.

use regent_policy::progress;
use regent_primitives::{
    payload::payload_hash, AuditEntry, AuditEvent, RequestRecord, RequestStatus, SignedApproval,
};
use regent_proof::{audit::verify_subject, layout};

use super::{ensure, Case, Judged};
use crate::{limits::limits, rule::Rule, verdict::Failure};

impl Case<'_> {
    pub(super) fn judge_request(&self) -> Judged {
        let (record, history) = (self.record(), self.history());
        if let Some(record) = record {
            ensure(record.body.id(self.genesis()) == self.item.id, Rule::RequestId)?;
        }
        if let Some(history) = history {
            self.judge_history(history)?;
        }
        if let (Some(record), Some(history)) = (record, history) {
            ensure(is_submission(record, history), Rule::Submitted)?;
        }
        if let Some(record) = record {
            let (found, expected) = (self.opened.sessions.len(), usize::from(record.attempts));
            if found != expected {
                let detail = format!("{found} sessions, expected {expected}");
                return Err(Failure::new(Rule::Attempts, detail));
            }
        }
        let Some(payload) = self.payload() else { return Ok(()) };
        // Nothing else proves a payload.
        let Some(body) = self.body() else {
            return Err(Failure::new(Rule::Payload, "its request is withheld"));
        };
        let found = payload_hash(self.genesis(), body.operation.format(), payload);
        ensure(found == body.payload_hash, Rule::Payload)
    }

    fn judge_history(&self, history: &[AuditEntry]) -> Judged {
        let wrong = |detail: &str| Failure::new(Rule::History, detail);
        let subject = self.subject();
        let Some(newest) = history.last().map(|entry| entry.hash(self.genesis())) else {
            return Err(wrong("it is empty"));
        };
        verify_subject(self.genesis(), &subject, newest, history, &limits())
            .map_err(|error| Failure::new(Rule::History, error))?;
        let bytes = Some(newest.as_bytes());
        if !self.context.state.holds(&layout::audit_subject_head(&subject), bytes) {
            return Err(wrong("the state has another newest entry"));
        }
        if self.record().is_some_and(|record| record.last_entry != newest) {
            return Err(wrong("the record has another newest entry"));
        }
        for entry in history {
            if entry.block > self.context.head {
                return Err(wrong("an entry is of a block after the head"));
            }
            if self.context.log.disagrees(entry) {
                return Err(wrong("the log has another entry of the same index"));
            }
        }
        Ok(())
    }

    pub(super) fn judge_end(&mut self) -> Judged {
        let Some(record) = self.record() else { return Ok(()) };
        let Some(history) = self.history() else { return Ok(()) };
        let status = match status(history) {
            Some(RequestStatus::Pending { .. }) => match (self.own_policy()?, self.approvals()) {
                (Some(policy), Some(approvals)) => {
                    let stage = progress(&policy.policy, approvals).stage;
                    Some(RequestStatus::Pending { stage })
                }
                // Which stage is open cannot be said.
                _ if matches!(record.status, RequestStatus::Pending { .. }) => Some(record.status),
                _ => None,
            },
            status => status,
        };
        if status != Some(record.status) {
            let found = record.status.name();
            let expected = status.map_or("none", RequestStatus::name);
            let detail = format!("{found}, the log says {expected}");
            return Err(Failure::new(Rule::Status, detail));
        }
        let ended = matches!(
            record.status,
            RequestStatus::Expired | RequestStatus::Cancelled | RequestStatus::Failed
        );
        let told = history.iter().any(|entry| entry.event == AuditEvent::Unaccounted);
        ensure(!ended || self.item.releases.is_empty() || told, Rule::Unaccounted)
    }

    /// The approvals, if they can be seen.
    pub(super) fn approvals(&self) -> Option<&[SignedApproval]> {
        self.opened.approvals.as_deref()
    }
}

/// Whether a history begins, once, with the submission of this request.
fn is_submission(record: &RequestRecord, history: &[AuditEntry]) -> bool {
    let Some((first, later)) = history.split_first() else { return false };
    let body = &record.body;
    let submitted = AuditEvent::Submitted {
        by: body.requester.clone(),
        key: body.key,
        operation: body.operation.kind(),
        payload_hash: body.payload_hash,
        policy: body.policy,
    };
    let again = |entry: &AuditEntry| matches!(entry.event, AuditEvent::Submitted { .. });
    first.event == submitted && first.block == record.submitted_at && !later.iter().any(again)
}

/// Where the log leaves a request (section 12); a pending one at stage 0.
fn status(history: &[AuditEntry]) -> Option<RequestStatus> {
    history.iter().fold(None, |status, entry| match entry.event {
        AuditEvent::Submitted { .. } => Some(RequestStatus::Pending { stage: 0 }),
        AuditEvent::Approved => Some(RequestStatus::Approved),
        AuditEvent::ShareReleased { .. } if status == Some(RequestStatus::Approved) => {
            Some(RequestStatus::Executing)
        }
        AuditEvent::Completed { .. } => Some(RequestStatus::Completed),
        AuditEvent::Denied { .. } => Some(RequestStatus::Denied),
        AuditEvent::Expired => Some(RequestStatus::Expired),
        AuditEvent::Cancelled | AuditEvent::EpochEnded { .. } => Some(RequestStatus::Cancelled),
        AuditEvent::Failed => Some(RequestStatus::Failed),
        _ => status,
    })
}

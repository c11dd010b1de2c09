//! Rules `session-binding`, `session-evidence`, `session-measurement`, `session-block`,
//! `sessions-logged`.

use regent_policy::accepts_measurement;
use regent_primitives::{Attempt, AuditEntry, AuditEvent, BlockNumber, SessionRecord};

use super::{ensure, Case, Judged};
use crate::{rule::Rule, verdict::Failure};

impl Case<'_> {
    pub(super) fn judge_sessions(&mut self) -> Judged {
        let opened = self.opened;
        let sessions = &opened.sessions;
        for (attempt, session) in (1u8..).zip(sessions) {
            let before = attempt.checked_sub(1).filter(|before| *before > 0);
            let after = before.map(|before| self.session(before).map(|record| record.deadline));
            match (session, after) {
                (Some(record), None) => self.judge_binding(attempt, record, None)?,
                (Some(record), Some(Some(deadline))) => {
                    self.judge_binding(attempt, record, Some(deadline))?;
                }
                _ => {}
            }
        }
        for record in sessions.iter().flatten() {
            let (genesis, session) = (self.genesis(), &record.session);
            let report_data = session.report_data(genesis);
            let measured = regent_attestation::verify(genesis, &session.evidence, report_data)
                .map_err(|error| Failure::new(Rule::SessionEvidence, error))?;
            ensure(measured == record.measurement, Rule::SessionEvidence)?;
        }
        if let Some(policy) = self.own_policy()? {
            for record in sessions.iter().flatten() {
                let accepted = accepts_measurement(&policy.policy, &record.measurement);
                ensure(accepted, Rule::SessionMeasurement)?;
            }
        }
        for record in sessions.iter().flatten() {
            self.judge_block(record.session.finalised_hash, Rule::SessionBlock)?;
        }
        match (Self::all(sessions), self.history()) {
            (Some(sessions), Some(history)) => self.judge_sessions_logged(&sessions, history),
            _ => Ok(()),
        }
    }

    fn judge_binding(
        &self,
        attempt: Attempt,
        record: &SessionRecord,
        after: Option<BlockNumber>,
    ) -> Judged {
        let session = &record.session;
        let deadline = record.opened_at.saturating_add(session.lifetime);
        let bound = session.request == self.item.id
            && session.attempt == attempt
            && record.deadline == deadline
            && after.is_none_or(|deadline| record.opened_at > deadline);
        ensure(bound, Rule::SessionBinding)
    }

    fn judge_sessions_logged(&self, sessions: &[&SessionRecord], history: &[AuditEntry]) -> Judged {
        let logged = history.iter().filter_map(|entry| match entry.event {
            AuditEvent::SessionOpened { attempt, session, evidence_hash } => {
                Some((attempt, session, evidence_hash, entry.block))
            }
            _ => None,
        });
        let expected = (1u8..).zip(sessions).map(|(attempt, record)| {
            let session = &record.session;
            (attempt, session.id, session.evidence.hash(self.genesis()), record.opened_at)
        });
        ensure(logged.eq(expected), Rule::SessionsLogged)
    }
}

//! Rules `refusal-binding`, `refusal-signature`, `refusal-block`, `refusals-logged`.

use codec::Encode;
use regent_primitives::{release::verify_raw, AuditEntry, AuditEvent, Participant, Refusal};

use super::{ensure, Case, Judged};
use crate::rule::Rule;

impl Case<'_> {
    pub(super) fn judge_refusals(&self) -> Judged {
        let opened = self.opened;
        if let Some(tree) = &self.tree {
            for (item, refusal) in self.item.refusals.iter().zip(&opened.refusals) {
                let Some(refusal) = refusal else { continue };
                let bound = refusal.request == self.item.id
                    && refusal.attempt == item.attempt
                    && refusal.agent == item.agent
                    && tree.is_of(Participant::Agent(item.agent), None);
                ensure(bound, Rule::RefusalBinding)?;
            }
        }
        for refusal in opened.refusals.iter().flatten() {
            let message = refusal.message(self.genesis());
            let signed = verify_raw(&refusal.signature, message, &refusal.agent.0);
            ensure(signed, Rule::RefusalSignature)?;
        }
        for refusal in opened.refusals.iter().flatten() {
            self.judge_block(refusal.finalised_hash, Rule::RefusalBlock)?;
        }
        match (Self::all(&opened.refusals), self.history()) {
            (Some(refusals), Some(history)) => judge_refusals_logged(&refusals, history),
            _ => Ok(()),
        }
    }
}

/// The log has each refusal once, and no other.
fn judge_refusals_logged(refusals: &[&Refusal], history: &[AuditEntry]) -> Judged {
    let mut logged: Vec<Vec<u8>> = history
        .iter()
        .filter(|entry| matches!(entry.event, AuditEvent::ReleaseRefused { .. }))
        .map(|entry| entry.event.encode())
        .collect();
    let mut expected: Vec<Vec<u8>> = refusals
        .iter()
        .map(|refusal| {
            let Refusal { attempt, agent, reason, .. } = **refusal;
            AuditEvent::ReleaseRefused { attempt, agent, reason }.encode()
        })
        .collect();
    logged.sort_unstable();
    expected.sort_unstable();
    ensure(logged == expected, Rule::RefusalsLogged)
}

//! Rules `receipt-binding`, `receipt-leaves`, `receipt-block`, `receipt-signature`, `receipt-token`,
//! `receipt-logged`.

use std::collections::BTreeSet;

use regent_primitives::{
    receipt::result_hash, AuditEvent, Receipt, RequestRecord, SessionRecord, SignedReceipt,
};

use super::{ensure, Case, Judged, Made, RequestTree};
use crate::{field::FieldKind, rule::Rule};

impl Case<'_> {
    pub(super) fn judge_receipt(&mut self) -> Judged {
        if let Some(signed) = self.receipt() {
            self.judge_signed(signed)?;
        }
        let (Some(receipt), Some(history)) = (&self.opened.receipt, self.history()) else {
            return Ok(());
        };
        let logged = history.iter().filter_map(|entry| match entry.event {
            AuditEvent::Completed { attempt, receipt_hash } => Some((attempt, receipt_hash)),
            _ => None,
        });
        let genesis = self.genesis();
        let expected =
            receipt.iter().map(|signed| (signed.receipt.attempt, signed.receipt.message(genesis)));
        ensure(logged.eq(expected), Rule::ReceiptLogged)
    }

    fn judge_signed(&mut self, signed: &SignedReceipt) -> Judged {
        let receipt = &signed.receipt;
        ensure(self.has_session(receipt.attempt), Rule::ReceiptBinding)?;
        let (record, session) = (self.record(), self.session(receipt.attempt));
        if let (Some(record), Some(session)) = (record, session) {
            self.judge_receipt_binding(receipt, record, session)?;
        }
        if let Some(tree) = &self.tree {
            judge_leaves(receipt, tree)?;
        }
        self.judge_state(receipt.finalised_hash, receipt.attempt, Rule::ReceiptBlock)?;
        let Some(session) = session else { return Ok(()) };
        let by_session = signed.verify(self.genesis(), &session.session.signing_public);
        ensure(by_session, Rule::ReceiptSignature)?;
        let Some(body) = self.body().filter(|body| body.makes_token()) else { return Ok(()) };
        match self.made_by(body, session) {
            Made::Token(token) => {
                let hash = result_hash(self.genesis(), token);
                ensure(hash == receipt.result_hash, Rule::ReceiptToken)
            }
            Made::Withheld => {
                self.withheld.insert(FieldKind::Token);
                Ok(())
            }
            Made::None => Err(Rule::ReceiptToken.into()),
        }
    }

    fn judge_receipt_binding(
        &self,
        receipt: &Receipt,
        record: &RequestRecord,
        session: &SessionRecord,
    ) -> Judged {
        let body = &record.body;
        let bound = receipt.request == self.item.id
            && receipt.key == body.key
            && receipt.epoch == body.epoch
            && receipt.operation == body.operation.kind()
            && receipt.payload_hash == body.payload_hash
            && receipt.policy == body.policy
            && Some(receipt.previous) == record.approved_entry
            && receipt.session == session.session.id;
        ensure(bound, Rule::ReceiptBinding)
    }
}

/// Its leaves are distinct, each takes part, and together they satisfy the tree.
fn judge_leaves(receipt: &Receipt, tree: &RequestTree) -> Judged {
    let numbers: Option<BTreeSet<usize>> =
        receipt.leaves.iter().map(|leaf| tree.number(leaf)).collect();
    let enough = numbers.is_some_and(|numbers| {
        numbers.len() == receipt.leaves.len()
            && numbers.iter().all(|leaf| tree.takes_part(*leaf))
            && tree.tree.satisfied(|leaf| numbers.contains(&leaf))
    });
    ensure(enough, Rule::ReceiptLeaves)
}

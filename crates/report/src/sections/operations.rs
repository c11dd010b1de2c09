//! Operations: who asked for what, when, and what came of it.

use regent_primitives::{AccountId, AuditEvent, Epoch, KeyId, Receipt};

use super::{count, paragraph, table_or, verdict_text, withheld_text};
use crate::{
    identifier::IdentifierKind,
    model::{Block, Section, Text},
    opened::{Opened, Operation},
    words,
};

/// Who asked for what; of a request that is withheld, as far as its history says.
struct Asked<'a> {
    by: &'a AccountId,
    key: KeyId,
    epoch: Option<Epoch>,
    what: Text,
}

pub(super) fn section(opened: &Opened<'_>) -> Section {
    let rows = opened.operations.iter().map(|operation| row(opened, operation)).collect();
    let columns = [
        ("Operation", 4),
        ("Asked by, when", 5),
        ("Key", 4),
        ("What", 6),
        ("Status", 4),
        ("Verdict", 4),
    ];
    let operations = "Operations, in the order in which they were asked for";
    Section {
        id: "operations",
        title: "Operations",
        blocks: vec![
            paragraph(
                "What is to be moved, to whom and at what fee is what the requester declared and the \
                 approvers signed. Agents and enclave parse the payload, and release nothing if it does \
                 something else.",
            ),
            table_or("There are no operations in this file.", operations, &columns, rows),
            receipts(opened),
        ],
    }
}

fn row(opened: &Opened<'_>, operation: &Operation<'_>) -> Vec<Text> {
    let when = operation.submitted_at().map(|block| Text::from(opened.clock.block(block)));
    let (by, key, what) = match asked(operation) {
        Some(Asked { by, key, epoch, what }) => {
            let key = words::key(key);
            let key = match epoch {
                Some(epoch) => key.then(format!(", epoch {epoch}")),
                None => key,
            };
            (words::account(by), key, what)
        }
        None => (withheld_text(), withheld_text(), withheld_text()),
    };
    let status = operation.judged.status.map_or_else(withheld_text, words::status);
    let findings = operation.judged.findings.iter().map(|finding| words::finding(*finding));
    vec![
        words::operation(operation.item.id),
        Text::lines(core::iter::once(by).chain(when)),
        key,
        what,
        Text::lines(core::iter::once(status).chain(findings)),
        verdict_text(&operation.judged.verdict),
    ]
}

fn asked<'a>(operation: &'a Operation<'_>) -> Option<Asked<'a>> {
    if let Some(record) = &operation.record {
        let body = &record.body;
        let what = words::operation_words(&body.operation, &body.effect);
        let (by, key) = (&body.requester, body.key);
        return Some(Asked { by, key, epoch: Some(body.epoch), what });
    }
    match &operation.history.as_ref()?.first()?.event {
        AuditEvent::Submitted { by, key, operation, .. } => {
            let what = Text::from(words::kind(*operation)).then(": the rest is withheld");
            Some(Asked { by, key: *key, epoch: None, what })
        }
        _ => None,
    }
}

fn receipts(opened: &Opened<'_>) -> Block {
    let rows = opened.operations.iter().filter_map(|operation| {
        let Receipt { attempt, result_hash, leaves, faulty, session, .. } =
            &operation.receipt.as_ref()?.receipt;
        let completed = |event: &AuditEvent| matches!(event, AuditEvent::Completed { .. });
        let blocks = operation.blocks_of(completed);
        let when = blocks
            .first()
            .map_or_else(withheld_text, |block| Text::from(opened.clock.block(*block)));
        let faulty =
            (!faulty.is_empty()).then(|| Text::from(format!("{} found wrong", faulty.len())));
        let combined = Text::from(count(leaves.len(), "share combined", "shares combined"));
        Some(vec![
            words::operation(operation.item.id),
            when,
            Text::from(attempt.to_string()),
            Text::lines(core::iter::once(combined).chain(faulty)),
            Text::identifier(IdentifierKind::Session, session),
            words::hash(IdentifierKind::Hash, *result_hash),
        ])
    });
    let columns = [
        ("Operation", 4),
        ("When", 5),
        ("Attempt", 2),
        ("Shares", 4),
        ("Enclave's session", 4),
        ("Hash of the result", 4),
    ];
    let caption = "Receipts: what enclaves state, with their signatures, that they did";
    table_or("There are no receipts to be seen.", caption, &columns, rows.collect())
}

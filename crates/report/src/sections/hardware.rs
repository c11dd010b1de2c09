//! Enclaves: what their evidence attests.

use std::collections::{BTreeMap, BTreeSet};

use regent_primitives::{EvidenceKind, Measurement, RequestId, SessionRecord};

use super::{count, paragraph, table_or};
use crate::{
    identifier::IdentifierKind,
    model::{Block, Section, Text, Tone},
    opened::Opened,
    words,
};

/// What a measurement is met in.
#[derive(Default)]
struct Met {
    sessions: usize,
    operations: BTreeSet<RequestId>,
    policies: usize,
}

pub(super) fn section(opened: &Opened<'_>) -> Section {
    let met = met(opened);
    let simulated = met.keys().any(|measurement| measurement.kind == EvidenceKind::Simulated);
    let mut blocks = vec![paragraph(
        "Each attempt at an operation runs in an enclave's session, whose evidence was verified anew for \
         this report: it attests the session's keys, and the measurement of the program. That the \
         consortium trusted the measurement when the session was opened is the chain's word at that \
         block; that the policy accepts it was checked.",
    )];
    if simulated {
        blocks.push(Block::Notice {
            tone: Tone::Caution,
            headline: "Simulated evidence proves nothing".to_owned(),
            details: vec![Text::from(
                "No hardware made it: whoever has the program can make it, anywhere. It is for \
                 development, and no production preset accepts it.",
            )],
        });
    }
    let measured = met.iter().map(|(measurement, met)| {
        let proves = match measurement.kind {
            EvidenceKind::Simulated => Text::from("nothing: simulated").toned(Tone::Bad),
        };
        vec![
            words::measurement(measurement),
            proves,
            Text::from(count(met.sessions, "session", "sessions")),
            Text::from(count(met.operations.len(), "operation", "operations")),
            Text::from(count(met.policies, "policy", "policies")),
        ]
    });
    let columns = [
        ("Kind and measurement", 5),
        ("What it proves of hardware", 4),
        ("Sessions", 3),
        ("Operations", 3),
        ("Accepted by", 3),
    ];
    let none = "No enclave's evidence, and no policy that accepts any, is to be seen in this file.";
    blocks.push(table_or(none, "Measurements", &columns, measured.collect()));
    blocks.push(sessions(opened));
    Section { id: "hardware", title: "Attested hardware", blocks }
}

fn met(opened: &Opened<'_>) -> BTreeMap<Measurement, Met> {
    let mut all = BTreeMap::<Measurement, Met>::new();
    for policy in opened.policies.iter().filter_map(|policy| policy.record.as_ref()) {
        for measurement in &policy.policy.measurements {
            all.entry(*measurement).or_default().policies += 1;
        }
    }
    for operation in &opened.operations {
        for record in operation.sessions.iter().flatten() {
            let met = all.entry(record.measurement).or_default();
            met.sessions += 1;
            met.operations.insert(operation.item.id);
        }
    }
    all
}

fn sessions(opened: &Opened<'_>) -> Block {
    let rows = opened.operations.iter().flat_map(|operation| {
        operation.sessions.iter().flatten().map(move |record| {
            let SessionRecord { session, measurement, opened_at, deadline } = record;
            let evidence = session.evidence.hash(opened.bundle.genesis);
            vec![
                words::operation(operation.item.id),
                Text::from(session.attempt.to_string()),
                Text::identifier(IdentifierKind::Session, session.id),
                Text::from(opened.clock.block(*opened_at)),
                Text::from(format!("block {deadline}")),
                words::measurement(measurement),
                words::hash(IdentifierKind::Hash, evidence),
            ]
        })
    });
    let columns = [
        ("Operation", 4),
        ("Attempt", 2),
        ("Session", 4),
        ("Opened", 5),
        ("Shares until", 3),
        ("Measurement", 4),
        ("Hash of the evidence", 4),
    ];
    table_or("No session is to be seen.", "Enclaves' sessions", &columns, rows.collect())
}

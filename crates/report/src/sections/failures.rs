//! What did not go as it was asked for: operations that ended otherwise, refusals of agents, rules that
//! are broken.

use regent_evidence::Failure;
use regent_primitives::{AuditEvent, RequestStatus};

use super::{paragraph, table_or, withheld_text};
use crate::{
    model::{Block, Section, Text, Tone},
    opened::{Opened, Operation},
    words,
};

pub(super) fn section(opened: &Opened<'_>) -> Section {
    Section {
        id: "failures",
        title: "Refusals and failures",
        blocks: vec![ended(opened), refusals(opened), broken(opened)],
    }
}

/// Operations that ended, and not with a receipt.
fn ended(opened: &Opened<'_>) -> Block {
    let rows = opened.operations.iter().filter_map(|operation| {
        let status = operation.judged.status?;
        let ended = status.is_over() && status != RequestStatus::Completed;
        ended.then(|| {
            let blocks = operation.blocks_of(is_end);
            let when = blocks
                .last()
                .map_or_else(withheld_text, |block| Text::from(opened.clock.block(*block)));
            let id = words::operation(operation.item.id);
            vec![id, words::status(status), when, reason(operation, status)]
        })
    });
    let columns = [("Operation", 4), ("Ended", 3), ("When", 5), ("Why", 7)];
    let none = "Every operation of which the status is known was completed, or is still open.";
    table_or(none, "Operations that ended without a receipt", &columns, rows.collect())
}

const fn is_end(event: &AuditEvent) -> bool {
    matches!(
        event,
        AuditEvent::Denied { .. }
            | AuditEvent::Expired
            | AuditEvent::Cancelled
            | AuditEvent::Failed
            | AuditEvent::EpochEnded { .. }
    )
}

fn reason(operation: &Operation<'_>, status: RequestStatus) -> Text {
    let history = || operation.history.iter().flatten();
    match status {
        RequestStatus::Denied => {
            let denied = history().find_map(|entry| match &entry.event {
                AuditEvent::Denied { approver, .. } => Some(words::account(approver)),
                _ => None,
            });
            Text::from("by ").then(denied.unwrap_or_else(withheld_text))
        }
        RequestStatus::Expired => Text::from(
            "its deadline passed, and no attempt had enough releases for anyone to complete it",
        ),
        RequestStatus::Cancelled => {
            let mut entries = history();
            if entries.any(|entry| matches!(entry.event, AuditEvent::EpochEnded { .. })) {
                Text::from("the key's epoch that it was made for was over")
            } else {
                Text::from("withdrawn by who asked for it, before any share was released")
            }
        }
        RequestStatus::Failed => Text::from(
            "an attempt had enough releases and no receipt came, or every attempt was used up",
        ),
        RequestStatus::Pending { .. }
        | RequestStatus::Approved
        | RequestStatus::Executing
        | RequestStatus::Completed => Text::from("–"),
    }
}

fn refusals(opened: &Opened<'_>) -> Block {
    let rows = opened.operations.iter().flat_map(|operation| {
        operation.refusals.iter().map(move |(item, note)| {
            let logged = operation.blocks_of(|event| {
                matches!(event, AuditEvent::ReleaseRefused { attempt, agent, .. }
                    if *attempt == item.attempt && *agent == item.agent)
            });
            let when = logged
                .first()
                .map_or_else(withheld_text, |block| Text::from(opened.clock.block(*block)));
            let why = note.as_ref().map(|note| Text::from(words::refusal(note.reason)));
            vec![
                words::operation(operation.item.id),
                Text::from(item.attempt.to_string()),
                words::agent(item.agent),
                why.unwrap_or_else(withheld_text),
                when,
            ]
        })
    });
    let columns = [("Operation", 4), ("Attempt", 2), ("Agent", 4), ("Why", 7), ("When", 5)];
    let none = "No agent refused to release a share.";
    let caption = "Agents that refused to release a share, and signed why";
    table_or(none, caption, &columns, rows.collect())
}

/// Everything that breaks a rule.
fn broken(opened: &Opened<'_>) -> Block {
    let policies = opened
        .policies
        .iter()
        .map(|one| (Text::from("policy ").then(words::policy(one.item.hash)), one.verdict));
    let tokens = opened.tokens.iter().map(|one| {
        let of = Text::from("token of key ").then(words::key(one.item.key));
        (of.then(format!(", epoch {}", one.item.epoch)), one.verdict)
    });
    let operations = opened.operations.iter().map(|one| {
        (Text::from("operation ").then(words::operation(one.item.id)), &one.judged.verdict)
    });
    let parts = policies.chain(tokens).chain(operations);
    let parts = parts.filter_map(|(what, verdict)| Some(row(what, verdict.failure.as_ref()?)));
    let whole = opened.report.id_failure.iter().map(|failure| row("the file".into(), failure));
    let columns = [("What", 5), ("Rule", 4), ("What must hold", 6), ("What was found", 6)];
    let rows: Vec<Vec<Text>> = parts.chain(whole).collect();
    if rows.is_empty() {
        return paragraph("Nothing in this file breaks a rule.");
    }
    table_or("", "What breaks a rule, and the first rule that each breaks", &columns, rows)
}

fn row(what: Text, failure: &Failure) -> Vec<Text> {
    let found = if failure.detail.is_empty() { "–" } else { &failure.detail };
    vec![
        what,
        Text::from(failure.rule.name()).toned(Tone::Bad),
        Text::from(failure.rule.meaning()),
        Text::from(found),
    ]
}

//! Who approved what, when, in which order and at which stage.

use regent_primitives::{AccountId, AuditEvent, BlockNumber, Decision, Policy, Stage};

use super::{paragraph, table_or, withheld_text};
use crate::{
    model::{Section, Text, Tone},
    opened::{Opened, Operation},
    words,
};

/// An approval or a denial.
struct Decided<'a> {
    by: &'a AccountId,
    /// Counted from 0; not told of a denial that is withheld.
    stage: Option<u8>,
    decision: Decision,
    /// Not known where the history is withheld.
    block: Option<BlockNumber>,
}

pub(super) fn section(opened: &Opened<'_>) -> Section {
    let rows = opened.operations.iter().flat_map(|operation| rows(opened, operation)).collect();
    let columns =
        [("Operation", 4), ("No.", 1), ("Stage", 5), ("Who", 4), ("Decision", 3), ("When", 5)];
    let caption = "Approvals and denials, in the order in which the chain took them";
    Section {
        id: "approvals",
        title: "Approvals",
        blocks: vec![
            paragraph(
                "Each approval is a person's signature over the exact operation: the key, the payload, the \
                 policy and the stage. The next stage opens when enough members of the role of this one \
                 approved. One denial ends an operation. Nobody approves what they asked for.",
            ),
            table_or("Nobody approved or denied anything.", caption, &columns, rows),
        ],
    }
}

fn rows(opened: &Opened<'_>, operation: &Operation<'_>) -> Vec<Vec<Text>> {
    let id = || words::operation(operation.item.id);
    let when = |block: Option<BlockNumber>| {
        block.map_or_else(withheld_text, |block| Text::from(opened.clock.block(block)))
    };
    let Some(decided) = decided(operation) else {
        return vec![vec![
            id(),
            Text::from("–"),
            withheld_text(),
            withheld_text(),
            withheld_text(),
            withheld_text(),
        ]];
    };
    let policy = operation.record.as_ref().and_then(|record| opened.policy(record.body.policy));
    let policy = policy.map(|record| &record.policy);
    let mut rows: Vec<Vec<Text>> = (1..)
        .zip(decided)
        .map(|(number, one): (usize, _)| {
            let decision = match one.decision {
                Decision::Approve => Text::from("approved").toned(Tone::Good),
                Decision::Deny => Text::from("denied").toned(Tone::Bad),
            };
            vec![
                id(),
                Text::from(number.to_string()),
                one.stage
                    .map_or_else(withheld_text, |stage| Text::from(stage_words(policy, stage))),
                words::account(one.by),
                decision,
                when(one.block),
            ]
        })
        .collect();
    let satisfied = operation.blocks_of(|event| matches!(event, AuditEvent::Approved));
    rows.extend(satisfied.first().map(|block| {
        let all = Text::from("all stages").toned(Tone::Good);
        vec![id(), Text::from("–"), all, Text::from("–"), Text::from("enough"), when(Some(*block))]
    }));
    rows
}

/// What was decided: as signed, or else as the history says.
fn decided<'a>(operation: &'a Operation<'_>) -> Option<Vec<Decided<'a>>> {
    if let Some(approvals) = &operation.approvals {
        let decisions = |event: &AuditEvent| {
            matches!(event, AuditEvent::ApprovalGiven { .. } | AuditEvent::Denied { .. })
        };
        let mut blocks = operation.blocks_of(decisions).into_iter();
        let decided = approvals.iter().map(|signed| Decided {
            by: &signed.approver,
            stage: Some(signed.approval.stage),
            decision: signed.approval.decision,
            block: blocks.next(),
        });
        return Some(decided.collect());
    }
    let history = operation.history.as_ref()?;
    let decided = history.iter().filter_map(|entry| {
        let (by, stage, decision) = match &entry.event {
            AuditEvent::ApprovalGiven { approver, stage, .. } => {
                (approver, Some(*stage), Decision::Approve)
            }
            AuditEvent::Denied { approver, .. } => (approver, None, Decision::Deny),
            _ => return None,
        };
        Some(Decided { by, stage, decision, block: Some(entry.block) })
    });
    Some(decided.collect())
}

/// A stage, counted from 1, and what its policy asks for.
fn stage_words(policy: Option<&Policy>, stage: u8) -> String {
    let number = u16::from(stage).saturating_add(1);
    let asked = policy.and_then(|policy| {
        let Stage { role, threshold } = policy.stages.get(usize::from(stage))?;
        let role = policy.roles.get(usize::from(*role))?;
        Some(format!(": {threshold} of {} “{}”", role.members.len(), words::name(&role.name)))
    });
    format!("{number}{}", asked.unwrap_or_default())
}

//! Versions of policies: what each allows, and who signed the change to it.

use regent_payload::units::show_amount;
use regent_primitives::{runtime_api::PolicyRecord, Condition, Policy as Rules, RoleIndex, Stage};

use super::{paragraph, table_or, verdict_text, withheld_text};
use crate::{
    identifier::IdentifierKind,
    model::{Block, Section, Text},
    opened::{Opened, Policy},
    words,
};

pub(super) fn section(opened: &Opened<'_>) -> Section {
    let rows = opened.policies.iter().map(|policy| row(opened, policy)).collect();
    let columns = [
        ("Policy", 4),
        ("Name", 4),
        ("Replaces", 4),
        ("Replaced by", 4),
        ("Created", 5),
        ("Change signed by", 5),
        ("Verdict", 3),
    ];
    let mut blocks = vec![
        paragraph(
            "A request is bound to the version in force when it was made. A change counts once enough \
             members of the role that the old version names signed it.",
        ),
        table_or(
            "There are no policies in this file.",
            "Versions of policies, and who signed the changes",
            &columns,
            rows,
        ),
    ];
    for policy in &opened.policies {
        let Some(record) = &policy.record else { continue };
        let name = format!("Policy “{}”, ", words::name(&record.policy.name));
        blocks.push(Block::Heading(Text::from(name).then(words::policy(policy.item.hash))));
        blocks.push(Block::Facts(facts(&record.policy)));
    }
    Section { id: "policies", title: "Policies and their changes", blocks }
}

fn row(opened: &Opened<'_>, policy: &Policy<'_>) -> Vec<Text> {
    let hash = words::policy(policy.item.hash);
    let next = policy.item.successor.map_or_else(|| Text::from("–"), words::policy);
    let verdict = verdict_text(policy.verdict);
    let Some(PolicyRecord { policy, signatures, created_by, created_at }) = &policy.record else {
        let withheld = withheld_text;
        return vec![hash, withheld(), withheld(), next, withheld(), withheld(), verdict];
    };
    let before = policy.predecessor.map_or_else(|| Text::from("–"), words::policy);
    let created = Text::from(opened.clock.block(*created_at));
    let signers = signatures.iter().map(|signature| words::account(&signature.signer));
    vec![
        hash,
        Text::from(words::name(&policy.name)),
        before,
        next,
        Text::lines([words::account(created_by), created]),
        Text::lines(signers),
        verdict,
    ]
}

fn facts(policy: &Rules) -> Vec<(String, Text)> {
    let fact = |name: &str, text: Text| (name.to_owned(), text);
    let kinds = policy.operations.iter().map(|kind| Text::from(words::kind(*kind)));
    let stages = (1..).zip(&policy.stages).map(|(number, stage): (usize, _)| {
        Text::from(format!("{number}: {}", stage_words(policy, stage)))
    });
    let limits = policy.limits.iter().map(|limit| {
        let maximum = show_amount(&limit.asset, limit.maximum);
        let fee = show_amount(&limit.asset, limit.maximum_fee);
        Text::from(format!("{maximum} an operation, and a fee of {fee}, "))
            .then(words::asset(&limit.asset))
    });
    let recipients = match &policy.recipients {
        None => Text::from("anyone"),
        Some(list) => Text::lines(list.iter().map(|recipient| {
            Text::identifier(IdentifierKind::Recipient, format!("0x{}", hex::encode(recipient)))
        })),
    };
    let raw = if policy.allow_raw { "allowed" } else { "refused" };
    let mut facts = vec![
        fact("Operations", Text::lines(kinds)),
        fact("Who may ask", Text::from(role_name(policy, policy.requesters))),
        fact("Who must approve", Text::lines(stages)),
        fact("Limits", Text::lines(limits)),
        fact("Recipients", recipients),
        fact("Payloads that nobody parses", Text::from(raw)),
        fact("A request lives", Text::from(format!("at most {} blocks", policy.maximum_lifetime))),
        fact("Enclaves", Text::lines(policy.measurements.iter().map(words::measurement))),
        fact("Who changes it", Text::from(stage_words(policy, &policy.change_rule))),
    ];
    if !policy.conditions.is_empty() {
        facts.push(fact("Waits for", Text::lines(policy.conditions.iter().map(condition))));
    }
    for role in &policy.roles {
        let name = format!("Role “{}”", words::name(&role.name));
        facts.push((name, Text::lines(role.members.iter().map(words::account))));
    }
    facts
}

fn condition(condition: &Condition) -> Text {
    let Condition { id, contract, operations } = condition;
    let kinds: Vec<&str> = operations.iter().map(|kind| words::kind(*kind)).collect();
    words::hash(IdentifierKind::Condition, *id)
        .then(" of contract ")
        .then(words::account(contract))
        .then(format!(", before: {}", kinds.join(", ")))
}

fn role_name(policy: &Rules, index: RoleIndex) -> String {
    match policy.roles.get(usize::from(index)) {
        Some(role) => format!("“{}”", words::name(&role.name)),
        None => format!("role {index}, which it does not have"),
    }
}

/// How many of whom.
fn stage_words(policy: &Rules, stage: &Stage) -> String {
    let members = policy.roles.get(usize::from(stage.role)).map_or(0, |role| role.members.len());
    format!("{} of {members} {}", stage.threshold, role_name(policy, stage.role))
}

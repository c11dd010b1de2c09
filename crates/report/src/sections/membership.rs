//! Who joined and who left: institutions, their people, validators, agents, quorums; and which
//! enclaves' programs were trusted.

use regent_primitives::AuditEvent;

use super::{paragraph, table_or};
use crate::{
    model::{Section, Text},
    opened::{Opened, Reach},
    words,
};

pub(super) fn section(opened: &Opened<'_>) -> Section {
    let rows = opened.log.iter().filter_map(|entry| {
        Some(vec![
            Text::from(entry.index.to_string()),
            Text::from(opened.clock.block(entry.block)),
            change(&entry.event)?,
        ])
    });
    let columns = [("Entry", 1), ("When", 4), ("What changed", 9)];
    let (total, here) = (opened.bundle.log.count, opened.log.len());
    let here = match opened.reach() {
        Reach::All => format!("This file brings all {total} entries of the chain's log."),
        Reach::From { first, single: 0 } => format!(
            "This file brings the entries of the chain's log from number {first} on, of {total}: changes \
             before that are not shown."
        ),
        Reach::From { first, single } => format!(
            "This file brings the entries of the chain's log from number {first} on, of {total}, and \
             {single} before it by themselves: other changes before that are not shown."
        ),
        Reach::Single => format!(
            "This file brings {here} of the {total} entries of the chain's log, each by itself: other \
             changes are not shown."
        ),
        Reach::Nothing => format!(
            "This file brings none of the {total} entries of the chain's log: it says nothing of \
             members, people, agents and validators. An export with the log shows them."
        ),
    };
    let none = "No entry that is here says that any of this changed.";
    let caption = "Members, people, validators, agents and trusted programs: what changed";
    Section {
        id: "membership",
        title: "Members and agents",
        blocks: vec![paragraph(here), table_or(none, caption, &columns, rows.collect())],
    }
}

/// A change of who takes part, in words; nothing of other events.
fn change(event: &AuditEvent) -> Option<Text> {
    let institution = |number: &u32| Text::from(format!("institution {number}"));
    Some(match event {
        AuditEvent::InstitutionRegistered { institution: number } => {
            institution(number).then(" joined")
        }
        AuditEvent::InstitutionSuspended { institution: number } => {
            institution(number).then(" was suspended: its people may not transact")
        }
        AuditEvent::InstitutionResumed { institution: number } => {
            institution(number).then(" is no longer suspended")
        }
        AuditEvent::MemberAdded { institution: number, account } => {
            words::account(account).then(" may act for ").then(institution(number))
        }
        AuditEvent::MemberRemoved { institution: number, account } => {
            words::account(account).then(" may no longer act for ").then(institution(number))
        }
        AuditEvent::ValidatorSeatChanged { institution: number, validator: Some(validator) } => {
            institution(number).then(" has the validator ").then(words::account(validator))
        }
        AuditEvent::ValidatorSeatChanged { institution: number, validator: None } => {
            institution(number).then(" has no validator any more")
        }
        AuditEvent::MeasurementTrusted { measurement, until } => Text::from("trusted until block ")
            .then(format!("{until}: enclaves that measure "))
            .then(words::measurement(measurement)),
        AuditEvent::MeasurementRevoked { measurement } => {
            Text::from("no longer trusted: enclaves that measure ")
                .then(words::measurement(measurement))
        }
        AuditEvent::AgentRegistered { agent, institution: number } => Text::from("agent ")
            .then(words::agent(*agent))
            .then(" was registered by ")
            .then(institution(number)),
        AuditEvent::AgentRemoved { agent } => {
            Text::from("agent ").then(words::agent(*agent)).then(" was removed")
        }
        AuditEvent::QuorumCreated { quorum, threshold, agents } => {
            Text::from(format!("quorum {quorum} was created: {threshold} of {agents} agents"))
        }
        AuditEvent::DeployerAdmitted { account } => {
            words::account(account).then(" may deploy contracts")
        }
        AuditEvent::DeployerRemoved { account } => {
            words::account(account).then(" may no longer deploy contracts")
        }
        AuditEvent::CouncilMemberAdded { account } => {
            words::account(account).then(" sits on the council that governs")
        }
        AuditEvent::CouncilMemberRemoved { account } => {
            words::account(account).then(" no longer sits on the council that governs")
        }
        AuditEvent::SessionKeysChanged { validator, keys } => words::account(validator)
            .then(format!(" validates from here on with the session keys of hash {keys:?}")),
        AuditEvent::AdministratorReplaced { institution: number, former, administrator } => {
            institution(number)
                .then(" is administered by ")
                .then(words::account(administrator))
                .then(" in the place of ")
                .then(words::account(former))
        }
        AuditEvent::UpgradeAuthorized { code_hash } => {
            Text::from(format!("the chain may take up the runtime of hash {code_hash:?}"))
        }
        AuditEvent::MotionEnacted { motion, ayes, seats } => Text::from(format!(
            "the council decided what the log's entries before this one say: {ayes} of {seats} votes, \
             motion {motion:?}"
        )),
        _ => return None,
    })
}

//! Entries of the log.

use std::io::Write;

use regent_primitives::{AuditEntry, AuditEvent, Subject, H256};
use serde_json::{json, Map, Value};

use crate::{output::Show, policy_file::show_measurement};

/// An entry with its hash.
pub struct EntryView<'a> {
    /// The entry.
    pub entry: &'a AuditEntry,
    /// What the next entry must link to.
    pub hash: H256,
}

/// An event's name and fields.
fn describe(event: &AuditEvent) -> (&'static str, Vec<(&'static str, Value)>) {
    fn text(value: impl std::fmt::Display) -> Value {
        Value::String(value.to_string())
    }
    fn hash(value: &H256) -> Value {
        Value::String(format!("{value:?}"))
    }
    match event {
        AuditEvent::InstitutionRegistered { institution } => {
            ("InstitutionRegistered", vec![("institution", json!(institution))])
        }
        AuditEvent::InstitutionSuspended { institution } => {
            ("InstitutionSuspended", vec![("institution", json!(institution))])
        }
        AuditEvent::InstitutionResumed { institution } => {
            ("InstitutionResumed", vec![("institution", json!(institution))])
        }
        AuditEvent::MemberAdded { institution, account } => {
            ("MemberAdded", vec![("institution", json!(institution)), ("account", text(account))])
        }
        AuditEvent::MemberRemoved { institution, account } => {
            ("MemberRemoved", vec![("institution", json!(institution)), ("account", text(account))])
        }
        AuditEvent::ValidatorSeatChanged { institution, validator } => (
            "ValidatorSeatChanged",
            vec![
                ("institution", json!(institution)),
                ("validator", validator.as_ref().map_or(Value::Null, text)),
            ],
        ),
        AuditEvent::MeasurementTrusted { measurement, until } => (
            "MeasurementTrusted",
            vec![("measurement", text(show_measurement(measurement))), ("until", json!(until))],
        ),
        AuditEvent::MeasurementRevoked { measurement } => {
            ("MeasurementRevoked", vec![("measurement", text(show_measurement(measurement)))])
        }
        AuditEvent::AgentRegistered { agent, institution } => {
            ("AgentRegistered", vec![("agent", text(agent)), ("institution", json!(institution))])
        }
        AuditEvent::AgentRemoved { agent } => ("AgentRemoved", vec![("agent", text(agent))]),
        AuditEvent::QuorumCreated { quorum, threshold, agents } => (
            "QuorumCreated",
            vec![
                ("quorum", json!(quorum)),
                ("threshold", json!(threshold)),
                ("agents", json!(agents)),
            ],
        ),
        AuditEvent::PolicyCreated { predecessor, by } => (
            "PolicyCreated",
            vec![("predecessor", predecessor.as_ref().map_or(Value::Null, text)), ("by", text(by))],
        ),
        AuditEvent::KeyEnrolled { epoch, token_hash, request } => (
            "KeyEnrolled",
            vec![
                ("epoch", json!(epoch)),
                ("token_hash", hash(token_hash)),
                ("request", text(request)),
            ],
        ),
        AuditEvent::KeyConfirmed { epoch, leaf, agent } => (
            "KeyConfirmed",
            vec![("epoch", json!(epoch)), ("leaf", text(leaf)), ("agent", text(agent))],
        ),
        AuditEvent::KeyActivated { epoch, accepted_by_owner } => (
            "KeyActivated",
            vec![("epoch", json!(epoch)), ("accepted_by_owner", json!(accepted_by_owner))],
        ),
        AuditEvent::KeyRetiring { epoch } => ("KeyRetiring", vec![("epoch", json!(epoch))]),
        AuditEvent::KeyPunctured { epoch, agent, rollback_protected } => (
            "KeyPunctured",
            vec![
                ("epoch", json!(epoch)),
                ("agent", text(agent)),
                ("rollback_protected", json!(rollback_protected)),
            ],
        ),
        AuditEvent::KeyRetired { epoch } => ("KeyRetired", vec![("epoch", json!(epoch))]),
        AuditEvent::ControlTransferred { epoch, from, to, policy } => (
            "ControlTransferred",
            vec![
                ("epoch", json!(epoch)),
                ("from", text(from)),
                ("to", text(to)),
                ("policy", text(policy)),
            ],
        ),
        AuditEvent::EpochEnded { epoch } => ("EpochEnded", vec![("epoch", json!(epoch))]),
        AuditEvent::Submitted { by, key, operation, payload_hash, policy } => (
            "Submitted",
            vec![
                ("by", text(by)),
                ("key", text(key)),
                ("operation", text(operation.name())),
                ("payload_hash", hash(payload_hash)),
                ("policy", text(policy)),
            ],
        ),
        AuditEvent::ApprovalGiven { approver, stage, approval_hash } => (
            "ApprovalGiven",
            vec![
                ("approver", text(approver)),
                ("stage", json!(stage)),
                ("approval_hash", hash(approval_hash)),
            ],
        ),
        AuditEvent::Approved => ("Approved", vec![]),
        AuditEvent::Denied { approver, approval_hash } => {
            ("Denied", vec![("approver", text(approver)), ("approval_hash", hash(approval_hash))])
        }
        AuditEvent::SessionOpened { attempt, session, evidence_hash } => (
            "SessionOpened",
            vec![
                ("attempt", json!(attempt)),
                ("session", text(session)),
                ("evidence_hash", hash(evidence_hash)),
            ],
        ),
        AuditEvent::ShareReleased { attempt, agent, leaf, aad } => (
            "ShareReleased",
            vec![
                ("attempt", json!(attempt)),
                ("agent", text(agent)),
                ("leaf", text(leaf)),
                ("aad", hash(aad)),
            ],
        ),
        AuditEvent::ReleaseRefused { attempt, agent, reason } => (
            "ReleaseRefused",
            vec![
                ("attempt", json!(attempt)),
                ("agent", text(agent)),
                ("reason", text(format!("{reason:?}"))),
            ],
        ),
        AuditEvent::Completed { attempt, receipt_hash } => {
            ("Completed", vec![("attempt", json!(attempt)), ("receipt_hash", hash(receipt_hash))])
        }
        AuditEvent::Expired => ("Expired", vec![]),
        AuditEvent::Cancelled => ("Cancelled", vec![]),
        AuditEvent::Unaccounted => ("Unaccounted", vec![]),
        AuditEvent::QuotaSet { institution, quota } => {
            ("QuotaSet", vec![("institution", json!(institution)), ("quota", json!(quota))])
        }
        AuditEvent::AgentEndpointUpdated { agent } => {
            ("AgentEndpointUpdated", vec![("agent", text(agent))])
        }
        AuditEvent::Failed => ("Failed", vec![]),
        AuditEvent::DeployerAdmitted { account } => {
            ("DeployerAdmitted", vec![("account", text(account))])
        }
        AuditEvent::DeployerRemoved { account } => {
            ("DeployerRemoved", vec![("account", text(account))])
        }
        AuditEvent::CreditsGranted { institution, amount } => {
            ("CreditsGranted", vec![("institution", json!(institution)), ("amount", text(amount))])
        }
        AuditEvent::CreditsRevoked { institution, amount } => {
            ("CreditsRevoked", vec![("institution", json!(institution)), ("amount", text(amount))])
        }
        AuditEvent::KeyFrozen { by } => {
            ("KeyFrozen", vec![("by", by.as_ref().map_or(Value::Null, text))])
        }
        AuditEvent::KeyUnfrozen { by } => {
            ("KeyUnfrozen", vec![("by", by.as_ref().map_or(Value::Null, text))])
        }
        AuditEvent::DecidedByGovernance => ("DecidedByGovernance", vec![]),
        AuditEvent::EpochWithdrawn { epoch } => ("EpochWithdrawn", vec![("epoch", json!(epoch))]),
        AuditEvent::ConditionFulfilled { condition, evidence } => (
            "ConditionFulfilled",
            vec![("condition", hash(condition)), ("evidence", hash(evidence))],
        ),
        AuditEvent::ConditionWithdrawn { condition } => {
            ("ConditionWithdrawn", vec![("condition", hash(condition))])
        }
        AuditEvent::CashIssuerSet { issuer, ceiling } => {
            ("CashIssuerSet", vec![("issuer", json!(issuer)), ("ceiling", text(ceiling))])
        }
        AuditEvent::CashIssued { by, to, amount } => {
            ("CashIssued", vec![("by", text(by)), ("to", text(to)), ("amount", text(amount))])
        }
        AuditEvent::CashRedeemed { by, amount, reference } => (
            "CashRedeemed",
            vec![("by", text(by)), ("amount", text(amount)), ("reference", hash(reference))],
        ),
        AuditEvent::CashRecovered { from, to, amount } => (
            "CashRecovered",
            vec![("from", text(from)), ("to", text(to)), ("amount", text(amount))],
        ),
        AuditEvent::CouncilMemberAdded { account } => {
            ("CouncilMemberAdded", vec![("account", text(account))])
        }
        AuditEvent::CouncilMemberRemoved { account } => {
            ("CouncilMemberRemoved", vec![("account", text(account))])
        }
        AuditEvent::SessionKeysChanged { validator, keys } => {
            ("SessionKeysChanged", vec![("validator", text(validator)), ("keys", hash(keys))])
        }
        AuditEvent::MotionEnacted { motion, ayes, seats } => (
            "MotionEnacted",
            vec![("motion", hash(motion)), ("ayes", json!(ayes)), ("seats", json!(seats))],
        ),
        AuditEvent::AdministratorReplaced { institution, former, administrator } => (
            "AdministratorReplaced",
            vec![
                ("institution", json!(institution)),
                ("former", text(former)),
                ("administrator", text(administrator)),
            ],
        ),
        AuditEvent::UpgradeAuthorized { code_hash } => {
            ("UpgradeAuthorized", vec![("code_hash", hash(code_hash))])
        }
        AuditEvent::CalledByContract { contract, person } => {
            ("CalledByContract", vec![("contract", text(contract)), ("person", text(person))])
        }
    }
}

fn subject(subject: &Subject) -> (&'static str, Option<String>) {
    match subject {
        Subject::Consortium => ("consortium", None),
        Subject::Quorums => ("quorums", None),
        Subject::Policy(hash) => ("policy", Some(hash.to_string())),
        Subject::Key(key) => ("key", Some(key.to_string())),
        Subject::Request(request) => ("request", Some(request.to_string())),
        Subject::Contract(account) => ("contract", Some(account.to_string())),
    }
}

/// The first bytes of an identifier, for lines that people read.
fn short(text: &str) -> String {
    if text.len() > 20 && text.is_ascii() {
        format!("{}..", &text[..10])
    } else {
        text.to_owned()
    }
}

impl Show for EntryView<'_> {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let AuditEntry { index, block, event, .. } = self.entry;
        let (kind, id) = subject(&self.entry.subject);
        let (name, fields) = describe(event);
        let id = id.map(|id| format!(" {}", short(&id))).unwrap_or_default();
        write!(out, "{index:>5}  block {block:<6} {kind}{id}: {name}")?;
        for (field, value) in fields {
            match value {
                Value::String(text) => write!(out, " {field}={}", short(&text))?,
                other => write!(out, " {field}={other}")?,
            }
        }
        writeln!(out, "  [{}]", short(&format!("{:?}", self.hash)))
    }

    fn json(&self) -> Value {
        let (kind, id) = subject(&self.entry.subject);
        let (name, fields) = describe(&self.entry.event);
        let fields: Map<String, Value> =
            fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
        json!({
            "index": self.entry.index,
            "block": self.entry.block,
            "subject": { "kind": kind, "id": id },
            "event": name,
            "fields": fields,
            "previous": format!("{:?}", self.entry.previous),
            "subject_previous": format!("{:?}", self.entry.subject_previous),
            "hash": format!("{:?}", self.hash),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::text;
    use regent_primitives::{RequestId, H256};

    #[test]
    fn an_entry_is_shown_twice_the_same() {
        let entry = AuditEntry {
            index: 3,
            block: 9,
            previous: H256::repeat_byte(1),
            subject: Subject::Request(RequestId(H256::repeat_byte(2))),
            subject_previous: H256::zero(),
            event: AuditEvent::Approved,
        };
        let view = EntryView { entry: &entry, hash: entry.hash(H256::zero()) };
        let text = text(&view);
        assert!(text.contains("request 0x02020202..: Approved"), "{text}");
        let json = view.json();
        assert_eq!(json["event"], "Approved");
        assert_eq!(json["hash"], format!("{:?}", entry.hash(H256::zero())));
    }
}

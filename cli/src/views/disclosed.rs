//! What an evidence bundle discloses, for programs: null where it is withheld, or is not there.

use codec::{DecodeAll, Encode};
use regent_evidence::{
    Field, OperationEvidence, PolicyEvidence, RefusalEvidence, ReleaseEvidence, TokenEvidence,
};
use regent_primitives::{
    bounds::{MAX_ATTEMPTS, MAX_LEAVES},
    runtime_api::PolicyRecord,
    AuditEntry, Operation, Refusal, RegenToken, Release, ReleasedLeaves, RequestId, RequestRecord,
    SessionRecord, SignedApproval, SignedReceipt, H256,
};
use serde_json::{json, Value};

use super::{
    request::{approval_json, receipt_json, record_json, tree_lines},
    EntryView, PolicyView,
};
use crate::{
    output::Show,
    policy_file::{show_evidence_kind, show_measurement},
    units::hexadecimal,
};

/// A value, if it is disclosed and decodes.
fn opened<T: DecodeAll>(field: &Field) -> Option<T> {
    T::decode_all(&mut field.value()?).ok()
}

/// A hash; its own `Display` leaves digits out.
pub(super) fn hash_text(hash: H256) -> String {
    format!("{hash:?}")
}

/// An object with the fields of another one.
pub(super) fn with(mut value: Value, more: Value) -> Value {
    if let (Value::Object(fields), Value::Object(more)) = (&mut value, more) {
        fields.extend(more);
    }
    value
}

/// An entry of the log, if it decodes.
pub(super) fn entry(genesis: H256, mut bytes: &[u8]) -> Option<Value> {
    AuditEntry::decode_all(&mut bytes).ok().map(|entry| entry_json(genesis, &entry))
}

fn entry_json(genesis: H256, entry: &AuditEntry) -> Value {
    EntryView { entry, hash: entry.hash(genesis) }.json()
}

/// A policy, with the signatures of the change that made it.
pub(super) fn policy(item: &PolicyEvidence) -> Option<Value> {
    let record: PolicyRecord = opened(&item.record)?;
    let signatures = record.signatures.iter().map(|signed| {
        json!({
            "signer": signed.signer.to_string(),
            "signature": hexadecimal(signed.signature.encode()),
        })
    });
    let more = json!({ "signatures": signatures.collect::<Vec<_>>() });
    let view = PolicyView { hash: Some(item.hash), policy: &record.policy, record: Some(&record) };
    Some(with(view.json(), more))
}

/// A key's token; all of it as the chain stores it, too.
pub(super) fn token(item: &TokenEvidence) -> Option<Value> {
    let token: RegenToken = opened(&item.token)?;
    Some(json!({
        "algorithm": token.algorithm.name(),
        "public_key": hexadecimal(&token.public_key),
        "window": token.window,
        "policy": token.policy_hash.to_string(),
        "enrolment_id": token.enrolment_id.to_string(),
        "leaves": token.tree.leaf_count(),
        "tree": tree_lines(&token.tree),
        "encoded": hexadecimal(token.encode()),
    }))
}

/// A request and all that followed from it.
pub(super) fn operation(genesis: H256, item: &OperationEvidence) -> Value {
    let record: Option<RequestRecord> = opened(&item.record);
    let history: Option<Vec<AuditEntry>> = opened(&item.history);
    let history = history
        .map(|entries| entries.iter().map(|entry| entry_json(genesis, entry)).collect::<Vec<_>>());
    let approvals: Option<Vec<SignedApproval>> = item.approvals.as_ref().and_then(opened);
    let approvals =
        approvals.map(|approvals| approvals.iter().map(approval_json).collect::<Vec<_>>());
    let released: Option<ReleasedLeaves> = item.released.as_ref().and_then(opened);
    let receipt: Option<SignedReceipt> = item.receipt.as_ref().and_then(opened);
    json!({
        "request": record.map(|record| request(item.id, &record)),
        "payload": item.payload.as_ref().and_then(Field::value).map(hexadecimal),
        "history": history,
        "approvals": approvals,
        "sessions": item.sessions.iter().map(session).collect::<Vec<_>>(),
        "releases": item.releases.iter().map(release).collect::<Vec<_>>(),
        "refusals": item.refusals.iter().map(refusal).collect::<Vec<_>>(),
        "released": released.as_ref().map(released_leaves),
        "receipt": receipt.as_ref().map(receipt_json),
    })
}

/// What was asked, with what its operation names.
fn request(id: RequestId, record: &RequestRecord) -> Value {
    let operation = &record.body.operation;
    let (algorithm, result_key, next_policy) = match operation {
        Operation::Enrol { algorithm, .. } => (Some(algorithm.name()), None, None),
        Operation::Decrypt { result_key } => (None, Some(hexadecimal(result_key)), None),
        Operation::Transfer { policy, .. } => (None, None, Some(policy.to_string())),
        Operation::Sign { .. } | Operation::Refresh | Operation::Reshare { .. } => {
            (None, None, None)
        }
    };
    let named = operation.named_tree();
    let more = json!({
        "salt": hexadecimal(record.body.salt),
        "algorithm": algorithm,
        "result_key": result_key,
        "quorum": named.map(|(quorum, _)| quorum),
        "tree": named.map(|(_, tree)| tree_lines(tree)),
        "next_owner": operation.next_owner().map(ToString::to_string),
        "next_policy": next_policy,
        "attempts": record.attempts,
        "approved_entry": record.approved_entry.map(hash_text),
        "last_entry": hash_text(record.last_entry),
    });
    with(record_json(id, record), more)
}

fn session(field: &Field) -> Option<Value> {
    let SessionRecord { session, measurement, opened_at, deadline } = opened(field)?;
    Some(json!({
        "id": session.id.to_string(),
        "attempt": session.attempt,
        "measurement": show_measurement(&measurement),
        "evidence": {
            "kind": show_evidence_kind(session.evidence.kind),
            "bytes": hexadecimal(&session.evidence.bytes),
        },
        "kem_public": hexadecimal(&session.kem_public),
        "signing_public": hexadecimal(session.signing_public),
        "finalised_hash": hash_text(session.finalised_hash),
        "endpoint": String::from_utf8_lossy(&session.endpoint),
        "lifetime": session.lifetime,
        "opened_at": opened_at,
        "deadline": deadline,
    }))
}

/// A release: attempt and leaf even where the rest is withheld.
fn release(item: &ReleaseEvidence) -> Value {
    let leaf: Vec<String> = item.leaf.iter().map(ToString::to_string).collect();
    let note: Option<Release> = opened(&item.note);
    json!({
        "attempt": item.attempt,
        "leaf": leaf.join("."),
        "note": note.map(|note| json!({
            "agent": note.agent.to_string(),
            "session": note.session.to_string(),
            "aad": hash_text(note.aad),
            "sealed_hash": hash_text(note.sealed_hash),
            "finalised_hash": hash_text(note.finalised_hash),
            "signature": hexadecimal(note.signature.0),
        })),
    })
}

/// A refusal: attempt and agent even where the rest is withheld.
fn refusal(item: &RefusalEvidence) -> Value {
    let note: Option<Refusal> = opened(&item.note);
    json!({
        "attempt": item.attempt,
        "agent": item.agent.to_string(),
        "note": note.map(|note| json!({
            "reason": format!("{:?}", note.reason),
            "finalised_hash": hash_text(note.finalised_hash),
            "signature": hexadecimal(note.signature.0),
        })),
    })
}

/// The numbers in preorder, from 0, of the leaves that the chain counts as released, by attempt.
fn released_leaves(released: &ReleasedLeaves) -> Value {
    let leaves = (1..=MAX_ATTEMPTS).map(|attempt| {
        let numbers = 0..MAX_LEAVES as usize;
        numbers.filter(|leaf| released.contains(attempt, *leaf)).collect::<Vec<_>>()
    });
    json!({ "enough": released.enough, "leaves": leaves.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use regent_evidence::Bundle;
    use regent_primitives::{AccountId, PolicyHash};

    use super::*;

    /// Every kind of operation.
    fn kept() -> Bundle {
        let folder = "../crates/evidence/testdata";
        let bytes = std::fs::read(Path::new(folder).join("000.cbor")).expect("a bundle is kept");
        Bundle::decode(&bytes).expect("a bundle")
    }

    #[test]
    fn sessions_releases_and_refusals_are_told() {
        let bundle = kept();
        let mut told = (0, 0, 0);
        for item in &bundle.operations {
            let shown = operation(bundle.genesis, item);
            let list = |name: &str| shown[name].as_array().expect("a list").clone();
            for (attempt, session) in (1..).zip(list("sessions")) {
                assert_eq!(session["attempt"], attempt);
                assert_eq!(session["evidence"]["kind"], "simulated");
                let measurement = session["measurement"].as_str().expect("a text");
                assert!(measurement.starts_with("simulated:0x"), "{measurement}");
                told.0 += 1;
            }
            for release in list("releases") {
                assert!(release["note"]["agent"].is_string(), "{release}");
                told.1 += 1;
            }
            for refusal in list("refusals") {
                assert!(refusal["note"]["reason"].is_string(), "{refusal}");
                told.2 += 1;
            }
            let counted = shown["released"]["leaves"].as_array().into_iter().flatten();
            let counted: usize = counted.filter_map(Value::as_array).map(Vec::len).sum();
            assert_eq!(counted, item.releases.len(), "{shown}");
        }
        let all = |count: fn(&OperationEvidence) -> usize| -> usize {
            bundle.operations.iter().map(count).sum()
        };
        let held = (
            all(|item| item.sessions.len()),
            all(|item| item.releases.len()),
            all(|item| item.refusals.len()),
        );
        assert_eq!(told, held);
        assert!(held.0 > 0 && held.1 > 0 && held.2 > 0, "{held:?}");
    }

    #[test]
    fn what_is_withheld_is_null() {
        let mut bundle = kept();
        bundle.redact(|_| true);
        for item in &bundle.operations {
            let shown = operation(bundle.genesis, item);
            for name in ["request", "payload", "history", "approvals", "released", "receipt"] {
                assert!(shown[name].is_null(), "{name}: {shown}");
            }
            assert_eq!(shown["sessions"], json!(vec![Value::Null; item.sessions.len()]));
            let releases = shown["releases"].as_array().expect("a list");
            assert!(releases.iter().all(|one| one["note"].is_null() && one["leaf"].is_string()));
        }
        assert!(bundle.policies.iter().all(|item| policy(item).is_none()));
        assert!(bundle.tokens.iter().all(|item| token(item).is_none()));
    }

    #[test]
    fn a_transfer_tells_the_next_owner_policy_quorum_and_tree() {
        let bundle = kept();
        let record = |item: &OperationEvidence| opened::<RequestRecord>(&item.record);
        let reshare = |item: &&OperationEvidence| {
            record(item)
                .is_some_and(|record| matches!(record.body.operation, Operation::Reshare { .. }))
        };
        let mut item = bundle.operations.iter().find(reshare).expect("a reshare").clone();
        let told = operation(bundle.genesis, &item);
        assert_eq!(told["request"]["quorum"], 0);
        assert_eq!(told["request"]["tree"][0], "2 of 3:");
        assert!(told["request"]["next_owner"].is_null());

        let mut record = record(&item).expect("disclosed");
        let Operation::Reshare { tree, .. } = record.body.operation else { panic!("a reshare") };
        let (owner, policy) = (AccountId::new([7; 32]), PolicyHash(H256::repeat_byte(8)));
        let next = Operation::Transfer { quorum: 5, tree, owner: owner.clone(), policy };
        record.body.operation = next;
        item.record = Field::Disclosed { salt: H256::zero(), value: record.encode() };
        let told = operation(bundle.genesis, &item);
        let request = &told["request"];
        assert_eq!(request["operation"], "transfer");
        assert_eq!(request["quorum"], 5);
        assert_eq!(request["tree"][0], "2 of 3:");
        assert_eq!(request["next_owner"], owner.to_string());
        assert_eq!(request["next_policy"], policy.to_string());
    }
}

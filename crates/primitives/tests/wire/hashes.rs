//! What is hashed and signed, fixed by the same snapshot.

use regent_primitives::{
    hashing::hash, payload::payload_hash, policy::change_message, receipt::result_hash,
    registration::registration_message, AccountId, Approval, Decision, EnrolmentId, KeyId,
    PayloadFormat, PolicyHash, RefusalReason, RequestId, SessionId, H256,
};

use crate::values::{self, AGENT, GENESIS};

/// Each hash with its name.
pub fn all() -> Vec<(&'static str, H256)> {
    let payload = b"payload";
    let approval = Approval::of(GENESIS, &values::sign(), 1, Decision::Approve, 65_000);
    let (one, two) = (PolicyHash(H256([1; 32])), PolicyHash(H256([2; 32])));
    let endpoint = values::session().endpoint;
    let (request, session) = (RequestId(H256([3; 32])), SessionId(H256([4; 32])));
    vec![
        ("genesis", GENESIS),
        ("key id", KeyId::derive(GENESIS, &AccountId::new([1; 32]), &[2; 32]).0),
        ("enrolment id", EnrolmentId::derive(GENESIS, request, session, &[5; 9], &[6; 32]).0),
        ("request id, enrol", values::enrol().id(GENESIS).0),
        ("request id, sign", values::sign().id(GENESIS).0),
        ("request id, decrypt", values::decrypt().id(GENESIS).0),
        ("payload hash, raw", payload_hash(GENESIS, PayloadFormat::Raw, payload)),
        (
            "payload hash, ethereum",
            payload_hash(GENESIS, PayloadFormat::EthereumTransaction, payload),
        ),
        ("payload hash, bitcoin", payload_hash(GENESIS, PayloadFormat::BitcoinPsbt, payload)),
        ("payload hash, empty", payload_hash(GENESIS, PayloadFormat::Empty, &[])),
        ("approval message", approval.message()),
        ("policy change message", change_message(GENESIS, one, two)),
        ("report data", values::session().report_data(GENESIS)),
        ("kem public hash", values::session().kem_public_hash(GENESIS)),
        ("evidence hash", values::session().evidence.hash(GENESIS)),
        ("sealed hash", values::sealed().hash(GENESIS)),
        ("release message", values::release().message(GENESIS)),
        ("refusal message", values::refusal(RefusalReason::LabelUsed).message(GENESIS)),
        ("confirmation message", values::confirmation().message(GENESIS)),
        ("puncture message", values::puncture().message(GENESIS)),
        ("request id, refresh", values::refresh().id(GENESIS).0),
        ("request id, reshare", values::reshare().id(GENESIS).0),
        ("request id, transfer", values::transfer_of_control().id(GENESIS).0),
        ("receipt message", values::receipt().message(GENESIS)),
        ("result hash", result_hash(GENESIS, &vec![b"one".to_vec(), b"two".to_vec()])),
        ("agent registration message", registration_message(GENESIS, 5, AGENT, &endpoint)),
        ("audit entry hash", values::audit_entry().hash(GENESIS)),
    ]
}

#[test]
fn no_two_things_share_a_hash() {
    let hashes = all();
    for (at, (name, one)) in hashes.iter().enumerate() {
        for (other_name, other) in &hashes[at + 1..] {
            assert_ne!(one, other, "{name} and {other_name}");
        }
    }
}

#[test]
fn every_hash_depends_on_the_chain() {
    let other = H256([0x48; 32]);
    assert_ne!(values::sign().id(GENESIS), values::sign().id(other));
    assert_ne!(values::receipt().message(GENESIS), values::receipt().message(other));
    let tag = regent_primitives::hashing::Tag::Receipt;
    assert_ne!(hash(tag, GENESIS, &1u8), hash(tag, other, &1u8));
}

//! `release.json`: what a share is sealed to, and what agents and sessions sign.

use codec::Encode;
use regent_primitives::{
    hashing::{preimage, Tag},
    AgentNote, BoundedVec, Confirmation, EnrolmentId, KeyId, LeafPath, OperationKind, PolicyHash,
    Receipt, Refusal, RefusalReason, Release, H256,
};
use serde_json::{json, Value};

use super::{check, hex, path, session, session_json, GENESIS};
use crate::{notes::unsigned, ReleaseContext, SigningIdentity};

/// Signatures are randomised: a vector fixes what is signed, and by whom.
fn signed(message: H256, preimage: Vec<u8>) -> Value {
    json!({ "preimage": hex(preimage), "message": hex(message) })
}

#[test]
fn vectors_release() {
    let session = session();
    let identity = SigningIdentity::from_seed(&[0x71; 32]);
    let leaf = LeafPath(BoundedVec::truncate_from(vec![2, 1]));
    let context = ReleaseContext {
        genesis: GENESIS,
        request: session.request,
        attempt: session.attempt,
        session: &session,
        key: KeyId(H256([0x61; 32])),
        epoch: 0,
        enrolment: EnrolmentId(H256([0x63; 32])),
        leaf: &leaf,
        operation: OperationKind::Sign,
        payload_hash: H256([0x64; 32]),
        policy: PolicyHash(H256([0x62; 32])),
    };
    let release = identity.sign_release(
        GENESIS,
        Release {
            request: session.request,
            attempt: session.attempt,
            session: session.id,
            leaf: leaf.clone(),
            agent: identity.agent_id(),
            aad: context.aad(),
            sealed_hash: H256([0x65; 32]),
            finalised_hash: session.finalised_hash,
            signature: unsigned(),
        },
    );
    let release_fields = (
        release.request,
        release.attempt,
        release.session,
        &release.leaf,
        release.sealed_hash,
        release.aad,
        release.finalised_hash,
    );
    let refusal = identity.sign_refusal(
        GENESIS,
        Refusal {
            request: session.request,
            attempt: session.attempt,
            agent: identity.agent_id(),
            reason: RefusalReason::StaleHead,
            finalised_hash: session.finalised_hash,
            signature: unsigned(),
        },
    );
    let refusal_fields =
        (refusal.request, refusal.attempt, refusal.agent, refusal.reason, refusal.finalised_hash);
    let confirmation = identity.sign_confirmation(
        GENESIS,
        Confirmation {
            key: context.key,
            epoch: context.epoch,
            enrolment_id: context.enrolment,
            leaf: leaf.clone(),
            agent: identity.agent_id(),
            signature: unsigned(),
        },
    );
    let confirmation_fields = (
        confirmation.key,
        confirmation.epoch,
        confirmation.enrolment_id,
        &confirmation.leaf,
        confirmation.agent,
    );
    let receipt = Receipt {
        request: session.request,
        attempt: session.attempt,
        key: context.key,
        epoch: context.epoch,
        operation: context.operation,
        payload_hash: context.payload_hash,
        result_hash: H256([0x66; 32]),
        leaves: BoundedVec::truncate_from(vec![leaf.clone()]),
        faulty: BoundedVec::default(),
        policy: context.policy,
        session: session.id,
        finalised_hash: session.finalised_hash,
        previous: H256([0x67; 32]),
    };
    let signed_receipt = identity.sign_receipt(GENESIS, receipt.clone());

    for note in [
        AgentNote::Release(release.clone()),
        AgentNote::Refusal(refusal.clone()),
        AgentNote::Confirmation(confirmation.clone()),
    ] {
        assert!(note.verify(GENESIS));
        assert!(!note.verify(H256([0xee; 32])));
    }
    assert!(signed_receipt.verify(GENESIS, &identity.public().0));
    assert!(!signed_receipt.verify(GENESIS, &[0x53; 32]));

    let vectors = json!({
        "about": "Release and receipt, sections 7 and 8. Preimages are SCALE of (tag, genesis, \
                  fields); messages are their BLAKE2b-256. Signatures are sr25519 in the context \
                  'substrate' and randomised.",
        "genesis": hex(GENESIS),
        "session": session_json(&session),
        "identity": { "seed": hex(identity.to_seed().as_slice()), "public": hex(identity.public()) },
        "key_id": hex(context.key.0),
        "epoch": context.epoch,
        "enrolment_id": hex(context.enrolment.0),
        "leaf": path(&leaf),
        "operation_index": context.operation.encode()[0],
        "payload_hash": hex(context.payload_hash),
        "policy_hash": hex(context.policy.0),
        "aad": { "preimage": hex(context.preimage()), "aad": hex(context.aad()) },
        "release": signed(release.message(GENESIS), preimage(Tag::Release, GENESIS, &release_fields)),
        "refusal": signed(refusal.message(GENESIS), preimage(Tag::Refusal, GENESIS, &refusal_fields)),
        "confirmation": signed(
            confirmation.message(GENESIS),
            preimage(Tag::Confirmation, GENESIS, &confirmation_fields),
        ),
        "receipt": signed(receipt.message(GENESIS), preimage(Tag::Receipt, GENESIS, &receipt)),
    });
    check("release.json", &vectors);
}

//! `release.json`: what a share is sealed to, and what approvers, agents and sessions sign.

use codec::Encode;
use regent_primitives::{
    hashing::{preimage, Tag},
    AccountId, AgentNote, Approval, BoundedVec, Confirmation, Decision, EnrolmentId, KeyId,
    LeafPath, OperationKind, PolicyHash, Receipt, Refusal, RefusalReason, Release, Signature,
    SignedApproval, H256,
};
use schnorrkel::{context::attach_rng, signing_context, ExpansionMode, Keypair, MiniSecretKey};
use serde_json::{json, Value};
use sp_core::{ed25519, sr25519, Pair as _};

use super::{check, hex, path, session, session_json, Counting, GENESIS};
use crate::{notes::unsigned, ReleaseContext, SigningIdentity};

/// The key pair of an identity, for signatures whose randomness is known.
fn keypair(identity: &SigningIdentity) -> Keypair {
    let secret = MiniSecretKey::from_bytes(identity.to_seed().as_slice()).expect("32 bytes");
    let keypair = secret.expand_to_keypair(ExpansionMode::Ed25519);
    assert_eq!(keypair.public.to_bytes(), identity.public().0);
    keypair
}

/// What is signed, and a signature. An identity draws the randomness of its own, so that no file could
/// hold it: that of this one counts upwards.
fn signed(keypair: &Keypair, message: H256, preimage: Vec<u8>) -> Value {
    let transcript = signing_context(b"substrate").bytes(message.as_bytes());
    let signature = keypair.sign(attach_rng(transcript, Counting(0x90))).to_bytes();
    let public = sr25519::Public::from_raw(keypair.public.to_bytes());
    assert!(sr25519::Pair::verify(&sr25519::Signature::from_raw(signature), message, &public));
    json!({ "preimage": hex(preimage), "message": hex(message), "signature": hex(signature) })
}

/// The decision of an approver: signed by itself, and as a wallet signs it with an Ed25519 key.
fn approval(keypair: &Keypair, context: &ReleaseContext<'_>) -> Value {
    let approval = Approval {
        genesis: GENESIS,
        request: context.request,
        key: context.key,
        epoch: context.epoch,
        operation: context.operation,
        payload_hash: context.payload_hash,
        policy: context.policy,
        stage: 2,
        decision: Decision::Deny,
        expires: 190,
    };
    let wallet = ed25519::Pair::from_seed(&[0x72; 32]);
    let signature = wallet.sign(&approval.wrapped_message());
    let from_wallet = SignedApproval {
        approval: approval.clone(),
        approver: AccountId::new(wallet.public().0),
        signature: Signature::from(signature),
    };
    assert!(from_wallet.verify());
    let bare = preimage(Tag::Approval, GENESIS, &approval);
    json!({
        "stage": approval.stage,
        "decision_index": approval.decision.encode()[0],
        "expires": approval.expires,
        "signed": signed(keypair, approval.message(), bare),
        "wrapped": {
            "public": hex(wallet.public()),
            "message": hex(approval.wrapped_message()),
            "signature": hex(signature),
        },
    })
}

#[test]
fn vectors_release() {
    let session = session();
    let identity = SigningIdentity::from_seed(&[0x71; 32]);
    let leaf = LeafPath(BoundedVec::truncate_from(vec![2, 1]));
    let child = |number: u16| LeafPath(BoundedVec::truncate_from(vec![number]));
    let context = ReleaseContext {
        genesis: GENESIS,
        request: session.request,
        attempt: session.attempt,
        session: &session,
        key: KeyId(H256([0x61; 32])),
        epoch: 3,
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
        leaves: BoundedVec::truncate_from(vec![leaf.clone(), child(4)]),
        faulty: BoundedVec::truncate_from(vec![child(3)]),
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

    let keypair = keypair(&identity);
    let sign = |message, preimage| signed(&keypair, message, preimage);
    let vectors = json!({
        "about": "What is signed, sections 5, 7 and 8. Preimages are SCALE of (tag, genesis, fields); \
                  messages are their BLAKE2b-256. Signatures are sr25519 in the context 'substrate', \
                  by the identity; their randomness is fixed here and fresh otherwise. The wrapped \
                  approval is signed with Ed25519.",
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
        "approval": approval(&keypair, &context),
        "release": {
            "sealed_hash": hex(release.sealed_hash),
            "signed": sign(
                release.message(GENESIS),
                preimage(Tag::Release, GENESIS, &release_fields),
            ),
        },
        "refusal": {
            "reason_index": refusal.reason.encode()[0],
            "signed": sign(
                refusal.message(GENESIS),
                preimage(Tag::Refusal, GENESIS, &refusal_fields),
            ),
        },
        "confirmation": {
            "signed": sign(
                confirmation.message(GENESIS),
                preimage(Tag::Confirmation, GENESIS, &confirmation_fields),
            ),
        },
        "receipt": {
            "result_hash": hex(receipt.result_hash),
            "leaves": receipt.leaves.iter().map(path).collect::<Vec<_>>(),
            "faulty": receipt.faulty.iter().map(path).collect::<Vec<_>>(),
            "previous": hex(receipt.previous),
            "signed": sign(
                receipt.message(GENESIS),
                preimage(Tag::Receipt, GENESIS, &receipt),
            ),
        },
    });
    check("release.json", &vectors);
}

//! Every reason for which an attempt is not released, each from one change to a state that would
//! be.

use regent_agent::{
    ports::Head,
    verify::{verify, Context, Trust, Verdict},
};
use regent_attestation::simulated;
use regent_primitives::{
    policy::{change_message, ChangeSignature},
    runtime_api::PolicyRecord,
    AgentId, Algorithm, Asset, BoundedVec, Fee, KeyRecord, KeyState, Measurement, PolicyHash,
    RefusalReason, RequestId, RequestStatus, Session, Signature, H256, U256,
};
use sp_core::Pair;

use super::support::{
    agent::config,
    case::{key, Case, AGENT},
    chain::{RUNTIME, SLOT_MILLISECONDS, WINDOW_BLOCKS},
    people::{account, approvals, approve, person, BOARD, GENESIS, OPERATOR, REQUESTER},
    world::{LIFETIME, START},
};

fn refused(verdict: Verdict) -> RefusalReason {
    match verdict {
        Verdict::Refuse(refused) => refused.reason,
        other => panic!("expected a refusal, found {other:?}"),
    }
}

#[test]
fn what_nothing_is_wrong_with_is_released() {
    for case in [Case::transfer(), Case::enrolment()] {
        match case.verdict() {
            Verdict::Release(approved) => {
                assert_eq!(approved.leaves.len(), 1);
                assert_eq!(approved.leaves[0].0, 0);
                assert_eq!(approved.deadline, START + LIFETIME);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn not_approved() {
    // Not yet: it may become so.
    let pending = Case::transfer()
        .after(|case| case.state.record.status = RequestStatus::Pending { stage: 1 });
    assert!(matches!(pending, Verdict::Wait(_)));
    for status in [
        RequestStatus::Completed,
        RequestStatus::Denied,
        RequestStatus::Expired,
        RequestStatus::Cancelled,
        RequestStatus::Failed,
    ] {
        let over = Case::transfer().after(|case| case.state.record.status = status);
        assert!(matches!(over, Verdict::Over(_)), "{status:?}");
    }
    // The node answers with another request.
    let other = Case::transfer().after(|case| case.state.record.body.salt = [9; 32]);
    assert_eq!(refused(other), RefusalReason::NotApproved);
}

#[test]
fn invalid_approvals() {
    type Change = fn(&mut Case);
    let changes: [(&str, Change); 10] = [
        ("none at all, though the chain says approved", |case| case.state.approvals.clear()),
        ("one missing", |case| {
            case.state.approvals.pop();
        }),
        ("wrong order", |case| case.state.approvals.swap(0, 1)),
        ("one person twice", |case| {
            case.state.approvals[2] = case.state.approvals[1].clone();
        }),
        ("another's signature", |case| {
            case.state.approvals[1].signature = case.state.approvals[2].signature.clone();
        }),
        ("a stranger", |case| {
            case.state.approvals[0] = approve(&case.body, 99, 0, case.body.expires);
        }),
        ("the requester", |case| {
            case.state.approvals[0] = approve(&case.body, REQUESTER, 0, case.body.expires);
        }),
        ("lapsed", |case| {
            case.state.approvals[0] = approve(&case.body, OPERATOR, 0, START);
        }),
        ("for another request", |case| {
            let mut other = case.body.clone();
            other.salt = [9; 32];
            case.state.approvals = approvals(&other);
        }),
        ("for another payload", |case| {
            let mut other = case.body.clone();
            other.payload_hash = H256::repeat_byte(9);
            case.state.approvals = approvals(&other);
        }),
    ];
    for (what, change) in changes {
        let verdict = Case::transfer().after(change);
        assert_eq!(refused(verdict), RefusalReason::InvalidApprovals, "{what}");
    }
}

#[test]
fn policy_violated() {
    let over_limit = Case::transfer().after(|case| {
        case.rewrite(|body| body.effect.transfers[0].amount = U256::from(11u128 * 10u128.pow(18)));
    });
    assert_eq!(refused(over_limit), RefusalReason::PolicyViolated);
    let no_limit = Case::transfer().after(|case| {
        case.rewrite(|body| body.effect.transfers[0].asset = Asset::Ether { chain_id: 5 });
    });
    assert_eq!(refused(no_limit), RefusalReason::PolicyViolated);
    let off_the_list = Case::transfer().after(|case| {
        case.world.policy.recipients = Some(BoundedVec::default());
        let hash = case.world.policy.hash(GENESIS);
        if let Some(key) = &mut case.state.key {
            key.token.policy_hash = hash;
        }
        case.rewrite(|body| body.policy = hash);
    });
    assert_eq!(refused(off_the_list), RefusalReason::PolicyViolated);
    // The chain shows another policy than the one that was approved.
    let another_policy = Case::transfer().after(|case| case.state.policy.maximum_lifetime += 1);
    assert_eq!(refused(another_policy), RefusalReason::PolicyViolated);
    // The key commits to a policy that this one does not descend from.
    let another_lineage = Case::transfer().after(|case| {
        if let Some(key) = &mut case.state.key {
            key.token.policy_hash = PolicyHash(H256::repeat_byte(9));
        }
    });
    assert_eq!(refused(another_lineage), RefusalReason::PolicyViolated);
}

/// A successor of the world's policy, with these people's signatures.
fn succeeded(case: &mut Case, signers: &[u8]) {
    let predecessor = case.world.policy.clone();
    let from = predecessor.hash(GENESIS);
    let mut successor = predecessor.clone();
    successor.predecessor = Some(from);
    successor.maximum_lifetime += 1;
    let to = successor.hash(GENESIS);
    let message = change_message(GENESIS, from, to);
    let signatures: Vec<_> = signers
        .iter()
        .map(|signer| ChangeSignature {
            signer: account(*signer),
            signature: Signature::Sr25519(person(*signer).sign(message.as_bytes())),
        })
        .collect();
    case.world.policy = successor.clone();
    case.rewrite(|body| body.policy = to);
    let record = |policy, signatures| PolicyRecord {
        policy,
        signatures,
        created_by: account(REQUESTER),
        created_at: 1,
    };
    case.state.lineage = vec![
        record(predecessor, BoundedVec::default()),
        record(successor, BoundedVec::truncate_from(signatures)),
    ];
}

#[test]
fn a_successor_counts_only_with_the_signatures_of_its_predecessors_change_rule() {
    let good = Case::transfer().after(|case| succeeded(case, &BOARD[..2]));
    assert!(matches!(good, Verdict::Release(_)), "{good:?}");
    for signers in [&BOARD[..1], &[], &[BOARD[0], OPERATOR]] {
        let bad = Case::transfer().after(|case| succeeded(case, signers));
        assert_eq!(refused(bad), RefusalReason::PolicyViolated, "{signers:?}");
    }
}

#[test]
fn payload_mismatch() {
    let other_bytes = Case::transfer().after(|case| {
        if let Some(payload) = &mut case.state.payload {
            payload[10] ^= 1;
        }
    });
    assert_eq!(refused(other_bytes), RefusalReason::PayloadMismatch);
    let gone = Case::transfer().after(|case| case.state.payload = None);
    assert_eq!(refused(gone), RefusalReason::PayloadMismatch);
    // What was approved says less than what the payload does.
    let smaller = Case::transfer()
        .after(|case| case.rewrite(|body| body.effect.transfers[0].amount = U256::one()));
    assert_eq!(refused(smaller), RefusalReason::PayloadMismatch);
    let other_recipient = Case::transfer().after(|case| {
        case.rewrite(|body| {
            body.effect.transfers[0].recipient = BoundedVec::truncate_from(vec![8; 20]);
        });
    });
    assert_eq!(refused(other_recipient), RefusalReason::PayloadMismatch);
    let other_fee = Case::transfer().after(|case| {
        case.rewrite(|body| {
            body.effect.fee =
                Some(Fee { asset: Asset::Ether { chain_id: 1 }, amount: U256::one() });
        });
    });
    assert_eq!(refused(other_fee), RefusalReason::PayloadMismatch);
    let decrypting_key = Case::transfer().after(|case| {
        if let Some(key) = &mut case.state.key {
            key.token.algorithm = Algorithm::Aes256Gcm;
        }
    });
    assert_eq!(refused(decrypting_key), RefusalReason::PayloadMismatch);
}

#[test]
fn evidence_rejected() {
    let session = |case: &mut Case, change: fn(&mut Session)| {
        change(&mut case.state.sessions[0].session);
    };
    let other_key = Case::transfer().after(|case| session(case, |s| s.kem_public[0] ^= 1));
    assert_eq!(refused(other_key), RefusalReason::EvidenceRejected);
    let other_signer = Case::transfer().after(|case| session(case, |s| s.signing_public = [1; 32]));
    assert_eq!(refused(other_signer), RefusalReason::EvidenceRejected);
    let damaged = Case::transfer()
        .after(|case| session(case, |s| s.evidence.bytes = BoundedVec::truncate_from(vec![0; 9])));
    assert_eq!(refused(damaged), RefusalReason::EvidenceRejected);
    let other_request =
        Case::transfer().after(|case| session(case, |s| s.request.0 = H256::repeat_byte(9)));
    assert_eq!(refused(other_request), RefusalReason::EvidenceRejected);
    // The chain and the policy trust it; the agent does not.
    let not_listed = Case::transfer().after(|case| {
        let digest = H256::repeat_byte(0xbd);
        let measurement = Measurement { digest, ..simulated::MEASUREMENT };
        case.world.policy.measurements = BoundedVec::truncate_from(vec![measurement]);
        let hash = case.world.policy.hash(GENESIS);
        if let Some(key) = &mut case.state.key {
            key.token.policy_hash = hash;
        }
        case.rewrite(|body| body.policy = hash);
        let session = &mut case.state.sessions[0].session;
        session.evidence = simulated::evidence_of(digest, session.report_data(GENESIS));
    });
    assert_eq!(refused(not_listed), RefusalReason::EvidenceRejected);
    // The agent trusts it; the policy does not.
    let not_in_policy = Case::transfer().after(|case| {
        let measurement = Measurement { digest: H256::zero(), ..simulated::MEASUREMENT };
        case.world.policy.measurements = BoundedVec::truncate_from(vec![measurement]);
        let hash = case.world.policy.hash(GENESIS);
        if let Some(key) = &mut case.state.key {
            key.token.policy_hash = hash;
        }
        case.rewrite(|body| body.policy = hash);
    });
    assert_eq!(refused(not_in_policy), RefusalReason::EvidenceRejected);
}

#[test]
fn stale_head() {
    let case = Case::transfer();
    let now = case.head.slot * SLOT_MILLISECONDS;
    let stale = |now| case.trust.stale(case.head, SLOT_MILLISECONDS, now).is_some();
    assert!(!stale(now) && !stale(now + 30_000));
    assert!(stale(now + 30_001));
    let ahead = Head { slot: 1_000, ..case.head };
    assert!(case.trust.stale(ahead, SLOT_MILLISECONDS, 400_000).is_some(), "a wrong clock");
}

#[test]
fn attempt_conflict() {
    let case = |deadline: u32| {
        Case::transfer().after(|case| {
            let id = case.body.id(GENESIS);
            let second = case.world.enclave.open_session(id, 2, LIFETIME);
            case.state.sessions[0].deadline = deadline;
            let record = case.world.session_record(second);
            case.state.sessions.push(record);
            case.state.record.attempts = 2;
            case.attempt = 2;
        })
    };
    assert_eq!(refused(case(START + LIFETIME)), RefusalReason::AttemptConflict);
    assert_eq!(refused(case(START + 1)), RefusalReason::AttemptConflict);
    assert!(matches!(case(START), Verdict::Release(_)));
    let later = Case::transfer().after(|case| case.attempt = 2);
    assert!(matches!(later, Verdict::Wait(_)));
    let earlier = Case::transfer().after(|case| case.state.record.attempts = 2);
    assert!(matches!(earlier, Verdict::Over(_)));
    // A deadline that does not follow from the session's lifetime.
    let stretched = Case::transfer().after(|case| case.state.sessions[0].deadline += 1);
    assert_eq!(refused(stretched), RefusalReason::AttemptConflict);
    // One session of the list is missing.
    let gap = Case::transfer().after(|case| case.state.sessions.clear());
    assert!(matches!(gap, Verdict::Wait(_)));
}

#[test]
fn label_used() {
    // The chain asks to enrol a key that it has.
    let enrolled = Case::enrolment().after(|case| {
        let record = key(&case.world, Algorithm::Ed25519);
        case.state.key = Some(record);
        let committed = case.state.key.as_mut().map(|key| &mut key.token.policy_hash);
        assert_eq!(committed.copied(), Some(case.body.policy));
    });
    assert_eq!(refused(enrolled), RefusalReason::LabelUsed);
}

#[test]
fn share_mismatch() {
    let changes: [fn(&mut KeyRecord); 5] = [
        |key| key.token.key_id.0 = H256::repeat_byte(9),
        |key| key.token.epoch = 1,
        |key| key.state = KeyState::Pending,
        |key| key.state = KeyState::Retiring,
        |key| key.state = KeyState::Retired,
    ];
    for change in changes {
        let verdict = Case::transfer().after(|case| {
            if let Some(key) = &mut case.state.key {
                change(key);
            }
        });
        assert_eq!(refused(verdict), RefusalReason::ShareMismatch);
    }
}

#[test]
fn a_frozen_key() {
    // It may be lifted.
    let frozen = Case::transfer().after(|case| case.frozen = true);
    assert!(matches!(frozen, Verdict::Wait(_)), "{frozen:?}");
    // What is refused for good is refused all the same.
    let not_approved = Case::transfer().after(|case| {
        case.frozen = true;
        case.state.approvals.clear();
    });
    assert_eq!(refused(not_approved), RefusalReason::InvalidApprovals);
}

#[test]
fn deadline_passed() {
    let session_over = Case::transfer().after(|case| case.head.number = START + LIFETIME + 1);
    assert_eq!(refused(session_over), RefusalReason::DeadlinePassed);
    let last_block = Case::transfer().after(|case| case.head.number = START + LIFETIME);
    assert!(matches!(last_block, Verdict::Release(_)));
    let request_over = Case::transfer().after(|case| case.rewrite(|body| body.expires = START));
    assert_eq!(refused(request_over), RefusalReason::DeadlinePassed);
}

#[test]
fn unknown_runtime() {
    let code = Case::transfer().after(|case| case.runtime.code_hash = H256::zero());
    assert_eq!(refused(code), RefusalReason::UnknownRuntime);
    let version = Case::transfer().after(|case| case.runtime.spec_version = 2);
    assert_eq!(refused(version), RefusalReason::UnknownRuntime);
}

#[test]
fn agents_without_a_leaf_have_nothing_to_do() {
    let stranger = Case::transfer().after(|case| case.agent = AgentId(H256::zero()));
    assert!(matches!(stranger, Verdict::Over(_)));
    let absent = Case::transfer().after(|case| {
        if let Some(key) = &mut case.state.key {
            key.token.corrections[0] = None;
        }
    });
    assert!(matches!(absent, Verdict::Over(_)));
    let unknown = verify(
        &Context {
            genesis: GENESIS,
            agent: AGENT,
            head: Head { number: 1, hash: H256::zero(), slot: 1 },
            runtime: RUNTIME,
            window_blocks: WINDOW_BLOCKS,
            trust: &Trust::from(&config("").trust),
        },
        RequestId(H256::zero()),
        1,
        None,
        false,
    );
    assert!(matches!(unknown, Verdict::Wait(_)));
}

use std::{sync::Weak, time::Duration};

use rand_core::OsRng;
use regent_primitives::{
    enclave_api::Delivery, AccessTree, AgentId, Algorithm, Commitments, EnrolmentId, Evidence,
    EvidenceKind, KeyId, Operation, PayloadFormat, PolicyHash, RegenToken, Release, RequestBody,
    RequestId, SealedShare, SessionId, H256,
};
use regent_protocol::{notes::unsigned, seal::seal};
use tokio::time::Instant;

use super::*;
use crate::{
    chain::NextToken,
    unseal::unseal,
    verify::{PlannedLeaf, Work},
};

const GENESIS: H256 = H256([7; 32]);
const THRESHOLD: u16 = 3;

fn slot_until(deadline: Instant) -> Slot {
    let (kem, kem_public) = SessionKem::generate().expect("random bytes");
    let signer = SigningIdentity::generate(&mut OsRng).unwrap();
    let session = Session {
        id: SessionId(H256([1; 32])),
        request: RequestId(H256([2; 32])),
        attempt: 1,
        kem_public: kem_public.try_into().unwrap(),
        signing_public: signer.public().0,
        finalised_hash: H256([3; 32]),
        evidence: Evidence { kind: EvidenceKind::Simulated, bytes: Default::default() },
        endpoint: Default::default(),
        lifetime: 1,
    };
    Slot::new(session, Secrets { kem, signer }, deadline)
}

fn slot() -> Slot {
    slot_until(Instant::now() + Duration::from_secs(3_600))
}

/// A tree of so many agents, and what an execution would make of it.
fn plan(agents: u8) -> Arc<Plan> {
    let ids: Vec<_> = (1..=agents).map(|agent| AgentId(H256([agent; 32]))).collect();
    let tree = AccessTree::threshold_of_agents(THRESHOLD, &ids).unwrap();
    let leaf = |(index, (path, participant)): (usize, (LeafPath, _))| PlannedLeaf {
        path,
        participant,
        present: true,
        aad: aad(index),
    };
    let leaves = tree.leaves().into_iter().enumerate().map(leaf).collect();
    let token = RegenToken {
        key_id: KeyId(H256::zero()),
        algorithm: Algorithm::Ed25519,
        public_key: Default::default(),
        epoch: 0,
        window: 0,
        enrolment_id: EnrolmentId(H256::zero()),
        tree: tree.clone(),
        policy_hash: PolicyHash(H256::zero()),
        commitments: Commitments::Native { gates: Default::default(), leaves: Default::default() },
        corrections: Default::default(),
        wrapped: None,
    };
    let request = RequestId(H256([2; 32]));
    Arc::new(Plan {
        id: ExecutionId { request, token: None },
        session: SessionId(H256([1; 32])),
        attempt: 1,
        body: RequestBody {
            requester: [0; 32].into(),
            salt: [0; 32],
            key: token.key_id,
            epoch: 0,
            operation: Operation::Sign { format: PayloadFormat::Raw },
            payload_hash: H256::zero(),
            effect: Default::default(),
            policy: token.policy_hash,
            expires: 0,
        },
        previous: H256::zero(),
        fresh_until: Instant::now() + Duration::from_secs(30),
        next: NextToken { epoch: 0, window: 0 },
        tree,
        leaves,
        work: Work::Sign { token: Box::new(token), inputs: Vec::new() },
    })
}

fn aad(leaf: usize) -> H256 {
    H256([u8::try_from(leaf).unwrap(); 32])
}

/// The share of a leaf, as its agent seals it.
fn share(slot: &Slot, plan: &Plan, leaf: usize) -> Delivery {
    let sealed = seal(&slot.session.kem_public, GENESIS, aad(leaf), &[9; 32]).unwrap();
    delivery(plan, leaf, sealed)
}

fn delivery(plan: &Plan, leaf: usize, sealed: SealedShare) -> Delivery {
    let release = Release {
        request: RequestId(H256([2; 32])),
        attempt: 1,
        session: SessionId(H256([1; 32])),
        leaf: plan.leaves[leaf].path.clone(),
        agent: AgentId(H256([u8::try_from(leaf).unwrap() + 1; 32])),
        aad: aad(leaf),
        sealed_hash: sealed.hash(GENESIS),
        finalised_hash: H256::zero(),
        signature: unsigned(),
    };
    Delivery { release, sealed }
}

/// Opens one share by hand, and holds on to it only weakly.
fn open_one(slot: &Slot) -> Option<Weak<Body>> {
    let job = slot.next_sealed()?;
    let body = slot.vault.lend(|kem| kem.open(GENESIS, job.aad, &job.sealed).unwrap()).unwrap();
    let body = Arc::new(body);
    let weak = Arc::downgrade(&body);
    slot.opened(job.ticket, Some(body));
    Some(weak)
}

fn candidates(slot: &Slot) -> Option<Vec<usize>> {
    match slot.take_turn(false)? {
        Turn::Ready(batch) => Some(batch.candidates.iter().map(|open| open.leaf).collect()),
        Turn::Wait { .. } => None,
    }
}

#[test]
fn after_the_last_share_only_that_one_is_left_to_open() {
    let (slot, plan) = (slot(), plan(5));
    slot.deliver(share(&slot, &plan, 4)).unwrap();
    // Not before an execution says what is right.
    assert!(slot.next_sealed().is_none() && !slot.expects_shares());
    assert!(slot.expect(Arc::clone(&plan)));
    assert!(slot.expects_shares());
    assert!(open_one(&slot).is_some() && slot.next_sealed().is_none());
    slot.deliver(share(&slot, &plan, 0)).unwrap();
    assert!(open_one(&slot).is_some() && slot.next_sealed().is_none());
    assert!(candidates(&slot).is_none());

    slot.deliver(share(&slot, &plan, 2)).unwrap();
    let job = slot.next_sealed().unwrap();
    assert_eq!(job.aad, aad(2));
    assert!(slot.next_sealed().is_none());
    assert!(candidates(&slot).is_none(), "the last is not open yet");
    slot.opened(job.ticket, Some(Arc::default()));
    assert_eq!(candidates(&slot), Some(vec![4, 0, 2]));
}

#[test]
fn the_first_satisfying_set_by_arrival_is_opened_and_no_more() {
    let (slot, plan) = (slot(), plan(5));
    for leaf in [3, 1, 4, 0, 2] {
        slot.deliver(share(&slot, &plan, leaf)).unwrap();
    }
    slot.expect(Arc::clone(&plan));
    let jobs: Vec<_> = std::iter::from_fn(|| slot.next_sealed()).collect();
    assert_eq!(jobs.iter().map(|job| job.aad).collect::<Vec<_>>(), [3, 1, 4].map(aad));
    // Whichever opens first.
    for job in jobs.into_iter().rev() {
        assert!(candidates(&slot).is_none());
        slot.opened(job.ticket, Some(Arc::default()));
    }
    assert_eq!(candidates(&slot), Some(vec![3, 1, 4]));
}

#[test]
fn nothing_is_opened_whose_leaf_agent_or_associated_data_are_not_the_plans() {
    let (slot, plan) = (slot(), plan(3));
    let mut wrong_aad = share(&slot, &plan, 0);
    wrong_aad.release.aad = H256([0xee; 32]);
    let mut wrong_agent = share(&slot, &plan, 1);
    wrong_agent.release.agent = AgentId(H256([0xee; 32]));
    let mut no_leaf = share(&slot, &plan, 2);
    no_leaf.release.leaf = Default::default();
    for wrong in [&wrong_aad, &wrong_agent, &no_leaf] {
        assert_eq!(slot.deliver(wrong.clone()), Ok(DeliveryStatus::Accepted));
    }
    slot.expect(Arc::clone(&plan));
    assert!(slot.next_sealed().is_none());
    // Once it is known what is right, they are not even kept, and stand in nobody's way.
    for wrong in [wrong_aad, wrong_agent, no_leaf] {
        assert!(slot.deliver(wrong).is_err());
    }
    for leaf in [0, 1, 2] {
        assert_eq!(slot.deliver(share(&slot, &plan, leaf)), Ok(DeliveryStatus::Accepted));
        assert_eq!(slot.next_sealed().unwrap().aad, aad(leaf));
    }
}

#[test]
fn a_duplicate_is_neither_kept_nor_opened() {
    let (slot, plan) = (slot(), plan(3));
    slot.deliver(share(&slot, &plan, 0)).unwrap();
    assert_eq!(slot.deliver(share(&slot, &plan, 0)), Ok(DeliveryStatus::Duplicate));
    slot.expect(Arc::clone(&plan));
    assert_eq!(slot.deliver(share(&slot, &plan, 0)), Ok(DeliveryStatus::Duplicate));
    assert!(slot.next_sealed().is_some() && slot.next_sealed().is_none());
    assert_eq!(slot.deliver(share(&slot, &plan, 0)), Ok(DeliveryStatus::Duplicate));
    assert!(slot.next_sealed().is_none());
}

#[test]
fn a_share_that_does_not_open_is_named_and_another_takes_its_place() {
    let (slot, plan) = (slot(), plan(4));
    let foreign = SessionKem::generate().expect("random bytes").1;
    let sealed = seal(&foreign, GENESIS, aad(0), &[9; 32]).unwrap();
    slot.deliver(delivery(&plan, 0, sealed)).unwrap();
    for leaf in [1, 2, 3] {
        slot.deliver(share(&slot, &plan, leaf)).unwrap();
    }
    slot.expect(Arc::clone(&plan));
    unseal(GENESIS, &slot);
    let Some(Turn::Ready(batch)) = slot.take_turn(false) else { panic!("three are good") };
    assert_eq!(batch.faulty.into_iter().collect::<Vec<_>>(), [plan.leaves[0].path.clone()]);
    let open: Vec<_> = batch.candidates.iter().map(|open| open.leaf).collect();
    assert_eq!(open, [1, 2, 3]);
    assert!(batch.candidates.iter().all(|open| open.body.as_slice() == [9; 32]));
}

#[test]
fn once_a_set_failed_all_that_arrived_is_opened() {
    let (slot, plan) = (slot(), plan(5));
    for leaf in [0, 1, 2, 3, 4] {
        slot.deliver(share(&slot, &plan, leaf)).unwrap();
    }
    slot.expect(Arc::clone(&plan));
    unseal(GENESIS, &slot);
    let Some(Turn::Ready(batch)) = slot.take_turn(false) else { panic!("three are there") };
    // Found at fault when they were combined.
    slot.give_back(batch.signer, [plan.leaves[1].path.clone()].into());
    unseal(GENESIS, &slot);
    assert_eq!(candidates(&slot), Some(vec![0, 2, 3, 4]));
}

#[test]
fn whatever_ends_a_session_leaves_no_key_and_no_share() {
    let endings: [fn(&Slot); 4] = [
        |slot| slot.wipe(WipeReason::Deadline),
        |slot| slot.wipe(WipeReason::Displaced),
        |slot| slot.wipe(WipeReason::Stop),
        |slot| {
            // As during an operation that fails.
            slot.state().phase = Phase::Operating;
            slot.failed(Failure::Internal);
        },
    ];
    for end in endings {
        let (slot, plan) = (slot(), plan(3));
        for leaf in [0, 1] {
            slot.deliver(share(&slot, &plan, leaf)).unwrap();
        }
        slot.expect(plan);
        let open = open_one(&slot).unwrap();
        assert!(open.upgrade().is_some());
        end(&slot);
        assert!(open.upgrade().is_none(), "an open share outlived the session");
        assert!(slot.vault.lend(|_| ()).is_none(), "the key outlived the session");
        let state = slot.state();
        assert!(state.signer.is_none() && state.expected.is_none() && state.ending.is_some());
        assert_eq!(state.phase, Phase::Closed);
    }
}

#[test]
fn what_comes_back_after_the_end_is_not_kept() {
    let (slot, plan) = (slot(), plan(3));
    for leaf in [0, 1] {
        slot.deliver(share(&slot, &plan, leaf)).unwrap();
    }
    slot.expect(plan);
    let job = slot.next_sealed().unwrap();
    slot.state().phase = Phase::Operating;
    let signer = slot.state().signer.take().unwrap();
    slot.wipe(WipeReason::Deadline);
    slot.give_back(signer, BTreeSet::new());
    assert!(slot.state().signer.is_none());
    let body = Arc::new(Body::default());
    let weak = Arc::downgrade(&body);
    slot.opened(job.ticket, Some(body));
    assert!(weak.upgrade().is_none());
    assert_eq!(slot.phase(), Phase::Closed);
}

#[test]
fn the_deadline_holds_though_nobody_wiped_yet() {
    let (slot, plan) = (slot_until(Instant::now()), plan(3));
    for leaf in [0, 1, 2] {
        slot.deliver(share(&slot, &plan, leaf)).unwrap();
    }
    slot.expect(plan);
    unseal(GENESIS, &slot);
    assert!(slot.take_turn(false).is_none());
    assert!(matches!(slot.state().ending, Some(Ending::Wiped(WipeReason::Deadline))));
}

#[test]
fn the_first_ending_stays() {
    let slot = slot();
    slot.wipe(WipeReason::Stop);
    slot.wipe(WipeReason::Deadline);
    assert!(matches!(slot.state().ending, Some(Ending::Wiped(WipeReason::Stop))));
}

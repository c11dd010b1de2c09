use rand_core::OsRng;
use regent_primitives::{
    bounds::XWING_PUBLIC_KEY_BYTES, Evidence, EvidenceKind, RequestId, SessionId,
};
use tokio::time::Instant;

use super::*;

fn slot() -> Slot {
    let (kem, kem_public) = SessionKem::generate();
    let signer = SigningIdentity::generate(&mut OsRng).unwrap();
    assert_eq!(kem_public.len(), XWING_PUBLIC_KEY_BYTES as usize);
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
    Slot::new(session, Secrets { kem, signer }, Instant::now())
}

#[test]
fn whatever_ends_a_session_leaves_no_secret_and_no_share() {
    let endings: [fn(&Slot); 3] = [
        |slot| slot.wipe(WipeReason::Deadline),
        |slot| slot.wipe(WipeReason::Stop),
        |slot| {
            // As during an operation that fails.
            slot.state().phase = Phase::Operating;
            slot.failed(Failure::Internal);
        },
    ];
    for end in endings {
        let slot = slot();
        assert!(slot.state().secrets.is_some());
        end(&slot);
        let state = slot.state();
        assert!(state.secrets.is_none() && state.deliveries.is_empty());
        assert!(state.expected.is_none() && state.ending.is_some());
        assert_eq!(state.phase, Phase::Closed);
    }
}

#[test]
fn secrets_that_come_back_after_the_end_are_not_kept() {
    let slot = slot();
    slot.state().phase = Phase::Operating;
    let secrets = slot.state().secrets.take().unwrap();
    slot.wipe(WipeReason::Deadline);
    slot.give_back(secrets, BTreeSet::new());
    assert!(slot.state().secrets.is_none());
    assert_eq!(slot.phase(), Phase::Closed);
}

#[test]
fn the_first_ending_stays() {
    let slot = slot();
    slot.wipe(WipeReason::Stop);
    slot.wipe(WipeReason::Deadline);
    assert!(matches!(slot.state().ending, Some(Ending::Wiped(WipeReason::Stop))));
}

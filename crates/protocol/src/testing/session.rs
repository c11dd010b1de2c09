//! A session, and what a share released to it is bound to.

use regent_primitives::{
    session::Endpoint, BoundedVec, EnrolmentId, Evidence, EvidenceKind, KeyId, LeafPath,
    OperationKind, PolicyHash, RequestId, Session, SessionId, H256,
};

use super::GENESIS;
use crate::ReleaseContext;

pub(crate) fn session() -> Session {
    Session {
        id: SessionId(H256([1; 32])),
        request: RequestId(H256([2; 32])),
        attempt: 1,
        kem_public: BoundedVec::truncate_from(vec![3; 1_216]),
        signing_public: [4; 32],
        finalised_hash: H256([5; 32]),
        evidence: Evidence {
            kind: EvidenceKind::Simulated,
            bytes: BoundedVec::truncate_from(vec![6]),
        },
        endpoint: Endpoint::truncate_from(b"http://enclave.example".to_vec()),
        lifetime: 10,
    }
}

pub(crate) fn release<'a>(session: &'a Session, leaf: &'a LeafPath) -> ReleaseContext<'a> {
    ReleaseContext {
        genesis: GENESIS,
        request: session.request,
        attempt: session.attempt,
        session,
        key: KeyId(H256([7; 32])),
        epoch: 0,
        enrolment: EnrolmentId(H256([8; 32])),
        leaf,
        operation: OperationKind::Sign,
        payload_hash: H256([9; 32]),
        policy: PolicyHash(H256([10; 32])),
    }
}

use std::collections::BTreeSet;

use regent_primitives::BoundedVec;

use super::*;
use crate::testing::session::{release, session};

#[test]
fn aad_is_the_hash_of_its_preimage() {
    let (session, leaf) = (session(), LeafPath::default());
    let context = release(&session, &leaf);
    let digest = <sp_core::Blake2Hasher as sp_core::Hasher>::hash(&context.preimage());
    assert_eq!(context.aad(), digest);
}

#[test]
fn aad_changes_with_each_field() {
    let other = H256([0xee; 32]);
    let session_0 = session();
    let changed_session = |change: fn(&mut Session)| {
        let mut session = session();
        change(&mut session);
        session
    };
    let session_1 = changed_session(|s| s.id = SessionId(H256([0xee; 32])));
    let session_2 = changed_session(|s| s.kem_public = BoundedVec::truncate_from(vec![0; 1_216]));
    let session_3 = changed_session(|s| s.evidence.bytes = BoundedVec::truncate_from(vec![7]));
    let leaf_0 = LeafPath(BoundedVec::truncate_from(vec![1]));
    let leaf_1 = LeafPath(BoundedVec::truncate_from(vec![1, 1]));
    let base = release(&session_0, &leaf_0);
    let contexts = [
        base,
        ReleaseContext { genesis: other, ..base },
        ReleaseContext { request: RequestId(other), ..base },
        ReleaseContext { attempt: 2, ..base },
        ReleaseContext { session: &session_1, ..base },
        ReleaseContext { session: &session_2, ..base },
        ReleaseContext { session: &session_3, ..base },
        ReleaseContext { key: KeyId(other), ..base },
        ReleaseContext { epoch: 1, ..base },
        ReleaseContext { enrolment: EnrolmentId(other), ..base },
        ReleaseContext { leaf: &leaf_1, ..base },
        ReleaseContext { operation: OperationKind::Decrypt, ..base },
        ReleaseContext { payload_hash: other, ..base },
        ReleaseContext { policy: PolicyHash(other), ..base },
    ];
    let distinct: BTreeSet<_> = contexts.iter().map(ReleaseContext::aad).collect();
    assert_eq!(distinct.len(), contexts.len());
}

use std::collections::BTreeSet;

use regent_primitives::{Algorithm, BoundedVec, LeafPath, OperationKind, Session};

use super::*;
use crate::testing::{
    flat, nested, params,
    session::{release, session},
};

/// A release for the epoch that is in use.
fn released<'a>(session: &'a Session, leaf: &'a LeafPath) -> ReleaseContext<'a> {
    ReleaseContext { epoch: 4, ..release(session, leaf) }
}

fn next(change: impl Fn(&mut EnrolmentParams)) -> EnrolmentParams {
    let mut next = params(Algorithm::Sr25519, flat(2, 3));
    next.epoch = 5;
    change(&mut next);
    next
}

/// No difference, share or mask opens for another part, another epoch of either side, or another
/// leaf; and none as a release.
#[test]
fn aad_changes_with_each_field_of_both_epochs() {
    let (session, leaf) = (session(), LeafPath::default());
    let other_leaf = LeafPath(BoundedVec::truncate_from(vec![1]));
    let next_0 = next(|_| ());
    let changed = [
        next(|next| next.epoch = 6),
        next(|next| next.window = 8),
        next(|next| next.enrolment_id = EnrolmentId(H256([0xee; 32]))),
        next(|next| next.policy_hash = PolicyHash(H256([0xee; 32]))),
        next(|next| next.tree = nested()),
    ];
    let release = released(&session, &leaf);
    let base = SuccessionContext { release, part: SuccessionPart::Difference, next: &next_0 };
    let with = |release| SuccessionContext { release, ..base };
    let mut contexts = vec![
        base,
        SuccessionContext { part: SuccessionPart::Share, ..base },
        SuccessionContext { part: SuccessionPart::Mask, ..base },
        with(ReleaseContext { epoch: 5, ..release }),
        with(ReleaseContext { enrolment: EnrolmentId(H256([0xee; 32])), ..release }),
        with(ReleaseContext { leaf: &other_leaf, ..release }),
        with(ReleaseContext { attempt: 2, ..release }),
        with(ReleaseContext { operation: OperationKind::Decrypt, ..release }),
    ];
    contexts.extend(changed.iter().map(|next| SuccessionContext { next, ..base }));
    let mut distinct: BTreeSet<_> = contexts.iter().map(SuccessionContext::aad).collect();
    distinct.insert(release.aad());
    assert_eq!(distinct.len(), contexts.len() + 1);
}

/// A release's preimage comes first and this one goes on: the two are never equal.
#[test]
fn aad_continues_the_preimage_of_a_release() {
    let (session, leaf, next) = (session(), LeafPath::default(), next(|_| ()));
    let release = released(&session, &leaf);
    let context = SuccessionContext { release, part: SuccessionPart::Share, next: &next };
    let preimage = context.preimage();
    assert!(preimage.starts_with(&release.preimage()));
    assert_eq!(preimage[release.preimage().len()], 1);
    assert_eq!(<sp_core::Blake2Hasher as sp_core::Hasher>::hash(&preimage), context.aad());
}

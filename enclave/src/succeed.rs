//! From open differences, or shares and masks, to the token of a key's next epoch (section 11).

use std::collections::BTreeSet;

use rand_core::OsRng;
use regent_primitives::{LeafPath, RegenToken, H256};
use regent_protocol::{
    enrolment::EnrolmentParams, CombineError, Contribution, NextEpoch, Refresh,
    RefreshContribution, Reshare, ReshareError, Reshared, Share,
};

use crate::{
    config::CrashPoint,
    operate::{finish, read_bodies, Step},
    session::{Batch, Candidate},
    verify::Plan,
};

/// Makes new shares of the same key. Neither the key nor a share is ever here.
pub(crate) fn refresh(
    genesis: H256,
    token: &RegenToken,
    next: &NextEpoch,
    batch: Batch,
    crash_at: Option<CrashPoint>,
) -> Step {
    let Batch { signer, plan, candidates, mut faulty, last_call } = batch;
    let all: Vec<&Candidate> = candidates.iter().collect();
    let read = |body: &[u8]| RefreshContribution::decode(token.algorithm.group(), body).ok();
    let good = read_bodies(&all, read, &mut faulty);
    let leaves: BTreeSet<usize> = good.iter().map(|(leaf, _)| *leaf).collect();
    if !decided(&plan, &leaves, &faulty, last_call) {
        return Step::Short { signer, faulty };
    }
    let used = paths(&plan, &leaves);
    CrashPoint::MidOperation.reached(crash_at);
    match Refresh::new(token, next).and_then(|refresh| refresh.deal(good, &mut OsRng)) {
        Ok(token) => {
            finish(genesis, &plan, signer, &candidates, used, faulty, Vec::new(), Some(token))
        }
        Err(error) => Step::Failed(error.into()),
    }
}

/// Makes the key of the old token's shares, deals it along the new tree, and wipes it.
pub(crate) fn reshare(
    genesis: H256,
    token: &RegenToken,
    next: &NextEpoch,
    params: &EnrolmentParams,
    batch: Batch,
    crash_at: Option<CrashPoint>,
) -> Step {
    let Batch { signer, plan, candidates, mut faulty, last_call } = batch;
    let group = token.algorithm.group();
    // The leaves of the old tree come first.
    let boundary = token.tree.leaf_count();
    let (old, new): (Vec<&Candidate>, Vec<&Candidate>) =
        candidates.iter().partition(|candidate| candidate.leaf < boundary);
    let shares = read_bodies(&old, |body| Share::from_sealed_body(group, body).ok(), &mut faulty);
    let masks = read_bodies(&new, |body| Contribution::decode(group, body).ok(), &mut faulty);
    let both = shares.iter().map(|(leaf, _)| *leaf).chain(masks.iter().map(|(leaf, _)| *leaf));
    let leaves: BTreeSet<usize> = both.collect();
    if !decided(&plan, &leaves, &faulty, last_call) {
        return Step::Short { signer, faulty };
    }
    let dealt: Vec<usize> = masks.iter().map(|(leaf, _)| *leaf).collect();
    let masks = masks.into_iter().map(|(leaf, mask)| (leaf.saturating_sub(boundary), mask));
    CrashPoint::MidOperation.reached(crash_at);
    let reshared = Reshare::new(token, next, params.tree.clone())
        .and_then(|reshare| reshare.deal(shares, masks.collect(), &mut OsRng));
    match reshared {
        Ok(Reshared { token, used, faulty: wrong }) => {
            faulty.extend(of_old(&wrong));
            let mut used: Vec<LeafPath> = of_old(&used).collect();
            used.extend(paths(&plan, &dealt.into_iter().collect()));
            finish(genesis, &plan, signer, &candidates, used, faulty, Vec::new(), Some(token))
        }
        Err(ReshareError::Combine(error @ CombineError::InconsistentToken)) => {
            Step::Inconsistent { signer, error }
        }
        Err(ReshareError::Combine(error)) => {
            faulty.extend(of_old(error.faulty()));
            Step::Short { signer, faulty }
        }
        Err(error) => Step::Failed(error.into()),
    }
}

/// Whether no more is waited for, and what is there suffices: what turned out wrong may leave fewer
/// than were counted.
fn decided(
    plan: &Plan,
    leaves: &BTreeSet<usize>,
    faulty: &BTreeSet<LeafPath>,
    last_call: bool,
) -> bool {
    let all = leaves.len().saturating_add(faulty.len()) >= plan.expected_leaves();
    (last_call || all)
        && plan.tree.satisfied_with_spare(plan.spare(), |leaf| leaves.contains(&leaf))
}

fn paths(plan: &Plan, leaves: &BTreeSet<usize>) -> Vec<LeafPath> {
    let with = plan.leaves.iter().enumerate().filter(|(leaf, _)| leaves.contains(leaf));
    with.map(|(_, leaf)| leaf.path.clone()).collect()
}

/// Leaves of the old tree as the request's one tree has them.
fn of_old(leaves: &[LeafPath]) -> impl Iterator<Item = LeafPath> + '_ {
    leaves.iter().filter_map(|path| path.below(1))
}

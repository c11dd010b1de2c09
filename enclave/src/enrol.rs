//! From open contributions to a public token (section 6).

use rand_core::OsRng;
use regent_primitives::{LeafPath, H256};
use regent_protocol::{
    enrol as make_token,
    enrolment::{Contribution, EnrolmentParams},
};

use crate::{
    config::CrashPoint,
    operate::{finish, read_bodies, Step},
    session::{Batch, Candidate},
};

/// Makes the key of the contributions, its shares and the token; all but the token is wiped.
///
/// A contribution that did not open is named, and its leaf left out: it comes back by a reshare.
pub(crate) fn enrol(
    genesis: H256,
    params: &EnrolmentParams,
    batch: Batch,
    crash_at: Option<CrashPoint>,
) -> Step {
    let Batch { signer, plan, candidates, mut faulty, last_call } = batch;
    let all: Vec<&Candidate> = candidates.iter().collect();
    let read = |body: &[u8]| Contribution::decode(params.algorithm.group(), body).ok();
    let good = read_bodies(&all, read, &mut faulty);
    let has = |leaf: usize| good.iter().any(|(with, _)| *with == leaf);
    // Contributions that turned out wrong may leave fewer than were counted.
    let decided = last_call || good.len().saturating_add(faulty.len()) >= plan.leaves.len();
    if !decided || !plan.tree.satisfied_with_spare(1, has) {
        return Step::Short { signer, faulty };
    }
    let used: Vec<LeafPath> = plan
        .leaves
        .iter()
        .enumerate()
        .filter(|(leaf, _)| has(*leaf))
        .map(|(_, leaf)| leaf.path.clone())
        .collect();
    CrashPoint::MidOperation.reached(crash_at);
    match make_token(params, good, None, &mut OsRng) {
        Ok(token) => {
            finish(genesis, &plan, signer, &candidates, used, faulty, Vec::new(), Some(token))
        }
        Err(error) => Step::Failed(error.into()),
    }
}

//! What the enclave states it did (section 8).

use std::collections::BTreeSet;

use regent_primitives::{
    enclave_api::Outcome, receipt::result_hash, LeafPath, Receipt, RegenToken, H256,
};
use regent_protocol::SigningIdentity;

use super::Step;
use crate::{error::Failure, session::Candidate, verify::Plan};

/// Signs the receipt and wipes what signed it. The key is gone by now.
#[allow(clippy::too_many_arguments)] // All that a receipt states.
pub(crate) fn finish(
    genesis: H256,
    plan: &Plan,
    signer: SigningIdentity,
    candidates: &[Candidate],
    used: Vec<LeafPath>,
    faulty: BTreeSet<LeafPath>,
    result: Vec<Vec<u8>>,
    token: Option<RegenToken>,
) -> Step {
    // Of the blocks over which the agents signed the shares that were used, that of the last to arrive: a
    // hash says no height. The chain proof's own head is not among them.
    let finalised_hash = candidates
        .iter()
        .rev()
        .find(|candidate| used.contains(&candidate.path))
        .map_or_else(H256::zero, |candidate| candidate.finalised_hash);
    let result_hash = match &token {
        Some(token) => result_hash(genesis, token),
        None => result_hash(genesis, &result),
    };
    let faulty: Vec<LeafPath> = faulty.into_iter().collect();
    let (Ok(leaves), Ok(wrong)) = (used.try_into(), faulty.clone().try_into()) else {
        return Step::Failed(Failure::Receipt);
    };
    let receipt = Receipt {
        request: plan.id.request,
        attempt: plan.attempt,
        key: plan.body.key,
        epoch: plan.body.epoch,
        operation: plan.body.operation.kind(),
        payload_hash: plan.body.payload_hash,
        result_hash,
        leaves,
        faulty: wrong,
        policy: plan.body.policy,
        session: plan.session,
        finalised_hash,
        previous: plan.previous,
    };
    let receipt = signer.sign_receipt(genesis, receipt);
    drop(signer);
    Step::Done(Box::new(Outcome { result, token, receipt, faulty }))
}

//! From open shares to a result: combine, one operation, wipe (section 8).
//!
//! Runs on a thread of its own, without waiting for anything: the key exists for milliseconds.

mod receipt;

use std::collections::BTreeSet;

use rand_core::OsRng;
use regent_primitives::{
    enclave_api::Outcome, payload::SigningInput, request::ResultKey, LeafPath, RegenToken, H256,
};
use regent_protocol::{
    combine, seal::seal_result, CombineError, Combined, PhantomKey, Share, SigningIdentity,
};

pub(crate) use self::receipt::finish;
use crate::{
    config::CrashPoint,
    error::Failure,
    session::{Batch, Candidate},
    verify::{Plan, Work},
};

/// What became of a batch.
pub(crate) enum Step {
    /// Done; key, shares and signer are wiped.
    Done(Box<Outcome>),
    /// Too few of the shares were good: the signer comes back, with the leaves at fault.
    Short { signer: SigningIdentity, faulty: BTreeSet<LeafPath> },
    /// Good shares and a token that is not theirs.
    Inconsistent { signer: SigningIdentity, error: CombineError },
    /// Failed for good; key, shares and signer are wiped.
    Failed(Failure),
}

/// Does what the plan says with the shares of the batch.
pub(crate) fn operate(genesis: H256, batch: Batch, crash_at: Option<CrashPoint>) -> Step {
    CrashPoint::AfterShares.reached(crash_at);
    match &batch.plan.clone().work {
        Work::Enrol(params) => crate::enrol::enrol(genesis, params, batch, crash_at),
        Work::Refresh { token, next, .. } => {
            crate::succeed::refresh(genesis, token, next, batch, crash_at)
        }
        Work::Reshare { token, next, params } => {
            crate::succeed::reshare(genesis, token, next, params, batch, crash_at)
        }
        Work::Sign { token, inputs } => {
            with_key(genesis, token, batch, crash_at, |key, _| sign(key, inputs))
        }
        Work::Decrypt { token, ciphertext, result_key } => {
            with_key(genesis, token, batch, crash_at, |key, plan| {
                decrypt(genesis, key, plan, ciphertext, result_key)
            })
        }
    }
}

/// Combines the key, does one operation with it, and wipes it before anything else happens.
fn with_key(
    genesis: H256,
    token: &RegenToken,
    batch: Batch,
    crash_at: Option<CrashPoint>,
    operation: impl FnOnce(PhantomKey, &Plan) -> Result<Vec<Vec<u8>>, Failure>,
) -> Step {
    let Batch { signer, plan, candidates, mut faulty, .. } = batch;
    match combine_optimistically(genesis, token, &plan, &candidates, &mut faulty) {
        Ok(Combined { key, used, .. }) => {
            CrashPoint::MidOperation.reached(crash_at);
            // The key moves into the operation and is wiped there, whatever comes of it.
            let result = match operation(key, &plan) {
                Ok(result) => result,
                Err(failure) => return Step::Failed(failure),
            };
            finish(genesis, &plan, signer, &candidates, used, faulty, result, None)
        }
        Err(error @ CombineError::InconsistentToken) => Step::Inconsistent { signer, error },
        Err(_) => Step::Short { signer, faulty },
    }
}

/// First a smallest satisfying set, in order of arrival; only if that fails, all that is open, to name
/// those at fault and combine once more.
fn combine_optimistically(
    genesis: H256,
    token: &RegenToken,
    plan: &Plan,
    candidates: &[Candidate],
    faulty: &mut BTreeSet<LeafPath>,
) -> Result<Combined, CombineError> {
    let mut attempt = |chosen: &[&Candidate]| {
        let read = |body: &[u8]| Share::from_sealed_body(token.algorithm.group(), body).ok();
        let combined = combine(genesis, token, read_bodies(chosen, read, faulty));
        match &combined {
            Ok(combined) => faulty.extend(combined.faulty.iter().cloned()),
            Err(error) => faulty.extend(error.faulty().iter().cloned()),
        }
        combined
    };
    let smallest = smallest_set(plan, candidates);
    let all: Vec<&Candidate> = candidates.iter().collect();
    match attempt(&smallest) {
        Err(_) if smallest.len() < all.len() => attempt(&all),
        first => first,
    }
}

/// Reads the bodies of these candidates; leaves whose body is not what it should be are at fault.
pub(crate) fn read_bodies<T>(
    candidates: &[&Candidate],
    read: impl Fn(&[u8]) -> Option<T>,
    faulty: &mut BTreeSet<LeafPath>,
) -> Vec<(usize, T)> {
    let mut good = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        match read(&candidate.body) {
            Some(item) => good.push((candidate.leaf, item)),
            None => {
                faulty.insert(candidate.path.clone());
            }
        }
    }
    good
}

/// The first satisfying set in order of arrival, without the leaves it does not need.
fn smallest_set<'a>(plan: &Plan, candidates: &'a [Candidate]) -> Vec<&'a Candidate> {
    let mut chosen: BTreeSet<usize> = BTreeSet::new();
    for candidate in candidates {
        if plan.tree.satisfied(|leaf| chosen.contains(&leaf)) {
            break;
        }
        chosen.insert(candidate.leaf);
    }
    for candidate in candidates {
        let needed = !plan.tree.satisfied(|leaf| leaf != candidate.leaf && chosen.contains(&leaf));
        if !needed {
            chosen.remove(&candidate.leaf);
        }
    }
    candidates.iter().filter(|candidate| chosen.contains(&candidate.leaf)).collect()
}

fn sign(key: PhantomKey, inputs: &[SigningInput]) -> Result<Vec<Vec<u8>>, Failure> {
    inputs.iter().map(|input| Ok(key.sign(input, &mut OsRng)?)).collect()
}

/// The plaintext leaves only sealed, to the key fixed in the approved request and for that request.
fn decrypt(
    genesis: H256,
    key: PhantomKey,
    plan: &Plan,
    ciphertext: &[u8],
    result_key: &ResultKey,
) -> Result<Vec<Vec<u8>>, Failure> {
    let plaintext = key.decrypt(ciphertext)?;
    drop(key);
    let aad = plan.body.id(genesis).0;
    Ok(vec![seal_result(result_key, genesis, aad, &plaintext)?])
}

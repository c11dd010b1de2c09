//! Rules of a policy.

use std::collections::{BTreeMap, BTreeSet};

use codec::DecodeAll;
use regent_policy::{check_change, check_policy};
use regent_primitives::{runtime_api::PolicyRecord, PolicyHash, H256};
use regent_proof::layout;

use super::Item;
use crate::{
    bundle::PolicyEvidence,
    field::FieldKind,
    keys::State,
    rule::Rule,
    verdict::{Failure, Verdict},
};

/// Policies of a bundle, with their successors.
pub(super) type Policies = BTreeMap<PolicyHash, (Item<PolicyRecord>, Option<PolicyHash>)>;

pub(super) fn verify_policies(
    genesis: H256,
    items: &[PolicyEvidence],
    state: &State,
) -> (Policies, Vec<(PolicyHash, Verdict)>) {
    // What each is by itself, before predecessors are looked at.
    let alone: BTreeMap<PolicyHash, Result<Option<PolicyRecord>, Failure>> =
        items.iter().map(|item| (item.hash, record_of(genesis, item, state))).collect();
    let mut policies = Policies::new();
    let mut verdicts = Vec::with_capacity(items.len());
    for item in items {
        let (found, outcome) = match alone.get(&item.hash) {
            Some(Ok(Some(record))) => match check_predecessor(genesis, record, &alone) {
                Ok(()) => (Item::Sound(record.clone()), Ok(())),
                Err(failure) => (Item::Failed, Err(failure)),
            },
            Some(Ok(None)) | None => (Item::Withheld, Ok(())),
            Some(Err(failure)) => (Item::Failed, Err(failure.clone())),
        };
        let withheld = match item.record.value() {
            Some(_) => BTreeSet::new(),
            None => BTreeSet::from([FieldKind::Policy]),
        };
        verdicts.push((item.hash, Verdict::of(outcome, withheld)));
        policies.insert(item.hash, (found, item.successor));
    }
    (policies, verdicts)
}

/// The record, if it can be seen and every rule holds but that of its change.
fn record_of(
    genesis: H256,
    item: &PolicyEvidence,
    state: &State,
) -> Result<Option<PolicyRecord>, Failure> {
    let successor = item.successor.as_ref().map(|hash| hash.0.as_bytes());
    if !state.proves(&layout::policy(item.hash), Some(&item.record))
        || !state.holds(&layout::successor(item.hash), successor)
    {
        return Err(Rule::PolicyUnproven.into());
    }
    let Some(mut bytes) = item.record.value() else { return Ok(None) };
    let record = PolicyRecord::decode_all(&mut bytes).map_err(|_| Rule::PolicyUndecodable)?;
    if record.policy.hash(genesis) != item.hash {
        return Err(Rule::PolicyHash.into());
    }
    check_policy(&record.policy).map_err(|error| Failure::new(Rule::PolicyRules, error))?;
    Ok(Some(record))
}

fn check_predecessor(
    genesis: H256,
    record: &PolicyRecord,
    alone: &BTreeMap<PolicyHash, Result<Option<PolicyRecord>, Failure>>,
) -> Result<(), Failure> {
    let Some(predecessor) = record.policy.predecessor else {
        if record.signatures.is_empty() {
            return Ok(());
        }
        return Err(Failure::new(Rule::PolicyChange, "signatures of no change"));
    };
    let Some(Ok(Some(predecessor))) = alone.get(&predecessor) else { return Ok(()) };
    check_change(genesis, &predecessor.policy, &record.policy, &record.signatures)
        .map_err(|error| Failure::new(Rule::PolicyChange, error))
}

//! What a policy must be in itself.

use alloc::collections::BTreeSet;
use regent_primitives::{bounds::MAX_APPROVALS, Asset, Measurement, Policy, RoleIndex, Stage};

use crate::{
    violation::{Rule, Violation},
    weak_keys::is_weak,
};

/// Positions are bounded far below 256 by the types.
pub(crate) fn narrow(value: usize) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

/// Checks a policy by itself: names, roles, thresholds, at least one stage, no list with an item
/// twice, no member for whom anybody can sign, and limits of one Bitcoin network at most.
///
/// # Errors
/// The first rule it breaks.
pub fn check_policy(policy: &Policy) -> Result<(), Violation> {
    check_roles(policy)?;
    check_role_exists(policy, Rule::Requesters, policy.requesters)?;
    check_stages(policy)?;
    check_stage(policy, Rule::Change, &policy.change_rule)?;
    check_lists(policy)?;
    if policy.maximum_lifetime == 0 {
        return Err(Violation::ZeroLifetime);
    }
    Ok(())
}

/// Whether the policy accepts an enclave that measures so.
pub fn accepts_measurement(policy: &Policy, measurement: &Measurement) -> bool {
    policy.measurements.contains(measurement)
}

fn is_name(bytes: &[u8]) -> bool {
    core::str::from_utf8(bytes).is_ok_and(|name| !name.trim().is_empty())
}

fn check_roles(policy: &Policy) -> Result<(), Violation> {
    if !is_name(&policy.name) {
        return Err(Violation::InvalidName { role: None });
    }
    for (at, role) in policy.roles.iter().enumerate() {
        let index = narrow(at);
        if !is_name(&role.name) {
            return Err(Violation::InvalidName { role: Some(index) });
        }
        // Two roles of one name would mislead whoever reads an approval.
        if let Some(first) = policy.roles.iter().take(at).position(|r| r.name == role.name) {
            return Err(Violation::DuplicateRoleName { first: narrow(first), second: index });
        }
        if role.members.is_empty() {
            return Err(Violation::EmptyRole { role: index });
        }
        let mut seen = BTreeSet::new();
        if let Some(member) = role.members.iter().find(|member| !seen.insert(*member)) {
            return Err(Violation::DuplicateMember { role: index, member: member.clone() });
        }
        if let Some(member) = role.members.iter().find(|member| is_weak(member)) {
            return Err(Violation::WeakMember { role: index, member: member.clone() });
        }
    }
    Ok(())
}

fn check_stages(policy: &Policy) -> Result<(), Violation> {
    if policy.stages.is_empty() {
        return Err(Violation::NoStages);
    }
    let mut asked = 0u16;
    for (at, stage) in policy.stages.iter().enumerate() {
        check_stage(policy, Rule::Stage(narrow(at)), stage)?;
        asked = asked.saturating_add(u16::from(stage.threshold));
    }
    // What a request cannot hold could never be approved.
    let maximum = MAX_APPROVALS as u16;
    if asked > maximum {
        return Err(Violation::TooManyApprovalsAsked { found: asked, maximum });
    }
    Ok(())
}

fn check_stage(policy: &Policy, rule: Rule, stage: &Stage) -> Result<(), Violation> {
    let members = check_role_exists(policy, rule, stage.role)?;
    if stage.threshold == 0 || stage.threshold > members {
        return Err(Violation::InvalidThreshold { rule, threshold: stage.threshold, members });
    }
    Ok(())
}

/// How many members the role has.
fn check_role_exists(policy: &Policy, rule: Rule, role: RoleIndex) -> Result<u8, Violation> {
    policy
        .roles
        .get(usize::from(role))
        .map(|role| narrow(role.members.len()))
        .ok_or(Violation::UnknownRole { rule, role, roles: narrow(policy.roles.len()) })
}

fn check_lists(policy: &Policy) -> Result<(), Violation> {
    if policy.operations.is_empty() {
        return Err(Violation::NoOperations);
    }
    for (at, operation) in policy.operations.iter().enumerate() {
        if policy.operations.iter().take(at).any(|before| before == operation) {
            return Err(Violation::DuplicateOperation { operation: *operation });
        }
    }
    for (at, limit) in policy.limits.iter().enumerate() {
        if policy.limits.iter().take(at).any(|before| before.asset == limit.asset) {
            return Err(Violation::DuplicateLimit { asset: limit.asset });
        }
    }
    check_one_bitcoin_network(policy)?;
    let mut seen = BTreeSet::new();
    if let Some(index) = policy
        .recipients
        .iter()
        .flat_map(|list| list.iter())
        .position(|recipient| !seen.insert(recipient.as_slice()))
    {
        return Err(Violation::DuplicateRecipient { index: narrow(index) });
    }
    if policy.measurements.is_empty() {
        return Err(Violation::NoMeasurements);
    }
    let mut seen = BTreeSet::new();
    if let Some(index) = policy.measurements.iter().position(|item| !seen.insert(item)) {
        return Err(Violation::DuplicateMeasurement { index: narrow(index) });
    }
    check_conditions(policy)
}

fn check_conditions(policy: &Policy) -> Result<(), Violation> {
    let mut seen = BTreeSet::new();
    for (at, condition) in policy.conditions.iter().enumerate() {
        let index = narrow(at);
        if !seen.insert((&condition.contract, condition.id)) {
            return Err(Violation::DuplicateCondition { index });
        }
        let operations: BTreeSet<_> = condition.operations.iter().map(|kind| kind.name()).collect();
        if operations.is_empty() || operations.len() != condition.operations.len() {
            return Err(Violation::InvalidConditionOperations { index });
        }
    }
    Ok(())
}

/// A Bitcoin transaction is the same on every network, and agents know its network only from what was
/// declared: with two to choose from, the requester would choose the limit.
fn check_one_bitcoin_network(policy: &Policy) -> Result<(), Violation> {
    let mut networks = policy.limits.iter().filter_map(|limit| match limit.asset {
        Asset::Bitcoin { network } => Some(network),
        _ => None,
    });
    let Some(first) = networks.next() else { return Ok(()) };
    match networks.find(|network| *network != first) {
        Some(second) => Err(Violation::TwoBitcoinNetworks { first, second }),
        None => Ok(()),
    }
}

//! The rules of a policy and of a request, written down another way than in the crate.

use regent_primitives::{
    bounds::MAX_APPROVALS, payload::payload_hash, Asset, KeyId, Operation, PayloadFormat, Policy,
    RequestBody, Stage, H256,
};
use sp_core::U512;

/// Whether no item comes twice.
fn distinct<T: PartialEq>(items: &[T]) -> bool {
    items.iter().enumerate().all(|(at, item)| !items[..at].contains(item))
}

/// What `check_policy` should say.
pub fn is_policy(policy: &Policy) -> bool {
    let is_name =
        |name: &[u8]| String::from_utf8(name.to_vec()).is_ok_and(|n| !n.trim().is_empty());
    let names: Vec<_> = policy.roles.iter().map(|role| role.name.to_vec()).collect();
    let fits = |stage: &Stage| {
        let role = policy.roles.get(usize::from(stage.role));
        role.is_some_and(|r| (1..=r.members.len()).contains(&usize::from(stage.threshold)))
    };
    let asked: usize = policy.stages.iter().map(|stage| usize::from(stage.threshold)).sum();
    let assets: Vec<_> = policy.limits.iter().map(|limit| limit.asset).collect();
    is_name(&policy.name)
        && names.iter().all(|name| is_name(name))
        && distinct(&names)
        && policy.roles.iter().all(|r| !r.members.is_empty() && distinct(&r.members))
        && usize::from(policy.requesters) < policy.roles.len()
        && !policy.stages.is_empty()
        && policy.stages.iter().all(fits)
        && asked <= MAX_APPROVALS as usize
        && fits(&policy.change_rule)
        && !policy.operations.is_empty()
        && distinct(&policy.operations)
        && distinct(&assets)
        && assets.iter().filter(|asset| matches!(asset, Asset::Bitcoin { .. })).count() <= 1
        && policy.recipients.as_ref().is_none_or(|list| distinct(list))
        && !policy.measurements.is_empty()
        && distinct(&policy.measurements)
        && policy.maximum_lifetime > 0
}

/// Whether `evaluate_request` should find nothing.
pub fn is_allowed(genesis: H256, policy: &Policy, body: &RequestBody, now: u32) -> bool {
    let role = policy.roles.get(usize::from(policy.requesters));
    let lives = u64::from(body.expires).checked_sub(u64::from(now));
    let raw = body.operation.format() == PayloadFormat::Raw;
    body.policy == policy.hash(genesis)
        && role.is_some_and(|role| role.members.contains(&body.requester))
        && lives.is_some_and(|blocks| blocks <= u64::from(policy.maximum_lifetime))
        && policy.operations.contains(&body.operation.kind())
        && (!raw || policy.allow_raw)
        && is_operation(genesis, body)
        && moves_what_it_may(policy, body)
}

fn is_operation(genesis: H256, body: &RequestBody) -> bool {
    match &body.operation {
        Operation::Enrol { .. } => {
            body.key == KeyId::derive(genesis, &body.requester, &body.salt)
                && body.epoch == 0
                && body.payload_hash == payload_hash(genesis, PayloadFormat::Empty, &[])
        }
        Operation::Sign { format } => *format != PayloadFormat::Empty,
        Operation::Decrypt { result_key } => result_key.len() == 1_216,
        Operation::Refresh | Operation::Reshare { .. } | Operation::Transfer { .. } => {
            body.payload_hash == payload_hash(genesis, PayloadFormat::Empty, &[])
        }
    }
}

fn moves_what_it_may(policy: &Policy, body: &RequestBody) -> bool {
    let effect = &body.effect;
    let is_parsed = matches!(
        body.operation,
        Operation::Sign { format: PayloadFormat::EthereumTransaction | PayloadFormat::BitcoinPsbt }
    );
    let is_declared = !effect.transfers.is_empty() || effect.fee.is_some();
    // In numbers that cannot overflow.
    let amounts_fit = effect.transfers.iter().all(|transfer| {
        let of_asset = effect.transfers.iter().filter(|other| other.asset == transfer.asset);
        let sum = of_asset.fold(U512::zero(), |sum, one| sum + U512::from(one.amount));
        let limit = policy.limits.iter().find(|limit| limit.asset == transfer.asset);
        limit.is_some_and(|limit| sum <= U512::from(limit.maximum))
    });
    let fee_fits = effect.fee.is_none_or(|fee| {
        let limit = policy.limits.iter().find(|limit| limit.asset == fee.asset);
        limit.is_some_and(|limit| fee.amount <= limit.maximum_fee)
    });
    let recipients_fit = policy.recipients.as_ref().is_none_or(|allowed| {
        effect.transfers.iter().all(|transfer| allowed.contains(&transfer.recipient))
    });
    is_parsed == is_declared && amounts_fit && fee_fits && recipients_fit
}

//! What is moved, to whom, and at which cost.

use alloc::vec::Vec;
use regent_primitives::{
    Asset, AssetLimit, Effect, Operation, PayloadFormat, Policy, RequestBody, U256,
};

use crate::violation::Violation;

/// Checks the declared effect against limits and recipients. That the payload does just this is
/// checked where it is parsed (`regent-payload`).
pub(crate) fn check_effect(policy: &Policy, body: &RequestBody, found: &mut Vec<Violation>) {
    let effect = &body.effect;
    let declared = !effect.transfers.is_empty() || effect.fee.is_some();
    match body.operation {
        Operation::Sign {
            format: format @ (PayloadFormat::EthereumTransaction | PayloadFormat::BitcoinPsbt),
        } => {
            if !declared {
                found.push(Violation::EffectEmpty { format });
            }
        }
        // Nobody could hold the declaration against the payload.
        _ => {
            if declared {
                found.push(Violation::EffectNotEmpty {
                    operation: body.operation.kind(),
                    transfers: u32::try_from(effect.transfers.len()).unwrap_or(u32::MAX),
                    fee: effect.fee.is_some(),
                });
            }
        }
    }
    check_amounts(policy, effect, found);
    check_fee(policy, effect, found);
    check_recipients(policy, effect, found);
}

fn limit<'a>(policy: &'a Policy, asset: &Asset) -> Option<&'a AssetLimit> {
    policy.limits.iter().find(|limit| limit.asset == *asset)
}

/// One operation's transfers of each asset together: splitting an amount over several transfers
/// gains nothing.
fn check_amounts(policy: &Policy, effect: &Effect, found: &mut Vec<Violation>) {
    for (at, transfer) in effect.transfers.iter().enumerate() {
        let asset = transfer.asset;
        if effect.transfers.iter().take(at).any(|before| before.asset == asset) {
            continue;
        }
        let Some(limit) = limit(policy, &asset) else {
            found.push(Violation::AssetWithoutLimit { asset });
            continue;
        };
        let sum = effect
            .transfers
            .iter()
            .filter(|transfer| transfer.asset == asset)
            .try_fold(U256::zero(), |sum, transfer| sum.checked_add(transfer.amount));
        match sum {
            None => found.push(Violation::AmountOverflow { asset }),
            Some(sum) if sum > limit.maximum => {
                found.push(Violation::AmountOverLimit { asset, found: sum, maximum: limit.maximum })
            }
            Some(_) => {}
        }
    }
}

fn check_fee(policy: &Policy, effect: &Effect, found: &mut Vec<Violation>) {
    let Some(fee) = &effect.fee else { return };
    match limit(policy, &fee.asset) {
        None => {
            let missing = Violation::AssetWithoutLimit { asset: fee.asset };
            if !found.contains(&missing) {
                found.push(missing);
            }
        }
        Some(limit) if fee.amount > limit.maximum_fee => found.push(Violation::FeeOverLimit {
            asset: fee.asset,
            found: fee.amount,
            maximum: limit.maximum_fee,
        }),
        Some(_) => {}
    }
}

fn check_recipients(policy: &Policy, effect: &Effect, found: &mut Vec<Violation>) {
    let Some(allowed) = &policy.recipients else { return };
    for (at, transfer) in effect.transfers.iter().enumerate() {
        if !allowed.contains(&transfer.recipient) {
            found.push(Violation::RecipientNotAllowed {
                transfer: u32::try_from(at).unwrap_or(u32::MAX),
            });
        }
    }
}

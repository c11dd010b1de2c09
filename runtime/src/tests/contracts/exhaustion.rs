//! Contracts that use up weight or credits.

use frame_support::{
    dispatch::{DispatchResultWithPostInfo, PostDispatchInfo},
    weights::Weight,
};
use pallet_revive::{
    precompiles::{alloy, H160, U256},
    ExecConfig, TransactionLimits,
};
use sp_runtime::{traits::Dispatchable, DispatchErrorWithPostInfo};

use super::*;

fn number(number: u64) -> alloy::primitives::U256 {
    alloy::primitives::U256::from(number)
}

/// Two holders of one code.
fn holders(file: &str) -> (H160, H160) {
    let deploy = |salt| instantiate_with_salt(Alice, file, [salt; 32]).expect("deployed");
    (deploy(1), deploy(2))
}

/// A transaction's call of a contract.
fn transaction(to: H160, storage_deposit_limit: Balance, data: Vec<u8>) -> RuntimeCall {
    let (value, weight_limit) = (0, LIMIT);
    pallet_revive::Call::<Runtime>::call {
        dest: to,
        value,
        weight_limit,
        storage_deposit_limit,
        data,
    }
    .into()
}

/// What it is charged: the weight it turned out to have.
fn charged(done: Result<PostDispatchInfo, DispatchErrorWithPostInfo<PostDispatchInfo>>) -> u64 {
    let info = match done {
        Ok(info) => info,
        Err(error) => error.post_info,
    };
    info.actual_weight.expect("it says what it used").ref_time()
}

/// Dispatches Bob's transaction, which leaves the state as it was.
fn dispatched_in_vain(call: RuntimeCall) -> DispatchResultWithPostInfo {
    let root = || sp_io::storage::root(sp_runtime::StateVersion::V1);
    let before = root();
    let done = call.dispatch(signed(Bob));
    assert_eq!(root(), before);
    done
}

fn credits() -> Vec<Balance> {
    (0..4).map(|institution| Contracts::credits(institution).free).collect()
}

/// Solidity's compiler for PolkaVM passes all that is left to whoever is called: a callee that never
/// returns takes its caller with it. What it cannot take is more than the transaction's limit, which the
/// signer's institution is charged.
#[test]
fn a_callee_that_never_returns_uses_up_the_limit_and_leaves_nothing() {
    local(|| {
        let (caller, callee) = holders("Holder.polkavm");
        let spin = IHolder::spinCall {}.abi_encode();
        let attempt = IHolder::attemptCall { at: callee.0.into(), data: spin.into() };
        let call = transaction(caller, Balance::MAX, attempt.abi_encode());
        let done = dispatched_in_vain(call);
        assert!(done.is_err());
        let (charged, limit) = (charged(done), LIMIT.ref_time());
        assert!(charged > limit / 10 * 9, "{charged} of {limit}");
        assert!(charged < limit / 10 * 11, "{charged} of {limit}");
        let failures = super::call(Bob, caller, IHolder::failuresCall {}).expect("answered");
        assert_eq!(failures, number(0));
    });
}

/// EVM bytecode limits its callees by gas, of which there are here as many as credits that the
/// transaction may use, divided by ten: a quarter of the gas is a quarter of the weight.
#[test]
fn a_caller_that_limits_its_callee_outlives_it() {
    local(|| {
        let (caller, callee) = holders("Holder.evm");
        let data = IHolder::attemptWithinCall {
            at: callee.0.into(),
            data: IHolder::spinCall {}.abi_encode().into(),
            limit: number(25_000),
        };
        let (weight_limit, deposit_limit) = (LIMIT, 1_000_000);
        let done = Revive::bare_call(
            signed(Bob),
            caller,
            U256::zero(),
            TransactionLimits::WeightAndDeposit { weight_limit, deposit_limit },
            data.abi_encode(),
            &ExecConfig::new_substrate_tx(),
        );
        assert!(!done.result.expect("executed").did_revert());
        let used: Weight = done.weight_consumed;
        assert!(used.ref_time() > LIMIT.ref_time() / 5, "{used:?}");
        assert!(used.ref_time() < LIMIT.ref_time() / 2, "{used:?}");
        let failures = call(Bob, caller, IHolder::failuresCall {}).expect("answered");
        assert_eq!(failures, number(1));
    });
}

#[test]
fn writing_beyond_the_deposit_limit_is_taken_back_whole() {
    local(|| {
        let (holder, _) = holders("Holder.polkavm");
        let fill = IHolder::fillCall { from: number(0), count: number(40) }.abi_encode();
        let call = transaction(holder, 1_000, fill.clone());
        let done = dispatched_in_vain(call);
        assert!(done.is_err());
        // It was the limit.
        let before = credits();
        assert_ok!(transaction(holder, 10_000, fill).dispatch(signed(Bob)).map(drop));
        let after = credits();
        assert!(before[1] - after[1] > 1_000);
        assert!(before[1] - after[1] <= 10_000);
        assert_eq!((before[0], &before[2..]), (after[0], &after[2..]));
    });
}

#[test]
fn writing_until_the_purse_is_empty_touches_no_other_purse() {
    local(|| {
        let (holder, _) = holders("Holder.polkavm");
        let free = Contracts::credits(1).free;
        assert_ok!(Contracts::revoke_credits(RuntimeOrigin::root(), 1, free - 1_000));
        let fill = IHolder::fillCall { from: number(0), count: number(40) }.abi_encode();
        let call = transaction(holder, Balance::MAX, fill);
        let done = dispatched_in_vain(call.clone());
        assert!(done.is_err());
        assert_eq!(Contracts::credits(1).free, 1_000);
        // Another institution's member writes the same.
        assert_ok!(call.dispatch(signed(Charlie)).map(drop));
    });
}

#[test]
fn a_callee_that_writes_too_much_is_taken_back_alone() {
    local(|| {
        let (caller, callee) = holders("Holder.polkavm");
        let fill = IHolder::fillCall { from: number(0), count: number(40) }.abi_encode();
        let attempt = IHolder::attemptCall { at: callee.0.into(), data: fill.into() };
        let call = transaction(caller, 1_000, attempt.abi_encode());
        let before = credits();
        assert_ok!(call.dispatch(signed(Bob)).map(drop));
        assert!(before[1] - credits()[1] <= 1_000);
        let failures = super::call(Bob, caller, IHolder::failuresCall {}).expect("answered");
        assert_eq!(failures, number(1));
    });
}

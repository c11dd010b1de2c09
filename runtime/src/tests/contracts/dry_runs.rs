//! The runtime API about contracts, and what calls cost.

use frame_support::storage::{with_transaction, TransactionOutcome};
use pallet_revive::{Code, ExecConfig, U256};
use regent_primitives::contracts_api::DryRun;

use super::{control::to_sign, *};
use crate::contracts::{contract, dry_call, dry_instantiate};

/// As a node asks: nothing of it is kept.
fn asked(run: impl FnOnce() -> Result<DryRun, Vec<u8>>) -> Result<DryRun, String> {
    let mut answer = None;
    let outcome: Result<(), DispatchError> = with_transaction(|| {
        answer = Some(run());
        TransactionOutcome::Rollback(Ok(()))
    });
    assert_ok!(outcome);
    answer.expect("run").map_err(|name| String::from_utf8(name).expect("a name"))
}

#[test]
fn a_dry_deployment_tells_the_address_and_what_it_takes() {
    local(|| {
        let (code, salt) = (built("Keeper.polkavm"), [7; 32]);
        let dry = asked(|| dry_instantiate(account(Alice), code.clone(), vec![], salt));
        let dry = dry.expect("allowed");
        assert!(!dry.reverted);
        assert_eq!(contract(dry.contract), None, "nothing is kept");

        let before = Contracts::credits(0).free;
        let done = Revive::bare_instantiate(
            signed(Alice),
            U256::zero(),
            pallet_revive::TransactionLimits::WeightAndDeposit {
                weight_limit: frame_support::weights::Weight::from_parts(
                    dry.ref_time,
                    dry.proof_size,
                ),
                deposit_limit: dry.deposit,
            },
            Code::Upload(code.clone()),
            vec![],
            Some(salt),
            &ExecConfig::new_substrate_tx(),
        );
        assert_eq!(done.result.expect("deployed").addr, dry.contract);
        assert_eq!(before - Contracts::credits(0).free, dry.deposit);
        let record = contract(dry.contract).expect("there");
        assert_eq!(record.account, account_at(dry.contract));
        assert_eq!(record.code_bytes as usize, code.len());

        let refused = asked(|| dry_instantiate(account(Eve), code.clone(), vec![], salt));
        assert_eq!(refused.err().as_deref(), Some("BadOrigin"));
    });
}

#[test]
fn a_dry_call_tells_what_it_returns_or_why_it_fails() {
    local(|| {
        let keeper = keeper();
        let ask = |data: Vec<u8>| asked(|| dry_call(account(Eve), keeper, 0, data));
        let account = ask(IKeeper::accountCall {}.abi_encode()).expect("answered");
        assert_eq!(account.data, <[u8; 32]>::from(account_at(keeper)));
        let frozen = ask(IRegent::freezeCall { key: [1; 32].into() }.abi_encode());
        let frozen = frozen.expect("answered");
        assert!(frozen.reverted);
        assert_eq!(Revert::abi_decode(&frozen.data).expect("a reason").reason, "UnknownKey");
        let spun = ask(IKeeper::spinCall {}.abi_encode());
        assert_eq!(spun.err().as_deref(), Some("OutOfGas"));
    });
}

#[test]
fn a_dry_call_with_value_moves_none() {
    local(|| {
        let holder = instantiate(Alice, "Holder.polkavm").expect("deployed");
        let before = cash(Eve);
        let ask = |value| asked(|| dry_call(account(Eve), holder, value, Vec::new()));
        assert!(!ask(before).expect("she has as much").reverted);
        assert_eq!(ask(before + 1).err().as_deref(), Some("TransferFailed"));
        assert_eq!((cash(Eve), cash_at(holder)), (before, 0));
    });
}

#[test]
fn no_call_of_the_control_plane_takes_half_a_block() {
    local(|| {
        let keeper = keeper();
        let contract = account_at(keeper);
        let key = key_of(&contract);
        let bytes = || key.0 .0.into();
        let request = to_sign(&contract, key);
        let calls = [
            ("visit", IKeeper::visitCall {}.abi_encode()),
            ("keyOf", IRegent::keyOfCall { key: bytes() }.abi_encode()),
            ("freeze", IRegent::freezeCall { key: bytes() }.abi_encode()),
            ("unfreeze", IRegent::unfreezeCall { key: bytes() }.abi_encode()),
            ("submit", IRegent::submitCall { request }.abi_encode()),
            ("blockTime", IRegent::blockTimeCall {}.abi_encode()),
        ];
        for (name, data) in calls {
            let done = bare(Eve, keeper, data);
            let (weight, deposit) = (done.weight_consumed, done.storage_deposit);
            assert!(!done.result.expect("executed").did_revert(), "{name}");
            println!("{name}: {} ms, {deposit:?}", weight.ref_time() as f64 / 1e9);
            assert!(weight.ref_time() < Consortium::block_capacity() / 2, "{name}: {weight:?}");
        }
    });
}

//! Which calls of `pallet_revive` a transaction can make, and what bounds them.

use codec::Decode;
use frame_support::{
    dispatch::GetDispatchInfo,
    traits::{Contains, GetCallMetadata, GetCallName, PalletInfoAccess},
    weights::Weight,
};
use pallet_regent_consortium::Refusal;
use pallet_revive::{precompiles::H160, Call};

use super::*;
use crate::configs::{BaseCallFilter, CashInstance};

#[test]
fn members_reach_five_calls_and_may_send_value() {
    let index = Revive::index() as u8;
    let mut reached = Vec::new();
    let mut walked = 0;
    for call in 0..=u8::MAX {
        let encoded = [vec![index, call], vec![0; 4_096]].concat();
        let Ok(call) = RuntimeCall::decode(&mut &encoded[..]) else { continue };
        walked += 1;
        if BaseCallFilter::contains(&call) {
            reached.push(call.get_call_metadata().function_name);
        }
    }
    assert_eq!(walked, Call::<Runtime>::get_call_names().len(), "some call was not walked");
    reached.sort_unstable();
    let expected = ["call", "instantiate", "instantiate_with_code", "remove_code", "upload_code"];
    assert_eq!(reached, expected);

    let (weight_limit, storage_deposit_limit) = (Weight::zero(), 0);
    let (code, data, salt) = (Vec::new(), Vec::new(), None);
    let valuable: [Call<Runtime>; 3] = [
        Call::call {
            dest: H160::zero(),
            value: 1,
            weight_limit,
            storage_deposit_limit,
            data: data.clone(),
        },
        Call::instantiate {
            value: 1,
            weight_limit,
            storage_deposit_limit,
            code_hash: H256::zero(),
            data: data.clone(),
            salt,
        },
        Call::instantiate_with_code {
            value: 1,
            weight_limit,
            storage_deposit_limit,
            code,
            data,
            salt,
        },
    ];
    for call in valuable {
        assert!(BaseCallFilter::contains(&call.into()));
    }
}

/// The ledgers themselves are out of reach: cash moves by `Cash` and by contracts, credits by deposits.
#[test]
fn members_reach_no_call_of_a_ledger() {
    for (index, names) in [
        (Balances::index(), pallet_balances::Call::<Runtime>::get_call_names()),
        (CashLedger::index(), pallet_balances::Call::<Runtime, CashInstance>::get_call_names()),
    ] {
        let mut walked = 0;
        for call in 0..=u8::MAX {
            let encoded = [vec![index as u8, call], vec![0; 4_096]].concat();
            let Ok(call) = RuntimeCall::decode(&mut &encoded[..]) else { continue };
            walked += 1;
            assert!(!BaseCallFilter::contains(&call), "{call:?}");
        }
        assert_eq!(walked, names.len(), "some call was not walked");
    }
}

#[test]
fn a_call_is_charged_to_the_institution_by_its_weight_limit() {
    local(|| {
        let weighs = |milliseconds: u64| {
            let call = RuntimeCall::from(Call::call {
                dest: regent(),
                value: 0,
                weight_limit: Weight::from_parts(milliseconds * 1_000_000_000, 0),
                storage_deposit_limit: 0,
                data: Vec::new(),
            });
            Consortium::admit(&account(Alice), &call.get_dispatch_info(), 100)
        };
        let admitted = weighs(20).expect("within the quota");
        assert!(admitted.charge > 20_000_000_000);
        assert_eq!(weighs(400).map(drop), Err(Refusal::ExceedsQuota), "more than half a block");
    });
}

#[test]
fn a_contract_that_never_ends_uses_up_its_limit_and_no_more() {
    local(|| {
        let keeper = keeper();
        let done = bare(Alice, keeper, IKeeper::spinCall {}.abi_encode());
        assert_eq!(done.result, Err(pallet_revive::Error::<Runtime>::OutOfGas.into()));
        assert!(done.weight_consumed.all_lte(LIMIT), "{:?}", done.weight_consumed);
    });
}

#[test]
fn the_selectors_are_those_that_the_compiler_finds() {
    use pallet_revive::precompiles::alloy::sol_types::SolInterface;

    let file = built("IRegent.selectors.json");
    let selectors: std::collections::BTreeMap<String, String> =
        serde_json::from_slice(&file).expect("a table of selectors");
    let mut expected: Vec<_> = selectors.into_values().collect();
    let mut found: Vec<_> = IRegent::IRegentCalls::selectors().map(hex::encode).collect();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
}

//! Who deploys, and who pays for what is stored.

use pallet_revive::{AddressMapper, Code, ExecConfig, U256};
use regent_primitives::contract_address;
use serde_json::json;

use super::*;

type ReviveError = pallet_revive::Error<Runtime>;

#[test]
fn only_admitted_members_deploy_and_every_member_calls() {
    local(|| {
        let refused = Err(DispatchError::BadOrigin);
        assert_eq!(instantiate(Eve, "Keeper.polkavm"), refused, "of Alice's institution");
        let keeper = keeper();
        assert_ok!(call(Eve, keeper, IKeeper::visitCall {}).map(drop));
        assert_ok!(call(Bob, keeper, IKeeper::visitCall {}).map(drop));

        assert_ok!(Contracts::remove_deployer(RuntimeOrigin::root(), account(Alice)));
        assert_eq!(instantiate(Alice, "Keeper.polkavm"), refused);
        let upload = pallet_revive::Call::upload_code {
            code: built("Keeper.polkavm"),
            storage_deposit_limit: Balance::MAX,
        };
        assert_noop!(dispatch(Alice, upload), DispatchError::BadOrigin);
    });
}

/// What a client computes before it signs, and whoever checks a contract without a node.
#[test]
fn an_address_follows_from_deployer_code_arguments_and_salt() {
    local(|| {
        let deployer =
            <Runtime as pallet_revive::Config>::AddressMapper::to_address(&account(Alice));
        let terms = super::sale::encoded_terms(1);
        let deployed = [
            ("Keeper.polkavm", Vec::new(), [7; 32]),
            ("Keeper.polkavm", Vec::new(), [8; 32]),
            ("InkSale.polkavm", terms, [7; 32]),
            ("Keeper.evm", Vec::new(), [7; 32]),
        ];
        for (file, data, salt) in deployed {
            let code = built(file);
            let done = Revive::bare_instantiate(
                signed(Alice),
                U256::zero(),
                limits(LIMIT),
                Code::Upload(code.clone()),
                data.clone(),
                Some(salt),
                &ExecConfig::new_substrate_tx(),
            );
            let done = done.result.expect("deployed");
            assert!(!done.result.did_revert(), "{file}");
            assert_eq!(done.addr, contract_address(deployer, &code, &data, salt), "{file}");
            let mut account = [0xee; 32];
            account[..20].copy_from_slice(done.addr.as_bytes());
            assert_eq!(account_at(done.addr), AccountId::new(account), "{file}");
        }
    });
}

#[test]
fn deposits_come_from_the_purse_of_the_signers_institution() {
    local(|| {
        let credits = || (Contracts::credits(0).free, Contracts::credits(1).free);
        let before = credits();
        let keeper = keeper();
        let deployed = credits();
        let code = built("Keeper.polkavm").len() as u128;
        assert!(deployed.0 + code < before.0, "the code is a deposit of Alice's institution");
        assert_eq!(deployed.1, before.1);

        assert_ok!(call(Bob, keeper, IKeeper::visitCall {}).map(drop));
        let visited = credits();
        assert_eq!(visited.0, deployed.0);
        assert!(visited.1 < deployed.1, "Bob's institution pays for what he has stored");
        assert_eq!(Balances::free_balance(account(Bob)), 0);
        // Solidity on PolkaVM keeps the place of a value that was set to zero.
        assert_ok!(call(Bob, keeper, IKeeper::forgetCall {}).map(drop));
        assert_eq!(credits(), visited);
        println!(
            "deposits: {} credits to deploy {code} bytes, {} for the first value",
            before.0 - deployed.0,
            deployed.1 - visited.1
        );
    });
}

#[test]
fn nothing_is_stored_without_credits() {
    local(|| {
        let keeper = keeper();
        let free = Contracts::credits(1).free;
        assert_ok!(Contracts::revoke_credits(RuntimeOrigin::root(), 1, free));
        assert!(call(Bob, keeper, IKeeper::visitCall {}).is_err());
        assert_ok!(call(Bob, keeper, IKeeper::accountCall {}).map(drop));

        let free = Contracts::credits(0).free;
        assert_ok!(Contracts::revoke_credits(RuntimeOrigin::root(), 0, free));
        assert_eq!(
            instantiate_with_salt(Alice, "Keeper.polkavm", [1; 32]),
            Err(ReviveError::StorageDepositNotEnoughFunds.into())
        );
    });
}

#[test]
fn evm_bytecode_runs_where_the_genesis_allows_it_and_nowhere_else() {
    local(|| {
        let keeper = instantiate(Alice, "Keeper.evm").expect("deployed");
        assert_ok!(call(Alice, keeper, IKeeper::visitCall {}).map(drop));
        let account = call(Alice, keeper, IKeeper::accountCall {}).expect("answered");
        assert_eq!(account.0, <[u8; 32]>::from(account_at(keeper)));
    });
    on(json!({ "contracts": { "allowEvm": false } }), || {
        assert_eq!(instantiate(Alice, "Keeper.evm"), Err(ReviveError::CodeRejected.into()));
        assert_ok!(instantiate(Alice, "Keeper.polkavm"));
    });
}

/// Admission is asked of transactions. What a deployed factory creates, and for whom, is the factory's
/// to decide: whoever deploys one lets others deploy.
#[test]
fn a_factory_deploys_for_whoever_it_lets() {
    local(|| {
        let factory = instantiate(Alice, "Mortal.evm").expect("deployed");
        let code = built("Keeper.evm");
        assert_eq!(instantiate(Eve, "Keeper.evm"), Err(DispatchError::BadOrigin));
        let before = Contracts::credits(0).free;
        let create = IMortal::createCall { code: code.into() };
        let created = call(Eve, factory, create).expect("created");
        let created = pallet_revive::precompiles::H160(created.into_array());
        assert_ok!(call(Bob, created, IKeeper::visitCall {}).map(drop));
        assert!(Contracts::credits(0).free < before, "Eve's institution pays");
    });
}

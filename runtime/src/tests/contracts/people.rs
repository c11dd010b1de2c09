//! Only people are members: not contracts, and not accounts of the chain itself.

use frame_support::PalletId;
use pallet_revive::precompiles::H160;
use sp_runtime::traits::AccountIdConversion;

use super::*;

type ConsortiumError = pallet_regent_consortium::Error<Runtime>;
type ContractsError = pallet_regent_contracts::Error<Runtime>;

#[test]
fn an_administrator_makes_neither_contract_nor_purse_nor_pallet_a_member() {
    local(|| {
        let deployed = account_at(keeper());
        let not_yet = account_at(H160([7; 20]));
        let pallet: AccountId = PalletId(*b"py/reviv").into_account_truncating();
        let (purse, plane) = (Contracts::purse(0), account_at(regent()));
        let accounts = [deployed, not_yet, plane, purse, Contracts::purse(7), pallet];
        // Else there is no quota to promise.
        assert_ok!(Consortium::set_quota(RuntimeOrigin::root(), 3, 1));
        for who in accounts {
            let added = pallet_regent_consortium::Call::add_member { account: who.clone() };
            assert_noop!(dispatch(Alice, added), ConsortiumError::NotPerson);
            let name = b"Institution of nobody".to_vec().try_into().expect("short");
            let registered =
                Consortium::register_institution(RuntimeOrigin::root(), name, who.clone(), 1);
            assert_eq!(registered, Err(ConsortiumError::NotPerson.into()));
            let admitted = Contracts::admit_deployer(RuntimeOrigin::root(), who);
            assert_eq!(admitted, Err(ContractsError::NotMember.into()));
        }
    });
}

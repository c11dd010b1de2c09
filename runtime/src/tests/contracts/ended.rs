//! What becomes of a key whose owner is a contract that ended.
//!
//! A contract ends by a call of its own to what `pallet_revive` answers at `0x…0900`, in any
//! transaction; so no code that makes no such call can end. Solidity's `selfdestruct` ends nothing but
//! what its own transaction created (EIP-6780), and does not compile for PolkaVM.
//!
//! The key stays, with an owner that nobody can act for. What is left:
//! - governance lifts every freeze;
//! - whoever the key's policy names beside the contract goes on using and refreshing it;
//! - governance decides in the contract's place to whom a prepared epoch goes, or gives it up; that an
//!   epoch is prepared is for those whom the policy lets ask and approve, as ever;
//! - a contract that was deployed with a salt can be deployed again, by the same account, with the same
//!   code and terms, and is the owner then.

use pallet_revive::{
    precompiles::{alloy, H160},
    AccountInfo,
};
use regent_primitives::{
    payload::{payload_hash, PayloadBytes},
    traits::ChainInfo,
    BoundedVec, Effect, OperationKind, Policy, PolicyHash, RequestBody, Role,
};

use super::*;

alloy::sol! {
    /// What `pallet_revive` answers.
    interface ISystem {
        function terminate(address beneficiary) external;
    }
}

const SALT: [u8; 32] = [3; 32];

fn mortal() -> H160 {
    instantiate_with_salt(Alice, "Mortal.polkavm", SALT).expect("deployed")
}

fn is_there(contract: H160) -> bool {
    AccountInfo::<Runtime>::is_contract(&contract)
}

fn to_bob(key: KeyId, policy: PolicyHash) -> IRegent::transferControlCall {
    IRegent::transferControlCall {
        key: key.0 .0.into(),
        newOwner: <[u8; 32]>::from(account(Bob)).into(),
        newPolicy: policy.0 .0.into(),
    }
}

fn freeze(key: KeyId) -> IRegent::freezeCall {
    IRegent::freezeCall { key: key.0 .0.into() }
}

#[test]
fn a_key_outlives_the_contract_that_owns_it() {
    local(|| {
        let mortal = mortal();
        let key = key_of(&account_at(mortal));
        assert_ok!(call(Eve, mortal, freeze(key)).map(drop));
        assert_ok!(call(Eve, mortal, IMortal::endCall {}).map(drop));
        assert!(!is_there(mortal));

        let record = <Keys as KeyRegistry>::key(&key).expect("enrolled");
        assert_eq!(record.owner, account_at(mortal));
        assert!(record.chain_authority, "its owner is no person");
        // Nobody is told an account that nobody can act for.
        let asked = IRegent::accountOfCall { who: mortal.0.into() };
        let asked = call(Eve, regent(), asked).map(drop);
        assert_eq!(asked.err().as_deref(), Some("UnknownAccount"));

        // Its freeze is not for good.
        assert!(Keys::is_frozen(&key));
        assert_ok!(Keys::unfreeze(RuntimeOrigin::root(), key));
        assert!(!Keys::is_frozen(&key));
    });
}

#[test]
fn nobody_takes_the_key_of_a_contract_that_ended() {
    local(|| {
        let mortal = mortal();
        let key = key_of(&account_at(mortal));
        let policy = prepare_transfer(key, &account(Bob));
        assert_ok!(call(Eve, mortal, IMortal::endCall {}).map(drop));
        for who in [Alice, Bob, Eve] {
            let taken = call(who, regent(), to_bob(key, policy)).map(drop);
            assert_eq!(taken.err().as_deref(), Some("NotOwner"));
            let withdrawn = IRegent::withdrawCall { key: key.0 .0.into() };
            let withdrawn = call(who, regent(), withdrawn).map(drop);
            assert_eq!(withdrawn.err().as_deref(), Some("NotOwner"));
        }
    });
}

#[test]
fn people_whom_its_policy_names_go_on_using_it() {
    local(|| {
        let mortal = mortal();
        let contract = account_at(mortal);
        let policy = policy(&contract);
        let both = BoundedVec::truncate_from(vec![contract.clone(), account(Eve)]);
        let mut roles = policy.roles.clone();
        roles[0] = Role { members: both, ..roles[0].clone() };
        let operations = vec![OperationKind::Sign, OperationKind::Refresh, OperationKind::Transfer];
        let operations = BoundedVec::truncate_from(operations);
        let policy = Policy { roles, operations, ..policy };
        let genesis = <Audit as ChainInfo>::genesis();
        let hash = policy.hash(genesis);
        let key = key_under(&contract, policy);
        assert_ok!(call(Eve, mortal, IMortal::endCall {}).map(drop));

        for operation in [Operation::Sign { format: PayloadFormat::Raw }, Operation::Refresh] {
            let payload: &[u8] = if operation.is_succession() { b"" } else { b"pay" };
            let body = RequestBody {
                requester: account(Eve),
                salt: [1; 32],
                key,
                epoch: 0,
                payload_hash: payload_hash(genesis, operation.format(), payload),
                operation,
                effect: Effect::default(),
                policy: hash,
                expires: 50,
            };
            let payload = PayloadBytes::truncate_from(payload.to_vec());
            assert_ok!(Requests::submit(signed(Eve), Box::new(body), payload, None));
        }
    });
}

#[test]
fn a_contract_hands_its_key_over_in_the_call_in_which_it_ends() {
    local(|| {
        let mortal = mortal();
        let key = key_of(&account_at(mortal));
        let policy = prepare_transfer(key, &account(Bob));
        let IRegent::transferControlCall { key: id, newOwner, newPolicy } = to_bob(key, policy);
        let last = IMortal::endAndTransferCall { key: id, newOwner, newPolicy };
        assert_ok!(call(Eve, mortal, last).map(drop));
        assert!(!is_there(mortal));
        let record = <Keys as KeyRegistry>::key(&key).expect("enrolled");
        assert_eq!((record.owner, record.chain_authority), (account(Bob), false));
    });
}

#[test]
fn deployed_again_with_its_salt_a_contract_owns_its_key_again() {
    local(|| {
        let first = mortal();
        let key = key_of(&account_at(first));
        let policy = prepare_transfer(key, &account(Bob));
        assert_ok!(call(Eve, first, IMortal::endCall {}).map(drop));
        // Another deployer does not come to that address.
        assert_ok!(Contracts::admit_deployer(RuntimeOrigin::root(), account(Bob)));
        let others = instantiate_with_salt(Bob, "Mortal.polkavm", SALT).expect("deployed");
        assert_ne!(others, first);
        let other_code = instantiate_with_salt(Alice, "Keeper.polkavm", SALT).expect("deployed");
        assert_ne!(other_code, first);

        assert_eq!(mortal(), first);
        assert_ok!(call(Eve, first, to_bob(key, policy)).map(drop));
        let record = <Keys as KeyRegistry>::key(&key).expect("enrolled");
        assert_eq!(record.owner, account(Bob));
    });
}

#[test]
fn a_strangers_code_does_not_end_the_contract_that_runs_it() {
    local(|| {
        let mortal = mortal();
        let stranger = instantiate_with_salt(Alice, "Mortal.polkavm", [4; 32]).expect("deployed");
        let data = IMortal::endCall {}.abi_encode().into();
        let lent = IMortal::lendCall { code: stranger.0.into(), data };
        let answer = call(Eve, mortal, lent).expect("the contract goes on");
        assert!(!answer.ok);
        assert!(is_there(mortal) && is_there(stranger));

        let mut system = H160::zero();
        system.0[18] = 0x09;
        let terminate = ISystem::terminateCall { beneficiary: mortal.0.into() };
        let data = terminate.abi_encode().into();
        let lent = IMortal::lendCall { code: system.0.into(), data };
        let answer = call(Eve, mortal, lent).expect("the contract goes on");
        assert!(!answer.ok);
        assert!(is_there(mortal));
    });
}

/// `CALLER SELFDESTRUCT`, and what deploys it.
const SELFDESTRUCT: [u8; 14] =
    [0x60, 0x02, 0x60, 0x0c, 0x60, 0x00, 0x39, 0x60, 0x02, 0x60, 0x00, 0xf3, 0x33, 0xff];

#[test]
fn selfdestruct_of_an_older_contract_ends_nothing() {
    local(|| {
        let factory = instantiate(Alice, "Mortal.evm").expect("deployed");
        let create = IMortal::createCall { code: SELFDESTRUCT.to_vec().into() };
        let contract = H160(call(Alice, factory, create).expect("created").into_array());
        assert!(is_there(contract));
        let key = key_of(&account_at(contract));
        assert!(!bare(Eve, contract, Vec::new()).result.expect("executed").did_revert());
        assert!(is_there(contract));
        assert_eq!(<Keys as KeyRegistry>::key(&key).expect("enrolled").owner, account_at(contract));
    });
}

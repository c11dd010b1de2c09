//! Validators' keys: who may set which, and when they are in office.

use codec::Encode;
use frame_support::{assert_noop, assert_ok, traits::Hooks};
use sp_core::proof_of_possession::statement_of_ownership;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

use super::chain;
use crate::{
    genesis_config_presets::LOCAL, AccountId, BlockNumber, Grandpa, Runtime, RuntimeOrigin,
    Session, SessionKeys, System,
};

type SessionError = pallet_session::Error<Runtime>;

/// Blocks of a session of the local chain.
const SESSION: BlockNumber = 40;
/// Whose keys change.
const DAVE: Sr25519Keyring = Sr25519Keyring::Dave;

fn keys(aura: Sr25519Keyring, grandpa: Ed25519Keyring) -> SessionKeys {
    SessionKeys { aura: aura.public().into(), grandpa: grandpa.public().into() }
}

/// Keys that nobody has yet.
fn new_keys() -> SessionKeys {
    keys(Sr25519Keyring::One, Ed25519Keyring::One)
}

/// The signatures of [`new_keys`] over an account, as a node makes them.
fn proof(owner: &AccountId) -> Vec<u8> {
    let statement = statement_of_ownership(owner.as_ref());
    (Sr25519Keyring::One.sign(&statement), Ed25519Keyring::One.sign(&statement)).encode()
}

fn set(who: &AccountId, keys: SessionKeys, proof: Vec<u8>) -> sp_runtime::DispatchResult {
    Session::set_keys(RuntimeOrigin::signed(who.clone()), keys, proof)
}

/// Builds what consensus does of empty blocks, up to this one.
fn run_to_block(block: BlockNumber) {
    while System::block_number() < block {
        let next = System::block_number() + 1;
        System::set_block_number(next);
        Session::on_initialize(next);
        Grandpa::on_finalize(next);
    }
}

/// Whether Dave's seat is held by these keys alone, and under which number GRANDPA's set is.
fn in_office(keys: &SessionKeys) -> (bool, u64) {
    let aura = pallet_aura::Authorities::<Runtime>::get();
    let grandpa = Grandpa::grandpa_authorities();
    assert_eq!((aura.len(), grandpa.len()), (4, 4));
    let (author, voter) = (aura.get(3), grandpa.get(3).map(|(voter, _)| voter));
    let both = author == Some(&keys.aura) && voter == Some(&keys.grandpa);
    (both, pallet_grandpa::CurrentSetId::<Runtime>::get())
}

#[test]
fn new_keys_are_in_office_after_the_second_change_of_sessions() {
    for set_in in [1, SESSION - 1, SESSION] {
        chain(LOCAL).execute_with(|| {
            run_to_block(set_in);
            let dave = DAVE.to_account_id();
            assert_ok!(set(&dave, new_keys(), proof(&dave)));
            let change = (set_in / SESSION + 2) * SESSION;
            run_to_block(change - 1);
            assert_eq!(in_office(&keys(DAVE, Ed25519Keyring::Dave)), (true, 0), "in {set_in}");
            run_to_block(change);
            assert_eq!(in_office(&new_keys()), (true, 1), "in {set_in}");
            // The set is as it is then, however many sessions follow.
            run_to_block(change + 2 * SESSION);
            assert_eq!(in_office(&new_keys()), (true, 1), "in {set_in}");
        });
    }
}

#[test]
fn keys_are_set_by_whom_they_signed_for_only() {
    chain(LOCAL).execute_with(|| {
        let (dave, alice) = (DAVE.to_account_id(), Sr25519Keyring::Alice.to_account_id());
        for wrong in [proof(&alice), Vec::new(), vec![0; 128]] {
            assert_noop!(set(&dave, new_keys(), wrong), SessionError::InvalidProof);
        }
        // A member without a seat.
        let eve = Sr25519Keyring::Eve.to_account_id();
        assert_noop!(set(&eve, new_keys(), proof(&eve)), SessionError::NoAssociatedValidatorId);
    });
}

#[test]
fn keys_of_another_validator_are_refused() {
    chain(LOCAL).execute_with(|| {
        let (dave, alice) = (DAVE.to_account_id(), Sr25519Keyring::Alice.to_account_id());
        assert_ok!(set(&dave, new_keys(), proof(&dave)));
        assert_noop!(set(&alice, new_keys(), proof(&alice)), SessionError::DuplicatedKey);
        // What Dave has replaced is nobody's.
        let former = keys(DAVE, Ed25519Keyring::Dave);
        let statement = statement_of_ownership(alice.as_ref());
        let by_former = (DAVE.sign(&statement), Ed25519Keyring::Dave.sign(&statement)).encode();
        assert_ok!(set(&alice, former, by_former));
    });
}

//! Which preset trusts what.

use frame_support::{assert_noop, assert_ok, traits::Get};
use frame_system::RawOrigin;
use pallet_regent_consortium::SessionLength;
use pallet_regent_contracts::{AllowEvm, Deployers};
use pallet_session::ShouldEndSession;
use regent_attestation::simulated::MEASUREMENT;
use serde_json::json;
use sp_keyring::Sr25519Keyring;
use sp_runtime::BuildStorage;

use super::{chain, preset};
use crate::{
    genesis_config_presets::*, BlockNumber, Cash, Consortium, Contracts, Enclaves, Runtime, Sudo,
    DAYS, MINUTES,
};

type EnclaveError = pallet_regent_enclaves::Error<Runtime>;

#[test]
fn every_named_preset_builds() {
    for name in preset_names() {
        chain(name.as_ref()).execute_with(|| ());
    }
}

#[test]
fn development_and_local_trust_the_simulated_enclave() {
    for name in [DEVELOPMENT, LOCAL] {
        chain(name).execute_with(|| {
            assert!(Enclaves::measurements()
                .iter()
                .any(|(measurement, _)| *measurement == MEASUREMENT));
        });
    }
}

#[test]
fn consortium_trusts_no_simulated_enclave_and_can_never_be_told_to() {
    chain(CONSORTIUM).execute_with(|| {
        assert!(Enclaves::measurements().is_empty());
        assert_noop!(
            Enclaves::trust_measurement(RawOrigin::Root.into(), MEASUREMENT, 1_000),
            EnclaveError::SimulatedNotAllowed
        );
    });
}

#[test]
#[should_panic(expected = "imulated")]
fn consortium_genesis_with_a_simulated_measurement_does_not_build() {
    let config = preset(
        CONSORTIUM,
        json!({ "enclaves": { "measurements": [{ "kind": "simulated", "digest": MEASUREMENT.digest, "until": 1_000 }] } }),
    );
    let _storage = config.build_storage();
}

#[test]
fn only_development_has_sudo() {
    for (name, key) in [
        (DEVELOPMENT, Some(Sr25519Keyring::Alice.to_account_id())),
        (LOCAL, None),
        (CONSORTIUM, None),
    ] {
        chain(name).execute_with(|| assert_eq!(pallet_sudo::Key::<Runtime>::get(), key, "{name}"));
    }
}

#[test]
fn local_seats_four_validators() {
    chain(LOCAL).execute_with(|| {
        assert_eq!(pallet_session::Validators::<Runtime>::get().len(), 4);
        assert_eq!(Consortium::institutions().len(), 4);
    });
}

#[test]
fn sessions_are_short_on_chains_for_development_only() {
    type Sessions = <Runtime as pallet_session::Config>::ShouldEndSession;
    for (name, blocks) in [(DEVELOPMENT, 40), (LOCAL, 40), (CONSORTIUM, 10 * MINUTES)] {
        chain(name).execute_with(|| {
            assert_eq!(SessionLength::<Runtime>::get(), blocks, "{name}");
            let ends: Vec<BlockNumber> =
                (1..=3 * blocks).filter(|block| Sessions::should_end_session(*block)).collect();
            assert_eq!(ends, [blocks, 2 * blocks, 3 * blocks], "{name}");
        });
    }
}

fn consortium_with_sessions_of(blocks: BlockNumber) {
    let over = json!({ "consortium": { "sessionLength": blocks } });
    preset(CONSORTIUM, over).build_storage().expect("storage builds");
}

#[test]
fn a_consortium_decides_how_long_its_sessions_are() {
    consortium_with_sessions_of(10);
    consortium_with_sessions_of(DAYS);
}

#[test]
#[should_panic(expected = "sessionLength 9 is refused: expected 10 to 172800 blocks")]
fn a_genesis_with_sessions_of_less_than_ten_blocks_does_not_build() {
    consortium_with_sessions_of(9);
}

#[test]
#[should_panic(expected = "sessionLength 172801 is refused: expected 10 to 172800 blocks")]
fn a_genesis_with_sessions_of_more_than_a_day_does_not_build() {
    consortium_with_sessions_of(DAYS + 1);
}

#[test]
fn sudo_of_development_acts_as_governance() {
    chain(DEVELOPMENT).execute_with(|| {
        let call = crate::RuntimeCall::Enclaves(pallet_regent_enclaves::Call::revoke_measurement {
            measurement: MEASUREMENT,
        });
        let alice = RawOrigin::Signed(Sr25519Keyring::Alice.to_account_id());
        assert_ok!(Sudo::sudo(alice.into(), Box::new(call)));
        assert!(Enclaves::measurements().is_empty());
    });
}

#[test]
fn only_chains_for_development_run_evm_bytecode_and_have_deployers_and_credits() {
    for (name, open) in [(DEVELOPMENT, true), (LOCAL, true), (CONSORTIUM, false)] {
        chain(name).execute_with(|| {
            assert_eq!(AllowEvm::<Runtime>::get(), open, "{name}");
            assert_eq!(Deployers::<Runtime>::iter().count(), usize::from(open), "{name}");
            assert_eq!(Contracts::credits(0).free > 0, open, "{name}");
        });
    }
}

#[test]
fn only_chains_for_development_have_an_issuer_and_cash() {
    for (name, open) in [(DEVELOPMENT, true), (LOCAL, true), (CONSORTIUM, false)] {
        chain(name).execute_with(|| {
            assert_eq!(Cash::record().is_some(), open, "{name}");
            let ferdie = Cash::balance(&Sr25519Keyring::Ferdie.to_account_id());
            assert_eq!(ferdie > 0, open, "{name}");
        });
    }
}

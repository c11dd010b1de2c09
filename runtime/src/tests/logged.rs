//! Every change that governance, an administrator or a member makes to the consortium, its agents and
//! its trust is an entry of the log.

use std::collections::BTreeSet;

use frame_support::{assert_ok, traits::GetCallMetadata};
use frame_system::RawOrigin;
use pallet_regent_cash::{Call as Cash, Terms};
use pallet_regent_consortium::Call as Consortium;
use pallet_regent_contracts::Call as Contracts;
use pallet_regent_enclaves::Call as Enclaves;
use pallet_regent_quorums::Call as Quorums;
use regent_attestation::simulated::MEASUREMENT;
use regent_primitives::{
    policy::Name, registration::registration_message, session::Endpoint, traits::ChainInfo,
    AgentId, BoundedVec, H256,
};
use sp_keyring::Sr25519Keyring::{Alice, AliceStash, Ferdie, One, Two};
use sp_runtime::traits::Dispatchable;

use super::chain;
use crate::{genesis_config_presets::LOCAL, AccountId, Audit, Runtime, RuntimeCall, RuntimeOrigin};

/// Calls that succeed one after the other, of which each changes something.
pub(super) fn changes() -> Vec<(RuntimeOrigin, RuntimeCall)> {
    let root = || RuntimeOrigin::root();
    let alice = || RuntimeOrigin::from(RawOrigin::Signed(Alice.to_account_id()));
    let account = |who: sp_keyring::Sr25519Keyring| -> AccountId { who.to_account_id() };
    let agent = AgentId(H256(One.public().0));
    let endpoint = |text: &str| Endpoint::truncate_from(text.as_bytes().to_vec());
    let proof = |endpoint: &Endpoint| {
        let genesis = <Audit as ChainInfo>::genesis();
        One.sign(registration_message(genesis, 0, agent, endpoint).as_bytes())
    };
    let (here, there) = (endpoint("http://here"), endpoint("http://there"));
    let (at_here, at_there) = (proof(&here), proof(&there));
    let terms = Terms::<Runtime>::get().expect("the first institution issues cash");
    // A quarter of what can be promised is the first institution's: half of it makes room.
    let quota = 187_500_000_000;
    vec![
        (root(), Consortium::set_quota { institution: 0, quota }.into()),
        (
            root(),
            Consortium::register_institution {
                name: Name::truncate_from(b"Institution E".to_vec()),
                administrator: account(Two),
                quota,
            }
            .into(),
        ),
        (root(), Consortium::suspend_institution { institution: 1 }.into()),
        (root(), Consortium::resume_institution { institution: 1 }.into()),
        (alice(), Consortium::add_member { account: account(AliceStash) }.into()),
        (alice(), Cash::issue { to: account(AliceStash), amount: 1 }.into()),
        (alice(), Consortium::remove_member { account: account(AliceStash) }.into()),
        (root(), Consortium::set_validator { institution: 1, validator: None }.into()),
        (
            root(),
            Consortium::set_validator { institution: 1, validator: Some(account(Ferdie)) }.into(),
        ),
        (root(), Enclaves::revoke_measurement { measurement: MEASUREMENT }.into()),
        (root(), Enclaves::trust_measurement { measurement: MEASUREMENT, until: 100 }.into()),
        (alice(), Quorums::register_agent { agent, endpoint: here, proof: at_here }.into()),
        (alice(), Quorums::update_endpoint { agent, endpoint: there, proof: at_there }.into()),
        (
            alice(),
            Quorums::create_quorum { threshold: 1, agents: BoundedVec::truncate_from(vec![agent]) }
                .into(),
        ),
        (alice(), Quorums::remove_agent { agent }.into()),
        (root(), Contracts::admit_deployer { account: account(Ferdie) }.into()),
        (root(), Contracts::remove_deployer { account: account(Ferdie) }.into()),
        (root(), Contracts::grant_credits { institution: 0, amount: 1 }.into()),
        (root(), Contracts::revoke_credits { institution: 0, amount: 1 }.into()),
        (root(), Cash::set_issuer { terms }.into()),
        (root(), Cash::recover { from: account(AliceStash), to: account(Alice) }.into()),
        (alice(), Cash::redeem { amount: 1, reference: H256::zero() }.into()),
    ]
}

#[test]
fn every_change_of_the_consortium_is_logged() {
    chain(LOCAL).execute_with(|| {
        let mut called = BTreeSet::new();
        for (origin, call) in changes() {
            let name = call.get_call_metadata();
            called.insert((name.pallet_name, name.function_name));
            let before = Audit::count();
            assert_ok!(call.clone().dispatch(origin));
            assert!(Audit::count() > before, "{call:?} left no entry");
        }
        // A payment is between those who make it: the ledger's events tell of it.
        let payment = ("Cash", "transfer");
        let all: BTreeSet<_> = ["Cash", "Consortium", "Contracts", "Enclaves", "Quorums"]
            .into_iter()
            .flat_map(|pallet| {
                RuntimeCall::get_call_names(pallet).iter().map(move |call| (pallet, *call))
            })
            .filter(|call| *call != payment)
            .collect();
        assert_eq!(called, all, "a call is missing here");
    });
}

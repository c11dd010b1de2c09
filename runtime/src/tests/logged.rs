//! Every change that governance, an administrator or a member makes to the consortium, its agents and
//! its trust is an entry of the log.

use std::collections::BTreeSet;

use codec::Encode;
use frame_support::{assert_noop, assert_ok, traits::GetCallMetadata, weights::Weight};
use frame_system::RawOrigin;
use pallet_regent_cash::{Call as Cash, Terms};
use pallet_regent_consortium::Call as Consortium;
use pallet_regent_contracts::Call as Contracts;
use pallet_regent_enclaves::Call as Enclaves;
use pallet_regent_quorums::Call as Quorums;
use regent_attestation::simulated::MEASUREMENT;
use regent_primitives::{
    policy::Name, registration::registration_message, session::Endpoint, traits::ChainInfo,
    AgentId, AuditEvent, BoundedVec, H256,
};
use sp_core::proof_of_possession::statement_of_ownership;
use sp_keyring::{
    Ed25519Keyring,
    Sr25519Keyring::{self, Alice, AliceStash, Bob, Charlie, Ferdie, One, Two},
};
use sp_runtime::{
    traits::{BlakeTwo256, Dispatchable, Hash},
    DispatchError::BadOrigin,
};

use super::chain;
use crate::{
    configs::CouncilInstance, council::Motion, genesis_config_presets::LOCAL, AccountId, Audit,
    Council, Runtime, RuntimeCall, RuntimeOrigin, Session, SessionKeys,
};

/// Calls that leave no entry themselves.
const ELSEWHERE: [(&str, &str); 11] = [
    // A payment is between those who make it: the ledger's events tell of it.
    ("Cash", "transfer"),
    // Nobody may: members come and go by the consortium's calls.
    ("Council", "set_members"),
    // A motion is an entry once it is enacted, and changes nothing before.
    ("Council", "propose"),
    ("Council", "vote"),
    ("Council", "close"),
    ("Council", "disapprove_proposal"),
    ("Council", "kill"),
    ("Council", "release_proposal_cost"),
    // Decides nothing: no call takes a single member's word.
    ("Council", "execute"),
    // Keys are an entry once they are in force.
    ("Session", "set_keys"),
    // Refused for everyone.
    ("Session", "purge_keys"),
];

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
        (root(), Consortium::add_council_member { account: account(Two) }.into()),
        (root(), Consortium::remove_council_member { account: account(Two) }.into()),
        (root(), Consortium::suspend_institution { institution: 1 }.into()),
        (root(), Consortium::resume_institution { institution: 1 }.into()),
        (
            root(),
            Consortium::replace_administrator { institution: 1, account: account(Ferdie) }.into(),
        ),
        (root(), Consortium::authorize_upgrade { code_hash: H256::zero() }.into()),
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
        let pallets =
            ["Cash", "Consortium", "Contracts", "Council", "Enclaves", "Quorums", "Session"];
        let all: BTreeSet<_> = pallets
            .into_iter()
            .flat_map(|pallet| {
                RuntimeCall::get_call_names(pallet).iter().map(move |call| (pallet, *call))
            })
            .filter(|call| !ELSEWHERE.contains(call))
            .collect();
        assert_eq!(called, all, "a call is missing here");
    });
}

/// The newest entry of the log.
fn newest() -> Option<AuditEvent> {
    Audit::entries(Audit::count() - 1, 1).pop().map(|entry| entry.event)
}

#[test]
fn a_motion_is_named_after_what_it_did() {
    chain(LOCAL).execute_with(|| {
        let signed = |who: Sr25519Keyring| RuntimeOrigin::signed(who.to_account_id());
        let call = RuntimeCall::from(Consortium::suspend_institution { institution: 3 });
        let motion = BlakeTwo256::hash_of(&call);
        let (weight, length) = (Weight::from_parts(20_000_000_000, 1_000_000), 1_000);
        assert_ok!(Council::propose(signed(Alice), 3, Box::new(Motion(call)), length));
        for who in [Alice, Bob, Charlie] {
            assert_ok!(Council::vote(signed(who), motion, 0, true));
        }
        let before = Audit::count();
        assert_ok!(Council::close(signed(Alice), motion, 0, weight, length));

        let entries: Vec<_> =
            Audit::entries(before, 10).into_iter().map(|entry| entry.event).collect();
        assert_eq!(
            entries,
            [
                AuditEvent::InstitutionSuspended { institution: 3 },
                AuditEvent::MotionEnacted { motion, ayes: 3, seats: 4 },
            ]
        );

        // One that fails changes nothing, and is none.
        let call = RuntimeCall::from(Consortium::suspend_institution { institution: 3 });
        assert_ok!(Council::propose(signed(Alice), 3, Box::new(Motion(call)), length));
        for who in [Alice, Bob, Charlie] {
            assert_ok!(Council::vote(signed(who), motion, 1, true));
        }
        let before = Audit::count();
        assert_ok!(Council::close(signed(Alice), motion, 1, weight, length));
        assert_eq!(Audit::count(), before);
    });
}

#[test]
fn the_council_changes_by_logged_calls_only() {
    chain(LOCAL).execute_with(|| {
        let two_thirds = pallet_collective::RawOrigin::<AccountId, CouncilInstance>::Members(3, 4);
        for origin in [RuntimeOrigin::root(), two_thirds.into()] {
            assert_noop!(Council::set_members(origin, vec![], None, 4), BadOrigin);
        }
    });
}

#[test]
fn session_keys_are_logged_when_they_are_in_force() {
    chain(LOCAL).execute_with(|| {
        let validator = Alice.to_account_id();
        let keys = SessionKeys {
            aura: Sr25519Keyring::Two.public().into(),
            grandpa: Ed25519Keyring::Two.public().into(),
        };
        let statement = statement_of_ownership(validator.as_ref());
        let proof =
            (Sr25519Keyring::Two.sign(&statement), Ed25519Keyring::Two.sign(&statement)).encode();
        let origin = RuntimeOrigin::signed(validator.clone());
        assert_ok!(Session::set_keys(origin, keys.clone(), proof));

        let before = Audit::count();
        for session in 1..=2 {
            assert_eq!(Audit::count(), before, "before session {session}");
            Session::rotate_session();
        }
        let keys = BlakeTwo256::hash_of(&keys);
        assert_eq!(newest(), Some(AuditEvent::SessionKeysChanged { validator, keys }));
        assert_eq!(Audit::count(), before + 1, "the others' are what they were");
    });
}

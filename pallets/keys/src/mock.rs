//! A chain with keys and the log; one quorum, one policy.

use std::{cell::RefCell, collections::BTreeSet};

use crate as pallet_regent_keys;
use frame_support::{derive_impl, parameter_types, traits::Equals};
use regent_primitives::{
    runtime_api::PolicyRecord,
    traits::{KeyRequests, PolicyInspect, QuorumInspect},
    AccessTree, AccountId, AgentId, Algorithm, BoundedVec, Commitments, Confirmation, EnrolmentId,
    Epoch, EvidenceKind, KeyId, Measurement, OperationKind, Participant, Policy, PolicyHash,
    QuorumId, RegenToken, RequestId, Role, Stage, H256,
};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{traits::IdentityLookup, BuildStorage};

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Audit: pallet_regent_audit,
        Keys: pallet_regent_keys,
    }
);

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlockU32<Test>;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
}

impl pallet_regent_audit::Config for Test {
    type WeightInfo = ();
}

/// An address, and the twelve bytes by which a contract's account is known.
const ENDED_CONTRACT: [u8; 32] = {
    let mut account = [0xee; 32];
    let mut byte = 0;
    while byte < 20 {
        account[byte] = 1;
        byte += 1;
    }
    account
};

parameter_types! {
    pub const WindowBlocks: u32 = 10;
    /// The one account that is a contract's.
    pub const Contract: AccountId = AccountId::new([0xee; 32]);
    /// Another, that ended: the benchmarks', too.
    pub const EndedContract: AccountId = AccountId::new(ENDED_CONTRACT);
}

impl crate::Config for Test {
    type GovernanceOrigin = frame_system::EnsureRoot<AccountId>;
    type Ended = Equals<EndedContract>;
    type Contracts = (Equals<Contract>, Equals<EndedContract>);
    type Audit = Audit;
    type Quorums = Quorums;
    type Policies = KnownPolicies;
    type Requests = OpenRequests;
    type WindowBlocks = WindowBlocks;
    type WeightInfo = ();
}

pub const ALICE: Sr25519Keyring = Sr25519Keyring::Alice;
pub const BOB: Sr25519Keyring = Sr25519Keyring::Bob;
/// The one quorum.
pub const QUORUM: QuorumId = 3;
/// Hash of the mock chain's block 0.
pub const GENESIS: H256 = H256::repeat_byte(0x6e);
/// The request that enrols.
pub const REQUEST: RequestId = RequestId(H256::repeat_byte(9));

thread_local! {
    static QUORUM_AGENTS: RefCell<BTreeSet<AgentId>> = const { RefCell::new(BTreeSet::new()) };
}

/// Quorum 3 has agents 0 to 299.
pub struct Quorums;

impl QuorumInspect for Quorums {
    fn is_agent(who: &AgentId) -> bool {
        QUORUM_AGENTS.with_borrow(|agents| agents.contains(who))
    }

    fn admits(quorum: QuorumId, tree: &AccessTree) -> bool {
        quorum == QUORUM
            && tree.leaves().iter().all(|(_, who)| match who {
                Participant::Agent(agent) => Self::is_agent(agent),
                _ => true,
            })
    }
}

thread_local! {
    static ENDED: RefCell<Vec<(KeyId, Epoch)>> = const { RefCell::new(Vec::new()) };
}

/// Keeps what was ended.
pub struct OpenRequests;

impl KeyRequests for OpenRequests {
    fn end_epoch(key: &KeyId, epoch: Epoch) -> u32 {
        ENDED.with_borrow_mut(|ended| ended.push((*key, epoch)));
        3
    }

    fn ending_time() -> u64 {
        1_000
    }
}

/// Epochs whose requests were ended since the last time this was asked.
pub fn ended() -> Vec<(KeyId, Epoch)> {
    ENDED.take()
}

parameter_types! {
    /// A policy beside [`policy`].
    pub static OtherPolicy: Option<Policy> = None;
}

/// Knows [`policy`], and the other one that the test has set.
pub struct KnownPolicies;

impl PolicyInspect for KnownPolicies {
    fn policy(hash: &PolicyHash) -> Option<Policy> {
        [Some(policy()), OtherPolicy::get()]
            .into_iter()
            .flatten()
            .find(|policy| policy.hash(GENESIS) == *hash)
    }

    fn successor(_: &PolicyHash) -> Option<PolicyHash> {
        None
    }
    fn descends(successor: &PolicyHash, ancestor: &PolicyHash) -> bool {
        successor == ancestor
    }

    fn lineage(_: &PolicyHash, _: &PolicyHash) -> Option<Vec<PolicyRecord>> {
        None
    }
}

/// Alice requests, Bob approves.
pub fn policy() -> Policy {
    let role = |member| Role {
        name: BoundedVec::default(),
        members: BoundedVec::truncate_from(vec![account(member)]),
    };
    let operations = vec![OperationKind::Enrol, OperationKind::Transfer];
    Policy {
        name: BoundedVec::default(),
        predecessor: None,
        roles: BoundedVec::truncate_from(vec![role(ALICE), role(BOB)]),
        requesters: 0,
        stages: BoundedVec::truncate_from(vec![Stage { role: 1, threshold: 1 }]),
        operations: BoundedVec::truncate_from(operations),
        limits: BoundedVec::default(),
        recipients: None,
        allow_raw: false,
        maximum_lifetime: 10,
        measurements: BoundedVec::truncate_from(vec![Measurement {
            kind: EvidenceKind::Simulated,
            digest: H256::zero(),
        }]),
        change_rule: Stage { role: 0, threshold: 1 },
        conditions: Default::default(),
    }
}

/// Block 25 of a chain without keys.
pub fn new_test_ext() -> sp_io::TestExternalities {
    QUORUM_AGENTS.with_borrow_mut(|agents| *agents = (0..300).map(agent).collect());
    let storage =
        frame_system::GenesisConfig::<Test>::default().build_storage().expect("storage builds");
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.execute_with(|| {
        frame_system::BlockHash::<Test>::insert(0, GENESIS);
        System::set_block_number(25);
    });
    ext
}

/// Runs a scenario and checks the state it leaves.
pub fn run(scenario: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        scenario();
        Keys::do_try_state().expect("keys hold");
    });
}

pub fn account(who: Sr25519Keyring) -> AccountId {
    who.to_account_id()
}

pub fn agent(index: u16) -> AgentId {
    let mut bytes = [0xa9; 32];
    bytes[..2].copy_from_slice(&index.to_be_bytes());
    AgentId(H256(bytes))
}

/// `threshold` of agents 0 to `count - 1`.
pub fn tree(threshold: u16, count: u16) -> AccessTree {
    let agents: Vec<_> = (0..count).map(agent).collect();
    AccessTree::threshold_of_agents(threshold, &agents).expect("a tree")
}

/// A token of the right shape for key `seed`, with every leaf present but these.
pub fn token(seed: u8, tree: AccessTree, absent: &[usize]) -> RegenToken {
    let point = || BoundedVec::truncate_from(vec![2; 33]);
    let leaves = tree.leaf_count();
    let corrections = (0..leaves).map(|leaf| (!absent.contains(&leaf)).then_some([7; 32]));
    RegenToken {
        key_id: KeyId(H256::repeat_byte(seed)),
        algorithm: Algorithm::EcdsaSecp256k1,
        public_key: BoundedVec::truncate_from(vec![3; 33]),
        epoch: 0,
        window: 2,
        enrolment_id: EnrolmentId(H256::repeat_byte(seed)),
        policy_hash: policy().hash(GENESIS),
        commitments: Commitments::Native {
            gates: BoundedVec::truncate_from(
                (0..tree.commitment_count()).map(|_| point()).collect(),
            ),
            leaves: BoundedVec::truncate_from((0..leaves).map(|_| point()).collect()),
        },
        corrections: BoundedVec::truncate_from(corrections.collect()),
        wrapped: None,
        tree,
    }
}

/// The confirmation of a leaf by the agent who holds it; unsigned, as the pallet sees it.
pub fn confirmation(token: &RegenToken, leaf: usize) -> Confirmation {
    let (path, who) = token.tree.leaves().remove(leaf);
    let Participant::Agent(agent) = who else { unreachable!("agents only") };
    Confirmation {
        key: token.key_id,
        epoch: token.epoch,
        enrolment_id: token.enrolment_id,
        leaf: path,
        agent,
        signature: Default::default(),
    }
}

//! A chain with policies, keys, requests and the log; members, agents and enclaves are simple
//! stand-ins.

use std::{cell::RefCell, collections::BTreeSet};

use crate as pallet_regent_requests;
use codec::Encode;
use frame_support::{
    derive_impl, dispatch::DispatchResult, parameter_types, storage::unhashed, traits::IsInVec,
};
use frame_system::offchain::{
    CreateAuthorizedTransaction, CreateTransaction, CreateTransactionBase,
};
use regent_primitives::{
    control::{Caller, ConditionControl},
    traits::{MemberInspect, QuorumInspect, SessionRegistry},
    AccessTree, AccountId, AgentId, Attempt, AuditEntry, EvidenceKind, InstitutionId, Measurement,
    Participant, QuorumId, RequestId, Session, SessionRecord, Signature, H256,
};
use sp_core::{sr25519, Pair};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
    generic,
    traits::{BlakeTwo256, Dispatchable, IdentityLookup},
    BuildStorage, DispatchError,
};

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Audit: pallet_regent_audit,
        Policies: pallet_regent_policies,
        Keys: pallet_regent_keys,
        Requests: pallet_regent_requests,
    }
);

pub type TxExtension = (frame_system::AuthorizeCall<Test>,);
pub type Extrinsic = generic::UncheckedExtrinsic<AccountId, RuntimeCall, Signature, TxExtension>;
pub type Block = generic::Block<generic::Header<u32, BlakeTwo256>, Extrinsic>;

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
}

impl pallet_regent_audit::Config for Test {
    type WeightInfo = ();
}

impl pallet_regent_policies::Config for Test {
    type Members = Members;
    type Audit = Audit;
    type WeightInfo = ();
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Bench;
}

parameter_types! {
    pub const WindowBlocks: u32 = 10;
    pub const MaxDeadlinesPerBlock: u32 = 2;
    pub const MaxOpenPerInstitution: u32 = 4;
    pub const NoteGrace: u32 = 3;
    pub static NoteAllowance: u64 = u64::MAX;
}

impl pallet_regent_keys::Config for Test {
    type GovernanceOrigin = frame_system::EnsureRoot<AccountId>;
    type Ended = IsInVec<EndedContracts>;
    type Contracts = IsInVec<ContractAccounts>;
    type Audit = Audit;
    type Quorums = Quorums;
    type Policies = Policies;
    type Requests = Requests;
    type WindowBlocks = WindowBlocks;
    type WeightInfo = ();
}

impl crate::Config for Test {
    type Members = Members;
    type Quorums = Quorums;
    type Policies = Policies;
    type Keys = Keys;
    type Sessions = Sessions;
    type Conditions = Conditions;
    type Audit = Audit;
    type MaxDeadlinesPerBlock = MaxDeadlinesPerBlock;
    type MaxOpenPerInstitution = MaxOpenPerInstitution;
    type NoteGrace = NoteGrace;
    type NoteAllowance = NoteAllowance;
    type WeightInfo = ();
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Bench;
}

impl<C> CreateTransactionBase<C> for Test
where
    RuntimeCall: From<C>,
{
    type Extrinsic = Extrinsic;
    type RuntimeCall = RuntimeCall;
}

impl<C> CreateTransaction<C> for Test
where
    RuntimeCall: From<C>,
{
    type Extension = TxExtension;

    fn create_transaction(call: RuntimeCall, extension: TxExtension) -> Extrinsic {
        Extrinsic::new_transaction(call, extension)
    }
}

impl<C> CreateAuthorizedTransaction<C> for Test
where
    RuntimeCall: From<C>,
{
    fn create_extension() -> TxExtension {
        (frame_system::AuthorizeCall::new(),)
    }
}

pub const ALICE: Sr25519Keyring = Sr25519Keyring::Alice;
pub const BOB: Sr25519Keyring = Sr25519Keyring::Bob;
pub const CHARLIE: Sr25519Keyring = Sr25519Keyring::Charlie;
pub const DAVE: Sr25519Keyring = Sr25519Keyring::Dave;
pub const FERDIE: Sr25519Keyring = Sr25519Keyring::Ferdie;

/// Alice acts for institution 0, Ferdie for none, all others for 1.
pub struct Members;

impl MemberInspect for Members {
    fn institution_of(account: &AccountId) -> Option<InstitutionId> {
        match account {
            who if *who == ALICE.to_account_id() => Some(0),
            who if *who == FERDIE.to_account_id() => None,
            _ => Some(1),
        }
    }

    fn membership_of(account: &AccountId) -> Option<InstitutionId> {
        Self::institution_of(account)
    }

    fn is_administrator(_: &AccountId, _: InstitutionId) -> bool {
        false
    }

    fn is_institution(institution: InstitutionId) -> bool {
        institution <= 1
    }
}

/// Agents of the mock chain are numbered from 0; as many are registered.
pub const AGENTS: u16 = 300;
/// The one quorum.
pub const QUORUM: QuorumId = 7;

/// The identity of an agent.
pub fn agent_pair(index: u16) -> sr25519::Pair {
    sr25519::Pair::from_seed(&seed(b"agent", u32::from(index)))
}

pub fn agent(index: u16) -> AgentId {
    AgentId(H256(agent_pair(index).public().0))
}

/// 32 bytes for a name and a number.
pub fn seed(name: &[u8], number: u32) -> [u8; 32] {
    sp_io::hashing::blake2_256(&(name, number).encode())
}

/// Quorum 7 has all agents but the last, which is registered only, and a threshold of 1.
pub struct Quorums;

impl QuorumInspect for Quorums {
    fn is_agent(who: &AgentId) -> bool {
        AGENT_IDS.with_borrow(|agents| agents.contains(who))
    }

    fn admits(quorum: QuorumId, tree: &AccessTree) -> bool {
        quorum == QUORUM
            && tree.leaves().iter().all(|(_, who)| match who {
                Participant::Agent(who) => *who != agent(AGENTS - 1) && Self::is_agent(who),
                _ => true,
            })
    }
}

thread_local! {
    static AGENT_IDS: RefCell<BTreeSet<AgentId>> = RefCell::new((0..AGENTS).map(agent).collect());
}

/// Runs something while an agent is not registered.
pub fn without_agent(index: u16, something: impl FnOnce()) {
    AGENT_IDS.with_borrow_mut(|agents| agents.remove(&agent(index)));
    something();
    AGENT_IDS.with_borrow_mut(|agents| agents.insert(agent(index)));
}

/// Evidence that measures what the policy accepts.
pub const GOOD_EVIDENCE: &[u8] = b"good";
/// Evidence of an enclave the chain trusts and the policy does not accept.
pub const OTHER_EVIDENCE: &[u8] = b"other";

pub fn measurement(byte: u8) -> Measurement {
    Measurement { kind: EvidenceKind::Simulated, digest: H256::repeat_byte(byte) }
}

/// Keeps sessions; evidence is one of two words.
pub struct Sessions;

fn session_key(request: RequestId, attempt: Attempt) -> Vec<u8> {
    (b"mock sessions", request, attempt).encode()
}

impl SessionRegistry for Sessions {
    fn open(session: Session) -> Result<SessionRecord, DispatchError> {
        let measurement = match session.evidence.bytes.as_slice() {
            GOOD_EVIDENCE => measurement(1),
            OTHER_EVIDENCE => measurement(2),
            _ => return Err(DispatchError::Other("evidence")),
        };
        let opened_at = System::block_number();
        let deadline = opened_at + session.lifetime;
        let key = session_key(session.request, session.attempt);
        let record = SessionRecord { session, measurement, opened_at, deadline };
        unhashed::put(&key, &record);
        Ok(record)
    }

    fn session(request: RequestId, attempt: Attempt) -> Option<SessionRecord> {
        unhashed::get(&session_key(request, attempt))
    }
}

#[cfg(feature = "runtime-benchmarks")]
pub struct Bench;

#[cfg(feature = "runtime-benchmarks")]
impl pallet_regent_policies::BenchmarkHelper for Bench {
    fn member() -> AccountId {
        ALICE.to_account_id()
    }
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper for Bench {
    fn member() -> AccountId {
        ALICE.to_account_id()
    }

    fn store_policies(policies: Vec<regent_primitives::Policy>) {
        // Between two runs of a benchmark the chain forgets what `new_test_ext` told it.
        let genesis = <Audit as regent_primitives::traits::ChainInfo>::genesis();
        for policy in policies {
            let hash = policy.hash(genesis);
            let conditions = policy.conditions.iter();
            let met = conditions.map(|condition| (condition.contract.clone(), condition.id));
            Fulfilled::mutate(|fulfilled| fulfilled.extend(met));
            if let Some(predecessor) = policy.predecessor {
                pallet_regent_policies::Predecessors::<Test>::insert(hash, predecessor);
            }
            let record = regent_primitives::runtime_api::PolicyRecord {
                policy,
                signatures: Default::default(),
                created_by: ALICE.to_account_id(),
                created_at: 1,
            };
            pallet_regent_policies::Policies::<Test>::insert(hash, record);
        }
    }

    fn create_quorum(agents: Vec<AgentId>) -> QuorumId {
        AGENT_IDS.with_borrow_mut(|ids| ids.extend(agents));
        QUORUM
    }

    fn trusted_measurement() -> Measurement {
        measurement(1)
    }

    fn evidence(_: H256) -> regent_primitives::Evidence {
        regent_primitives::Evidence {
            kind: EvidenceKind::Simulated,
            bytes: regent_primitives::BoundedVec::truncate_from(GOOD_EVIDENCE.to_vec()),
        }
    }
}

/// Hash of the mock chain's block 0.
pub const GENESIS: H256 = H256::repeat_byte(0x6e);

/// Block 1 of an empty chain.
pub fn new_test_ext() -> sp_io::TestExternalities {
    let storage =
        frame_system::GenesisConfig::<Test>::default().build_storage().expect("storage builds");
    let mut ext = sp_io::TestExternalities::new(storage);
    #[cfg(feature = "runtime-benchmarks")]
    ext.register_extension(sp_keystore::KeystoreExt::new(
        sp_keystore::testing::MemoryKeystore::new(),
    ));
    ext.execute_with(|| {
        ContractAccounts::set(Vec::new());
        EndedContracts::set(Vec::new());
        frame_system::BlockHash::<Test>::insert(0, GENESIS);
        System::set_block_number(1);
    });
    ext
}

/// Runs a scenario and checks the state it leaves.
pub fn run(scenario: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        scenario();
        check();
    });
}

/// Every pallet's invariants.
pub fn check() {
    Requests::do_try_state().expect("requests hold");
}

/// The whole log.
pub fn log() -> Vec<AuditEntry> {
    (0..Audit::count()).step_by(256).flat_map(|from| Audit::entries(from, 256)).collect()
}

/// Runs something and checks that it removed and rewrote no entry of the log, and that what it
/// appended is linked.
pub fn append_only<R>(something: impl FnOnce() -> R) -> R {
    let before = log();
    let result = something();
    let after = log();
    assert_eq!(after.get(..before.len()), Some(before.as_slice()), "an entry was touched");
    for pair in after.windows(2) {
        assert_eq!(pair[1].previous, pair[0].hash(GENESIS), "an entry is not linked");
    }
    result
}

/// Dispatches a call as a transaction would, and checks the log.
pub fn dispatch(origin: RuntimeOrigin, call: impl Into<RuntimeCall>) -> DispatchResult {
    let call = call.into();
    append_only(|| call.dispatch(origin).map(drop).map_err(|error| error.error))
}

/// Builds empty blocks up to and including this one.
pub fn go_to(block: u32) {
    use frame_support::traits::Hooks;

    while System::block_number() < block {
        let next = System::block_number() + 1;
        System::set_block_number(next);
        append_only(|| Requests::on_initialize(next));
    }
}

parameter_types! {
    /// Conditions that are met, by contract and id.
    pub static Fulfilled: Vec<(AccountId, H256)> = Vec::new();
    /// Accounts that are contracts'.
    pub static ContractAccounts: Vec<AccountId> = Vec::new();
    /// Those of them that ended.
    pub static EndedContracts: Vec<AccountId> = Vec::new();
}

/// Conditions as the test says.
pub struct Conditions;

impl ConditionControl for Conditions {
    fn is_fulfilled(contract: &AccountId, condition: &H256) -> bool {
        Fulfilled::get().contains(&(contract.clone(), *condition))
    }

    fn fulfil(caller: &Caller, condition: H256, _: H256) -> DispatchResult {
        Fulfilled::mutate(|met| met.push((caller.account.clone(), condition)));
        Ok(())
    }

    fn withdraw(caller: &Caller, condition: H256) -> DispatchResult {
        Fulfilled::mutate(|met| met.retain(|one| *one != (caller.account.clone(), condition)));
        Ok(())
    }
}

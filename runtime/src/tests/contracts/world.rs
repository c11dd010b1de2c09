//! The test contract on a local chain, with a policy and a key that its owner can use.

use frame_support::traits::Contains;
use pallet_revive::{
    precompiles::{alloy, AddressMatcher, Precompile, H160, U256},
    AddressMapper, Code, ContractResult, ExecConfig, ExecReturnValue, StorageDeposit,
    TransactionLimits,
};
use regent_primitives::{
    policy::{change_message, ChangeSignature, Name},
    session::Endpoint,
    AccessTree, AgentId, Algorithm, BoundedVec, Commitments, Condition, Confirmation, EnrolmentId,
    OperationKind, Participant, Policy, PolicyHash, QuorumId, RegenToken, RequestId, Role, Stage,
};
use regent_primitives::{registration::registration_message, traits::ChainInfo};
use serde_json::{json, Value};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{traits::Dispatchable, BuildStorage};

use super::*;
use crate::{contracts::ContractAccounts, genesis_config_presets::LOCAL, tests::preset};

alloy::sol! {
    /// What `fixtures/Keeper.sol` has beside what it passes on under the control plane's own names.
    interface IKeeper {
        function visit() external;
        function forget() external;
        function account() external view returns (bytes32);
        function whyNotFreeze(bytes32 key) external returns (string memory);
        function freezeAndRevert(bytes32 key) external;
        function forward(bytes calldata data) external returns (bool ok, bytes memory answer);
        function forwardStatic(bytes calldata data) external returns (bool ok, bytes memory answer);
        function forwardDelegate(bytes calldata data) external returns (bool ok, bytes memory answer);
        function spin() external;
    }

    /// `fixtures/Holder.sol`.
    interface IHolder {
        function give(bytes32 key, bytes32 newOwner, bytes32 newPolicy, address guest) external;
        function giveCarelessly(bytes32 key, bytes32 newOwner, bytes32 newPolicy, address guest) external;
        function settle(bytes32 key, bytes32 newOwner, bytes32 newPolicy, address payee, uint256 price) external;
        function attempt(address at, bytes calldata data) external;
        function attemptWithin(address at, bytes calldata data, uint256 limit) external;
        function failures() external view returns (uint256 count);
        function forwardWithValue(bytes calldata data, uint256 amount) external returns (bool ok, bytes memory answer);
        function fill(uint256 from, uint256 count) external;
        function spin() external;
    }

    /// `fixtures/Intruder.sol`.
    interface IIntruder {
        function arm(address at, bytes calldata what) external;
        function act(address at, bytes calldata what) external payable;
        function outcome() external view returns (bool struck, bool ok, bytes memory answer);
    }

    /// `fixtures/Mortal.sol`, beside what it passes on under the control plane's own names.
    interface IMortal {
        function end() external;
        function endAndTransfer(bytes32 key, bytes32 newOwner, bytes32 newPolicy) external;
        function lend(address code, bytes calldata data) external returns (bool ok, bytes memory answer);
        function create(bytes memory code) external returns (address at);
    }
}

/// Weight of a call in tests: 400 ms, for what is only estimated yet.
pub const LIMIT: frame_support::weights::Weight =
    frame_support::weights::Weight::from_parts(400_000_000_000, u64::MAX / 4);

/// A file that `make contracts` made.
pub fn built(file: &str) -> Vec<u8> {
    let path = std::path::Path::new("../contracts/out").join(file);
    std::fs::read(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; build it with `make contracts`", path.display())
    })
}

pub fn account(who: Sr25519Keyring) -> AccountId {
    who.to_account_id()
}

pub fn signed(who: Sr25519Keyring) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(who))
}

/// Block 1 of a local chain with a patch.
pub fn on(over: Value, test: impl FnOnce()) {
    let mut ext: sp_io::TestExternalities = preset(LOCAL, over).build_storage().unwrap().into();
    ext.execute_with(|| {
        System::set_block_number(1);
        frame_system::BlockHash::<Runtime>::insert(0, H256::repeat_byte(0x6e));
        test();
    });
}

/// Block 1 of a local chain.
pub fn local(test: impl FnOnce()) {
    on(json!({}), test);
}

/// Instantiates a file that `make contracts` made; returns its address.
pub fn instantiate(who: Sr25519Keyring, file: &str) -> Result<H160, DispatchError> {
    instantiate_with_salt(who, file, None)
}

/// The same at another address.
pub fn instantiate_with_salt(
    who: Sr25519Keyring,
    file: &str,
    salt: impl Into<Option<[u8; 32]>>,
) -> Result<H160, DispatchError> {
    let code = Code::Upload(built(file));
    Revive::bare_instantiate(
        signed(who),
        U256::zero(),
        limits(LIMIT),
        code,
        Vec::new(),
        salt.into(),
        &ExecConfig::new_substrate_tx(),
    )
    .result
    .map(|done| done.addr)
}

pub fn limits(weight_limit: frame_support::weights::Weight) -> TransactionLimits<Runtime> {
    TransactionLimits::WeightAndDeposit { weight_limit, deposit_limit: Balance::MAX }
}

/// The test contract, deployed by Alice.
pub fn keeper() -> H160 {
    instantiate(Alice, "Keeper.polkavm").expect("deployed")
}

/// The account of an address.
pub fn account_at(address: H160) -> AccountId {
    <Runtime as pallet_revive::Config>::AddressMapper::to_account_id(&address)
}

/// The control plane's address.
pub fn regent() -> H160 {
    let AddressMatcher::Fixed(_) = Regent::MATCHER else { panic!("one address") };
    H160(Regent::MATCHER.base_address())
}

/// Calls an address.
pub fn bare(
    who: Sr25519Keyring,
    to: H160,
    data: Vec<u8>,
) -> ContractResult<ExecReturnValue, Balance> {
    bare_paying(who, to, 0, data)
}

/// Calls an address and sends it cash.
pub fn bare_paying(
    who: Sr25519Keyring,
    to: H160,
    value: Balance,
    data: Vec<u8>,
) -> ContractResult<ExecReturnValue, Balance> {
    let config = ExecConfig::new_substrate_tx();
    Revive::bare_call(signed(who), to, value.into(), limits(LIMIT), data, &config)
}

/// What a call took that was not refused.
pub struct Cost {
    pub to: H160,
    pub call: &'static str,
    pub weight: frame_support::weights::Weight,
    pub deposit: StorageDeposit<Balance>,
}

thread_local! {
    /// What the calls of this thread's test took.
    pub static COSTS: std::cell::RefCell<Vec<Cost>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// Remembers what a call of an address took.
pub fn note<T>(to: H160, call: &'static str, done: &ContractResult<T, Balance>) {
    let (weight, deposit) = (done.weight_consumed, done.storage_deposit.clone());
    let cost = Cost { to, call, weight, deposit };
    COSTS.with_borrow_mut(|costs| costs.push(cost));
}

/// Calls an address and decodes what it returns, or the reason for which it reverts.
pub fn call<C: SolCall>(who: Sr25519Keyring, to: H160, call: C) -> Result<C::Return, String> {
    paying(who, to, 0, call)
}

/// The same with cash, in a transaction that is as a whole or not at all.
pub fn paying<C: SolCall>(
    who: Sr25519Keyring,
    to: H160,
    value: Balance,
    call: C,
) -> Result<C::Return, String> {
    let result = bare_paying(who, to, value, call.abi_encode());
    let done = result.result.as_ref().map_err(|error| crate::precompile::name_of(*error))?;
    if done.did_revert() {
        let reason = Revert::abi_decode(&done.data).map(|revert| revert.reason);
        return Err(reason.unwrap_or_else(|_| format!("{:?}", done.data)));
    }
    note(to, C::SIGNATURE.split('(').next().unwrap_or_default(), &result);
    Ok(C::abi_decode_returns(&done.data).expect("what the interface says"))
}

/// What a person holds.
pub fn cash(who: Sr25519Keyring) -> Balance {
    Cash::balance(&account(who))
}

/// What a contract holds.
pub fn cash_at(address: H160) -> Balance {
    Cash::balance(&account_at(address))
}

/// The log's events.
pub fn log() -> Vec<AuditEvent> {
    Audit::entries(0, 256).into_iter().map(|entry| entry.event).collect()
}

fn text<const N: u32>(text: &str) -> BoundedVec<u8, regent_primitives::ConstU32<N>> {
    BoundedVec::truncate_from(text.as_bytes().to_vec())
}

/// Who has a contract's key transferred once the contract ended.
pub const RECOVERY: Sr25519Keyring = Charlie;

/// A policy under which this account requests and Bob approves; beside a contract, [`RECOVERY`] requests.
pub fn policy(requester: &AccountId) -> Policy {
    let role = |name: &str, members: Vec<AccountId>| Role {
        name: Name::truncate_from(name.as_bytes().to_vec()),
        members: BoundedVec::truncate_from(members),
    };
    let mut requesters = vec![requester.clone()];
    let operations = vec![OperationKind::Enrol, OperationKind::Sign, OperationKind::Transfer];
    if ContractAccounts::contains(requester) {
        requesters.push(account(RECOVERY));
    }
    Policy {
        name: text("contract"),
        predecessor: None,
        roles: BoundedVec::truncate_from(vec![
            role("requesters", requesters),
            role("approvers", vec![account(Bob)]),
        ]),
        requesters: 0,
        stages: BoundedVec::truncate_from(vec![Stage { role: 1, threshold: 1 }]),
        operations: BoundedVec::truncate_from(operations),
        limits: BoundedVec::default(),
        recipients: None,
        allow_raw: true,
        maximum_lifetime: 100,
        measurements: BoundedVec::truncate_from(vec![regent_attestation::simulated::MEASUREMENT]),
        change_rule: Stage { role: 1, threshold: 1 },
        conditions: Default::default(),
    }
}

/// A successor of an account's [`policy`] whose signatures wait for a condition of a contract.
pub fn gated_policy(requester: &AccountId, contract: &AccountId, id: H256) -> PolicyHash {
    let genesis = <Audit as ChainInfo>::genesis();
    let old = policy(requester);
    let condition = Condition {
        id,
        contract: contract.clone(),
        operations: BoundedVec::truncate_from(vec![OperationKind::Sign]),
    };
    let new = Policy {
        predecessor: Some(old.hash(genesis)),
        conditions: BoundedVec::truncate_from(vec![condition]),
        ..old.clone()
    };
    let hash = new.hash(genesis);
    let message = change_message(genesis, old.hash(genesis), hash);
    let signature =
        ChangeSignature { signer: account(Bob), signature: Bob.sign(message.as_bytes()).into() };
    let signatures = BoundedVec::truncate_from(vec![signature]);
    assert_ok!(Policies::change(signed(Alice), Box::new(new), signatures));
    hash
}

const AGENTS: [Sr25519Keyring; 3] =
    [Sr25519Keyring::One, Sr25519Keyring::Two, Sr25519Keyring::AliceStash];

fn agent(who: Sr25519Keyring) -> AgentId {
    AgentId(H256(who.public().0))
}

/// Agents with their quorum, once.
pub fn quorum() -> QuorumId {
    if let Some(last) = Quorums::quorum_count().checked_sub(1) {
        return last;
    }
    let genesis = <Audit as ChainInfo>::genesis();
    for who in AGENTS {
        let endpoint: Endpoint = text("http://here");
        let message = registration_message(genesis, 0, agent(who), &endpoint);
        let proof = who.sign(message.as_bytes());
        let registered = Quorums::register_agent(signed(Alice), agent(who), endpoint, proof);
        assert_ok!(registered);
    }
    let agents = BoundedVec::truncate_from(AGENTS.map(agent).to_vec());
    assert_ok!(Quorums::create_quorum(signed(Alice), 2, agents));
    Quorums::quorum_count() - 1
}

/// The tree of every key here: two of three agents.
pub fn tree() -> AccessTree {
    AccessTree::threshold_of_agents(2, &AGENTS.map(agent)).unwrap()
}

/// An active key of this account, under its [`policy`].
pub fn key_of(owner: &AccountId) -> KeyId {
    key_under(owner, policy(owner))
}

/// An active key of this account, under a policy of its own.
pub fn key_under(owner: &AccountId, policy: Policy) -> KeyId {
    let genesis = <Audit as ChainInfo>::genesis();
    let policy_hash = policy.hash(genesis);
    assert_ok!(Policies::create(signed(Alice), Box::new(policy)));
    let quorum = quorum();
    let (tree, leaves) = (tree(), 3);
    let point = || BoundedVec::truncate_from(vec![2; 33]);
    let token = RegenToken {
        key_id: KeyId(H256(owner.clone().into())),
        algorithm: Algorithm::EcdsaSecp256k1,
        public_key: BoundedVec::truncate_from(vec![3; 33]),
        epoch: 0,
        window: 0,
        enrolment_id: EnrolmentId(H256(owner.clone().into())),
        policy_hash,
        commitments: Commitments::Native {
            gates: BoundedVec::truncate_from(
                (0..tree.commitment_count()).map(|_| point()).collect(),
            ),
            leaves: BoundedVec::truncate_from((0..leaves).map(|_| point()).collect()),
        },
        corrections: BoundedVec::truncate_from(vec![Some([7; 32]); leaves]),
        wrapped: None,
        tree,
    };
    let key = token.key_id;
    let request = RequestId::default();
    assert_ok!(<Keys as KeyRegistry>::enrol(token.clone(), owner.clone(), quorum, request));
    confirm(&token);
    key
}

/// The next epoch of a key, confirmed and waiting for this owner. Returns its policy.
pub fn prepare_transfer(key: KeyId, owner: &AccountId) -> PolicyHash {
    let record = <Keys as KeyRegistry>::key(&key).expect("enrolled");
    let enrolment_id = EnrolmentId(H256::repeat_byte(0xe1 + record.newest as u8));
    let epoch = record.newest + 1;
    let token = RegenToken { epoch, enrolment_id, ..record.token };
    let (quorum, to) = (Some(record.quorum), Some(owner.clone()));
    let request = RequestId::default();
    assert_ok!(<Keys as KeyRegistry>::succeed(token.clone(), quorum, to, request));
    confirm(&token);
    token.policy_hash
}

/// Confirms every leaf of a token.
pub fn confirm(token: &RegenToken) {
    let (key, epoch, enrolment_id) = (token.key_id, token.epoch, token.enrolment_id);
    for (leaf, who) in token.tree.leaves() {
        let Participant::Agent(agent) = who else { unreachable!("agents only") };
        let confirmation =
            Confirmation { key, epoch, enrolment_id, leaf, agent, signature: Default::default() };
        <Keys as KeyRegistry>::confirm(&confirmation).expect("confirmed");
    }
}

/// Dispatches a call as its signer's transaction would.
pub fn dispatch(who: Sr25519Keyring, call: impl Into<RuntimeCall>) -> Result<(), DispatchError> {
    call.into().dispatch(signed(who)).map(drop).map_err(|error| error.error)
}

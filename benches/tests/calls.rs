//! Calls as clients sign them are the calls that the runtime understands by their names: clients take no
//! index from a node.

#[path = "../../crates/client/tests/fixtures/mod.rs"]
mod fixtures;

use codec::DecodeAll;
use fixtures::policy;
use frame_support::traits::GetCallMetadata;
use regent_client::{calls, Account, Call};
use regent_primitives::{
    cash_api::CashTerms, AccessTree, AccountId, AgentId, AgentNote, Algorithm, Commitments,
    Confirmation, Decision, Effect, EnrolmentId, Evidence, EvidenceKind, KeyId, Measurement,
    Operation, OperationKind, PayloadFormat, PolicyHash, Receipt, RegenToken, RequestBody,
    RequestId, Session, SessionId, SessionKeys, SignedReceipt, H256,
};
use regent_runtime::RuntimeCall;

const HASH: H256 = H256::repeat_byte(7);
const KEY: KeyId = KeyId(HASH);
const REQUEST: RequestId = RequestId(HASH);
const POLICY: PolicyHash = PolicyHash(HASH);
const AGENT: AgentId = AgentId(HASH);

fn account() -> AccountId {
    AccountId::new([1; 32])
}

fn body() -> RequestBody {
    RequestBody {
        requester: account(),
        salt: [2; 32],
        key: KEY,
        epoch: 0,
        operation: Operation::Sign { format: PayloadFormat::Raw },
        payload_hash: HASH,
        effect: Effect::default(),
        policy: POLICY,
        expires: 100,
    }
}

fn session() -> Session {
    Session {
        id: SessionId(HASH),
        request: REQUEST,
        attempt: 1,
        kem_public: Default::default(),
        signing_public: [3; 32],
        finalised_hash: HASH,
        evidence: Evidence { kind: EvidenceKind::Simulated, bytes: Default::default() },
        endpoint: Default::default(),
        lifetime: 10,
    }
}

fn token() -> RegenToken {
    RegenToken {
        key_id: KEY,
        algorithm: Algorithm::Ed25519,
        public_key: Default::default(),
        epoch: 0,
        window: 0,
        enrolment_id: EnrolmentId(HASH),
        tree: AccessTree::threshold_of_agents(1, &[AGENT]).expect("a tree"),
        policy_hash: POLICY,
        commitments: Commitments::Seed { leaves: Default::default(), check: [0; 32] },
        corrections: Default::default(),
        wrapped: None,
    }
}

fn receipt() -> SignedReceipt {
    let receipt = Receipt {
        request: REQUEST,
        attempt: 1,
        key: KEY,
        epoch: 0,
        operation: OperationKind::Sign,
        payload_hash: HASH,
        result_hash: HASH,
        leaves: Default::default(),
        faulty: Default::default(),
        policy: POLICY,
        session: SessionId(HASH),
        finalised_hash: HASH,
        previous: HASH,
    };
    SignedReceipt { receipt, signature: Default::default() }
}

fn note() -> AgentNote {
    AgentNote::Confirmation(Confirmation {
        key: KEY,
        epoch: 0,
        enrolment_id: EnrolmentId(HASH),
        leaf: Default::default(),
        agent: AGENT,
        signature: Default::default(),
    })
}

/// One of each.
fn all() -> Vec<Call> {
    let cash = CashTerms { issuer: 0, ceiling: 9, name: Default::default(), decimals: 2 };
    let measurement = Measurement { kind: EvidenceKind::Simulated, digest: HASH };
    let bob = Account::development("//Bob").expect("an account");
    let approval = bob.approval(HASH, &body(), 0, Decision::Approve, 9);
    let remark = calls::system::remark(vec![1, 2]);
    let address = Default::default();
    vec![
        calls::cash::set_issuer(cash),
        calls::cash::issue(account(), 5),
        calls::cash::transfer(account(), 5),
        calls::cash::redeem(5, HASH),
        calls::cash::recover(account(), account()),
        calls::consortium::register_institution(Default::default(), account(), 5),
        calls::consortium::suspend_institution(1),
        calls::consortium::resume_institution(1),
        calls::consortium::set_quota(1, 5),
        calls::consortium::add_member(account()),
        calls::consortium::remove_member(account()),
        calls::consortium::set_validator(1, Some(account())),
        calls::contracts::admit_deployer(account()),
        calls::contracts::remove_deployer(account()),
        calls::contracts::grant_credits(1, 5),
        calls::contracts::revoke_credits(1, 5),
        calls::enclaves::trust_measurement(measurement, 9),
        calls::enclaves::revoke_measurement(measurement),
        calls::keys::accept_confirmed(KEY),
        calls::keys::transfer_control(KEY, account(), POLICY),
        calls::keys::withdraw_epoch(KEY),
        calls::keys::freeze(KEY),
        calls::keys::unfreeze(KEY),
        calls::policies::create(policy()),
        calls::policies::change(policy(), Default::default()),
        calls::quorums::register_agent(AGENT, Default::default(), Default::default()),
        calls::quorums::remove_agent(AGENT),
        calls::quorums::update_endpoint(AGENT, Default::default(), Default::default()),
        calls::quorums::create_quorum(1, vec![AGENT]),
        calls::requests::submit(body(), b"payload".to_vec(), Some(session())),
        calls::requests::approve(approval),
        calls::requests::open_session(session()),
        calls::requests::note(note()),
        calls::requests::cancel(REQUEST),
        calls::requests::complete(receipt(), Some(token())),
        calls::revive::call(address, 5, (6, 7), 8, vec![9]),
        calls::revive::instantiate_with_code((6, 7), 8, vec![9], vec![10], [11; 32]),
        calls::session::set_keys(SessionKeys { aura: [4; 32], grandpa: [5; 32] }, vec![12]),
        calls::sudo::sudo(remark.encoded()),
        remark,
    ]
}

#[test]
fn each_call_is_the_runtimes_of_its_name() {
    for call in all() {
        let decoded = RuntimeCall::decode_all(&mut call.encoded().as_slice());
        let decoded = decoded.unwrap_or_else(|error| panic!("{}: {error}", call.name()));
        let found = decoded.get_call_metadata();
        assert_eq!(format!("{}.{}", found.pallet_name, found.function_name), call.name());
    }
}

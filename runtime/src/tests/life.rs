//! The life of a key and of the requests for it, by calls of the runtime, in blocks as the chain executes
//! them.
//!
//! What an enclave and agents compute is left out: of tokens and receipts the chain checks shapes, bindings
//! and signatures.

use codec::Encode;
use frame_support::weights::Weight;
use pallet_regent_cash::Call as CashCall;
use pallet_regent_enclaves::Call as EnclavesCall;
use pallet_regent_keys::Call as KeysCall;
use pallet_regent_policies::Call as PoliciesCall;
use pallet_regent_quorums::Call as QuorumsCall;
use pallet_regent_requests::{Call as RequestsCall, Requests as StoredRequests};
use regent_attestation::simulated::{self, MEASUREMENT};
use regent_primitives::{
    bounds::XWING_PUBLIC_KEY_BYTES,
    payload::{payload_hash, PayloadBytes},
    policy::{change_message, ChangeSignature, Name},
    receipt::result_hash,
    registration::registration_message,
    session::Endpoint,
    traits::{ChainInfo, KeyRegistry},
    AccessTree, AgentId, AgentNote, Algorithm, Approval, BoundedVec, Commitments, Confirmation,
    Decision, Effect, KeyId, KeyState, LeafPath, Operation, OperationKind, PayloadFormat, Policy,
    PolicyHash, Receipt, RegenToken, Release, RequestBody, RequestId, RequestRecord, RequestStatus,
    Role, Session, SessionId, SignedApproval, SignedReceipt, Stage, H256,
};
use sp_consensus_aura::{Slot, AURA_ENGINE_ID};
use sp_keyring::Sr25519Keyring::{self, Alice, AliceStash, Bob, Charlie, Eve, Ferdie, One, Two};
use sp_runtime::{
    generic::{Digest, DigestItem},
    traits::{BlakeTwo256, Hash, Header as _},
};

use crate::{
    configs::CouncilInstance, council::Motion, Audit, Executive, Header, Keys, Runtime,
    RuntimeCall, RuntimeOrigin, System, UncheckedExtrinsic, SLOT_MILLISECONDS,
};

type Council = pallet_collective::Call<Runtime, CouncilInstance>;

/// Hash of block 0.
const GENESIS: H256 = H256::repeat_byte(0x6e);
/// Signs receipts.
const ENCLAVE: Sr25519Keyring = Ferdie;
/// They hold a leaf each.
const AGENTS: [Sr25519Keyring; 3] = [One, Two, AliceStash];

fn genesis() -> H256 {
    <Audit as ChainInfo>::genesis()
}

fn agent(who: Sr25519Keyring) -> AgentId {
    AgentId(H256(who.public().0))
}

/// Two of three agents.
fn tree() -> AccessTree {
    AccessTree::threshold_of_agents(2, &AGENTS.map(agent)).expect("a tree")
}

/// The leaf of the agent with this number.
fn leaf(number: usize) -> LeafPath {
    tree().leaves().remove(number).0
}

/// Alice requests and Bob approves.
fn policy(name: &str) -> Policy {
    let named = |text: &str| Name::truncate_from(text.as_bytes().to_vec());
    let role = |text: &str, who: Sr25519Keyring| Role {
        name: named(text),
        members: BoundedVec::truncate_from(vec![who.to_account_id()]),
    };
    Policy {
        name: named(name),
        predecessor: None,
        roles: BoundedVec::truncate_from(vec![role("requesters", Alice), role("approvers", Bob)]),
        requesters: 0,
        stages: BoundedVec::truncate_from(vec![Stage { role: 1, threshold: 1 }]),
        operations: BoundedVec::truncate_from(OperationKind::ALL.to_vec()),
        limits: BoundedVec::default(),
        recipients: None,
        allow_raw: true,
        maximum_lifetime: 100,
        measurements: BoundedVec::truncate_from(vec![MEASUREMENT]),
        change_rule: Stage { role: 1, threshold: 1 },
        conditions: BoundedVec::default(),
    }
}

/// The session of a request's first attempt.
fn session(request: RequestId) -> Session {
    let mut session = Session {
        id: SessionId(BlakeTwo256::hash_of(&(b"session", request))),
        request,
        attempt: 1,
        kem_public: BoundedVec::truncate_from(vec![1; XWING_PUBLIC_KEY_BYTES as usize]),
        signing_public: ENCLAVE.public().0,
        finalised_hash: genesis(),
        evidence: simulated::evidence(H256::zero()),
        endpoint: Endpoint::truncate_from(b"http://enclave".to_vec()),
        lifetime: 10,
    };
    session.evidence = simulated::evidence(session.report_data(genesis()));
    session
}

/// Alice's request for a key's first epoch, or to make it.
fn body(key: KeyId, salt: u8, operation: Operation) -> RequestBody {
    RequestBody {
        requester: Alice.to_account_id(),
        salt: [salt; 32],
        key,
        epoch: 0,
        payload_hash: payload_hash(genesis(), operation.format(), payload(&operation)),
        operation,
        effect: Effect::default(),
        policy: policy("life").hash(genesis()),
        expires: System::block_number() + 50,
    }
}

fn payload(operation: &Operation) -> &'static [u8] {
    match operation.format() {
        PayloadFormat::Empty => b"",
        _ => b"pay",
    }
}

fn record(id: RequestId) -> RequestRecord {
    StoredRequests::<Runtime>::get(id).expect("submitted")
}

/// What the session of a request makes of it, as the epoch with this number.
fn token(body: &RequestBody, epoch: u32) -> RegenToken {
    let (id, tree) = (body.id(genesis()), tree());
    let points = |count: usize| (0..count).map(|_| BoundedVec::truncate_from(vec![2; 33]));
    let leaves = tree.leaf_count();
    RegenToken {
        key_id: body.key,
        algorithm: Algorithm::EcdsaSecp256k1,
        public_key: BoundedVec::truncate_from(vec![3; 33]),
        epoch,
        window: <Keys as KeyRegistry>::window_at(record(id).submitted_at),
        enrolment_id: session(id).enrolment_of(genesis(), id),
        policy_hash: body.next_policy(),
        commitments: Commitments::Native {
            gates: BoundedVec::truncate_from(points(tree.commitment_count()).collect()),
            leaves: BoundedVec::truncate_from(points(leaves).collect()),
        },
        corrections: BoundedVec::truncate_from(vec![Some([7; 32]); leaves]),
        wrapped: None,
        tree,
    }
}

/// A chain on which calls are made in one block after the other.
struct Life<M> {
    parent: H256,
    make: M,
}

impl<M: FnMut(RuntimeOrigin, RuntimeCall)> Life<M> {
    /// Executes the next block with all its hooks; this happens after the inherent.
    fn block<R>(&mut self, inside: impl FnOnce(&mut Self) -> R) -> R {
        let number = System::block_number() + 1;
        let slot = Slot::from(u64::from(number));
        let digest = Digest { logs: vec![DigestItem::PreRuntime(AURA_ENGINE_ID, slot.encode())] };
        let header = Header::new(number, H256::zero(), H256::zero(), self.parent, digest);
        Executive::initialize_block(&header);
        let now = u64::from(number) * SLOT_MILLISECONDS;
        let inherent =
            UncheckedExtrinsic::new_bare(pallet_timestamp::Call::<Runtime>::set { now }.into());
        Executive::apply_extrinsic(inherent).expect("it is valid").expect("it succeeds");
        let result = inside(self);
        self.parent = Executive::finalize_block().hash();
        result
    }

    fn by(&mut self, who: Sr25519Keyring, call: impl Into<RuntimeCall>) {
        (self.make)(RuntimeOrigin::signed(who.to_account_id()), call.into());
    }

    fn note(&mut self, note: AgentNote) {
        let origin = RuntimeOrigin::from(frame_system::RawOrigin::Authorized);
        (self.make)(origin, RequestsCall::note { note: Box::new(note) }.into());
    }

    /// Agents, their quorum and policies; cash, and what the council decides.
    fn found(&mut self) {
        let endpoint = Endpoint::truncate_from(b"http://here".to_vec());
        for who in AGENTS {
            let message = registration_message(genesis(), 0, agent(who), &endpoint);
            let (agent, endpoint) = (agent(who), endpoint.clone());
            let proof = who.sign(message.as_bytes());
            self.by(Alice, QuorumsCall::register_agent { agent, endpoint, proof });
        }
        let agents = BoundedVec::truncate_from(AGENTS.map(agent).to_vec());
        self.by(Alice, QuorumsCall::create_quorum { threshold: 2, agents });
        self.by(Alice, PoliciesCall::create { policy: Box::new(policy("life")) });

        let old = Policy { maximum_lifetime: 99, ..policy("changed") };
        let predecessor = Some(old.hash(genesis()));
        let new = Policy { predecessor, maximum_lifetime: 98, ..old.clone() };
        let message = change_message(genesis(), old.hash(genesis()), new.hash(genesis()));
        let signature = Bob.sign(message.as_bytes()).into();
        let signature = ChangeSignature { signer: Bob.to_account_id(), signature };
        let signatures = BoundedVec::truncate_from(vec![signature]);
        self.by(Alice, PoliciesCall::create { policy: Box::new(old) });
        self.by(Alice, PoliciesCall::change { policy: Box::new(new), signatures });

        self.by(Alice, CashCall::issue { to: Eve.to_account_id(), amount: 10 });
        self.by(Eve, CashCall::transfer { to: Alice.to_account_id(), amount: 1 });

        let trust = EnclavesCall::trust_measurement { measurement: MEASUREMENT, until: 1_000 };
        let trust = Motion(trust.into());
        let (proposal, length_bound) = (BlakeTwo256::hash_of(&trust), trust.encoded_size() as u32);
        let propose = Council::propose { threshold: 3, proposal: Box::new(trust), length_bound };
        self.by(Alice, propose);
        for who in [Alice, Bob, Charlie] {
            self.by(who, Council::vote { proposal, index: 0, approve: true });
        }
        let close = Council::close {
            proposal_hash: proposal,
            index: 0,
            proposal_weight_bound: Weight::MAX,
            length_bound,
        };
        self.by(Alice, close);
        let remark = b"nothing".to_vec();
        self.by(Alice, frame_system::Call::<Runtime>::remark_with_event { remark });
    }

    fn submit(&mut self, body: &RequestBody, session: Option<Session>) -> RequestId {
        let payload = PayloadBytes::truncate_from(payload(&body.operation).to_vec());
        let (body, id) = (Box::new(body.clone()), body.id(genesis()));
        self.by(Alice, RequestsCall::submit { body, payload, session: session.map(Box::new) });
        id
    }

    fn decide(&mut self, body: &RequestBody, decision: Decision) {
        let approval = Approval::of(genesis(), body, 0, decision, body.expires);
        let signature = Bob.sign(approval.message().as_bytes()).into();
        let approval = SignedApproval { approval, approver: Bob.to_account_id(), signature };
        self.by(Bob, RequestsCall::approve { approval: Box::new(approval) });
    }

    fn release(&mut self, request: RequestId, number: usize) {
        let mut note = Release {
            request,
            attempt: 1,
            session: session(request).id,
            leaf: leaf(number),
            agent: agent(AGENTS[number]),
            aad: H256::zero(),
            sealed_hash: H256::zero(),
            finalised_hash: genesis(),
            signature: Default::default(),
        };
        note.signature = AGENTS[number].sign(note.message(genesis()).as_bytes());
        self.note(AgentNote::Release(note));
    }

    fn confirm(&mut self, token: &RegenToken, number: usize) {
        let mut note = Confirmation {
            key: token.key_id,
            epoch: token.epoch,
            enrolment_id: token.enrolment_id,
            leaf: leaf(number),
            agent: agent(AGENTS[number]),
            signature: Default::default(),
        };
        note.signature = AGENTS[number].sign(note.message(genesis()).as_bytes());
        self.note(AgentNote::Confirmation(note));
    }

    /// The receipt of a request's first attempt, over every leaf.
    fn complete(&mut self, body: &RequestBody, token: Option<RegenToken>) {
        let id = body.id(genesis());
        let tree = if body.operation.is_succession() {
            AccessTree::joint(&tree(), &tree()).expect("both fit")
        } else {
            tree()
        };
        let result_hash = match &token {
            Some(token) => result_hash(genesis(), token),
            None => result_hash(genesis(), &b"signature".to_vec()),
        };
        let receipt = Receipt {
            request: id,
            attempt: 1,
            key: body.key,
            epoch: body.epoch,
            operation: body.operation.kind(),
            payload_hash: body.payload_hash,
            result_hash,
            leaves: BoundedVec::truncate_from(
                tree.leaves().into_iter().map(|(path, _)| path).collect(),
            ),
            faulty: BoundedVec::default(),
            policy: body.policy,
            session: session(id).id,
            finalised_hash: genesis(),
            previous: record(id).approved_entry.expect("approved"),
        };
        let signature = ENCLAVE.sign(receipt.message(genesis()).as_bytes());
        let receipt = Box::new(SignedReceipt { receipt, signature });
        self.by(Alice, RequestsCall::complete { receipt, token: token.map(Box::new) });
    }

    /// Enrols a key, of which the third leaf is never confirmed.
    fn enrol(&mut self) -> KeyId {
        let operation =
            Operation::Enrol { algorithm: Algorithm::EcdsaSecp256k1, quorum: 0, tree: tree() };
        let salt = 1;
        let key = KeyId::derive(genesis(), &Alice.to_account_id(), &[salt; 32]);
        let enrolment = body(key, salt, operation);
        let id = self.submit(&enrolment, Some(session(enrolment.id(genesis()))));
        self.decide(&enrolment, Decision::Approve);
        self.release(id, 0);
        let token = token(&enrolment, 0);
        self.complete(&enrolment, Some(token.clone()));
        self.confirm(&token, 0);
        self.confirm(&token, 1);
        self.by(Alice, KeysCall::accept_confirmed { key });
        self.by(Alice, KeysCall::freeze { key });
        self.by(Alice, KeysCall::unfreeze { key });
        key
    }

    /// Has the key sign once, and three times not: withdrawn, denied, and never decided. The last one.
    fn use_key(&mut self, key: KeyId) -> RequestId {
        let sign = |salt| body(key, salt, Operation::Sign { format: PayloadFormat::Raw });
        let signing = sign(2);
        let id = self.submit(&signing, None);
        self.by(Alice, RequestsCall::open_session { session: Box::new(session(id)) });
        self.decide(&signing, Decision::Approve);
        for number in 0..3 {
            self.release(id, number);
        }
        self.complete(&signing, None);
        let withdrawn = self.submit(&sign(3), None);
        self.by(Alice, RequestsCall::cancel { request: withdrawn });
        let denied = sign(4);
        self.submit(&denied, None);
        self.decide(&denied, Decision::Deny);
        let ignored = RequestBody { expires: System::block_number() + 1, ..sign(5) };
        self.submit(&ignored, None)
    }

    /// Prepares the next epoch for another owner, twice, and hands the key over with the second.
    fn hand_over(&mut self, key: KeyId) {
        let new_owner = Eve.to_account_id();
        let new_policy: PolicyHash = policy("life").hash(genesis());
        let transfer = |salt| {
            let (quorum, tree, owner) = (0, tree(), new_owner.clone());
            body(key, salt, Operation::Transfer { quorum, tree, owner, policy: new_policy })
        };
        for (salt, epoch) in [(6, 1), (7, 2)] {
            let body = transfer(salt);
            self.submit(&body, Some(session(body.id(genesis()))));
            self.decide(&body, Decision::Approve);
            let token = token(&body, epoch);
            self.complete(&body, Some(token.clone()));
            if epoch == 1 {
                self.by(Alice, KeysCall::withdraw_epoch { key });
            } else {
                for number in 0..3 {
                    self.confirm(&token, number);
                }
            }
        }
        self.by(Alice, KeysCall::transfer_control { key, new_owner, new_policy });
    }
}

/// Lives it on a chain without blocks of the `local` preset. Every call is made by `make`, and succeeds if
/// those before did.
pub(super) fn live(make: impl FnMut(RuntimeOrigin, RuntimeCall)) {
    let mut life = Life { parent: GENESIS, make };
    life.block(Life::found);
    let key = life.block(Life::enrol);
    let ignored = life.block(|life| life.use_key(key));
    for _ in 0..2 {
        life.block(|_| ());
    }
    assert_eq!(record(ignored).status, RequestStatus::Expired, "by a hook, without a call");
    life.block(|life| life.hand_over(key));
    let key = <Keys as KeyRegistry>::key(&key).expect("enrolled");
    assert_eq!((key.owner, key.state), (Eve.to_account_id(), KeyState::Active));
    assert_eq!(key.token.epoch, 2);
}

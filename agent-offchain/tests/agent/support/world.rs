//! Chain, enclave, people and agents together, and a key's way through them.

use std::{collections::BTreeMap, sync::Arc};

use regent_primitives::{
    agent_api::WorkItem,
    enclave_api::Delivery,
    payload::payload_hash,
    receipt::result_hash,
    runtime_api::{PolicyRecord, RequestState},
    AccessTree, AgentId, AgentNote, Algorithm, Attempt, BlockNumber, BoundedVec, Effect, KeyId,
    KeyRecord, KeyState, LeafPath, Operation, PayloadFormat, Policy, Receipt, RegenToken,
    RequestBody, RequestId, RequestRecord, RequestStatus, Session, SessionRecord, SignedReceipt,
    H256,
};
use regent_protocol::{enrol, Contribution, EnrolmentParams, Share};

use super::{
    agent::TestAgent,
    chain::{FakeChain, FakeClock, WINDOW_BLOCKS},
    enclave::FakeEnclave,
    eventually,
    people::{account, approvals, policy, GENESIS, REQUESTER},
};

/// Height at which the world begins.
pub const START: BlockNumber = 1_000;
/// Blocks a session lives.
pub const LIFETIME: BlockNumber = 50;

pub struct World {
    pub chain: Arc<FakeChain>,
    pub enclave: Arc<FakeEnclave>,
    pub clock: Arc<FakeClock>,
    pub policy: Policy,
}

/// The nodes of one gate over these agents.
pub fn tree(threshold: u16, agents: &[AgentId]) -> AccessTree {
    AccessTree::threshold_of_agents(threshold, agents).expect("a tree")
}

impl World {
    pub fn new() -> Self {
        let clock = Arc::new(FakeClock::default());
        Self {
            chain: Arc::new(FakeChain::new(clock.clone(), START)),
            enclave: Arc::new(FakeEnclave::default()),
            clock,
            policy: policy(),
        }
    }

    pub(super) fn body(
        &self,
        key: Option<KeyId>,
        operation: Operation,
        payload: &[u8],
    ) -> RequestBody {
        let salt = H256::random().0;
        let format = operation.format();
        RequestBody {
            requester: account(REQUESTER),
            salt,
            key: key.unwrap_or_else(|| KeyId::derive(GENESIS, &account(REQUESTER), &salt)),
            epoch: 0,
            operation,
            payload_hash: payload_hash(GENESIS, format, payload),
            effect: Effect::default(),
            policy: self.policy.hash(GENESIS),
            expires: self.chain.finalised_head().number + 200,
        }
    }

    pub fn enrolment(&self, algorithm: Algorithm, tree: AccessTree) -> RequestBody {
        self.body(None, Operation::Enrol { algorithm, quorum: 0, tree }, &[])
    }

    /// A request to sign raw bytes.
    pub fn signing(&self, key: KeyId, payload: &[u8]) -> RequestBody {
        self.body(Some(key), Operation::Sign { format: PayloadFormat::Raw }, payload)
    }

    /// An approved request with its first session.
    pub fn approved(
        &self,
        body: &RequestBody,
        payload: &[u8],
        key: Option<&KeyRecord>,
    ) -> RequestState {
        let id = body.id(GENESIS);
        let now = self.chain.finalised_head().number;
        let session = self.enclave.open_session(id, 1, LIFETIME);
        RequestState {
            id,
            record: RequestRecord {
                body: body.clone(),
                status: RequestStatus::Approved,
                submitted_at: now,
                attempts: 1,
                approved_entry: Some(H256::repeat_byte(0xae)),
                last_entry: H256::repeat_byte(0xae),
            },
            payload: Some(payload.to_vec()),
            policy: self.policy.clone(),
            lineage: vec![PolicyRecord {
                policy: self.policy.clone(),
                signatures: BoundedVec::default(),
                created_by: account(REQUESTER),
                created_at: 0,
            }],
            approvals: approvals(body),
            sessions: vec![self.session_record(session)],
            releases: vec![],
            refusals: vec![],
            key: key.cloned(),
            receipt: None,
        }
    }

    pub fn session_record(&self, session: Session) -> SessionRecord {
        let opened_at = self.chain.finalised_head().number;
        let deadline = opened_at + session.lifetime;
        let measurement = regent_attestation::simulated::MEASUREMENT;
        SessionRecord { session, measurement, opened_at, deadline }
    }

    /// Opens the next attempt.
    pub fn open_attempt(&self, id: RequestId, attempt: Attempt) {
        let record = self.session_record(self.enclave.open_session(id, attempt, LIFETIME));
        self.chain.edit_request(id, |state| {
            state.record.attempts = attempt;
            state.sessions.push(record);
        });
    }

    /// Puts a request on the chain; nothing is final yet.
    pub fn submit(&self, state: RequestState) -> RequestId {
        let id = state.id;
        self.chain.edit(|chain| {
            chain.requests.insert(id, state);
        });
        id
    }

    /// Wakes an agent for an attempt.
    pub fn wake(&self, agent: &TestAgent, request: RequestId, attempt: Attempt) {
        agent.wake(WorkItem::Release { request, attempt });
    }

    /// What was delivered for an attempt, by leaf, once there is so much.
    pub async fn delivered(&self, id: RequestId, attempt: Attempt, count: usize) -> Vec<Delivery> {
        let deliveries = || self.enclave.deliveries_for(id, attempt);
        eventually("the delivery", || deliveries().len() >= count).await;
        deliveries()
    }

    /// Enrols a key with these running agents: contributions, token, confirmations.
    pub async fn enrol(
        &self,
        agents: &[&TestAgent],
        algorithm: Algorithm,
        tree: AccessTree,
    ) -> KeyRecord {
        let body = self.enrolment(algorithm, tree.clone());
        let id = self.submit(self.approved(&body, &[], None));
        agents.iter().for_each(|agent| self.wake(agent, id, 1));
        self.chain.advance();
        let deliveries = self.delivered(id, 1, tree.leaf_count()).await;
        let record = self.enrolled(id, &deliveries);
        self.confirm(agents, record).await
    }

    /// What the enclave and the chain make of contributions: a pending key.
    pub fn enrolled(&self, id: RequestId, deliveries: &[Delivery]) -> KeyRecord {
        let head = self.chain.finalised_head();
        let mut record = None;
        self.chain.edit_request(id, |state| {
            state.record.status = RequestStatus::Completed;
            let key = self.make_key(state, deliveries, head.number);
            state.receipt = Some(self.receipt(state, &key.token, head.hash));
            record = Some(key);
        });
        record.expect("made")
    }

    fn make_key(
        &self,
        state: &RequestState,
        deliveries: &[Delivery],
        now: BlockNumber,
    ) -> KeyRecord {
        let body = &state.record.body;
        let Operation::Enrol { algorithm, tree, quorum } = &body.operation else {
            panic!("an enrolment");
        };
        let session = &state.sessions.last().expect("open").session;
        let params = EnrolmentParams {
            genesis: GENESIS,
            key_id: body.key,
            algorithm: *algorithm,
            epoch: 0,
            window: state.record.submitted_at / WINDOW_BLOCKS,
            enrolment_id: session.enrolment_of(GENESIS, state.id),
            tree: tree.clone(),
            policy_hash: body.policy,
        };
        let contributions = self
            .by_leaf(tree, deliveries)
            .into_iter()
            .map(|(leaf, delivery)| {
                let opened = self.enclave.open(&delivery);
                let body = Contribution::decode(algorithm.group(), &opened);
                (leaf, body.expect("a contribution"))
            })
            .collect();
        let token = enrol(&params, contributions, None, &mut rand_core::OsRng).expect("a token");
        KeyRecord {
            token,
            owner: body.requester.clone(),
            quorum: *quorum,
            state: KeyState::Pending,
            chain_authority: false,
            newest: 0,
            enrolled_at: now,
            confirmed: [0; 32],
        }
    }

    /// What the enclave's newest session signs for a token.
    pub(super) fn receipt(
        &self,
        state: &RequestState,
        token: &RegenToken,
        finalised_hash: H256,
    ) -> SignedReceipt {
        let body = &state.record.body;
        let session = &state.sessions.last().expect("open").session;
        self.enclave.sign(Receipt {
            request: state.id,
            attempt: session.attempt,
            key: body.key,
            epoch: body.epoch,
            operation: body.operation.kind(),
            payload_hash: body.payload_hash,
            result_hash: result_hash(GENESIS, token),
            leaves: BoundedVec::truncate_from(
                token.tree.leaves().into_iter().map(|(path, _)| path).collect(),
            ),
            faulty: BoundedVec::default(),
            policy: body.policy,
            session: session.id,
            finalised_hash,
            previous: state.record.last_entry,
        })
    }

    /// Has agents confirm a pending key, and makes it active.
    pub async fn confirm(&self, agents: &[&TestAgent], mut record: KeyRecord) -> KeyRecord {
        let key = record.token.key_id;
        self.put_key(&record);
        agents.iter().for_each(|agent| agent.wake(WorkItem::Confirm { key, epoch: 0 }));
        self.chain.advance();
        for (leaf, path) in own_leaves(&record.token, agents) {
            let confirmed = || agents.iter().any(|agent| has_confirmed(agent, key, &path));
            eventually("the confirmation", confirmed).await;
            record.confirm(leaf);
        }
        record.state = KeyState::Active;
        self.put_key(&record);
        self.chain.advance();
        record
    }

    pub fn put_key(&self, record: &KeyRecord) {
        let record = record.clone();
        self.chain.edit(|state| {
            state.keys.insert(record.token.key_id, record);
        });
    }

    /// Opens shares of a token.
    pub fn shares(&self, token: &RegenToken, deliveries: &[Delivery]) -> Vec<(usize, Share)> {
        self.by_leaf(&token.tree, deliveries)
            .into_iter()
            .map(|(leaf, delivery)| {
                let opened = self.enclave.open(&delivery);
                let share = Share::from_sealed_body(token.algorithm.group(), &opened);
                (leaf, share.expect("a share"))
            })
            .collect()
    }

    pub(super) fn by_leaf(
        &self,
        tree: &AccessTree,
        deliveries: &[Delivery],
    ) -> BTreeMap<usize, Delivery> {
        let leaves = tree.leaves();
        deliveries
            .iter()
            .map(|delivery| {
                let at = leaves.iter().position(|(path, _)| *path == delivery.release.leaf);
                (at.expect("a leaf"), delivery.clone())
            })
            .collect()
    }
}

fn own_leaves(token: &RegenToken, agents: &[&TestAgent]) -> Vec<(usize, LeafPath)> {
    let ids: Vec<_> = agents.iter().map(|agent| agent.id).collect();
    let own = |who: &regent_primitives::Participant| matches!(who, regent_primitives::Participant::Agent(id) if ids.contains(id));
    let leaves = token.tree.leaves().into_iter().enumerate();
    leaves.filter(|(_, (_, who))| own(who)).map(|(leaf, (path, _))| (leaf, path)).collect()
}

fn has_confirmed(agent: &TestAgent, key: KeyId, path: &LeafPath) -> bool {
    agent.notes().iter().any(|note| {
        matches!(note, AgentNote::Confirmation(note) if note.key == key && note.leaf == *path)
            && note.verify(GENESIS)
    })
}

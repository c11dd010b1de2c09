//! People, agents and a small chain.

use codec::{Decode, Encode};
use jsonrpsee::{
    core::client::{ClientT, Error as ClientError},
    http_client::{HttpClient, HttpClientBuilder},
    rpc_params,
};
use rand_core::{OsRng, RngCore};
use regent_enclave::{attester::simulated::Simulated, config::Settings, Running};
use regent_primitives::{
    chain_proof::ChainProof,
    enclave_api::{
        Delivery, DeliveryStatus, EnclaveInfo, Execution, OpenSession, Outcome, DELIVER_METHOD,
        EXECUTE_METHOD, INFO_METHOD, OPEN_SESSION_METHOD,
    },
    payload::payload_hash,
    AccessTree, AgentId, Algorithm, BoundedVec, Effect, EnrolmentId, Epoch, KeyId, LeafPath,
    Operation, OperationKind, PayloadFormat, Policy, RegenToken, Release, RequestBody, Session,
    H256,
};
use regent_protocol::{
    enrolment::Contribution, notes::unsigned, regenerate, seal, DeviceRoot, Label, LeafSeed, Mask,
    MaskContext, ReleaseContext, SigningIdentity,
};
use sp_core::ConstU32;
use std::sync::{Arc, Mutex, MutexGuard};

pub use crate::ledger::{genesis, Facts, Ledger, PREVIOUS, WINDOW};
use crate::{
    blocks::code_hash,
    people::{policy, Person},
};

pub const EXPIRES: u32 = 190;
pub const PATIENCE: u32 = 5_000;
/// Blocks; 500 ms each.
pub const LIFETIME: u32 = 60;

pub fn bounded<T, const N: u32>(items: Vec<T>) -> BoundedVec<T, ConstU32<N>> {
    items.try_into().ok().unwrap()
}

/// What a leaf is released for.
#[derive(Clone)]
pub struct Subject {
    pub key: KeyId,
    pub epoch: Epoch,
    pub enrolment: EnrolmentId,
    pub algorithm: Algorithm,
    pub window: u32,
    pub operation: OperationKind,
    pub payload_hash: H256,
    pub policy: regent_primitives::PolicyHash,
}

pub struct Agent {
    pub identity: SigningIdentity,
    root: DeviceRoot,
}

impl Agent {
    pub fn new() -> Self {
        Self {
            identity: SigningIdentity::generate(&mut OsRng).unwrap(),
            root: DeviceRoot::generate(&mut OsRng).expect("random bytes"),
        }
    }

    pub fn id(&self) -> AgentId {
        self.identity.agent_id()
    }

    /// The device root's value at a label.
    pub fn seed(&self, label: &Label) -> LeafSeed {
        self.root.evaluate(label).unwrap()
    }

    fn mask(&self, subject: &Subject, leaf: &LeafPath) -> Mask {
        let Subject { key, epoch, enrolment, .. } = *subject;
        let label = Label::derive(genesis(), subject.window, key, epoch, enrolment);
        let seed = self.root.evaluate(&label).unwrap();
        let group = subject.algorithm.group();
        Mask::derive(&seed, &MaskContext { genesis: genesis(), key, epoch, enrolment, leaf, group })
    }

    pub fn contribute(&self, session: &Session, subject: &Subject, leaf: &LeafPath) -> Delivery {
        let mut entropy = [0; 32];
        OsRng.fill_bytes(&mut entropy);
        let body = Contribution::new(self.mask(subject, leaf), entropy);
        self.deliver(session, subject, leaf, body.encode().as_slice())
    }

    pub fn release(
        &self,
        session: &Session,
        subject: &Subject,
        token: &RegenToken,
        leaf: usize,
    ) -> Delivery {
        let path = token.tree.leaves()[leaf].0.clone();
        let share = regenerate(genesis(), token, leaf, &self.mask(subject, &path)).unwrap();
        self.deliver(session, subject, &path, share.as_sealed_body())
    }

    /// Seals these bytes, whatever they are, and signs.
    pub fn deliver(
        &self,
        session: &Session,
        subject: &Subject,
        leaf: &LeafPath,
        body: &[u8],
    ) -> Delivery {
        self.deliver_for(session, aad(session, subject, leaf), leaf, body)
    }

    /// Seals these bytes for this associated data, and signs.
    pub fn deliver_for(
        &self,
        session: &Session,
        aad: H256,
        leaf: &LeafPath,
        body: &[u8],
    ) -> Delivery {
        let sealed = seal::seal(&session.kem_public, genesis(), aad, body).unwrap();
        let release = Release {
            request: session.request,
            attempt: session.attempt,
            session: session.id,
            leaf: leaf.clone(),
            agent: self.id(),
            aad,
            sealed_hash: sealed.hash(genesis()),
            finalised_hash: H256([9; 32]),
            signature: unsigned(),
        };
        Delivery { release: self.identity.sign_release(genesis(), release), sealed }
    }
}

pub fn aad(session: &Session, subject: &Subject, leaf: &LeafPath) -> H256 {
    ReleaseContext {
        genesis: genesis(),
        request: session.request,
        attempt: session.attempt,
        session,
        key: subject.key,
        epoch: subject.epoch,
        enrolment: subject.enrolment,
        leaf,
        operation: subject.operation,
        payload_hash: subject.payload_hash,
        policy: subject.policy,
    }
    .aad()
}

#[derive(Debug)]
pub struct Refusal {
    pub code: i32,
    pub text: String,
}

/// A client that speaks to the enclave as anybody would.
#[derive(Clone)]
pub struct Client(HttpClient);

impl Client {
    pub fn new(url: &str) -> Self {
        let minute = std::time::Duration::from_secs(60);
        Self(HttpClientBuilder::default().request_timeout(minute).build(url).unwrap())
    }

    pub async fn call<T: Decode>(&self, method: &str, value: &impl Encode) -> Result<T, Refusal> {
        self.call_hex(method, format!("0x{}", hex::encode(value.encode()))).await
    }

    pub async fn call_hex<T: Decode>(&self, method: &str, text: String) -> Result<T, Refusal> {
        let answer: Result<String, ClientError> = self.0.request(method, rpc_params![text]).await;
        match answer {
            Ok(text) => {
                let bytes = hex::decode(text.strip_prefix("0x").unwrap()).unwrap();
                Ok(T::decode(&mut bytes.as_slice()).unwrap())
            }
            Err(ClientError::Call(error)) => {
                Err(Refusal { code: error.code(), text: error.message().to_owned() })
            }
            Err(other) => Err(Refusal { code: 0, text: other.to_string() }),
        }
    }

    pub async fn info(&self) -> EnclaveInfo {
        let text: String = self.0.request(INFO_METHOD, rpc_params![]).await.unwrap();
        let bytes = hex::decode(text.strip_prefix("0x").unwrap()).unwrap();
        EnclaveInfo::decode(&mut bytes.as_slice()).unwrap()
    }

    pub async fn open(&self, open: &OpenSession) -> Result<Session, Refusal> {
        self.call(OPEN_SESSION_METHOD, open).await
    }

    pub async fn deliver(&self, delivery: &Delivery) -> Result<DeliveryStatus, Refusal> {
        self.call(DELIVER_METHOD, delivery).await
    }

    pub async fn execute(&self, execution: &Execution) -> Result<Outcome, Refusal> {
        self.call(EXECUTE_METHOD, execution).await
    }
}

pub struct World {
    pub running: Running,
    pub client: Client,
    pub agents: Vec<Agent>,
    pub alice: Person,
    pub bob: Person,
    pub carol: Person,
    pub policy: Policy,
    ledger: Mutex<Ledger>,
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| {}, |_| {}).await
    }

    pub async fn with(
        change_settings: impl FnOnce(&mut Settings),
        change_policy: impl FnOnce(&mut Policy),
    ) -> Self {
        let mut settings = Settings::local(genesis(), vec![code_hash()], Arc::new(Simulated));
        change_settings(&mut settings);
        let running = {
            let listener = regent_enclave::listen(settings.listen).unwrap();
            regent_enclave::start(settings, listener).unwrap()
        };
        let client = Client::new(&format!("http://{}", running.address));
        Self::at(running, client, change_policy)
    }

    fn at(running: Running, client: Client, change_policy: impl FnOnce(&mut Policy)) -> Self {
        let [alice, bob, carol] = ["Alice", "Bob", "Carol"].map(Person::named);
        let mut policy = policy(&alice, &bob, &carol);
        change_policy(&mut policy);
        let agents = (0..5).map(|_| Agent::new()).collect();
        let ledger = Mutex::new(Ledger::new());
        Self { running, client, agents, alice, bob, carol, policy, ledger }
    }

    pub fn tree(&self) -> AccessTree {
        let ids: Vec<_> = self.agents.iter().map(Agent::id).collect();
        AccessTree::threshold_of_agents(3, &ids).unwrap()
    }

    pub fn open_for(&self, body: &RequestBody) -> OpenSession {
        OpenSession {
            request: body.id(genesis()),
            attempt: 1,
            finalised_hash: H256([8; 32]),
            lifetime: LIFETIME,
        }
    }

    pub fn enrolment(&self, algorithm: Algorithm, tree: AccessTree) -> RequestBody {
        let (salt, requester) = (salt(), self.alice.account());
        RequestBody {
            key: KeyId::derive(genesis(), &requester, &salt),
            requester,
            salt,
            epoch: 0,
            operation: Operation::Enrol { algorithm, quorum: 0, tree },
            payload_hash: payload_hash(genesis(), PayloadFormat::Empty, &[]),
            effect: Effect::default(),
            policy: self.policy.hash(genesis()),
            expires: EXPIRES,
        }
    }

    pub fn request(&self, token: &RegenToken, operation: Operation, payload: &[u8]) -> RequestBody {
        RequestBody {
            requester: self.alice.account(),
            salt: salt(),
            key: token.key_id,
            epoch: token.epoch,
            payload_hash: payload_hash(genesis(), operation.format(), payload),
            operation,
            effect: Effect::default(),
            policy: self.policy.hash(genesis()),
            expires: EXPIRES,
        }
    }

    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap()
    }

    /// What the chain says when all is in order.
    pub fn facts(
        &self,
        session: &Session,
        body: &RequestBody,
        token: Option<&RegenToken>,
    ) -> Facts {
        self.ledger().facts(session, body, token)
    }

    /// One more block that says so, and its proof.
    pub fn prove(&self, facts: &Facts) -> ChainProof {
        let mut ledger = self.ledger();
        ledger.push(facts);
        ledger.prove(facts)
    }

    /// Approved in order by BOB and CAROL, as the chain says too.
    pub fn execution(
        &self,
        session: &Session,
        body: RequestBody,
        payload: &[u8],
        token: Option<&RegenToken>,
    ) -> Execution {
        let approvals = vec![self.bob.approve(&body, 0), self.carol.approve(&body, 1)];
        let chain = self.prove(&self.facts(session, &body, token));
        Execution {
            session: session.id,
            body,
            payload: payload.to_vec(),
            policy: self.policy.clone(),
            lineage: Vec::new(),
            approvals,
            token: token.cloned(),
            chain,
            patience_milliseconds: PATIENCE,
        }
    }

    /// What a session and a request make of an enrolment.
    pub fn enrolment_subject(&self, session: &Session, body: &RequestBody) -> Subject {
        let Operation::Enrol { algorithm, .. } = body.operation else { unreachable!() };
        Subject {
            key: body.key,
            epoch: 0,
            enrolment: session.enrolment_of(genesis(), session.request),
            algorithm,
            window: WINDOW,
            operation: OperationKind::Enrol,
            payload_hash: body.payload_hash,
            policy: body.policy,
        }
    }

    pub fn subject(&self, token: &RegenToken, body: &RequestBody) -> Subject {
        Subject {
            key: token.key_id,
            epoch: token.epoch,
            enrolment: token.enrolment_id,
            algorithm: token.algorithm,
            window: token.window,
            operation: body.operation.kind(),
            payload_hash: body.payload_hash,
            policy: body.policy,
        }
    }

    pub fn agent_of(&self, tree: &AccessTree, leaf: usize) -> &Agent {
        let (_, participant) = tree.leaves()[leaf].clone();
        let regent_primitives::Participant::Agent(id) = participant else { unreachable!() };
        self.agents.iter().find(|agent| agent.id() == id).unwrap()
    }

    /// A key of all agents, three of five.
    pub async fn enrol(&self, algorithm: Algorithm) -> RegenToken {
        self.enrol_tree(algorithm, self.tree()).await
    }

    pub async fn enrol_tree(&self, algorithm: Algorithm, tree: AccessTree) -> RegenToken {
        let body = self.enrolment(algorithm, tree.clone());
        let session = self.client.open(&self.open_for(&body)).await.unwrap();
        let subject = self.enrolment_subject(&session, &body);
        for (index, (leaf, _)) in tree.leaves().into_iter().enumerate() {
            let delivery = self.agent_of(&tree, index).contribute(&session, &subject, &leaf);
            self.client.deliver(&delivery).await.unwrap();
        }
        let execution = self.execution(&session, body, &[], None);
        self.client.execute(&execution).await.unwrap().token.unwrap()
    }

    /// An approved request over raw bytes, with its session open.
    pub async fn sign_raw(&self, token: &RegenToken, payload: &[u8]) -> Scene<'_> {
        let operation = Operation::Sign { format: PayloadFormat::Raw };
        self.scene(token, operation, payload).await
    }

    pub async fn scene(
        &self,
        token: &RegenToken,
        operation: Operation,
        payload: &[u8],
    ) -> Scene<'_> {
        let body = self.request(token, operation, payload);
        let session = self.client.open(&self.open_for(&body)).await.unwrap();
        let subject = self.subject(token, &body);
        let execution = self.execution(&session, body, payload, Some(token));
        Scene { world: self, session, subject, token: token.clone(), execution }
    }
}

/// One request on its way.
pub struct Scene<'a> {
    pub world: &'a World,
    pub session: Session,
    pub subject: Subject,
    pub token: RegenToken,
    pub execution: Execution,
}

impl Scene<'_> {
    pub fn share(&self, leaf: usize) -> Delivery {
        let agent = self.world.agent_of(&self.token.tree, leaf);
        agent.release(&self.session, &self.subject, &self.token, leaf)
    }

    /// Another scalar, sealed and signed as it should be.
    pub fn corrupt_share(&self, leaf: usize) -> Delivery {
        let path = self.path(leaf);
        let agent = self.world.agent_of(&self.token.tree, leaf);
        let mut body = [0; 32];
        body[15] = 1;
        agent.deliver(&self.session, &self.subject, &path, &body)
    }

    pub fn path(&self, leaf: usize) -> LeafPath {
        self.token.tree.leaves()[leaf].0.clone()
    }

    pub async fn deliver(&self, leaves: &[usize]) {
        for leaf in leaves {
            let status = self.world.client.deliver(&self.share(*leaf)).await.unwrap();
            assert_eq!(status, DeliveryStatus::Accepted);
        }
    }

    /// The execution, with the newest proof.
    pub fn proven(&self) -> Execution {
        let chain = self.world.prove(&self.facts());
        Execution { chain, ..self.execution.clone() }
    }

    /// What the chain says of it when all is in order.
    pub fn facts(&self) -> Facts {
        let Execution { body, token, .. } = &self.execution;
        self.world.facts(&self.session, body, token.as_ref())
    }

    pub async fn execute(&self) -> Result<Outcome, Refusal> {
        self.world.client.execute(&self.proven()).await
    }
}

fn salt() -> [u8; 32] {
    let mut salt = [0; 32];
    OsRng.fill_bytes(&mut salt);
    salt
}

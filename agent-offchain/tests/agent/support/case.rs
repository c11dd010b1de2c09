//! A state that would be released, to be changed in one thing.

use regent_agent::{
    ports::{Head, Runtime},
    verify::{verify, Context, Trust, Verdict},
};
use regent_payload::ethereum::{eip1559_transfer, Gas};
use regent_primitives::{
    payload::payload_hash, runtime_api::RequestState, AgentId, Algorithm, Asset, BoundedVec,
    Commitments, Effect, EnrolmentId, Fee, KeyRecord, KeyState, Operation, PayloadFormat,
    RegenToken, RequestBody, Transfer, H256, U256,
};

use super::{
    agent::config,
    chain::{RUNTIME, WINDOW_BLOCKS},
    people::GENESIS,
    world::{tree, World, START},
};

pub const AGENT: AgentId = AgentId(H256::repeat_byte(0xa1));
pub const OTHER: AgentId = AgentId(H256::repeat_byte(0xa2));

pub struct Case {
    pub world: World,
    pub body: RequestBody,
    pub payload: Vec<u8>,
    pub state: RequestState,
    pub frozen: bool,
    pub head: Head,
    pub runtime: Runtime,
    pub trust: Trust,
    pub agent: AgentId,
    pub attempt: u8,
}

/// A key of both agents, with a public key that no test uses to verify.
pub fn key(world: &World, algorithm: Algorithm) -> KeyRecord {
    let enrolment = world.enrolment(algorithm, tree(2, &[AGENT, OTHER]));
    let token = RegenToken {
        key_id: enrolment.key,
        algorithm,
        public_key: BoundedVec::truncate_from(generator()),
        epoch: 0,
        window: 0,
        enrolment_id: EnrolmentId(H256::repeat_byte(2)),
        tree: tree(2, &[AGENT, OTHER]),
        policy_hash: world.policy.hash(GENESIS),
        commitments: Commitments::Seed { leaves: BoundedVec::default(), check: [0; 32] },
        corrections: BoundedVec::truncate_from(vec![Some([1; 32]), Some([2; 32])]),
        wrapped: None,
    };
    KeyRecord {
        token,
        owner: enrolment.requester,
        quorum: 0,
        state: KeyState::Active,
        chain_authority: false,
        newest: 0,
        enrolled_at: 1,
        confirmed: [0xff; 32],
    }
}

/// The generator of secp256k1, compressed: a valid public key.
fn generator() -> Vec<u8> {
    hex::decode("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
        .expect("hexadecimal")
}

impl Case {
    /// An Ethereum transfer of one ether that would be released.
    pub fn transfer() -> Self {
        let world = World::new();
        let record = key(&world, Algorithm::EcdsaSecp256k1);
        let gas = Gas {
            chain_id: 1,
            nonce: 0,
            limit: 21_000,
            max_fee_per_gas: 30_000_000_000,
            max_priority_fee_per_gas: 1_000_000_000,
        };
        let to = [7; 20];
        let amount = U256::from(10u64.pow(18));
        let payload = eip1559_transfer(&gas, to, amount);
        let mut body = world.signing(record.token.key_id, &payload);
        body.operation = Operation::Sign { format: PayloadFormat::EthereumTransaction };
        body.payload_hash = payload_hash(GENESIS, PayloadFormat::EthereumTransaction, &payload);
        let ether = Asset::Ether { chain_id: 1 };
        let recipient = BoundedVec::truncate_from(to.to_vec());
        let transfer = Transfer { recipient, asset: ether, amount };
        body.effect = Effect {
            transfers: BoundedVec::truncate_from(vec![transfer]),
            fee: Some(Fee { asset: ether, amount: U256::from(21_000u64 * 30_000_000_000) }),
        };
        Self::of(world, body, payload, Some(record))
    }

    pub fn enrolment() -> Self {
        let world = World::new();
        let body = world.enrolment(Algorithm::Ed25519, tree(2, &[AGENT, OTHER]));
        Self::of(world, body, Vec::new(), None)
    }

    fn of(world: World, body: RequestBody, payload: Vec<u8>, key: Option<KeyRecord>) -> Self {
        let state = world.approved(&body, &payload, key.as_ref());
        let head = Head { number: START + 1, hash: H256::repeat_byte(5), slot: 1 };
        let trust = Trust::from(&config("").trust);
        Self {
            world,
            body,
            payload,
            state,
            frozen: false,
            head,
            runtime: RUNTIME,
            trust,
            agent: AGENT,
            attempt: 1,
        }
    }

    pub fn verdict(&self) -> Verdict {
        let context = Context {
            genesis: GENESIS,
            agent: self.agent,
            head: self.head,
            runtime: self.runtime,
            window_blocks: WINDOW_BLOCKS,
            trust: &self.trust,
        };
        verify(&context, self.body.id(GENESIS), self.attempt, Some(&self.state), self.frozen)
    }

    /// Judges after one change.
    pub fn after(mut self, change: impl FnOnce(&mut Self)) -> Verdict {
        change(&mut self);
        self.verdict()
    }

    /// Changes the body, and has it approved again: the chain and the people agree on it.
    pub fn rewrite(&mut self, change: impl FnOnce(&mut RequestBody)) {
        change(&mut self.body);
        let key = self.state.key.clone();
        self.state = self.world.approved(&self.body, &self.payload, key.as_ref());
    }
}

//! The chain that the enclave is brought proofs of: real headers, states and justifications.

use std::{
    sync::LazyLock,
    time::{SystemTime, UNIX_EPOCH},
};

use codec::Encode;
use regent_primitives::{
    chain_proof::{ChainProof, JustifiedHeader},
    timing::WINDOW_BLOCKS,
    EpochStatus, KeyEntry, KeyState, RegenToken, RequestBody, RequestId, RequestRecord,
    RequestStatus, Session, SessionRecord, H256,
};
use regent_proof::{layout, StandingKeys, StateKey};

use crate::blocks::{chain_proof, handoff, validators, Chain, State, Validator, SLOT};

/// The window of whatever is enrolled.
pub const WINDOW: u32 = 3;
/// How old a change of authorities is, in slots: blocks are made here faster than slots pass, and those
/// after it have later slots all the same.
const HANDOFF_AGE: u64 = 50;
/// Of every request's approval.
pub const PREVIOUS: H256 = H256([6; 32]);

/// The chain's first block, the same for all tests.
pub fn genesis() -> H256 {
    static GENESIS: LazyLock<H256> = LazyLock::new(|| Chain::new(validators(1, 4)).genesis());
    *GENESIS
}

/// What the chain says of an attempt of a request.
#[derive(Clone)]
pub struct Facts {
    pub id: RequestId,
    pub body: RequestBody,
    pub attempt: u8,
    pub request: Option<RequestRecord>,
    pub session: Option<SessionRecord>,
    pub key: Option<KeyEntry>,
    pub epoch: Option<EpochStatus>,
    pub token: Option<RegenToken>,
    pub freeze: Option<(bool, bool)>,
}

impl Facts {
    /// Approved, in this session; for the key of this token, or an enrolment.
    fn of(session: &Session, body: &RequestBody, token: Option<&RegenToken>, now: u32) -> Self {
        let record = RequestRecord {
            body: body.clone(),
            status: RequestStatus::Approved,
            // Later than any block here: nothing but the window follows from it.
            submitted_at: WINDOW * WINDOW_BLOCKS + 1,
            attempts: session.attempt,
            approved_entry: Some(PREVIOUS),
            last_entry: PREVIOUS,
        };
        let opened = SessionRecord {
            session: session.clone(),
            measurement: regent_attestation::simulated::MEASUREMENT,
            opened_at: now,
            deadline: now + session.lifetime,
        };
        Self {
            id: session.request,
            body: body.clone(),
            attempt: session.attempt,
            request: Some(record),
            session: Some(opened),
            key: token.map(|token| KeyEntry {
                owner: body.requester.clone(),
                chain_authority: false,
                current: token.epoch,
                newest: token.epoch,
            }),
            epoch: token.map(|_| EpochStatus {
                quorum: 0,
                state: KeyState::Active,
                request: RequestId::default(),
                enrolled_at: 1,
                transfer_to: None,
                confirmed: [0xff; 32],
                punctured: [0; 32],
                punctured_for_good: [0; 32],
            }),
            token: token.cloned(),
            freeze: None,
        }
    }

    fn write(&self, state: &mut State) {
        let (key, epoch) = (self.body.key, self.body.epoch);
        put(state, &layout::request(self.id), self.request.as_ref());
        put(state, &layout::session(self.id, self.attempt), self.session.as_ref());
        put(state, &layout::key_entry(key), self.key.as_ref());
        put(state, &layout::epoch_status(key, epoch), self.epoch.as_ref());
        put(state, &layout::token(key, epoch), self.token.as_ref());
        put(state, &layout::freeze(key), self.freeze.as_ref());
    }
}

fn put<V: Encode>(state: &mut State, key: &StateKey<V>, value: Option<&V>) {
    match value {
        Some(value) => state.set(key, value),
        None => state.remove(key.bytes()),
    }
}

/// The chain, with every change of its authorities.
#[derive(Clone)]
pub struct Ledger {
    pub chain: Chain,
    pub handoffs: Vec<JustifiedHeader>,
    /// How old the next block is, in slots.
    pub age: u64,
}

impl Ledger {
    pub fn new() -> Self {
        Self { chain: Chain::new(validators(1, 4)), handoffs: Vec::new(), age: 0 }
    }

    pub fn facts(
        &self,
        session: &Session,
        body: &RequestBody,
        token: Option<&RegenToken>,
    ) -> Facts {
        Facts::of(session, body, token, self.chain.newest().number + 1)
    }

    /// One more block, made now, whose state says this.
    pub fn push(&mut self, facts: &Facts) {
        self.date(self.age);
        self.chain.push_with(Vec::new(), |state| facts.write(state));
    }

    /// Gives the next block the slot that was so many slots ago.
    fn date(&mut self, age: u64) {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let slot = u64::try_from(since.as_millis()).unwrap() / SLOT - age;
        self.chain.first_slot = slot - u64::from(self.chain.newest().number + 1);
    }

    /// Others finalise from here on.
    pub fn hand_over(&mut self, next: Vec<Validator>) {
        self.date(HANDOFF_AGE);
        let (by, set) = (self.chain.validators.clone(), self.chain.set_id);
        self.chain.hand_over(next);
        let number = self.chain.newest().number;
        self.handoffs.push(handoff(&self.chain, number, &by, set));
    }

    /// What the newest block's state says where the facts would be.
    pub fn prove(&self, facts: &Facts) -> ChainProof {
        let keys = StandingKeys::of(facts.id, facts.attempt, &facts.body);
        chain_proof(&self.chain, self.handoffs.clone(), &keys.queries())
    }
}

//! A chain of blocks.

use codec::Encode;
use regent_proof::{header::AURA_ENGINE_ID, layout, Anchor, Fragment, Header, SetId};
use sp_consensus_grandpa::{ConsensusLog, ScheduledChange, GRANDPA_ENGINE_ID};
use sp_core::H256;
use sp_runtime::{
    traits::{BlakeTwo256, Hash, Header as _},
    Digest, DigestItem,
};

use super::{justified, list, set, State, Validator};

/// Milliseconds of a slot.
pub const SLOT: u64 = 500;
/// The slot before that of block 1, where a test does not say another.
pub const FIRST_SLOT: u64 = 3_500_000_000;

/// A change of authorities, as the runtime announces it.
pub fn change(next: &[Validator], delay: u32) -> DigestItem {
    let change = ScheduledChange { next_authorities: list(next), delay };
    DigestItem::Consensus(GRANDPA_ENGINE_ID, ConsensusLog::ScheduledChange(change).encode())
}

/// The slot a block's author claimed.
pub fn slot_digest(slot: u64) -> DigestItem {
    DigestItem::PreRuntime(AURA_ENGINE_ID, slot.encode())
}

/// A header with these digests.
pub fn header(number: u32, parent: H256, state_root: H256, logs: Vec<DigestItem>) -> Header {
    Header::new(number, H256::repeat_byte(0xee), state_root, parent, Digest { logs })
}

/// A chain: headers, states, and who finalises what comes next.
#[derive(Clone)]
pub struct Chain {
    pub headers: Vec<Header>,
    pub states: Vec<State>,
    pub validators: Vec<Validator>,
    pub set_id: SetId,
    /// The slot before that of block 1.
    pub first_slot: u64,
    /// What its blocks differ by from those of other forks.
    pub salt: u8,
}

impl Chain {
    /// A chain of one block.
    pub fn new(validators: Vec<Validator>) -> Self {
        let mut state = State::default();
        let keys = layout::authorities();
        state.set(&keys.authorities, &list(&validators));
        state.set(&keys.set_id, &0);
        state.set_bytes(layout::CODE, &code());
        // Neighbours, so that the trie has branches where chains have them.
        for at in 0..64u64 {
            state.set_bytes(&[b"neighbour", &at.encode()[..]].concat(), &[at as u8; 40]);
        }
        let genesis = header(0, H256::zero(), state.root(), Vec::new());
        Self {
            headers: vec![genesis],
            states: vec![state],
            validators,
            set_id: 0,
            first_slot: FIRST_SLOT,
            salt: 0,
        }
    }

    pub fn genesis(&self) -> H256 {
        self.headers[0].hash()
    }

    pub fn newest(&self) -> &Header {
        self.headers.last().expect("never empty")
    }

    pub fn state(&self) -> &State {
        self.states.last().expect("never empty")
    }

    /// One more block.
    pub fn push(&mut self) -> &mut Self {
        self.push_with(Vec::new(), |_| ())
    }

    /// Blocks up to this height.
    pub fn grow_to(&mut self, number: u32) -> &mut Self {
        while self.newest().number < number {
            self.push();
        }
        self
    }

    /// One more block, after which others finalise.
    pub fn hand_over(&mut self, next: Vec<Validator>) -> &mut Self {
        let (id, authorities) = (self.set_id + 1, list(&next));
        self.push_with(vec![change(&next, 0)], |state| {
            let keys = layout::authorities();
            state.set(&keys.authorities, &authorities);
            state.set(&keys.set_id, &id);
        });
        (self.validators, self.set_id) = (next, id);
        self
    }

    /// One more block with digests and changes of state.
    pub fn push_with(
        &mut self,
        logs: Vec<DigestItem>,
        write: impl FnOnce(&mut State),
    ) -> &mut Self {
        let (parent, number) = (self.newest().hash(), self.newest().number + 1);
        let mut state = self.state().clone();
        state.set(&layout::block_hash(0), &self.genesis());
        state.set_bytes(b"number", &(number, self.salt).encode());
        write(&mut state);
        let mut all = vec![slot_digest(self.first_slot + u64::from(number))];
        all.extend(logs);
        self.headers.push(header(number, parent, state.root(), all));
        self.states.push(state);
        self
    }

    /// The chain up to a height, whose later blocks will be others.
    pub fn fork(&self, number: u32) -> Self {
        let mut fork = self.clone();
        fork.headers.truncate(number as usize + 1);
        fork.states.truncate(number as usize + 1);
        fork.salt += 1;
        fork
    }

    /// The headers of these heights.
    pub fn run(&self, heights: std::ops::RangeInclusive<u32>) -> Vec<Header> {
        self.headers[*heights.start() as usize..=*heights.end() as usize].to_vec()
    }

    /// A justification of the newest block by those who finalise it.
    pub fn justification(&self) -> Vec<u8> {
        justified(&self.validators, self.newest(), self.set_id)
    }

    /// The newest block and its justification.
    pub fn fragment(&self) -> Fragment {
        Fragment { header: self.newest().clone(), justification: self.justification() }
    }

    /// The first block as an anchor, with its set pinned.
    pub fn pinned(&self, validators: &[Validator]) -> Anchor {
        Anchor::pinned(self.genesis(), 0, self.genesis(), set(0, validators))
    }

    /// When a block was due.
    pub fn due(&self, number: u32) -> u64 {
        (self.first_slot + u64::from(number)) * SLOT
    }
}

/// The runtime's code: larger than a node may be.
pub fn code() -> Vec<u8> {
    vec![0x52; 100_000]
}

/// Its hash.
pub fn code_hash() -> H256 {
    BlakeTwo256::hash(&code())
}

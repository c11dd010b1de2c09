//! A chain with its log, and bundles of it.

use std::{collections::BTreeSet, ops::Range as Span};

use codec::Encode;
use regent_evidence::{
    queries, Blocks, Bundle, Handoff, Head, Log, Origin, PolicyEvidence, TokenEvidence,
};
use regent_primitives::{
    runtime_api::PolicyRecord, AuditEntry, AuditEvent, BlockNumber, BoundedVec, LogLeaf,
    RegenToken, Subject, H256,
};
use regent_proof::{layout, mmr::entries_root, Header, LogRoot, SetId};
use sp_runtime::DigestItem;

use super::{
    operation::{field, Served},
    people::{account, People},
};
use crate::{
    range::Range,
    world::{
        self, assembled, change, header, slot_digest, validators, votes, Chain, State, Validator,
    },
};

/// Leaves of the commitment that one proof of a bundle shows at most.
const BATCH: usize = 1_024;

/// What a ledger is made of.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Validators of every set.
    pub validators: u16,
    /// Operations, one after the other: ten entries each, in four blocks.
    pub operations: usize,
    /// Changes of the whole set of validators, spread evenly among the operations.
    pub changes: usize,
}

/// A chain on which one policy and one key serve operations. The first entry of its log is the policy's.
///
/// Headers name their parents and every header that a bundle shows is signed for real. States are made
/// of the first block and of the head only: no bundle proves anything in others.
pub struct Ledger {
    genesis: H256,
    origin: Origin,
    /// Hashes of all blocks that are made.
    blocks: Vec<H256>,
    validators: Vec<Validator>,
    set: SetId,
    handoffs: Vec<Handoff>,
    log: world::Log,
    policy: PolicyRecord,
    token: RegenToken,
    operations: Vec<Served>,
}

impl Ledger {
    /// Makes all of it.
    pub fn of(plan: Plan) -> Self {
        let people = People::new();
        let mut ledger = Self::new(plan.validators, &people);
        let (policy, token) = (ledger.policy.policy.hash(ledger.genesis), ledger.token.clone());
        for number in 0..plan.operations {
            // So many changes are due before this operation.
            while ledger.handoffs.len() * plan.operations < number * plan.changes {
                ledger.hand_over();
            }
            let served = Served::sign(&mut ledger, &people, &token, policy);
            ledger.operations.push(served);
        }
        while ledger.handoffs.len() < plan.changes {
            ledger.hand_over();
        }
        ledger
    }

    /// The chain up to the block after the policy's.
    fn new(count: u16, people: &People) -> Self {
        let validators = validators(1, count);
        let chain = Chain::new(validators.clone());
        let genesis = chain.genesis();
        let nodes = chain.state().prove(&layout::authorities().queries());
        let policy = people.policy();
        let token = people.token(genesis, policy.hash(genesis));
        let created_by = account(&people.desk);
        let policy =
            PolicyRecord { policy, signatures: BoundedVec::default(), created_by, created_at: 1 };
        let mut ledger = Self {
            genesis,
            origin: Origin { header: chain.newest().encode(), nodes },
            blocks: vec![genesis],
            validators,
            set: 0,
            handoffs: Vec::new(),
            log: world::Log::of(genesis, 0),
            policy,
            token,
            operations: Vec::new(),
        };
        let subject = Subject::Policy(ledger.policy.policy.hash(genesis));
        let by = ledger.policy.created_by.clone();
        ledger.append(subject, AuditEvent::PolicyCreated { predecessor: None, by });
        ledger.next_block();
        ledger
    }

    /// Hash of the first block.
    pub const fn genesis(&self) -> H256 {
        self.genesis
    }

    /// The block that is being made.
    pub fn height(&self) -> BlockNumber {
        self.blocks.len() as BlockNumber
    }

    /// The newest block that is made, and its hash.
    pub(super) fn newest(&self) -> (BlockNumber, H256) {
        let last = self.blocks.len() - 1;
        (last as BlockNumber, self.blocks[last])
    }

    /// Writes an entry into the block that is being made.
    pub(super) fn append(&mut self, subject: Subject, event: AuditEvent) -> AuditEntry {
        let block = self.height();
        self.log.append_at(block, subject, event);
        self.log.entries[self.log.entries.len() - 1].clone()
    }

    /// Ends the block that is being made.
    pub(super) fn next_block(&mut self) {
        // Nothing is proven in its state.
        let header = self.header(H256::from_low_u64_be(self.height().into()), Vec::new());
        self.blocks.push(header.hash());
    }

    /// Ends the block that is being made; others finalise what follows.
    fn hand_over(&mut self) {
        let group = 2 + self.set as u8;
        let next = validators(group, self.validators.len() as u16);
        let root = H256::from_low_u64_be(self.height().into());
        let header = self.header(root, vec![change(&next, 0)]);
        self.blocks.push(header.hash());
        let justification = self.justified(&header);
        self.handoffs.push(Handoff { header: header.encode(), justification });
        (self.validators, self.set) = (next, self.set + 1);
    }

    fn header(&self, root: H256, more: Vec<DigestItem>) -> Header {
        let mut logs = vec![slot_digest(world::FIRST_SLOT + u64::from(self.height()))];
        logs.extend(more);
        header(self.height(), self.newest().1, root, logs)
    }

    /// Every validator votes, as they do when all are there.
    fn justified(&self, target: &Header) -> Vec<u8> {
        let precommits = votes(&self.validators, target, self.set);
        assembled(target, precommits, Vec::new()).encode()
    }

    /// A bundle of some of the operations, in the order in which they were made, with all entries of the
    /// log or with none. Its head is the block that is being made, justified itself; it has no entries
    /// of its own.
    pub fn export(&self, operations: Span<usize>, with_entries: bool) -> Bundle {
        let chosen = self.operations.get(operations).unwrap_or_default();
        let range = Range::of(self.leaves());
        let root = range.root(self.height().into());
        let named: BTreeSet<BlockNumber> =
            chosen.iter().flat_map(|served| served.named.iter().copied()).collect();
        let named: Vec<BlockNumber> = named.into_iter().collect();
        let blocks = named.chunks(BATCH).map(|batch| {
            let proof = range.blocks(root.leaves, batch);
            let leaves = proof.leaves.iter().map(Encode::encode).collect();
            Blocks { leaves, items: proof.items }
        });
        let mut operations: Vec<_> = chosen.iter().map(Served::evidence).collect();
        operations.sort_by_key(|operation| operation.id);

        let log = self.log.head();
        let entries: Vec<Vec<u8>> = if with_entries {
            self.log.entries.iter().map(Encode::encode).collect()
        } else {
            Vec::new()
        };
        let state = self.state(root);
        let head = self.header(state.root(), Vec::new());
        let mut bundle = Bundle {
            id: H256::zero(),
            genesis: self.genesis,
            origin: self.origin.clone(),
            handoffs: self.handoffs.clone(),
            head: Head { run: vec![head.encode()], justification: self.justified(&head) },
            nodes: Vec::new(),
            log: Log {
                count: log.count,
                head: log.hash,
                from: log.count - entries.len() as u64,
                entries,
                root: root.root,
                leaves: root.leaves,
                blocks: blocks.collect(),
                ancestry: None,
                included: Vec::new(),
            },
            policies: vec![PolicyEvidence {
                hash: self.policy.policy.hash(self.genesis),
                record: field(&self.policy),
                successor: None,
            }],
            tokens: vec![TokenEvidence {
                key: self.token.key_id,
                epoch: self.token.epoch,
                token: field(&self.token),
            }],
            operations,
        };
        bundle.nodes = state.prove(&queries(&bundle));
        bundle.seal()
    }

    /// The leaves of the commitment: of all blocks that are made.
    fn leaves(&self) -> Vec<LogLeaf> {
        let mut rest = self.log.entries.as_slice();
        let (mut count, mut head) = (0, H256::zero());
        let leaf = |(block, hash): (usize, &H256)| {
            let block = block as BlockNumber;
            let (own, later) = rest.split_at(rest.partition_point(|entry| entry.block <= block));
            rest = later;
            let hashes: Vec<H256> = own.iter().map(|entry| entry.hash(self.genesis)).collect();
            count += hashes.len() as u64;
            head = hashes.last().copied().unwrap_or(head);
            LogLeaf { block, hash: *hash, count, head, entries_root: entries_root(&hashes) }
        };
        self.blocks.iter().enumerate().map(leaf).collect()
    }

    /// The head's state: everything that the log tells of.
    fn state(&self, root: LogRoot) -> State {
        let mut state = State::default();
        let log = self.log.head();
        state.set(&layout::audit_count(), &log.count);
        state.set(&layout::audit_head(), &log.hash);
        state.set(&layout::mmr_root(), &root.root);
        state.set(&layout::mmr_leaves(), &root.leaves);
        for entry in &self.log.entries {
            state.set(&layout::audit_entry(entry.index), entry);
        }
        state.set(&layout::policy(self.policy.policy.hash(self.genesis)), &self.policy);
        state.set(&layout::token(self.token.key_id, self.token.epoch), &self.token);
        self.operations.iter().for_each(|served| served.write(&mut state));
        state
    }
}

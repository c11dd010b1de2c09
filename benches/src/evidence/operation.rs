//! One operation, from its submission to its receipt, and what a bundle holds of it.

use std::collections::BTreeSet;

use codec::Encode;
use rand_core::{OsRng, RngCore};
use regent_attestation::simulated;
use regent_evidence::{Field, OperationEvidence, ReleaseEvidence};
use regent_primitives::{
    payload::payload_hash, Approval, AuditEntry, AuditEvent, BlockNumber, BoundedVec, Decision,
    Effect, Fee, LeafPath, Operation, PayloadFormat, PolicyHash, Receipt, RegenToken, Release,
    ReleasedLeaves, RequestBody, RequestId, RequestRecord, RequestStatus, Session, SessionId,
    SessionRecord, Signature, SignedApproval, SignedReceipt, Subject, Transfer, H256, U256,
};
use regent_proof::layout;
use regent_protocol::{notes::unsigned, seal::SessionKem, ReleaseContext, SigningIdentity};

use super::{
    ledger::Ledger,
    people::{account, identity, recipient, People, ETHER, LIFETIME, THRESHOLD},
};
use crate::world::State;

/// Entries of the log about an operation: submitted, session opened, three approvals, approved, three
/// releases, completed.
pub const ENTRIES: usize = 10;
/// Blocks for which a session is open.
const SESSION_LIFETIME: u32 = 20;
/// What every payload is: an EIP-1559 transaction of chain 1 that does what [`effect`] says, 600 wei to the
/// recipient and 5 gas at 1 wei.
const PAYLOAD: [u8; 33] = [
    2, 0xdf, 1, 0x80, 1, 1, 5, 0x94, 0xb0, 0xb0, 0xb0, 0xb0, 0xb0, 0xb0, 0xb0, 0xb0, 0xb0, 0xb0,
    0xb0, 0xb0, 0xb0, 0xb0, 0xb0, 0xb0, 0xb0, 0xb0, 0xb0, 0xb0, 0x82, 2, 0x58, 0x80, 0xc0,
];

/// A Sign of which everything is on the chain.
pub(super) struct Served {
    id: RequestId,
    record: RequestRecord,
    history: Vec<AuditEntry>,
    payload: Vec<u8>,
    approvals: Vec<SignedApproval>,
    session: SessionRecord,
    releases: Vec<Release>,
    released: ReleasedLeaves,
    receipt: SignedReceipt,
    /// Blocks that session, releases and receipt name.
    pub(super) named: BTreeSet<BlockNumber>,
}

/// 32 bytes that nobody can guess.
fn random() -> H256 {
    let mut bytes = [0; 32];
    OsRng.fill_bytes(&mut bytes);
    H256(bytes)
}

/// A value of the chain, disclosed.
pub(super) fn field(value: &impl Encode) -> Field {
    Field::Disclosed { salt: random(), value: value.encode() }
}

/// An operation that goes on, block by block.
struct Life<'a> {
    ledger: &'a mut Ledger,
    subject: Subject,
    history: Vec<AuditEntry>,
    named: BTreeSet<BlockNumber>,
}

impl Life<'_> {
    /// Writes an entry about it, and says its hash.
    fn append(&mut self, event: AuditEvent) -> H256 {
        let entry = self.ledger.append(self.subject.clone(), event);
        let hash = entry.hash(self.ledger.genesis());
        self.history.push(entry);
        hash
    }

    /// The newest final block, as somebody names it now.
    fn finalised(&mut self) -> H256 {
        let (block, hash) = self.ledger.newest();
        self.named.insert(block);
        hash
    }
}

impl Served {
    /// Signs an Ethereum transaction, in four blocks: submission and session, approvals, releases,
    /// receipt.
    pub(super) fn sign(
        ledger: &mut Ledger,
        people: &People,
        token: &RegenToken,
        policy: PolicyHash,
    ) -> Self {
        let (genesis, submitted_at) = (ledger.genesis(), ledger.height());
        let payload = PAYLOAD.to_vec();
        let format = PayloadFormat::EthereumTransaction;
        let body = RequestBody {
            requester: account(&people.desk),
            salt: random().0,
            key: token.key_id,
            epoch: token.epoch,
            operation: Operation::Sign { format },
            payload_hash: payload_hash(genesis, format, &payload),
            effect: effect(),
            policy,
            expires: submitted_at + LIFETIME,
        };
        let id = body.id(genesis);
        let subject = Subject::Request(id);
        let mut life = Life { ledger, subject, history: Vec::new(), named: BTreeSet::new() };
        life.append(AuditEvent::Submitted {
            by: body.requester.clone(),
            key: body.key,
            operation: body.operation.kind(),
            payload_hash: body.payload_hash,
            policy,
        });
        let (enclave, session) = open_session(&mut life, id);
        life.ledger.next_block();
        let approvals = approve(&mut life, people, &body);
        let approved = life.append(AuditEvent::Approved);
        life.ledger.next_block();
        let releases = release(&mut life, people, token, &body, &session.session);
        life.ledger.next_block();

        let leaves = releases.iter().map(|release| release.leaf.clone()).collect();
        let receipt = Receipt {
            request: id,
            attempt: 1,
            key: body.key,
            epoch: body.epoch,
            operation: body.operation.kind(),
            payload_hash: body.payload_hash,
            // Of a signature that nobody keeps.
            result_hash: random(),
            leaves: BoundedVec::truncate_from(leaves),
            faulty: BoundedVec::default(),
            policy,
            session: session.session.id,
            finalised_hash: life.finalised(),
            previous: approved,
        };
        let receipt = enclave.sign_receipt(genesis, receipt);
        let receipt_hash = receipt.receipt.message(genesis);
        let last_entry = life.append(AuditEvent::Completed { attempt: 1, receipt_hash });
        life.ledger.next_block();

        let mut released = ReleasedLeaves { enough: true, ..ReleasedLeaves::default() };
        (0..releases.len()).for_each(|leaf| released.insert(1, leaf));
        let record = RequestRecord {
            body,
            status: RequestStatus::Completed,
            submitted_at,
            attempts: 1,
            approved_entry: Some(approved),
            last_entry,
        };
        let Life { history, named, .. } = life;
        Self {
            id,
            record,
            history,
            payload,
            approvals,
            session,
            releases,
            released,
            receipt,
            named,
        }
    }

    /// Writes it into a block's state.
    pub(super) fn write(&self, state: &mut State) {
        let id = self.id;
        let approvals = BoundedVec::truncate_from(self.approvals.clone());
        state.set(&layout::request(id), &self.record);
        state.set(&layout::approvals(id), &approvals);
        state.set(&layout::released(id), &self.released);
        state.set(&layout::receipt(id), &self.receipt);
        state.set(&layout::session(id, 1), &self.session);
        let newest = layout::audit_subject_head(&Subject::Request(id));
        state.set(&newest, &self.record.last_entry);
        for release in &self.releases {
            state.set(&layout::release(id, 1, release.leaf.clone()), release);
        }
    }

    /// It, as a bundle has it.
    pub(super) fn evidence(&self) -> OperationEvidence {
        let releases = self.releases.iter().map(|release| ReleaseEvidence {
            attempt: 1,
            leaf: release.leaf.0.to_vec(),
            note: field(release),
        });
        // A payload is its bytes as they are, without a count.
        let payload = Field::Disclosed { salt: random(), value: self.payload.clone() };
        OperationEvidence {
            id: self.id,
            record: field(&self.record),
            history: field(&self.history),
            payload: Some(payload),
            receipt: Some(field(&self.receipt)),
            refusals: Vec::new(),
            released: Some(field(&self.released)),
            releases: releases.collect(),
            sessions: vec![field(&self.session)],
            approvals: Some(field(&self.approvals)),
        }
    }
}

/// What every payload is said to do.
fn effect() -> Effect {
    let transfer = Transfer { recipient: recipient(), asset: ETHER, amount: U256::from(600) };
    Effect {
        transfers: BoundedVec::truncate_from(vec![transfer]),
        fee: Some(Fee { asset: ETHER, amount: U256::from(5) }),
    }
}

/// An enclave's session, with the identity that signs its receipt.
fn open_session(life: &mut Life<'_>, request: RequestId) -> (SigningIdentity, SessionRecord) {
    let (genesis, enclave) = (life.ledger.genesis(), identity());
    let (_, kem_public) = SessionKem::generate().expect("random bytes");
    let mut session = Session {
        id: SessionId(random()),
        request,
        attempt: 1,
        kem_public: BoundedVec::truncate_from(kem_public),
        signing_public: enclave.public().0,
        finalised_hash: life.finalised(),
        evidence: simulated::evidence(H256::zero()),
        endpoint: BoundedVec::truncate_from(b"https://enclave.example:8443".to_vec()),
        lifetime: SESSION_LIFETIME,
    };
    session.evidence = simulated::evidence(session.report_data(genesis));
    life.append(AuditEvent::SessionOpened {
        attempt: 1,
        session: session.id,
        evidence_hash: session.evidence.hash(genesis),
    });
    let opened_at = life.ledger.height();
    let deadline = opened_at + SESSION_LIFETIME;
    let record =
        SessionRecord { session, measurement: simulated::MEASUREMENT, opened_at, deadline };
    (enclave, record)
}

/// Two operators, then one of the board.
fn approve(life: &mut Life<'_>, people: &People, body: &RequestBody) -> Vec<SignedApproval> {
    let genesis = life.ledger.genesis();
    let first = people.operators.iter().take(2).map(|person| (person, 0));
    let second = people.board.iter().take(1).map(|person| (person, 1));
    let signed = first.chain(second).map(|(person, stage)| {
        let approval = Approval::of(genesis, body, stage, Decision::Approve, body.expires);
        let approval_hash = approval.message();
        let approver = account(person);
        let signature = Signature::Sr25519(person.sign(approval_hash));
        life.append(AuditEvent::ApprovalGiven { approver: approver.clone(), stage, approval_hash });
        SignedApproval { approval, approver, signature }
    });
    signed.collect()
}

/// The first agents release their leaves.
fn release(
    life: &mut Life<'_>,
    people: &People,
    token: &RegenToken,
    body: &RequestBody,
    session: &Session,
) -> Vec<Release> {
    let (genesis, finalised_hash) = (life.ledger.genesis(), life.finalised());
    let released = people.agents.iter().zip(1..=THRESHOLD).map(|(agent, number)| {
        let leaf = LeafPath(BoundedVec::truncate_from(vec![number]));
        let context = ReleaseContext {
            genesis,
            request: session.request,
            attempt: 1,
            session,
            key: body.key,
            epoch: body.epoch,
            enrolment: token.enrolment_id,
            leaf: &leaf,
            operation: body.operation.kind(),
            payload_hash: body.payload_hash,
            policy: body.policy,
        };
        let aad = context.aad();
        let release = Release {
            request: session.request,
            attempt: 1,
            session: session.id,
            leaf,
            agent: agent.agent_id(),
            aad,
            sealed_hash: random(),
            finalised_hash,
            signature: unsigned(),
        };
        let release = agent.sign_release(genesis, release);
        life.append(AuditEvent::ShareReleased {
            attempt: 1,
            agent: release.agent,
            leaf: release.leaf.clone(),
            aad,
        });
        release
    });
    released.collect()
}

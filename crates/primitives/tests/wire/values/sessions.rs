//! Sessions and their receipts.

use regent_primitives::{
    Evidence, EvidenceKind, OperationKind, Receipt, Session, SessionRecord, SignedReceipt, H256,
};

use super::{
    ids::{bounded, path, raw, HASH, KEY, OTHER, POLICY, REQUEST, SESSION},
    policies::measurement,
};

pub fn evidence() -> Evidence {
    Evidence { kind: EvidenceKind::Simulated, bytes: bounded(vec![0xee; 3]) }
}

pub fn session() -> Session {
    Session {
        id: SESSION,
        request: REQUEST,
        attempt: 2,
        kem_public: bounded(vec![0x7e; 65]),
        signing_public: [0x5e; 32],
        finalised_hash: HASH,
        evidence: evidence(),
        endpoint: bounded(b"http://127.0.0.1:9000".to_vec()),
        lifetime: 600,
    }
}

pub fn session_record() -> SessionRecord {
    let (opened_at, deadline) = (100, 700);
    SessionRecord { session: session(), measurement: measurement(), opened_at, deadline }
}

pub fn receipt() -> Receipt {
    Receipt {
        request: REQUEST,
        attempt: 1,
        key: KEY,
        epoch: 3,
        operation: OperationKind::Sign,
        payload_hash: HASH,
        result_hash: OTHER,
        leaves: bounded(vec![path(&[1, 1]), path(&[1, 3]), path(&[2])]),
        faulty: bounded(vec![path(&[1, 2])]),
        policy: POLICY,
        session: SESSION,
        finalised_hash: H256([0x33; 32]),
        previous: H256([0x44; 32]),
    }
}

pub fn signed_receipt() -> SignedReceipt {
    SignedReceipt { receipt: receipt(), signature: raw(8) }
}

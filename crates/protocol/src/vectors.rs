//! The JSON vectors under `vectors/`, with the intermediate values of the protocol, so that a stranger
//! can write a second implementation and find where it differs.
//!
//! Byte strings are hexadecimal without prefix. The files are compared with what the code computes;
//! after an intended change, `REGENT_WRITE_VECTORS=1 cargo test --release -p regent-protocol vectors`
//! writes them anew.

mod enrolment;
mod operations;
mod refresh;
mod release;
mod reshare;
mod sealing;
mod succession;

use codec::Encode;
use rand_core::{CryptoRng, RngCore};
use regent_primitives::{
    session::Endpoint, BoundedVec, Evidence, EvidenceKind, LeafPath, RequestId, Session, SessionId,
    H256,
};
use serde_json::{json, Value};

const GENESIS: H256 = H256([0x11; 32]);

/// Compares with the committed file, or writes it.
fn check(name: &str, computed: &Value) {
    let path = std::path::Path::new("vectors").join(name);
    if std::env::var_os("REGENT_WRITE_VECTORS").is_some_and(|value| value == "1") {
        let text = serde_json::to_string_pretty(computed).expect("values are JSON");
        std::fs::write(&path, text + "\n").expect("the folder is writable");
    }
    let text = std::fs::read_to_string(&path).expect("the file is committed");
    let committed: Value = serde_json::from_str(&text).expect("the file is JSON");
    assert!(
        committed == *computed,
        "{name} differs from what the code computes; see the head of src/vectors.rs"
    );
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    hex::encode(bytes)
}

/// Numbers of a path, as in `LeafPath`.
fn path(path: &LeafPath) -> Vec<u16> {
    path.0.to_vec()
}

/// A generator whose bytes count upwards from a start, over all draws.
struct Counting(u8);

impl CryptoRng for Counting {}

impl RngCore for Counting {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, out: &mut [u8]) {
        for byte in out {
            *byte = self.0;
            self.0 = self.0.wrapping_add(1);
        }
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(out);
        Ok(())
    }
}

/// `N` bytes that count upwards.
fn counting<const N: usize>(from: u8) -> [u8; N] {
    let mut bytes = [0; N];
    Counting(from).fill_bytes(&mut bytes);
    bytes
}

/// A scalar below every group's order, in either byte order.
fn scalar() -> [u8; 32] {
    let mut bytes = counting(1);
    bytes[31] = 1;
    bytes
}

/// The session of all vectors. Its KEM key is no real one: sealing has vectors of its own.
fn session() -> Session {
    Session {
        id: SessionId(H256([0x51; 32])),
        request: RequestId(H256([0x52; 32])),
        attempt: 1,
        kem_public: BoundedVec::truncate_from(counting::<1_216>(0).to_vec()),
        signing_public: [0x53; 32],
        finalised_hash: H256([0x54; 32]),
        evidence: Evidence {
            kind: EvidenceKind::Simulated,
            bytes: BoundedVec::truncate_from(vec![0x55; 48]),
        },
        endpoint: Endpoint::truncate_from(b"http://127.0.0.1:9955".to_vec()),
        lifetime: 100,
    }
}

fn session_json(session: &Session) -> Value {
    json!({
        "id": hex(session.id.0),
        "request_id": hex(session.request.0),
        "attempt": session.attempt,
        "kem_public": hex(&session.kem_public),
        "kem_public_hash": hex(session.kem_public_hash(GENESIS)),
        "signing_public": hex(session.signing_public),
        "finalised_hash": hex(session.finalised_hash),
        "evidence": hex(session.evidence.encode()),
        "evidence_hash": hex(session.evidence.hash(GENESIS)),
        "report_data": hex(session.report_data(GENESIS)),
    })
}

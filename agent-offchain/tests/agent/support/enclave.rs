//! An enclave that keeps what it gets.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard},
};

use async_trait::async_trait;
use regent_agent::ports::{DeliverError, DeliverShare};
use regent_attestation::simulated::evidence;
use regent_primitives::{
    enclave_api::{Delivery, DeliveryStatus},
    release::verify_raw,
    Attempt, BlockNumber, BoundedVec, Receipt, RequestId, Session, SessionId, SignedReceipt, H256,
};
use regent_protocol::{seal::SessionKem, SigningIdentity};
use zeroize::Zeroizing;

use super::people::GENESIS;

type Answer = Result<DeliveryStatus, DeliverError>;

#[derive(Default)]
pub struct FakeEnclave {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    sessions: HashMap<SessionId, SessionKem>,
    signers: HashMap<SessionId, SigningIdentity>,
    deliveries: Vec<Delivery>,
    answers: VecDeque<Answer>,
    tries: u64,
}

impl FakeEnclave {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("no panic")
    }

    /// Opens a session; it serves until it is over.
    pub fn open_session(
        &self,
        request: RequestId,
        attempt: Attempt,
        lifetime: BlockNumber,
    ) -> Session {
        let (kem, kem_public) = SessionKem::generate().expect("random bytes");
        let signing = SigningIdentity::generate(&mut rand_core::OsRng).expect("random");
        let mut session = Session {
            id: SessionId(H256::random()),
            request,
            attempt,
            kem_public: BoundedVec::try_from(kem_public).expect("1216 bytes"),
            signing_public: signing.public().0,
            finalised_hash: H256::zero(),
            evidence: evidence(H256::zero()),
            endpoint: BoundedVec::try_from(b"http://127.0.0.1:1".to_vec()).expect("short"),
            lifetime,
        };
        session.evidence = evidence(session.report_data(GENESIS));
        let mut inner = self.inner();
        inner.sessions.insert(session.id, kem);
        inner.signers.insert(session.id, signing);
        session
    }

    /// Signs what one of its sessions did.
    pub fn sign(&self, receipt: Receipt) -> SignedReceipt {
        let inner = self.inner();
        let signer = inner.signers.get(&receipt.session).expect("our session");
        signer.sign_receipt(GENESIS, receipt)
    }

    /// What the next tries are answered; then everything is accepted.
    pub fn answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.inner().answers.extend(answers);
    }

    /// From now on everything is accepted.
    pub fn recover(&self) {
        self.inner().answers.clear();
    }

    pub fn tries(&self) -> u64 {
        self.inner().tries
    }

    pub fn deliveries(&self) -> Vec<Delivery> {
        self.inner().deliveries.clone()
    }

    pub fn deliveries_for(&self, request: RequestId, attempt: Attempt) -> Vec<Delivery> {
        let mut deliveries = self.deliveries();
        deliveries.retain(|d| d.release.request == request && d.release.attempt == attempt);
        deliveries
    }

    /// Checks a delivery as an enclave does, and opens it.
    pub fn open(&self, delivery: &Delivery) -> Zeroizing<Vec<u8>> {
        let release = &delivery.release;
        assert!(verify_raw(&release.signature, release.message(GENESIS), &release.agent.0));
        assert_eq!(release.sealed_hash, delivery.sealed.hash(GENESIS));
        let inner = self.inner();
        let kem = inner.sessions.get(&release.session).expect("our session");
        kem.open(GENESIS, release.aad, &delivery.sealed).expect("opens")
    }
}

#[async_trait]
impl DeliverShare for FakeEnclave {
    async fn prepare(&self, _endpoint: &str) {}

    async fn deliver(&self, _endpoint: &str, delivery: &Delivery) -> Answer {
        let mut inner = self.inner();
        inner.tries += 1;
        let answer = inner.answers.pop_front().unwrap_or(Ok(DeliveryStatus::Accepted));
        if answer.is_ok() {
            inner.deliveries.push(delivery.clone());
        }
        answer
    }
}

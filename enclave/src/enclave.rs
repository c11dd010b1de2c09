//! The four methods, without their transport.

use std::sync::Arc;

use regent_primitives::{
    enclave_api::{Delivery, DeliveryStatus, EnclaveInfo, Execution, OpenSession, Outcome},
    session::Endpoint,
    BlockNumber, Measurement, Session, H256,
};
use tokio::{task::spawn_blocking, time::sleep_until};
use tracing::{debug, info, warn};

use crate::{
    attester::Attester,
    chain::Chain,
    config::{CrashPoint, Settings},
    delivery,
    error::{DeliverError, ExecuteError, Failure, OpenError},
    execute::execute,
    open,
    registry::Registry,
    session::Slot,
    unseal::unseal_apart,
    verifications::Verifications,
};

/// A running enclave.
pub struct Enclave {
    settings: Settings,
    endpoint: Endpoint,
    registry: Registry,
    chain: Chain,
    verifications: Verifications,
}

impl Enclave {
    pub(crate) fn new(settings: Settings, endpoint: Endpoint) -> Arc<Self> {
        let unproven = open::duration_of(settings.unproven_lifetime);
        let registry = Registry::new(settings.maximum_sessions, unproven);
        let chain = Chain::new(&settings);
        let verifications = Verifications::new();
        Arc::new(Self { settings, endpoint, registry, chain, verifications })
    }

    pub(crate) fn genesis(&self) -> H256 {
        self.settings.genesis
    }

    pub(crate) fn measurement(&self) -> Measurement {
        self.settings.attester.measurement()
    }

    pub(crate) fn attester(&self) -> &dyn Attester {
        self.settings.attester.as_ref()
    }

    pub(crate) fn maximum_lifetime(&self) -> BlockNumber {
        self.settings.maximum_lifetime
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(crate) fn crash_at(&self) -> Option<CrashPoint> {
        self.settings.crash_at
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    pub(crate) fn chain(&self) -> &Chain {
        &self.chain
    }

    pub(crate) fn verifications(&self) -> &Verifications {
        &self.verifications
    }

    /// What it says of itself.
    pub fn info(&self) -> EnclaveInfo {
        EnclaveInfo {
            genesis: self.genesis(),
            origin: self.chain.origin(),
            followed: self.chain.followed(),
            measurement: self.measurement(),
            sessions: u32::try_from(self.registry.open()).unwrap_or(u32::MAX),
        }
    }

    /// Opens a session for an attempt of a request. Asked again in the same words, it gives the same
    /// session.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open_session(self: &Arc<Self>, asked: OpenSession) -> Result<Session, OpenError> {
        if let Some(slot) = open::check(self, &asked)? {
            return Ok(slot.session.clone());
        }
        let enclave = Arc::clone(self);
        let made = spawn_blocking(move || open::make(&enclave, &asked).map(|slot| (slot, asked)));
        let (slot, asked) = made.await.map_err(|_| OpenError::Keys)??;
        let new = Arc::new(slot);
        let slot = self.registry.insert(Arc::clone(&new), &asked)?;
        if Arc::ptr_eq(&slot, &new) {
            info!(
                session = %slot.session.id, request = %slot.session.request,
                attempt = slot.session.attempt, lifetime_blocks = slot.session.lifetime,
                "session opened"
            );
            self.wipe_at_deadline(&slot);
        }
        Ok(slot.session.clone())
    }

    fn wipe_at_deadline(self: &Arc<Self>, slot: &Slot) {
        let (enclave, id, deadline) = (Arc::clone(self), slot.session.id, slot.deadline);
        tokio::spawn(async move {
            sleep_until(deadline).await;
            enclave.registry.expire(id);
        });
    }

    /// Keeps an agent's sealed share, and has it opened if it is needed now.
    ///
    /// # Errors
    /// See [`DeliverError`]. Only [`DeliverError::Full`] is cured by sending the same again.
    pub fn deliver(&self, delivery: Delivery) -> Result<DeliveryStatus, DeliverError> {
        let slot = self.registry.find(delivery.release.session)?;
        let (session, agent) = (slot.session.id, delivery.release.agent);
        let kept = delivery::check(self.genesis(), &slot.session, &delivery)
            .and_then(|()| slot.deliver(delivery));
        if kept == Ok(DeliveryStatus::Accepted) {
            unseal_apart(self.genesis(), &slot, 1);
        }
        match &kept {
            Ok(status) => debug!(%session, %agent, ?status, "share delivered"),
            Err(error) => warn!(%session, %agent, %error, "delivery refused"),
        }
        kept
    }

    /// Verifies, waits for shares, operates. Goes on when whoever asked has gone: the outcome is kept
    /// until the session's deadline.
    ///
    /// # Errors
    /// See [`ExecuteError`].
    pub async fn execute(self: &Arc<Self>, execution: Execution) -> Result<Outcome, ExecuteError> {
        let slot = self.registry.find(execution.session)?;
        let session = slot.session.id;
        let task = tokio::spawn(execute(Arc::clone(self), slot, execution));
        let outcome = task.await.unwrap_or(Err(ExecuteError::Failed(Failure::Internal)));
        if let Err(error) = &outcome {
            warn!(%session, %error, "no outcome");
        }
        outcome
    }

    /// Sessions for which an execution was verified that has no outcome yet: shares are opened as they
    /// arrive, though whoever asked may have gone.
    pub fn waiting(&self) -> usize {
        self.registry.waiting()
    }

    /// Wipes every session and opens none any more.
    pub fn stop(&self) {
        let waiting = self.waiting();
        let sessions = self.registry.stop();
        info!(sessions, waiting, "stopping, every session wiped");
    }
}

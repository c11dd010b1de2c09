//! Sending shares, again and again while their session is open.

use std::{sync::Arc, time::Duration};

use futures::future::join_all;
use regent_primitives::{
    enclave_api::{Delivery, DeliveryStatus},
    Attempt, BlockNumber, LeafPath, RequestId,
};
use tokio::{
    sync::{mpsc, watch, Semaphore},
    task::AbortHandle,
};
use tracing::{debug, info, warn};

use super::{queue::AttemptKey, Service, ServiceError};
use crate::{
    config::DeliveryConfig,
    failpoint::CrashAt,
    metrics::Metrics,
    ports::{DeliverError, DeliverShare, Head},
    verify::Verdict,
};

/// Times a share is sent to an enclave that answers and does not want it.
const MAXIMUM_REFUSALS: u32 = 4;

/// Shares of one attempt that are on their way at a time: all go to one enclave.
const AT_ONCE: usize = 16;
/// Shares of all attempts that are sent again at a time: enclaves that take none do not keep an agent
/// from those that do.
const RETRIES_AT_ONCE: usize = 64;
/// Finalised blocks after which an attempt whose shares have not all arrived is judged again.
const JUDGE_AGAIN: BlockNumber = 4;

/// How long to wait before a share is sent again.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    first: Duration,
    maximum: Duration,
}

impl From<&DeliveryConfig> for Backoff {
    fn from(config: &DeliveryConfig) -> Self {
        Self { first: config.first_retry(), maximum: config.maximum_retry() }
    }
}

/// All shares of one attempt. They are kept in memory only.
pub(super) struct Parcel {
    pub(super) request: RequestId,
    pub(super) attempt: Attempt,
    pub(super) deadline: BlockNumber,
    pub(super) endpoint: Vec<u8>,
    pub(super) deliveries: Vec<Delivery>,
}

/// What became of a parcel.
pub(super) struct Delivered {
    request: RequestId,
    attempt: Attempt,
    /// The leaves that arrived.
    arrived: Vec<LeafPath>,
}

/// Sends parcels in tasks of their own.
pub(super) struct Courier {
    enclaves: Arc<dyn DeliverShare>,
    backoff: Backoff,
    metrics: Metrics,
    done: mpsc::UnboundedSender<Delivered>,
    /// Height of the newest finalised block: after its deadline a parcel is thrown away.
    finalised: watch::Sender<BlockNumber>,
    retries: Arc<Semaphore>,
}

/// A parcel on its way.
pub(super) struct Sending {
    /// Height at which its attempt was judged last.
    judged: BlockNumber,
    task: AbortHandle,
}

impl Courier {
    pub(super) fn new(
        enclaves: Arc<dyn DeliverShare>,
        backoff: Backoff,
        metrics: Metrics,
        done: mpsc::UnboundedSender<Delivered>,
    ) -> Self {
        let retries = Arc::new(Semaphore::new(RETRIES_AT_ONCE));
        Self { enclaves, backoff, metrics, done, finalised: watch::Sender::new(0), retries }
    }

    pub(super) fn advance(&self, finalised: BlockNumber) {
        self.finalised.send_replace(finalised);
    }

    pub(super) fn send(&self, parcel: Parcel, judged: BlockNumber) -> Sending {
        let (enclaves, metrics, backoff) =
            (self.enclaves.clone(), self.metrics.clone(), self.backoff);
        let (done, finalised) = (self.done.clone(), self.finalised.subscribe());
        let retries = self.retries.clone();
        let task = tokio::spawn(async move {
            let Parcel { request, attempt, deadline, endpoint, deliveries } = parcel;
            let endpoint = String::from_utf8_lossy(&endpoint).into_owned();
            let places = Semaphore::new(AT_ONCE);
            let sent = deliveries.iter().map(|delivery| {
                let errand = Errand {
                    enclaves: enclaves.as_ref(),
                    endpoint: &endpoint,
                    delivery,
                    deadline,
                    backoff,
                    metrics: &metrics,
                    places: &places,
                    retries: &retries,
                };
                errand.run(finalised.clone())
            });
            let results = join_all(sent).await;
            let arrived = deliveries
                .iter()
                .zip(results)
                .filter(|(_, arrived)| *arrived)
                .map(|(delivery, _)| delivery.release.leaf.clone())
                .collect();
            // The service may have stopped: then its next start sends again.
            let _ = done.send(Delivered { request, attempt, arrived });
        });
        Sending { judged, task: task.abort_handle() }
    }
}

/// One share on its way.
struct Errand<'a> {
    enclaves: &'a dyn DeliverShare,
    endpoint: &'a str,
    delivery: &'a Delivery,
    deadline: BlockNumber,
    backoff: Backoff,
    metrics: &'a Metrics,
    places: &'a Semaphore,
    retries: &'a Semaphore,
}

impl Errand<'_> {
    /// Returns whether the enclave needs nothing more of it.
    async fn run(self, mut finalised: watch::Receiver<BlockNumber>) -> bool {
        let release = &self.delivery.release;
        let (mut wait, mut refusals, mut tried) = (self.backoff.first, 0, false);
        // Neither semaphore is ever closed.
        let _place = self.places.acquire().await.ok();
        loop {
            // The first try waits for no other attempt.
            let permit = if tried { self.retries.acquire().await.ok() } else { None };
            tried = true;
            let result = self.enclaves.deliver(self.endpoint, self.delivery).await;
            drop(permit);
            self.metrics.deliveries.with_label_values(&[outcome(&result)]).inc();
            match result {
                Ok(_) => return true,
                Err(error) => {
                    debug!(
                        target: "regent_agent",
                        request = %release.request,
                        attempt = release.attempt,
                        leaf = %release.leaf,
                        %error,
                        retry_in_milliseconds = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                        "a share did not arrive"
                    );
                    refusals += u32::from(matches!(error, DeliverError::Refused(_)));
                    if refusals >= MAXIMUM_REFUSALS {
                        warn!(
                            target: "regent_agent",
                            request = %release.request,
                            attempt = release.attempt,
                            leaf = %release.leaf,
                            %error,
                            "the enclave does not take the share"
                        );
                        return false;
                    }
                }
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                // An error says that the service stopped: so does this.
                _ = finalised.wait_for(|number| *number > self.deadline) => return false,
            }
            wait = (wait * 2).min(self.backoff.maximum);
        }
    }
}

const fn outcome(result: &Result<DeliveryStatus, DeliverError>) -> &'static str {
    match result {
        Ok(DeliveryStatus::Accepted) => "accepted",
        Ok(DeliveryStatus::Duplicate) => "duplicate",
        Ok(DeliveryStatus::NotNeeded) => "not-needed",
        Err(DeliverError::Unanswered(_)) => "unanswered",
        Err(DeliverError::Refused(_)) => "refused",
    }
}

impl Service {
    /// Judges attempts again whose shares have been on their way for some blocks: what is over in
    /// finalised state, or would not be released any more, is not sent any more either. What would be
    /// released later, after a freeze of its key, waits for that.
    pub(super) async fn recall(&mut self, head: Head) -> Result<(), ServiceError> {
        let due = |sending: &Sending| head.number >= sending.judged.saturating_add(JUDGE_AGAIN);
        let late: Vec<AttemptKey> =
            self.sending.iter().filter(|(_, sending)| due(sending)).map(|(key, _)| *key).collect();
        for attempt in &late {
            self.verdicts.start(head, *attempt);
        }
        for attempt in late {
            let over = match self.verdicts.take(head, attempt).await {
                Ok(Verdict::Release(_)) => None,
                Ok(Verdict::Wait(why)) => {
                    self.take_back(attempt, why);
                    continue;
                }
                Ok(Verdict::Over(why)) => Some(why.to_owned()),
                Ok(Verdict::Refuse(refused)) => Some(refused.detail),
                Err(error) => {
                    debug!(target: "regent_agent", request = %attempt.0, %error, "cannot judge");
                    None
                }
            };
            let Some(why) = over else {
                if let Some(sending) = self.sending.get_mut(&attempt) {
                    sending.judged = head.number;
                }
                continue;
            };
            self.stop_sending(attempt);
            warn!(
                target: "regent_agent",
                request = %attempt.0,
                attempt = attempt.1,
                why,
                block = head.number,
                "shares that did not arrive are not sent any more"
            );
            self.store.give_up(attempt.0, attempt.1)?;
        }
        Ok(())
    }

    /// Sends an attempt's shares no more until it would be released again: then those that did not
    /// arrive are sealed again, for the same purpose.
    fn take_back(&mut self, attempt: AttemptKey, why: &'static str) {
        self.stop_sending(attempt);
        self.queue.resume(attempt);
        info!(
            target: "regent_agent",
            request = %attempt.0,
            attempt = attempt.1,
            why,
            "shares that did not arrive wait"
        );
    }

    fn stop_sending(&mut self, attempt: AttemptKey) {
        if let Some(sending) = self.sending.remove(&attempt) {
            sending.task.abort();
        }
    }

    pub(super) fn on_delivered(&mut self, delivered: Delivered) -> Result<(), ServiceError> {
        let Delivered { request, attempt, arrived } = delivered;
        self.sending.remove(&(request, attempt));
        if arrived.is_empty() {
            return Ok(());
        }
        self.failpoint.reach(CrashAt::AfterSend);
        Ok(self.store.acknowledge(request, attempt, &arrived)?)
    }
}

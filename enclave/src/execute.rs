//! Waiting for enough shares, and doing the operation once they are there.

use std::{sync::Arc, time::Duration};

use regent_primitives::enclave_api::{Execution, Outcome};
use tokio::{
    runtime::Handle,
    select,
    task::spawn_blocking,
    time::{sleep_until, Instant},
};
use tracing::{info, warn};

use crate::{
    enclave::Enclave,
    error::{ExecuteError, Failure, UnknownSession},
    operate::{operate, Step},
    session::{Batch, Slot, Turn},
    unseal::unseal_apart,
    verify::{verify, ExecutionId, Plan},
};

/// Verifies, waits for shares until `patience_milliseconds` have passed or the proof is too old, operates.
/// One execution of a session at a time; another waits for its turn, and gets the same outcome if it asks
/// for it.
pub(crate) async fn execute(
    enclave: Arc<Enclave>,
    slot: Arc<Slot>,
    execution: Execution,
) -> Result<Outcome, ExecuteError> {
    let id = ExecutionId::of(enclave.genesis(), &execution);
    let patience = Duration::from_millis(u64::from(execution.patience_milliseconds));
    let until =
        Instant::now().checked_add(patience).map_or(slot.deadline, |t| t.min(slot.deadline));
    let _turn = slot.turn.lock().await;
    if let Some(ended) = slot.ended(&id) {
        return ended;
    }
    let plan = verify_apart(&enclave, &slot, execution).await?;
    let (fresh_until, leaves) = (plan.fresh_until, plan.leaves.len());
    if !slot.expect(plan) {
        return after_the_end(&slot, &id);
    }
    let processors = Handle::current().metrics().num_workers();
    unseal_apart(enclave.genesis(), &slot, processors);
    let mut short = ExecuteError::TooFewShares { present: 0, leaves, faulty: Vec::new() };
    loop {
        let now = Instant::now();
        // The key may be frozen by now, the request cancelled. So this is no last call: whoever asked may
        // go on to wait for every leaf.
        if now >= fresh_until {
            return slot.ended(&id).unwrap_or(Err(short));
        }
        let last_call = now >= until;
        match slot.take_turn(last_call) {
            None => return after_the_end(&slot, &id),
            Some(Turn::Ready(batch)) => {
                if let Some(result) = operate_apart(&enclave, &slot, &id, *batch).await {
                    return result;
                }
                // Others are opened for those that were wrong.
                unseal_apart(enclave.genesis(), &slot, processors);
                continue;
            }
            // Less than a millisecond each.
            Some(Turn::Wait { pending: true, .. }) if last_call => {
                slot.arrivals.notified().await;
                continue;
            }
            Some(Turn::Wait { present, faulty, .. }) => {
                short = ExecuteError::TooFewShares { present, leaves, faulty };
                if last_call {
                    return Err(short);
                }
            }
        }
        select! {
            () = slot.arrivals.notified() => {}
            () = sleep_until(until.min(fresh_until)) => {}
        }
    }
}

/// Proofs, signatures and payloads are verified on a thread of their own.
async fn verify_apart(
    enclave: &Arc<Enclave>,
    slot: &Arc<Slot>,
    execution: Execution,
) -> Result<Arc<Plan>, ExecuteError> {
    let (genesis, measurement) = (enclave.genesis(), enclave.measurement());
    let (asked, of) = (Arc::clone(enclave), Arc::clone(slot));
    let verification = move || verify(genesis, measurement, asked.chain(), &of.session, execution);
    Ok(Arc::new(enclave.verifications().run(verification).await??))
}

/// `None` if too few of the shares were good: wait for others.
async fn operate_apart(
    enclave: &Enclave,
    slot: &Slot,
    id: &ExecutionId,
    batch: Batch,
) -> Option<Result<Outcome, ExecuteError>> {
    let (genesis, crash_at) = (enclave.genesis(), enclave.crash_at());
    let known = batch.faulty.len();
    let kind = batch.plan.body.operation.kind();
    let session = slot.session.id;
    let started = Instant::now();
    // Should the thread die, the secrets in it are wiped as it unwinds.
    let step = spawn_blocking(move || operate(genesis, batch, crash_at))
        .await
        .unwrap_or(Step::Failed(Failure::Internal));
    let microseconds = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    match step {
        Step::Done(outcome) => {
            if !slot.done(*id, (*outcome).clone()) {
                warn!(%session, operation = ?kind, "the session ended first, outcome dropped");
                return Some(after_the_end(slot, id));
            }
            info!(
                %session, operation = ?kind, microseconds,
                leaves = outcome.receipt.receipt.leaves.len(), faulty = outcome.faulty.len(),
                "operation done, secrets wiped"
            );
            Some(Ok(*outcome))
        }
        // Nobody new at fault, and still too few: it would be the same for ever.
        Step::Short { faulty, .. } if faulty.len() <= known => {
            warn!(%session, "shares were lost");
            slot.failed(Failure::Internal);
            Some(Err(Failure::Internal.into()))
        }
        Step::Short { signer, faulty } => {
            warn!(%session, faulty = faulty.len(), "shares were wrong, waiting for others");
            slot.give_back(signer, faulty);
            None
        }
        Step::Inconsistent { signer, error } => {
            warn!(%session, "good shares do not fit the token that was brought");
            slot.give_back(signer, Default::default());
            Some(Err(ExecuteError::Inconsistent(error)))
        }
        Step::Failed(failure) => {
            warn!(%session, operation = ?kind, %failure, "operation failed, secrets wiped");
            slot.failed(failure.clone());
            Some(Err(failure.into()))
        }
    }
}

fn after_the_end(slot: &Slot, id: &ExecutionId) -> Result<Outcome, ExecuteError> {
    slot.ended(id).unwrap_or(Err(UnknownSession(slot.session.id).into()))
}

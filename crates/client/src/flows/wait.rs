//! Waiting for finalised state.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use futures::StreamExt;
use regent_primitives::{
    runtime_api::RequestState, BlockNumber, Epoch, EpochRecord, KeyId, KeyRecord, KeyState,
    RequestId,
};

use super::FlowError;
use crate::{Client, ClientError, Head};

/// How long after a lost connection it is tried again.
const RETRY_AFTER: Duration = Duration::from_millis(200);

/// Shows `look` a request in every finalised state until it returns something. Outlives lost
/// connections and restarts of the node.
///
/// # Errors
/// What `look` fails with; [`FlowError::Timeout`] after `patience`.
pub async fn wait_for_request<T>(
    client: &Client,
    id: RequestId,
    what: &'static str,
    patience: Duration,
    mut look: impl FnMut(Head, Option<RequestState>) -> Result<Option<T>, FlowError>,
) -> Result<T, FlowError> {
    wait(
        client,
        what,
        patience,
        |head| async move { Ok((head, client.request(id, Some(head.hash)).await?)) },
        |(head, state)| look(head, state),
    )
    .await
}

/// Waits until the block of this height, or a later one, is final, and returns the newest one that is.
///
/// # Errors
/// [`FlowError::Timeout`] after `patience`.
pub async fn wait_for_block(
    client: &Client,
    number: BlockNumber,
    patience: Duration,
) -> Result<Head, FlowError> {
    wait(
        client,
        "a later block",
        patience,
        |head| async move { Ok(head) },
        |head: Head| Ok((head.number >= number).then_some(head)),
    )
    .await
}

/// Waits until a key is active in finalised state.
///
/// # Errors
/// [`FlowError::Timeout`] after `patience`.
pub async fn wait_for_key(
    client: &Client,
    key: KeyId,
    patience: Duration,
) -> Result<KeyRecord, FlowError> {
    wait(
        client,
        "the agents' confirmations of the new key",
        patience,
        |head| client.key(key, Some(head.hash)),
        |record| Ok(record.filter(|record: &KeyRecord| record.state == KeyState::Active)),
    )
    .await
}

/// Waits until an epoch of a key is active in finalised state, or, where it waits for its owner, until
/// every leaf that took part is confirmed.
///
/// # Errors
/// [`FlowError::Timeout`] after `patience`.
pub async fn wait_for_epoch(
    client: &Client,
    (key, epoch): (KeyId, Epoch),
    patience: Duration,
) -> Result<EpochRecord, FlowError> {
    wait(
        client,
        "the agents' confirmations of the next epoch",
        patience,
        |head| client.epoch(key, epoch, Some(head.hash)),
        |record| Ok(record.filter(|record| is_settled(&record.key))),
    )
    .await
}

/// Whether no more confirmation is to come, or none is needed.
fn is_settled(key: &KeyRecord) -> bool {
    let leaves = 0..key.token.tree.leaf_count();
    key.state != KeyState::Pending
        || leaves.clone().all(|leaf| !key.token.is_present(leaf) || key.is_confirmed(leaf))
}

async fn wait<T, S, F>(
    client: &Client,
    what: &'static str,
    patience: Duration,
    read: impl Fn(Head) -> F,
    mut look: impl FnMut(S) -> Result<Option<T>, FlowError>,
) -> Result<T, FlowError>
where
    F: Future<Output = Result<S, ClientError>>,
{
    let deadline = Instant::now() + patience;
    let late = || FlowError::Timeout { what, waited: patience };
    loop {
        let followed: Result<T, FlowError> = async {
            // Subscribed before the first look, so that nothing falls between them.
            let mut heads = client.finalised_heads().await?;
            let mut head = client.finalised_head().await?;
            loop {
                if let Some(found) = look(read(head).await?)? {
                    return Ok(found);
                }
                let left = deadline.checked_duration_since(Instant::now()).ok_or_else(late)?;
                head = match tokio::time::timeout(left, heads.next()).await {
                    Err(_) => return Err(late()),
                    Ok(Some(next)) => next?,
                    Ok(None) => {
                        return Err(ClientError::SubscriptionEnded("finalised heads").into())
                    }
                };
            }
        }
        .await;
        match followed {
            Err(FlowError::Client(error)) if error.is_connection() => {
                if Instant::now() >= deadline {
                    return Err(FlowError::Client(error));
                }
                tokio::time::sleep(RETRY_AFTER).await;
            }
            result => return result,
        }
    }
}

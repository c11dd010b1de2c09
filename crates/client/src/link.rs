//! Connections that are made again when they were lost.

use std::sync::{Arc, Mutex as SyncMutex, PoisonError};

use subxt::rpcs::client::{
    jsonrpsee_client, JsonrpseeRpcClient, RawRpcFuture, RawRpcSubscription, RawValue, RpcClientT,
};
use tokio::sync::{Mutex, Semaphore};

/// Calls under way at a time; more wait for their turn.
const CALLS_AT_ONCE: usize = 8;

/// WebSocket connections to a node: one for all subscriptions once there are any, and for calls as many
/// as there are calls at a time.
///
/// The node's server leaves Nagle's algorithm on. So an answer right behind another answer or a
/// notification waits until the kernel here acknowledges that one, which takes 40 ms; one behind a
/// request does not, because the request acknowledges what came before it.
pub(crate) struct Link {
    calls: Calls,
    subscriptions: Subscriptions,
}

impl Link {
    pub(crate) async fn connect(url: &str) -> Result<Self, subxt::rpcs::Error> {
        let calls = Calls {
            url: url.to_owned(),
            places: Semaphore::new(CALLS_AT_ONCE),
            idle: SyncMutex::new(vec![jsonrpsee_client(url).await?]),
        };
        let subscriptions = Subscriptions { url: url.to_owned(), client: Mutex::new(None) };
        Ok(Self { calls, subscriptions })
    }
}

/// Connections with one call at a time on each. A call on a lost one connects once more before it
/// fails.
struct Calls {
    url: String,
    places: Semaphore,
    idle: SyncMutex<Vec<JsonrpseeRpcClient>>,
}

impl Calls {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<JsonrpseeRpcClient>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn call(
        &self,
        method: &str,
        params: Option<Box<RawValue>>,
    ) -> Result<Box<RawValue>, subxt::rpcs::Error> {
        // Never closed.
        let _place = self.places.acquire().await.ok();
        let kept = self.idle().pop().filter(JsonrpseeRpcClient::is_connected);
        let client = match kept {
            Some(client) => client,
            None => jsonrpsee_client(&self.url).await?,
        };
        let answer = client.request_raw(method, params).await;
        self.idle().push(client);
        answer
    }
}

/// Subscriptions of a lost connection end, and their owners subscribe again.
struct Subscriptions {
    url: String,
    client: Mutex<Option<Arc<JsonrpseeRpcClient>>>,
}

impl Subscriptions {
    async fn client(&self) -> Result<Arc<JsonrpseeRpcClient>, subxt::rpcs::Error> {
        let mut client = self.client.lock().await;
        match client.as_ref().filter(|client| client.is_connected()) {
            Some(client) => Ok(client.clone()),
            None => Ok(client.insert(Arc::new(jsonrpsee_client(&self.url).await?)).clone()),
        }
    }
}

impl RpcClientT for Link {
    fn request_raw<'a>(
        &'a self,
        method: &'a str,
        params: Option<Box<RawValue>>,
    ) -> RawRpcFuture<'a, Box<RawValue>> {
        Box::pin(self.calls.call(method, params))
    }

    fn subscribe_raw<'a>(
        &'a self,
        sub: &'a str,
        params: Option<Box<RawValue>>,
        unsub: &'a str,
    ) -> RawRpcFuture<'a, RawRpcSubscription> {
        Box::pin(async move {
            self.subscriptions.client().await?.subscribe_raw(sub, params, unsub).await
        })
    }
}

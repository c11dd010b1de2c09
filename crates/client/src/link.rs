//! A connection that is made again when it was lost.

use std::sync::Arc;

use subxt::rpcs::client::{
    jsonrpsee_client, JsonrpseeRpcClient, RawRpcFuture, RawRpcSubscription, RawValue, RpcClientT,
};
use tokio::sync::Mutex;

/// A WebSocket connection. A call on a lost one connects once more before it fails; subscriptions
/// of a lost connection end, and their owners subscribe again.
pub(crate) struct Link {
    url: String,
    client: Mutex<Arc<JsonrpseeRpcClient>>,
}

impl Link {
    pub(crate) async fn connect(url: &str) -> Result<Self, subxt::rpcs::Error> {
        let client = Mutex::new(Arc::new(jsonrpsee_client(url).await?));
        Ok(Self { url: url.to_owned(), client })
    }

    async fn client(&self) -> Result<Arc<JsonrpseeRpcClient>, subxt::rpcs::Error> {
        let mut client = self.client.lock().await;
        if !client.is_connected() {
            *client = Arc::new(jsonrpsee_client(&self.url).await?);
        }
        Ok(client.clone())
    }
}

impl RpcClientT for Link {
    fn request_raw<'a>(
        &'a self,
        method: &'a str,
        params: Option<Box<RawValue>>,
    ) -> RawRpcFuture<'a, Box<RawValue>> {
        Box::pin(async move { self.client().await?.request_raw(method, params).await })
    }

    fn subscribe_raw<'a>(
        &'a self,
        sub: &'a str,
        params: Option<Box<RawValue>>,
        unsub: &'a str,
    ) -> RawRpcFuture<'a, RawRpcSubscription> {
        Box::pin(async move { self.client().await?.subscribe_raw(sub, params, unsub).await })
    }
}

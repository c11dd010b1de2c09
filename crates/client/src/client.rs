//! The connection to a node: heads, versions, the runtime API.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use codec::{Decode, DecodeAll, Encode};
use futures::{Stream, StreamExt};
use regent_primitives::{timing::SLOT_MILLISECONDS, AccountId, BlockNumber};
use regent_proof::Header;
use sp_core::H256;
use subxt::{
    backend::LegacyBackend,
    config::RpcConfigFor,
    rpcs::{
        client::RpcParams, methods::legacy::NumberOrHex, rpc_params, LegacyRpcMethods, RpcClient,
    },
    OnlineClient, OnlineClientAtBlock, SubstrateConfig,
};
use tokio::sync::Mutex;

use crate::{
    chain_proof::Ways,
    error::{with_causes, ClientError, Result},
    head::Head,
    link::Link,
    submit::Nonce,
};

/// How long a block may serve as the birth of transactions before a newer one is asked for: far
/// less than a transaction lives, and it spares three calls each.
const BIRTH_BLOCK_AGE: Duration = Duration::from_secs(4);

/// How often connecting is tried again in [`Client::connect_within`].
const RETRY_EVERY: Duration = Duration::from_millis(100);

/// A connection to a node. Cheap to clone; a lost connection is made again by the next call.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    quota_patience: Duration,
}

struct Inner {
    url: String,
    rpc: RpcClient,
    methods: LegacyRpcMethods<RpcConfigFor<SubstrateConfig>>,
    online: OnlineClient<SubstrateConfig>,
    genesis: H256,
    nonces: Mutex<HashMap<AccountId, Arc<Mutex<Nonce>>>>,
    birth: Mutex<Option<(Instant, OnlineClientAtBlock<SubstrateConfig>)>>,
    ways: Ways,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("url", &self.inner.url).finish_non_exhaustive()
    }
}

/// Which runtime a node runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuntimeVersion {
    /// Its name.
    pub spec_name: String,
    /// Its version.
    pub spec_version: u32,
}

impl Client {
    /// Connects to the RPC endpoint of a node, a `ws://` or `wss://` URL.
    ///
    /// # Errors
    /// If nothing answers there, or what answers is no node.
    pub async fn connect(url: &str) -> Result<Self> {
        let link = Link::connect(url).await.map_err(|e| ClientError::rpc(url, "connect", e))?;
        let rpc = RpcClient::new(link);
        let backend = LegacyBackend::<SubstrateConfig>::builder().build(rpc.clone());
        let online =
            OnlineClient::from_backend_with_config(SubstrateConfig::new(), Arc::new(backend))
                .await
                .map_err(|e| ClientError::Connection {
                    url: url.to_owned(),
                    reason: with_causes(&e),
                })?;
        let genesis = online.genesis_hash();
        Ok(Self {
            quota_patience: Duration::ZERO,
            inner: Arc::new(Inner {
                url: url.to_owned(),
                methods: LegacyRpcMethods::new(rpc.clone()),
                rpc,
                online,
                genesis,
                nonces: Mutex::default(),
                birth: Mutex::default(),
                ways: Ways::default(),
            }),
        })
    }

    /// Connects to a node that may still be starting.
    ///
    /// # Errors
    /// The last error, once `patience` is over.
    pub async fn connect_within(url: &str, patience: Duration) -> Result<Self> {
        let deadline = Instant::now() + patience;
        loop {
            match Self::connect(url).await {
                Err(error) if error.is_connection() && Instant::now() < deadline => {
                    tokio::time::sleep(RETRY_EVERY).await;
                }
                result => return result,
            }
        }
    }

    /// The same connection, for those who would rather wait than be told that the institution's
    /// quota of this window is used up: transactions are submitted again for so long.
    #[must_use]
    pub fn with_quota_patience(mut self, patience: Duration) -> Self {
        self.quota_patience = patience;
        self
    }

    pub(crate) const fn quota_patience(&self) -> Duration {
        self.quota_patience
    }

    /// The node's URL.
    pub fn url(&self) -> &str {
        &self.inner.url
    }

    /// Hash of block 0.
    pub fn genesis(&self) -> H256 {
        self.inner.genesis
    }

    /// Ways to final blocks that were followed before.
    pub(crate) fn ways(&self) -> &Ways {
        &self.inner.ways
    }

    /// The newest finalised block.
    ///
    /// # Errors
    /// If the node cannot be asked.
    pub async fn finalised_head(&self) -> Result<Head> {
        let hash = self.finalised_hash().await?;
        self.head(hash).await
    }

    /// Hash of the newest finalised block.
    ///
    /// # Errors
    /// If the node cannot be asked.
    pub async fn finalised_hash(&self) -> Result<H256> {
        let methods = &self.inner.methods;
        methods.chain_get_finalized_head().await.map_err(|e| self.rpc("chain_getFinalizedHead", e))
    }

    /// The best block.
    ///
    /// # Errors
    /// If the node cannot be asked.
    pub async fn best_head(&self) -> Result<Head> {
        let header = self.inner.methods.chain_get_header(None).await;
        let header = header.map_err(|e| self.rpc("chain_getHeader", e))?;
        header.as_ref().map(Head::of).ok_or(ClientError::UnknownBlock(H256::zero()))
    }

    /// The block with this hash.
    ///
    /// # Errors
    /// If the node does not have it.
    pub async fn head(&self, hash: H256) -> Result<Head> {
        let header = self.inner.methods.chain_get_header(Some(hash)).await;
        let header = header.map_err(|e| self.rpc("chain_getHeader", e))?;
        header.as_ref().map(Head::of).ok_or(ClientError::UnknownBlock(hash))
    }

    /// Hash of the block at a height on the node's best chain, if it has one.
    ///
    /// # Errors
    /// If the node cannot be asked.
    pub async fn block_hash(&self, number: BlockNumber) -> Result<Option<H256>> {
        let number = NumberOrHex::Number(number.into());
        let hash = self.inner.methods.chain_get_block_hash(Some(number)).await;
        hash.map_err(|e| self.rpc("chain_getBlockHash", e))
    }

    /// Finalised blocks from now on. When several become final at once only the newest may come.
    /// Ends with an error when the connection is lost.
    ///
    /// # Errors
    /// If the node cannot be asked.
    pub async fn finalised_heads(
        &self,
    ) -> Result<impl Stream<Item = Result<Head>> + Send + Unpin + 'static> {
        let heads = self.inner.methods.chain_subscribe_finalized_heads().await;
        let heads = heads.map_err(|e| self.rpc("chain_subscribeFinalizedHeads", e))?;
        let url = self.inner.url.clone();
        Ok(Box::pin(heads.map(move |header| match header {
            Ok(header) => Ok(Head::of(&header)),
            Err(error) => Err(ClientError::rpc(&url, "chain_subscribeFinalizedHeads", error)),
        })))
    }

    /// Best blocks from now on. Ends with an error when the connection is lost.
    ///
    /// # Errors
    /// If the node cannot be asked.
    pub async fn best_heads(
        &self,
    ) -> Result<impl Stream<Item = Result<Head>> + Send + Unpin + 'static> {
        let heads = self.inner.methods.chain_subscribe_new_heads().await;
        let heads = heads.map_err(|e| self.rpc("chain_subscribeNewHeads", e))?;
        let url = self.inner.url.clone();
        Ok(Box::pin(heads.map(move |header| match header {
            Ok(header) => Ok(Head::of(&header)),
            Err(error) => Err(ClientError::rpc(&url, "chain_subscribeNewHeads", error)),
        })))
    }

    /// The headers of best blocks from now on, whole, as the node says. Ends with an error when the
    /// connection is lost.
    ///
    /// # Errors
    /// If the node cannot be asked.
    pub async fn best_headers(
        &self,
    ) -> Result<impl Stream<Item = Result<Header>> + Send + Unpin + 'static> {
        const METHOD: &str = "chain_subscribeNewHeads";
        let headers = self.inner.methods.chain_subscribe_new_heads().await;
        let headers = headers.map_err(|e| self.rpc(METHOD, e))?;
        let url = self.inner.url.clone();
        Ok(Box::pin(headers.map(move |header| match header {
            Ok(header) => Header::decode_all(&mut header.encode().as_slice()).map_err(|error| {
                ClientError::Decode { method: METHOD.to_owned(), reason: error.to_string() }
            }),
            Err(error) => Err(ClientError::rpc(&url, METHOD, error)),
        })))
    }

    /// The runtime at a block, or at the best one.
    ///
    /// # Errors
    /// If the node cannot be asked.
    pub async fn runtime_version(&self, at: Option<H256>) -> Result<RuntimeVersion> {
        let version = self.inner.methods.state_get_runtime_version(at).await;
        let version = version.map_err(|e| self.rpc("state_getRuntimeVersion", e))?;
        let name = version.other.get("specName").and_then(|name| name.as_str());
        Ok(RuntimeVersion {
            spec_name: name.unwrap_or_default().to_owned(),
            spec_version: version.spec_version,
        })
    }

    /// BLAKE2b-256 of the runtime's code at a block, or at the best one.
    ///
    /// # Errors
    /// If the node cannot be asked.
    pub async fn runtime_code_hash(&self, at: Option<H256>) -> Result<Option<H256>> {
        let key = format!("0x{}", hex::encode(b":code"));
        self.request_rpc("state_getStorageHash", rpc_params![key, at]).await
    }

    /// Milliseconds of a slot: those that the runtime's code fixes, and that the node says too.
    ///
    /// # Errors
    /// If the node cannot be asked, or says something else.
    pub async fn slot_milliseconds(&self) -> Result<u64> {
        match self.runtime_api::<u64>("AuraApi_slot_duration", &[], None).await? {
            SLOT_MILLISECONDS => Ok(SLOT_MILLISECONDS),
            found => Err(ClientError::OtherPace { found, expected: SLOT_MILLISECONDS }),
        }
    }

    /// How many peers the node has, and whether it is still synchronising.
    ///
    /// # Errors
    /// If the node cannot be asked.
    pub async fn health(&self) -> Result<(usize, bool)> {
        let health = self.inner.methods.system_health().await;
        let health = health.map_err(|e| self.rpc("system_health", e))?;
        Ok((health.peers, health.is_syncing))
    }

    /// Calls any JSON-RPC method of the node.
    ///
    /// # Errors
    /// If the node cannot be asked, or answers something else.
    pub async fn call_rpc<Ret: serde::de::DeserializeOwned>(
        &self,
        method: &str,
        arguments: &[serde_json::Value],
    ) -> Result<Ret> {
        let mut params = RpcParams::new();
        for argument in arguments {
            params.push(argument).map_err(|e| self.rpc(method, e))?;
        }
        self.request_rpc(method, params).await
    }

    async fn request_rpc<Ret: serde::de::DeserializeOwned>(
        &self,
        method: &str,
        params: RpcParams,
    ) -> Result<Ret> {
        self.inner.rpc.request(method, params).await.map_err(|e| self.rpc(method, e))
    }

    /// Calls a method of a runtime API (`RegentApi_request`) with SCALE-encoded arguments, at a
    /// block or at the newest finalised one.
    ///
    /// # Errors
    /// If the node cannot be asked, or answers with bytes that are not all of a `Ret`.
    pub async fn runtime_api<Ret: Decode>(
        &self,
        method: &str,
        args: &[u8],
        at: Option<H256>,
    ) -> Result<Ret> {
        let at = match at {
            Some(at) => at,
            None => self.finalised_hash().await?,
        };
        let bytes = self.inner.methods.state_call(method, Some(args), Some(at)).await;
        let bytes = bytes.map_err(|e| self.rpc(method, e))?;
        let mut input = bytes.as_slice();
        let decoded = Ret::decode(&mut input).map_err(|error| error.to_string());
        match decoded {
            Ok(value) if input.is_empty() => Ok(value),
            Ok(_) => Err(format!("{} bytes are left over", input.len())),
            Err(reason) => Err(reason),
        }
        .map_err(|reason| ClientError::Decode { method: method.to_owned(), reason })
    }

    /// The count of an account's transactions in the pool and the best block.
    pub(crate) async fn next_nonce(&self, account: &AccountId) -> Result<u64> {
        let account = account.to_string();
        self.request_rpc("system_accountNextIndex", rpc_params![account]).await
    }

    /// The nonce kept for an account.
    pub(crate) async fn nonce_of(&self, account: &AccountId) -> Arc<Mutex<Nonce>> {
        self.inner.nonces.lock().await.entry(account.clone()).or_default().clone()
    }

    /// A recent finalised block with the runtime's metadata, from which transactions are born.
    pub(crate) async fn birth_block(&self) -> Result<OnlineClientAtBlock<SubstrateConfig>> {
        let mut birth = self.inner.birth.lock().await;
        if let Some((since, block)) = birth.as_ref() {
            if since.elapsed() < BIRTH_BLOCK_AGE {
                return Ok(block.clone());
            }
        }
        let block = self.inner.online.at_current_block().await.map_err(|error| {
            ClientError::Connection { url: self.inner.url.clone(), reason: with_causes(&error) }
        })?;
        *birth = Some((Instant::now(), block.clone()));
        Ok(block)
    }

    /// Forgets the block from which transactions are born: after a runtime upgrade.
    pub(crate) async fn forget_birth_block(&self) {
        *self.inner.birth.lock().await = None;
    }

    pub(crate) fn rpc(&self, method: &str, error: subxt::rpcs::Error) -> ClientError {
        ClientError::rpc(&self.inner.url, method, error)
    }

    /// Calls a method of `RegentApi`.
    pub(crate) async fn regent<Ret: Decode>(
        &self,
        method: &str,
        args: impl Encode,
        at: Option<H256>,
    ) -> Result<Ret> {
        self.runtime_api(&format!("RegentApi_{method}"), &args.encode(), at).await
    }

    /// Calls a method of `ContractsApi`.
    pub(crate) async fn contracts<Ret: Decode>(
        &self,
        method: &str,
        args: impl Encode,
        at: Option<H256>,
    ) -> Result<Ret> {
        self.runtime_api(&format!("ContractsApi_{method}"), &args.encode(), at).await
    }

    /// Calls a method of `CashApi`.
    pub(crate) async fn cash_api<Ret: Decode>(
        &self,
        method: &str,
        args: impl Encode,
        at: Option<H256>,
    ) -> Result<Ret> {
        self.runtime_api(&format!("CashApi_{method}"), &args.encode(), at).await
    }
}

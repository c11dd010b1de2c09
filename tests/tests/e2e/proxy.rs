//! Between an agent, or a person, and their node: what the node says, or what a test says in its place.

use std::sync::{
    atomic::{AtomicU64, Ordering},
    Arc, PoisonError, RwLock,
};

use jsonrpsee::{
    core::client::{ClientT, Subscription, SubscriptionClientT},
    server::{Server, ServerHandle, SubscriptionMessage},
    types::ErrorObjectOwned,
    ws_client::{WsClient, WsClientBuilder},
    RpcModule,
};
use serde_json::Value;
use tokio::sync::Mutex;

/// Everything an agent asks its node, and a person before anything is submitted.
const METHODS: [&str; 8] = [
    "chain_getBlockHash",
    "chain_getFinalizedHead",
    "chain_getHeader",
    "grandpa_proveFinality",
    "mmr_generateAncestryProof",
    "mmr_generateProof",
    "state_call",
    "state_getReadProof",
];
/// What it is told unasked: method to subscribe, of notifications, to unsubscribe.
const SUBSCRIPTIONS: [(&str, &str, &str); 2] = [
    ("chain_subscribeNewHeads", "chain_newHead", "chain_unsubscribeNewHeads"),
    ("chain_subscribeFinalizedHeads", "chain_finalizedHead", "chain_unsubscribeFinalizedHeads"),
];
/// Bytes of the largest answer: more than any lie.
const LARGEST: u32 = 32 << 20;

type Question = Box<dyn Fn(&str, &mut Vec<Value>) + Send + Sync>;
type Answer = Box<dyn Fn(&str, &[Value], &Value) -> Option<Value> + Send + Sync>;

/// How the node is made a liar.
pub struct Lie {
    question: Question,
    answer: Answer,
}

impl Lie {
    /// Answers of a method, or what a subscription of that name says, become others; none are
    /// withheld.
    pub fn on(
        method: &'static str,
        change: impl Fn(&[Value], &Value) -> Option<Value> + Send + Sync + 'static,
    ) -> Self {
        Self::all(
            move |asked, params, honest| {
                if asked == method {
                    change(params, honest)
                } else {
                    Some(honest.clone())
                }
            },
        )
    }

    /// The same, of all methods.
    pub fn all(
        change: impl Fn(&str, &[Value], &Value) -> Option<Value> + Send + Sync + 'static,
    ) -> Self {
        Self { question: Box::new(|_, _| ()), answer: Box::new(change) }
    }

    /// The node is asked something else than what the agent asked.
    pub fn asking(change: impl Fn(&str, &mut Vec<Value>) + Send + Sync + 'static) -> Self {
        Self { question: Box::new(change), answer: Box::new(|_, _, honest| Some(honest.clone())) }
    }

    /// The same lie, of which the node is asked something else.
    pub fn and_asking(
        self,
        change: impl Fn(&str, &mut Vec<Value>) + Send + Sync + 'static,
    ) -> Self {
        Self { question: Box::new(change), ..self }
    }
}

/// A node that may lie.
pub struct Proxy {
    url: String,
    state: Arc<State>,
    _server: ServerHandle,
}

struct State {
    node: String,
    upstream: Mutex<Option<Arc<WsClient>>>,
    lie: RwLock<Option<Arc<Lie>>>,
    told: AtomicU64,
}

impl Proxy {
    /// In front of a node.
    pub async fn start(node: &str) -> anyhow::Result<Self> {
        let state = Arc::new(State {
            node: node.to_owned(),
            upstream: Mutex::default(),
            lie: RwLock::default(),
            told: AtomicU64::new(0),
        });
        let mut module = RpcModule::new(state.clone());
        for method in METHODS {
            module.register_async_method(method, move |params, state, _| async move {
                let params = params.parse::<Option<Vec<Value>>>()?.unwrap_or_default();
                state.answer(method, params).await
            })?;
        }
        for (method, item, end) in SUBSCRIPTIONS {
            module.register_subscription(
                method,
                item,
                end,
                move |_, pending, state, _| async move {
                    let mut items = state.subscribe(method, end).await?;
                    let sink = pending.accept().await?;
                    while let Some(Ok(item)) = items.next().await {
                        let Some(said) = state.say(method, &[], item) else { continue };
                        if sink.send(SubscriptionMessage::from_json(&said)?).await.is_err() {
                            break;
                        }
                    }
                    Ok::<(), jsonrpsee::core::StringError>(())
                },
            )?;
        }
        let server = Server::builder().max_response_body_size(LARGEST).build("127.0.0.1:0").await?;
        let url = format!("ws://{}", server.local_addr()?);
        Ok(Self { url, state, _server: server.start(module) })
    }

    /// Where the agent finds it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Lies from now on.
    pub fn lie(&self, lie: Lie) {
        self.state.told.store(0, Ordering::SeqCst);
        self.set(Some(Arc::new(lie)));
    }

    /// Says what the node says from now on.
    pub fn be_honest(&self) {
        self.set(None);
    }

    fn set(&self, lie: Option<Arc<Lie>>) {
        *self.state.lie.write().unwrap_or_else(PoisonError::into_inner) = lie;
    }

    /// How often the agent was told something else than the truth, since the lie began.
    pub fn told(&self) -> u64 {
        self.state.told.load(Ordering::SeqCst)
    }

    /// Asks the node itself.
    pub async fn ask(&self, method: &str, params: Vec<Value>) -> anyhow::Result<Value> {
        Ok(self.state.node().await?.request(method, params).await?)
    }
}

impl State {
    async fn node(&self) -> Result<Arc<WsClient>, jsonrpsee::core::client::Error> {
        let mut upstream = self.upstream.lock().await;
        match upstream.as_ref().filter(|client| client.is_connected()) {
            Some(client) => Ok(client.clone()),
            None => {
                let builder = WsClientBuilder::default().max_response_size(LARGEST);
                let client = Arc::new(builder.build(&self.node).await?);
                *upstream = Some(client.clone());
                Ok(client)
            }
        }
    }

    fn lie(&self) -> Option<Arc<Lie>> {
        self.lie.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn answer(&self, method: &str, params: Vec<Value>) -> Result<Value, ErrorObjectOwned> {
        let failed = |reason: String| ErrorObjectOwned::owned(1, reason, None::<()>);
        let mut asked = params.clone();
        if let Some(lie) = self.lie() {
            (lie.question)(method, &mut asked);
        }
        if asked != params {
            self.told.fetch_add(1, Ordering::SeqCst);
        }
        let node = self.node().await.map_err(|error| failed(error.to_string()))?;
        let honest =
            node.request(method, asked).await.map_err(|error| failed(error.to_string()))?;
        self.say(method, &params, honest).ok_or_else(|| failed("withheld".into()))
    }

    /// What is said in place of the truth; nothing, if it is withheld.
    fn say(&self, method: &str, params: &[Value], honest: Value) -> Option<Value> {
        let Some(lie) = self.lie() else { return Some(honest) };
        let said = (lie.answer)(method, params, &honest);
        if said.as_ref() != Some(&honest) {
            self.told.fetch_add(1, Ordering::SeqCst);
        }
        said
    }

    async fn subscribe(
        &self,
        method: &str,
        end: &str,
    ) -> Result<Subscription<Value>, jsonrpsee::core::client::Error> {
        self.node().await?.subscribe(method, Vec::<Value>::new(), end).await
    }
}

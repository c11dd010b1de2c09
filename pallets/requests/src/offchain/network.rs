//! The node around the offchain worker, for tests: a clock, a database, a pool, and agents by URL
//! that answer, are slow or are down. Storage and clock are the SDK's own test externalities.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use codec::{Decode, Encode};
use regent_primitives::{
    agent_api::{LocalAgent, Wake, LOCAL_AGENTS_KEY},
    AgentId, AgentNote,
};
use sp_core::{
    offchain::{
        testing::{TestOffchainExt, TestTransactionPoolExt},
        DbExternalities, Externalities, HttpError, HttpRequestId, HttpRequestStatus, OffchainDbExt,
        OffchainStorage, OffchainWorkerExt, OpaqueNetworkState, StorageKind, Timestamp,
        TransactionPoolExt,
    },
    OpaquePeerId,
};

use crate::{mock::*, Call};

/// How an agent's server behaves.
#[derive(Clone, Debug)]
pub enum Behaviour {
    /// Nobody listens.
    Down,
    /// It answers with this status and body after so many milliseconds.
    Answers { status: u16, body: Vec<u8>, after: u64 },
}

struct Exchange {
    url: String,
    body: Vec<u8>,
    sent_at: u64,
    unread: Option<Vec<u8>>,
}

#[derive(Default)]
struct Servers {
    behaviours: BTreeMap<String, Behaviour>,
    exchanges: BTreeMap<u16, Exchange>,
    next: u16,
    /// Every call received: URL and body.
    received: Vec<(String, Vec<u8>)>,
}

/// The externalities the worker sees.
#[derive(Clone)]
struct NodeExt {
    inner: TestOffchainExt,
    servers: Arc<Mutex<Servers>>,
}

/// What a test holds of the node.
pub struct Node {
    inner: TestOffchainExt,
    /// Takes what is in the pool.
    take: Box<dyn Fn() -> Vec<Vec<u8>>>,
    servers: Arc<Mutex<Servers>>,
}

impl Node {
    /// Puts a node around the chain.
    pub fn around(ext: &mut sp_io::TestExternalities) -> Self {
        let inner = TestOffchainExt::default();
        let (pool_ext, pool) = TestTransactionPoolExt::new();
        let servers = Arc::<Mutex<Servers>>::default();
        let node = NodeExt { inner: inner.clone(), servers: servers.clone() };
        ext.register_extension(OffchainDbExt::new(node.clone()));
        ext.register_extension(OffchainWorkerExt::new(node));
        ext.register_extension(TransactionPoolExt::new(pool_ext));
        let take = Box::new(move || std::mem::take(&mut pool.write().transactions));
        let node = Self { inner, take, servers };
        node.pass(1_000_000);
        node
    }

    /// Sets the list of local agents, as the node does when it starts.
    pub fn serve(&self, agents: &[u16]) {
        let list: Vec<_> = agents
            .iter()
            .map(|index| LocalAgent { id: agent(*index), url: url(*index).into_bytes() })
            .collect();
        self.write(LOCAL_AGENTS_KEY, &list.encode());
    }

    pub fn write(&self, key: &[u8], value: &[u8]) {
        self.inner.0.write().persistent_storage.set(b"", key, value);
    }

    pub fn read(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.inner.0.read().persistent_storage.get(key)
    }

    pub fn agent_is(&self, index: u16, behaviour: Behaviour) {
        self.servers.lock().expect("one thread").behaviours.insert(url(index), behaviour);
    }

    /// The agent answers at once with these notes.
    pub fn agent_answers(&self, index: u16, notes: &[AgentNote]) {
        self.agent_is(index, answer(&result_of(notes)));
    }

    pub fn clock(&self) -> u64 {
        self.inner.0.read().timestamp.unix_millis()
    }

    pub fn pass(&self, milliseconds: u64) {
        let then = self.clock() + milliseconds;
        self.inner.0.write().timestamp = Timestamp::from_unix_millis(then);
    }

    /// What the agents were called with since the last look.
    pub fn wakes(&self) -> Vec<(AgentId, Wake)> {
        let received = std::mem::take(&mut self.servers.lock().expect("one thread").received);
        received
            .into_iter()
            .map(|(at, body)| {
                let call: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
                assert_eq!(call["jsonrpc"], "2.0");
                assert_eq!(call["method"], "agent_wake");
                let params = call["params"].as_array().expect("positional");
                assert_eq!(params.len(), 1);
                let digits = params[0].as_str().expect("text").strip_prefix("0x").expect("0x");
                let bytes = hex::decode(digits).expect("hexadecimal");
                let wake = Wake::decode(&mut bytes.as_slice()).expect("a wake");
                let who = (0..AGENTS).map(agent).find(|id| *id == wake.agent).expect("an agent");
                assert!(at.ends_with(&format!("{:?}", who)), "sent to the agent it is for");
                (who, wake)
            })
            .collect()
    }

    /// Notes submitted to the pool since the last look.
    pub fn submitted(&self) -> Vec<AgentNote> {
        (self.take)()
            .into_iter()
            .map(|bytes| {
                let transaction = Extrinsic::decode(&mut bytes.as_slice()).expect("decodes");
                match transaction.function {
                    RuntimeCall::Requests(Call::note { note }) => *note,
                    other => panic!("not a note: {other:?}"),
                }
            })
            .collect()
    }
}

fn url(index: u16) -> String {
    format!("http://127.0.0.1/{:?}", agent(index))
}

/// An immediate answer with this body.
pub fn answer(body: &str) -> Behaviour {
    Behaviour::Answers { status: 200, body: body.as_bytes().to_vec(), after: 0 }
}

/// A JSON-RPC response with these notes.
pub fn result_of(notes: &[AgentNote]) -> String {
    let digits = hex::encode(notes.to_vec().encode());
    format!(r#"{{"jsonrpc":"2.0","id":1,"result":"0x{digits}"}}"#)
}

impl Externalities for NodeExt {
    fn is_validator(&self) -> bool {
        false
    }

    fn network_state(&self) -> Result<OpaqueNetworkState, ()> {
        Err(())
    }

    fn timestamp(&mut self) -> Timestamp {
        self.inner.timestamp()
    }

    fn sleep_until(&mut self, deadline: Timestamp) {
        self.inner.sleep_until(deadline);
    }

    fn random_seed(&mut self) -> [u8; 32] {
        [0; 32]
    }

    fn http_request_start(
        &mut self,
        method: &str,
        uri: &str,
        _: &[u8],
    ) -> Result<HttpRequestId, ()> {
        assert_eq!(method, "POST");
        let now = self.timestamp().unix_millis();
        let mut servers = self.servers.lock().expect("one thread");
        let id = servers.next;
        servers.next += 1;
        let exchange = Exchange { url: uri.into(), body: Vec::new(), sent_at: now, unread: None };
        servers.exchanges.insert(id, exchange);
        Ok(HttpRequestId(id))
    }

    fn http_request_add_header(
        &mut self,
        _: HttpRequestId,
        name: &str,
        value: &str,
    ) -> Result<(), ()> {
        assert_eq!((name, value), ("content-type", "application/json"));
        Ok(())
    }

    fn http_request_write_body(
        &mut self,
        id: HttpRequestId,
        chunk: &[u8],
        deadline: Option<Timestamp>,
    ) -> Result<(), HttpError> {
        assert!(deadline.is_some(), "never waits for ever");
        let mut servers = self.servers.lock().expect("one thread");
        let exchange = servers.exchanges.get_mut(&id.0).ok_or(HttpError::Invalid)?;
        exchange.body.extend(chunk);
        if chunk.is_empty() {
            let call = (exchange.url.clone(), exchange.body.clone());
            servers.received.push(call);
        }
        Ok(())
    }

    fn http_response_wait(
        &mut self,
        ids: &[HttpRequestId],
        deadline: Option<Timestamp>,
    ) -> Vec<HttpRequestStatus> {
        let deadline = deadline.expect("never waits for ever");
        let mut all_there = true;
        let now = self.timestamp().unix_millis();
        let statuses = {
            let mut servers = self.servers.lock().expect("one thread");
            let servers = &mut *servers;
            ids.iter()
                .map(|id| {
                    let Some(exchange) = servers.exchanges.get_mut(&id.0) else {
                        return HttpRequestStatus::Invalid;
                    };
                    match servers.behaviours.get(&exchange.url) {
                        None | Some(Behaviour::Down) => {
                            servers.exchanges.remove(&id.0);
                            HttpRequestStatus::IoError
                        }
                        Some(Behaviour::Answers { status, body, after })
                            if now >= exchange.sent_at + after =>
                        {
                            exchange.unread = Some(body.clone());
                            HttpRequestStatus::Finished(*status)
                        }
                        Some(_) => {
                            all_there = false;
                            HttpRequestStatus::DeadlineReached
                        }
                    }
                })
                .collect()
        };
        if !all_there {
            self.sleep_until(deadline);
        }
        statuses
    }

    fn http_response_headers(&mut self, _: HttpRequestId) -> Vec<(Vec<u8>, Vec<u8>)> {
        Vec::new()
    }

    fn http_response_read_body(
        &mut self,
        id: HttpRequestId,
        buffer: &mut [u8],
        deadline: Option<Timestamp>,
    ) -> Result<usize, HttpError> {
        assert!(deadline.is_some(), "never waits for ever");
        let mut servers = self.servers.lock().expect("one thread");
        let exchange = servers.exchanges.get_mut(&id.0).ok_or(HttpError::Invalid)?;
        let unread = exchange.unread.as_mut().ok_or(HttpError::Invalid)?;
        let count = buffer.len().min(unread.len());
        buffer[..count].copy_from_slice(&unread[..count]);
        unread.drain(..count);
        Ok(count)
    }

    fn set_authorized_nodes(&mut self, _: Vec<OpaquePeerId>, _: bool) {}
}

impl DbExternalities for NodeExt {
    fn local_storage_set(&mut self, kind: StorageKind, key: &[u8], value: &[u8]) {
        self.inner.local_storage_set(persistent(kind), key, value);
    }

    fn local_storage_clear(&mut self, kind: StorageKind, key: &[u8]) {
        self.inner.local_storage_clear(persistent(kind), key);
    }

    fn local_storage_compare_and_set(
        &mut self,
        kind: StorageKind,
        key: &[u8],
        old: Option<&[u8]>,
        new: &[u8],
    ) -> bool {
        self.inner.local_storage_compare_and_set(persistent(kind), key, old, new)
    }

    fn local_storage_get(&mut self, kind: StorageKind, key: &[u8]) -> Option<Vec<u8>> {
        self.inner.local_storage_get(persistent(kind), key)
    }
}

/// A real node has no fork-aware storage: whoever asks for it gets nothing.
fn persistent(kind: StorageKind) -> StorageKind {
    assert!(matches!(kind, StorageKind::PERSISTENT));
    kind
}

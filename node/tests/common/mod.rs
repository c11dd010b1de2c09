//! A node as a process of its own, and what tests ask of it. Everything waits for a condition, up
//! to [`DEADLINE`], never for an amount of time.
#![allow(dead_code)]

use std::{
    fmt::Display,
    future::Future,
    path::Path,
    process::{Output, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use jsonrpsee::{
    core::{
        client::{ClientT, Subscription, SubscriptionClientT},
        params::ArrayParams,
    },
    ws_client::{WsClient, WsClientBuilder},
};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::oneshot,
    time::timeout,
};

/// How long any condition may take on a slow and busy machine.
pub const DEADLINE: Duration = Duration::from_secs(180);

const BINARY: &str = env!("CARGO_BIN_EXE_regent-node");
/// What the node prints once it serves JSON-RPC.
const SERVING: &str = "Running JSON-RPC server: addr=";

/// Waits for `what`, which must happen before the deadline.
pub async fn within<T>(what: impl Display, future: impl Future<Output = T>) -> T {
    match timeout(DEADLINE, future).await {
        Ok(value) => value,
        Err(_) => panic!("{what}: not within {} s", DEADLINE.as_secs()),
    }
}

/// Runs the binary to its end.
pub async fn run(arguments: &[&str]) -> Output {
    let child = Command::new(BINARY).args(arguments).kill_on_drop(true).output();
    within(format!("end of {arguments:?}"), child).await.expect("the binary can be started")
}

/// A chain's specification, as JSON.
pub async fn export(arguments: &[&str]) -> Value {
    let output = run(&[&["export-chain-spec"], arguments].concat()).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("a specification is JSON")
}

/// What the binary says when it refuses to start.
pub async fn refusal(arguments: &[&str]) -> String {
    let output = run(arguments).await;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{arguments:?} was not refused: {text}");
    text
}

/// A running node; killed when dropped.
pub struct Node {
    child: Child,
    log: Arc<Mutex<Vec<String>>>,
    /// Speaks JSON-RPC with it.
    pub client: WsClient,
}

impl Node {
    /// Starts a node that listens on free ports and waits until it serves JSON-RPC.
    pub async fn start(base_path: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(BINARY)
            .arg("--base-path")
            .arg(base_path)
            .args(["--rpc-port", "0", "--listen-addr", "/ip4/127.0.0.1/tcp/0"])
            .args(["--no-prometheus", "--no-telemetry", "--no-mdns", "--disable-log-color"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the binary can be started");

        let log = Arc::new(Mutex::new(Vec::new()));
        let (serving, address) = oneshot::channel();
        let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        let written = log.clone();
        tokio::spawn(async move {
            let mut serving = Some(serving);
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some((_, addresses)) = line.split_once(SERVING) {
                    let found = addresses.split(',').find(|address| address.starts_with("127."));
                    if let (Some(found), Some(serving)) = (found, serving.take()) {
                        let _ = serving.send(found.to_owned());
                    }
                }
                written.lock().unwrap().push(line);
            }
        });
        let text = || log.lock().unwrap().join("\n");
        let address = within("JSON-RPC server", address)
            .await
            .unwrap_or_else(|_| panic!("the node ended before it served:\n{}", text()));
        let client =
            within("connection", WsClientBuilder::default().build(format!("ws://{address}")))
                .await
                .expect("the node serves JSON-RPC");
        Self { child, log, client }
    }

    /// Ends the node at once, as a power failure would, and waits until it is gone.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("the process is a child of this one");
    }

    /// All that the node has logged.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().join("\n")
    }

    /// Calls a method.
    pub async fn call(&self, method: &str, parameters: Vec<Value>) -> Value {
        let mut array = ArrayParams::new();
        for parameter in parameters {
            array.insert(parameter).expect("JSON values can be written");
        }
        within(method, self.client.request::<Value, _>(method, array))
            .await
            .unwrap_or_else(|error| panic!("{method}: {error}\n{}", self.log()))
    }

    /// What a method says when it refuses.
    pub async fn refuses(&self, method: &str, parameters: Vec<Value>) -> String {
        let mut array = ArrayParams::new();
        for parameter in parameters {
            array.insert(parameter).expect("JSON values can be written");
        }
        match within(method, self.client.request::<Value, _>(method, array)).await {
            Ok(value) => panic!("{method} was not refused: {value}"),
            Err(error) => error.to_string(),
        }
    }

    /// Headers as they become final, from the newest one.
    pub async fn finalised(&self) -> Finalised<'_> {
        let subscription = within(
            "subscription",
            self.client.subscribe(
                "chain_subscribeFinalizedHeads",
                ArrayParams::new(),
                "chain_unsubscribeFinalizedHeads",
            ),
        )
        .await
        .expect("the method exists");
        Finalised { node: self, subscription }
    }

    /// Waits until the block of this height is final; its hash.
    pub async fn finalises(&self, height: u64) -> String {
        let mut heads = self.finalised().await;
        while heads.next().await.number < height {}
        self.block_hash(height).await
    }

    /// Hash of a block of the best chain.
    pub async fn block_hash(&self, height: u64) -> String {
        let hash = self.call("chain_getBlockHash", vec![height.into()]).await;
        hash.as_str().unwrap_or_else(|| panic!("there is no block {height}")).to_owned()
    }
}

/// Headers as they become final.
pub struct Finalised<'a> {
    node: &'a Node,
    subscription: Subscription<Value>,
}

impl Finalised<'_> {
    /// The next one.
    pub async fn next(&mut self) -> Header {
        match within("a final block", self.subscription.next()).await {
            Some(Ok(header)) => Header::read(&header),
            other => panic!("no more final blocks: {other:?}\n{}", self.node.log()),
        }
    }
}

/// What tests read of a header.
pub struct Header {
    /// Its height.
    pub number: u64,
    /// The Aura slot its author claimed; none at genesis.
    pub slot: Option<u64>,
}

impl Header {
    fn read(header: &Value) -> Self {
        let number = number(header);
        // PreRuntime (6) of engine "aura", 8 bytes (length 0x20 in SCALE) little-endian.
        let slot = header["digest"]["logs"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|item| item.as_str()?.strip_prefix("0x066175726120"))
            .map(|slot| {
                let bytes: [u8; 8] = hex::decode(slot).unwrap().try_into().unwrap();
                u64::from_le_bytes(bytes)
            })
            .next();
        Self { number, slot }
    }
}

/// Height of a header.
pub fn number(header: &Value) -> u64 {
    let number = header["number"].as_str().expect("a header has a number");
    u64::from_str_radix(number.trim_start_matches("0x"), 16).expect("it is hexadecimal")
}

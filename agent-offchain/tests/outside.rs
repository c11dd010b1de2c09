//! What strangers hand to an agent: wakes at its server, and a configuration file. Whatever they hold,
//! it is taken exactly if it is what it should be, and the agent goes on.

#[path = "../../crates/primitives/tests/outside/json_rpc.rs"]
mod json_rpc;

use std::sync::Arc;

use codec::{Decode, DecodeAll, Encode};
use jsonrpsee::{
    core::client::{ClientT, Error},
    http_client::{HttpClient, HttpClientBuilder},
    rpc_params,
};
use proptest::{
    prelude::*,
    test_runner::{Config as Cases, TestRunner},
};
use regent_agent::{
    adapters::SystemClock,
    config::{Config, Environment, DEFAULT},
    metrics::Metrics,
    server,
    shared::{Root, Shared},
};
use regent_primitives::{
    agent_api::{Wake, WorkItem, WAKE_METHOD},
    bounds::MAX_AGENT_WORK,
    AgentId, AgentNote, KeyId, RequestId, H256,
};
use substrate_prometheus_endpoint::Registry;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Runtime,
    sync::mpsc,
};

const AGENT: AgentId = AgentId(H256::repeat_byte(0xa1));
const INVALID_PARAMS: i32 = -32_602;

/// An agent's server, and a client of it.
struct Served {
    runtime: Runtime,
    client: HttpClient,
    address: std::net::SocketAddr,
    _handle: jsonrpsee::server::ServerHandle,
    _wakes: mpsc::Receiver<Vec<WorkItem>>,
}

impl Served {
    fn new() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let (sender, wakes) = mpsc::channel(2);
        let root = Root { provider: "vault", rollback_protected: true };
        let shared = Arc::new(Shared::new(AGENT, root, sender));
        let metrics = Metrics::register(&Registry::new()).expect("new");
        let listen = "127.0.0.1:0".parse().expect("an address");
        let served = server::serve(listen, shared, Arc::new(SystemClock), metrics, 30);
        let (handle, address) = runtime.block_on(served).expect("served");
        let client =
            HttpClientBuilder::default().build(format!("http://{address}")).expect("a client");
        Self { runtime, client, address, _handle: handle, _wakes: wakes }
    }

    fn wake(&self, text: &str) -> Result<String, Error> {
        self.runtime.block_on(self.client.request(WAKE_METHOD, rpc_params![text]))
    }

    /// Sends bytes as the body of an HTTP request, and reads the answer's first line.
    fn post(&self, body: &[u8]) -> String {
        self.runtime.block_on(async {
            let mut stream = TcpStream::connect(self.address).await.expect("connected");
            let head = format!(
                "POST / HTTP/1.1\r\nHost: agent\r\nContent-Type: application/json\r\n\
                 Connection: close\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).await.expect("written");
            stream.write_all(body).await.expect("written");
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.expect("an answer");
            String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
        })
    }
}

/// Whether the agent should take this as a wake.
fn is_wake(text: &str) -> bool {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let bytes = hex::decode(digits).ok();
    let wake = bytes.and_then(|bytes| Wake::decode_all(&mut bytes.as_slice()).ok());
    wake.is_some_and(|wake| wake.agent == AGENT && wake.work.len() <= MAX_AGENT_WORK as usize)
}

fn work() -> impl Strategy<Value = WorkItem> {
    prop_oneof![
        (any::<[u8; 32]>(), any::<u8>())
            .prop_map(|(id, attempt)| WorkItem::Release { request: RequestId(H256(id)), attempt }),
        (any::<[u8; 32]>(), any::<u32>())
            .prop_map(|(id, epoch)| WorkItem::Confirm { key: KeyId(H256(id)), epoch }),
    ]
}

/// Wakes, and what is almost one.
fn wakes() -> impl Strategy<Value = String> {
    let agent =
        prop_oneof![9 => Just(AGENT), 1 => any::<[u8; 32]>().prop_map(|id| AgentId(H256(id)))];
    let count = prop_oneof![8 => 0..4usize, 1 => 62..68usize];
    let items = count.prop_flat_map(|count| prop::collection::vec(work(), count));
    let change = prop::option::weighted(0.5, (any::<prop::sample::Index>(), any::<u8>(), 0..3u8));
    (agent, items, change, any::<bool>()).prop_map(|(agent, work, change, prefix)| {
        let mut bytes = Wake { agent, work }.encode();
        if let Some((at, byte, kind)) = change {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.truncate(at),
                _ => bytes.insert(at, byte),
            }
        }
        format!("{}{}", if prefix { "0x" } else { "" }, hex::encode(bytes))
    })
}

#[test]
fn exactly_wakes_for_this_agent_are_taken() {
    let served = Served::new();
    let texts = prop_oneof![
        4 => wakes(),
        1 => "(0x)?[0-9a-fA-F]{0,140}",
        1 => "\\PC{0,60}",
    ];
    let mut runner = TestRunner::new(Cases::with_cases(256));
    let outcome = runner.run(&texts, |text| {
        match served.wake(&text) {
            Ok(answer) => {
                prop_assert!(is_wake(&text), "{}", text);
                let bytes = hex::decode(answer.trim_start_matches("0x")).expect("hexadecimal");
                prop_assert_eq!(Vec::<AgentNote>::decode(&mut &bytes[..]), Ok(Vec::new()));
            }
            Err(Error::Call(error)) => {
                prop_assert!(!is_wake(&text), "{}: {}", text, error);
                prop_assert_eq!(error.code(), INVALID_PARAMS);
            }
            Err(other) => prop_assert!(false, "no answer: {}", other),
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn any_request_is_answered_and_the_agent_goes_on() {
    let served = Served::new();
    let bodies = json_rpc::bodies(&["agent_wake"], 20_000);
    let mut runner = TestRunner::new(Cases::with_cases(96));
    let outcome = runner.run(&bodies, |body| {
        let status = served.post(&body);
        prop_assert!(status.starts_with("HTTP/1.1 "), "{}", status);
        prop_assert!(!status.starts_with("HTTP/1.1 5"), "{}", status);
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    let wake = Wake { agent: AGENT, work: Vec::new() };
    assert!(served.wake(&format!("0x{}", hex::encode(wake.encode()))).is_ok());
}

/// A line of a configuration: a key with a value that may be none of it.
fn line() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "url",
        "genesis",
        "folder",
        "passphrase",
        "provider",
        "tcti",
        "nv_index",
        "owner_auth",
        "listen",
        "metrics",
        "maximum_head_age_seconds",
        "checkpoint",
        "first_retry_milliseconds",
        "maximum_retry_milliseconds",
        "timeout_milliseconds",
        "format",
        "filter",
        "kind",
        "digest",
        "code_hash",
        "spec_version",
        "insecure_development",
        "insecure_crash_at",
        "insecure_corrupt_share",
    ]);
    let value = prop_oneof![
        prop::sample::select(vec![
            "\"ws://node:1\"",
            "\"http://node\"",
            "\"127.0.0.1:0\"",
            "\"0x1111111111111111111111111111111111111111111111111111111111111111\"",
            "\"0x11\"",
            "{ file = \"/p\" }",
            "{ descriptor = 0 }",
            "{ descriptor = -1 }",
            "{ number = 0, hash = \"0x1111111111111111111111111111111111111111111111111111111111111111\" }",
            "{ number = 7, hash = \"0x1111111111111111111111111111111111111111111111111111111111111111\" }",
            "\"json\"",
            "\"tpm\"",
            "\"device:/dev/tpmrm0\"",
            "\"swtpm:host=127.0.0.1,port=2321\"",
            "0x01000000",
            "\"simulated\"",
            "\"after-commit\"",
            "true",
            "false",
            "0",
            "30",
            "31",
            "18446744073709551615",
        ])
        .prop_map(str::to_owned),
        any::<i64>().prop_map(|number| number.to_string()),
        "\"[ a-z:/.0-9]{0,30}\"",
    ];
    let table = prop::sample::select(vec![
        "[[trust.measurements]]",
        "[[trust.runtimes]]",
        "[root]",
        "[delivery]",
        "[log]",
        "[trust]",
        "[other]",
    ]);
    prop_oneof![
        6 => (key, value).prop_map(|(key, value)| format!("{key} = {value}")),
        2 => table.prop_map(str::to_owned),
        1 => "\\PC{0,20}",
    ]
}

/// The default configuration, some of whose lines are others.
fn configurations() -> impl Strategy<Value = String> {
    let lines: Vec<String> = DEFAULT
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect();
    let change = (any::<prop::sample::Index>(), 0..3u8, line());
    let development = prop_oneof![Just(""), Just("insecure_development = true\n")];
    (development, prop::collection::vec(change, 0..4)).prop_map(move |(first, changes)| {
        let mut lines = lines.clone();
        for (at, kind, line) in changes {
            let at = at.index(lines.len());
            match kind {
                0 => lines[at] = line,
                1 => lines.insert(at, line),
                _ => lines.push(line),
            }
        }
        first.to_owned() + &lines.join("\n")
    })
}

#[test]
fn a_configuration_that_is_accepted_is_a_safe_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("agent.toml");
    let mut runner = TestRunner::new(Cases::with_cases(512));
    let accepted = std::cell::Cell::new(0);
    let outcome = runner.run(&configurations(), |text| {
        std::fs::write(&path, &text).expect("written");
        let config = match Config::load(&path, &Environment::default()) {
            Ok(config) => config,
            Err(error) => {
                prop_assert!(!error.to_string().is_empty());
                return Ok(());
            }
        };
        accepted.set(accepted.get() + 1);
        prop_assert!(["ws://", "wss://"].iter().any(|scheme| config.node.url.starts_with(scheme)));
        prop_assert!((1..=30).contains(&config.trust.maximum_head_age_seconds));
        prop_assert!(
            !config.delivery.first_retry().is_zero() && !config.delivery.timeout().is_zero()
        );
        prop_assert!(config.delivery.maximum_retry() >= config.delivery.first_retry());
        prop_assert!(config.state.folder.starts_with(folder.path()) || text.contains("folder ="));
        let names_something = config
            .trust
            .runtimes
            .iter()
            .all(|it| it.code_hash.is_some() || it.spec_version.is_some());
        prop_assert!(names_something);
        prop_assert!(config.trust.checkpoint.is_none_or(|checkpoint| checkpoint.number > 0));
        let tpm = config.root.tpm().expect("checked");
        prop_assert!(
            tpm.is_some() || (config.root.tcti.is_none() && config.root.owner_auth.is_none())
        );
        if !config.insecure_development {
            prop_assert!(tpm.is_none_or(|tpm| !tpm.tcti().is_software()), "its memory is a file");
            prop_assert!(config.trust.measurements.is_empty(), "there is only a simulated kind");
            let code = config.trust.runtimes.iter().all(|it| it.code_hash.is_some());
            prop_assert!(code, "a version alone names no code");
            prop_assert!(config.insecure_crash_at.is_none() && !config.insecure_corrupt_share);
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    assert!(accepted.get() > 50, "most of what was tried is refused: {}", accepted.get());
}

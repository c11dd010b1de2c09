//! What the outside sees: wakes, health, metrics, and the command line.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use codec::{Decode, Encode};
use jsonrpsee::{
    core::client::{ClientT, Error},
    http_client::{HttpClient, HttpClientBuilder},
    rpc_params,
};
use nix::{
    sys::signal::{kill, Signal},
    unistd::Pid,
};
use regent_agent::{
    config::DEFAULT,
    metrics::Metrics,
    server,
    shared::{Root, Shared},
};
use regent_primitives::{
    agent_api::{Wake, WorkItem, WAKE_METHOD},
    bounds::MAX_AGENT_NOTES,
    registration::verify_registration,
    release::RawSignature,
    session::Endpoint,
    AgentId, AgentNote, Refusal, RefusalReason, RequestId, H256,
};
use substrate_prometheus_endpoint::Registry;
use tokio::sync::mpsc;

use super::support::chain::FakeClock;

const AGENT: AgentId = AgentId(H256::repeat_byte(0xa1));
const ROOT: Root = Root { provider: "vault", rollback_protected: true };

struct Served {
    shared: Arc<Shared>,
    wakes: mpsc::Receiver<Vec<WorkItem>>,
    client: HttpClient,
    address: SocketAddr,
    _handle: jsonrpsee::server::ServerHandle,
}

async fn serve() -> Served {
    let (sender, wakes) = mpsc::channel(2);
    let shared = Arc::new(Shared::new(AGENT, ROOT, sender));
    let metrics = Metrics::register(&Registry::new()).expect("new");
    let listen = "127.0.0.1:0".parse().expect("an address");
    let clock = Arc::new(FakeClock::default());
    let (handle, address) =
        server::serve(listen, shared.clone(), clock, metrics, 30).await.expect("served");
    let client = HttpClientBuilder::default().build(format!("http://{address}")).expect("a client");
    Served { shared, wakes, client, address, _handle: handle }
}

fn wake(agent: AgentId, items: usize) -> String {
    let request = RequestId(H256::repeat_byte(1));
    let work = vec![WorkItem::Release { request, attempt: 1 }; items];
    format!("0x{}", hex::encode(Wake { agent, work }.encode()))
}

fn note(number: u64) -> AgentNote {
    AgentNote::Refusal(Refusal {
        request: RequestId(H256::from_low_u64_be(number)),
        attempt: 1,
        agent: AGENT,
        reason: RefusalReason::PolicyViolated,
        finalised_hash: H256::zero(),
        signature: regent_protocol::notes::unsigned(),
    })
}

async fn notes(served: &Served) -> Vec<AgentNote> {
    let answer: String =
        served.client.request(WAKE_METHOD, rpc_params![wake(AGENT, 0)]).await.expect("answered");
    let bytes = hex::decode(answer.trim_start_matches("0x")).expect("hexadecimal");
    Vec::<AgentNote>::decode(&mut bytes.as_slice()).expect("notes")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wake_is_answered_at_once_with_the_notes() {
    let mut served = serve().await;
    served.shared.set_notes(vec![note(1), note(2)]);
    // Nobody works on it, and still it is answered.
    let answer: Result<String, _> =
        served.client.request(WAKE_METHOD, rpc_params![wake(AGENT, 3)]).await;
    assert!(answer.is_ok());
    assert_eq!(served.wakes.recv().await.map(|work| work.len()), Some(3));
    assert_eq!(notes(&served).await, vec![note(1), note(2)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wake_that_finds_no_room_is_answered_too() {
    let served = serve().await;
    for _ in 0..5 {
        let answer: Result<String, _> =
            served.client.request(WAKE_METHOD, rpc_params![wake(AGENT, 1)]).await;
        assert!(answer.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_wake_for_this_agent_is_refused() {
    let served = serve().await;
    let mut trailing = wake(AGENT, 1);
    trailing.push_str("00");
    for wrong in [
        wake(AgentId(H256::zero()), 1),
        wake(AGENT, 65),
        "0xzz".into(),
        "0x00".into(),
        String::new(),
        trailing,
    ] {
        let answer: Result<String, Error> =
            served.client.request(WAKE_METHOD, rpc_params![wrong.clone()]).await;
        assert!(matches!(answer, Err(Error::Call(_))), "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_notes_than_one_answer_holds_come_with_the_next() {
    let served = serve().await;
    let count = u64::from(MAX_AGENT_NOTES) + 44;
    served.shared.set_notes((0..count).map(note).collect());
    let first = notes(&served).await;
    assert_eq!(first.len(), MAX_AGENT_NOTES as usize);
    let second = notes(&served).await;
    let mut all: Vec<_> = first.into_iter().chain(second).map(|note| note.encode()).collect();
    all.sort();
    all.dedup();
    assert_eq!(all.len() as u64, count);
}

fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("connects");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: agent\r\nConnection: close\r\n\r\n")
        .expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    answer
}

fn health(address: SocketAddr) -> serde_json::Value {
    let answer = get(address, "/health");
    let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP answer");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let from = body.find('{').expect("an object");
    let to = body.rfind('}').expect("an object");
    serde_json::from_str(&body[from..=to]).expect("JSON")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_says_how_old_the_head_is() {
    let served = serve().await;
    let unhealthy = health(served.address);
    assert_eq!(unhealthy["healthy"], false);
    assert_eq!(unhealthy["agent"], format!("{AGENT}"));
    assert_eq!(
        (&unhealthy["root_provider"], &unhealthy["rollback_protected"]),
        (&"vault".into(), &true.into())
    );
    let now = regent_agent::ports::Clock::now_milliseconds(&FakeClock::default());
    served.shared.update_chain(|view| {
        view.following = true;
        view.slot_milliseconds = 500;
        let slot = now / 500 - 8;
        view.finalised = Some(regent_agent::ports::Head { number: 7, hash: H256::zero(), slot });
    });
    let healthy = health(served.address);
    assert_eq!(healthy["healthy"], true);
    assert_eq!(healthy["finalised_number"], 7);
    assert_eq!(healthy["head_age_seconds"], 4.0);
    served.shared.update_chain(|view| {
        if let Some(head) = &mut view.finalised {
            head.slot -= 100;
        }
    });
    assert_eq!(health(served.address)["healthy"], false);
    // A head of the future: nothing would be released on it either.
    served.shared.update_chain(|view| {
        if let Some(head) = &mut view.finalised {
            head.slot = now / 500 + 100;
        }
    });
    assert_eq!(health(served.address)["healthy"], false);
}

fn agent(arguments: &[&str], config: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_regent-agent"))
        .args(arguments)
        .arg("--config")
        .arg(config)
        .output()
        .expect("runs")
}

fn last_line(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().last().expect("a line").to_owned()
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("there").permissions().mode() & 0o777
}

#[test]
fn init_makes_an_agent_once_and_identity_names_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("agent.toml");
    let output = agent(&["identity"], &config);
    assert!(!output.status.success());
    let id = last_line(&agent(&["init"], &config));
    assert!(id.starts_with("0x") && id.len() == 66, "{id}");
    assert_eq!(std::fs::read_to_string(&config).expect("written"), DEFAULT);
    assert_eq!(mode(&folder.path().join("passphrase")), 0o600);
    assert_eq!(mode(&folder.path().join("state")), 0o700);
    assert_eq!(mode(&folder.path().join("state/agent.redb")), 0o600);
    assert_eq!(last_line(&agent(&["init"], &config)), id);
    assert_eq!(last_line(&agent(&["identity"], &config)), id);

    // Its consent to be registered, for one chain, institution and endpoint.
    let genesis = H256::repeat_byte(7);
    let words = ["identity", "--institution", "3", "--endpoint", "http://agent:9955"];
    let output = agent(&words, &config);
    assert!(String::from_utf8_lossy(&output.stderr).contains("--genesis"));
    let hash = format!("{genesis:?}");
    let output = agent(&[&words[..], &["--genesis", &hash]].concat(), &config);
    let text = String::from_utf8(output.stdout).expect("text");
    let [first, second] = text.lines().collect::<Vec<_>>()[..] else { panic!("{text}") };
    assert_eq!(first, id);
    let proof = hex::decode(second.trim_start_matches("0x")).expect("hexadecimal");
    let proof = RawSignature::from_raw(proof.try_into().expect("64 bytes"));
    let endpoint = Endpoint::try_from(b"http://agent:9955".to_vec()).expect("short");
    let id_of = id.parse().expect("an id");
    assert!(verify_registration(genesis, 3, id_of, &endpoint, &proof));
    assert!(!verify_registration(genesis, 4, id_of, &endpoint, &proof));
    let output = agent(&[&words[..], &["--genesis", &hash, "--json"]].concat(), &config);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let said = |field: &str| json[field].as_str().expect(field).to_owned();
    assert_eq!((said("agent"), said("genesis")), (id.clone(), hash.clone()));
    assert_eq!((said("endpoint"), &json["institution"]), (words[4].to_owned(), &3.into()));
    let proof = hex::decode(said("proof").trim_start_matches("0x")).expect("hexadecimal");
    let proof = RawSignature::from_raw(proof.try_into().expect("64 bytes"));
    assert!(verify_registration(genesis, 3, id_of, &endpoint, &proof));
    let output = agent(&["identity", "--institution", "3"], &config);
    assert!(String::from_utf8_lossy(&output.stderr).contains("--endpoint"));
    let output = agent(&["identity", "--json"], &config);
    assert!(String::from_utf8_lossy(&output.stderr).contains("--institution"));

    // Neither another passphrase nor one that others may read.
    let passphrase = folder.path().join("passphrase");
    std::fs::set_permissions(&passphrase, std::fs::Permissions::from_mode(0o644)).expect("set");
    let output = agent(&["identity"], &config);
    assert!(String::from_utf8_lossy(&output.stderr).contains("chmod 600"));
    std::fs::set_permissions(&passphrase, std::fs::Permissions::from_mode(0o600)).expect("set");
    std::fs::write(&passphrase, "another passphrase").expect("written");
    let output = agent(&["identity"], &config);
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("wrong passphrase"));
}

#[test]
fn a_passphrase_comes_through_standard_input() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("agent.toml");
    let text = DEFAULT.replace("{ file = \"passphrase\" }", "{ descriptor = 0 }");
    std::fs::write(&config, text).expect("written");
    let run = |command: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_regent-agent"))
            .args([command, "--config"])
            .arg(&config)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("runs");
        let mut input = child.stdin.take().expect("piped");
        input.write_all(b"correct horse battery\n").expect("sent");
        drop(input);
        last_line(&child.wait_with_output().expect("ends"))
    };
    assert_eq!(run("init"), run("identity"));
}

#[test]
fn run_serves_without_a_node_and_stops_on_sigterm() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("agent.toml");
    let free = || {
        let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
        listener.local_addr().expect("an address")
    };
    let (listen, metrics) = (free(), free());
    let text = DEFAULT
        .replace("127.0.0.1:9955", &listen.to_string())
        .replace("# metrics = \"127.0.0.1:9956\"", &format!("metrics = \"{metrics}\""))
        .replace("ws://127.0.0.1:9944", "ws://127.0.0.1:1");
    std::fs::write(&config, &text).expect("written");
    let missing = agent(&["run"], &config);
    assert!(String::from_utf8_lossy(&missing.stderr).contains("regent-agent init"));
    let id = last_line(&agent(&["init"], &config));
    let chainless = agent(&["run"], &config);
    assert!(String::from_utf8_lossy(&chainless.stderr).contains("node.genesis is missing"));
    std::fs::write(&config, text.replace("# genesis = ", "genesis = ")).expect("written");
    let mut child = Command::new(env!("CARGO_BIN_EXE_regent-agent"))
        .args(["run", "--config"])
        .arg(&config)
        .stderr(Stdio::null())
        .spawn()
        .expect("runs");
    let deadline = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(listen).is_err() || TcpStream::connect(metrics).is_err() {
        assert!(Instant::now() < deadline, "it never served");
        std::thread::sleep(Duration::from_millis(20));
    }
    let found = health(listen);
    assert_eq!((&found["healthy"], &found["agent"]), (&false.into(), &id.clone().into()));
    let text = get(metrics, "/metrics");
    for name in ["wakes_total", "finalised_height", "head_age_seconds", "notes_pending"] {
        assert!(text.contains(&format!("regent_agent_{name}")), "{name}: {text}");
    }
    // Its state is its own.
    let second = agent(&["identity"], &config);
    assert!(String::from_utf8_lossy(&second.stderr).contains("another process"));
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("a process id"));
    kill(pid, Signal::SIGTERM).expect("sent");
    assert!(child.wait().expect("ends").success());
}

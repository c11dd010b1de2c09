//! The binary itself: how it is started, and how it ends sessions.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::ExitStatusExt,
    process::{Child, ChildStderr, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{blocks::code_hash, world::*};
use nix::{
    sys::signal::{kill, Signal},
    unistd::Pid,
};
use regent_enclave::rpc::{ENDED, UNKNOWN_SESSION};
use regent_primitives::{enclave_api::DeliveryStatus, AccessTree, Algorithm, Operation};
use regent_protocol::seal::SessionKem;

pub struct Process {
    pub child: Child,
    log: BufReader<ChildStderr>,
    /// Until it listened.
    pub first_log: String,
    url: String,
}

impl Process {
    /// Hardened as far as whoever runs the tests may.
    pub fn start(more: &[&str]) -> Self {
        let mut command = Self::command(env!("CARGO_BIN_EXE_regent-enclave"));
        command.arg("--insecure-development").args(more);
        Self::listening(command.spawn().unwrap()).unwrap()
    }

    pub fn command(program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .args(["--listen", "127.0.0.1:0", "--attester", "simulated", "--log-format", "json"])
            .args(["--genesis", &hex::encode(genesis())])
            .args(["--known-code", &hex::encode(code_hash())])
            .stderr(Stdio::piped());
        command
    }

    /// Waits until it listens; its log, if it ends instead.
    pub fn listening(mut child: Child) -> Result<Self, String> {
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut first_log = String::new();
        let mut line = String::new();
        while !line.contains("\"listening\"") {
            line.clear();
            if log.read_line(&mut line).unwrap() == 0 {
                assert!(!child.wait().unwrap().success());
                return Err(first_log);
            }
            first_log.push_str(&line);
        }
        let address = line.split("\"address\":\"").nth(1).unwrap().split('"').next().unwrap();
        let url = format!("http://{address}");
        Ok(Self { child, log, first_log, url })
    }

    pub fn client(&self) -> Client {
        Client::new(&self.url)
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), signal).unwrap();
    }

    fn rest_of_log(&mut self) -> String {
        std::io::read_to_string(&mut self.log).unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// People and agents who speak to this process.
async fn world_of(process: &Process) -> World {
    let mut world = World::new().await;
    world.client = process.client();
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn every_algorithm_operates_in_the_hardened_process() {
    let process = Process::start(&[]);
    let world = world_of(&process).await;
    for algorithm in Algorithm::ALL {
        let token = world.enrol(algorithm).await;
        let (_, public) = SessionKem::generate().expect("random bytes");
        let decrypt = Operation::Decrypt { result_key: bounded(public) };
        let (scene, ends) = match algorithm {
            // A ciphertext of nobody: the key exists, and refuses it or decapsulates to something.
            Algorithm::MlKem768 => (world.scene(&token, decrypt, &[1; 1_088]).await, true),
            Algorithm::Aes256Gcm => (world.scene(&token, decrypt, &[1; 64]).await, false),
            _ => (world.sign_raw(&token, b"payload").await, true),
        };
        scene.deliver(&[0, 2, 4]).await;
        assert_eq!(scene.execute().await.is_ok(), ends, "{algorithm:?}");
    }
}

/// Shares are opened as they come; the second time all are there before the execution is.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_of_128_agents_sign() {
    let process = Process::start(&[]);
    let mut world = world_of(&process).await;
    world.agents = (0..128).map(|_| Agent::new()).collect();
    let ids: Vec<_> = world.agents.iter().map(Agent::id).collect();
    let tree = AccessTree::threshold_of_agents(100, &ids).unwrap();
    let token = world.enrol_tree(Algorithm::EcdsaSecp256k1, tree).await;
    for execution_first in [true, false] {
        let scene = world.sign_raw(&token, b"payload").await;
        let shares: Vec<_> = (14..114).map(|leaf| scene.share(leaf)).collect();
        let (client, execution) = (world.client.clone(), scene.execution.clone());
        let execute = async move { client.execute(&execution).await.unwrap() };
        let deliver = async {
            for share in &shares {
                world.client.deliver(share).await.unwrap();
            }
        };
        let outcome = if execution_first {
            tokio::join!(execute, deliver).0
        } else {
            deliver.await;
            execute.await
        };
        assert_eq!(outcome.receipt.receipt.leaves.len(), 100);
        assert_eq!(outcome.result.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_its_end_a_session_is_of_no_more_use() {
    let process = Process::start(&[]);
    let world = world_of(&process).await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let mut scene = world.sign_raw(&token, b"payload").await;
    scene.deliver(&[0, 1, 2]).await;
    let outcome = scene.execute().await.unwrap();
    assert_eq!(world.client.info().await.sessions, 0);
    // What is public is given again; no share is taken, and nothing else is done.
    assert_eq!(scene.execute().await.unwrap(), outcome);
    assert_eq!(world.client.deliver(&scene.share(3)).await.unwrap(), DeliveryStatus::NotNeeded);
    scene.execution.token.as_mut().unwrap().epoch = 1;
    let refusal = scene.execute().await.unwrap_err();
    assert_eq!(refusal.code, ENDED, "{}", refusal.text);
    assert!(refusal.text.contains("its key is destroyed"), "{}", refusal.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_its_deadline_a_session_is_gone_though_shares_were_open() {
    let mut process = Process::start(&[]);
    let world = world_of(&process).await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let (mut scene, deadline) = short_scene(&world, &token).await;
    scene.execution.patience_milliseconds = 60_000;
    let (client, execution) = (world.client.clone(), scene.proven());
    let waiting = tokio::spawn(async move { client.execute(&execution).await });
    scene.deliver(&[0, 1]).await;
    let refusal = waiting.await.unwrap().unwrap_err();
    assert!(Instant::now() >= deadline - Duration::from_millis(10));
    assert_eq!(refusal.code, UNKNOWN_SESSION, "{}", refusal.text);
    for refusal in [
        world.client.deliver(&scene.share(2)).await.unwrap_err(),
        scene.execute().await.unwrap_err(),
    ] {
        assert_eq!(refusal.code, UNKNOWN_SESSION, "{}", refusal.text);
        assert!(refusal.text.contains("wiped at its deadline; open the next attempt"));
    }
    // The first attempt's goes on.
    assert_eq!(world.client.info().await.sessions, 1);
    process.signal(Signal::SIGTERM);
    assert!(process.rest_of_log().contains("deadline passed, session wiped"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_slept_over_a_deadline_serves_nobody_after_it() {
    let process = Process::start(&[]);
    let world = world_of(&process).await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let (scene, deadline) = short_scene(&world, &token).await;
    scene.deliver(&[0, 1, 2]).await;
    process.signal(Signal::SIGSTOP);
    // Its clock goes on; its timers do not.
    tokio::time::sleep_until((deadline + Duration::from_millis(1)).into()).await;
    process.signal(Signal::SIGCONT);
    assert_eq!(scene.execute().await.unwrap_err().code, UNKNOWN_SESSION);
}

/// A request whose session lives half a second, and the latest moment at which that is over.
async fn short_scene<'a>(
    world: &'a World,
    token: &regent_primitives::RegenToken,
) -> (Scene<'a>, Instant) {
    // Its session stays unused; the request's second attempt gets the short one.
    let mut scene = world.sign_raw(token, b"payload").await;
    let mut open = world.open_for(&scene.execution.body);
    (open.attempt, open.lifetime) = (2, 1);
    let session = world.client.open(&open).await.unwrap();
    let deadline = Instant::now() + Duration::from_millis(500);
    scene.execution.session = session.id;
    scene.session = session;
    (scene, deadline)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_wipes_answers_what_waits_and_ends_the_process() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let mut process = Process::start(&[]);
        let world = world_of(&process).await;
        let token = world.enrol(Algorithm::Ed25519).await;
        let scene = world.sign_raw(&token, b"payload").await;
        let first = async {
            scene.deliver(&[0, 1]).await;
            process.signal(signal);
        };
        let (answer, ()) = tokio::join!(scene.execute(), first);
        let refusal = answer.unwrap_err();
        assert_eq!(refusal.code, ENDED, "{}", refusal.text);
        assert!(refusal.text.contains("the enclave is stopping; its key is destroyed"));
        assert!(process.child.wait().unwrap().success());
        let log = process.rest_of_log();
        assert!(log.contains("every session wiped") && log.contains("\"sessions\":1"), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_never_finishes_its_request_keeps_no_process_alive() {
    use std::io::Write;
    let mut process = Process::start(&[]);
    let mut peer =
        std::net::TcpStream::connect(process.url.strip_prefix("http://").unwrap()).unwrap();
    peer.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{").unwrap();
    // Answered after the peer's connection was accepted.
    process.client().info().await;
    process.signal(Signal::SIGTERM);
    assert!(process.child.wait().unwrap().success());
    drop(peer);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_crashes_where_it_is_told_to_and_the_next_process_completes() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    for point in ["after-shares", "mid-operation"] {
        let mut process = Process::start(&["--insecure-crash-at", point]);
        let mut scene = world.sign_raw(&token, b"payload").await;
        let client = process.client();
        scene.session = client.open(&world.open_for(&scene.execution.body)).await.unwrap();
        scene.execution.session = scene.session.id;
        for leaf in [0, 1, 2] {
            client.deliver(&scene.share(leaf)).await.unwrap();
        }
        let error = client.execute(&scene.proven()).await.unwrap_err();
        assert_eq!(error.code, 0, "no answer: {}", error.text);
        let status = process.child.wait().unwrap();
        assert_eq!(status.signal(), Some(Signal::SIGABRT as i32));
        assert!(!status.core_dumped());
        // The first attempt's session is gone with its process; the second is another's.
        let next = Process::start(&[]);
        let client = next.client();
        let refusal = client.execute(&scene.execution).await.unwrap_err();
        assert_eq!(refusal.code, UNKNOWN_SESSION);
        let mut open = world.open_for(&scene.execution.body);
        open.attempt = 2;
        scene.session = client.open(&open).await.unwrap();
        scene.execution.session = scene.session.id;
        for leaf in [1, 3, 4] {
            client.deliver(&scene.share(leaf)).await.unwrap();
        }
        assert_eq!(client.execute(&scene.proven()).await.unwrap().result.len(), 1);
    }
}

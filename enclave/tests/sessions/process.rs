//! The binary itself.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::ExitStatusExt,
    process::{Child, ChildStderr, Command, Stdio},
};

use crate::world::*;
use nix::{
    sys::signal::{kill, Signal},
    unistd::Pid,
};
use regent_primitives::Algorithm;

struct Process {
    child: Child,
    log: BufReader<ChildStderr>,
    url: String,
}

impl Process {
    fn start(more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_regent-enclave"))
            .args(["--listen", "127.0.0.1:0", "--attester", "simulated", "--log-format", "json"])
            .args(["--genesis", &hex::encode(GENESIS)])
            .args(more)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("listening") {
            line.clear();
            assert_ne!(log.read_line(&mut line).unwrap(), 0, "it ended");
        }
        let address = line.split("\"address\":\"").nth(1).unwrap().split('"').next().unwrap();
        let url = format!("http://{address}");
        Self { child, log, url }
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

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_wipes_and_ends_the_process() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let mut process = Process::start(&[]);
        let mut world = World::new().await;
        world.client = Client::new(&process.url);
        let body = world.enrolment(Algorithm::Ed25519, world.tree());
        world.client.open(&world.open_for(&body)).await.unwrap();
        process.signal(signal);
        assert!(process.child.wait().unwrap().success());
        assert!(process.rest_of_log().contains("every session wiped"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_process_forbids_dumps() {
    let process = Process::start(&[]);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", process.child.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let values: Vec<_> = core.split_whitespace().rev().skip(1).take(2).collect();
    assert_eq!(values, ["0", "0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_crashes_where_it_is_told_to_and_the_next_process_completes() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    for point in ["after-shares", "mid-operation"] {
        let mut process = Process::start(&["--insecure-crash-at", point]);
        let mut scene = world.sign_raw(&token, b"payload").await;
        let client = Client::new(&process.url);
        scene.session = client.open(&world.open_for(&scene.execution.body)).await.unwrap();
        scene.execution.session = scene.session.id;
        for leaf in [0, 1, 2] {
            client.deliver(&scene.share(leaf)).await.unwrap();
        }
        let error = client.execute(&scene.execution).await.unwrap_err();
        assert_eq!(error.code, 0, "no answer: {}", error.text);
        let status = process.child.wait().unwrap();
        assert_eq!(status.signal(), Some(Signal::SIGABRT as i32));
        assert!(!status.core_dumped());
        // The first attempt's session is gone with its process; the second is another's.
        let next = Process::start(&[]);
        let client = Client::new(&next.url);
        let refusal = client.execute(&scene.execution).await.unwrap_err();
        assert_eq!(refusal.code, regent_enclave::rpc::UNKNOWN_SESSION);
        let mut open = world.open_for(&scene.execution.body);
        open.attempt = 2;
        scene.session = client.open(&open).await.unwrap();
        scene.execution.session = scene.session.id;
        for leaf in [1, 3, 4] {
            client.deliver(&scene.share(leaf)).await.unwrap();
        }
        assert_eq!(client.execute(&scene.execution).await.unwrap().result.len(), 1);
    }
}

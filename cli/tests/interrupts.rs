//! Commands that go on until they are interrupted hear an interrupt whatever they wait for.
#![allow(missing_docs)]

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{kill, Signal},
    unistd::Pid,
};

/// How long an interrupted command may take to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// Ends with the test, however that ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_log_is_followed_until_an_interrupt_even_from_a_node_that_does_not_answer() {
    let node = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("ws://{}", node.local_addr().expect("bound"));
    let child = Command::new(env!("CARGO_BIN_EXE_regent"))
        .env_clear()
        .args(["audit", "tail", "--node", &url])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let mut tail = Running(child);
    let deadline = Instant::now() + PATIENCE;
    node.set_nonblocking(true).expect("set");
    // Connected, and waiting for an answer that does not come.
    let _connection = loop {
        if let Ok(connection) = node.accept() {
            break connection;
        }
        assert!(Instant::now() < deadline, "it does not connect");
        std::thread::sleep(Duration::from_millis(20));
    };
    let pid = Pid::from_raw(i32::try_from(tail.0.id()).expect("a process id"));
    kill(pid, Signal::SIGINT).expect("sent");
    let deadline = Instant::now() + PATIENCE;
    let ended = loop {
        if let Some(status) = tail.0.try_wait().expect("known") {
            break status;
        }
        assert!(Instant::now() < deadline, "the interrupt was lost");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(ended.success(), "{ended}");
}

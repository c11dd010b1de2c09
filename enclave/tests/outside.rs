//! What strangers send to an enclave: every request is answered with a documented code, exactly what
//! decodes is looked at, and the enclave goes on.
#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

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
use regent_enclave::{
    attester::simulated::Simulated,
    config::Settings,
    rpc::{BUSY, ENDED, INTERNAL, REFUSED, TOO_FEW_SHARES, UNKNOWN_SESSION},
    Running,
};
use regent_primitives::{
    enclave_api::{
        Delivery, EnclaveInfo, Execution, OpenSession, DELIVER_METHOD, EXECUTE_METHOD, INFO_METHOD,
        OPEN_SESSION_METHOD,
    },
    Session, H256,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Runtime,
};

const GENESIS: H256 = H256([7; 32]);
const INVALID_PARAMS: i32 = -32_602;
/// Every code of the crate's table but that of wrong parameters.
const DOCUMENTED: [i32; 6] = [UNKNOWN_SESSION, REFUSED, TOO_FEW_SHARES, ENDED, BUSY, INTERNAL];

/// An enclave that listens, and a client of it.
struct Served {
    runtime: Runtime,
    client: HttpClient,
    running: Running,
}

impl Served {
    fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let settings = Settings::local(GENESIS, Vec::new(), Arc::new(Simulated));
        let listener = regent_enclave::listen(settings.listen).unwrap();
        let running =
            runtime.block_on(async { regent_enclave::start(settings, listener).unwrap() });
        let url = format!("http://{}", running.address);
        Self { runtime, client: HttpClientBuilder::default().build(url).unwrap(), running }
    }

    fn call(&self, method: &str, text: &str) -> Result<String, Error> {
        self.runtime.block_on(self.client.request(method, rpc_params![text]))
    }

    fn goes_on(&self) {
        let text: String =
            self.runtime.block_on(self.client.request(INFO_METHOD, rpc_params![])).unwrap();
        let bytes = hex::decode(text.strip_prefix("0x").unwrap()).unwrap();
        assert_eq!(EnclaveInfo::decode_all(&mut &bytes[..]).unwrap().genesis, GENESIS);
    }

    /// Sends bytes as the body of an HTTP request, and reads the answer's first line.
    fn post(&self, body: &[u8]) -> String {
        self.runtime.block_on(async {
            let mut stream = TcpStream::connect(self.running.address).await.unwrap();
            let head = format!(
                "POST / HTTP/1.1\r\nHost: enclave\r\nContent-Type: application/json\r\n\
                 Connection: close\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(body).await.unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
        })
    }
}

/// A method, and whether these digits are its parameter.
type Method = (&'static str, fn(&str) -> bool);

const METHODS: [Method; 3] = [
    (OPEN_SESSION_METHOD, is_parameter::<OpenSession>),
    (DELIVER_METHOD, is_parameter::<Delivery>),
    (EXECUTE_METHOD, is_parameter::<Execution>),
];

fn is_parameter<T: Decode>(text: &str) -> bool {
    let bytes = text.strip_prefix("0x").and_then(|digits| hex::decode(digits).ok());
    bytes.is_some_and(|bytes| T::decode_all(&mut &bytes[..]).is_ok())
}

/// The parameters of the snapshot of encodings.
fn parameters() -> Vec<Vec<u8>> {
    let snapshot = include_str!("../../crates/primitives/tests/snapshots/scale.json");
    let value = |name: &str| {
        let (_, rest) = snapshot.split_once(&format!("\"{name}\": \"")).unwrap();
        hex::decode(rest.split_once('"').unwrap().0).unwrap()
    };
    ["OpenSession", "Delivery", "Execution"].map(value).to_vec()
}

/// Parameters of one of the methods, some of them changed.
fn changed() -> impl Strategy<Value = String> {
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..8u8);
    (prop::sample::select(parameters()), prop::collection::vec(change, 0..3)).prop_map(
        |(mut bytes, changes)| {
            for (at, byte, kind) in changes {
                let at = at.index(bytes.len().max(1)).min(bytes.len());
                match kind {
                    0 => bytes.truncate(at),
                    1 => bytes.insert(at, byte),
                    _ => bytes[at..].iter_mut().take(1).for_each(|old| *old = byte),
                }
            }
            format!("0x{}", hex::encode(bytes))
        },
    )
}

#[test]
fn exactly_parameters_are_looked_at() {
    let served = Served::new();
    let texts = prop_oneof![6 => changed(), 1 => "(0x)?[0-9a-fA-F]{0,160}", 1 => "\\PC{0,60}"];
    let input = (prop::sample::select(METHODS.to_vec()), texts);
    let mut runner = TestRunner::new(Cases::with_cases(256));
    let outcome = runner.run(&input, |((method, is_parameter), text)| {
        match served.call(method, &text) {
            Ok(answer) => {
                prop_assert_eq!(method, OPEN_SESSION_METHOD, "nothing else succeeds unasked");
                prop_assert!(is_parameter(&text));
                let bytes = hex::decode(answer.trim_start_matches("0x")).unwrap();
                let session = Session::decode_all(&mut &bytes[..]).unwrap();
                prop_assert_eq!(session.encode(), bytes);
            }
            Err(Error::Call(error)) if is_parameter(&text) => {
                prop_assert!(DOCUMENTED.contains(&error.code()), "{}", error);
            }
            Err(Error::Call(error)) => prop_assert_eq!(error.code(), INVALID_PARAMS, "{}", error),
            Err(other) => prop_assert!(false, "no answer: {}", other),
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    served.goes_on();
}

#[test]
fn any_request_is_answered_and_the_enclave_goes_on() {
    let served = Served::new();
    let bodies = json_rpc::bodies(&["enclave_deliver", "enclave_execute"], 100_000);
    let mut runner = TestRunner::new(Cases::with_cases(96));
    let outcome = runner.run(&bodies, |body| {
        let status = served.post(&body);
        prop_assert!(status.starts_with("HTTP/1.1 "), "{}", status);
        prop_assert!(!status.starts_with("HTTP/1.1 5"), "{}", status);
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    served.goes_on();
}

//! The enclave of a network.

use regent_client::EnclaveClient;
use regent_primitives::H256;

use super::{options::NetworkOptions, ports::Ports, process::Start, NetworkError};

/// The name of its process.
pub(super) const NAME: &str = "enclave";

/// The enclave of a network.
pub(super) struct Enclave {
    port: u16,
    genesis: H256,
    client: EnclaveClient,
}

impl Enclave {
    /// The port it will listen on.
    pub(super) fn port(ports: &mut Ports) -> Result<u16, NetworkError> {
        let former = ports.former(|file| Some(&file.enclave));
        ports.take(former)
    }

    pub(super) fn plan(port: u16, genesis: H256) -> Result<Self, NetworkError> {
        let client = EnclaveClient::new(&format!("http://127.0.0.1:{port}"))?;
        Ok(Self { port, genesis, client })
    }

    pub(super) fn url(&self) -> String {
        self.client.url().to_owned()
    }

    pub(super) fn client(&self) -> &EnclaveClient {
        &self.client
    }

    pub(super) fn command(&self, options: &NetworkOptions) -> Result<Start, NetworkError> {
        let program = match &options.enclave_program {
            Some(program) => program.clone(),
            None => options.program("regent-enclave")?,
        };
        let mut arguments = vec![
            "--listen".to_owned(),
            format!("127.0.0.1:{}", self.port),
            "--genesis".to_owned(),
            format!("{:?}", self.genesis),
            "--attester".to_owned(),
            "simulated".to_owned(),
            "--insecure-development".to_owned(),
        ];
        arguments.extend(options.enclave_arguments.iter().cloned());
        Ok(Start {
            name: NAME.to_owned(),
            program,
            arguments,
            environment: vec![("RUST_LOG".to_owned(), options.log.clone())],
        })
    }
}

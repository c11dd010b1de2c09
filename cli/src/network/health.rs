//! Health checks.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use futures::StreamExt;
use regent_client::{Client, ClientError, EnclaveClient};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{
    process::{Process, ProcessState},
    NetworkError,
};

/// How often a process is asked.
const ASK_EVERY: Duration = Duration::from_millis(50);
/// How long one answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// Whom to ask for health.
pub(super) enum Probe {
    /// A node answers RPC.
    Node(String),
    /// An agent says so itself: `GET /health`.
    Agent(SocketAddr),
    /// An enclave answers.
    Enclave(Box<EnclaveClient>),
    /// A TPM accepts connections.
    Tpm(SocketAddr),
}

impl Probe {
    async fn ask(&self) -> Result<(), String> {
        match self {
            Self::Node(url) => {
                let client = Client::connect(url).await.map_err(|error| error.to_string())?;
                client.best_head().await.map(drop).map_err(|error| error.to_string())
            }
            Self::Agent(address) => agent(*address).await,
            Self::Enclave(client) => {
                client.info().await.map(drop).map_err(|error| error.to_string())
            }
            Self::Tpm(address) => {
                TcpStream::connect(address).await.map(drop).map_err(|error| error.to_string())
            }
        }
    }
}

/// Waits until a process is healthy.
pub(super) async fn wait(
    process: &mut Process,
    probe: &Probe,
    patience: Duration,
) -> Result<(), NetworkError> {
    let deadline = Instant::now() + patience;
    loop {
        let answer = tokio::time::timeout(ANSWER_WITHIN, probe.ask()).await;
        let reason = match answer {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(reason)) => reason,
            Err(_) => "no answer".to_owned(),
        };
        let state = process.state()?;
        if state != ProcessState::Running {
            return Err(process.ended_error(state));
        }
        if Instant::now() >= deadline {
            return Err(process.unhealthy_error(reason, patience));
        }
        tokio::time::sleep(ASK_EVERY).await;
    }
}

/// Waits until a block after the first is final.
pub(super) async fn wait_for_finality(
    client: &Client,
    patience: Duration,
) -> Result<(), NetworkError> {
    let followed = tokio::time::timeout(patience, async {
        let mut heads = client.finalised_heads().await?;
        while let Some(head) = heads.next().await {
            if head?.number > 0 {
                return Ok(());
            }
        }
        Err(ClientError::SubscriptionEnded("finalised heads"))
    });
    match followed.await {
        Ok(result) => Ok(result?),
        Err(_) => Err(NetworkError::Answer {
            name: client.url().to_owned(),
            found: format!("no finalised block in {} s", patience.as_secs()),
            expected: "blocks to become final",
        }),
    }
}

/// `GET /health` over HTTP/1.1; anything but 200 is not healthy.
async fn agent(address: SocketAddr) -> Result<(), String> {
    let words = |error: std::io::Error| error.to_string();
    let mut stream = TcpStream::connect(address).await.map_err(words)?;
    let request = format!("GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.map_err(words)?;
    let mut answer = Vec::new();
    stream.take(16 * 1024).read_to_end(&mut answer).await.map_err(words)?;
    let text = String::from_utf8_lossy(&answer);
    let status = text.lines().next().unwrap_or_default();
    if status.split_whitespace().nth(1) == Some("200") {
        Ok(())
    } else {
        Err(text.split("\r\n\r\n").nth(1).map_or(status, str::trim).to_owned())
    }
}

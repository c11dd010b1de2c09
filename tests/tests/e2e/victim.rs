//! The agent that is lied to, as people and supervisors see it.

use std::time::{Duration, Instant};

use anyhow::{ensure, Context};
use codec::Encode;
use jsonrpsee::{core::client::ClientT, http_client::HttpClientBuilder, rpc_params};
use regent_primitives::{
    agent_api::{Wake, WorkItem, WAKE_METHOD},
    AgentId, RequestId,
};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// The longest a lie may take to be noticed.
const PATIENCE: Duration = Duration::from_secs(40);
/// How often the agent is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(25);
/// Looks between two wakes.
const LOOKS_A_WAKE: u64 = 40;

/// An agent's ports.
pub struct Victim {
    pub id: AgentId,
    pub port: u16,
    pub metrics: u16,
}

impl Victim {
    /// What it says at `/health`.
    pub async fn health(&self) -> anyhow::Result<Value> {
        let text = get(self.port, "/health").await?;
        let from = text.find('{').context("an object")?;
        let to = text.rfind('}').context("an object")?;
        Ok(serde_json::from_str(text.get(from..=to).context("an object")?)?)
    }

    /// Waits until it says so at `/health`, and wakes it for a request all the while: what waits too
    /// long is forgotten.
    pub async fn says(
        &self,
        what: &str,
        request: Option<RequestId>,
        is_so: impl Fn(&Value) -> bool,
    ) -> anyhow::Result<Value> {
        let deadline = Instant::now() + PATIENCE;
        for look in 0u64.. {
            if let Some(request) = request.filter(|_| look.is_multiple_of(LOOKS_A_WAKE)) {
                self.wake(request).await?;
            }
            // It may be starting.
            let health = self.health().await;
            match health {
                Ok(health) if is_so(&health) => return Ok(health),
                health => ensure!(
                    Instant::now() < deadline,
                    "{what}: not within {PATIENCE:?}: {health:?}"
                ),
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        anyhow::bail!("{what}: looked at for ever")
    }

    /// Waits until it believes its node and its newest block is new.
    pub async fn trusts_its_node(&self, request: Option<RequestId>) -> anyhow::Result<Value> {
        self.says("to trust its node", request, |health| {
            health["healthy"] == true && health["unproven"].is_null()
        })
        .await
    }

    /// The sum of a counter over all labels that hold this text.
    pub async fn counted(&self, name: &str, label: &str) -> anyhow::Result<f64> {
        let text = get(self.metrics, "/metrics").await?;
        let name = format!("regent_agent_{name}");
        let lines = text.lines().filter(|line| line.starts_with(&name) && line.contains(label));
        let values = lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok());
        Ok(values.sum())
    }

    /// Wakes it for the first attempt of a request, as its node would.
    pub async fn wake(&self, request: RequestId) -> anyhow::Result<()> {
        let work = vec![WorkItem::Release { request, attempt: 1 }];
        let wake = Wake { agent: self.id, work };
        let client =
            HttpClientBuilder::default().build(format!("http://127.0.0.1:{}", self.port))?;
        let text = format!("0x{}", hex::encode(wake.encode()));
        let _: String = client.request(WAKE_METHOD, rpc_params![text]).await?;
        Ok(())
    }
}

async fn get(port: u16, path: &str) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: agent\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let text = String::from_utf8_lossy(&answer).into_owned();
    ensure!(text.starts_with("HTTP/1.1 200"), "{path}: {text}");
    Ok(text)
}

//! Agents and their quorum, on chain.

use std::time::Duration;

use regent_client::{calls, Account, Call, Client, ClientError, PoolRejection};
use regent_primitives::{AgentId, QuorumId};

use super::{
    agents::{AgentHandle, Agents},
    NetworkError,
};
use crate::identity::Identity;

/// Who registers agents in development.
const ADMINISTRATOR: &str = "//Alice";
/// How long to wait for the institution's next quota window.
const QUOTA_WAIT: Duration = Duration::from_secs(1);
/// How often.
const QUOTA_ATTEMPTS: usize = 15;

/// Has the agents that are not registered agree to be, before they run.
pub(super) async fn consents(
    client: &Client,
    agents: &Agents,
) -> Result<Vec<Identity>, NetworkError> {
    let administrator = administrator()?;
    let institutions = client.status(None).await?.institutions;
    let ours = institutions.iter().find(|(_, record)| record.administrator == *administrator.id());
    let (institution, _) = ours.ok_or_else(|| {
        NetworkError::Options(format!("{ADMINISTRATOR} administers no institution of this chain"))
    })?;
    let there: Vec<AgentId> =
        client.all_agents(None).await?.into_iter().map(|(id, _)| id).collect();
    agents.consents(*institution, &there).await
}

/// Registers the agents that agreed to be, and makes the quorum of all if there is none like it.
pub(super) async fn register(
    client: &Client,
    consents: Vec<Identity>,
    agents: &[AgentHandle],
    threshold: u16,
) -> Result<QuorumId, NetworkError> {
    let account = administrator()?;
    let mut waiting = Vec::new();
    for Identity { agent, endpoint, proof, .. } in consents {
        let call = calls::quorums::register_agent(agent, endpoint, proof);
        waiting.push(patiently(client, &account, call).await?);
    }
    for transaction in &mut waiting {
        transaction.in_block().await?;
    }
    let ids: Vec<AgentId> = agents.iter().map(|agent| agent.id).collect();
    if waiting.is_empty() {
        for quorum in 0..client.quorum_count(None).await? {
            let record = client.quorum(quorum, None).await?;
            if record.is_some_and(|r| r.threshold == threshold && r.agents.to_vec() == ids) {
                return Ok(quorum);
            }
        }
    }
    let call = calls::quorums::create_quorum(threshold, ids);
    let mut created = patiently(client, &account, call).await?;
    let inclusion = created.finalised().await?;
    calls::quorums::created(&inclusion).ok_or_else(|| NetworkError::Answer {
        name: "the chain".to_owned(),
        found: format!("events {:?}", inclusion.events),
        expected: "the event Quorums.QuorumCreated",
    })
}

fn administrator() -> Result<Account, NetworkError> {
    Account::development(ADMINISTRATOR).map_err(|error| NetworkError::Options(error.to_string()))
}

/// Submits; where the institution used up its quota, in the next window.
async fn patiently(
    client: &Client,
    account: &Account,
    call: Call,
) -> Result<regent_client::Submitted, NetworkError> {
    for _ in 0..QUOTA_ATTEMPTS {
        match client.submit(account, call.clone()).await {
            Err(ClientError::Pool { rejection: PoolRejection::QuotaExhausted, .. }) => {
                tokio::time::sleep(QUOTA_WAIT).await;
            }
            result => return Ok(result?),
        }
    }
    Ok(client.submit(account, call).await?)
}

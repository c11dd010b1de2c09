//! What is left of a key's former epochs: on the chain, and on the agents' disks and TPMs.

use std::path::Path;

use anyhow::{ensure, Context};
use futures::StreamExt;
use regent_agent::{
    config::{Config, Environment},
    failpoint::Failpoint,
    root::open_store,
};
use regent_primitives::{KeyState, RegenToken, H256};
use regent_protocol::Label;
use regent_tests::{agent, BareStage, PATIENCE};

/// Waits until an epoch is retired in finalised state.
pub async fn retired(stage: &BareStage, token: &RegenToken) -> anyhow::Result<()> {
    let client = &stage.scene.client;
    let deadline = std::time::Instant::now() + PATIENCE;
    let mut heads = client.finalised_heads().await?;
    loop {
        let at = Some(client.finalised_hash().await?);
        let record = client.epoch(token.key_id, token.epoch, at).await?.context("stored")?;
        if record.key.state == KeyState::Retired {
            return Ok(());
        }
        let late = std::time::Instant::now() > deadline;
        ensure!(!late, "epoch {} is {:?}", token.epoch, record.key.state);
        heads.next().await;
    }
}

/// Kills every agent, takes its disk and TPM of this moment, and checks what they still evaluate: nothing
/// of former epochs, and the leaf of the one in force.
pub async fn check_disks(
    stage: &mut BareStage,
    former: &[&RegenToken],
    in_force: &RegenToken,
) -> anyhow::Result<()> {
    let genesis = stage.network.genesis();
    let homes: Vec<_> = stage.network.agents().iter().map(|agent| agent.configuration()).collect();
    for (number, home) in homes.iter().enumerate() {
        stage.network.kill(&agent(number)).await?;
        for token in former {
            let epoch = token.epoch;
            ensure!(!evaluates(home, genesis, token)?, "agent {number} has its leaf of {epoch}");
        }
        let epoch = in_force.epoch;
        ensure!(evaluates(home, genesis, in_force)?, "agent {number} has no leaf of {epoch}");
    }
    Ok(())
}

/// Whether an agent's state makes its mask of an epoch.
fn evaluates(home: &Path, genesis: H256, token: &RegenToken) -> anyhow::Result<bool> {
    let config = Config::load(home, &Environment::default())?;
    let store = open_store(&config, Failpoint::default())?;
    Ok(store.evaluate(&Label::from_bytes(token.label(genesis))).is_ok())
}

//! What is left of a key's former epochs: on the chain, and on the agents' disks and TPMs.

use anyhow::{ensure, Context};
use regent_primitives::RegenToken;
use regent_tests::{BareStage, PATIENCE};

/// Waits until an epoch is retired in finalised state, and all its agents have punctured it.
pub async fn retired(stage: &BareStage, token: &RegenToken) -> anyhow::Result<()> {
    Ok(stage.scene.wait_for_retirement(token, PATIENCE).await?)
}

/// Kills every agent, takes its disk and TPM of this moment, and checks what they still regenerate: nothing
/// of former epochs, and every share of the one in force.
pub async fn check_disks(
    stage: &mut BareStage,
    former: &[&RegenToken],
    in_force: &RegenToken,
) -> anyhow::Result<()> {
    let tokens: Vec<&RegenToken> = former.iter().copied().chain([in_force]).collect();
    let disks = stage.network.take_disks(&tokens).await?;
    ensure!(disks.len() == stage.network.agents().len(), "{} disks", disks.len());
    for disk in disks {
        ensure!(disk.found.len() == tokens.len(), "{disk:?}");
        let (in_force, former) = disk.found.split_last().context("no token")?;
        ensure!(former.iter().all(|of| of.leaves == 1 && of.regenerated == 0), "{disk:?}");
        ensure!((in_force.leaves, in_force.regenerated) == (1, 1), "{disk:?}");
    }
    Ok(())
}

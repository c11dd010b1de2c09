//! What is left of a key's former token once its epoch is retired: nothing, for whoever takes every
//! agent's disk and TPM. The agents are killed for it, so it comes last.

use std::{io::Write, time::Duration};

use regent_primitives::RegenToken;

use super::{
    scene::{failed, Scene},
    steps::Steps,
    Record, RetirementRecord,
};
use crate::{
    error::CliError,
    network::{AgentRoot, Network, TakenDisk},
};

/// Where it fails, if it does.
const STEP: &str = "the former token";
/// How long all agents may take to destroy what made their shares.
const PATIENCE: Duration = Duration::from_secs(60);

/// A key that changed hands.
pub(super) struct HandedOver {
    /// Its token before.
    pub(super) former: RegenToken,
    /// Its token since.
    pub(super) present: RegenToken,
}

/// Waits until the former epoch is retired and all agents have destroyed what made its shares. It never is
/// where an old copy of an agent's state opens like the newest.
pub(super) async fn wait(
    network: &Network,
    scene: &Scene,
    handed: Option<&HandedOver>,
) -> Result<(), CliError> {
    match handed {
        Some(handed) if network.root() == AgentRoot::Tpm => {
            scene.wait_for_retirement(&handed.former, PATIENCE).await
        }
        _ => Ok(()),
    }
}

/// Tries every agent's disk with its TPM: none regenerates a share of the former token, and each does of
/// the present one, which shows that it was tried as it should be.
pub(super) async fn show(
    network: &mut Network,
    handed: &HandedOver,
    out: &mut (impl Write + Send),
    record: &mut Record,
) -> Result<(), CliError> {
    if network.root() != AgentRoot::Tpm {
        let why = "an old copy of these agents' states opens like the newest";
        return Ok(writeln!(out, "  not shown {why}: `--root tpm` prevents it")?);
    }
    let HandedOver { former, present } = handed;
    let (old, new) = (former.epoch, present.epoch);
    let mut steps = Steps::new(out);
    let disks = network.take_disks(&[former, present]).await?;
    let mut made = 0;
    for TakenDisk { name, found, .. } in &disks {
        let [before, since] = found.as_slice() else {
            return Err(failed(STEP, format!("{name} tells of {} tokens", found.len())));
        };
        writeln!(
            steps.out,
            "  {name:<9} {} of {} shares of epoch {old} regenerated, {} of {} of epoch {new}",
            before.regenerated, before.leaves, since.regenerated, since.leaves
        )?;
        if before.regenerated != 0 {
            return Err(failed(STEP, format!("{name}'s disk regenerates a share of it")));
        }
        if since.regenerated != since.leaves {
            return Err(failed(STEP, format!("{name}'s disk makes no share of the present one")));
        }
        made += since.regenerated;
    }
    // An agent that came too late has no part in a token, but never all of them.
    if made == 0 {
        return Err(failed(STEP, "no disk makes a share of the present one either"));
    }
    let count = disks.len();
    steps.done(
        "nothing",
        format_args!(
            "of epoch {old} is regenerated from all {count} agents' disks and TPMs, as they are now; of \
             epoch {new} all {made} shares"
        ),
    )?;
    record.retire(RetirementRecord::of(handed, &disks));
    Ok(())
}

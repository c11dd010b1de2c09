//! `regent-agent identity`: the id under which the agent is registered on chain.

use std::io::Write;

use super::open_store;
use crate::{config::Config, failpoint::Failpoint, hardening};

pub(super) fn execute(config: &Config, out: &mut impl Write) -> anyhow::Result<()> {
    hardening::apply();
    let store = open_store(config, Failpoint::default())?;
    writeln!(out, "{}", store.identity().agent_id())?;
    Ok(())
}

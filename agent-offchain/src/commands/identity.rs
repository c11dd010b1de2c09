//! `regent-agent identity`: the id under which the agent is registered on chain, and its consent, the
//! proof that `Quorums.register_agent` and `Quorums.update_endpoint` ask for.

use std::io::Write;

use anyhow::{anyhow, ensure, Context};
use regent_primitives::session::{is_endpoint, Endpoint};
use serde_json::json;

use super::IdentityArguments;
use crate::{config::Config, failpoint::Failpoint, hardening, root::open_store};

pub(super) fn execute(
    config: &Config,
    arguments: &IdentityArguments,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    hardening::apply();
    let store = open_store(config, Failpoint::default())?;
    let identity = store.identity();
    let agent = identity.agent_id();
    let (Some(institution), Some(url)) = (arguments.institution, &arguments.endpoint) else {
        writeln!(out, "{agent}")?;
        return Ok(());
    };
    let endpoint = Endpoint::try_from(url.clone().into_bytes())
        .ok()
        .filter(|endpoint| is_endpoint(endpoint))
        .ok_or_else(|| anyhow!("{url} is not an http:// or https:// URL that a chain takes"))?;
    let known = config.node.genesis.or(store.genesis());
    let genesis = arguments.genesis.or(known).context(
        "the proof is for one chain: give --genesis, or set node.genesis in the configuration",
    )?;
    if let Some(ours) = known {
        ensure!(ours == genesis, "this agent serves the chain {ours:?}, not {genesis:?}");
    }
    let proof =
        format!("0x{}", hex::encode(identity.sign_registration(genesis, institution, &endpoint).0));
    if arguments.json {
        let consent = json!({
            "agent": agent.to_string(),
            "institution": institution,
            "endpoint": url,
            "genesis": format!("{genesis:?}"),
            "proof": proof,
        });
        writeln!(out, "{consent}")?;
    } else {
        writeln!(out, "{agent}\n{proof}")?;
    }
    Ok(())
}

//! `regent-agent status`: what the state of an agent that does not run says.

use std::io::Write;

use crate::{config::Config, failpoint::Failpoint, hardening, root::open_store};

pub(super) fn execute(config: &Config, out: &mut impl Write) -> anyhow::Result<()> {
    hardening::apply();
    let store = open_store(config, Failpoint::default())?;
    let protected = if store.rollback_protected() {
        "yes: an old copy of the state is refused"
    } else {
        "no: an old copy of the state opens like the newest"
    };
    let or_none = |known: Option<String>| known.unwrap_or_else(|| "none yet".to_owned());
    let finalised = store.finalised().map(|(number, hash)| format!("{number} {hash:?}"));
    let verified = store.tracked_head().map(|head| head.anchor);
    let verified = verified
        .map(|head| format!("{} {:?}, authority set {}", head.number, head.hash, head.set.id()));
    writeln!(out, "agent               {}", store.identity().agent_id())?;
    writeln!(out, "chain               {}", or_none(store.genesis().map(|it| format!("{it:?}"))))?;
    writeln!(out, "root provider       {}", store.root().provider)?;
    writeln!(out, "rollback protected  {protected}")?;
    writeln!(out, "generation          {}", store.generation())?;
    writeln!(out, "log records         {}", store.log_entries())?;
    writeln!(out, "acted on block      {}", or_none(finalised))?;
    writeln!(out, "verified block      {}", or_none(verified))?;
    Ok(())
}

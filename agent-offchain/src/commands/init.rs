//! `regent-agent init`: a configuration, a passphrase and a new agent. Whatever is there is kept.

use std::{fs::OpenOptions, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use super::unwritten;
use crate::{
    config::{Config, Environment, PassphraseSource, DEFAULT},
    hardening, passphrase,
    root::open_or_create_store,
};

pub(super) fn execute(
    path: &Path,
    environment: &Environment,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    if !path.exists() {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(|error| unwritten(path, error))?;
        file.write_all(DEFAULT.as_bytes()).map_err(|error| unwritten(path, error))?;
        writeln!(out, "wrote {}", path.display())?;
    }
    let config = Config::load(path, environment)?;
    hardening::apply();
    if passphrase::create(&config.state.passphrase)? {
        if let PassphraseSource::File(file) = &config.state.passphrase {
            writeln!(out, "wrote {}: keep a copy apart from the state", file.display())?;
        }
    }
    let store = open_or_create_store(&config)?;
    if !store.rollback_protected() {
        writeln!(
            out,
            "note: a passphrase cannot tell an old copy of the state from the newest; for \
             development only"
        )?;
    }
    writeln!(out, "{}", store.identity().agent_id())?;
    Ok(())
}

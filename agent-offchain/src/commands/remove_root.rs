//! `regent-agent remove-root`: what the TPM holds for an agent that is no more.

use std::io::Write;

use anyhow::{bail, Context as _};
use regent_root_tpm::TpmProvider;

use crate::{
    config::Config,
    hardening,
    root::owner_auth,
    store::{open_database, read_sealed},
};

pub(super) fn execute(config: &Config, out: &mut impl Write) -> anyhow::Result<()> {
    hardening::apply();
    let location = config.root.tpm()?.context(
        "root.provider is \"passphrase\": there is nothing to remove but the state's folder",
    )?;
    // The index is all that can open it: it must be meant.
    let path = config.database();
    if path.exists() && read_sealed(&open_database(&path)?)?.is_some() {
        bail!(
            "{} is sealed under this index: move it away first if it is to be lost for good",
            path.display()
        );
    }
    let owner = owner_auth(config)?;
    let (tcti, index) = (location.tcti(), location.index());
    if TpmProvider::remove(&location, owner.as_ref())? {
        writeln!(out, "removed NV index {index:#010x} from {tcti}")?;
    } else {
        writeln!(out, "there is no NV index {index:#010x} in {tcti}")?;
    }
    Ok(())
}

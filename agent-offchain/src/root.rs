//! Opening the state with the root provider that the configuration names.

use regent_protocol::root_store::{Passphrase, PassphraseProvider, RootProvider, SealedState};
use regent_root_tpm::{OwnerAuth, TpmProvider};

use crate::{
    config::{Config, PassphraseSource},
    failpoint::Failpoint,
    passphrase::{self, PassphraseError},
    store::{open_database, read_sealed, Store, StoreError},
};

/// Opens the agent's state.
///
/// # Errors
/// Says what to do about it.
pub fn open_store(config: &Config, failpoint: Failpoint) -> anyhow::Result<Store> {
    // Without a state there is nothing to unseal: no passphrase is asked for.
    if !config.database().exists() {
        return Err(StoreError::Missing.into());
    }
    let database = open_database(&config.database())?;
    let Some(sealed) = read_sealed(&database)? else { return Err(StoreError::Missing.into()) };
    let passphrase = passphrase::read(&config.state.passphrase)?;
    Ok(Store::open(database, unlock(config, &passphrase, &sealed)?, failpoint)?)
}

/// Opens the agent's state, or makes it.
///
/// # Errors
/// Says what to do about it.
pub fn open_or_create_store(config: &Config) -> anyhow::Result<Store> {
    let database = open_database(&config.database())?;
    let passphrase = passphrase::read(&config.state.passphrase)?;
    let failpoint = Failpoint::default();
    Ok(match read_sealed(&database)? {
        Some(sealed) => Store::open(database, unlock(config, &passphrase, &sealed)?, failpoint)?,
        None => Store::create(database, create(config, &passphrase)?, failpoint)?,
    })
}

/// The authorisation of the TPM's owner hierarchy, if one is configured.
///
/// # Errors
/// If it cannot be read.
pub fn owner_auth(config: &Config) -> Result<Option<OwnerAuth>, PassphraseError> {
    let read = |source: &PassphraseSource| passphrase::read_bytes(source).map(OwnerAuth::new);
    config.root.owner_auth.as_ref().map(read).transpose()
}

/// What holds the key of a state, as the configuration names it.
///
/// # Errors
/// Says what to do about it. Whether it is the state's shows when that is opened.
pub fn unlock(
    config: &Config,
    passphrase: &Passphrase,
    sealed: &SealedState,
) -> anyhow::Result<Box<dyn RootProvider>> {
    Ok(match config.root.tpm()? {
        Some(location) => Box::new(TpmProvider::unlock(location, passphrase, sealed)?),
        None => Box::new(PassphraseProvider::unlock(passphrase, sealed)?),
    })
}

fn create(config: &Config, passphrase: &Passphrase) -> anyhow::Result<Box<dyn RootProvider>> {
    Ok(match config.root.tpm()? {
        Some(location) => {
            let owner = owner_auth(config)?;
            Box::new(TpmProvider::create(location, passphrase, owner.as_ref())?)
        }
        None => Box::new(PassphraseProvider::create(passphrase)?),
    })
}

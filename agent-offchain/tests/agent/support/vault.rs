//! A root provider with a counter, outside the disk.

use std::sync::{Arc, Mutex};

use rand_core::{OsRng, RngCore};
use regent_protocol::root_store::{RootProvider, RootStoreError, SealedState};
use zeroize::Zeroizing;

type Key = (u64, [u8; 32]);

/// Survives whatever happens to the process, as a device would. Clones are the same device.
#[derive(Clone, Default)]
pub struct Vault(Arc<Mutex<Keys>>);

#[derive(Default)]
struct Keys {
    current: Option<Key>,
    pending: Option<Key>,
}

impl Vault {
    /// Another device with the same keys.
    pub fn copy(&self) -> Self {
        let keys = self.0.lock().expect("no panic");
        Self(Arc::new(Mutex::new(Keys { current: keys.current, pending: keys.pending })))
    }
}

impl RootProvider for Vault {
    fn name(&self) -> &'static str {
        "vault"
    }

    fn rollback_protected(&self) -> bool {
        true
    }

    fn current_generation(&self) -> Result<Option<u64>, RootStoreError> {
        Ok(self.0.lock().expect("no panic").current.map(|(generation, _)| generation))
    }

    fn seal(&mut self, generation: u64, state: &[u8]) -> Result<SealedState, RootStoreError> {
        let mut key = [0; 32];
        OsRng.fill_bytes(&mut key);
        self.0.lock().expect("no panic").pending = Some((generation, key));
        SealedState::seal(&key, "vault", Vec::new(), generation, state)
    }

    fn open(&mut self, sealed: &SealedState) -> Result<Zeroizing<Vec<u8>>, RootStoreError> {
        let keys = self.0.lock().expect("no panic");
        let found = [keys.current, keys.pending]
            .into_iter()
            .flatten()
            .find(|(generation, _)| *generation == sealed.generation());
        let (_, key) = found.ok_or(RootStoreError::NotOpened)?;
        sealed.open(&key, "vault")
    }

    fn commit(&mut self, generation: u64) -> Result<(), RootStoreError> {
        let mut keys = self.0.lock().expect("no panic");
        match keys.pending.take() {
            Some(pending) if pending.0 == generation => keys.current = Some(pending),
            other => {
                keys.pending = other;
                return Err(RootStoreError::Provider("no such generation is pending".into()));
            }
        }
        Ok(())
    }
}

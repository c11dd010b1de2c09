//! Opening a session: fresh keys, and evidence over them (section 5).

use std::{sync::Arc, time::Duration};

use rand_core::{OsRng, RngCore};
use regent_primitives::{
    bounds::MAX_ATTEMPTS, enclave_api::OpenSession, BlockNumber, Evidence, Session, SessionId, H256,
};
use regent_protocol::{seal::SessionKem, SigningIdentity};
use tokio::time::Instant;

use crate::{
    enclave::Enclave,
    error::OpenError,
    session::{Secrets, Slot},
};

/// Milliseconds of a slot of the chain. The enclave counts from the session's making, the chain from
/// its later opening on chain: the secrets are gone when the chain's deadline comes.
const SLOT_MILLISECONDS: u64 = 500;

/// What `lifetime` blocks are on the clock.
pub(crate) const fn duration_of(lifetime: BlockNumber) -> Duration {
    Duration::from_millis(SLOT_MILLISECONDS.saturating_mul(lifetime as u64))
}

/// Checks what is asked for. Whoever asks in the words of a session that is not closed gets that one: the
/// first answer may have been lost. Other words get another session of the same attempt, for anybody may
/// ask: the chain records one, agents release to no other, and nothing is done in any other.
pub(crate) fn check(
    enclave: &Enclave,
    asked: &OpenSession,
) -> Result<Option<Arc<Slot>>, OpenError> {
    if asked.attempt == 0 || asked.attempt > MAX_ATTEMPTS {
        return Err(OpenError::Attempt { found: asked.attempt });
    }
    let maximum = enclave.maximum_lifetime();
    if asked.lifetime == 0 || asked.lifetime > maximum {
        return Err(OpenError::Lifetime { found: asked.lifetime, maximum });
    }
    let known = enclave.registry().opened_as(asked);
    if known.is_none() {
        enclave.registry().check_room()?;
    }
    Ok(known)
}

/// Makes a session. Takes a millisecond or, with hardware that attests, much longer.
pub(crate) fn make(enclave: &Enclave, asked: &OpenSession) -> Result<Slot, OpenError> {
    let mut id = [0; 32];
    OsRng.try_fill_bytes(&mut id).map_err(|_| OpenError::Keys)?;
    let (kem, kem_public) = SessionKem::generate().map_err(|_| OpenError::Keys)?;
    let signer = SigningIdentity::generate(&mut OsRng).map_err(|_| OpenError::Keys)?;
    let mut session = Session {
        id: SessionId(H256(id)),
        request: asked.request,
        attempt: asked.attempt,
        kem_public: kem_public.try_into().map_err(|_| OpenError::Keys)?,
        signing_public: signer.public().0,
        finalised_hash: asked.finalised_hash,
        evidence: Evidence { kind: enclave.measurement().kind, bytes: Default::default() },
        endpoint: enclave.endpoint().clone(),
        lifetime: asked.lifetime,
    };
    session.evidence = enclave.attester().attest(session.report_data(enclave.genesis()))?;
    let deadline = Instant::now() + duration_of(asked.lifetime);
    Ok(Slot::new(session, Secrets { kem, signer }, deadline))
}

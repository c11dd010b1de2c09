//! What of a delivery can be checked before anything is known of the request: that it is for this
//! session, and that whoever it names signed it (section 7).

use regent_primitives::{
    bounds::MAX_LEAVES, enclave_api::Delivery, release::verify_raw, Session, H256,
};

use crate::error::DeliverError;

/// Bytes an encoded delivery may have: sealed share 1.2 KiB, release 0.4 KiB.
pub(crate) const MAX_DELIVERY_BYTES: usize = 2_048;
/// Deliveries a session keeps.
pub(crate) const MAX_DELIVERIES: usize = MAX_LEAVES as usize;

/// Checks that the release is for this session and these sealed bytes, and signed by its agent.
pub(crate) fn check(
    genesis: H256,
    session: &Session,
    delivery: &Delivery,
) -> Result<(), DeliverError> {
    let release = &delivery.release;
    let bound = [
        (release.session == session.id, "session"),
        (release.request == session.request, "request"),
        (release.attempt == session.attempt, "attempt"),
    ];
    if let Some((_, field)) = bound.into_iter().find(|(equal, _)| !equal) {
        return Err(DeliverError::Binding { field });
    }
    if release.sealed_hash != delivery.sealed.hash(genesis) {
        return Err(DeliverError::SealedHash);
    }
    if !verify_raw(&release.signature, release.message(genesis), &release.agent.0) {
        return Err(DeliverError::Signature { agent: release.agent });
    }
    Ok(())
}

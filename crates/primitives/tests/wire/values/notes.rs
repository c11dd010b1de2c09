//! Shares, and what agents say of them.

use regent_primitives::{
    release::RawSignature, Confirmation, Puncture, Refusal, RefusalReason, Release, SealedShare,
    H256,
};

use super::ids::{bounded, path, raw, AGENT, ENROLMENT, HASH, KEY, OTHER, REQUEST, SESSION};

pub fn sealed() -> SealedShare {
    SealedShare { version: 1, encapsulated: bounded(vec![6; 70]), ciphertext: bounded(vec![7; 48]) }
}

pub fn release() -> Release {
    Release {
        request: REQUEST,
        attempt: 1,
        session: SESSION,
        leaf: path(&[1, 2]),
        agent: AGENT,
        aad: HASH,
        sealed_hash: OTHER,
        finalised_hash: H256([0x33; 32]),
        signature: raw(5),
    }
}

pub fn refusal(reason: RefusalReason) -> Refusal {
    let (request, attempt, agent) = (REQUEST, 1, AGENT);
    Refusal { request, attempt, agent, reason, finalised_hash: HASH, signature: raw(6) }
}

pub fn confirmation() -> Confirmation {
    Confirmation {
        key: KEY,
        epoch: 3,
        enrolment_id: ENROLMENT,
        leaf: path(&[1, 1]),
        agent: AGENT,
        signature: raw(7),
    }
}

pub fn puncture() -> Puncture {
    Puncture {
        key: KEY,
        epoch: 3,
        enrolment_id: ENROLMENT,
        agent: AGENT,
        rollback_protected: true,
        signature: RawSignature::from_raw([8; 64]),
    }
}

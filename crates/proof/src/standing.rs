//! Where a request, the session of an attempt, and the key stand: what an enclave reads of a head's
//! state, and whoever asks it has proven.

use regent_primitives::{
    Attempt, EpochStatus, KeyEntry, RegenToken, RequestBody, RequestId, RequestRecord,
    SessionRecord, H256,
};

use crate::{
    error::StateError,
    layout,
    state::{ProvenState, Query, StateKey},
};

/// Where it is kept.
pub struct StandingKeys {
    request: StateKey<RequestRecord>,
    session: StateKey<SessionRecord>,
    key: StateKey<KeyEntry>,
    epoch: StateKey<EpochStatus>,
    token: StateKey<RegenToken>,
    freeze: StateKey<(bool, bool)>,
}

/// Where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The request.
    pub request: Option<RequestRecord>,
    /// The attempt's session.
    pub session: Option<SessionRecord>,
    /// The key.
    pub key: Option<KeyEntry>,
    /// The request's epoch of it.
    pub epoch: Option<EpochStatus>,
    /// BLAKE2b-256 of the encoding of that epoch's token.
    pub token: Option<H256>,
    /// Whether somebody froze the key.
    pub frozen: bool,
}

impl StandingKeys {
    /// Of an attempt of a request with this body.
    pub fn of(request: RequestId, attempt: Attempt, body: &RequestBody) -> Self {
        Self {
            request: layout::request(request),
            session: layout::session(request, attempt),
            key: layout::key_entry(body.key),
            epoch: layout::epoch_status(body.key, body.epoch),
            token: layout::token(body.key, body.epoch),
            freeze: layout::freeze(body.key),
        }
    }

    /// Asks for all of it. The token is asked for by its hash: whoever asks an enclave brings it anyway.
    pub fn queries(&self) -> [Query; 6] {
        [
            self.request.query(),
            self.session.query(),
            self.key.query(),
            self.epoch.query(),
            Query::Hash(self.token.bytes().to_vec()),
            self.freeze.query(),
        ]
    }

    /// Reads it.
    ///
    /// # Errors
    /// A state of which something else was asked, or that holds values of other types.
    pub fn read(&self, state: &ProvenState) -> Result<Standing, StateError> {
        Ok(Standing {
            request: state.get(&self.request)?,
            session: state.get(&self.session)?,
            key: state.get(&self.key)?,
            epoch: state.get(&self.epoch)?,
            token: state.hash(self.token.bytes())?,
            frozen: state.get(&self.freeze)?.is_some(),
        })
    }
}

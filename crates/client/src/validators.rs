//! Validators: who holds which seat with which session keys, and new keys from an operator's own node.
//!
//! No method of the runtime lists the former: they are read from the state, as the node says.

use codec::{Decode, Encode};
use regent_primitives::{AccountId, BlockNumber, InstitutionId, SessionKeys, H256};
use regent_proof::{layout, StateKey};
use serde::Deserialize;
use serde_json::json;

use crate::{
    client::Client,
    error::{ClientError, Result},
    proofs::{hexadecimal, scale},
};

/// The methods that are asked.
const STORAGE: &str = "state_getStorage";
const HAS: &str = "author_hasSessionKeys";
const ROTATE: &str = "author_rotateKeysWithOwner";

/// Who validates, as the state after a block has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validators {
    /// Height of the block.
    pub block: BlockNumber,
    /// Blocks of a session.
    pub session_length: BlockNumber,
    /// Validators of this session, with the keys that they have in it.
    pub present: Vec<(AccountId, SessionKeys)>,
    /// Validators of the next session.
    pub next: Vec<(AccountId, SessionKeys)>,
    /// The seats that are filled, by institution.
    pub seats: Vec<Seat>,
}

/// A validator's seat that is filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Whose seat it is.
    pub institution: InstitutionId,
    /// Whether the institution is active: a suspended one has no validator.
    pub active: bool,
    /// Who holds it.
    pub holder: AccountId,
    /// The session keys that the holder set last.
    pub keys: Option<SessionKeys>,
}

/// Whether a seat's holder validates, with the session keys that it set last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not before it sets some.
    NoKeys,
    /// Not before its institution is resumed.
    Suspended,
    /// Now.
    InOffice,
    /// From the block after this one on.
    After(BlockNumber),
}

/// New session keys that a node made, and keeps the secrets of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKeys {
    /// The keys.
    pub keys: SessionKeys,
    /// Their signatures over the account that they are for, as the chain takes them.
    pub proof: Vec<u8>,
}

/// What `author_rotateKeysWithOwner` answers with: both in hexadecimal.
#[derive(Deserialize)]
struct Rotated {
    keys: String,
    proof: String,
}

impl Validators {
    /// The block that changes sessions next.
    pub fn next_change(&self) -> BlockNumber {
        next_change(self.session_length, self.block)
    }

    /// Whether a seat's holder validates.
    pub fn standing(&self, seat: &Seat) -> Standing {
        let Some(keys) = seat.keys else { return Standing::NoKeys };
        let holder = (seat.holder.clone(), keys);
        if self.present.contains(&holder) {
            Standing::InOffice
        } else if self.next.contains(&holder) {
            Standing::After(self.next_change())
        } else if seat.active {
            Standing::After(in_office_after(self.session_length, self.block))
        } else {
            Standing::Suspended
        }
    }

    /// Who validates in this session with keys that no seat's holder set last: they were replaced, or
    /// their holder lost the seat.
    pub fn leaving(&self) -> impl Iterator<Item = &(AccountId, SessionKeys)> {
        self.present.iter().filter(move |(account, keys)| {
            !self.seats.iter().any(|seat| seat.holder == *account && seat.keys == Some(*keys))
        })
    }
}

/// The block after which session keys are in office that are set in a block: the second change of sessions
/// after it.
pub fn in_office_after(session_length: BlockNumber, set_in: BlockNumber) -> BlockNumber {
    next_change(session_length, set_in).saturating_add(session_length)
}

fn next_change(session_length: BlockNumber, after: BlockNumber) -> BlockNumber {
    let changes = after.checked_div(session_length).unwrap_or_default();
    changes.saturating_add(1).saturating_mul(session_length)
}

impl Client {
    /// Who validates, at the newest finalised block (`None`) or at a given one. As the node says: nothing
    /// is proven.
    ///
    /// # Errors
    /// If the node cannot be asked, or its runtime is of another version.
    pub async fn validators(&self, at: Option<H256>) -> Result<Validators> {
        // All of it is of one block.
        let at = match at {
            Some(at) => at,
            None => self.finalised_hash().await?,
        };
        let length = self.stored(&layout::session_length(), at).await?;
        let session_length = length.ok_or_else(|| ClientError::Decode {
            method: STORAGE.to_owned(),
            reason: "the state does not say how long a session is".to_owned(),
        })?;
        let accounts = self.stored(&layout::validators(), at).await?.unwrap_or_default();
        let authors: Vec<[u8; 32]> = self.runtime_api("AuraApi_authorities", &[], Some(at)).await?;
        let voters: Vec<([u8; 32], u64)> =
            self.runtime_api("GrandpaApi_grandpa_authorities", &[], Some(at)).await?;
        let counts = [accounts.len(), authors.len(), voters.len()];
        if counts != [accounts.len(); 3] {
            let reason = format!("{counts:?} validators, authors and voters");
            return Err(ClientError::Decode { method: STORAGE.to_owned(), reason });
        }
        let keys = authors.into_iter().zip(voters);
        let keys = keys.map(|(aura, (grandpa, _))| SessionKeys { aura, grandpa });
        let mut seats = Vec::new();
        for (institution, record) in self.status(Some(at)).await?.institutions {
            let Some(holder) = record.validator else { continue };
            let keys = self.stored(&layout::session_keys(&holder), at).await?;
            seats.push(Seat { institution, active: record.active, holder, keys });
        }
        Ok(Validators {
            block: self.head(at).await?.number,
            session_length,
            present: accounts.into_iter().zip(keys).collect(),
            next: self.stored(&layout::next_validators(), at).await?.unwrap_or_default(),
            seats,
        })
    }

    /// Whether the node has the secrets of session keys, or says so.
    ///
    /// # Errors
    /// If the node cannot be asked, or refuses: at an endpoint that other machines reach it does, unless
    /// it was started with `--rpc-methods unsafe`.
    pub async fn has_session_keys(&self, keys: &SessionKeys) -> Result<bool> {
        self.call_rpc(HAS, &[json!(format!("0x{}", hex::encode(keys.encode())))]).await
    }

    /// Has the node make new session keys, which join those in its keystore, and sign for the account
    /// that is to set them. To be asked of an operator's own node only: who has the secrets of a
    /// validator's keys validates in its place.
    ///
    /// # Errors
    /// As [`Client::has_session_keys`], or if the node answers with something else.
    pub async fn rotate_session_keys(&self, owner: &AccountId) -> Result<NewKeys> {
        let owner: &[u8] = owner.as_ref();
        let arguments = [json!(format!("0x{}", hex::encode(owner)))];
        let Rotated { keys, proof } = self.call_rpc(ROTATE, &arguments).await?;
        let keys = scale(ROTATE, &hexadecimal(ROTATE, &keys)?)?;
        Ok(NewKeys { keys, proof: hexadecimal(ROTATE, &proof)? })
    }

    /// A value of the state, as the node says.
    async fn stored<V: Decode>(&self, key: &StateKey<V>, at: H256) -> Result<Option<V>> {
        let key = format!("0x{}", hex::encode(key.bytes()));
        let arguments = [json!(key), json!(format!("{at:?}"))];
        let value: Option<String> = self.call_rpc(STORAGE, &arguments).await?;
        let Some(value) = value else { return Ok(None) };
        scale(STORAGE, &hexadecimal(STORAGE, &value)?).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_office_after_the_second_change_of_sessions() {
        for (set_in, after) in [(0, 80), (1, 80), (39, 80), (40, 120), (79, 120), (80, 160)] {
            assert_eq!(in_office_after(40, set_in), after, "set in block {set_in}");
        }
        assert_eq!(in_office_after(0, 7), 0, "no node makes this fail");
        assert_eq!(in_office_after(40, BlockNumber::MAX), BlockNumber::MAX);
    }
}

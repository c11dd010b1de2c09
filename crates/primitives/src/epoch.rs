//! A key and its epochs as the chain's state holds them: what is proven of a key is proven of these.

use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{
    ids::{Epoch, QuorumId, RequestId},
    token::{EpochRecord, KeyRecord, KeyState, RegenToken},
    AccountId, BlockNumber,
};

/// A key, for all its epochs.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct KeyEntry {
    /// Who owns it.
    pub owner: AccountId,
    /// Whether its owner is a contract, by whose word the chain decides for it.
    pub chain_authority: bool,
    /// The epoch that is active, or the first one while it is pending.
    pub current: Epoch,
    /// The newest epoch that has a token: the current one, or one that is to follow it, pending or
    /// withdrawn.
    pub newest: Epoch,
}

/// What changes of an epoch while its token stays, so that a confirmation rewrites some hundred bytes
/// and not the token.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct EpochStatus {
    /// The quorum of its agents.
    pub quorum: QuorumId,
    /// Where it stands.
    pub state: KeyState,
    /// The request that made its token.
    pub request: RequestId,
    /// When its token was stored.
    pub enrolled_at: BlockNumber,
    /// Who owns the key once it is active, if it waits for a transfer of control.
    pub transfer_to: Option<AccountId>,
    /// Bit per leaf in preorder: confirmed by its participant.
    pub confirmed: [u8; 32],
    /// Bit per leaf in preorder: punctured by its participant.
    pub punctured: [u8; 32],
    /// Bit per leaf in preorder: of these, by one who is rollback protected.
    pub punctured_for_good: [u8; 32],
}

impl EpochStatus {
    /// Together with its key and token: the epoch as others read it.
    pub fn with(self, entry: KeyEntry, token: RegenToken) -> EpochRecord {
        let Self { quorum, state, request, enrolled_at, transfer_to, confirmed, .. } = self;
        let (punctured, punctured_for_good) = (self.punctured, self.punctured_for_good);
        let KeyEntry { owner, chain_authority, newest, .. } = entry;
        let key = KeyRecord {
            token,
            owner,
            quorum,
            state,
            chain_authority,
            newest,
            enrolled_at,
            confirmed,
        };
        EpochRecord { key, request, transfer_to, punctured, punctured_for_good }
    }

    /// The status of a record.
    pub fn of(record: &EpochRecord) -> Self {
        let EpochRecord { key, request, transfer_to, punctured, punctured_for_good } = record;
        Self {
            quorum: key.quorum,
            state: key.state,
            request: *request,
            enrolled_at: key.enrolled_at,
            transfer_to: transfer_to.clone(),
            confirmed: key.confirmed,
            punctured: *punctured,
            punctured_for_good: *punctured_for_good,
        }
    }
}

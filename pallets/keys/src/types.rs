//! What the pallet keeps beside a token.

use codec::{Decode, Encode, MaxEncodedLen};
use regent_primitives::{AccountId, BlockNumber, KeyRecord, KeyState, QuorumId, RegenToken};
use scale_info::TypeInfo;

/// What changes of a key while its token stays, so that a confirmation rewrites some hundred bytes
/// and not the token.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct KeyStatus {
    /// Who requested it.
    pub owner: AccountId,
    /// The quorum of its agents.
    pub quorum: QuorumId,
    /// Where its epoch stands.
    pub state: KeyState,
    /// Whether the chain's word approves for it (owned by a contract).
    pub chain_authority: bool,
    /// When it was enrolled.
    pub enrolled_at: BlockNumber,
    /// Bit per leaf in preorder: confirmed by its participant.
    pub confirmed: [u8; 32],
}

impl KeyStatus {
    /// Together with its token: the key as others read it.
    pub fn with_token(self, token: RegenToken) -> KeyRecord {
        let Self { owner, quorum, state, chain_authority, enrolled_at, confirmed } = self;
        KeyRecord { token, owner, quorum, state, chain_authority, enrolled_at, confirmed }
    }

    /// The status of a record.
    pub fn of(record: KeyRecord) -> (RegenToken, Self) {
        let KeyRecord { token, owner, quorum, state, chain_authority, enrolled_at, confirmed } =
            record;
        (token, Self { owner, quorum, state, chain_authority, enrolled_at, confirmed })
    }
}

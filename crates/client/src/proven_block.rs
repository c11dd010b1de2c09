//! A final block and values of its state, proven from nothing but the hash of the chain's block 0: for
//! people, who keep no head between two commands.
//!
//! A node can prove an old block in place of the newest one: [`ProvenBlock::due`] says when it was made.

use codec::Decode;
use regent_primitives::{
    cash_api::CashTerms, timing::SLOT_MILLISECONDS, BlockNumber, KeyId, KeyRecord, H256,
};
use regent_proof::{layout, Query, StateKey};

use crate::{
    evidence::{finality, state::BlockState, ExportError},
    Client,
};

/// A block that is proven to be final on a chain.
#[derive(Clone, Debug)]
pub struct ProvenBlock {
    client: Client,
    number: BlockNumber,
    hash: H256,
    root: H256,
    due: Option<u64>,
}

impl Client {
    /// The newest block that the node proves to be final on the chain with this genesis: each change of
    /// authorities is followed from block 0 on, some calls each.
    ///
    /// # Errors
    /// The node cannot be asked, is of another chain, or what it says is not proven.
    pub async fn proven_block(&self, genesis: H256) -> Result<ProvenBlock, ExportError> {
        let found = self.genesis();
        if found != genesis {
            return Err(ExportError::OtherGenesis { found, expected: genesis });
        }
        let head = finality::prove(self, genesis, None, &mut |_| ()).await?.verified;
        Ok(ProvenBlock {
            client: self.clone(),
            number: head.number(),
            hash: head.hash(),
            root: head.state_root(),
            due: head.slot().map(|slot| slot.saturating_mul(SLOT_MILLISECONDS)),
        })
    }
}

impl ProvenBlock {
    /// Its height.
    pub const fn number(&self) -> BlockNumber {
        self.number
    }

    /// Its hash.
    pub const fn hash(&self) -> H256 {
        self.hash
    }

    /// When it was due, in milliseconds since the Unix epoch, if its header says so.
    pub const fn due(&self) -> Option<u64> {
        self.due
    }

    /// A value of its state; none if it is proven that there is none.
    ///
    /// # Errors
    /// The node cannot be asked, or what it says is not proven.
    pub async fn value<V: Decode>(&self, key: &StateKey<V>) -> Result<Option<V>, ExportError> {
        self.state().value(key).await
    }

    /// The terms of cash.
    ///
    /// # Errors
    /// As [`ProvenBlock::value`].
    pub async fn cash(&self) -> Result<Option<CashTerms>, ExportError> {
        self.value(&layout::cash_terms()).await
    }

    /// A key with the token of its present epoch.
    ///
    /// # Errors
    /// As [`ProvenBlock::value`]; or an entry of a key without a token.
    pub async fn key(&self, id: KeyId) -> Result<Option<KeyRecord>, ExportError> {
        let Some(entry) = self.value(&layout::key_entry(id)).await? else { return Ok(None) };
        let token = layout::token(id, entry.current);
        let status = layout::epoch_status(id, entry.current);
        let queries: [Query; 2] = [token.query(), status.query()];
        let state = self.state().read(&queries).await?;
        let missing = |what| ExportError::Missing { what, of: id.to_string() };
        let token = state.get(&token)?.ok_or_else(|| missing("the token"))?;
        let status = state.get(&status)?.ok_or_else(|| missing("the status"))?;
        Ok(Some(status.with(entry, token).key))
    }

    fn state(&self) -> BlockState<'_> {
        BlockState::new(&self.client, self.hash, self.root)
    }
}

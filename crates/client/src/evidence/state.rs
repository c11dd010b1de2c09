//! Values of a block's state, each proven before it is looked at; and the nodes that prove a bundle's keys.

use std::collections::BTreeSet;

use codec::Decode;
use regent_primitives::H256;
use regent_proof::{read_state, Limits, ProvenState, Query, StateKey};

use super::ExportError;
use crate::client::Client;

/// Keys whose values are proven at once: of the largest values there are, about two megabytes.
const VALUES_AT_ONCE: usize = 32;
/// Keys that are proven at once without their values: some nodes each.
const KEYS_AT_ONCE: usize = 256;
/// Bytes of the nodes and values of one answer.
const PROOF_BYTES: usize = 4 << 20;

/// The state after a block whose header is verified.
pub(crate) struct BlockState<'a> {
    client: &'a Client,
    block: H256,
    root: H256,
    limits: Limits,
}

impl<'a> BlockState<'a> {
    pub(crate) fn new(client: &'a Client, block: H256, root: H256) -> Self {
        let limits = Limits { proof_bytes: PROOF_BYTES, ..Limits::default() };
        Self { client, block, root, limits }
    }

    /// What a few queries find.
    pub(crate) async fn read(&self, queries: &[Query]) -> Result<ProvenState, ExportError> {
        let nodes = self.client.read_proof(queries, self.block).await?;
        Ok(read_state(self.root, queries, &nodes, &self.limits)?)
    }

    /// One value.
    pub(crate) async fn value<V: Decode>(
        &self,
        key: &StateKey<V>,
    ) -> Result<Option<V>, ExportError> {
        Ok(self.read(&[key.query()]).await?.get(key)?)
    }

    /// The bytes under each key.
    pub(crate) async fn bytes(
        &self,
        keys: &[Vec<u8>],
    ) -> Result<Vec<Option<Vec<u8>>>, ExportError> {
        let mut values = Vec::with_capacity(keys.len());
        for keys in keys.chunks(VALUES_AT_ONCE) {
            let queries: Vec<Query> = keys.iter().cloned().map(Query::Value).collect();
            let state = self.read(&queries).await?;
            for key in keys {
                values.push(state.bytes(key)?.map(<[u8]>::to_vec));
            }
        }
        Ok(values)
    }

    /// The nodes on the way to keys, sorted and without the values: not verified. Asked for is a key
    /// below each that never exists, since the way there ends at the same node, before the value.
    pub(crate) async fn nodes(
        &self,
        queries: &[Query],
        mut progress: impl FnMut(usize),
    ) -> Result<Vec<Vec<u8>>, ExportError> {
        let mut nodes = BTreeSet::new();
        let mut done = 0usize;
        for queries in queries.chunks(KEYS_AT_ONCE) {
            let hashes: Vec<Query> =
                queries.iter().map(|query| Query::Hash(query.key().to_vec())).collect();
            nodes.extend(self.client.read_proof(&hashes, self.block).await?);
            done = done.saturating_add(queries.len());
            progress(done);
        }
        Ok(nodes.into_iter().collect())
    }
}

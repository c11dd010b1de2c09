//! Values in a block's state, and that there is no value: storage proofs against a state root.
//!
//! A proof is a set of trie nodes. It must hold every node on the way to every key that is asked for,
//! present or absent, and no other node; a node that is missing proves nothing, least of all that a
//! value is absent. Values and nodes are bounded before the first one is hashed.

use alloc::{collections::BTreeMap, vec::Vec};
use core::marker::PhantomData;

use codec::{Decode, DecodeAll, Encode};
use regent_primitives::H256;
use sp_crypto_hashing::{blake2_128, twox_128, twox_64};
use sp_runtime::traits::{BlakeTwo256, Hash};
use sp_trie::{
    accessed_nodes_tracker::AccessedNodesTracker, LayoutV1, StorageProof, Trie, TrieDBBuilder,
    TrieError,
};

use crate::{
    error::StateError,
    limits::{total, Limits},
};

/// Reads tries of both state versions.
type Layout = LayoutV1<BlakeTwo256>;

/// A key of the chain's state with the type of its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateKey<V> {
    bytes: Vec<u8>,
    value: PhantomData<fn() -> V>,
}

impl<V> StateKey<V> {
    /// A pallet's storage value.
    pub fn value(pallet: &str, item: &str) -> Self {
        let bytes = [twox_128(pallet.as_bytes()), twox_128(item.as_bytes())].concat();
        Self { bytes, value: PhantomData }
    }

    /// A key outside of any pallet.
    pub fn well_known(key: &[u8]) -> Self {
        Self { bytes: key.to_vec(), value: PhantomData }
    }

    /// A key of a map by `Identity`.
    #[must_use]
    pub fn identity(mut self, key: &impl Encode) -> Self {
        key.encode_to(&mut self.bytes);
        self
    }

    /// A key of a map by `Twox64Concat`.
    #[must_use]
    pub fn twox64(mut self, key: &impl Encode) -> Self {
        let encoded = key.encode();
        self.bytes.extend(twox_64(&encoded));
        self.bytes.extend(encoded);
        self
    }

    /// A key of a map by `Blake2_128Concat`.
    #[must_use]
    pub fn blake2(mut self, key: &impl Encode) -> Self {
        let encoded = key.encode();
        self.bytes.extend(blake2_128(&encoded));
        self.bytes.extend(encoded);
        self
    }

    /// The key's bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Asks for its value.
    pub fn query(&self) -> Query {
        Query::Value(self.bytes.clone())
    }
}

/// What is asked of a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// The value of a key, or that it has none.
    Value(Vec<u8>),
    /// BLAKE2b-256 of the value of a key, or that it has none: the proof then is without the value.
    Hash(Vec<u8>),
}

impl Query {
    /// The key.
    pub fn key(&self) -> &[u8] {
        match self {
            Self::Value(key) | Self::Hash(key) => key,
        }
    }
}

/// What [`Query::Hash`] finds of this value.
pub fn value_hash(value: &impl Encode) -> H256 {
    BlakeTwo256::hash_of(value)
}

/// What was proven of a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenState {
    root: H256,
    values: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    hashes: BTreeMap<Vec<u8>, Option<H256>>,
}

impl ProvenState {
    /// The state's root.
    pub const fn root(&self) -> H256 {
        self.root
    }

    /// The value of a key; none if it is proven that there is none.
    ///
    /// # Errors
    /// A key that was not asked for, or a value of another type.
    pub fn get<V: Decode>(&self, key: &StateKey<V>) -> Result<Option<V>, StateError> {
        let Some(bytes) = self.bytes(key.bytes())? else { return Ok(None) };
        let value = V::decode_all(&mut &bytes[..]);
        value.map(Some).map_err(|_| StateError::OtherType { key: key.bytes.clone() })
    }

    /// The bytes of a key's value; none if it is proven that there is none.
    ///
    /// # Errors
    /// A key that was not asked for.
    pub fn bytes(&self, key: &[u8]) -> Result<Option<&[u8]>, StateError> {
        match self.values.get(key) {
            Some(value) => Ok(value.as_deref()),
            None => Err(StateError::NotAsked { key: key.to_vec() }),
        }
    }

    /// BLAKE2b-256 of a key's value; none if it is proven that there is none.
    ///
    /// # Errors
    /// A key whose hash was not asked for.
    pub fn hash(&self, key: &[u8]) -> Result<Option<H256>, StateError> {
        match self.hashes.get(key) {
            Some(hash) => Ok(*hash),
            None => Err(StateError::NotAsked { key: key.to_vec() }),
        }
    }
}

/// Reads all that is asked for from the state with this root, by these nodes.
///
/// # Errors
/// More than the limits, a node twice, missing, or unused.
pub fn read_state(
    root: H256,
    queries: &[Query],
    nodes: &[Vec<u8>],
    limits: &Limits,
) -> Result<ProvenState, StateError> {
    check_sizes(queries, nodes, limits)?;
    let proof = StorageProof::new_with_duplicate_nodes_check(nodes.iter().cloned())
        .map_err(|_| StateError::DuplicateNode)?;
    let nodes_there = proof.len();
    let db = proof.into_memory_db::<BlakeTwo256>();
    let mut accessed = AccessedNodesTracker::new(nodes_there);
    let mut state = ProvenState { root, values: BTreeMap::new(), hashes: BTreeMap::new() };
    {
        let trie = TrieDBBuilder::<Layout>::new(&db, &root).with_recorder(&mut accessed).build();
        for query in queries {
            match query {
                Query::Value(key) => {
                    let value = trie.get(key).map_err(|error| refused(root, *error))?;
                    state.values.insert(key.clone(), value);
                }
                Query::Hash(key) => {
                    let hash = trie.get_hash(key).map_err(|error| refused(root, *error))?;
                    state.hashes.insert(key.clone(), hash);
                }
            }
        }
    }
    accessed
        .ensure_no_unused_nodes()
        .map_err(|_| StateError::UnusedNodes { found: nodes_there })?;
    Ok(state)
}

fn check_sizes(queries: &[Query], nodes: &[Vec<u8>], limits: &Limits) -> Result<(), StateError> {
    let largest = nodes.iter().map(Vec::len).max().unwrap_or_default();
    for (what, found, limit) in [
        ("keys", queries.len(), limits.keys),
        ("nodes of a storage proof", nodes.len(), limits.nodes),
        ("bytes of a node", largest, limits.node_bytes),
        ("bytes of a storage proof", total(nodes), limits.proof_bytes),
    ] {
        if found > limit {
            return Err(StateError::TooLarge { what, found, limit });
        }
    }
    Ok(())
}

fn refused(root: H256, error: TrieError<Layout>) -> StateError {
    match error {
        TrieError::<Layout>::InvalidStateRoot(expected) => StateError::OtherRoot { expected },
        TrieError::<Layout>::IncompleteDatabase(hash) => StateError::MissingNode { hash },
        TrieError::<Layout>::DecoderError(hash, _) | TrieError::<Layout>::InvalidHash(hash, _) => {
            StateError::MalformedNode { hash }
        }
        TrieError::<Layout>::ValueAtIncompleteKey(..) => StateError::MalformedNode { hash: root },
    }
}

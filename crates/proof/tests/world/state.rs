//! A block's state, and proofs of it as a node makes them.

use std::collections::{BTreeMap, BTreeSet};

use codec::Encode;
use regent_proof::{Query, StateKey};
use sp_core::H256;
use sp_runtime::traits::BlakeTwo256;
use sp_trie::{
    trie_types::TrieDBMutBuilderV1, LayoutV1, MemoryDB, Recorder, Trie, TrieDBBuilder, TrieMut,
};

type Layout = LayoutV1<BlakeTwo256>;

/// Keys and values.
#[derive(Clone, Default)]
pub struct State(BTreeMap<Vec<u8>, Vec<u8>>);

impl State {
    /// Sets a value.
    pub fn set<V: Encode>(&mut self, key: &StateKey<V>, value: &V) {
        self.0.insert(key.bytes().to_vec(), value.encode());
    }

    /// Sets bytes.
    pub fn set_bytes(&mut self, key: &[u8], value: &[u8]) {
        self.0.insert(key.to_vec(), value.to_vec());
    }

    /// Removes a value.
    pub fn remove(&mut self, key: &[u8]) {
        self.0.remove(key);
    }

    /// The bytes of a value.
    pub fn bytes(&self, key: &[u8]) -> Option<&[u8]> {
        self.0.get(key).map(Vec::as_slice)
    }

    fn trie(&self) -> (MemoryDB<BlakeTwo256>, H256) {
        let (mut db, mut root) = (MemoryDB::default(), H256::default());
        {
            let mut trie = TrieDBMutBuilderV1::<BlakeTwo256>::new(&mut db, &mut root).build();
            for (key, value) in &self.0 {
                trie.insert(key, value).expect("a sound trie");
            }
        }
        (db, root)
    }

    pub fn root(&self) -> H256 {
        self.trie().1
    }

    /// What `state_getReadProof` answers with.
    pub fn read_proof<K: AsRef<[u8]>>(&self, keys: &[K]) -> Vec<Vec<u8>> {
        let (db, root) = self.trie();
        let mut nodes = BTreeSet::new();
        for key in keys {
            let mut recorder = Recorder::<Layout>::new();
            {
                let trie =
                    TrieDBBuilder::<Layout>::new(&db, &root).with_recorder(&mut recorder).build();
                trie.get(key.as_ref()).expect("a sound trie");
            }
            nodes.extend(recorder.drain().into_iter().map(|record| record.data));
        }
        nodes.into_iter().collect()
    }

    /// A proof of these queries: where a value's hash is asked for, of the key below it.
    pub fn prove(&self, queries: &[Query]) -> Vec<Vec<u8>> {
        let keys: Vec<_> = queries
            .iter()
            .map(|query| match query {
                Query::Value(key) => key.clone(),
                Query::Hash(key) => [key, &[0][..]].concat(),
            })
            .collect();
        self.read_proof(&keys)
    }
}

//! Storage proofs: whatever is proven, is in the state.

use std::sync::OnceLock;

use codec::{DecodeAll, Encode};
use regent_proof::{layout, read_state, Limits, Query};
use sp_core::H256;

use crate::world::*;

fn state() -> &'static (State, H256) {
    static STATE: OnceLock<(State, H256)> = OnceLock::new();
    STATE.get_or_init(|| {
        let mut chain = Chain::new(validators(1, 4));
        chain.push_with(vec![], |state| {
            state.set_bytes(b"branch", &[1; 50]);
            state.set_bytes(b"branching", &[2; 3]);
        });
        (chain.state().clone(), chain.newest().state_root)
    })
}

/// What is asked for, by the first byte.
fn queries(which: u8) -> Vec<Query> {
    let value = |key: &[u8]| Query::Value(key.to_vec());
    match which % 4 {
        0 => vec![value(b"branch")],
        1 => vec![value(b"branching"), value(b"branc"), value(b"nothing")],
        2 => vec![layout::code_hash()],
        _ => vec![layout::code_hash(), layout::block_hash(0).query(), value(b"branch")],
    }
}

/// A proof of each.
pub fn made() -> Vec<(&'static str, Vec<u8>)> {
    let made = |(which, name): (u8, _)| {
        let nodes = state().0.prove(&queries(which)).encode();
        (name, [&[which], &nodes[..]].concat())
    };
    [(0, "value"), (1, "absent"), (2, "code"), (3, "several")].map(made).to_vec()
}

/// One byte for what is asked, then nodes.
pub fn check(bytes: &[u8]) {
    let Some((which, nodes)) = bytes.split_first() else { return };
    let Ok(nodes) = Vec::<Vec<u8>>::decode_all(&mut &nodes[..]) else { return };
    let (state, root) = state();
    let queries = queries(*which);
    match read_state(*root, &queries, &nodes, &Limits::default()) {
        Ok(proven) => {
            for query in &queries {
                match query {
                    Query::Value(key) => assert_eq!(proven.bytes(key), Ok(state.bytes(key))),
                    Query::Hash(key) => assert_eq!(proven.hash(key), Ok(Some(code_hash()))),
                }
            }
            // No node more, no node less.
            assert_eq!(nodes.len(), state.prove(&queries).len());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

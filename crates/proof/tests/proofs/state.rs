//! Values in a state, and that there is none.

use codec::Encode;
use regent_proof::{layout, read_state, Limits, ProvenState, Query, StateError, StateKey};
use sp_core::H256;

use crate::world::*;

/// A state with values in leaves, in branches, inline and by hash.
fn state() -> State {
    let mut chain = Chain::new(validators(1, 4));
    chain.push_with(vec![], |state| {
        state.set_bytes(b"branch", &[1; 50]);
        state.set_bytes(b"branching", &[2; 3]);
        state.set_bytes(b"branched", &[3; 33]);
    });
    chain.state().clone()
}

fn value(key: &[u8]) -> Query {
    Query::Value(key.to_vec())
}

fn read(state: &State, queries: &[Query], nodes: &[Vec<u8>]) -> Result<ProvenState, StateError> {
    read_state(state.root(), queries, nodes, &Limits::default())
}

#[test]
fn values_and_their_absence_are_proven() {
    let state = state();
    let keys: [&[u8]; 6] =
        [b"branch", b"branching", b"branched", b"branc", b"branchings", b"nothing"];
    let queries = keys.map(value);
    let nodes = state.prove(&queries);
    let proven = read(&state, &queries, &nodes).expect("proven");
    for key in keys {
        assert_eq!(proven.bytes(key), Ok(state.bytes(key)), "{key:?}");
    }
    assert_eq!(proven.root(), state.root());
    // Each alone, too.
    for query in queries {
        let nodes = state.prove(std::slice::from_ref(&query));
        let proven = read(&state, std::slice::from_ref(&query), &nodes).expect("proven");
        assert_eq!(proven.bytes(query.key()), Ok(state.bytes(query.key())));
    }
}

#[test]
fn the_code_is_proven_by_its_hash_and_without_itself() {
    let state = state();
    let queries = [layout::code_hash()];
    let nodes = state.read_proof(&[layout::CODE_PROBE]);
    assert!(nodes.iter().map(Vec::len).sum::<usize>() < 4_096);
    let proven = read(&state, &queries, &nodes).expect("proven");
    assert_eq!(proven.hash(layout::CODE), Ok(Some(code_hash())));
    // The code itself is larger than a node may be.
    let whole = state.read_proof(&[layout::CODE]);
    let error = read(&state, &queries, &whole).expect_err("too large");
    let (found, limit) = (code().len(), 65_536);
    assert_eq!(error, StateError::TooLarge { what: "bytes of a node", found, limit });
    // Another code has another hash; no code has none.
    let mut upgraded = state.clone();
    upgraded.set_bytes(layout::CODE, &[1; 50]);
    let nodes = upgraded.prove(&queries);
    let hash = read(&upgraded, &queries, &nodes).expect("proven").hash(layout::CODE);
    assert!(hash.is_ok_and(|hash| hash.is_some_and(|hash| hash != code_hash())));
    upgraded.remove(layout::CODE);
    let nodes = upgraded.prove(&queries);
    let proven = read(&upgraded, &queries, &nodes).expect("proven");
    assert_eq!(proven.hash(layout::CODE), Ok(None));
}

#[test]
fn a_truncated_proof_proves_nothing() {
    let state = state();
    for key in [&b"branch"[..], b"branching", b"nothing"] {
        let queries = [value(key)];
        let nodes = state.prove(&queries);
        assert!(!nodes.is_empty());
        for left_out in 0..nodes.len() {
            let mut some = nodes.clone();
            some.remove(left_out);
            let error = read(&state, &queries, &some).expect_err("a node is missing");
            assert!(
                matches!(error, StateError::MissingNode { .. } | StateError::OtherRoot { .. }),
                "{error}"
            );
            // Nor with a node cut short in its place.
            some.push(nodes[left_out][..nodes[left_out].len() - 1].to_vec());
            assert!(read(&state, &queries, &some).is_err());
        }
    }
}

#[test]
fn a_swapped_value_is_refused() {
    let (honest, mut lying) = (state(), state());
    lying.set_bytes(b"branch", &[9; 50]);
    let queries = [value(b"branch")];
    let (nodes, swapped) = (honest.prove(&queries), lying.prove(&queries));
    let error = read(&honest, &queries, &swapped).expect_err("of another state");
    assert_eq!(error, StateError::OtherRoot { expected: honest.root() });
    // The honest way, with the other value at its end.
    let mixed: Vec<_> = nodes
        .iter()
        .map(|node| if node == &vec![1; 50] { vec![9; 50] } else { node.clone() })
        .collect();
    assert_ne!(mixed, nodes);
    let error = read(&honest, &queries, &mixed).expect_err("swapped");
    assert!(matches!(error, StateError::MissingNode { .. }), "{error}");
}

#[test]
fn a_present_value_cannot_be_hidden() {
    let (honest, mut without) = (state(), state());
    without.remove(b"branching");
    let queries = [value(b"branching")];
    // The state without it is another state.
    let error = read(&honest, &queries, &without.prove(&queries)).expect_err("hidden");
    assert_eq!(error, StateError::OtherRoot { expected: honest.root() });
    // That another key is absent does not say that this one is.
    let other = honest.prove(&[value(b"nothing")]);
    let error = read(&honest, &queries, &other).expect_err("another key's");
    assert!(matches!(error, StateError::MissingNode { .. }), "{error}");
    let error = read(&honest, &queries, &[]).expect_err("no proof");
    assert_eq!(error, StateError::OtherRoot { expected: honest.root() });
}

#[test]
fn what_is_not_needed_is_refused() {
    let state = state();
    let queries = [value(b"branch")];
    let mut nodes = state.prove(&queries);
    let count = nodes.len();
    nodes.push(nodes[0].clone());
    assert_eq!(read(&state, &queries, &nodes), Err(StateError::DuplicateNode));
    nodes[count] = b"anything else".to_vec();
    let unused = Err(StateError::UnusedNodes { found: count + 1 });
    assert_eq!(read(&state, &queries, &nodes), unused);
    // Nodes of a key that is not asked for.
    let more = state.prove(&[value(b"branch"), value(b"nothing")]);
    assert!(more.len() > count);
    assert_eq!(read(&state, &queries, &more), Err(StateError::UnusedNodes { found: more.len() }));
}

#[test]
fn proofs_are_bounded() {
    let state = state();
    let queries = [value(b"branch"), value(b"branched")];
    let nodes = state.prove(&queries);
    let total = nodes.iter().map(Vec::len).sum::<usize>();
    let largest = nodes.iter().map(Vec::len).max().unwrap_or_default();
    let exact = Limits {
        keys: 2,
        nodes: nodes.len(),
        node_bytes: largest,
        proof_bytes: total,
        ..Limits::default()
    };
    let read = |limits| read_state(state.root(), &queries, &nodes, &limits);
    assert!(read(exact).is_ok());
    for (limits, what, found) in [
        (Limits { keys: 1, ..exact }, "keys", 2),
        (Limits { nodes: nodes.len() - 1, ..exact }, "nodes of a storage proof", nodes.len()),
        (Limits { node_bytes: largest - 1, ..exact }, "bytes of a node", largest),
        (Limits { proof_bytes: total - 1, ..exact }, "bytes of a storage proof", total),
    ] {
        assert_eq!(read(limits), Err(StateError::TooLarge { what, found, limit: found - 1 }));
    }
}

#[test]
fn values_have_their_types() {
    let mut state = state();
    let count = layout::audit_count();
    state.set(&count, &9u64);
    let nodes = state.prove(&[count.query()]);
    let proven = read(&state, &[count.query()], &nodes).expect("proven");
    assert_eq!(proven.get(&count), Ok(Some(9)));
    // Shorter, longer, and not asked for.
    let key = count.bytes().to_vec();
    let narrow = StateKey::<u32>::well_known(&key);
    assert_eq!(proven.get(&narrow), Err(StateError::OtherType { key: key.clone() }));
    let wide = StateKey::<(u64, u8)>::well_known(&key);
    assert_eq!(proven.get(&wide), Err(StateError::OtherType { key: key.clone() }));
    let head = layout::audit_head();
    let not_asked = StateError::NotAsked { key: head.bytes().to_vec() };
    assert_eq!(proven.get(&head), Err(not_asked));
    // A value asked for by its hash was not read.
    assert_eq!(proven.hash(&key), Err(StateError::NotAsked { key }));
}

/// The two that other software documents are as documented.
#[test]
fn keys_are_those_of_the_chain() {
    let key = |bytes: &[u8]| hex::encode(bytes);
    let system = "26aa394eea5630e07c48ae0c9558cef7";
    let genesis = layout::block_hash(0);
    assert_eq!(
        key(genesis.bytes()),
        format!("{system}a44704b568d21667356a5a050c118746b4def25cfda6ef3a00000000")
    );
    let authorities = layout::authorities();
    assert_eq!(
        key(authorities.authorities.bytes()),
        "5f9cc45b7a00c5899361e1c6099678dc5e0621c4869aa60c02be9adcc98a0d1d"
    );
    let id = regent_primitives::RequestId(H256::repeat_byte(7));
    let request = layout::request(id);
    assert_eq!(request.bytes().len(), 32 + 32);
    assert!(request.bytes().ends_with(&id.encode()));
    let session = layout::session(id, 2);
    assert_eq!(session.bytes().len(), 32 + 16 + 32 + 8 + 1);
    assert!(session.bytes().ends_with(&[2]));
}

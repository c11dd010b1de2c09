//! Which keys of the head's state a bundle proves (section 5). They follow from the bundle alone, so
//! that who makes a bundle cannot choose what is looked at.

use regent_primitives::{BoundedVec, LeafPath, Subject, H256};
use regent_proof::{layout, read_state, ProvenState, Query, StateError, StateKey};
use sp_crypto_hashing::blake2_256;

use crate::{
    bundle::{Bundle, OperationEvidence},
    field::Field,
    limits::limits,
};

/// A leaf's path of a bundle, which decoding has bounded.
pub(crate) fn path(leaf: &[u16]) -> LeafPath {
    LeafPath(BoundedVec::truncate_from(leaf.to_vec()))
}

/// What a verifier asks of the head's state: the hash of the value under each key, or that there is
/// none. Who exports a bundle asks a node to prove these keys, and leaves the values of more than 32
/// bytes out of the nodes.
pub fn queries(bundle: &Bundle) -> Vec<Query> {
    let mut keys = vec![
        bytes(layout::audit_count()),
        bytes(layout::audit_head()),
        bytes(layout::mmr_root()),
        bytes(layout::mmr_leaves()),
    ];
    for policy in &bundle.policies {
        keys.push(bytes(layout::policy(policy.hash)));
        keys.push(bytes(layout::successor(policy.hash)));
    }
    keys.extend(bundle.tokens.iter().map(|item| bytes(layout::token(item.key, item.epoch))));
    bundle.operations.iter().for_each(|operation| of_operation(operation, &mut keys));
    keys.into_iter().map(Query::Hash).collect()
}

fn of_operation(operation: &OperationEvidence, keys: &mut Vec<Vec<u8>>) {
    let id = operation.id;
    keys.push(bytes(layout::request(id)));
    keys.push(bytes(layout::approvals(id)));
    keys.push(bytes(layout::released(id)));
    keys.push(bytes(layout::receipt(id)));
    keys.push(bytes(layout::audit_subject_head(&Subject::Request(id))));
    for (attempt, _) in (1..).zip(&operation.sessions) {
        keys.push(bytes(layout::session(id, attempt)));
    }
    for release in &operation.releases {
        keys.push(bytes(layout::release(id, release.attempt, path(&release.leaf))));
    }
    for refusal in &operation.refusals {
        keys.push(bytes(layout::refusal(id, refusal.attempt, refusal.agent)));
    }
}

fn bytes<V>(key: StateKey<V>) -> Vec<u8> {
    key.bytes().to_vec()
}

/// What the head's state says of the keys of a bundle.
pub(crate) struct State(ProvenState);

impl State {
    pub(crate) fn read(bundle: &Bundle, root: H256) -> Result<Self, StateError> {
        read_state(root, &queries(bundle), &bundle.nodes, &limits()).map(Self)
    }

    /// Whether the value under this key is this one, or there is none.
    pub(crate) fn holds<V>(&self, key: &StateKey<V>, value: Option<&[u8]>) -> bool {
        let expected = value.map(|value| H256(blake2_256(value)));
        self.0.hash(key.bytes()).is_ok_and(|found| found == expected)
    }

    /// Whether the value under this key is this one, if it is disclosed; that there is one, if it is
    /// withheld; that there is none, if none is here.
    pub(crate) fn proves<V>(&self, key: &StateKey<V>, field: Option<&Field>) -> bool {
        match field {
            Some(Field::Withheld(_)) => self.0.hash(key.bytes()).is_ok_and(|found| found.is_some()),
            field => self.holds(key, field.and_then(Field::value)),
        }
    }
}

//! Whatever is asked in whatever order: one purpose a leaf and attempt, one enrolment a label, one
//! token an epoch.

use std::collections::BTreeMap;

use proptest::prelude::*;
use redb::{backends::InMemoryBackend, Database};
use regent_agent::{
    failpoint::Failpoint,
    store::{Batch, LogRecord, Store, StoreError},
};
use regent_primitives::{BoundedVec, KeyId, LeafPath, RequestId, H256};

use super::support::{people::GENESIS, vault::Vault};

#[derive(Clone, Debug)]
enum Asked {
    Release { request: u8, attempt: u8, leaf: u16, aad: u8 },
    Contribute { request: u8, attempt: u8, leaf: u16, aad: u8, label: u8 },
    Bind { key: u8, token: u8 },
}

fn asked() -> impl Strategy<Value = Asked> {
    let place = || (0u8..3, 1u8..4, 1u16..3, 0u8..3);
    prop_oneof![
        place().prop_map(|(request, attempt, leaf, aad)| {
            Asked::Release { request, attempt, leaf, aad }
        }),
        (place(), 0u8..3).prop_map(|((request, attempt, leaf, aad), label)| {
            Asked::Contribute { request, attempt, leaf, aad, label }
        }),
        (0u8..3, 0u8..3).prop_map(|(key, token)| Asked::Bind { key, token }),
    ]
}

fn record(asked: &Asked) -> LogRecord {
    let path = |leaf| LeafPath(BoundedVec::truncate_from(vec![leaf]));
    match *asked {
        Asked::Release { request, attempt, leaf, aad } => LogRecord::Released {
            request: RequestId(H256::repeat_byte(request)),
            attempt,
            leaf: path(leaf),
            aad: H256::repeat_byte(aad),
            deadline: 5,
        },
        Asked::Contribute { request, attempt, leaf, aad, label } => LogRecord::Contributed {
            request: RequestId(H256::repeat_byte(request)),
            attempt,
            leaf: path(leaf),
            aad: H256::repeat_byte(aad),
            deadline: 5,
            label: [label; 16],
        },
        Asked::Bind { key, token } => LogRecord::Bound {
            key: KeyId(H256::repeat_byte(key)),
            epoch: 0,
            token_hash: H256::repeat_byte(token),
        },
    }
}

/// What the log may hold, by a model that is obviously right.
#[derive(Default)]
struct Model {
    purposes: BTreeMap<(u8, u8, u16), u8>,
    labels: BTreeMap<u8, (u8, u8)>,
    tokens: BTreeMap<u8, u8>,
}

impl Model {
    fn allows(&self, asked: &Asked) -> bool {
        let purpose = |request, attempt, leaf, aad| {
            self.purposes.get(&(request, attempt, leaf)).is_none_or(|known| *known == aad)
        };
        match *asked {
            Asked::Release { request, attempt, leaf, aad } => purpose(request, attempt, leaf, aad),
            Asked::Contribute { request, attempt, leaf, aad, label } => {
                let owner = self.labels.get(&label);
                let first = !self.purposes.contains_key(&(request, attempt, leaf));
                purpose(request, attempt, leaf, aad)
                    && owner.map_or(first, |owner| *owner == (request, attempt))
            }
            Asked::Bind { key, token } => self.tokens.get(&key).is_none_or(|known| *known == token),
        }
    }

    fn add(&mut self, asked: &Asked) {
        match *asked {
            Asked::Release { request, attempt, leaf, aad } => {
                self.purposes.insert((request, attempt, leaf), aad);
            }
            Asked::Contribute { request, attempt, leaf, aad, label } => {
                // A leaf that was released before is not recorded again, nor is its label.
                if self.purposes.insert((request, attempt, leaf), aad).is_none() {
                    self.labels.insert(label, (request, attempt));
                }
            }
            Asked::Bind { key, token } => {
                self.tokens.insert(key, token);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_log_contradicts_itself_never(steps in prop::collection::vec(asked(), 1..40)) {
        let database = Database::builder().create_with_backend(InMemoryBackend::new());
        let provider = Box::new(Vault::default());
        let mut store = Store::create(database.expect("made"), provider, Failpoint::default())
            .expect("created");
        store.bind(GENESIS).expect("bound");
        let mut model = Model::default();
        for step in &steps {
            let batch = Batch { records: vec![record(step)], ..Batch::default() };
            let entries = store.log_entries();
            match store.commit(&batch) {
                Ok(()) => {
                    prop_assert!(model.allows(step), "{:?}", step);
                    model.add(step);
                }
                Err(error) => {
                    prop_assert!(!model.allows(step), "{:?}: {}", step, error);
                    let expected = matches!(
                        error,
                        StoreError::Conflict { .. }
                            | StoreError::LabelUsed { .. }
                            | StoreError::OtherToken { .. }
                    );
                    prop_assert!(expected);
                    prop_assert_eq!(store.log_entries(), entries);
                }
            }
        }
    }
}

//! All of the chain's state at a block: how many keys and bytes each storage item has.

use std::collections::BTreeMap;

use anyhow::{ensure, Context};
use frame_support::traits::StorageInfoTrait;
use regent_client::{Client, Head};
use regent_runtime::AllPalletsWithSystem;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Keys asked for at a time: their values must fit one answer.
const PAGE: usize = 256;
/// Bytes of the hash of a pallet's name, and of those of pallet and item.
const PALLET_PREFIX: usize = 16;
const ITEM_PREFIX: usize = 32;

/// Pallet and item.
pub(super) type Item = (String, String);

/// What an item, or several, take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(super) struct Size {
    pub(super) keys: f64,
    /// Of keys and values; nodes of the trie come on top of it, in the database.
    pub(super) bytes: f64,
}

impl Size {
    pub(super) fn plus(self, other: Self) -> Self {
        Self { keys: self.keys + other.keys, bytes: self.bytes + other.bytes }
    }

    pub(super) fn minus(self, other: Self) -> Self {
        self.plus(other.times(-1.0))
    }

    pub(super) fn times(self, factor: f64) -> Self {
        Self { keys: self.keys * factor, bytes: self.bytes * factor }
    }
}

/// The state at a block.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    pub(super) head: Head,
    items: BTreeMap<Item, Size>,
}

#[derive(Deserialize)]
struct Changes {
    changes: Vec<(String, Option<String>)>,
}

impl Snapshot {
    /// Reads every key and the length of every value.
    pub(super) async fn take(client: &Client, head: Head) -> anyhow::Result<Self> {
        let names = Names::of_runtime();
        let mut items: BTreeMap<Item, Size> = BTreeMap::new();
        let mut after: Option<String> = None;
        loop {
            let page = [json!("0x"), json!(PAGE), json!(after), json!(head.hash)];
            let keys: Vec<String> = client.call_rpc("state_getKeysPaged", &page).await?;
            if keys.is_empty() {
                return Ok(Self { head, items });
            }
            let asked = [json!(keys), json!(head.hash)];
            let answer: Vec<Changes> = client.call_rpc("state_queryStorageAt", &asked).await?;
            let values: Vec<_> = answer.into_iter().flat_map(|block| block.changes).collect();
            ensure!(
                values.len() == keys.len(),
                "{} values for {} keys of the state",
                values.len(),
                keys.len()
            );
            for (key, value) in values {
                let key = hex::decode(digits(&key)).context("a key of the state")?;
                let value = value.with_context(|| format!("no value of {}", hex::encode(&key)))?;
                let bytes = key.len() + digits(&value).len() / 2;
                let size = items.entry(names.of(&key)).or_default();
                *size = size.plus(Size { keys: 1.0, bytes: bytes as f64 });
            }
            after = keys.into_iter().next_back();
        }
    }

    /// What each item gained since another snapshot; items that stayed the same are left out.
    pub(super) fn gained_since(&self, before: &Self) -> BTreeMap<Item, Size> {
        let names = self.items.keys().chain(before.items.keys());
        let of = |snapshot: &Self, item| snapshot.items.get(item).copied().unwrap_or_default();
        names
            .map(|item| (item.clone(), of(self, item).minus(of(before, item))))
            .filter(|(_, gained)| *gained != Size::default())
            .collect()
    }

    /// All of it.
    pub(super) fn total(&self) -> Size {
        self.items.values().copied().fold(Size::default(), Size::plus)
    }
}

fn digits(text: &str) -> &str {
    text.strip_prefix("0x").unwrap_or(text)
}

/// Which item a key belongs to.
struct Names {
    items: BTreeMap<Vec<u8>, Item>,
    pallets: BTreeMap<Vec<u8>, String>,
}

impl Names {
    fn of_runtime() -> Self {
        let (mut items, mut pallets) = (BTreeMap::new(), BTreeMap::new());
        for info in AllPalletsWithSystem::storage_info() {
            let pallet = String::from_utf8_lossy(&info.pallet_name).into_owned();
            let item = String::from_utf8_lossy(&info.storage_name).into_owned();
            if let Some(prefix) = info.prefix.get(..PALLET_PREFIX) {
                pallets.insert(prefix.to_vec(), pallet.clone());
            }
            items.insert(info.prefix, (pallet, item));
        }
        Self { items, pallets }
    }

    fn of(&self, key: &[u8]) -> Item {
        let item = key.get(..ITEM_PREFIX).and_then(|prefix| self.items.get(prefix));
        let pallet = key.get(..PALLET_PREFIX).and_then(|prefix| self.pallets.get(prefix));
        match (item, pallet) {
            (Some(item), _) => item.clone(),
            // The version of a pallet's storage, and the like.
            (None, Some(pallet)) => (pallet.clone(), "other".to_owned()),
            // `:code` and the like.
            (None, None) => ("none".to_owned(), String::from_utf8_lossy(key).into_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regent_primitives::H256;
    use regent_runtime::Runtime;

    fn snapshot(items: &[(&str, f64, f64)]) -> Snapshot {
        let items = items.iter().map(|(item, keys, bytes)| {
            (("Audit".to_owned(), (*item).to_owned()), Size { keys: *keys, bytes: *bytes })
        });
        let head = Head { number: 1, hash: H256::zero(), slot: 0 };
        Snapshot { head, items: items.collect() }
    }

    #[test]
    fn keys_are_named_by_the_runtime() {
        let names = Names::of_runtime();
        let of = |key: &[u8]| {
            let (pallet, item) = names.of(key);
            format!("{pallet}.{item}")
        };
        let key = pallet_regent_consortium::Usage::<Runtime>::hashed_key_for(3);
        assert_eq!(of(&key), "Consortium.Usage");
        assert_eq!(of(key.get(..20).expect("long enough")), "Consortium.other");
        assert_eq!(of(b":code"), "none.:code");
    }

    #[test]
    fn only_what_changed_is_gained() {
        let before = snapshot(&[("Entries", 2.0, 200.0), ("Head", 1.0, 64.0), ("Gone", 1.0, 8.0)]);
        let after = snapshot(&[("Entries", 5.0, 500.0), ("Head", 1.0, 64.0)]);
        let gained: Vec<(String, Size)> =
            after.gained_since(&before).into_iter().map(|((_, item), size)| (item, size)).collect();
        let size = |keys, bytes| Size { keys, bytes };
        let expected = [("Entries", size(3.0, 300.0)), ("Gone", size(-1.0, -8.0))];
        assert_eq!(gained, expected.map(|(item, size)| (item.to_owned(), size)));
        assert_eq!(after.total(), size(6.0, 564.0));
    }
}

//! What blocks hold, decoded by the runtime's own types.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::{anyhow, bail, Context};
use codec::Decode;
use frame_support::{dispatch::DispatchClass, traits::GetCallMetadata};
use frame_system::ConsumedWeight;
use futures::StreamExt;
use pallet_regent_consortium::QuotaUsage;
use regent_client::{Client, Head};
use regent_primitives::{AccountId, BlockNumber, InstitutionId, H256};
use regent_runtime::{Runtime, UncheckedExtrinsic};
use serde_json::{json, Value};
use sp_runtime::{generic::Preamble, MultiAddress};

/// How long the chain may take to become quiet.
const QUIET_PATIENCE: Duration = Duration::from_secs(60);

/// Who brought a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The block's author.
    Inherent,
    /// An account.
    Account(AccountId),
    /// Nobody signed the transaction: an agent's note.
    Nobody,
}

/// A transaction in a block.
#[derive(Clone, Debug)]
pub(super) struct Transaction {
    /// `Pallet.call`.
    pub(super) call: String,
    /// Bytes it takes in the block.
    pub(super) bytes: usize,
    /// Who brought it.
    pub(super) origin: Origin,
}

/// The transactions of a block.
pub(super) async fn transactions(client: &Client, block: H256) -> anyhow::Result<Vec<Transaction>> {
    let answer: Value = client.call_rpc("chain_getBlock", &[json!(block)]).await?;
    let list = answer.pointer("/block/extrinsics").and_then(Value::as_array);
    let list = list.with_context(|| format!("the node has no block {block:?}"))?;
    list.iter().map(|text| transaction(text.as_str().unwrap_or_default())).collect()
}

fn transaction(text: &str) -> anyhow::Result<Transaction> {
    let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(text))?;
    let decoded = UncheckedExtrinsic::decode(&mut bytes.as_slice())
        .map_err(|error| anyhow!("a transaction is of another runtime: {error}"))?;
    let name = decoded.function.get_call_metadata();
    let origin = match decoded.preamble {
        Preamble::Bare(_) => Origin::Inherent,
        Preamble::Signed(MultiAddress::Id(account), ..) => Origin::Account(account),
        Preamble::Signed(..) => bail!("an account is written in a form that nobody uses here"),
        Preamble::General(_) => Origin::Nobody,
    };
    let call = format!("{}.{}", name.pallet_name, name.function_name);
    Ok(Transaction { call, bytes: bytes.len(), origin })
}

/// Waits until the newest finalised block holds nothing but its author's own transactions.
pub(super) async fn wait_for_quiet(client: &Client) -> anyhow::Result<Head> {
    let mut heads = client.finalised_heads().await?;
    let deadline = Instant::now() + QUIET_PATIENCE;
    while Instant::now() < deadline {
        let head = heads.next().await.context("the node announces no blocks any more")??;
        let brought = transactions(client, head.hash).await?;
        if brought.iter().all(|transaction| transaction.origin == Origin::Inherent) {
            return Ok(head);
        }
    }
    bail!("every block of {} s holds transactions", QUIET_PATIENCE.as_secs())
}

/// What institutions had used of their quotas after a block.
pub(super) async fn usage(
    client: &Client,
    block: H256,
    institutions: &[InstitutionId],
) -> anyhow::Result<BTreeMap<InstitutionId, QuotaUsage>> {
    let mut usage = BTreeMap::new();
    for institution in institutions {
        let key = pallet_regent_consortium::Usage::<Runtime>::hashed_key_for(institution);
        let used = stored::<QuotaUsage>(client, &key, block).await?.unwrap_or_default();
        usage.insert(*institution, used);
    }
    Ok(usage)
}

/// The share of a block's weight for normal calls that its transactions took.
pub(super) async fn weight_share(client: &Client, block: H256) -> anyhow::Result<f64> {
    let key = frame_system::BlockWeight::<Runtime>::hashed_key();
    let consumed = stored::<ConsumedWeight>(client, &key, block).await?.unwrap_or_default();
    let weights = <Runtime as frame_system::Config>::BlockWeights::get();
    let most = weights.get(DispatchClass::Normal).max_total.unwrap_or(weights.max_block);
    let normal = consumed.get(DispatchClass::Normal);
    // Reference time only: a chain of its own has no proof to bound.
    Ok(super::spread::share(normal.ref_time() as f64, most.ref_time() as f64))
}

pub(super) async fn stored<T: Decode>(
    client: &Client,
    key: &[u8],
    at: H256,
) -> anyhow::Result<Option<T>> {
    let key = format!("0x{}", hex::encode(key));
    let value: Option<String> =
        client.call_rpc("state_getStorage", &[json!(key), json!(at)]).await?;
    let Some(value) = value else { return Ok(None) };
    let bytes = hex::decode(value.strip_prefix("0x").unwrap_or(&value))?;
    let decoded = T::decode(&mut bytes.as_slice());
    decoded.map(Some).map_err(|error| anyhow!("storage is of another runtime: {error}"))
}

/// What the blocks of a time brought and used, all together.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// How many blocks.
    pub(super) blocks: u32,
    /// How many transactions of each call, and their bytes; the authors' own are not counted.
    pub(super) calls: BTreeMap<String, (u32, usize)>,
    /// Picoseconds of reference time that institutions were charged, all together.
    pub(super) charged: u64,
    /// The largest share of its quota that an institution used in a window.
    pub(super) quota_share: f64,
    /// The largest share of a block's weight that was taken.
    pub(super) weight_share: f64,
}

impl Tally {
    /// Of the blocks above one height, up to another, which must be final.
    pub(super) async fn of(
        client: &Client,
        above: BlockNumber,
        to: BlockNumber,
        quotas: &BTreeMap<InstitutionId, u64>,
    ) -> anyhow::Result<Self> {
        let institutions: Vec<InstitutionId> = quotas.keys().copied().collect();
        let mut tally = Self::default();
        let mut before = usage(client, hash(client, above).await?, &institutions).await?;
        for number in above.saturating_add(1)..=to {
            let block = hash(client, number).await?;
            tally.blocks += 1;
            for transaction in transactions(client, block).await? {
                if transaction.origin != Origin::Inherent {
                    let (count, bytes) = tally.calls.entry(transaction.call).or_default();
                    *count += 1;
                    *bytes += transaction.bytes;
                }
            }
            let after = usage(client, block, &institutions).await?;
            for (institution, used) in &after {
                let former = before.get(institution).copied().unwrap_or_default();
                let former = former.at(used.window, used.block).used;
                tally.charged += used.used.saturating_sub(former);
                let quota = quotas.get(institution).copied().unwrap_or_default();
                let share = super::spread::share(used.used as f64, quota as f64);
                tally.quota_share = tally.quota_share.max(share);
            }
            tally.weight_share = tally.weight_share.max(weight_share(client, block).await?);
            before = after;
        }
        Ok(tally)
    }

    /// How many transactions.
    pub(super) fn transactions(&self) -> u32 {
        self.calls.values().map(|(count, _)| count).sum()
    }

    /// How many of one call.
    pub(super) fn count(&self, call: &str) -> u32 {
        self.calls.get(call).map_or(0, |(count, _)| *count)
    }

    /// Bytes of all transactions.
    pub(super) fn bytes(&self) -> usize {
        self.calls.values().map(|(_, bytes)| bytes).sum()
    }
}

/// The block of a height.
pub(super) async fn hash(client: &Client, number: BlockNumber) -> anyhow::Result<H256> {
    let hash = client.block_hash(number).await?;
    hash.with_context(|| format!("the node has no block {number}"))
}

/// The institutions' quotas, in picoseconds of reference time a window.
pub(super) async fn quotas(client: &Client) -> anyhow::Result<BTreeMap<InstitutionId, u64>> {
    let status = client.status(None).await?;
    Ok(status.institutions.into_iter().map(|(id, record)| (id, record.quota)).collect())
}

/// Seconds of a quota's window.
pub(super) fn window_seconds() -> f64 {
    f64::from(window_blocks()) * regent_runtime::SLOT_MILLISECONDS as f64 / 1_000.0
}

/// The quota window of a block.
pub(super) fn window(number: BlockNumber) -> u32 {
    number.checked_div(window_blocks()).unwrap_or_default()
}

fn window_blocks() -> BlockNumber {
    <Runtime as pallet_regent_consortium::Config>::QuotaWindow::get()
}

#[cfg(test)]
mod tests {
    use super::*;
    use codec::Encode;

    #[test]
    fn a_transaction_has_a_call_a_size_and_an_origin() {
        let call = frame_system::Call::<Runtime>::remark { remark: vec![7; 32] };
        let encoded = UncheckedExtrinsic::new_bare(call.into()).encode();
        let found = transaction(&format!("0x{}", hex::encode(&encoded))).expect("decodes");
        assert_eq!((found.call.as_str(), found.bytes), ("System.remark", encoded.len()));
        assert_eq!(found.origin, Origin::Inherent);
        assert!(transaction("0x00").is_err());
    }
}

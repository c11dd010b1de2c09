//! Weight of `pallet_mmr`'s hook: an upper bound from the items it touches. The benchmark it comes with
//! counts leaves, of which few are ever merged at once; its weight is asked for by peaks.

use core::marker::PhantomData;

use frame_support::{traits::Get, weights::Weight};

/// Reference time of reading, hashing and indexing the leaf, in picoseconds.
const LEAF: u64 = 40_000_000;
/// Reference time of merging two peaks, indexing their parent, and hashing it into the root, in
/// picoseconds.
const PEAK: u64 = 10_000_000;
/// Proof size of a value of at most 108 bytes, in bytes.
const ITEM_PROOF: u64 = 2_600;

/// The weight, with the runtime's database weight.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_mmr::WeightInfo for WeightInfo<T> {
    // Reads the count of leaves, the parent's hash, the log's leaf, and each peak. Writes the count,
    // the root and one peak, and removes at most all the others.
    fn on_initialize(peaks: u32) -> Weight {
        let peaks = u64::from(peaks);
        let items = peaks.saturating_add(3);
        Weight::from_parts(PEAK, 0)
            .saturating_mul(peaks)
            .saturating_add(Weight::from_parts(LEAF, ITEM_PROOF.saturating_mul(items)))
            .saturating_add(T::DbWeight::get().reads_writes(items, items))
    }
}

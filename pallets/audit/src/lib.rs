//! The append-only log of everything the consortium did.
//!
//! Each entry carries the hash of the entry before it and of the entry before it *about the same
//! subject*, so that one hash (the head) commits to all of the log, and a subject's history can be
//! followed without the rest. Entries are hashed with the chain's genesis hash
//! ([`regent_primitives::AuditEntry::hash`]): a log of another chain never fits.
//!
//! # Why nothing can be removed
//!
//! The pallet has **no calls and no hook that touches an entry**, and its storage items are private to
//! the crate. The only way in is [`AuditLog::append`], which other pallets of the runtime call while
//! they do what the entry states; there is no way out. What remains is the root origin, which can
//! write any storage of any pallet: only the dev preset has one, and evidence needs an anchor
//! obtained independently (`docs/protocol.md`, section 12).
//!
//! # The commitment
//!
//! Each block's entries are the leaves of a Merkle tree (`entries_tree.rs`); as the next block begins,
//! its root, the log's count and its head become that block's [`LogLeaf`], which the runtime appends
//! to a Merkle mountain range (`docs/evidence.md`, section 14). The state does not grow by it: an entry
//! adds at most 287 bytes, key included, and at most 113 more if it is the first about its subject.
//!
//! The hook that makes the leaf must run before the hook of any pallet that appends, and the
//! mountain range's after it. Pallets' hooks run in the order of their indices.
//!
//! # Genesis
//!
//! Genesis state is not logged: entries are hashed with the genesis hash, which commits to the
//! genesis state already and does not exist while that state is built.
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod entries_tree;
#[cfg(any(feature = "try-runtime", test))]
mod invariants;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
pub mod weights;

use alloc::vec::Vec;
use frame_support::pallet_prelude::*;
use frame_system::pallet_prelude::BlockNumberFor;
use regent_primitives::{
    bounds::MAX_PAGE,
    traits::{AuditLog, ChainInfo},
    AccountId, AuditEntry, AuditEvent, BlockNumber, LogLeaf, Subject, H256,
};
use sp_runtime::traits::{UniqueSaturatedInto, Zero};

use entries_tree::EntriesTree;

pub use pallet::*;
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
    use super::*;

    /// Configuration.
    #[pallet::config]
    pub trait Config:
        frame_system::Config<AccountId = AccountId, Hash = H256, RuntimeEvent: From<Event<Self>>>
    {
        /// Weight of one append, by which pallets whose hooks append outside of a call account for
        /// it, and of the hook of every block.
        type WeightInfo: WeightInfo;
    }

    /// The log.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// Entries by index. Indices are consecutive and chosen by the chain, so the cheap hasher
    /// cannot be attacked.
    #[pallet::storage]
    pub(crate) type Entries<T: Config> = StorageMap<_, Twox64Concat, u64, AuditEntry, OptionQuery>;

    /// Count of entries: the index of the next one.
    #[pallet::storage]
    pub(crate) type Count<T: Config> = StorageValue<_, u64, ValueQuery>;

    /// Hash of the newest entry; zero while the log is empty.
    #[pallet::storage]
    pub(crate) type Head<T: Config> = StorageValue<_, H256, ValueQuery>;

    /// Hash of the newest entry about each subject. Subjects carry ids that requesters influence,
    /// hence a cryptographic hasher.
    #[pallet::storage]
    pub(crate) type SubjectHead<T: Config> =
        StorageMap<_, Blake2_128Concat, Subject, H256, ValueQuery>;

    /// The tree of this block's entries.
    #[pallet::storage]
    pub(crate) type BlockEntries<T: Config> = StorageValue<_, EntriesTree, ValueQuery>;

    /// The leaf of the block before this one.
    #[pallet::storage]
    pub(crate) type Leaf<T: Config> = StorageValue<_, LogLeaf, ValueQuery>;

    /// What the log emits.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// An entry was appended.
        Appended {
            /// Its index.
            index: u64,
            /// Its hash: the head of the log after it.
            hash: H256,
        },
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            Self::close_block();
            T::WeightInfo::close_block()
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}

impl<T: Config> AuditLog for Pallet<T> {
    /// Never fails: what happened has happened, so the log must be able to take it.
    fn append(subject: Subject, event: AuditEvent) -> H256 {
        let genesis = Self::genesis();
        // Saturates after 2^64 - 1 entries, which no chain reaches.
        let index = Count::<T>::get();
        let entry = AuditEntry {
            index,
            block: Self::block_number(),
            previous: Head::<T>::get(),
            subject_previous: SubjectHead::<T>::get(&subject),
            subject,
            event,
        };
        let hash = entry.hash(genesis);
        SubjectHead::<T>::insert(&entry.subject, hash);
        Head::<T>::put(hash);
        BlockEntries::<T>::mutate(|entries| entries.push(hash));
        Count::<T>::put(index.saturating_add(1));
        Entries::<T>::insert(index, entry);
        Self::deposit_event(Event::Appended { index, hash });
        hash
    }
}

impl<T: Config> ChainInfo for Pallet<T> {
    /// Known from block 1 on, and never pruned.
    fn genesis() -> H256 {
        frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
    }

    fn block_number() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().unique_saturated_into()
    }
}

impl<T: Config> Pallet<T> {
    /// Entries from an index, in order, at most `count` and at most [`MAX_PAGE`].
    pub fn entries(from: u64, count: u32) -> Vec<AuditEntry> {
        let end = from.saturating_add(u64::from(count.min(MAX_PAGE))).min(Self::count());
        (from..end).filter_map(Entries::<T>::get).collect()
    }

    /// Count of entries.
    pub fn count() -> u64 {
        Count::<T>::get()
    }

    /// Hash of the newest entry; zero while the log is empty.
    pub fn head() -> H256 {
        Head::<T>::get()
    }

    /// Hash of the newest entry about a subject; zero if there is none.
    pub fn subject_head(subject: &Subject) -> H256 {
        SubjectHead::<T>::get(subject)
    }

    /// The leaf of the block before this one.
    pub fn leaf() -> LogLeaf {
        Leaf::<T>::get()
    }

    /// Makes the leaf of the block before this one and begins with an empty tree.
    fn close_block() {
        let entries = BlockEntries::<T>::take();
        Leaf::<T>::put(LogLeaf {
            block: Self::block_number().saturating_sub(1),
            hash: frame_system::Pallet::<T>::parent_hash(),
            count: Self::count(),
            head: Self::head(),
            entries_root: entries.root(),
        });
    }
}

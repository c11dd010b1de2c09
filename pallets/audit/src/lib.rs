//! The append-only log of everything the consortium did.
//!
//! Each entry carries the hash of the entry before it and of the entry before it *about the same
//! subject*, so that one hash (the head) commits to all of the log, and a subject's history can be
//! followed without the rest. Entries are hashed with the chain's genesis hash
//! ([`regent_primitives::AuditEntry::hash`]): a log of another chain never fits.
//!
//! # Why nothing can be removed
//!
//! The pallet has **no calls and no hooks that change state**, and its storage items are private to
//! the crate. The only way in is [`AuditLog::append`], which other pallets of the runtime call while
//! they do what the entry states; there is no way out. What remains is the root origin, which can
//! write any storage of any pallet: only the dev preset has one, and evidence needs an anchor
//! obtained independently (`docs/protocol.md`, section 12).
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
    AccountId, AuditEntry, AuditEvent, BlockNumber, Subject, H256,
};
use sp_runtime::traits::{UniqueSaturatedInto, Zero};

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
        /// Weight of one append: pallets whose hooks append outside of a call account for it by
        /// this figure.
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
}

#[cfg(any(feature = "try-runtime", test))]
impl<T: Config> Pallet<T> {
    /// Walks the whole log: indices are consecutive, both chains of hashes link, blocks never go
    /// back, and the heads are the newest entries' hashes.
    pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
        use alloc::collections::BTreeMap;

        let genesis = Self::genesis();
        let count = Self::count();
        let (mut previous, mut block) = (H256::zero(), 0);
        let mut subjects: BTreeMap<Vec<u8>, H256> = BTreeMap::new();
        for index in 0..count {
            let entry = Entries::<T>::get(index).ok_or("an entry is missing")?;
            let subject = entry.subject.encode();
            let subject_previous = subjects.get(&subject).copied().unwrap_or_default();
            ensure!(entry.index == index, "an entry's index is not its key");
            ensure!(entry.previous == previous, "an entry does not link to the one before it");
            ensure!(
                entry.subject_previous == subject_previous,
                "an entry does not link to its subject's entry before it"
            );
            ensure!(entry.block >= block, "an entry is older than the one before it");
            block = entry.block;
            previous = entry.hash(genesis);
            subjects.insert(subject, previous);
        }
        ensure!(Head::<T>::get() == previous, "the head is not the newest entry's hash");
        ensure!(
            Entries::<T>::iter_keys().count() as u64 == count,
            "there are entries beyond the count"
        );
        ensure!(
            SubjectHead::<T>::iter_keys().count() == subjects.len(),
            "a subject has a head and no entry"
        );
        for (subject, head) in SubjectHead::<T>::iter() {
            ensure!(
                subjects.get(&subject.encode()) == Some(&head),
                "a subject's head is not its newest entry's hash"
            );
        }
        Ok(())
    }
}

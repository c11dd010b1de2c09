//! The Regent runtime: the pallets composed into a permissioned chain.
//!
//! Aura authors blocks every 500 ms, GRANDPA finalises them, validators sit in seats that the
//! consortium fills. There are no fees: [`CheckMembership`] admits accounts of active institutions
//! only, each within its institution's weight quota.
#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "256"]
// The SDK's macros expand to public items without documentation of their own.
#![allow(missing_docs)]

#[cfg(feature = "std")]
#[allow(dead_code)]
mod wasm_binary {
    include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));
}
#[cfg(feature = "std")]
pub use wasm_binary::WASM_BINARY;

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
#[macro_use]
mod benchmarks;

mod apis;
mod configs;
pub mod contracts;
pub mod council;
pub mod genesis_config_presets;
pub mod precompile;
#[cfg(test)]
mod tests;
mod weights;

use alloc::vec::Vec;

use pallet_regent_consortium::CheckMembership;
use sp_runtime::{
    generic, impl_opaque_keys,
    traits::{BlakeTwo256, IdentifyAccount, Verify},
    MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

pub use apis::RuntimeApi;

/// Height of a block.
pub type BlockNumber = u32;
/// A detached or transaction signature.
pub type Signature = MultiSignature;
/// An account.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// Counter of an account's transactions.
pub type Nonce = u32;
/// BLAKE2b-256.
pub type Hash = sp_core::H256;
/// Units of cash, or of the credits in which contracts' storage is paid.
pub type Balance = u128;
/// How an account is written in a transaction.
pub type Address = MultiAddress<AccountId, ()>;
/// A block's header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// A transaction as it is gossiped.
pub type UncheckedExtrinsic =
    generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// What is signed of a transaction.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;

/// Checks of every transaction, in order, before anything of it is executed.
pub type TxExtension = (
    frame_system::AuthorizeCall<Runtime>,
    frame_system::CheckNonZeroSender<Runtime>,
    frame_system::CheckSpecVersion<Runtime>,
    frame_system::CheckTxVersion<Runtime>,
    frame_system::CheckGenesis<Runtime>,
    frame_system::CheckMortality<Runtime>,
    CheckMembership<Runtime>,
    frame_system::CheckNonce<Runtime>,
    frame_system::CheckWeight<Runtime>,
    frame_system::WeightReclaim<Runtime>,
);

/// Executes blocks.
pub type Executive = frame_executive::Executive<
    Runtime,
    Block,
    frame_system::ChainContext<Runtime>,
    Runtime,
    AllPalletsWithSystem,
>;

/// Types that stay opaque to the node: it need not know what a transaction says.
pub mod opaque {
    use super::*;
    pub use sp_runtime::OpaqueExtrinsic as UncheckedExtrinsic;

    /// A block's header.
    pub type Header = super::Header;
    /// A block.
    pub type Block = generic::Block<Header, UncheckedExtrinsic>;
    /// A block's id.
    pub type BlockId = generic::BlockId<Block>;
}

impl_opaque_keys! {
    /// A validator's keys.
    pub struct SessionKeys {
        /// Authors blocks.
        pub aura: Aura,
        /// Finalises them.
        pub grandpa: Grandpa,
    }
}

/// This runtime's version.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
    spec_name: alloc::borrow::Cow::Borrowed("regent"),
    impl_name: alloc::borrow::Cow::Borrowed("regent"),
    authoring_version: 1,
    spec_version: 1,
    impl_version: 1,
    apis: apis::RUNTIME_API_VERSIONS,
    transaction_version: 1,
    system_version: 1,
};

/// Milliseconds of a slot: measured steady with four validators on two cores.
pub use regent_primitives::timing::SLOT_MILLISECONDS;
/// Blocks of a minute.
pub const MINUTES: BlockNumber = 60_000 / (SLOT_MILLISECONDS as BlockNumber);
/// Blocks of an hour.
pub const HOURS: BlockNumber = 60 * MINUTES;
/// Blocks of a day.
pub const DAYS: BlockNumber = 24 * HOURS;

/// Under which keys of the offchain storage nodes keep the Merkle mountain range of the log.
pub const MMR_INDEXING_PREFIX: &[u8] = pallet_mmr::primitives::INDEXING_PREFIX;

#[frame_support::runtime]
mod runtime {
    /// The runtime.
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Runtime;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;
    #[runtime::pallet_index(1)]
    pub type Timestamp = pallet_timestamp;
    #[runtime::pallet_index(2)]
    pub type Balances = pallet_balances;
    #[runtime::pallet_index(3)]
    pub type Authorship = pallet_authorship;
    #[runtime::pallet_index(4)]
    pub type Audit = pallet_regent_audit;
    #[runtime::pallet_index(5)]
    pub type Consortium = pallet_regent_consortium;
    #[runtime::pallet_index(6)]
    pub type Session = pallet_session;
    #[runtime::pallet_index(7)]
    pub type Aura = pallet_aura;
    #[runtime::pallet_index(8)]
    pub type Grandpa = pallet_grandpa;
    #[runtime::pallet_index(9)]
    pub type Council = pallet_collective<Instance1>;
    #[runtime::pallet_index(10)]
    pub type Sudo = pallet_sudo;
    #[runtime::pallet_index(11)]
    pub type Quorums = pallet_regent_quorums;
    #[runtime::pallet_index(12)]
    pub type Policies = pallet_regent_policies;
    #[runtime::pallet_index(13)]
    pub type Enclaves = pallet_regent_enclaves;
    #[runtime::pallet_index(14)]
    pub type Keys = pallet_regent_keys;
    #[runtime::pallet_index(15)]
    pub type Requests = pallet_regent_requests;
    #[runtime::pallet_index(16)]
    pub type Contracts = pallet_regent_contracts;
    #[runtime::pallet_index(17)]
    pub type Revive = pallet_revive;
    #[runtime::pallet_index(18)]
    pub type CashLedger = pallet_balances<Instance1>;
    #[runtime::pallet_index(19)]
    pub type Cash = pallet_regent_cash;
    // Hooks run in the order of indices: this one after that of `Audit`, which makes the leaf.
    #[runtime::pallet_index(20)]
    pub type Mmr = pallet_mmr;
}

//! Runtime API about contracts: dry runs, and what the chain knows of one.

use alloc::vec::Vec;
use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{H160, H256};

use crate::{ids::InstitutionId, AccountId, BlockNumber};

/// What a transaction would do, had it been executed. Nothing of it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DryRun {
    /// The contract that was called, or would be there.
    pub contract: H160,
    /// Whether it took everything back.
    pub reverted: bool,
    /// What it returned, or why it reverted, in the encoding of its ABI.
    pub data: Vec<u8>,
    /// Execution it needs, in picoseconds of reference time.
    pub ref_time: u64,
    /// Storage proof it needs, in bytes.
    pub proof_size: u64,
    /// The most credits it needs at any time.
    pub deposit: u128,
}

/// A contract as the chain keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ContractRecord {
    /// Its account: what policies name, and what owns its keys.
    pub account: AccountId,
    /// Hash of its code.
    pub code_hash: H256,
    /// Bytes of its code.
    pub code_bytes: u32,
}

/// What a contract declared of one of its conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Fulfilment {
    /// Hash of what proves it.
    pub evidence: H256,
    /// When.
    pub at: BlockNumber,
}

/// An institution's storage credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Credits {
    /// Granted and not revoked.
    pub granted: u128,
    /// In its purse.
    pub free: u128,
}

sp_api::decl_runtime_apis! {
    /// What clients ask about contracts.
    pub trait ContractsApi {
        /// Dry run of a call that sends so many units of cash; an error's name if it would fail.
        fn dry_call(
            origin: AccountId,
            contract: H160,
            value: u128,
            data: Vec<u8>,
        ) -> Result<DryRun, Vec<u8>>;
        /// Dry run of deploying code.
        fn dry_instantiate(
            origin: AccountId,
            code: Vec<u8>,
            data: Vec<u8>,
            salt: [u8; 32],
        ) -> Result<DryRun, Vec<u8>>;
        /// A contract.
        fn contract(address: H160) -> Option<ContractRecord>;
        /// What a contract, by its account, declared of a condition; `None` if it is not met.
        fn condition(contract: AccountId, condition: H256) -> Option<Fulfilment>;
        /// An institution's storage credits.
        fn credits(institution: InstitutionId) -> Credits;
        /// Accounts that governance admitted as deployers, at most 256, in their order; with the
        /// institution that each acts for, without which it does not deploy.
        fn deployers() -> Vec<(AccountId, Option<InstitutionId>)>;
    }
}

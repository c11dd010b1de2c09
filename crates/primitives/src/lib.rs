//! Types that cross a boundary between the rooms of Regent: ids, access trees, policies, requests,
//! approvals, tokens, sessions, releases, receipts and audit entries, with their bounds, their one
//! SCALE encoding and their hashes.
//!
//! `no_std` and without logic beyond encoding and bounds. A value that breaks its rule can be
//! neither built nor decoded. Section numbers refer to `docs/protocol.md`.
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod access_tree;
pub mod agent_api;
pub mod algorithm;
pub mod approval;
pub mod audit;
pub mod bounds;
pub mod cash_api;
pub mod chain_proof;
pub mod contract_address;
pub mod contracts_api;
pub mod control;
pub mod enclave_api;
pub mod epoch;
pub mod hashing;
pub mod ids;
pub mod log_leaf;
pub mod payload;
pub mod policy;
pub mod receipt;
pub mod registration;
pub mod release;
pub mod request;
pub mod runtime_api;
pub mod session;
pub mod timing;
pub mod token;
pub mod traits;
pub mod validator;

pub use access_tree::{AccessTree, AccessTreeError, LeafPath, Participant, TreeNode};
pub use algorithm::{Algorithm, Group, KeyKind};
pub use approval::{Approval, Decision, SignedApproval};
pub use audit::{AuditEntry, AuditEvent, Subject};
pub use contract_address::contract_address;
pub use control::Caller;
pub use epoch::{EpochStatus, KeyEntry};
pub use ids::{
    AgentId, EnrolmentId, Epoch, InstitutionId, KeyId, PolicyHash, QuorumId, RequestId, SessionId,
};
pub use log_leaf::LogLeaf;
pub use payload::{Asset, BitcoinNetwork, Effect, Fee, PayloadFormat, Recipient, Transfer};
pub use policy::{AssetLimit, ChangeRule, Condition, Policy, Role, RoleIndex, Stage};
pub use receipt::{Receipt, SignedReceipt};
pub use release::{
    AgentNote, Confirmation, Puncture, Refusal, RefusalReason, Release, ReleasedLeaves, SealedShare,
};
pub use request::{Attempt, Operation, OperationKind, RequestBody, RequestRecord, RequestStatus};
pub use session::{Evidence, EvidenceKind, Measurement, Session, SessionRecord};
pub use sp_core::{H256, U256};
pub use token::{Commitments, EpochRecord, KeyRecord, KeyState, RegenToken};
pub use validator::SessionKeys;

/// Height of a block.
pub type BlockNumber = u32;
/// A person's or institution's account: the hash or key that `MultiSignature` verifies against.
pub type AccountId = sp_runtime::AccountId32;
/// A detached signature of a person (sr25519, ed25519 or ECDSA).
pub type Signature = sp_runtime::MultiSignature;
/// Counter of an account's transactions.
pub type Nonce = u32;

pub use sp_runtime::{traits::ConstU32, BoundedVec};

//! Evidence of a chain that is made here: real signatures of validators, people, agents and enclaves,
//! real tries, and the commitment by the SDK's own library. No node runs.
//!
//! | file | what it holds |
//! |---|---|
//! | `ledger` | the chain with its log, and bundles of it |
//! | `operation` | one operation: submitted, approved, released, completed |
//! | `people` | who signs, their policy, and the key's token |
//! | [`commitment`] | inclusion and ancestry alone, for logs up to a million entries |

pub mod commitment;
mod ledger;
mod operation;
mod people;

pub use ledger::{Ledger, Plan};
pub use operation::ENTRIES as ENTRIES_OF_AN_OPERATION;

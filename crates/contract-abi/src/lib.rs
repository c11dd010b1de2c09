//! Typed bindings of the contracts' Solidity interfaces: the control plane ([`IRegent`]), the contracts
//! that keep keys ([`IInheritance`], [`ISale`], [`IDelegation`]), and the types these share ([`Party`],
//! [`Preparation`]).
//!
//! All of it is made of `contracts/interfaces`, of which there is no second copy. Of a function `bind`
//! comes a type `bindCall` with [`alloy_sol_types::SolCall`]; its encoding is what a contract is called
//! with, and its `Return` what the contract answers.
//!
//! ```
//! use alloy_sol_types::SolCall;
//! use regent_contract_abi::IInheritance;
//!
//! let call = IInheritance::graceUntilCall {};
//! assert_eq!(call.abi_encode(), IInheritance::graceUntilCall::SELECTOR);
//! ```
#![forbid(unsafe_code)]

/// The interfaces' own documentation says what can be said; what is made beside has none.
#[allow(missing_docs)]
mod bindings {
    include!(concat!(env!("OUT_DIR"), "/bindings.rs"));
}

pub use bindings::*;

#[cfg(test)]
mod tests;

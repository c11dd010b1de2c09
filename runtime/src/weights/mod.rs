//! Weights of Regent's pallets, measured by `tools/weights.sh`: one file a pallet, none edited by hand.
//! A call without a list of storage items above it is an estimate until it is measured.
//!
//! The runtime that is measured has the pallets' own estimates instead, so that a new call can be
//! measured before its weight is known.
//!
//! `mmr` is the exception: a bound that is written by hand.

mod mmr;
#[cfg(not(feature = "runtime-benchmarks"))]
mod pallet_regent_audit;
#[cfg(not(feature = "runtime-benchmarks"))]
mod pallet_regent_cash;
#[cfg(not(feature = "runtime-benchmarks"))]
mod pallet_regent_consortium;
#[cfg(not(feature = "runtime-benchmarks"))]
mod pallet_regent_contracts;
#[cfg(not(feature = "runtime-benchmarks"))]
mod pallet_regent_enclaves;
#[cfg(not(feature = "runtime-benchmarks"))]
mod pallet_regent_keys;
#[cfg(not(feature = "runtime-benchmarks"))]
mod pallet_regent_policies;
#[cfg(not(feature = "runtime-benchmarks"))]
mod pallet_regent_quorums;
#[cfg(not(feature = "runtime-benchmarks"))]
mod pallet_regent_requests;

#[cfg(not(feature = "runtime-benchmarks"))]
mod used {
    use super::*;
    use crate::Runtime;

    pub type Audit = pallet_regent_audit::WeightInfo<Runtime>;
    pub type Cash = pallet_regent_cash::WeightInfo<Runtime>;
    pub type Consortium = pallet_regent_consortium::WeightInfo<Runtime>;
    pub type Contracts = pallet_regent_contracts::WeightInfo<Runtime>;
    pub type Enclaves = pallet_regent_enclaves::WeightInfo<Runtime>;
    pub type Keys = pallet_regent_keys::WeightInfo<Runtime>;
    pub type Policies = pallet_regent_policies::WeightInfo<Runtime>;
    pub type Quorums = pallet_regent_quorums::WeightInfo<Runtime>;
    pub type Requests = pallet_regent_requests::WeightInfo<Runtime>;
}

#[cfg(feature = "runtime-benchmarks")]
mod used {
    pub type Audit = ();
    pub type Cash = ();
    pub type Consortium = ();
    pub type Contracts = ();
    pub type Enclaves = ();
    pub type Keys = ();
    pub type Policies = ();
    pub type Quorums = ();
    pub type Requests = ();
}

pub use used::*;

pub type Mmr = mmr::WeightInfo<crate::Runtime>;

//! Weights of Regent's pallets, measured by `tools/weights.sh`: one file a pallet, none edited by hand.

pub mod pallet_regent_audit;
pub mod pallet_regent_consortium;
pub mod pallet_regent_enclaves;
pub mod pallet_regent_keys;
pub mod pallet_regent_policies;
pub mod pallet_regent_quorums;
pub mod pallet_regent_requests;

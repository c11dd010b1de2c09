//! `Revive`: contracts deployed and called. Value is cash, in its smallest unit.

use codec::Compact;
use sp_core::H160;

use super::Call;

/// Reference time in picoseconds and proof size in bytes, encoded as `Weight`.
pub type WeightLimit = (u64, u64);

mod raw {
    use codec::Compact;
    use sp_core::H160;

    use crate::calls::call;

    /// `Weight`: both parts are compact.
    pub type Limit = (Compact<u64>, Compact<u64>);

    call!(
        "Revive"[17] call[1](
            dest: H160,
            value: Compact<u128>,
            weight_limit: Limit,
            storage_deposit_limit: Compact<u128>,
            data: Vec<u8>,
        )
    );
    call!(
        "Revive"[17] instantiate_with_code[3](
            value: Compact<u128>,
            weight_limit: Limit,
            storage_deposit_limit: Compact<u128>,
            code: Vec<u8>,
            data: Vec<u8>,
            salt: Option<[u8; 32]>,
        )
    );
}

fn limit((ref_time, proof_size): WeightLimit) -> raw::Limit {
    (Compact(ref_time), Compact(proof_size))
}

/// Calls a contract with bytes of its ABI, and sends it `value`.
pub fn call(
    contract: H160,
    value: u128,
    weight: WeightLimit,
    deposit: u128,
    data: Vec<u8>,
) -> Call {
    raw::call(contract, Compact(value), limit(weight), Compact(deposit), data)
}

/// Deploys a contract at the address that follows from deployer, code, data and salt, without value.
pub fn instantiate_with_code(
    weight: WeightLimit,
    deposit: u128,
    code: Vec<u8>,
    data: Vec<u8>,
    salt: [u8; 32],
) -> Call {
    raw::instantiate_with_code(Compact(0), limit(weight), Compact(deposit), code, data, Some(salt))
}

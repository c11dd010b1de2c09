//! Unsigned transactions from simple arguments.

use alloy_consensus::{SignableTransaction, TxEip1559, TxLegacy};
use alloy_primitives::{Address, TxKind, U256 as AlloyU256};
use alloy_sol_types::SolCall;
use regent_primitives::U256;

/// The one call that is understood.
#[allow(missing_docs)] // The macro documents its items with the signature only.
pub(super) mod erc20 {
    alloy_sol_types::sol! {
        function transfer(address to, uint256 amount) external returns (bool success);
    }
}

/// What an EIP-1559 transaction says besides what it transfers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gas {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// Count of transactions the sender has sent.
    pub nonce: u64,
    /// Gas it may use; 21,000 for a transfer of ether.
    pub limit: u64,
    /// Wei per gas, at most.
    pub max_fee_per_gas: u128,
    /// Wei per gas for the block's author, at most; part of the above.
    pub max_priority_fee_per_gas: u128,
}

/// What a legacy transaction says besides what it transfers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegacyGas {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// Count of transactions the sender has sent.
    pub nonce: u64,
    /// Gas it may use; 21,000 for a transfer of ether.
    pub limit: u64,
    /// Wei per gas.
    pub price: u128,
}

/// The unsigned EIP-1559 transaction that sends `amount` wei.
pub fn eip1559_transfer(gas: &Gas, to: [u8; 20], amount: U256) -> Vec<u8> {
    eip1559(gas, to, amount, Vec::new())
}

/// The unsigned EIP-1559 transaction that transfers `amount` of an ERC-20 token, in its smallest
/// unit.
pub fn erc20_transfer(gas: &Gas, contract: [u8; 20], to: [u8; 20], amount: U256) -> Vec<u8> {
    let call = erc20::transferCall { to: Address::from(to), amount: to_alloy(amount) };
    eip1559(gas, contract, U256::zero(), call.abi_encode())
}

/// The unsigned legacy transaction (EIP-155) that sends `amount` wei.
pub fn legacy_transfer(gas: &LegacyGas, to: [u8; 20], amount: U256) -> Vec<u8> {
    TxLegacy {
        chain_id: Some(gas.chain_id),
        nonce: gas.nonce,
        gas_price: gas.price,
        gas_limit: gas.limit,
        to: TxKind::Call(Address::from(to)),
        value: to_alloy(amount),
        input: Default::default(),
    }
    .encoded_for_signing()
}

fn eip1559(gas: &Gas, to: [u8; 20], value: U256, input: Vec<u8>) -> Vec<u8> {
    TxEip1559 {
        chain_id: gas.chain_id,
        nonce: gas.nonce,
        gas_limit: gas.limit,
        max_fee_per_gas: gas.max_fee_per_gas,
        max_priority_fee_per_gas: gas.max_priority_fee_per_gas,
        to: TxKind::Call(Address::from(to)),
        value: to_alloy(value),
        access_list: Default::default(),
        input: input.into(),
    }
    .encoded_for_signing()
}

fn to_alloy(value: U256) -> AlloyU256 {
    AlloyU256::from_be_bytes(value.to_big_endian())
}

//! Decoding, and what a transaction does.

use alloy_consensus::{SignableTransaction, Transaction, TxEip1559, TxLegacy};
use alloy_eips::Encodable2718;
use alloy_primitives::{Signature, TxKind};
use alloy_rlp::Decodable;
use alloy_sol_types::SolCall;
use regent_primitives::{Asset, BoundedVec, Effect, Fee, Recipient, Transfer, U256};

use super::build::erc20::transferCall;
use crate::EthereumError;

/// The largest chain id whose EIP-155 `v` fits 64 bits (EIP-2294).
pub(super) const MAX_CHAIN_ID: u64 = u64::MAX / 2 - 36;
/// Type byte of EIP-1559.
const EIP1559_TYPE: u8 = 2;
/// First byte of the shortest RLP list; EIP-2718 types are below `0x80`.
const FIRST_RLP_LIST: u8 = 0xc0;

/// An unsigned transaction of a supported type, canonically encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum UnsignedTransaction {
    Legacy(TxLegacy),
    Eip1559(TxEip1559),
}

impl UnsignedTransaction {
    /// Decodes strictly: encoding it again must give the same bytes, for these are what is signed.
    pub(super) fn decode(payload: &[u8]) -> Result<Self, EthereumError> {
        let (first, mut fields) = match payload.split_first() {
            Some((first, rest)) => (*first, rest),
            None => return Err(EthereumError::Rlp(alloy_rlp::Error::InputTooShort)),
        };
        let (transaction, canonical) = match first {
            EIP1559_TYPE => {
                let transaction = TxEip1559::decode(&mut fields)?;
                let canonical = transaction.encoded_for_signing();
                (Self::Eip1559(transaction), canonical)
            }
            FIRST_RLP_LIST.. => {
                let transaction = TxLegacy::decode(&mut &*payload)?;
                let canonical = transaction.encoded_for_signing();
                (Self::Legacy(transaction), canonical)
            }
            found => return Err(EthereumError::UnsupportedType { found }),
        };
        if canonical != payload {
            return Err(EthereumError::NotCanonical);
        }
        Ok(transaction)
    }

    /// Transfers and fee.
    pub(super) fn effect(&self) -> Result<Effect, EthereumError> {
        let chain_id = self.chain_id()?;
        self.check_fields()?;
        let TxKind::Call(to) = self.inner().kind() else {
            return Err(EthereumError::ContractCreation);
        };
        let (data, value) = (self.inner().input(), self.inner().value());
        let transfer = if data.is_empty() {
            let asset = Asset::Ether { chain_id };
            Transfer { recipient: recipient(to.0 .0), asset, amount: to_u256(value) }
        } else {
            let call = decode_token_transfer(data)?;
            if !value.is_zero() {
                return Err(EthereumError::TokenTransferWithValue { found: value });
            }
            let asset = Asset::Erc20 { chain_id, contract: to.0 .0 };
            Transfer { recipient: recipient(call.to.0 .0), asset, amount: to_u256(call.amount) }
        };
        let fee = Fee { asset: Asset::Ether { chain_id }, amount: self.fee()? };
        Ok(Effect { transfers: BoundedVec::truncate_from(vec![transfer]), fee: Some(fee) })
    }

    /// The signed transaction, as it is broadcast (EIP-2718).
    pub(super) fn into_signed(self, signature: Signature) -> Vec<u8> {
        match self {
            Self::Legacy(transaction) => transaction.into_signed(signature).encoded_2718(),
            Self::Eip1559(transaction) => transaction.into_signed(signature).encoded_2718(),
        }
    }

    fn inner(&self) -> &dyn Transaction {
        match self {
            Self::Legacy(transaction) => transaction,
            Self::Eip1559(transaction) => transaction,
        }
    }

    fn chain_id(&self) -> Result<u64, EthereumError> {
        let found = self.inner().chain_id().ok_or(EthereumError::NoChainId)?;
        if found == 0 || found > MAX_CHAIN_ID {
            return Err(EthereumError::ChainIdOutOfRange { found, maximum: MAX_CHAIN_ID });
        }
        Ok(found)
    }

    fn check_fields(&self) -> Result<(), EthereumError> {
        let Self::Eip1559(transaction) = self else { return Ok(()) };
        let found = transaction.access_list.len();
        if found != 0 {
            return Err(EthereumError::AccessListNotEmpty { found });
        }
        let priority = transaction.max_priority_fee_per_gas;
        let maximum = transaction.max_fee_per_gas;
        if priority > maximum {
            return Err(EthereumError::PriorityFeeAboveMaximum { priority, maximum });
        }
        Ok(())
    }

    /// The most it can cost, in wei: gas limit times fee per gas.
    fn fee(&self) -> Result<U256, EthereumError> {
        U256::from(self.inner().gas_limit())
            .checked_mul(U256::from(self.inner().max_fee_per_gas()))
            .ok_or(EthereumError::FeeOverflow)
    }
}

/// Reads exactly `transfer(address,uint256)`: selector, then two words, the address padded with
/// zeros, and nothing after.
fn decode_token_transfer(data: &[u8]) -> Result<transferCall, EthereumError> {
    let unknown = EthereumError::UnknownCalldata { found: data.len() };
    let call = transferCall::abi_decode_validate(data).map_err(|_| unknown.clone())?;
    if call.abi_encode() != data {
        return Err(unknown);
    }
    Ok(call)
}

fn recipient(address: [u8; 20]) -> Recipient {
    // 20 bytes are within the bound: nothing is cut.
    Recipient::truncate_from(address.to_vec())
}

fn to_u256(value: alloy_primitives::U256) -> U256 {
    U256::from_big_endian(&value.to_be_bytes::<32>())
}

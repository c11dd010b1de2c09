//! What requests say, in the protocol's encoding: as far as a contract has to read or write it.
//!
//! The indices are those of `Operation`, `PayloadFormat`, `Asset` and `Effect` of the protocol's
//! primitives, which never change.

use alloc::vec::Vec;

use codec::{Decode, DecodeAll, Encode};

use crate::{
    bounds::{
        MAX_EFFECT_BYTES, MAX_OPERATION_BYTES, MAX_PAYLOAD_BYTES, MAX_RECIPIENT_BYTES,
        MAX_TRANSFERS,
    },
    Account, Error, PolicyId, Request,
};

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A new key.
    Enrol,
    /// A signature.
    Sign,
    /// A decryption.
    Decrypt,
    /// New shares.
    Refresh,
    /// New shares for another quorum or tree.
    Reshare,
}

/// What whoever is fully in control may ask for. Not `Transfer`: only the machine prepares one.
pub const FULL_CONTROL: &[Kind] = &[Kind::Sign, Kind::Decrypt, Kind::Refresh, Kind::Reshare];
/// What whoever is in control for somebody else may ask for.
pub const USE_ONLY: &[Kind] = &[Kind::Sign, Kind::Decrypt];

/// The byte that starts `Operation::Transfer`.
const TRANSFER: u8 = 5;
/// Bytes that end it: the next owner and the policy.
const TRANSFER_END: usize = 64;

/// What the request asks for, if it is one of these and not longer than it may be.
pub fn check(request: &Request, allowed: &[Kind]) -> Result<Kind, Error> {
    if request.operation.len() > MAX_OPERATION_BYTES {
        return Err(Error::OperationTooLong);
    }
    if request.effect.len() > MAX_EFFECT_BYTES {
        return Err(Error::EffectTooLong);
    }
    if request.payload.len() > MAX_PAYLOAD_BYTES {
        return Err(Error::PayloadTooLong);
    }
    let kind = match request.operation.first() {
        Some(0) => Kind::Enrol,
        Some(1) => Kind::Sign,
        Some(2) => Kind::Decrypt,
        Some(3) => Kind::Refresh,
        Some(4) => Kind::Reshare,
        _ => return Err(Error::OperationNotAllowed),
    };
    if !allowed.contains(&kind) {
        return Err(Error::OperationNotAllowed);
    }
    Ok(kind)
}

/// `Operation::Transfer`. `sharing` is its quorum and tree, encoded.
///
/// Owner and policy have a fixed length and come last: whatever `sharing` holds, what decodes as a
/// whole names these.
pub fn transfer(sharing: &[u8], owner: Account, policy: PolicyId) -> Result<Vec<u8>, Error> {
    let room = MAX_OPERATION_BYTES.saturating_sub(TRANSFER_END).saturating_sub(1);
    if sharing.is_empty() || sharing.len() > room {
        return Err(Error::InvalidSharing);
    }
    let mut operation = Vec::new();
    operation.push(TRANSFER);
    operation.extend_from_slice(sharing);
    operation.extend_from_slice(&owner.0);
    operation.extend_from_slice(&policy.0);
    Ok(operation)
}

/// Whether the request signs a payload that agents read: an Ethereum transaction or a PSBT. Raw bytes
/// have no declared effect that could be held against a budget.
pub fn check_signs_readable_payload(request: &Request) -> Result<(), Error> {
    match request.operation.as_slice() {
        [1, 1] | [1, 2] => Ok(()),
        _ => Err(Error::OperationNotAllowed),
    }
}

/// What is transferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Asset {
    /// A chain's native coin, in wei.
    #[codec(index = 0)]
    Ether {
        /// EIP-155 chain id.
        chain_id: u64,
    },
    /// An ERC-20 token, in its smallest unit.
    #[codec(index = 1)]
    Erc20 {
        /// EIP-155 chain id.
        chain_id: u64,
        /// The token's contract.
        contract: [u8; 20],
    },
    /// Bitcoin, in satoshi.
    #[codec(index = 2)]
    Bitcoin {
        /// The network: 0 main, 1 test, 2 regtest.
        network: u8,
    },
}

/// One movement of value out of the key's control.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Transfer {
    /// Who receives.
    pub recipient: Vec<u8>,
    /// What.
    pub asset: Asset,
    /// How much: 256 bits, little-endian.
    pub amount: [u128; 2],
}

/// The most a payload can cost besides its transfers.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Fee {
    /// In what it is paid.
    pub asset: Asset,
    /// How much at most: 256 bits, little-endian.
    pub amount: [u128; 2],
}

/// All a payload does.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Effect {
    /// Its transfers.
    pub transfers: Vec<Transfer>,
    /// Its fee, if the format has one.
    pub fee: Option<Fee>,
}

impl Effect {
    /// Reads what a request declares. The chain's agents compare it with the payload.
    pub fn read(request: &Request) -> Result<Self, Error> {
        let effect =
            Self::decode_all(&mut request.effect.as_slice()).map_err(|_| Error::InvalidEffect)?;
        let fits = |transfer: &Transfer| transfer.recipient.len() <= MAX_RECIPIENT_BYTES;
        if effect.transfers.len() > MAX_TRANSFERS || !effect.transfers.iter().all(fits) {
            return Err(Error::InvalidEffect);
        }
        Ok(effect)
    }

    /// Every amount that leaves, with what it is of.
    pub fn amounts(&self) -> impl Iterator<Item = (Asset, [u128; 2])> + '_ {
        let transfers = self.transfers.iter().map(|transfer| (transfer.asset, transfer.amount));
        transfers.chain(self.fee.iter().map(|fee| (fee.asset, fee.amount)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn a_transfer_ends_with_owner_and_policy() {
        let operation = transfer(&[7, 7], Account([1; 32]), PolicyId([2; 32])).unwrap();
        assert_eq!(operation.len(), 67);
        assert_eq!(operation[..3], [5, 7, 7]);
        assert_eq!(operation[3..35], [1; 32]);
        assert_eq!(operation[35..], [2; 32]);
        let too_long = vec![0; MAX_OPERATION_BYTES];
        for sharing in [&[][..], &too_long] {
            let refused = transfer(sharing, Account([1; 32]), PolicyId([2; 32]));
            assert_eq!(refused, Err(Error::InvalidSharing));
        }
    }

    #[test]
    fn amounts_are_the_protocols_little_endian_numbers() {
        let mut encoded = vec![4, 4, 9]; // One transfer; a recipient of one byte.
        encoded.extend([0; 1]); // Ether,
        encoded.extend(5u64.to_le_bytes()); // of chain 5.
        let mut amount = [0u8; 32];
        amount[0] = 3;
        amount[16] = 1;
        encoded.extend(amount);
        encoded.push(0); // No fee.
        let effect = Effect::decode_all(&mut encoded.as_slice()).unwrap();
        assert_eq!(effect.transfers[0].asset, Asset::Ether { chain_id: 5 });
        assert_eq!(effect.transfers[0].amount, [3, 1]);
    }
}

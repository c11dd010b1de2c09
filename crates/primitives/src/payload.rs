//! What a payload says it does: recipient, asset and amount, as declared on chain and as parsed by
//! agents and enclave. The two must be equal.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{H256, U256};
use sp_runtime::{traits::ConstU32, BoundedVec};

use crate::{
    bounds::{MAX_PAYLOAD_BYTES, MAX_RECIPIENT_BYTES, MAX_TRANSFERS},
    hashing::{hash, Tag},
};

/// Bytes of a payload.
pub type PayloadBytes = BoundedVec<u8, ConstU32<MAX_PAYLOAD_BYTES>>;

/// How a payload is read.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum PayloadFormat {
    /// Any bytes; only where the policy allows raw. Signed as the algorithm signs a message
    /// (ECDSA over the SHA-256 of it), or decrypted as the algorithm's ciphertext.
    #[codec(index = 0)]
    Raw,
    /// An unsigned Ethereum transaction: legacy RLP with EIP-155, or EIP-1559.
    #[codec(index = 1)]
    EthereumTransaction,
    /// A PSBT, version 0 (BIP-174), with taproot key-path or segwit-v0 inputs.
    #[codec(index = 2)]
    BitcoinPsbt,
    /// No payload: enrolment.
    #[codec(index = 3)]
    Empty,
}

/// Which Bitcoin network.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum BitcoinNetwork {
    /// The main network.
    #[codec(index = 0)]
    Main,
    /// Test networks (testnet and signet share their addresses).
    #[codec(index = 1)]
    Test,
    /// A private regression-test network.
    #[codec(index = 2)]
    Regtest,
}

/// What is transferred.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
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
    ///
    /// A PSBT does not say its network: `scriptPubKey`s are the same on all. The requester declares
    /// it, the policy limits it.
    #[codec(index = 2)]
    Bitcoin {
        /// The network.
        network: BitcoinNetwork,
    },
}

/// A recipient: 20 bytes of an Ethereum address, or a Bitcoin `scriptPubKey`.
pub type Recipient = BoundedVec<u8, ConstU32<MAX_RECIPIENT_BYTES>>;

/// One movement of value out of the key's control.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Transfer {
    /// Who receives.
    pub recipient: Recipient,
    /// What.
    pub asset: Asset,
    /// How much, in the asset's smallest unit.
    pub amount: U256,
}

/// The most a payload can cost besides its transfers.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Fee {
    /// In what it is paid.
    pub asset: Asset,
    /// How much at most, in the asset's smallest unit.
    pub amount: U256,
}

/// All a payload does. Empty for raw payloads.
#[derive(
    Clone,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Effect {
    /// Its transfers, in the payload's order; change back to the key itself is none.
    pub transfers: BoundedVec<Transfer, ConstU32<MAX_TRANSFERS>>,
    /// Its fee, if the format has one.
    pub fee: Option<Fee>,
}

/// `H(format ‖ payload)`: what approvers sign.
pub fn payload_hash(genesis: H256, format: PayloadFormat, payload: &[u8]) -> H256 {
    hash(Tag::Payload, genesis, &(format, payload))
}

/// One thing a payload asks to have signed. Agents and enclave derive it from the payload; it never
/// comes from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SigningInput {
    /// Bytes, hashed as the algorithm hashes a message: Ed25519, sr25519 (context `substrate`) and
    /// ML-DSA-65 (empty context) by themselves, both ECDSA with SHA-256, BIP-340 as its message.
    Message(alloc::vec::Vec<u8>),
    /// A 32-byte digest, signed as it is: ECDSA.
    Digest([u8; 32]),
    /// A BIP-341 key-path spend: the signature hash, and the tweak by this merkle root (`None` for
    /// a key without scripts).
    TaprootKeyPath {
        /// The signature hash.
        sighash: [u8; 32],
        /// Root of the script tree.
        merkle_root: Option<[u8; 32]>,
    },
}

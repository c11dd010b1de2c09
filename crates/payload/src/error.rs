//! Why a payload is refused: what was found, what was expected, what to do about it.

use regent_primitives::{Algorithm, PayloadFormat};

use crate::effect::EffectDifference;

/// Why a payload cannot be read, used or assembled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// More bytes than any payload may have.
    #[error("payload has {found} bytes, at most {maximum} are allowed: split it")]
    TooLong {
        /// Bytes found.
        found: usize,
        /// Bytes allowed.
        maximum: usize,
    },
    /// The key's algorithm cannot serve this format.
    #[error(
        "a {} key cannot serve a payload of format {format:?}: use a key of {expected}",
        found.name()
    )]
    AlgorithmMismatch {
        /// The format.
        format: PayloadFormat,
        /// The key's algorithm.
        found: Algorithm,
        /// The algorithms that can.
        expected: &'static str,
    },
    /// The public key has not the algorithm's length.
    #[error(
        "public key has {found} bytes, {} needs {expected}: pass the key as its token states it",
        algorithm.name()
    )]
    PublicKeyLength {
        /// The algorithm.
        algorithm: Algorithm,
        /// Bytes found.
        found: usize,
        /// Bytes expected.
        expected: usize,
    },
    /// The public key's bytes encode no key of the algorithm.
    #[error("public key is no {} key: pass the key as its token states it", algorithm.name())]
    PublicKeyInvalid {
        /// The algorithm.
        algorithm: Algorithm,
    },
    /// A payload where there is none.
    #[error("this operation has no payload, {found} bytes were given: leave the payload empty")]
    NotEmpty {
        /// Bytes found.
        found: usize,
    },
    /// A ciphertext whose length is impossible.
    #[error("ciphertext has {found} bytes, {} needs {expected}", algorithm.name())]
    CiphertextLength {
        /// The algorithm.
        algorithm: Algorithm,
        /// Bytes found.
        found: usize,
        /// Bytes expected.
        expected: usize,
    },
    /// The payload does something else than declared.
    #[error("payload does not do what was declared: {0}")]
    Effect(#[from] Box<EffectDifference>),
    /// Too few or too many signatures.
    #[error(
        "{found} signatures for a payload that needs {expected}: pass one for each \
         input to sign, in order"
    )]
    SignatureCount {
        /// Signatures found.
        found: usize,
        /// Signatures expected.
        expected: usize,
    },
    /// A signature has not the algorithm's length.
    #[error("signature {index} has {found} bytes, {} has {expected}", algorithm.name())]
    SignatureLength {
        /// The algorithm.
        algorithm: Algorithm,
        /// Which signature, from 0.
        index: usize,
        /// Bytes found.
        found: usize,
        /// Bytes expected.
        expected: usize,
    },
    /// A signature is not the key's over what the payload asks to sign, or not in its one accepted
    /// form (low s, recovery id 0 or 1).
    #[error("signature {index} is not this {} key's over this payload", algorithm.name())]
    SignatureInvalid {
        /// The algorithm.
        algorithm: Algorithm,
        /// Which signature, from 0.
        index: usize,
    },
    /// There is no signature to put anywhere.
    #[error("this payload asks for no signature: its result needs no assembling")]
    NothingToAssemble,
    /// An Ethereum transaction is refused.
    #[error("ethereum transaction refused: {0}")]
    Ethereum(#[from] EthereumError),
    /// A PSBT is refused.
    #[error("PSBT refused: {0}")]
    Bitcoin(#[from] BitcoinError),
}

/// Why an unsigned Ethereum transaction is refused, or cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EthereumError {
    /// Neither a legacy list nor type 2.
    #[error("transaction type {found:#04x} is not supported: use legacy with EIP-155 or EIP-1559")]
    UnsupportedType {
        /// The first byte.
        found: u8,
    },
    /// The bytes are no RLP of such a transaction.
    #[error("RLP does not decode: {0}")]
    Rlp(alloy_rlp::Error),
    /// Another encoding of the same transaction exists, and that one is signed.
    #[error(
        "not the canonical encoding of an unsigned transaction (trailing bytes, \
         padding, or signed already): encode it for signing"
    )]
    NotCanonical,
    /// A legacy transaction without EIP-155 replay protection.
    #[error(
        "legacy transaction without chain id: it could be replayed on any chain, add \
         chain id, 0, 0 (EIP-155)"
    )]
    NoChainId,
    /// A chain id that cannot exist.
    #[error("chain id {found} is not between 1 and {maximum} (EIP-2294)")]
    ChainIdOutOfRange {
        /// The chain id.
        found: u64,
        /// The largest.
        maximum: u64,
    },
    /// No recipient.
    #[error("contract creation is not supported: send to an address")]
    ContractCreation,
    /// An access list with entries.
    #[error("access list has {found} entries: leave it empty")]
    AccessListNotEmpty {
        /// Entries found.
        found: usize,
    },
    /// The priority fee exceeds the whole.
    #[error(
        "max priority fee per gas {priority} exceeds max fee per gas {maximum}: no \
         block could include it"
    )]
    PriorityFeeAboveMaximum {
        /// Priority fee, wei per gas.
        priority: u128,
        /// Whole fee, wei per gas.
        maximum: u128,
    },
    /// The fee does not fit 256 bits.
    #[error("gas limit times fee per gas exceeds 256 bits: lower them")]
    FeeOverflow,
    /// A call that is no ERC-20 transfer.
    #[error(
        "calldata of {found} bytes is neither empty nor exactly an ERC-20 \
         transfer(address,uint256): only these are understood"
    )]
    UnknownCalldata {
        /// Bytes found.
        found: usize,
    },
    /// An ERC-20 transfer that also sends ether.
    #[error(
        "ERC-20 transfer with a value of {found} wei: the token's contract would keep it, send 0"
    )]
    TokenTransferWithValue {
        /// Wei found.
        found: alloy_primitives::U256,
    },
    /// Text that is no address.
    #[error(
        "{found:?} is no Ethereum address: 40 hexadecimal digits after 0x, with a \
         correct EIP-55 checksum where it is mixed-case"
    )]
    Address {
        /// The text.
        found: String,
    },
}

/// Why a PSBT is refused, or cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BitcoinError {
    /// Nobody said which network the PSBT is for.
    #[error("a PSBT does not say its network: declare a fee in the asset of one Bitcoin network")]
    NetworkMissing,
    /// The bytes are no PSBT of version 0.
    #[error("does not decode as BIP-174 version 0: {0}")]
    Decode(String),
    /// Bytes after the PSBT's end.
    #[error("{found} bytes follow the PSBT: remove them")]
    TrailingBytes {
        /// Bytes found.
        found: usize,
    },
    /// No input, or too many.
    #[error("{found} inputs, between 1 and {maximum} are allowed")]
    InputCount {
        /// Inputs found.
        found: usize,
        /// Inputs allowed.
        maximum: usize,
    },
    /// No output.
    #[error("no output: add one")]
    NoOutputs,
    /// Too many outputs to others.
    #[error("{found} outputs to others, at most {maximum} are allowed: split the payment")]
    TransferCount {
        /// Outputs found.
        found: usize,
        /// Outputs allowed.
        maximum: usize,
    },
    /// A field that would change what is signed, or that nobody here understands.
    #[error("input {index} has the field {field}: remove it, only bare key spends are signed")]
    InputField {
        /// Which input, from 0.
        index: usize,
        /// The field's name in BIP-174.
        field: &'static str,
    },
    /// A field of an output or of the whole that nobody here understands.
    #[error("the PSBT has the field {field} in its {part}: remove it")]
    UnknownField {
        /// The field's name in BIP-174.
        field: &'static str,
        /// Where.
        part: &'static str,
    },
    /// An input that spends nothing.
    #[error("input {index} spends no output (coinbase)")]
    NullInput {
        /// Which input, from 0.
        index: usize,
    },
    /// Two inputs spend the same output.
    #[error("input {index} spends the same output as an earlier one: remove it")]
    DuplicateInput {
        /// Which input, from 0.
        index: usize,
    },
    /// The spent output is not given.
    #[error("input {index} lacks PSBT_IN_WITNESS_UTXO: add the spent output")]
    WitnessUtxoMissing {
        /// Which input, from 0.
        index: usize,
    },
    /// The whole spent transaction is not given.
    #[error(
        "input {index} lacks PSBT_IN_NON_WITNESS_UTXO: add the whole spent transaction, \
         for a segwit-v0 signature does not commit to the other inputs' amounts"
    )]
    NonWitnessUtxoMissing {
        /// Which input, from 0.
        index: usize,
    },
    /// The given transaction is not the one spent, or has no such output, or another one.
    #[error("input {index}: PSBT_IN_NON_WITNESS_UTXO does not match {field}")]
    NonWitnessUtxoMismatch {
        /// Which input, from 0.
        index: usize,
        /// With what it was compared.
        field: &'static str,
    },
    /// The spent output is not the key's.
    #[error(
        "input {index} spends script {found}, the key's is {expected}: only the key's \
         own outputs are signed"
    )]
    ForeignInput {
        /// Which input, from 0.
        index: usize,
        /// The spent script, hexadecimal.
        found: String,
        /// The key's script, hexadecimal.
        expected: String,
    },
    /// The stated internal key is not the key.
    #[error("input {index} names another PSBT_IN_TAP_INTERNAL_KEY than this key")]
    InternalKeyMismatch {
        /// Which input, from 0.
        index: usize,
    },
    /// A signature hash type that leaves part of the transaction open.
    #[error(
        "input {index} asks for sighash type {found:#x}: only {expected} commit to the \
         whole transaction"
    )]
    SighashType {
        /// Which input, from 0.
        index: usize,
        /// The type found.
        found: u32,
        /// Types accepted.
        expected: &'static str,
    },
    /// An amount above all bitcoin there will be.
    #[error("{part} {index} has {found} satoshi, more than the 21 million bitcoin there will be")]
    AmountOutOfRange {
        /// Input or output.
        part: &'static str,
        /// Which, from 0.
        index: usize,
        /// Satoshi found.
        found: u64,
    },
    /// Amounts whose sum does not fit 64 bits.
    #[error("the sum of the {part} exceeds 64 bits")]
    SumOverflow {
        /// Inputs or outputs.
        part: &'static str,
    },
    /// More out than in.
    #[error(
        "outputs of {outputs} satoshi exceed inputs of {inputs}: lower an output or add an input"
    )]
    OutputsExceedInputs {
        /// Satoshi in.
        inputs: u64,
        /// Satoshi out.
        outputs: u64,
    },
    /// An output that pays no address.
    #[error(
        "output {index} pays script {found}, which has no address: only standard \
         payments are understood"
    )]
    UnknownOutputScript {
        /// Which output, from 0.
        index: usize,
        /// The script, hexadecimal.
        found: String,
    },
    /// The tweaked key is no key: cannot happen but by an attack on the hash function.
    #[error("the key cannot be tweaked by this merkle root")]
    Tweak,
    /// Text that is no address of the network.
    #[error("{found:?} is no Bitcoin address of this network: {reason}")]
    Address {
        /// The text.
        found: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Text that is no coin.
    #[error("{found:?} is no coin: write TXID:OUTPUT:SATOSHI")]
    Coin {
        /// The text.
        found: String,
    },
}

impl From<alloy_rlp::Error> for EthereumError {
    fn from(error: alloy_rlp::Error) -> Self {
        Self::Rlp(error)
    }
}

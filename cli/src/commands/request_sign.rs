//! `regent request sign`

use std::{io::Write, path::PathBuf};

use clap::Args;
use regent_client::{
    flows::{Draft, Executed, FlowError, Task},
    Client,
};
use regent_payload::ethereum;
use regent_primitives::{
    BitcoinNetwork, KeyId, Operation, PayloadFormat, PolicyHash, RegenToken, U256,
};

use super::carry::{carry, CarryOptions};
use crate::{
    context::Context,
    error::CliError,
    output::show,
    payloads::{assemble, read_bytes, Payload},
    units::{parse_amount, parse_network},
    views::OutcomeView,
};

/// Options of `regent request sign`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent request sign --key 0x7a.. --account //Alice \\
      --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --amount \"0.5 ether\" --chain-id 1 --nonce 0
  regent request sign --key 0x7a.. --account //Alice --psbt payment.psbt --bitcoin-network test
  regent request sign --key 0x7a.. --account //Alice --message \"ship it\"")]
pub struct Options {
    /// The key.
    #[arg(long)]
    pub key: KeyId,
    /// What is signed.
    #[command(flatten)]
    pub payload: PayloadOptions,
    /// The policy, if not the one the key is bound to.
    #[arg(long, value_name = "HASH")]
    pub policy: Option<PolicyHash>,
    /// As every request.
    #[command(flatten)]
    pub carry: CarryOptions,
}

/// What is signed: one of a message, a file, a PSBT, or an Ethereum transfer.
#[derive(Clone, Debug, Default, Args)]
pub struct PayloadOptions {
    /// A message, as it is; the policy must allow raw payloads.
    #[arg(long, value_name = "TEXT", group = "payload")]
    pub message: Option<String>,
    /// A file with any bytes, or 0x and hexadecimal; `-` for standard input. Raw.
    #[arg(long, value_name = "FILE", group = "payload")]
    pub file_raw: Option<PathBuf>,
    /// A file with an unsigned Ethereum transaction, in bytes or 0x and hexadecimal.
    #[arg(long, value_name = "FILE", group = "payload")]
    pub ethereum: Option<PathBuf>,
    /// A file with a PSBT, in bytes or base64.
    #[arg(long, value_name = "FILE", group = "payload", requires = "bitcoin_network")]
    pub psbt: Option<PathBuf>,
    /// The network a PSBT is for: main, test or regtest.
    #[arg(long, value_name = "NETWORK", value_parser = parse_network)]
    pub bitcoin_network: Option<BitcoinNetwork>,
    /// Recipient of an EIP-1559 transfer.
    #[arg(long, value_name = "0xADDRESS", group = "payload", requires_all = ["amount", "chain_id", "nonce"])]
    pub to: Option<String>,
    /// How much: "0.5 ether", or the smallest unit of --token.
    #[arg(long, value_name = "AMOUNT", value_parser = parse_amount, requires = "to")]
    pub amount: Option<U256>,
    /// ERC-20 contract; ether is transferred without it.
    #[arg(long, value_name = "0xCONTRACT", requires = "to")]
    pub token: Option<String>,
    /// EIP-155 chain id.
    #[arg(long, requires = "to")]
    pub chain_id: Option<u64>,
    /// Transactions the key's address has sent so far.
    #[arg(long, requires = "to")]
    pub nonce: Option<u64>,
    /// Gas the transaction may use; 21,000, or 100,000 with --token.
    #[arg(long, requires = "to")]
    pub gas: Option<u64>,
    /// The most that is paid for a unit of gas.
    #[arg(long, value_name = "AMOUNT", value_parser = parse_amount, default_value = "30 gwei")]
    pub max_fee: U256,
    /// The part of it that goes to the block's author.
    #[arg(long, value_name = "AMOUNT", value_parser = parse_amount, default_value = "1 gwei")]
    pub max_priority_fee: U256,
}

impl PayloadOptions {
    /// The request, for a key in finalised state.
    pub async fn draft(
        &self,
        client: &Client,
        key: KeyId,
        policy: Option<PolicyHash>,
        lifetime: u32,
    ) -> Result<Draft, CliError> {
        let record = client.key(key, None).await?.ok_or(FlowError::UnknownKey(key))?;
        let Payload { format, bytes, effect } = self.read(&record.token)?;
        let task = Task::Sign { key, format, payload: bytes, effect };
        Ok(Draft { task, policy, lifetime })
    }

    fn read(&self, token: &RegenToken) -> Result<Payload, CliError> {
        let (format, bytes) = if let Some(text) = &self.message {
            (PayloadFormat::Raw, text.clone().into_bytes())
        } else if let Some(path) = &self.file_raw {
            (PayloadFormat::Raw, read_bytes("--file-raw", path)?)
        } else if let Some(path) = &self.ethereum {
            (PayloadFormat::EthereumTransaction, read_bytes("--ethereum", path)?)
        } else if let Some(path) = &self.psbt {
            (PayloadFormat::BitcoinPsbt, read_bytes("--psbt", path)?)
        } else {
            (PayloadFormat::EthereumTransaction, self.transfer()?)
        };
        Payload::parse(format, bytes, token, self.bitcoin_network)
    }

    fn transfer(&self) -> Result<Vec<u8>, CliError> {
        let (Some(to), Some(amount), Some(chain_id), Some(nonce)) =
            (&self.to, self.amount, self.chain_id, self.nonce)
        else {
            return Err(CliError::input(
                "payload",
                "name one: --message, --file-raw, --ethereum, --psbt, or --to with --amount",
            ));
        };
        let address = |field, text: &str| {
            ethereum::parse_address(text).map_err(|error| CliError::input(field, error))
        };
        let price = |field, amount: U256| {
            u128::try_from(amount).map_err(|_| CliError::input(field, "exceeds 128 bits"))
        };
        let gas = ethereum::Gas {
            chain_id,
            nonce,
            limit: self.gas.unwrap_or(if self.token.is_some() { 100_000 } else { 21_000 }),
            max_fee_per_gas: price("--max-fee", self.max_fee)?,
            max_priority_fee_per_gas: price("--max-priority-fee", self.max_priority_fee)?,
        };
        let to = address("--to", to)?;
        Ok(match &self.token {
            None => ethereum::eip1559_transfer(&gas, to, amount),
            Some(token) => ethereum::erc20_transfer(&gas, address("--token", token)?, to, amount),
        })
    }
}

/// Requests a signature.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (account, client) = context.actor(&options.carry.account).await?;
    let lifetime = options.carry.lifetime;
    let draft = options.payload.draft(&client, options.key, options.policy, lifetime).await?;
    let carried = carry(&options.carry, context, &client, &account, draft, out).await?;
    let Some(carried) = carried else { return Ok(()) };
    let view = OutcomeView {
        id: carried.id,
        assembled: assembled(&carried.executed)?,
        executed: &carried.executed,
        plaintext: None,
        written_to: None,
        timings: carried.timings,
    };
    show(out, context.json(), &view)
}

/// What is to be broadcast, for a signature; every signature is verified, of a raw payload too.
pub fn assembled(done: &Executed) -> Result<Option<Vec<u8>>, CliError> {
    let Operation::Sign { format } = done.state.record.body.operation else { return Ok(None) };
    let (Some(key), Some(payload)) = (&done.state.key, &done.state.payload) else {
        let id = done.state.id;
        return Err(CliError::Evidence(format!(
            "request {id} is shown without its key or payload: its signature cannot be verified"
        )));
    };
    checked(format, payload, &key.token, &done.outcome.result)
}

/// Puts verified signatures into a transaction. Of a raw payload they are the result themselves.
/// What AES sealed can be verified by nobody: its length is.
fn checked(
    format: PayloadFormat,
    payload: &[u8],
    token: &RegenToken,
    signatures: &[Vec<u8>],
) -> Result<Option<Vec<u8>>, CliError> {
    let assembled = assemble(format, payload, token, signatures).map_err(|error| {
        CliError::Evidence(format!("the enclave's signature is not the key's: {error}"))
    })?;
    Ok((format != PayloadFormat::Raw).then_some(assembled))
}

#[cfg(test)]
mod tests {
    use regent_primitives::{AccessTree, AgentId, Algorithm, Commitments, EnrolmentId, H256};
    use sp_core::{ed25519, Pair};

    use super::*;

    fn token(key: &ed25519::Pair) -> RegenToken {
        RegenToken {
            key_id: KeyId(H256::zero()),
            algorithm: Algorithm::Ed25519,
            public_key: key.public().0.to_vec().try_into().expect("32 bytes"),
            epoch: 0,
            window: 0,
            enrolment_id: EnrolmentId(H256::zero()),
            tree: AccessTree::threshold_of_agents(1, &[AgentId(H256::zero())]).expect("a tree"),
            policy_hash: PolicyHash(H256::zero()),
            commitments: Commitments::Seed { leaves: Default::default(), check: [0; 32] },
            corrections: Default::default(),
            wrapped: None,
        }
    }

    #[test]
    fn a_raw_signature_of_another_key_or_message_is_evidence_against_the_enclave() {
        let key = ed25519::Pair::from_seed(&[1; 32]);
        let token = token(&key);
        let check = |message: &[u8], signatures: &[Vec<u8>]| {
            checked(PayloadFormat::Raw, message, &token, signatures)
        };
        let good = key.sign(b"ship it").0.to_vec();
        assert_eq!(check(b"ship it", std::slice::from_ref(&good)).expect("valid"), None);
        let other = ed25519::Pair::from_seed(&[2; 32]).sign(b"ship it").0.to_vec();
        for (message, signatures) in [
            (b"ship it".as_slice(), vec![other]),
            (b"ship that", vec![good.clone()]),
            (b"ship it", vec![good[..63].to_vec()]),
            (b"ship it", vec![]),
            (b"ship it", vec![good.clone(), good]),
        ] {
            let error = check(message, &signatures).expect_err("refused");
            assert_eq!(error.exit_code(), 7, "{error}");
        }
    }
}

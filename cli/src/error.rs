//! Everything a command can fail with, and the exit code it means.

use std::{io, path::PathBuf};

use regent_client::{
    flows::FlowError, AccountError, ClientError, ContractError, EnclaveError, ExportError,
    PoolRejection,
};
use regent_payload::PayloadError;
use regent_primitives::{BlockNumber, H256};
use regent_report::PdfError;

use crate::{network::NetworkError, policy_file::PolicyFileError, terms::TermsError};

/// Shown by `regent --help`.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed for a reason of its own, which the error names
  2  the command line or a file named in it is wrong
  3  refused by the policy, the chain, an agent or the enclave
  4  no such thing in finalised state
  5  no connection to the node or the enclave
  6  it took too long
  7  evidence does not hold: a broken link of the audit log, a wrong signature,
     an answer of the node that is not what was asked for
  8  evidence holds in itself, and nothing was given that vouches for its chain:
     `regent evidence verify` and `report` without --anchor
  9  evidence holds, and its anchor is older than what it proves";

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CliError {
    /// A wrong option or argument.
    #[error("{field}: {reason}")]
    Input {
        /// Which.
        field: &'static str,
        /// What is wrong and how to put it right.
        reason: String,
    },
    /// A file that is named on the command line, or beside one that is.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why it cannot be read or written.
        source: io::Error,
    },
    /// A stream.
    #[error("{what}: {source}")]
    Io {
        /// Which.
        what: String,
        /// Why.
        source: io::Error,
    },
    /// Nothing under this name.
    #[error("{what} {id} is not in finalised state; {remedy}")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
        /// Its name.
        id: String,
        /// What to do.
        remedy: &'static str,
    },
    /// Refused before it was submitted.
    #[error("refused: {}", .0.join("; "))]
    Refused(Vec<String>),
    /// The node is of another chain than the one that is meant.
    #[error("the node's chain is {found:?}, expected {expected:?}; nothing was signed: use a --node of that chain, or correct --genesis, REGENT_GENESIS or the network file")]
    OtherChain {
        /// Hash of its block 0.
        found: H256,
        /// Hash of the expected one.
        expected: H256,
    },
    /// Something on the chain is not as it must be.
    #[error("{0}")]
    Evidence(String),
    /// A bundle that holds, of a chain for which nothing vouches.
    #[error("nothing vouches for the chain that the bundle is of: who has validators' former keys can make another; get the hash of a final block from somebody else than who made the bundle, and give it as --anchor")]
    Unanchored,
    /// A bundle that holds, with an anchor that is older than what it proves.
    #[error("the anchor, block {block}, is older than the bundle's head: for what came after it only the validators' keys since then vouch; ask for an export at the anchor, or get the hash of a newer final block")]
    OlderAnchor {
        /// The anchor's height.
        block: BlockNumber,
    },
    /// A report could not be written in the form that was asked for.
    #[error(transparent)]
    Report(#[from] PdfError),
    /// A bundle could not be made.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The node.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The enclave.
    #[error(transparent)]
    Enclave(#[from] EnclaveError),
    /// An operation.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// The account.
    #[error("--account or --keystore: {0}")]
    Account(#[from] AccountError),
    /// The payload.
    #[error("payload: {0}")]
    Payload(#[from] PayloadError),
    /// The policy file.
    #[error(transparent)]
    Policy(#[from] PolicyFileError),
    /// A contract.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// A file with a contract's terms.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// A network of child processes.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The demonstration did not show what it must.
    #[error("the demonstration failed at {step}: {reason}")]
    Demo {
        /// Where.
        step: String,
        /// Why.
        reason: String,
    },
}

impl CliError {
    /// A wrong option or argument.
    pub fn input(field: &'static str, reason: impl std::fmt::Display) -> Self {
        Self::Input { field, reason: reason.to_string() }
    }

    /// A stream.
    pub fn io(what: impl Into<String>, source: io::Error) -> Self {
        Self::Io { what: what.into(), source }
    }

    /// A file that is named on the command line, or beside one that is.
    pub fn file(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::File { path: path.into(), source }
    }

    /// Whether whoever read our output went away.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }

    /// What the process exits with: `EXIT_CODES`.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Input { .. }
            | Self::File { .. }
            | Self::Account(_)
            | Self::Payload(_)
            | Self::Policy(_)
            | Self::Terms(_) => 2,
            Self::Refused(_) => 3,
            Self::NotFound { .. } => 4,
            Self::Evidence(_) | Self::OtherChain { .. } => 7,
            Self::Unanchored => 8,
            Self::OlderAnchor { .. } => 9,
            Self::Export(error) => of_export(error),
            Self::Client(error) => of_client(error),
            Self::Enclave(error) => of_enclave(error),
            Self::Flow(error) => of_flow(error),
            Self::Contract(error) => of_contract(error),
            _ => 1,
        }
    }

    /// The kind of failure, for programs.
    pub fn kind(&self) -> &'static str {
        match self.exit_code() {
            2 => "input",
            3 => "refused",
            4 => "not-found",
            5 => "connection",
            6 => "timeout",
            7 => "evidence",
            8 => "unanchored",
            9 => "older-anchor",
            _ => "failed",
        }
    }
}

fn of_client(error: &ClientError) -> u8 {
    match error {
        ClientError::Dispatch(_) => 3,
        ClientError::Pool { rejection, .. } => match rejection {
            PoolRejection::Busy(_) => 6,
            _ => 3,
        },
        ClientError::UnknownBlock(_) => 4,
        error if error.is_lie() => 7,
        error if error.is_connection() => 5,
        _ => 1,
    }
}

fn of_enclave(error: &EnclaveError) -> u8 {
    match error {
        EnclaveError::Refused { .. } => 3,
        error if error.is_connection() => 5,
        _ => 1,
    }
}

fn of_contract(error: &ContractError) -> u8 {
    match error {
        ContractError::Client(error) => of_client(error),
        ContractError::Refused(_) | ContractError::Deposit { .. } => 3,
        ContractError::Unknown(_) => 4,
        ContractError::OtherAddress { .. } | ContractError::NotShown(_) => 7,
        _ => 1,
    }
}

fn of_export(error: &ExportError) -> u8 {
    match error {
        ExportError::Node(error) => of_client(error),
        error if error.is_lie() => 7,
        ExportError::NotFinal(_)
        | ExportError::UnknownRequest(_)
        | ExportError::NothingSelected => 4,
        ExportError::LogTooShort { .. }
        | ExportError::TooLarge { .. }
        | ExportError::LongLog { .. } => 2,
        _ => 1,
    }
}

fn of_flow(error: &FlowError) -> u8 {
    match error {
        FlowError::Client(error) => of_client(error),
        FlowError::Enclave(error) => of_enclave(error),
        FlowError::UnknownKey(_) | FlowError::UnknownRequest(_) => 4,
        FlowError::MissingPolicy => 2,
        FlowError::KeyNotActive { .. }
        | FlowError::NotPending { .. }
        | FlowError::Over { .. }
        | FlowError::NoAttemptLeft(_) => 3,
        FlowError::Timeout { .. } => 6,
        FlowError::Unproven(_)
        | FlowError::OtherPayload(_)
        | FlowError::ForgedApproval { .. }
        | FlowError::PayloadWithheld(_)
        | FlowError::OtherToken(_)
        | FlowError::Receipt { .. } => 7,
        _ => 1,
    }
}

/// Where output goes wrong.
impl From<io::Error> for CliError {
    fn from(source: io::Error) -> Self {
        Self::Io { what: "output".to_owned(), source }
    }
}

#[cfg(test)]
mod tests {
    use regent_primitives::{AccountId, KeyId, PolicyHash, RequestId};

    use super::*;

    #[test]
    fn a_file_is_the_command_lines_fault_and_a_stream_is_not() {
        let missing = || io::Error::from(io::ErrorKind::NotFound);
        let file = CliError::file("/nowhere", missing());
        assert_eq!((file.exit_code(), file.kind()), (2, "input"));
        assert!(file.to_string().starts_with("/nowhere: "), "{file}");
        let stream = CliError::io("the terminal", missing());
        assert_eq!((stream.exit_code(), stream.kind()), (1, "failed"));
    }

    #[test]
    fn a_lie_is_evidence_that_does_not_hold() {
        let id = RequestId(H256::repeat_byte(1));
        let other_genesis =
            ExportError::OtherGenesis { found: H256::zero(), expected: H256::repeat_byte(1) };
        let other_address =
            ContractError::OtherAddress { found: Default::default(), expected: Default::default() };
        let lies: [CliError; 11] = [
            ClientError::OtherRequest(id).into(),
            ClientError::OtherPolicy(PolicyHash(H256::zero())).into(),
            FlowError::Client(ClientError::OtherKey(KeyId(H256::zero()))).into(),
            FlowError::OtherPayload(id).into(),
            FlowError::ForgedApproval { id, approver: AccountId::new([1; 32]) }.into(),
            FlowError::PayloadWithheld(id).into(),
            FlowError::OtherToken(id).into(),
            FlowError::Receipt { id, what: "signature" }.into(),
            ContractError::NotShown(Default::default()).into(),
            other_address.into(),
            other_genesis.into(),
        ];
        for lie in lies {
            assert_eq!((lie.exit_code(), lie.kind()), (7, "evidence"), "{lie}");
        }
    }
}

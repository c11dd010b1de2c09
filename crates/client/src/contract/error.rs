//! Why a contract was not deployed, asked or called.

use sp_core::H160;

use super::Refusal;
use crate::ClientError;

/// Why a contract was not deployed, asked or called.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ContractError {
    /// The node.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The contract or the chain refuses. Nothing was submitted.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// More credits would be taken than the caller agreed to.
    #[error("the deposit is {found} credits of the institution's purse, at most {maximum} may be taken; raise --max-deposit if that is meant")]
    Deposit {
        /// What would be taken.
        found: u128,
        /// What may be.
        maximum: u128,
    },
    /// Nothing was deployed there.
    #[error(
        "there is no contract at {0:?} in finalised state; correct the address, or deploy one"
    )]
    Unknown(H160),
    /// The node says that a contract would be elsewhere than its code, arguments, salt and deployer put it.
    #[error("the node says that the contract would be at {found:?}, expected {expected:?}, which follows from what is deployed: it lies, or is of another version; nothing was signed, use another node")]
    OtherAddress {
        /// Where the node says.
        found: H160,
        /// Where it would be.
        expected: H160,
    },
    /// The node says that the transaction is final, and shows no contract.
    #[error(
        "the node shows no contract at {0:?}, where it was deployed: it lies; use another node"
    )]
    NotShown(H160),
    /// What it answers is not what a contract of this kind does.
    #[error("the contract answers {function} with something else ({reason}); is it of this kind?")]
    Answer {
        /// The function's signature.
        function: &'static str,
        /// What does not fit.
        reason: String,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    Randomness(String),
}

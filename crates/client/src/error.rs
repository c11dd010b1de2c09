//! What can go wrong between a client and a node.

use regent_primitives::{AccountId, KeyId, PolicyHash, RequestId};
use sp_core::H256;
use subxt::error::{BackendError, ExtrinsicError, RpcError};

use crate::dispatch::DispatchFailure;

/// The result of everything that asks a node.
pub type Result<T> = std::result::Result<T, ClientError>;

/// Why a node could not be asked, or did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// No connection, or it was lost. The next call connects again.
    #[error("no connection to the node at {url}: {reason}; check that it runs and that the URL is its RPC endpoint")]
    Connection {
        /// The node's URL.
        url: String,
        /// What failed.
        reason: String,
    },
    /// The node answered with an error.
    #[error("the node refused {method}: {reason}")]
    Rpc {
        /// The RPC method.
        method: String,
        /// The node's words.
        reason: String,
    },
    /// An answer that is not what this client expects: another version of the runtime.
    #[error("the answer to {method} cannot be decoded ({reason}); this client and the node's runtime are of different versions")]
    Decode {
        /// The method.
        method: String,
        /// What did not fit.
        reason: String,
    },
    /// A block the node does not have.
    #[error("the node has no block {0}; it may have pruned it or be still synchronising")]
    UnknownBlock(H256),
    /// A call the node's runtime does not have, or has with other arguments.
    #[error("the node's runtime has no call {pallet}.{call} ({expected}): {found}; use a client of the node's version")]
    CallMismatch {
        /// The pallet.
        pallet: &'static str,
        /// The call.
        call: &'static str,
        /// Arguments this client sends.
        expected: String,
        /// What the runtime has.
        found: String,
    },
    /// The node's metadata gives the name of this call to another one.
    #[error("the node calls {pallet}.{call} by the indexes {found:?}, expected {expected:?}: another call would be signed; it lies, or is of another version: use another node, or a client of the node's version")]
    OtherCall {
        /// The pallet.
        pallet: &'static str,
        /// The call.
        call: &'static str,
        /// The indexes of pallet and call that the node names.
        found: [u8; 2],
        /// Those that this client means.
        expected: [u8; 2],
    },
    /// The transaction pool did not take the transaction.
    #[error("the transaction of {account} was not accepted: {rejection}")]
    Pool {
        /// Who signed it.
        account: AccountId,
        /// Why.
        rejection: PoolRejection,
    },
    /// The pool dropped the transaction before it was in a block.
    #[error("the transaction left the pool without being in a block: {0}; submit it again")]
    Dropped(String),
    /// The transaction is in a block, and failed.
    #[error(transparent)]
    Dispatch(#[from] DispatchFailure),
    /// The transaction cannot be built.
    #[error("the transaction cannot be built: {0}")]
    Build(String),
    /// The node answered with another request than the one with this id.
    #[error("the node answered with another request than {0}: it lies, or is of another chain; do not act on it, use another node")]
    OtherRequest(RequestId),
    /// The node answered with another policy than the one with this hash.
    #[error("the node answered with another policy than {0}: it lies, or is of another chain; do not act on it, use another node")]
    OtherPolicy(PolicyHash),
    /// The node answered with another key than the one with this id.
    #[error("the node answered with another key than {0}: it lies, or is of another version; do not act on it, use another node")]
    OtherKey(KeyId),
    /// The node's blocks take another time than this client's version of the runtime gives them.
    #[error("the node says that a block takes {found} ms, expected {expected}: it lies, or is of another version; agree to no period that it counts, use another node")]
    OtherPace {
        /// Milliseconds of a slot, as the node says.
        found: u64,
        /// As the runtime fixes them.
        expected: u64,
    },
    /// A subscription ended.
    #[error("the node ended the subscription to {0}; subscribe again")]
    SubscriptionEnded(&'static str),
}

impl ClientError {
    /// Whether connecting again may help.
    pub fn is_connection(&self) -> bool {
        matches!(self, Self::Connection { .. } | Self::SubscriptionEnded(_))
    }

    /// Whether the node said what cannot be true.
    pub fn is_lie(&self) -> bool {
        matches!(
            self,
            Self::OtherCall { .. }
                | Self::OtherRequest(_)
                | Self::OtherPolicy(_)
                | Self::OtherKey(_)
                | Self::OtherPace { .. }
        )
    }

    /// Why the pool did not take the transaction, if that is what happened.
    pub fn rejection(&self) -> Option<&PoolRejection> {
        match self {
            Self::Pool { rejection, .. } => Some(rejection),
            _ => None,
        }
    }

    /// The dispatch error, if it is one.
    pub fn dispatch(&self) -> Option<&DispatchFailure> {
        match self {
            Self::Dispatch(failure) => Some(failure),
            _ => None,
        }
    }

    /// Wraps an error of the RPC layer.
    pub(crate) fn rpc(url: &str, method: &str, error: subxt::rpcs::Error) -> Self {
        match error {
            subxt::rpcs::Error::User(user) => Self::Rpc {
                method: method.to_owned(),
                reason: match &user.data {
                    Some(data) => format!("{} ({}): {}", user.message, user.code, data.get()),
                    None => format!("{} ({})", user.message, user.code),
                },
            },
            subxt::rpcs::Error::Deserialization(reason) => {
                Self::Decode { method: method.to_owned(), reason: reason.to_string() }
            }
            subxt::rpcs::Error::Decode(reason) => {
                Self::Decode { method: method.to_owned(), reason: reason.to_string() }
            }
            other => Self::Connection { url: url.to_owned(), reason: with_causes(&other) },
        }
    }

    /// Wraps an error of the backend.
    pub(crate) fn backend(url: &str, method: &str, error: BackendError) -> Self {
        match error {
            BackendError::Rpc(RpcError::ClientError(error)) => Self::rpc(url, method, error),
            other => Self::Rpc { method: method.to_owned(), reason: other.to_string() },
        }
    }

    /// Wraps an error of building or submitting a transaction.
    pub(crate) fn extrinsic(url: &str, account: &AccountId, error: ExtrinsicError) -> Self {
        match error {
            ExtrinsicError::ErrorSubmittingTransaction(BackendError::Rpc(
                RpcError::ClientError(subxt::rpcs::Error::User(user)),
            )) => Self::Pool {
                account: account.clone(),
                rejection: PoolRejection::read(
                    user.code,
                    &user.message,
                    user.data.as_ref().map(|data| data.get()),
                ),
            },
            ExtrinsicError::ErrorSubmittingTransaction(error)
            | ExtrinsicError::TransactionStatusStreamError(error) => {
                Self::backend(url, "author_submitAndWatchExtrinsic", error)
            }
            other => Self::Build(with_causes(&other)),
        }
    }
}

/// An error and what caused it, in one line.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = error.source();
    }
    text
}

/// Why a transaction pool refuses a transaction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PoolRejection {
    /// The nonce was used already.
    #[error("its nonce was used already; submit it again")]
    Stale,
    /// The nonce is ahead of the account's.
    #[error("its nonce is ahead of the account's; wait for the transactions before it")]
    Future,
    /// Another transaction of this nonce waits, with at least the same priority.
    #[error("another transaction with its nonce waits already; submit it again")]
    NonceTaken,
    /// The very same transaction waits already.
    #[error("the same transaction waits already")]
    AlreadyKnown,
    /// The pool is full, or bans the transaction for some time.
    #[error("the pool is full or refuses it for some time ({0}); try again in a minute")]
    Busy(String),
    /// The account acts for no institution.
    #[error("the account acts for no institution; have an institution's administrator add it")]
    NotMember,
    /// The account's institution is suspended.
    #[error("the account's institution is suspended; governance must resume it first")]
    Suspended,
    /// The institution used up its weight quota of this window.
    #[error("the institution's quota of this window is used up; submit it again in 5 seconds")]
    QuotaExhausted,
    /// The transaction is larger than the institution's whole quota, or than its share of a block.
    #[error("it costs more than the institution's whole quota or its share of a block; split it, or have governance raise the quota")]
    ExceedsQuota,
    /// The signature or what was signed with it does not fit the chain.
    #[error("its signature does not fit this chain ({0}); was the runtime upgraded meanwhile?")]
    BadSignature(String),
    /// The block it was made at is too old.
    #[error("it was made at a block that is too old; submit it again")]
    Expired,
    /// It does not fit in a block.
    #[error("it does not fit in a block now; submit it again")]
    ExhaustsResources,
    /// Anything else.
    #[error("{message} ({code}){data}")]
    Other {
        /// JSON-RPC error code.
        code: i32,
        /// The node's words.
        message: String,
        /// More of them.
        data: String,
    },
}

impl PoolRejection {
    /// Whether another nonce may do.
    pub fn is_nonce_race(&self) -> bool {
        matches!(self, Self::Stale | Self::NonceTaken)
    }

    /// Reads the node's answer: codes of `author_submitExtrinsic`, and the words that stand for
    /// `InvalidTransaction` in its data.
    fn read(code: i32, message: &str, data: Option<&str>) -> Self {
        let data = data.unwrap_or_default().trim_matches('"');
        let says = |words: &str| data.contains(words) || message.contains(words);
        match code {
            1012 | 1016 | 1018 => Self::Busy(message.to_owned()),
            1013 => Self::AlreadyKnown,
            1014 => Self::NonceTaken,
            1010 if says("outdated") => Self::Stale,
            1010 if says("valid in the future") => Self::Future,
            1010 if says("bad signature") => Self::BadSignature(data.to_owned()),
            1010 if says("ancient birth block") => Self::Expired,
            1010 if says("exhaust") => Self::ExhaustsResources,
            // The codes of the runtime's `CheckMembership`.
            1010 if says("Custom error: 160") => Self::NotMember,
            1010 if says("Custom error: 161") => Self::Suspended,
            1010 if says("Custom error: 162") => Self::QuotaExhausted,
            1010 if says("Custom error: 163") => Self::ExceedsQuota,
            _ => Self::Other {
                code,
                message: message.to_owned(),
                data: if data.is_empty() { String::new() } else { format!(": {data}") },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PoolRejection;

    #[test]
    fn reads_the_pools_words() {
        let read = |code, data| PoolRejection::read(code, "Invalid Transaction", Some(data));
        assert_eq!(read(1010, "\"Transaction is outdated\""), PoolRejection::Stale);
        assert_eq!(
            read(1010, "\"Transaction will be valid in the future\""),
            PoolRejection::Future
        );
        assert_eq!(read(1014, "\"\""), PoolRejection::NonceTaken);
        assert!(read(1014, "").is_nonce_race());
        assert_eq!(read(1010, "\"Custom error: 160\""), PoolRejection::NotMember);
        assert_eq!(read(1010, "\"Custom error: 162\""), PoolRejection::QuotaExhausted);
        assert!(matches!(read(-32000, "\"what\""), PoolRejection::Other { code: -32000, .. }));
    }
}

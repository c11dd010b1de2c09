//! The client of an enclave: [`regent_primitives::enclave_api`].

use std::time::Duration;

use codec::{Decode, Encode};
use jsonrpsee::{
    core::client::{ClientT, Error as RpcError},
    http_client::{HttpClient, HttpClientBuilder},
    rpc_params,
};
use regent_primitives::{
    enclave_api::{
        Delivery, DeliveryStatus, EnclaveInfo, Execution, OpenSession, Outcome, DELIVER_METHOD,
        EXECUTE_METHOD, INFO_METHOD, OPEN_SESSION_METHOD,
    },
    Session,
};

/// The longest an enclave may take over one call, in which it may wait for shares.
const CALL_TIMEOUT: Duration = Duration::from_secs(300);

/// Bytes of the largest message either way: a request with its policies, approvals and token.
const MESSAGE_BYTES: u32 = 16 * 1024 * 1024;

/// Why an enclave could not be asked, or did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnclaveError {
    /// No answer. It may be down; its sessions are gone then, and the next attempt can be opened
    /// after the deadline of this one.
    #[error("no answer from the enclave at {url}: {reason}; check that it runs")]
    Connection {
        /// The enclave's URL.
        url: String,
        /// What failed.
        reason: String,
    },
    /// It refused.
    #[error("the enclave refused {method}: {reason}")]
    Refused {
        /// The method.
        method: &'static str,
        /// JSON-RPC error code.
        code: i32,
        /// Its words.
        reason: String,
    },
    /// Its answer is not what this client expects.
    #[error(
        "the enclave's answer to {method} cannot be decoded: {reason}; it is of another version"
    )]
    Decode {
        /// The method.
        method: &'static str,
        /// What did not fit.
        reason: String,
    },
}

/// JSON-RPC error codes of the enclave after which its session is of no more use: unknown or past
/// its deadline, ended with its key destroyed, failed.
const SESSION_LOST: [i32; 3] = [-32_010, -32_013, -32_015];
/// Too few shares arrived in time, the enclave is busy, or another requester's proof was newer: the session
/// goes on.
const SESSION_GOES_ON: [i32; 3] = [TOO_FEW_SHARES, -32_014, PROOF_BEHIND];
/// Too few shares arrived in time, or before the chain proof was too old.
const TOO_FEW_SHARES: i32 = -32_012;
/// A check failed.
const REFUSED: i32 = -32_011;
/// The chain proof ends behind one that was brought before.
const PROOF_BEHIND: i32 = -32_016;

/// What helps after an enclave's error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Execute once more, in the same session.
    ExecuteAgain,
    /// The session is lost; open the request's next attempt once this one's deadline has passed.
    NextAttempt,
    /// What was brought is wrong: nothing but correcting it helps.
    Correct,
}

impl EnclaveError {
    /// Whether it gave no answer.
    pub fn is_connection(&self) -> bool {
        matches!(self, Self::Connection { .. })
    }

    /// Whether the chain proof that was brought ends behind one that another requester brought before: a
    /// newer one helps, at once.
    pub fn is_behind(&self) -> bool {
        matches!(self, Self::Refused { code: PROOF_BEHIND, .. })
    }

    /// Whether what was brought was refused, in a session that goes on.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { code: REFUSED | PROOF_BEHIND, .. })
    }

    /// Whether too few shares came in time. It waits on no proof that is older than 30 s: with a new one it
    /// goes on to wait.
    pub fn is_too_few_shares(&self) -> bool {
        matches!(self, Self::Refused { code: TOO_FEW_SHARES, .. })
    }

    /// What helps.
    pub fn remedy(&self) -> Remedy {
        match self {
            // An enclave keeps its sessions in memory only.
            Self::Connection { .. } => Remedy::NextAttempt,
            Self::Refused { code, .. } if SESSION_LOST.contains(code) => Remedy::NextAttempt,
            Self::Refused { code, .. } if SESSION_GOES_ON.contains(code) => Remedy::ExecuteAgain,
            _ => Remedy::Correct,
        }
    }
}

/// A connection to an enclave.
#[derive(Clone, Debug)]
pub struct EnclaveClient {
    url: String,
    http: HttpClient,
}

impl EnclaveClient {
    /// A client of the enclave at an `http://` URL. Connects with the first call.
    ///
    /// # Errors
    /// If it is no such URL.
    pub fn new(url: &str) -> Result<Self, EnclaveError> {
        let http = HttpClientBuilder::default()
            .request_timeout(CALL_TIMEOUT)
            .max_request_size(MESSAGE_BYTES)
            .max_response_size(MESSAGE_BYTES)
            .build(url)
            .map_err(|error| EnclaveError::Connection {
                url: url.to_owned(),
                reason: error.to_string(),
            })?;
        Ok(Self { url: url.to_owned(), http })
    }

    /// The enclave's URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the enclave says of itself.
    ///
    /// # Errors
    /// If it cannot be asked.
    pub async fn info(&self) -> Result<EnclaveInfo, EnclaveError> {
        let answer = self.http.request(INFO_METHOD, rpc_params![]).await;
        self.read(INFO_METHOD, answer)
    }

    /// Opens a session for one attempt of one request.
    ///
    /// # Errors
    /// If it cannot be asked, or refuses.
    pub async fn open_session(&self, ask: &OpenSession) -> Result<Session, EnclaveError> {
        self.call(OPEN_SESSION_METHOD, ask).await
    }

    /// Delivers a sealed share: what agents do.
    ///
    /// # Errors
    /// If it cannot be asked, or refuses.
    pub async fn deliver(&self, delivery: &Delivery) -> Result<DeliveryStatus, EnclaveError> {
        self.call(DELIVER_METHOD, delivery).await
    }

    /// Has the operation done. The enclave waits for shares as long as the execution says.
    ///
    /// # Errors
    /// If it cannot be asked, or refuses.
    pub async fn execute(&self, execution: &Execution) -> Result<Outcome, EnclaveError> {
        self.call(EXECUTE_METHOD, execution).await
    }

    async fn call<Ret: Decode>(
        &self,
        method: &'static str,
        argument: &impl Encode,
    ) -> Result<Ret, EnclaveError> {
        let argument = format!("0x{}", hex::encode(argument.encode()));
        let answer = self.http.request(method, rpc_params![argument]).await;
        self.read(method, answer)
    }

    fn read<Ret: Decode>(
        &self,
        method: &'static str,
        answer: Result<String, RpcError>,
    ) -> Result<Ret, EnclaveError> {
        let text = answer.map_err(|error| match error {
            RpcError::Call(error) => EnclaveError::Refused {
                method,
                code: error.code(),
                reason: match error.data() {
                    Some(data) => format!("{}: {}", error.message(), data.get()),
                    None => error.message().to_owned(),
                },
            },
            RpcError::ParseError(error) => {
                EnclaveError::Decode { method, reason: error.to_string() }
            }
            other => EnclaveError::Connection { url: self.url.clone(), reason: other.to_string() },
        })?;
        let decode = |reason: String| EnclaveError::Decode { method, reason };
        let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(&text))
            .map_err(|error| decode(error.to_string()))?;
        let mut input = bytes.as_slice();
        let value = Ret::decode(&mut input).map_err(|error| decode(error.to_string()))?;
        if input.is_empty() {
            Ok(value)
        } else {
            Err(decode(format!("{} bytes are left over", input.len())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_what_helps() {
        let refused =
            |code| EnclaveError::Refused { method: EXECUTE_METHOD, code, reason: String::new() };
        assert_eq!(refused(-32_010).remedy(), Remedy::NextAttempt);
        assert_eq!(refused(-32_011).remedy(), Remedy::Correct);
        assert_eq!(refused(-32_012).remedy(), Remedy::ExecuteAgain);
        assert_eq!(refused(-32_016).remedy(), Remedy::ExecuteAgain);
        assert!(refused(-32_016).is_behind() && !refused(-32_011).is_behind());
        assert!(refused(-32_016).is_refusal() && refused(-32_011).is_refusal());
        assert!(!refused(-32_010).is_refusal() && !refused(-32_012).is_refusal());
        assert!(refused(-32_012).is_too_few_shares() && !refused(-32_016).is_too_few_shares());
        let down = EnclaveError::Connection { url: String::new(), reason: String::new() };
        assert_eq!(down.remedy(), Remedy::NextAttempt);
    }
}

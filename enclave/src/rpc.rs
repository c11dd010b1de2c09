//! JSON-RPC over HTTP: one parameter and one result a method, each in SCALE as `0x` hexadecimal.

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use codec::{Decode, DecodeAll, Encode};
use jsonrpsee::{
    core::RegisterMethodError,
    server::{BatchRequestConfig, Server, ServerHandle},
    types::{error::INVALID_PARAMS_CODE, ErrorObjectOwned, Params},
    RpcModule,
};
use regent_primitives::enclave_api::{
    DELIVER_METHOD, EXECUTE_METHOD, INFO_METHOD, OPEN_SESSION_METHOD,
};
use tokio::time::timeout;

use crate::{
    config::{ConfigError, Settings},
    delivery::MAX_DELIVERY_BYTES,
    enclave::Enclave,
    error::{DeliverError, ExecuteError, OpenError, VerifyError},
    hardening::MINIMUM_LOCKED_BYTES,
};

/// Bytes an encoded request for a session may have.
const MAX_OPEN_BYTES: usize = 128;
/// Bytes an encoded execution may have: payload, token, approvals, a chain proof, and the longest lineage
/// of the largest policies, which is most of it.
const MAX_EXECUTION_BYTES: usize = 1_835_008;
/// Bytes of a request: an execution in hexadecimal, in its JSON.
const MAX_REQUEST_BYTES: u32 = 2 * 1_835_008 + 1_024;
/// Bytes of an answer: signatures of all inputs of a PSBT, or a token of 256 leaves.
const MAX_RESPONSE_BYTES: u32 = 1024 * 1024;
/// Calls at a time, each from its first byte to its answer; one more is told to come again. An agent's
/// takes milliseconds, a requester's as long as shares are waited for. A connection that asks nothing does
/// not count.
const MAX_CALLS: u32 = 64;
/// Bytes of memory a call may take for each of its own: its body, the hexadecimal text in it, and the
/// bytes of that and what they are decoded to.
const BYTES_FOR_EACH_OF_A_BODY: u64 = 3;
// All memory is locked, and a mapping beyond the limit ends the process: a quarter is left for the rest.
const _: () = assert!(
    MAX_CALLS as u64 * BYTES_FOR_EACH_OF_A_BODY * MAX_REQUEST_BYTES as u64
        <= MINIMUM_LOCKED_BYTES / 4 * 3,
    "what may be asked at a time does not fit into the memory that is locked"
);
/// How long connections may take to end when the process stops. Secrets are wiped before.
const STOP_PATIENCE: Duration = Duration::from_secs(2);

/// No such session.
pub const UNKNOWN_SESSION: i32 = -32010;
/// A check failed; the session goes on.
pub const REFUSED: i32 = -32011;
/// Too few shares arrived in time; the session goes on.
pub const TOO_FEW_SHARES: i32 = -32012;
/// The session ended; its key is destroyed.
pub const ENDED: i32 = -32013;
/// No room, or stopping.
pub const BUSY: i32 = -32014;
/// The enclave failed.
pub const INTERNAL: i32 = -32015;
/// The chain proof ends behind one that was brought before; the session goes on.
pub const BEHIND: i32 = -32016;

/// Why the enclave does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("--listen {address}: {reason}; choose another address or port")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        reason: std::io::Error,
    },
    /// Flags that do not go together.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Two methods of one name.
    #[error(transparent)]
    Methods(#[from] RegisterMethodError),
}

/// An enclave that listens.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// The enclave.
    pub enclave: Arc<Enclave>,
    server: ServerHandle,
}

impl Running {
    /// Wipes every session, then stops listening.
    pub async fn stop(self) {
        self.enclave.stop();
        if self.server.stop().is_ok() {
            // A peer that neither finishes its request nor goes keeps nothing alive.
            let _ = timeout(STOP_PATIENCE, self.server.stopped()).await;
        }
    }
}

/// The socket that listens: the only one the process ever makes, before it gives up to make any.
///
/// # Errors
/// The address is taken.
pub fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    let refused = |reason| StartError::Listen { address, reason };
    let listener = TcpListener::bind(address).map_err(refused)?;
    listener.set_nonblocking(true).map_err(refused)?;
    Ok(listener)
}

/// Starts answering at a socket made by [`listen`], in the runtime it is called in.
///
/// # Errors
/// No agent could reach it.
pub fn start(settings: Settings, listener: TcpListener) -> Result<Running, StartError> {
    let address = settings.listen;
    let refused = |reason| StartError::Listen { address, reason };
    let server = Server::builder()
        .http_only()
        .set_batch_request_config(BatchRequestConfig::Disabled)
        .max_request_body_size(MAX_REQUEST_BYTES)
        .max_response_body_size(MAX_RESPONSE_BYTES)
        .max_connections(MAX_CALLS)
        .set_tcp_no_delay(true)
        .build_from_tcp(listener)
        .map_err(refused)?;
    let address = server.local_addr().map_err(refused)?;
    let endpoint = settings.endpoint_at(address)?;
    let enclave = Enclave::new(settings, endpoint);
    let server = server.start(module(Arc::clone(&enclave))?);
    Ok(Running { address, enclave, server })
}

fn module(enclave: Arc<Enclave>) -> Result<RpcModule<Arc<Enclave>>, RegisterMethodError> {
    let mut module = RpcModule::new(enclave);
    module.register_method(INFO_METHOD, |_, enclave, _| to_hex(&enclave.info()))?;
    module.register_async_method(OPEN_SESSION_METHOD, |params, enclave, _| async move {
        let session = enclave.open_session(read(&params, MAX_OPEN_BYTES)?).await?;
        Ok::<_, ErrorObjectOwned>(to_hex(&session))
    })?;
    module.register_method(DELIVER_METHOD, |params, enclave, _| {
        let status = enclave.deliver(read(&params, MAX_DELIVERY_BYTES)?)?;
        Ok::<_, ErrorObjectOwned>(to_hex(&status))
    })?;
    module.register_async_method(EXECUTE_METHOD, |params, enclave, _| async move {
        let outcome = enclave.execute(read(&params, MAX_EXECUTION_BYTES)?).await?;
        Ok::<_, ErrorObjectOwned>(to_hex(&outcome))
    })?;
    Ok(module)
}

fn to_hex(value: &impl Encode) -> String {
    format!("0x{}", hex::encode(value.encode()))
}

/// Reads the one parameter, of at most `maximum` bytes.
fn read<T: Decode>(params: &Params<'_>, maximum: usize) -> Result<T, ErrorObjectOwned> {
    let invalid = |text: String| ErrorObjectOwned::owned(INVALID_PARAMS_CODE, text, None::<()>);
    let text: String = params
        .one()
        .map_err(|_| invalid("params: expected one string of 0x and hexadecimal SCALE".into()))?;
    let digits = text
        .strip_prefix("0x")
        .ok_or_else(|| invalid("params[0]: expected 0x before the hexadecimal digits".into()))?;
    if digits.len() / 2 > maximum {
        let found = digits.len() / 2;
        return Err(invalid(format!(
            "params[0]: {found} bytes, expected at most {maximum}; no {} is longer, bring that alone",
            short_name::<T>()
        )));
    }
    let bytes =
        hex::decode(digits).map_err(|error| invalid(format!("params[0]: hexadecimal: {error}")))?;
    T::decode_all(&mut bytes.as_slice()).map_err(|_| {
        invalid(format!(
            "params[0]: not the SCALE encoding of {}; use the types of the enclave's own release",
            short_name::<T>()
        ))
    })
}

fn short_name<T>() -> &'static str {
    std::any::type_name::<T>().rsplit("::").next().unwrap_or_default()
}

fn coded(code: i32, error: &impl std::fmt::Display) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(code, error.to_string(), None::<()>)
}

impl From<OpenError> for ErrorObjectOwned {
    fn from(error: OpenError) -> Self {
        let code = match error {
            OpenError::Attempt { .. } | OpenError::Lifetime { .. } => REFUSED,
            OpenError::Full { .. } | OpenError::Stopping => BUSY,
            OpenError::Attester(_) | OpenError::Keys => INTERNAL,
        };
        coded(code, &error)
    }
}

impl From<DeliverError> for ErrorObjectOwned {
    fn from(error: DeliverError) -> Self {
        let code = match error {
            DeliverError::Unknown(_) => UNKNOWN_SESSION,
            DeliverError::Ended { .. } => ENDED,
            DeliverError::Full { .. } => BUSY,
            DeliverError::Binding { .. }
            | DeliverError::SealedHash
            | DeliverError::Signature { .. }
            | DeliverError::UnknownLeaf { .. }
            | DeliverError::NotParticipant { .. }
            | DeliverError::Aad { .. } => REFUSED,
        };
        coded(code, &error)
    }
}

impl From<ExecuteError> for ErrorObjectOwned {
    fn from(error: ExecuteError) -> Self {
        let code = match error {
            ExecuteError::Unknown(_) => UNKNOWN_SESSION,
            ExecuteError::Refused(VerifyError::Chain(ref error)) if error.is_behind() => BEHIND,
            ExecuteError::Refused(_) | ExecuteError::Inconsistent(_) => REFUSED,
            ExecuteError::TooFewShares { .. } => TOO_FEW_SHARES,
            ExecuteError::Served(_) | ExecuteError::Ended { .. } | ExecuteError::Failed(_) => ENDED,
        };
        coded(code, &error)
    }
}

#[cfg(test)]
mod tests {
    use codec::MaxEncodedLen;
    use regent_primitives::{
        bounds::{MAX_APPROVALS, MAX_CHAIN_PROOF_BYTES, MAX_LINEAGE, MAX_PAYLOAD_BYTES},
        enclave_api::{Delivery, OpenSession},
        policy::ChangeSignatures,
        Policy, RegenToken, Release, RequestBody, SealedShare, SessionId, SignedApproval, H256,
    };

    use super::*;

    #[test]
    fn the_largest_of_each_parameter_fits() {
        let of = |count: u32, bytes: usize| usize::try_from(count).unwrap() * bytes;
        let lineage = Policy::max_encoded_len() + ChangeSignatures::max_encoded_len();
        let execution = SessionId::max_encoded_len()
            + RequestBody::max_encoded_len()
            + of(MAX_PAYLOAD_BYTES, 1)
            + of(MAX_LINEAGE, lineage)
            + of(MAX_APPROVALS, SignedApproval::max_encoded_len())
            + RegenToken::max_encoded_len()
            + of(MAX_CHAIN_PROOF_BYTES, 1)
            + u32::max_encoded_len()
            // Lengths of what has no bound of its own, and whether there is a token.
            + 3 * u32::max_encoded_len()
            + 1;
        assert!(execution <= MAX_EXECUTION_BYTES, "{execution}");
        let request = 2 * MAX_EXECUTION_BYTES + EXECUTE_METHOD.len() + 128;
        assert!(request <= usize::try_from(MAX_REQUEST_BYTES).unwrap());
        let delivery = Release::max_encoded_len() + SealedShare::max_encoded_len();
        assert!(delivery <= MAX_DELIVERY_BYTES, "{delivery}");
        let open = OpenSession {
            request: Default::default(),
            attempt: 0,
            finalised_hash: H256::zero(),
            lifetime: 0,
        };
        assert!(open.encoded_size() <= MAX_OPEN_BYTES);
        // A parameter that names its type tells whoever sees the error what to bring.
        assert_eq!(short_name::<Delivery>(), "Delivery");
    }
}

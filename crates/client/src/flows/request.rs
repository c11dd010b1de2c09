//! Submitting a request, and opening attempts of it.

use regent_primitives::{enclave_api::OpenSession, Attempt, BlockNumber, RequestId, Session};

use super::{
    draft::Prepared,
    timing::{Phase, Progress, Stopwatch, Timings},
    FlowError,
};
use crate::{calls, Account, Client, EnclaveClient, Inclusion};

/// A request that is in a block.
#[derive(Clone, Debug)]
pub struct Requested {
    /// Its id.
    pub id: RequestId,
    /// The session of its first attempt, if one was opened with it.
    pub session: Option<Session>,
    /// Where it is.
    pub inclusion: Inclusion,
    /// How long each phase took.
    pub timings: Timings,
}

/// Submits a request and waits until it is in a block. With an enclave, a session for the first
/// attempt is opened with it, so that nothing is left to wait for once it is approved; the session
/// lives `lifetime` blocks.
///
/// # Errors
/// If node or enclave cannot be asked, or the chain refuses the request.
pub async fn request(
    client: &Client,
    account: &Account,
    prepared: &Prepared,
    enclave: Option<(&EnclaveClient, BlockNumber)>,
    progress: Progress<'_>,
) -> Result<Requested, FlowError> {
    let mut watch = Stopwatch::start(progress);
    let session = match enclave {
        Some((enclave, lifetime)) => {
            let session = ask_session(client, enclave, prepared.id, 1, lifetime).await?;
            watch.done(Phase::Session);
            Some(session)
        }
        None => None,
    };
    let call =
        calls::requests::submit(prepared.body.clone(), prepared.payload.clone(), session.clone());
    let inclusion = client.submit_in_block(account, call).await?;
    watch.done(Phase::Request);
    Ok(Requested { id: prepared.id, session, inclusion, timings: watch.finish() })
}

/// Opens an attempt of a request that is on chain already, and waits until it is final.
///
/// # Errors
/// If node or enclave cannot be asked, or the chain refuses the attempt.
pub async fn open_attempt(
    client: &Client,
    account: &Account,
    enclave: &EnclaveClient,
    id: RequestId,
    attempt: Attempt,
    lifetime: BlockNumber,
) -> Result<Session, FlowError> {
    let session = ask_session(client, enclave, id, attempt, lifetime).await?;
    client.submit_finalised(account, calls::requests::open_session(session.clone())).await?;
    Ok(session)
}

async fn ask_session(
    client: &Client,
    enclave: &EnclaveClient,
    request: RequestId,
    attempt: Attempt,
    lifetime: BlockNumber,
) -> Result<Session, FlowError> {
    let finalised_hash = client.finalised_hash().await?;
    Ok(enclave.open_session(&OpenSession { request, attempt, finalised_hash, lifetime }).await?)
}

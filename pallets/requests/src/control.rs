//! Requests that contracts make.
//!
//! The contract is the requester: the policy names its account, and a key enrolled this way is its. The
//! person who called it is charged, and brings the enclave: a contract cannot talk to one.

use regent_primitives::{
    control::RequestControl, payload::PayloadBytes, traits::ChainInfo, Caller, RequestBody,
    RequestId, RequestStatus,
};
use sp_runtime::{DispatchError, DispatchResult};

use crate::{Config, Pallet, Requests};

impl<T: Config> RequestControl for Pallet<T> {
    fn submit(
        caller: &Caller,
        body: RequestBody,
        payload: PayloadBytes,
    ) -> Result<RequestId, DispatchError> {
        let id = body.id(T::Audit::genesis());
        Self::do_submit(caller, body, payload, None)?;
        Ok(id)
    }

    fn cancel(caller: &Caller, request: RequestId) -> DispatchResult {
        Self::do_cancel(caller, request)
    }

    fn status(request: &RequestId) -> Option<RequestStatus> {
        Requests::<T>::get(request).map(|record| record.status)
    }
}

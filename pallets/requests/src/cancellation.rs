//! The requester withdraws a request.

use frame_support::ensure;
use regent_primitives::{AccountId, AuditEvent, RequestId, RequestStatus};
use sp_runtime::DispatchResult;

use crate::{Config, Error, Event, Pallet, Requests};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_cancel(who: AccountId, id: RequestId) -> DispatchResult {
        let mut record = Requests::<T>::get(id).ok_or(Error::<T>::UnknownRequest)?;
        ensure!(record.body.requester == who, Error::<T>::NotRequester);
        match record.status {
            RequestStatus::Pending { .. } | RequestStatus::Approved => {}
            RequestStatus::Executing => return Err(Error::<T>::SharesReleased.into()),
            _ => return Err(Error::<T>::RequestOver.into()),
        }
        Self::close(id, &mut record, RequestStatus::Cancelled, AuditEvent::Cancelled);
        Requests::<T>::insert(id, record);
        Self::deposit_event(Event::Cancelled { request: id });
        Ok(())
    }
}

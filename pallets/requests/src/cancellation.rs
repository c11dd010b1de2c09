//! The requester withdraws a request.

use frame_support::ensure;
use regent_primitives::{AuditEvent, Caller, RequestId, RequestStatus};
use sp_runtime::DispatchResult;

use crate::{Config, Error, Event, Pallet, People, Requests};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_cancel(caller: &Caller, id: RequestId) -> DispatchResult {
        let mut record = Requests::<T>::get(id).ok_or(Error::<T>::UnknownRequest)?;
        // A contract may have no way to say so: the person who had it ask says it then.
        let asked = People::<T>::get(id).is_some_and(|person| person == caller.account);
        ensure!(record.body.requester == caller.account || asked, Error::<T>::NotRequester);
        match record.status {
            RequestStatus::Pending { .. } | RequestStatus::Approved => {}
            RequestStatus::Executing => return Err(Error::<T>::SharesReleased.into()),
            _ => return Err(Error::<T>::RequestOver.into()),
        }
        Self::close(id, &mut record, RequestStatus::Cancelled, AuditEvent::Cancelled);
        if let Some(called) = caller.event() {
            Self::log(id, &mut record, called);
        }
        Requests::<T>::insert(id, record);
        Self::deposit_event(Event::Cancelled { request: id });
        Ok(())
    }
}

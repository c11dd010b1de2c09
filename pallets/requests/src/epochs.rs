//! The end of a key's epoch ends the requests that were made for it (section 11).

use frame_support::{defensive, ensure};
use regent_primitives::{
    bounds::MAX_OPEN_OF_KEY,
    traits::{KeyRegistry, KeyRequests},
    AuditEvent, Epoch, KeyId, Operation, RequestId, RequestRecord, RequestStatus,
};
use sp_runtime::DispatchResult;

use crate::{Config, Error, Event, OpenOfKey, Pallet, Released, Requests, WeightInfo};

impl<T: Config> KeyRequests for Pallet<T> {
    fn end_epoch(key: &KeyId, epoch: Epoch) -> u32 {
        let mut ended = 0u32;
        for id in OpenOfKey::<T>::get(key) {
            let Some(record) = Requests::<T>::get(id) else {
                defensive!("an open request exists");
                continue;
            };
            if record.body.epoch <= epoch {
                Self::end_with_epoch(id, record, epoch);
                ended = ended.saturating_add(1);
            }
        }
        ended
    }

    fn ending_time() -> u64 {
        T::WeightInfo::end_epoch(1, MAX_OPEN_OF_KEY).ref_time()
    }
}

impl<T: Config> Pallet<T> {
    /// Cancels a request, or lets it fail if an attempt had enough releases for its enclave.
    fn end_with_epoch(id: RequestId, mut record: RequestRecord, epoch: Epoch) {
        let event = AuditEvent::EpochEnded { epoch };
        let released = Released::<T>::get(id);
        if released.is_some() {
            Self::log(id, &mut record, AuditEvent::Unaccounted);
        }
        if released.is_some_and(|released| released.enough) {
            Self::log(id, &mut record, event);
            Self::close(id, &mut record, RequestStatus::Failed, AuditEvent::Failed);
            Self::deposit_event(Event::Failed { request: id });
        } else {
            Self::close(id, &mut record, RequestStatus::Cancelled, event);
            Self::deposit_event(Event::EpochEnded { request: id, epoch });
        }
        Requests::<T>::insert(id, record);
    }

    /// Stores the token that a request made.
    pub(crate) fn store_token(
        id: RequestId,
        record: &RequestRecord,
        token: regent_primitives::RegenToken,
    ) -> DispatchResult {
        let body = &record.body;
        let quorum = body.operation.named_tree().map(|(quorum, _)| quorum);
        match (&body.operation, quorum) {
            (Operation::Enrol { .. }, Some(quorum)) => {
                T::Keys::enrol(token, body.requester.clone(), quorum, id)
            }
            (operation, quorum) => {
                ensure!(operation.is_succession(), Error::<T>::TokenNotExpected);
                T::Keys::succeed(token, quorum, operation.next_owner().cloned(), id)
            }
        }
    }
}

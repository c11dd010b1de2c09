//! People approve or deny (section 7).

use frame_support::ensure;
use regent_policy::accept_approval;
use regent_primitives::{
    traits::{ChainInfo, PolicyInspect},
    AuditEvent, Decision, RequestStatus, SignedApproval,
};
use sp_runtime::DispatchError;

use crate::{Approvals, Config, Error, Event, Pallet, Requests};

impl<T: Config> Pallet<T> {
    /// Returns how many approvals, and how many leaves, were looked at.
    pub(crate) fn do_approve(new: SignedApproval) -> Result<(u32, u32), DispatchError> {
        let request = new.approval.request;
        let mut record = Requests::<T>::get(request).ok_or(Error::<T>::UnknownRequest)?;
        ensure!(matches!(record.status, RequestStatus::Pending { .. }), Error::<T>::AlreadyDecided);
        let policy = T::Policies::policy(&record.body.policy).ok_or(Error::<T>::UnknownPolicy)?;
        // A denial counts at any time.
        if new.approval.decision == Decision::Approve {
            // A contract can own the key since: one that ended was deployed again.
            let fault = Self::unmet_condition(&policy, &record.body)
                .or_else(|| Self::asked_beside_contract(&record.body));
            if let Some(fault) = fault {
                return Err(Error::<T>::from(fault).into());
            }
        }
        let (genesis, now) = (T::Audit::genesis(), T::Audit::block_number());
        let mut approvals = Approvals::<T>::get(request);
        let progress = accept_approval(genesis, &policy, &record.body, &approvals, &new, now)
            .map_err(Error::<T>::from)?;
        let (approver, stage) = (new.approver.clone(), new.approval.stage);
        let (approval_hash, decision) = (new.approval.message(), new.approval.decision);
        approvals.try_push(new).map_err(|_| Error::<T>::TooManyApprovals)?;
        let counted = approvals.len() as u32;
        Approvals::<T>::insert(request, approvals);
        let mut leaves = 0;

        if decision == Decision::Deny {
            let denied = AuditEvent::Denied { approver: approver.clone(), approval_hash };
            Self::close(request, &mut record, RequestStatus::Denied, denied);
            Self::deposit_event(Event::Denied { request, approver });
        } else {
            let given =
                AuditEvent::ApprovalGiven { approver: approver.clone(), stage, approval_hash };
            Self::log(request, &mut record, given);
            Self::deposit_event(Event::ApprovalGiven { request, approver, stage });
            record.status = RequestStatus::Pending { stage: progress.stage };
            if progress.approved {
                let entry = Self::log(request, &mut record, AuditEvent::Approved);
                record.approved_entry = Some(entry);
                record.status = RequestStatus::Approved;
                leaves = Self::offer(request, &record);
                Self::deposit_event(Event::Approved { request, entry });
            }
        }
        Requests::<T>::insert(request, record);
        Ok((counted, leaves))
    }
}

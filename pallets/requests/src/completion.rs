//! The receipt of what was done comes in (section 8), with the new token where one was made
//! (sections 6 and 11).

use alloc::collections::BTreeSet;

use frame_support::ensure;
use regent_primitives::{
    receipt::result_hash,
    traits::{ChainInfo, KeyRegistry, SessionRegistry},
    AuditEvent, Operation, Receipt, RegenToken, RequestRecord, RequestStatus, SessionRecord,
    SignedReceipt,
};
use sp_runtime::DispatchError;

use crate::{Config, Error, Event, Pallet, Receipts, Released, Requests};

impl<T: Config> Pallet<T> {
    /// Returns how many leaves were looked at.
    pub(crate) fn do_complete(
        signed: SignedReceipt,
        token: Option<RegenToken>,
    ) -> Result<u32, DispatchError> {
        let receipt = &signed.receipt;
        let (id, attempt) = (receipt.request, receipt.attempt);
        let mut record = Requests::<T>::get(id).ok_or(Error::<T>::UnknownRequest)?;
        ensure!(record.status != RequestStatus::Completed, Error::<T>::AlreadyCompleted);
        ensure!(!record.status.is_over(), Error::<T>::RequestOver);
        ensure!(record.status.may_release(), Error::<T>::NotApproved);
        // Of any attempt, and after its deadline too: what was done, was done, and the log is to say so.
        let session = T::Sessions::session(id, attempt).ok_or(Error::<T>::UnknownSession)?;
        ensure!(session.session.id == receipt.session, Error::<T>::WrongSession);
        let leaves = Self::check_receipt(&record, receipt)?;
        let genesis = T::Audit::genesis();
        // Last of the receipt's checks, because it costs the most.
        ensure!(
            signed.verify(genesis, &session.session.signing_public),
            Error::<T>::InvalidSignature
        );

        match (record.body.makes_token(), token) {
            (true, Some(token)) => {
                Self::check_token(&record, receipt, &session, &token)?;
                Self::store_token(id, &record, token)?;
            }
            (true, None) => return Err(Error::<T>::TokenMissing.into()),
            (false, Some(_)) => return Err(Error::<T>::TokenNotExpected.into()),
            (false, None) => {}
        }
        if Released::<T>::get(id).is_some_and(|released| released.any_beside(attempt)) {
            Self::log(id, &mut record, AuditEvent::Unaccounted);
        }
        let receipt_hash = receipt.message(genesis);
        let completed = AuditEvent::Completed { attempt, receipt_hash };
        Self::close(id, &mut record, RequestStatus::Completed, completed);
        Receipts::<T>::insert(id, signed);
        Requests::<T>::insert(id, record);
        Self::deposit_event(Event::Completed { request: id, attempt, receipt: receipt_hash });
        Ok(leaves)
    }

    fn check_receipt(record: &RequestRecord, receipt: &Receipt) -> Result<u32, Error<T>> {
        let body = &record.body;
        ensure!(
            receipt.key == body.key
                && receipt.epoch == body.epoch
                && receipt.operation == body.operation.kind()
                && receipt.payload_hash == body.payload_hash
                && receipt.policy == body.policy,
            Error::<T>::ReceiptMismatch
        );
        ensure!(Some(receipt.previous) == record.approved_entry, Error::<T>::ReceiptNotLinked);
        let (tree, present) = Self::tree_of(record).ok_or(Error::<T>::UnknownKey)?;
        let used: BTreeSet<_> = receipt.leaves.iter().collect();
        let leaves = tree.leaves();
        let mut counted = 0usize;
        let uses: alloc::vec::Vec<bool> = leaves
            .iter()
            .zip(present)
            .map(|((path, _), present)| {
                let uses = present && used.contains(path);
                counted = counted.saturating_add(usize::from(uses));
                uses
            })
            .collect();
        ensure!(
            // Distinct, each a leaf that takes part, and together enough.
            used.len() == receipt.leaves.len()
                && counted == used.len()
                && tree.satisfied(|leaf| uses.get(leaf).copied().unwrap_or(false)),
            Error::<T>::ReceiptLeaves
        );
        Ok(leaves.len() as u32)
    }

    /// Whether the token is the one this session made for this request.
    fn check_token(
        record: &RequestRecord,
        receipt: &Receipt,
        session: &SessionRecord,
        token: &RegenToken,
    ) -> Result<(), Error<T>> {
        let genesis = T::Audit::genesis();
        let (body, session) = (&record.body, &session.session);
        // The keys pallet checks the epoch's number and, of a successor, what must stay.
        let as_named = match &body.operation {
            Operation::Enrol { algorithm, tree, .. } => {
                token.algorithm == *algorithm && token.tree == *tree
            }
            operation => operation.named_tree().is_none_or(|(_, tree)| token.tree == *tree),
        };
        let enrolment_id = session.enrolment_of(genesis, receipt.request);
        ensure!(
            receipt.result_hash == result_hash(genesis, token)
                && token.enrolment_id == enrolment_id
                && token.key_id == body.key
                && as_named
                && token.policy_hash == body.next_policy()
                && token.window == T::Keys::window_at(record.submitted_at),
            Error::<T>::TokenMismatch
        );
        Ok(())
    }
}

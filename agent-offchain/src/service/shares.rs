//! From a verdict to sealed shares: the only place where shares exist, and only for a moment.

use rand_core::{OsRng, RngCore};
use regent_primitives::{
    enclave_api::Delivery, receipt::result_hash, AgentNote, BlockNumber, EnrolmentId, LeafPath,
    RefusalReason, RegenToken, Release, SealedShare, H256,
};
use regent_protocol::{
    notes::unsigned, regenerate, seal::seal, Contribution, Label, LeafSeed, Mask, MaskContext,
    ReleaseContext,
};
use zeroize::Zeroizing;

use crate::{
    store::{LogRecord, Store, StoreError},
    verify::{Approved, Refused, Task},
};

/// Shares of one attempt, sealed and signed, not yet recorded and not yet sent.
pub struct Sealed {
    /// What is recorded first.
    pub records: Vec<LogRecord>,
    /// What the chain is told.
    pub notes: Vec<AgentNote>,
    /// What is sent.
    pub deliveries: Vec<Delivery>,
}

/// Why nothing was sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealingError {
    /// This attempt is refused.
    #[error("refused: {}", .0.detail)]
    Refused(Refused),
    /// The state cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SealingError {
    pub(super) fn refused(reason: RefusalReason, detail: impl ToString) -> Self {
        Self::Refused(Refused::new(reason, detail))
    }
}

/// Where and under what shares are sealed.
#[derive(Clone, Copy)]
pub struct Sealer {
    /// The chain.
    pub genesis: H256,
    /// The finalised block this was decided on.
    pub finalised: H256,
    /// Its height.
    pub now: BlockNumber,
    /// Sends wrong shares, for tests of faulty agents.
    pub insecure_corrupt_share: bool,
}

impl Sealer {
    /// Computes, seals and signs the shares of an approved attempt. A leaf that was released before
    /// in this attempt is sealed again for the same purpose, and for no other.
    ///
    /// # Errors
    /// [`SealingError::Refused`] if the agent's own log or root forbids it.
    pub fn seal(&self, store: &Store, approved: &Approved) -> Result<Sealed, SealingError> {
        self.check_attempts(store, approved)?;
        let body = &approved.body;
        let (label, enrolment, contributes) = match &approved.task {
            Task::Succeed(succession) => {
                return self.seal_succession(store, approved, succession);
            }
            Task::Contribute { window, enrolment, .. } => {
                let label = Label::derive(self.genesis, *window, body.key, body.epoch, *enrolment);
                (label, *enrolment, true)
            }
            Task::Share(token) => {
                check_bound(self.genesis, store, token)?;
                (Label::from_bytes(token.label(self.genesis)), token.enrolment_id, false)
            }
        };
        if contributes {
            check_unused(store, approved, &label)?;
        }
        let seed = evaluate(store, &label)?;
        let contribution = contributes.then_some(&label);
        let mut sealed = Sealed { records: vec![], notes: vec![], deliveries: vec![] };
        for (leaf, path) in &approved.leaves {
            let aad = self.context(approved, enrolment, path).aad();
            self.check_purpose(store, approved, path, aad, contribution)?;
            let mask = MaskContext {
                genesis: self.genesis,
                key: body.key,
                epoch: body.epoch,
                enrolment,
                leaf: path,
                group: approved.task.group(),
            };
            let share = self.seal_leaf(approved, *leaf, &seed, &mask, aad)?;
            self.add(&mut sealed, store, approved, path, aad, contribution, share);
        }
        Ok(sealed)
    }

    /// What a share or contribution of this attempt is released for.
    pub(super) fn context<'a>(
        &self,
        approved: &'a Approved,
        enrolment: EnrolmentId,
        leaf: &'a LeafPath,
    ) -> ReleaseContext<'a> {
        let body = &approved.body;
        ReleaseContext {
            genesis: self.genesis,
            request: approved.id,
            attempt: approved.attempt,
            session: &approved.session,
            key: body.key,
            epoch: body.epoch,
            enrolment,
            leaf,
            operation: body.operation.kind(),
            payload_hash: body.payload_hash,
            policy: body.policy,
        }
    }

    /// No other attempt is open, by the agent's own records, whatever the chain says by now.
    fn check_attempts(&self, store: &Store, approved: &Approved) -> Result<(), SealingError> {
        for (attempt, released) in store.releases_of(approved.id)? {
            let later = attempt > approved.attempt;
            if later || (attempt < approved.attempt && released.deadline >= self.now) {
                let detail = format!(
                    "this agent released attempt {attempt}, open until block {}, now is {}",
                    released.deadline, self.now
                );
                return Err(SealingError::refused(RefusalReason::AttemptConflict, detail));
            }
        }
        Ok(())
    }

    /// `contribution` is the label of a mask that is sealed.
    pub(super) fn check_purpose(
        &self,
        store: &Store,
        approved: &Approved,
        path: &LeafPath,
        aad: H256,
        contribution: Option<&Label>,
    ) -> Result<(), SealingError> {
        let Some(former) = store.released(approved.id, approved.attempt, path)? else {
            return Ok(());
        };
        let conflict = |what: &str| {
            let detail = format!("leaf {path} was released {what} in this attempt");
            Err(SealingError::refused(RefusalReason::AttemptConflict, detail))
        };
        if former.aad != aad {
            return conflict("for another purpose");
        }
        // The window is in the label and not in `aad`: a chain that changes its mind about when a
        // request was submitted would get a second mask.
        let owner = Some((approved.id, approved.attempt));
        match contribution {
            Some(label) if store.label_owner(label)? != owner => conflict("under another label"),
            _ => Ok(()),
        }
    }

    fn seal_leaf(
        &self,
        approved: &Approved,
        leaf: usize,
        seed: &LeafSeed,
        context: &MaskContext<'_>,
        aad: H256,
    ) -> Result<SealedShare, SealingError> {
        let mask = Mask::derive(seed, context);
        let kem_public = &approved.session.kem_public;
        let sealed = match &approved.task {
            Task::Contribute { .. } => {
                let body = Contribution::new(mask, entropy()?).encode();
                seal(kem_public, self.genesis, aad, body.as_slice())
            }
            Task::Share(token) => return self.seal_share(approved, token, leaf, &mask, aad),
            // Sealed where both epochs are at hand.
            Task::Succeed(_) => {
                let detail = "a next epoch is no share";
                return Err(SealingError::refused(RefusalReason::ShareMismatch, detail));
            }
        };
        sealed.map_err(|error| SealingError::refused(RefusalReason::EvidenceRejected, error))
    }

    /// A share of a token's leaf, regenerated, sealed and forgotten.
    pub(super) fn seal_share(
        &self,
        approved: &Approved,
        token: &RegenToken,
        leaf: usize,
        mask: &Mask,
        aad: H256,
    ) -> Result<SealedShare, SealingError> {
        let share = regenerate(self.genesis, token, leaf, mask)
            .map_err(|error| SealingError::refused(RefusalReason::ShareMismatch, error))?;
        let kem_public = &approved.session.kem_public;
        let sealed = if self.insecure_corrupt_share {
            let body = insecure_corrupted(share.as_sealed_body());
            seal(kem_public, self.genesis, aad, &body)
        } else {
            seal(kem_public, self.genesis, aad, share.as_sealed_body())
        };
        sealed.map_err(|error| SealingError::refused(RefusalReason::EvidenceRejected, error))
    }

    /// `contribution` is the label of the mask that is sealed, if one is.
    #[allow(clippy::too_many_arguments)] // A struct would name the same things twice.
    pub(super) fn add(
        &self,
        to: &mut Sealed,
        store: &Store,
        approved: &Approved,
        path: &LeafPath,
        aad: H256,
        contribution: Option<&Label>,
        sealed: SealedShare,
    ) {
        let (request, attempt, leaf) = (approved.id, approved.attempt, path.clone());
        let deadline = approved.deadline;
        to.records.push(match contribution {
            Some(label) => LogRecord::Contributed {
                request,
                attempt,
                leaf,
                aad,
                deadline,
                label: *label.as_bytes(),
            },
            None => LogRecord::Released { request, attempt, leaf, aad, deadline },
        });
        let identity = store.identity();
        let release = identity.sign_release(
            self.genesis,
            Release {
                request,
                attempt,
                session: approved.session.id,
                leaf: path.clone(),
                agent: identity.agent_id(),
                aad,
                sealed_hash: sealed.hash(self.genesis),
                finalised_hash: self.finalised,
                signature: unsigned(),
            },
        );
        to.notes.push(AgentNote::Release(release.clone()));
        to.deliveries.push(Delivery { release, sealed });
    }
}

impl Task {
    const fn group(&self) -> regent_primitives::Group {
        match self {
            Self::Contribute { group, .. } => *group,
            Self::Share(token) => token.algorithm.group(),
            Self::Succeed(succession) => succession.old.algorithm.group(),
        }
    }

    /// The kind as a label of metrics.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Contribute { .. } => "contribution",
            Self::Share(_) => "share",
            Self::Succeed(_) => "succession",
        }
    }
}

/// 32 fresh bytes.
pub(super) fn entropy() -> Result<Zeroizing<[u8; 32]>, SealingError> {
    let mut entropy = Zeroizing::new([0u8; 32]);
    OsRng.try_fill_bytes(entropy.as_mut_slice()).map_err(|_| StoreError::Randomness)?;
    Ok(entropy)
}

/// The root's value at a label.
pub(super) fn evaluate(store: &Store, label: &Label) -> Result<LeafSeed, SealingError> {
    store.evaluate(label).map_err(|error| SealingError::refused(RefusalReason::LabelUsed, error))
}

/// No other attempt got a mask under this label.
pub(super) fn check_unused(
    store: &Store,
    approved: &Approved,
    label: &Label,
) -> Result<(), SealingError> {
    let owner = store.label_owner(label)?;
    if owner.is_some_and(|owner| owner != (approved.id, approved.attempt)) {
        let detail = format!("label {label} was used by another enrolment");
        return Err(SealingError::refused(RefusalReason::LabelUsed, detail));
    }
    Ok(())
}

/// The token is the one that was checked against its enrolment.
pub(super) fn check_bound(
    genesis: H256,
    store: &Store,
    token: &RegenToken,
) -> Result<(), SealingError> {
    let bound = store.bound_token(token.key_id, token.epoch)?;
    if bound == Some(result_hash(genesis, token)) {
        return Ok(());
    }
    let detail = match bound {
        Some(_) => "the token is another than the one this agent checked",
        None => "this agent has no record of the enrolment that made the token",
    };
    Err(SealingError::refused(RefusalReason::ShareMismatch, detail))
}

/// A scalar that is as canonical as the right one, and wrong: a bit in the middle is turned.
fn insecure_corrupted(body: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut body = Zeroizing::new(body.to_vec());
    let middle = body.len() / 2;
    if let Some(byte) = body.get_mut(middle) {
        *byte ^= 1;
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corrupted_share_differs_in_one_bit() {
        let corrupted = insecure_corrupted(&[7; 32]);
        assert_eq!(corrupted.iter().filter(|byte| **byte != 7).count(), 1);
        assert_eq!(corrupted[16], 6);
    }
}

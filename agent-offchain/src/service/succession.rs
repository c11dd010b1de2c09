//! An agent's part in a key's next epoch (section 11): differences of masks for a refresh; shares of the
//! old token and masks of the new one for a reshare.

use regent_primitives::{LeafPath, RefusalReason, SealedShare, H256};
use regent_protocol::{
    enrolment::EnrolmentParams, seal::seal, Label, LeafSeed, Mask, Refresh, Reshare,
    SuccessionContext, SuccessionPart,
};

use super::shares::{check_bound, check_unused, entropy, evaluate, Sealed, Sealer, SealingError};
use crate::{
    store::Store,
    verify::{Approved, Succession},
};

fn mismatch(error: impl ToString) -> SealingError {
    SealingError::refused(RefusalReason::ShareMismatch, error)
}

impl Sealer {
    /// Computes, seals and signs this agent's parts.
    pub(super) fn seal_succession(
        &self,
        store: &Store,
        approved: &Approved,
        succession: &Succession,
    ) -> Result<Sealed, SealingError> {
        let Succession { old, next, tree } = succession;
        match tree {
            None => {
                let refresh = Refresh::new(old, next).map_err(mismatch)?;
                let label = refresh.next().label();
                check_bound(self.genesis, store, old)?;
                check_unused(store, approved, &label)?;
                let seeds = (self.old_seed(store, succession)?, evaluate(store, &label)?);
                self.each_leaf(store, approved, &label, |this, leaf, path| {
                    let aad = this.part(
                        approved,
                        succession,
                        refresh.next(),
                        path,
                        SuccessionPart::Difference,
                    );
                    let sealed = this.difference(approved, &refresh, leaf, &seeds, aad)?;
                    Ok((aad, true, sealed))
                })
            }
            Some(tree) => {
                let reshare = Reshare::new(old, next, tree.clone()).map_err(mismatch)?;
                let label = reshare.next().label();
                check_unused(store, approved, &label)?;
                let boundary = old.tree.leaf_count();
                let old_leaves = old.tree.leaves();
                let new_leaves = tree.leaves();
                self.each_leaf(store, approved, &label, |this, leaf, _| {
                    let next = reshare.next();
                    if let Some((path, _)) = old_leaves.get(leaf) {
                        check_bound(this.genesis, store, old)?;
                        let seed = this.old_seed(store, succession)?;
                        let mask = Mask::of_leaf(this.genesis, old, leaf, &seed);
                        let mask = mask.map_err(mismatch)?;
                        let part = SuccessionPart::Share;
                        let aad = this.part(approved, succession, next, path, part);
                        let sealed = this.seal_share(approved, old, leaf, &mask, aad)?;
                        return Ok((aad, false, sealed));
                    }
                    let leaf = leaf.saturating_sub(boundary);
                    let (path, _) = new_leaves.get(leaf).ok_or_else(|| mismatch("no such leaf"))?;
                    let seed = evaluate(store, &label)?;
                    let mask = reshare.contribute(leaf, &seed, entropy()?).map_err(mismatch)?;
                    let aad = this.part(approved, succession, next, path, SuccessionPart::Mask);
                    let sealed = this.body(approved, aad, mask.encode().as_slice())?;
                    Ok((aad, true, sealed))
                })
            }
        }
    }

    /// Seals each of the agent's leaves; `seal_leaf` says what for, and whether a mask of the new label
    /// is in it.
    fn each_leaf(
        &self,
        store: &Store,
        approved: &Approved,
        label: &Label,
        seal_leaf: impl Fn(&Self, usize, &LeafPath) -> Result<(H256, bool, SealedShare), SealingError>,
    ) -> Result<Sealed, SealingError> {
        let mut sealed = Sealed { records: vec![], notes: vec![], deliveries: vec![] };
        for (leaf, path) in &approved.leaves {
            let (aad, contributes, body) = seal_leaf(self, *leaf, path)?;
            let contribution = contributes.then_some(label);
            self.check_purpose(store, approved, path, aad, contribution)?;
            self.add(&mut sealed, store, approved, path, aad, contribution, body);
        }
        Ok(sealed)
    }

    /// The root's value at the label of the epoch that is in use.
    fn old_seed(&self, store: &Store, succession: &Succession) -> Result<LeafSeed, SealingError> {
        evaluate(store, &Label::from_bytes(succession.old.label(self.genesis)))
    }

    fn part(
        &self,
        approved: &Approved,
        succession: &Succession,
        next: &EnrolmentParams,
        leaf: &LeafPath,
        part: SuccessionPart,
    ) -> H256 {
        let release = self.context(approved, succession.old.enrolment_id, leaf);
        SuccessionContext { release, part, next }.aad()
    }

    fn difference(
        &self,
        approved: &Approved,
        refresh: &Refresh<'_>,
        leaf: usize,
        (old, new): &(LeafSeed, LeafSeed),
        aad: H256,
    ) -> Result<SealedShare, SealingError> {
        let difference = refresh.contribute(leaf, old, new, entropy()?).map_err(mismatch)?;
        self.body(approved, aad, difference.encode().as_slice())
    }

    fn body(
        &self,
        approved: &Approved,
        aad: H256,
        body: &[u8],
    ) -> Result<SealedShare, SealingError> {
        seal(&approved.session.kem_public, self.genesis, aad, body)
            .map_err(|error| SealingError::refused(RefusalReason::EvidenceRejected, error))
    }
}

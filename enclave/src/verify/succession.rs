//! What is expected for a key's next epoch, and what it is sealed to (section 11).

use regent_primitives::{LeafPath, Operation, RegenToken, RequestBody, Session, H256};
use regent_protocol::{
    enrolment::EnrolmentParams, NextEpoch, Refresh, ReleaseContext, Reshare, SuccessionContext,
    SuccessionPart,
};

use super::{PlannedLeaf, Work};
use crate::{chain::NextToken, error::VerifyError};

/// The work of a request for a next epoch of this token.
pub(super) fn succession(
    genesis: H256,
    session: &Session,
    body: &RequestBody,
    token: Box<RegenToken>,
    made: NextToken,
) -> Result<Work, VerifyError> {
    let next = NextEpoch {
        genesis,
        epoch: made.epoch,
        window: made.window,
        enrolment_id: session.enrolment_of(genesis, session.request),
        policy_hash: body.next_policy(),
        spare: 0,
    };
    match &body.operation {
        Operation::Reshare { tree, .. } | Operation::Transfer { tree, .. } => {
            let reshare = Reshare::new(&token, &next, tree.clone());
            let params = Box::new(reshare.map_err(VerifyError::Reshare)?.next().clone());
            Ok(Work::Reshare { token, next, params })
        }
        _ => {
            let refresh = Refresh::new(&token, &next).map_err(VerifyError::Refresh)?;
            let params = Box::new(refresh.next().clone());
            Ok(Work::Refresh { token, next, params })
        }
    }
}

/// All that a sealed difference, share or mask is bound to.
pub(super) struct Succession<'a> {
    pub(super) genesis: H256,
    pub(super) session: &'a Session,
    pub(super) body: &'a RequestBody,
    /// The token of the epoch that is in use.
    pub(super) token: &'a RegenToken,
    /// What the next one will consist of.
    pub(super) params: &'a EnrolmentParams,
}

impl Succession<'_> {
    /// For a refresh: a difference of every leaf that is present.
    pub(super) fn differences(&self) -> Vec<PlannedLeaf> {
        let leaves = self.token.tree.leaves().into_iter().enumerate();
        leaves
            .map(|(leaf, (path, participant))| {
                let aad = self.aad(&path, SuccessionPart::Difference);
                PlannedLeaf { path, participant, present: self.token.is_present(leaf), aad }
            })
            .collect()
    }

    /// For a reshare: the shares of the old tree, then the masks of the new one, as leaves of one tree.
    pub(super) fn shares_and_masks(&self) -> Result<Vec<PlannedLeaf>, VerifyError> {
        let below = |child, path: &LeafPath| {
            let too_deep = regent_primitives::AccessTreeError::TooDeep;
            path.below(child).ok_or(VerifyError::Trees(too_deep))
        };
        let old = self.token.tree.leaves().into_iter().enumerate();
        let shares = old.map(|(leaf, (path, participant))| {
            let aad = self.aad(&path, SuccessionPart::Share);
            let present = self.token.is_present(leaf);
            Ok(PlannedLeaf { path: below(1, &path)?, participant, present, aad })
        });
        let masks = self.params.tree.leaves().into_iter().map(|(path, participant)| {
            let aad = self.aad(&path, SuccessionPart::Mask);
            Ok(PlannedLeaf { path: below(2, &path)?, participant, present: true, aad })
        });
        shares.chain(masks).collect()
    }

    fn aad(&self, leaf: &LeafPath, part: SuccessionPart) -> H256 {
        let release = ReleaseContext {
            genesis: self.genesis,
            request: self.session.request,
            attempt: self.session.attempt,
            session: self.session,
            key: self.body.key,
            epoch: self.body.epoch,
            enrolment: self.token.enrolment_id,
            leaf,
            operation: self.body.operation.kind(),
            payload_hash: self.body.payload_hash,
            policy: self.body.policy,
        };
        SuccessionContext { release, part, next: self.params }.aad()
    }
}

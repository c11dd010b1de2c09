//! Rules `release-binding`, `release-leaf`, `release-aad`, `release-signature`, `release-block`,
//! `releases-logged`, `released` (section 11).

use codec::Encode;
use regent_primitives::{
    bounds::MAX_ATTEMPTS, release::verify_raw, AuditEntry, AuditEvent, EnrolmentId, LeafPath,
    Operation, Participant, RegenToken, Release, ReleasedLeaves, RequestBody, SessionRecord, H256,
};
use regent_protocol::{EnrolmentParams, ReleaseContext, SuccessionContext, SuccessionPart};

use super::{ensure, Case, Judged, Made, RequestTree};
use crate::{bundle::ReleaseEvidence, field::FieldKind, keys::path, rule::Rule};

impl Case<'_> {
    pub(super) fn judge_releases(&mut self) -> Judged {
        let opened = self.opened;
        for (item, release) in self.item.releases.iter().zip(&opened.releases) {
            if let Some(release) = release {
                self.judge_release_binding(item, release)?;
            }
        }
        if let Some(tree) = &self.tree {
            for release in opened.releases.iter().flatten() {
                let who = Participant::Agent(release.agent);
                ensure(tree.is_of(who, Some(&release.leaf)), Rule::ReleaseLeaf)?;
            }
        }
        self.judge_aads()?;
        for release in opened.releases.iter().flatten() {
            let message = release.message(self.genesis());
            let signed = verify_raw(&release.signature, message, &release.agent.0);
            ensure(signed, Rule::ReleaseSignature)?;
        }
        for release in opened.releases.iter().flatten() {
            self.judge_state(release.finalised_hash, release.attempt, Rule::ReleaseBlock)?;
        }
        if let (Some(releases), Some(history)) = (Self::all(&opened.releases), self.history()) {
            judge_releases_logged(&releases, history)?;
        }
        match (&self.tree, &opened.released) {
            (Some(tree), Some(released)) => self.judge_released(tree, released.as_ref()),
            _ => Ok(()),
        }
    }

    fn judge_release_binding(&self, item: &ReleaseEvidence, release: &Release) -> Judged {
        ensure(self.has_session(item.attempt), Rule::ReleaseBinding)?;
        let Some(session) = self.session(item.attempt) else { return Ok(()) };
        let bound = release.request == self.item.id
            && release.attempt == item.attempt
            && release.leaf == path(&item.leaf)
            && release.session == session.session.id;
        ensure(bound, Rule::ReleaseBinding)
    }

    /// Each was sealed to this operation and session.
    fn judge_aads(&mut self) -> Judged {
        let Some(body) = self.body() else { return Ok(()) };
        let token = self.own_token()?;
        let opened = self.opened;
        for release in opened.releases.iter().flatten() {
            let Some(session) = self.session(release.attempt) else { continue };
            let expected = match (&body.operation, token) {
                (Operation::Enrol { .. }, _) => {
                    let enrolment = session.session.enrolment_of(self.genesis(), self.item.id);
                    let context = self.release_context(body, session, enrolment, &release.leaf);
                    Some(context.aad())
                }
                (operation, Some(token)) if operation.is_succession() => {
                    self.succession_aad(body, session, token, &release.leaf)
                }
                (_, Some(token)) => {
                    let enrolment = token.enrolment_id;
                    let context = self.release_context(body, session, enrolment, &release.leaf);
                    Some(context.aad())
                }
                (_, None) => None,
            };
            ensure(expected.is_none_or(|expected| expected == release.aad), Rule::ReleaseAad)?;
        }
        Ok(())
    }

    fn release_context<'c>(
        &self,
        body: &RequestBody,
        session: &'c SessionRecord,
        enrolment: EnrolmentId,
        leaf: &'c LeafPath,
    ) -> ReleaseContext<'c> {
        ReleaseContext {
            genesis: self.genesis(),
            request: self.item.id,
            attempt: session.session.attempt,
            session: &session.session,
            key: body.key,
            epoch: body.epoch,
            enrolment,
            leaf,
            operation: body.operation.kind(),
            payload_hash: body.payload_hash,
            policy: body.policy,
        }
    }

    /// Of a refresh, reshare or transfer: none if its session made no token.
    fn succession_aad(
        &mut self,
        body: &RequestBody,
        session: &SessionRecord,
        token: &RegenToken,
        leaf: &LeafPath,
    ) -> Option<H256> {
        let made = match self.made_by(body, session) {
            Made::Token(made) => made,
            Made::Withheld => {
                self.withheld.insert(FieldKind::Token);
                return None;
            }
            Made::None => return None,
        };
        let next = EnrolmentParams {
            genesis: self.genesis(),
            key_id: made.key_id,
            algorithm: made.algorithm,
            epoch: made.epoch,
            window: made.window,
            enrolment_id: made.enrolment_id,
            tree: made.tree.clone(),
            policy_hash: made.policy_hash,
        };
        let (part, leaf) = match (body.operation.named_tree(), leaf.0.split_first()) {
            (None, _) => (SuccessionPart::Difference, leaf.clone()),
            (Some(_), Some((1, below))) => (SuccessionPart::Share, path(below)),
            (Some(_), Some((_, below))) => (SuccessionPart::Mask, path(below)),
            (Some(_), None) => return None,
        };
        let release = self.release_context(body, session, token.enrolment_id, &leaf);
        Some(SuccessionContext { release, part, next: &next }.aad())
    }

    /// The chain counts exactly the leaves whose releases are here.
    fn judge_released(&self, tree: &RequestTree, found: Option<&ReleasedLeaves>) -> Judged {
        let mut expected = ReleasedLeaves::default();
        for release in &self.item.releases {
            let Some(number) = tree.number(&path(&release.leaf)) else {
                return Err(Rule::Released.into());
            };
            expected.insert(release.attempt, number);
        }
        // The chain takes no token with fewer leaves than one to spare.
        let enrols =
            self.body().is_some_and(|body| matches!(body.operation, Operation::Enrol { .. }));
        let spare = u16::from(enrols);
        expected.enough = (1..=MAX_ATTEMPTS).any(|attempt| {
            tree.tree.satisfied_with_spare(spare, |leaf| expected.contains(attempt, leaf))
        });
        let expected = (!self.item.releases.is_empty()).then_some(&expected);
        ensure(found == expected, Rule::Released)
    }
}

/// The log has each release once, after the approval, and no other.
fn judge_releases_logged(releases: &[&Release], history: &[AuditEntry]) -> Judged {
    let mut logged = Vec::new();
    let mut approved = false;
    for entry in history {
        match &entry.event {
            AuditEvent::Approved => approved = true,
            event @ AuditEvent::ShareReleased { .. } => {
                ensure(approved, Rule::ReleasesLogged)?;
                logged.push(event.encode());
            }
            _ => {}
        }
    }
    let mut expected: Vec<Vec<u8>> = releases
        .iter()
        .map(|release| {
            let Release { attempt, agent, aad, .. } = **release;
            let leaf = release.leaf.clone();
            AuditEvent::ShareReleased { attempt, agent, leaf, aad }.encode()
        })
        .collect();
    logged.sort_unstable();
    expected.sort_unstable();
    ensure(logged == expected, Rule::ReleasesLogged)
}

//! Rules of an operation: what is here is proven and decodes, then the rules in their order.
//!
//! A rule that needs something withheld is left out: its function then finds nothing to judge.

mod approvals;
mod history;
mod payload;
mod policy;
mod receipt;
mod refusals;
mod releases;
mod sessions;

use std::collections::BTreeSet;

use codec::DecodeAll;
use regent_primitives::{
    bounds::MAX_APPROVALS, runtime_api::PolicyRecord, AccessTree, Attempt, AuditEntry, AuditEvent,
    BlockNumber, BoundedVec, ConstU32, EvidenceKind, LeafPath, Operation, Participant,
    PayloadFormat, PolicyHash, Refusal, RegenToken, Release, ReleasedLeaves, RequestBody,
    RequestRecord, SessionRecord, SignedApproval, SignedReceipt, Subject, H256,
};
use regent_proof::layout;

use super::{Context, Item};
use crate::{
    bundle::OperationEvidence,
    field::{Field, FieldKind},
    keys::path,
    rule::Rule,
    verdict::{Failure, Finding, OperationVerdict, Verdict},
};

type Judged = Result<(), Failure>;

/// What can be seen of an operation: nothing where it is withheld.
struct Opened {
    record: Option<RequestRecord>,
    approvals: Option<Vec<SignedApproval>>,
    /// Inside: nothing where it is proven that there is none.
    released: Option<Option<ReleasedLeaves>>,
    /// Inside: nothing where it is proven that there is none.
    receipt: Option<Option<SignedReceipt>>,
    sessions: Vec<Option<SessionRecord>>,
    releases: Vec<Option<Release>>,
    refusals: Vec<Option<Refusal>>,
    history: Option<Vec<AuditEntry>>,
}

/// The leaves of which some release for a request (section 11).
struct RequestTree {
    tree: AccessTree,
    leaves: Vec<(LeafPath, Participant)>,
    /// Whether each takes part.
    present: Vec<bool>,
}

impl RequestTree {
    /// The number in preorder of the leaf at this path.
    fn number(&self, leaf: &LeafPath) -> Option<usize> {
        self.leaves.iter().position(|(path, _)| path == leaf)
    }

    /// Whether the leaf with this number takes part.
    fn takes_part(&self, leaf: usize) -> bool {
        self.present.get(leaf).copied().unwrap_or(false)
    }

    /// Whether a leaf that takes part, at this path if one is given, is this participant's.
    fn is_of(&self, who: Participant, leaf: Option<&LeafPath>) -> bool {
        self.leaves.iter().zip(&self.present).any(|((path, holder), present)| {
            *present && *holder == who && leaf.is_none_or(|leaf| leaf == path)
        })
    }
}

/// The token that a session made.
enum Made<'a> {
    Token(&'a RegenToken),
    /// It may be one that is withheld.
    Withheld,
    None,
}

/// An operation that is being judged.
struct Case<'a> {
    context: &'a Context<'a>,
    item: &'a OperationEvidence,
    opened: &'a Opened,
    tree: Option<RequestTree>,
    /// What was not checked.
    withheld: BTreeSet<FieldKind>,
}

pub(super) fn verify_operation(
    context: &Context<'_>,
    item: &OperationEvidence,
) -> OperationVerdict {
    let withheld: BTreeSet<FieldKind> =
        item.fields().filter(|(_, field)| field.value().is_none()).map(|(kind, _)| kind).collect();
    let opened = match check_proven(context, item).and_then(|()| open(item)) {
        Ok(opened) => opened,
        Err(failure) => {
            return OperationVerdict {
                id: item.id,
                status: None,
                verdict: Verdict::of(Err(failure), withheld),
                findings: BTreeSet::new(),
            };
        }
    };
    let mut case = Case { context, item, opened: &opened, tree: None, withheld };
    let outcome = case.judge();
    OperationVerdict {
        id: item.id,
        status: opened.record.as_ref().map(|record| record.status),
        findings: case.findings(),
        verdict: Verdict::of(outcome, case.withheld),
    }
}

fn check_proven(context: &Context<'_>, item: &OperationEvidence) -> Judged {
    let (id, state) = (item.id, context.state);
    let require = |proven: bool, rule: Rule| if proven { Ok(()) } else { Err(Failure::from(rule)) };
    require(state.proves(&layout::request(id), Some(&item.record)), Rule::RecordUnproven)?;
    let approvals = item.approvals.as_ref();
    require(state.proves(&layout::approvals(id), approvals), Rule::ApprovalsUnproven)?;
    require(state.proves(&layout::released(id), item.released.as_ref()), Rule::ReleasedUnproven)?;
    require(state.proves(&layout::receipt(id), item.receipt.as_ref()), Rule::ReceiptUnproven)?;
    for (attempt, session) in (1..).zip(&item.sessions) {
        let key = layout::session(id, attempt);
        require(state.proves(&key, Some(session)), Rule::SessionUnproven)?;
    }
    for release in &item.releases {
        let key = layout::release(id, release.attempt, path(&release.leaf));
        require(state.proves(&key, Some(&release.note)), Rule::ReleaseUnproven)?;
    }
    for refusal in &item.refusals {
        let key = layout::refusal(id, refusal.attempt, refusal.agent);
        require(state.proves(&key, Some(&refusal.note)), Rule::RefusalUnproven)?;
    }
    Ok(())
}

fn open(item: &OperationEvidence) -> Result<Opened, Failure> {
    let record = decoded(&item.record, FieldKind::Record)?;
    let approvals = match &item.approvals {
        Some(field) => {
            let list: Option<BoundedVec<SignedApproval, ConstU32<MAX_APPROVALS>>> =
                decoded(field, FieldKind::Approvals)?;
            list.map(BoundedVec::into_inner)
        }
        None => Some(Vec::new()),
    };
    let released = match &item.released {
        Some(field) => decoded(field, FieldKind::Released)?.map(Some),
        None => Some(None),
    };
    let receipt = match &item.receipt {
        Some(field) => decoded(field, FieldKind::Receipt)?.map(Some),
        None => Some(None),
    };
    let sessions = item.sessions.iter().map(|field| decoded(field, FieldKind::Session));
    let sessions = sessions.collect::<Result<Vec<_>, _>>()?;
    let releases = item.releases.iter().map(|item| decoded(&item.note, FieldKind::Release));
    let releases = releases.collect::<Result<Vec<_>, _>>()?;
    let refusals = item.refusals.iter().map(|item| decoded(&item.note, FieldKind::Refusal));
    let refusals = refusals.collect::<Result<Vec<_>, _>>()?;
    let history = decoded(&item.history, FieldKind::History)?;
    Ok(Opened { record, approvals, released, receipt, sessions, releases, refusals, history })
}

fn decoded<T: DecodeAll>(field: &Field, kind: FieldKind) -> Result<Option<T>, Failure> {
    let Some(mut bytes) = field.value() else { return Ok(None) };
    let value = T::decode_all(&mut bytes);
    value.map(Some).map_err(|_| Failure::new(Rule::Undecodable, kind.name()))
}

impl<'a> Case<'a> {
    fn judge(&mut self) -> Judged {
        self.judge_request()?;
        self.judge_policy()?;
        self.judge_payload_effect()?;
        self.judge_approvals()?;
        self.judge_sessions()?;
        self.judge_releases()?;
        self.judge_refusals()?;
        self.judge_receipt()?;
        self.judge_end()
    }

    fn findings(&self) -> BTreeSet<Finding> {
        let mut findings = BTreeSet::new();
        let mut sessions = self.opened.sessions.iter().flatten();
        if sessions.any(|record| record.measurement.kind == EvidenceKind::Simulated) {
            findings.insert(Finding::Simulated);
        }
        if self.has_unaccounted() {
            findings.insert(Finding::Unaccounted);
        }
        if self.body().is_some_and(|body| body.operation.format() == PayloadFormat::Raw) {
            findings.insert(Finding::Raw);
        }
        if self.has_conditions() {
            findings.insert(Finding::Conditions);
        }
        findings
    }

    fn genesis(&self) -> H256 {
        self.context.genesis
    }

    fn subject(&self) -> Subject {
        Subject::Request(self.item.id)
    }

    fn record(&self) -> Option<&'a RequestRecord> {
        self.opened.record.as_ref()
    }

    fn body(&self) -> Option<&'a RequestBody> {
        self.record().map(|record| &record.body)
    }

    fn history(&self) -> Option<&'a [AuditEntry]> {
        self.opened.history.as_deref()
    }

    /// Whether shares were released in an attempt that no receipt is of. Of which a receipt is cannot be said
    /// where it is withheld.
    fn has_unaccounted(&self) -> bool {
        let Some(receipt) = &self.opened.receipt else { return false };
        let accounted = receipt.as_ref().map(|signed| signed.receipt.attempt);
        self.item.releases.iter().any(|release| Some(release.attempt) != accounted)
    }

    /// Whether the policy, if it can be seen, has operations of this kind wait for a condition.
    fn has_conditions(&self) -> bool {
        let Some(body) = self.body() else { return false };
        let Some((Item::Sound(record), _)) = self.context.policies.get(&body.policy) else {
            return false;
        };
        let kind = body.operation.kind();
        record.policy.conditions.iter().any(|condition| condition.operations.contains(&kind))
    }

    /// The receipt, if it can be seen and there is one.
    fn receipt(&self) -> Option<&'a SignedReceipt> {
        self.opened.receipt.as_ref().and_then(Option::as_ref)
    }

    /// Whether a bundle brings a session of this attempt.
    fn has_session(&self, attempt: Attempt) -> bool {
        attempt > 0 && usize::from(attempt) <= self.opened.sessions.len()
    }

    /// The session of an attempt, if it can be seen.
    fn session(&self, attempt: Attempt) -> Option<&'a SessionRecord> {
        let at = usize::from(attempt).checked_sub(1)?;
        self.opened.sessions.get(at).and_then(Option::as_ref)
    }

    /// A block that is named must be one of those that are shown to be ancestors of the head. Its height.
    fn judge_block(&self, named: H256, rule: Rule) -> Result<BlockNumber, Failure> {
        self.context.log.blocks.get(&named).copied().ok_or_else(|| {
            let detail = format!("block {named:?} is not shown to be an ancestor of the head");
            Failure::new(rule, detail)
        })
    }

    /// The same of a block by whose state a release was decided: that state has the approval, and the
    /// session. Of these, the ones that can be seen are looked at.
    fn judge_state(&self, named: H256, attempt: Attempt, rule: Rule) -> Judged {
        let found = self.judge_block(named, rule)?;
        let mut history = self.history().unwrap_or_default().iter();
        let approved = history.find(|entry| entry.event == AuditEvent::Approved);
        let approved = approved.map(|entry| entry.block);
        let opened = self.session(attempt).map(|record| record.opened_at);
        for (what, at) in [("the approval", approved), ("the session", opened)] {
            if let Some(at) = at.filter(|at| found < *at) {
                let detail = format!("block {found}, before {what} of block {at}");
                return Err(Failure::new(rule, detail));
            }
        }
        Ok(())
    }

    /// All of a list, unless a part of it is withheld.
    fn all<T>(items: &'a [Option<T>]) -> Option<Vec<&'a T>> {
        items.iter().map(Option::as_ref).collect()
    }

    /// A policy of the bundle; none if it is withheld.
    fn policy(
        &mut self,
        hash: &PolicyHash,
        rule: Rule,
    ) -> Result<Option<&'a PolicyRecord>, Failure> {
        match self.context.policies.get(hash) {
            Some((Item::Sound(record), _)) => Ok(Some(record)),
            Some((Item::Withheld, _)) => {
                self.withheld.insert(FieldKind::Policy);
                Ok(None)
            }
            Some((Item::Failed, _)) => {
                Err(Failure::new(rule, format!("policy {hash} breaks a rule of its own")))
            }
            None => Err(Failure::new(rule, format!("policy {hash} is not in the bundle"))),
        }
    }

    /// The policy of the request; none if it, or the request, is withheld.
    fn own_policy(&mut self) -> Result<Option<&'a PolicyRecord>, Failure> {
        match self.body() {
            Some(body) => self.policy(&body.policy, Rule::Policy),
            None => Ok(None),
        }
    }

    /// The token of the request's key and epoch; none if it, or the request, is withheld, or if the
    /// request is the one that makes it.
    fn own_token(&mut self) -> Result<Option<&'a RegenToken>, Failure> {
        let Some(body) = self.body() else { return Ok(None) };
        if matches!(body.operation, Operation::Enrol { .. }) {
            return Ok(None);
        }
        let (key, epoch) = (body.key, body.epoch);
        match self.context.tokens.get(&(key, epoch)) {
            Some(Item::Sound(token)) => Ok(Some(token)),
            Some(Item::Withheld) => {
                self.withheld.insert(FieldKind::Token);
                Ok(None)
            }
            Some(Item::Failed) => {
                let detail = format!("the token of {key}, epoch {epoch}, breaks a rule of its own");
                Err(Failure::new(Rule::Token, detail))
            }
            None => {
                let detail = format!("the token of {key}, epoch {epoch}, is not in the bundle");
                Err(Failure::new(Rule::Token, detail))
            }
        }
    }

    /// The token of the request's key that was made by a session.
    fn made_by(&self, body: &RequestBody, session: &SessionRecord) -> Made<'a> {
        let enrolment = session.session.enrolment_of(self.genesis(), self.item.id);
        let (tokens, key) = (&self.context.tokens, body.key);
        let of_key = move || tokens.range((key, 0)..=(key, u32::MAX));
        let made = of_key().find_map(|(_, item)| match item {
            Item::Sound(token) if token.enrolment_id == enrolment => Some(token),
            _ => None,
        });
        match made {
            Some(token) => Made::Token(token),
            None if of_key().any(|(_, item)| matches!(item, Item::Withheld)) => Made::Withheld,
            None => Made::None,
        }
    }
}

/// Fails with a rule unless something holds.
fn ensure(holds: bool, rule: Rule) -> Judged {
    if holds {
        Ok(())
    } else {
        Err(rule.into())
    }
}

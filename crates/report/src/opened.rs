//! What a bundle discloses, decoded once. Whatever does not decode is treated as withheld here: the
//! verdict beside it says why.

use std::collections::BTreeMap;

use regent_evidence::{
    Bundle, Field, OperationEvidence, OperationVerdict, PolicyEvidence, RefusalEvidence,
    ReleaseEvidence, Report, TokenEvidence, Verdict,
};
use regent_primitives::{
    runtime_api::PolicyRecord, AuditEntry, AuditEvent, BlockNumber, EvidenceKind, PolicyHash,
    Refusal, RegenToken, Release, RequestId, RequestRecord, SessionRecord, SignedApproval,
    SignedReceipt,
};

use crate::time::Clock;

/// A bundle that was judged part by part.
pub(crate) struct Opened<'a> {
    pub(crate) bundle: &'a Bundle,
    pub(crate) report: &'a Report,
    pub(crate) clock: Clock,
    pub(crate) policies: Vec<Policy<'a>>,
    pub(crate) tokens: Vec<Token<'a>>,
    /// In the order of their submission; at the end those of which it is withheld.
    pub(crate) operations: Vec<Operation<'a>>,
    /// The entries of the log that are here, by index.
    pub(crate) log: Vec<AuditEntry>,
}

/// Which entries of the chain's log are here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// All.
    All,
    /// All from a number on.
    From {
        /// Which.
        first: u64,
        /// How many there are before it, each by itself.
        single: usize,
    },
    /// Single ones.
    Single,
    /// None.
    Nothing,
}

/// A policy.
pub(crate) struct Policy<'a> {
    pub(crate) item: &'a PolicyEvidence,
    pub(crate) verdict: &'a Verdict,
    pub(crate) record: Option<PolicyRecord>,
}

/// A key's token.
pub(crate) struct Token<'a> {
    pub(crate) item: &'a TokenEvidence,
    pub(crate) verdict: &'a Verdict,
    pub(crate) token: Option<RegenToken>,
}

/// An operation.
pub(crate) struct Operation<'a> {
    pub(crate) item: &'a OperationEvidence,
    pub(crate) judged: &'a OperationVerdict,
    pub(crate) record: Option<RequestRecord>,
    pub(crate) history: Option<Vec<AuditEntry>>,
    /// None where they are withheld; empty where there are none.
    pub(crate) approvals: Option<Vec<SignedApproval>>,
    /// By attempt from 1.
    pub(crate) sessions: Vec<Option<SessionRecord>>,
    pub(crate) releases: Vec<(&'a ReleaseEvidence, Option<Release>)>,
    pub(crate) refusals: Vec<(&'a RefusalEvidence, Option<Refusal>)>,
    pub(crate) receipt: Option<SignedReceipt>,
}

impl<'a> Opened<'a> {
    /// Opens a bundle with the verdicts on its parts, which come in the order of the parts.
    pub(crate) fn new(bundle: &'a Bundle, report: &'a Report) -> Self {
        let policies = bundle.policies.iter().zip(&report.policies);
        let policies = policies.map(|(item, (_, verdict))| {
            let record = item.record.open();
            Policy { item, verdict, record }
        });
        let tokens = bundle.tokens.iter().zip(&report.tokens);
        let tokens = tokens.map(|(item, (_, _, verdict))| {
            let token = item.token.open();
            Token { item, verdict, token }
        });
        let operations = bundle.operations.iter().zip(&report.operations);
        let operations = operations.map(|(item, judged)| Operation::new(item, judged));
        let mut operations: Vec<_> = operations.collect();
        operations.sort_by_key(|operation| {
            (operation.submitted_at().unwrap_or(BlockNumber::MAX), operation.item.id)
        });
        // An entry that is shown by itself can be among the others, too.
        let entries = bundle.log.tail_entries().chain(bundle.log.included_entries());
        let log: BTreeMap<u64, AuditEntry> = entries.map(|entry| (entry.index, entry)).collect();
        Self {
            bundle,
            report,
            clock: Clock::new(bundle, report),
            policies: policies.collect(),
            tokens: tokens.collect(),
            operations,
            log: log.into_values().collect(),
        }
    }

    /// Which entries of the log are here.
    pub(crate) fn reach(&self) -> Reach {
        let log = &self.bundle.log;
        match (log.entries.is_empty(), self.log.is_empty()) {
            (false, _) if log.from == 0 => Reach::All,
            (false, _) => {
                let single = self.log.len().saturating_sub(log.entries.len());
                Reach::From { first: log.from, single }
            }
            (true, false) => Reach::Single,
            (true, true) => Reach::Nothing,
        }
    }

    /// A policy that is here and can be seen.
    pub(crate) fn policy(&self, hash: PolicyHash) -> Option<&PolicyRecord> {
        self.policies.iter().find(|policy| policy.item.hash == hash)?.record.as_ref()
    }

    /// Whether an operation is here.
    pub(crate) fn has(&self, id: RequestId) -> bool {
        self.bundle.operations.iter().any(|operation| operation.id == id)
    }
}

impl<'a> Operation<'a> {
    fn new(item: &'a OperationEvidence, judged: &'a OperationVerdict) -> Self {
        let releases = item.releases.iter().map(|release| (release, release.note.open()));
        let refusals = item.refusals.iter().map(|refusal| (refusal, refusal.note.open()));
        Self {
            item,
            judged,
            record: item.record.open(),
            history: item.history.open(),
            approvals: match &item.approvals {
                Some(field) => field.open(),
                None => Some(Vec::new()),
            },
            sessions: item.sessions.iter().map(Field::open).collect(),
            releases: releases.collect(),
            refusals: refusals.collect(),
            receipt: item.receipt.as_ref().and_then(Field::open),
        }
    }

    /// When it was submitted, as its record or its history says.
    pub(crate) fn submitted_at(&self) -> Option<BlockNumber> {
        let record = self.record.as_ref().map(|record| record.submitted_at);
        let first = self.history.as_ref().and_then(|history| history.first());
        record.or(first.map(|entry| entry.block))
    }

    /// The blocks of those entries of its history that are chosen, in their order.
    pub(crate) fn blocks_of(&self, chosen: impl Fn(&AuditEvent) -> bool) -> Vec<BlockNumber> {
        let history = self.history.iter().flatten();
        history.filter(|entry| chosen(&entry.event)).map(|entry| entry.block).collect()
    }

    /// Whether the evidence of a session that can be seen is simulated.
    pub(crate) fn is_simulated(&self) -> bool {
        let mut sessions = self.sessions.iter().flatten();
        sessions.any(|record| record.measurement.kind == EvidenceKind::Simulated)
    }

    /// The releases of attempts that no receipt is of: of what breaks a rule, too, for which the verifier has
    /// no findings. None where the receipt is withheld: it may be of any attempt.
    pub(crate) fn unaccounted(
        &self,
    ) -> impl Iterator<Item = &(&'a ReleaseEvidence, Option<Release>)> {
        let withheld = self.is_receipt_withheld();
        let accounted = self.receipt.as_ref().map(|signed| signed.receipt.attempt);
        self.releases
            .iter()
            .filter(move |(release, _)| !withheld && Some(release.attempt) != accounted)
    }

    /// Whether there are releases and a receipt that cannot be seen.
    pub(crate) fn is_receipt_withheld(&self) -> bool {
        !self.releases.is_empty() && self.item.receipt.is_some() && self.receipt.is_none()
    }

    /// Whether shares were released in an attempt that no receipt is of.
    pub(crate) fn is_unaccounted(&self) -> bool {
        self.unaccounted().next().is_some()
    }
}

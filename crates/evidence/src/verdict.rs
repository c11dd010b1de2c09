//! What a verifier says of a bundle (`docs/evidence.md`, section 7).

use core::fmt::{Display, Formatter, Result as FmtResult};
use std::collections::BTreeSet;

use regent_primitives::{BlockNumber, Epoch, KeyId, PolicyHash, RequestId, RequestStatus, H256};

use crate::{absent::Absent, field::FieldKind, rule::Rule};

/// A rule that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which.
    pub rule: Rule,
    /// What was found, for people; empty where the rule says all.
    pub detail: String,
}

impl Failure {
    pub(crate) fn new(rule: Rule, detail: impl ToString) -> Self {
        Self { rule, detail: detail.to_string() }
    }
}

impl From<Rule> for Failure {
    fn from(rule: Rule) -> Self {
        Self { rule, detail: String::new() }
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        if self.detail.is_empty() {
            write!(f, "{}", self.rule)
        } else {
            write!(f, "{}: {}", self.rule, self.detail)
        }
    }
}

impl core::error::Error for Failure {}

/// The verdict on one policy, token or operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The first rule that does not hold.
    pub failure: Option<Failure>,
    /// What was not checked, because it is withheld. Empty where a rule does not hold.
    pub withheld: BTreeSet<FieldKind>,
}

impl Verdict {
    /// Of what was checked, everything holds.
    pub const fn holds(&self) -> bool {
        self.failure.is_none()
    }

    pub(crate) fn of(outcome: Result<(), Failure>, withheld: BTreeSet<FieldKind>) -> Self {
        match outcome {
            Ok(()) => Self { failure: None, withheld },
            Err(failure) => Self { failure: Some(failure), withheld: BTreeSet::new() },
        }
    }
}

impl Display for Verdict {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match &self.failure {
            Some(failure) => write!(f, "invalid: {}", failure.rule),
            None => {
                f.write_str("valid")?;
                write_withheld(f, &self.withheld)
            }
        }
    }
}

fn write_withheld(f: &mut Formatter<'_>, withheld: &BTreeSet<FieldKind>) -> FmtResult {
    let mut names: Vec<&str> = withheld.iter().map(|kind| kind.name()).collect();
    if names.is_empty() {
        return Ok(());
    }
    names.sort_unstable();
    write!(f, ", withheld: {}", names.join(", "))
}

/// What is worth knowing of an operation and no failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// A session's evidence is simulated: no hardware protected the key.
    Simulated,
    /// Shares were released in an attempt of which there is no receipt.
    Unaccounted,
    /// Nobody parsed the payload.
    Raw,
    /// Its policy has it wait for a contract's condition: that this was met is the chain's word.
    Conditions,
}

impl Finding {
    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Simulated => "simulated",
            Self::Unaccounted => "unaccounted",
            Self::Raw => "raw",
            Self::Conditions => "conditions",
        }
    }
}

/// The verdict on one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationVerdict {
    /// The request.
    pub id: RequestId,
    /// Where it stands, if its record is proven and can be seen.
    pub status: Option<RequestStatus>,
    /// Whether the rules hold.
    pub verdict: Verdict,
    /// What is worth knowing beside.
    pub findings: BTreeSet<Finding>,
}

/// The verdict on a whole bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The bundle's id, if it could be read.
    pub bundle: Option<H256>,
    /// Height and hash of the head, if it is final.
    pub head: Option<(BlockNumber, H256)>,
    /// Whether an anchor was given and holds.
    pub anchored: bool,
    /// Height of the anchor, where it holds and is older than the head: the authorities since then vouch
    /// for what came after it.
    pub anchor_block: Option<BlockNumber>,
    /// The rule of the bundle that does not hold: nothing else was judged then.
    pub failure: Option<Failure>,
    /// The last rule, if it does not hold: the bundle's id is another than it says.
    pub id_failure: Option<Failure>,
    /// Each policy.
    pub policies: Vec<(PolicyHash, Verdict)>,
    /// Each token.
    pub tokens: Vec<(KeyId, Epoch, Verdict)>,
    /// Each operation.
    pub operations: Vec<OperationVerdict>,
    /// What the log names and the bundle does not have, which is no failure. None where a rule of the bundle
    /// does not hold, as then nothing was judged.
    pub absent: Option<Absent>,
}

impl Report {
    /// The first rule that does not hold.
    pub fn first_failure(&self) -> Option<&Failure> {
        let parts = self.verdicts().find_map(|verdict| verdict.failure.as_ref());
        self.failure.as_ref().or(parts).or(self.id_failure.as_ref())
    }

    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.first_failure().is_none()
    }

    /// Everything that was not checked because it is withheld.
    pub fn withheld(&self) -> BTreeSet<FieldKind> {
        self.verdicts().flat_map(|verdict| verdict.withheld.iter().copied()).collect()
    }

    fn verdicts(&self) -> impl Iterator<Item = &Verdict> {
        let policies = self.policies.iter().map(|(_, verdict)| verdict);
        let tokens = self.tokens.iter().map(|(_, _, verdict)| verdict);
        let operations = self.operations.iter().map(|operation| &operation.verdict);
        policies.chain(tokens).chain(operations)
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        if let Some(failure) = self.first_failure() {
            return write!(f, "invalid: {}", failure.rule);
        }
        match (self.anchored, self.anchor_block) {
            (false, _) => f.write_str("self-consistent, unanchored")?,
            (true, None) => f.write_str("valid, anchored")?,
            (true, Some(block)) => write!(f, "valid, anchored at block {block}")?,
        }
        write_withheld(f, &self.withheld())
    }
}

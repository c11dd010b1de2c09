//! What a bundle holds (`docs/evidence.md`, section 2).

mod decode;
mod encode;
mod log;

use regent_primitives::{
    hashing::{hash, Tag},
    AgentId, Attempt, Epoch, KeyId, PolicyHash, RequestId, H256,
};

pub use decode::DecodeError;
pub use log::{Ancestry, Blocks, Included, Log, LEAF_BYTES};

use crate::field::{Field, FieldKind};

/// Bytes of a bundle: 4,096 for each change of authorities that it may have, as of about 28 authorities.
pub const MAX_BUNDLE_BYTES: usize = 1 << 28;
/// Changes of authorities that a bundle may have: of a year and more, if each session of 10 minutes has one.
pub const MAX_HANDOFFS: usize = 1 << 16;
/// Items of any array of it.
pub const MAX_ITEMS: u64 = 1 << 18;
/// What a bundle says that it is.
pub const SCHEMA: &str = "regent-evidence";
/// The version that is read and written here.
pub const VERSION: u64 = 2;

/// The whole file. Lists that are sorted are strictly increasing; decoding refuses others, encoding
/// does not sort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// Its id, which [`Bundle::seal`] sets: what all redactions of one bundle share.
    pub id: H256,
    /// The chain: hash of its first block.
    pub genesis: H256,
    /// Who finalises first.
    pub origin: Origin,
    /// Changes of authorities, oldest first.
    pub handoffs: Vec<Handoff>,
    /// The block in whose state everything is proven.
    pub head: Head,
    /// Nodes of its state's trie, sorted; values of more than 32 bytes are not among them.
    pub nodes: Vec<Vec<u8>>,
    /// The audit log and its commitment.
    pub log: Log,
    /// Policies, sorted by hash.
    pub policies: Vec<PolicyEvidence>,
    /// Tokens, sorted by key and epoch.
    pub tokens: Vec<TokenEvidence>,
    /// Operations, sorted by id.
    pub operations: Vec<OperationEvidence>,
}

/// The first block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Its header, in SCALE.
    pub header: Vec<u8>,
    /// Nodes and values that prove who finalises what follows it, sorted.
    pub nodes: Vec<Vec<u8>>,
}

/// A block that changes the authorities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handoff {
    /// Its header, in SCALE.
    pub header: Vec<u8>,
    /// Its justification, in SCALE.
    pub justification: Vec<u8>,
}

/// The block in whose state everything is proven, and what makes it final.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Headers from it to a justified one, each in SCALE.
    pub run: Vec<Vec<u8>>,
    /// The justification of the last of them, in SCALE.
    pub justification: Vec<u8>,
}

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyEvidence {
    /// Its hash.
    pub hash: PolicyHash,
    /// `PolicyRecord`.
    pub record: Field,
    /// The policy that replaced it, if one did.
    pub successor: Option<PolicyHash>,
}

/// A key's token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenEvidence {
    /// The key.
    pub key: KeyId,
    /// Its epoch.
    pub epoch: Epoch,
    /// `RegenToken`.
    pub token: Field,
}

/// A request and all that followed from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationEvidence {
    /// The request.
    pub id: RequestId,
    /// `RequestRecord`.
    pub record: Field,
    /// Every audit entry about it, oldest first: `Vec<AuditEntry>`.
    pub history: Field,
    /// The payload's bytes.
    pub payload: Option<Field>,
    /// `SignedReceipt`.
    pub receipt: Option<Field>,
    /// Refusals, sorted by attempt and agent.
    pub refusals: Vec<RefusalEvidence>,
    /// [`regent_primitives::ReleasedLeaves`].
    pub released: Option<Field>,
    /// Releases, sorted by attempt and leaf.
    pub releases: Vec<ReleaseEvidence>,
    /// `SessionRecord` of each attempt.
    pub sessions: Vec<Field>,
    /// `Vec<SignedApproval>`.
    pub approvals: Option<Field>,
}

/// An agent's release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseEvidence {
    /// The attempt.
    pub attempt: Attempt,
    /// The leaf's path.
    pub leaf: Vec<u16>,
    /// `Release`.
    pub note: Field,
}

/// An agent's refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalEvidence {
    /// The attempt.
    pub attempt: Attempt,
    /// Who refused.
    pub agent: AgentId,
    /// `Refusal`.
    pub note: Field,
}

/// Which field of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldPath {
    /// What it is.
    pub kind: FieldKind,
    /// The operation it is of; none for policies and tokens.
    pub operation: Option<RequestId>,
}

impl Bundle {
    /// Decodes all of these bytes, which are one bundle's only encoding.
    ///
    /// # Errors
    /// Too many bytes, another version, or something else.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        decode::bundle(bytes)
    }

    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        encode::bundle(self)
    }

    /// What its id must be: the hash of the bundle with every field withheld, and without the id.
    pub fn expected_id(&self) -> H256 {
        hash(Tag::Bundle, self.genesis, &encode::for_id(self))
    }

    /// Sets its id, once everything is in it.
    #[must_use]
    pub fn seal(mut self) -> Self {
        self.id = self.expected_id();
        self
    }

    /// Withholds every field that is chosen.
    pub fn redact(&mut self, chosen: impl Fn(FieldPath) -> bool) {
        let genesis = self.genesis;
        let withhold = |kind, operation, field: &mut Field| {
            if chosen(FieldPath { kind, operation }) {
                field.withhold(genesis);
            }
        };
        for policy in &mut self.policies {
            withhold(FieldKind::Policy, None, &mut policy.record);
        }
        for token in &mut self.tokens {
            withhold(FieldKind::Token, None, &mut token.token);
        }
        for operation in &mut self.operations {
            let id = Some(operation.id);
            operation.fields_mut().for_each(|(kind, field)| withhold(kind, id, field));
        }
    }
}

impl OperationEvidence {
    /// Its fields.
    pub fn fields(&self) -> impl Iterator<Item = (FieldKind, &Field)> {
        let single = [(FieldKind::Record, &self.record), (FieldKind::History, &self.history)];
        let optional = [
            (FieldKind::Payload, &self.payload),
            (FieldKind::Receipt, &self.receipt),
            (FieldKind::Released, &self.released),
            (FieldKind::Approvals, &self.approvals),
        ];
        let optional = optional
            .into_iter()
            .filter_map(|(kind, field)| field.as_ref().map(|field| (kind, field)));
        let sessions = self.sessions.iter().map(|field| (FieldKind::Session, field));
        let releases = self.releases.iter().map(|item| (FieldKind::Release, &item.note));
        let refusals = self.refusals.iter().map(|item| (FieldKind::Refusal, &item.note));
        single.into_iter().chain(optional).chain(sessions).chain(releases).chain(refusals)
    }

    fn fields_mut(&mut self) -> impl Iterator<Item = (FieldKind, &mut Field)> {
        let single =
            [(FieldKind::Record, &mut self.record), (FieldKind::History, &mut self.history)];
        let optional = [
            (FieldKind::Payload, &mut self.payload),
            (FieldKind::Receipt, &mut self.receipt),
            (FieldKind::Released, &mut self.released),
            (FieldKind::Approvals, &mut self.approvals),
        ];
        let optional = optional
            .into_iter()
            .filter_map(|(kind, field)| field.as_mut().map(|field| (kind, field)));
        let sessions = self.sessions.iter_mut().map(|field| (FieldKind::Session, field));
        let releases = self.releases.iter_mut().map(|item| (FieldKind::Release, &mut item.note));
        let refusals = self.refusals.iter_mut().map(|item| (FieldKind::Refusal, &mut item.note));
        single.into_iter().chain(optional).chain(sessions).chain(releases).chain(refusals)
    }
}

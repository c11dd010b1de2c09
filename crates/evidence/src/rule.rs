//! The rules, in the order in which they are checked (`docs/evidence.md`, section 7).

use core::fmt::{Display, Formatter, Result as FmtResult};

/// Names of the rules, with their variants in the order of the document. What is written above each is
/// its meaning.
macro_rules! rules {
    ($(#[doc = $meaning:literal] $variant:ident = $name:literal,)*) => {
        /// One rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $(#[doc = $meaning] $variant,)*
        }

        impl Rule {
            /// Every rule, in the order in which they are checked.
            pub const ALL: &'static [Rule] = &[$(Rule::$variant,)*];

            /// Its name in verdicts.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Rule::$variant => $name,)*
                }
            }

            /// What must hold, in one sentence.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Rule::$variant => $meaning.trim_ascii(),)*
                }
            }
        }
    };
}

rules! {
    /// The file has no more bytes than a bundle may have.
    TooLarge = "too-large",
    /// The file is deterministic CBOR of a bundle's form.
    Malformed = "malformed",
    /// Schema and version are known.
    UnknownVersion = "unknown-version",
    /// The bundle is of the chain that is asked about.
    WrongGenesis = "wrong-genesis",
    /// The first block says who finalises first.
    Origin = "origin",
    /// Each change of authorities was finalised by the set before.
    Handoff = "handoff",
    /// The head was finalised by the set in office.
    Finality = "finality",
    /// The nodes lead to every key, and none is left over.
    State = "state",
    /// Count and newest entry of the log are the state's.
    LogHead = "log-head",
    /// The log's commitment is the state's, with one leaf for each block before the head.
    LogRoot = "log-root",
    /// The blocks that are brought are ancestors of the head.
    LogBlocks = "log-blocks",
    /// The anchor is the head, a block after it that is shown, or one before it that changed the authorities.
    Anchor = "anchor",
    /// Each entry that is brought by itself is of its block.
    LogInclusion = "log-inclusion",
    /// The log's commitment begins with the earlier one.
    LogAncestry = "log-ancestry",
    /// The entries link up to the newest.
    LogEntries = "log-entries",
    /// A policy is what the state says.
    PolicyUnproven = "policy-unproven",
    /// A policy decodes.
    PolicyUndecodable = "policy-undecodable",
    /// A policy has its hash.
    PolicyHash = "policy-hash",
    /// A policy is sound in itself.
    PolicyRules = "policy-rules",
    /// A policy's predecessor allows it.
    PolicyChange = "policy-change",
    /// A token is what the state says.
    TokenUnproven = "token-unproven",
    /// A token decodes.
    TokenUndecodable = "token-undecodable",
    /// A token is of its key and epoch.
    TokenBinding = "token-binding",
    /// A token's lengths and counts fit its algorithm and tree.
    TokenShape = "token-shape",
    /// A request's record is what the state says.
    RecordUnproven = "record-unproven",
    /// A request's approvals are what the state says.
    ApprovalsUnproven = "approvals-unproven",
    /// A request's released leaves are what the state says.
    ReleasedUnproven = "released-unproven",
    /// A request's receipt is what the state says.
    ReceiptUnproven = "receipt-unproven",
    /// Each session is what the state says.
    SessionUnproven = "session-unproven",
    /// Each release is what the state says.
    ReleaseUnproven = "release-unproven",
    /// Each refusal is what the state says.
    RefusalUnproven = "refusal-unproven",
    /// Record, approvals, released leaves, receipt, notes and history decode.
    Undecodable = "undecodable",
    /// The body has the request's id.
    RequestId = "request-id",
    /// The history is all of the request's, in its order.
    History = "history",
    /// The history begins with the submission of this body.
    Submitted = "submitted",
    /// Every attempt's session is there.
    Attempts = "attempts",
    /// The payload has its hash.
    Payload = "payload",
    /// The request's policy is there and sound.
    Policy = "policy",
    /// The request's policy descends from the one that the key's token commits to.
    Lineage = "lineage",
    /// The request's policy had no successor when it was submitted.
    Superseded = "superseded",
    /// The key's token is there and sound.
    Token = "token",
    /// The request's tree is one.
    Tree = "tree",
    /// The policy allows the request.
    RequestRules = "request-rules",
    /// A transaction that is disclosed does what was declared.
    PayloadEffect = "payload-effect",
    /// Every approval counts.
    Approvals = "approvals",
    /// Every approval is signed.
    ApprovalSignature = "approval-signature",
    /// The log has these approvals, and no other.
    ApprovalsLogged = "approvals-logged",
    /// The request is approved when, and only when, they are enough.
    Approved = "approved",
    /// Each session is of this request and attempt, in order.
    SessionBinding = "session-binding",
    /// Each session's evidence attests it.
    SessionEvidence = "session-evidence",
    /// The policy accepts what each session's evidence measures.
    SessionMeasurement = "session-measurement",
    /// Each session names a block that is an ancestor of the head.
    SessionBlock = "session-block",
    /// The log has these sessions, and no other.
    SessionsLogged = "sessions-logged",
    /// Each release is of this request, attempt, leaf and session.
    ReleaseBinding = "release-binding",
    /// Each release is of a leaf of its agent's.
    ReleaseLeaf = "release-leaf",
    /// Each release was sealed to exactly this operation.
    ReleaseAad = "release-aad",
    /// Each release is signed by its agent.
    ReleaseSignature = "release-signature",
    /// Each release names an ancestor of the head that is not before the approval or the session.
    ReleaseBlock = "release-block",
    /// The log has these releases, and no other.
    ReleasesLogged = "releases-logged",
    /// The chain counts these leaves, and no other.
    Released = "released",
    /// Each refusal is of this request, attempt and an agent of it.
    RefusalBinding = "refusal-binding",
    /// Each refusal is signed by its agent.
    RefusalSignature = "refusal-signature",
    /// Each refusal names a block that is an ancestor of the head.
    RefusalBlock = "refusal-block",
    /// The log has these refusals, and no other.
    RefusalsLogged = "refusals-logged",
    /// The receipt is of this request and session.
    ReceiptBinding = "receipt-binding",
    /// The leaves that the receipt names are enough.
    ReceiptLeaves = "receipt-leaves",
    /// The receipt names an ancestor of the head that is not before the approval or the session.
    ReceiptBlock = "receipt-block",
    /// The receipt is signed by its session.
    ReceiptSignature = "receipt-signature",
    /// The token that the receipt is of is there.
    ReceiptToken = "receipt-token",
    /// The log has this receipt, or none.
    ReceiptLogged = "receipt-logged",
    /// The request stands where the log leaves it.
    Status = "status",
    /// Releases without a receipt are logged as unaccounted.
    Unaccounted = "unaccounted",
    /// The bundle has the id it says.
    BundleId = "bundle-id",
}

impl Display for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        f.write_str(self.name())
    }
}

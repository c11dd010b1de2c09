//! Which rule is broken: what was found, what was expected, and what to do next.

mod display;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use regent_primitives::{
    AccountId, Asset, BitcoinNetwork, BlockNumber, Epoch, KeyId, OperationKind, PayloadFormat,
    PolicyHash, RequestId, RoleIndex, H256, U256,
};
use scale_info::TypeInfo;

/// The part of a policy that names a role and a threshold.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum Rule {
    /// Who may request.
    #[codec(index = 0)]
    Requesters,
    /// A stage, from 0.
    #[codec(index = 1)]
    Stage(u8),
    /// Who may change the policy.
    #[codec(index = 2)]
    Change,
}

/// One broken rule.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[allow(missing_docs)] // Fields are named after what they hold; each variant says what is wrong.
#[non_exhaustive]
pub enum Violation {
    // --- a policy in itself ---
    /// A name is empty or not UTF-8. `role` is none for the policy's own name.
    #[codec(index = 0)]
    InvalidName { role: Option<RoleIndex> },
    /// Two roles have one name.
    #[codec(index = 1)]
    DuplicateRoleName { first: RoleIndex, second: RoleIndex },
    /// A role has no members.
    #[codec(index = 2)]
    EmptyRole { role: RoleIndex },
    /// A role lists a member twice.
    #[codec(index = 3)]
    DuplicateMember { role: RoleIndex, member: AccountId },
    /// A rule names a role the policy does not have.
    #[codec(index = 4)]
    UnknownRole { rule: Rule, role: RoleIndex, roles: u8 },
    /// A threshold is 0 or more than its role has members.
    #[codec(index = 5)]
    InvalidThreshold { rule: Rule, threshold: u8, members: u8 },
    /// There is no stage.
    #[codec(index = 6)]
    NoStages,
    /// All stages together ask for more approvals than a request can hold.
    #[codec(index = 7)]
    TooManyApprovalsAsked { found: u16, maximum: u16 },
    /// There is no kind of operation.
    #[codec(index = 8)]
    NoOperations,
    /// A kind of operation is listed twice.
    #[codec(index = 9)]
    DuplicateOperation { operation: OperationKind },
    /// An asset has two limits.
    #[codec(index = 10)]
    DuplicateLimit { asset: Asset },
    /// A recipient is listed twice.
    #[codec(index = 11)]
    DuplicateRecipient { index: u8 },
    /// No request could live for a block.
    #[codec(index = 12)]
    ZeroLifetime,
    /// There is no measurement.
    #[codec(index = 13)]
    NoMeasurements,
    /// A measurement is listed twice.
    #[codec(index = 14)]
    DuplicateMeasurement { index: u8 },
    /// The limits name two Bitcoin networks. A transaction does not say which network it is for: one
    /// that moves bitcoin could be declared under the limit of a test network.
    #[codec(index = 15)]
    TwoBitcoinNetworks { first: BitcoinNetwork, second: BitcoinNetwork },
    /// A member's account is a key of small order: anybody can write a signature that it verifies.
    #[codec(index = 16)]
    WeakMember { role: RoleIndex, member: AccountId },
    /// Two conditions are the same contract's and have one id.
    #[codec(index = 17)]
    DuplicateCondition { index: u8 },
    /// A condition gates no operation, or one twice.
    #[codec(index = 18)]
    InvalidConditionOperations { index: u8 },

    // --- a request ---
    /// The request was made under another policy.
    #[codec(index = 32)]
    PolicyMismatch { found: PolicyHash, expected: PolicyHash },
    /// The requester is not in the role that may request.
    #[codec(index = 33)]
    RequesterNotInRole { requester: AccountId, role: RoleIndex },
    /// The policy does not allow this kind of operation.
    #[codec(index = 34)]
    OperationNotAllowed { operation: OperationKind },
    /// The policy does not allow payloads that nobody parses.
    #[codec(index = 35)]
    RawNotAllowed { operation: OperationKind },
    /// The format does not fit the operation.
    #[codec(index = 36)]
    FormatNotForOperation { operation: OperationKind, format: PayloadFormat },
    /// The request is past its deadline.
    #[codec(index = 37)]
    RequestExpired { expires: BlockNumber, now: BlockNumber },
    /// The request would live too long.
    #[codec(index = 38)]
    LifetimeTooLong { found: BlockNumber, maximum: BlockNumber },
    /// The key of an enrolment is not the one its requester and salt give.
    #[codec(index = 39)]
    EnrolmentKeyMismatch { found: KeyId, expected: KeyId },
    /// An enrolment starts at epoch 0.
    #[codec(index = 40)]
    EnrolmentEpoch { found: Epoch },
    /// An enrolment has no payload, nor has the making of a next epoch.
    #[codec(index = 41)]
    EnrolmentPayload { found: H256, expected: H256 },
    /// The key to seal a result to has another length than an X-Wing public key.
    #[codec(index = 42)]
    ResultKeyLength { found: u32, expected: u32 },

    // --- what it does ---
    /// Something that is not parsed declares an effect.
    #[codec(index = 64)]
    EffectNotEmpty { operation: OperationKind, transfers: u32, fee: bool },
    /// A payload that is parsed declares no effect.
    #[codec(index = 65)]
    EffectEmpty { format: PayloadFormat },
    /// The policy has no limit for this asset: it may not be moved at all.
    #[codec(index = 66)]
    AssetWithoutLimit { asset: Asset },
    /// More is moved than one operation may.
    #[codec(index = 67)]
    AmountOverLimit { asset: Asset, found: U256, maximum: U256 },
    /// The amounts of an asset do not fit 256 bits together.
    #[codec(index = 68)]
    AmountOverflow { asset: Asset },
    /// The fee is higher than one operation may pay.
    #[codec(index = 69)]
    FeeOverLimit { asset: Asset, found: U256, maximum: U256 },
    /// A recipient is not on the list.
    #[codec(index = 70)]
    RecipientNotAllowed { transfer: u32 },

    // --- approvals ---
    /// The approval is for another request, key, operation, payload, policy or chain.
    #[codec(index = 96)]
    ApprovalNotBound { approver: AccountId, field: BoundField },
    /// The approval counts no more.
    #[codec(index = 97)]
    ApprovalExpired { approver: AccountId, expires: BlockNumber, now: BlockNumber },
    /// The approval is for another stage than the open one.
    #[codec(index = 98)]
    WrongStage { approver: AccountId, found: u8, open: u8 },
    /// A denial names a stage the policy does not have.
    #[codec(index = 99)]
    UnknownStage { approver: AccountId, found: u8, stages: u8 },
    /// The approver is not in the stage's role.
    #[codec(index = 100)]
    ApproverNotInRole { approver: AccountId, stage: u8 },
    /// The approver already approved this request, at this or another stage.
    #[codec(index = 101)]
    AlreadyApproved { approver: AccountId },
    /// The requester may not approve.
    #[codec(index = 102)]
    RequesterApproves { requester: AccountId },
    /// The signature is not the approver's, over this approval.
    #[codec(index = 103)]
    InvalidSignature { signer: AccountId },
    /// Every stage is satisfied, or somebody denied: no approval counts any more.
    #[codec(index = 104)]
    AlreadyDecided { denied: bool },
    /// Somebody denied the request.
    #[codec(index = 105)]
    RequestDenied { request: RequestId },
    /// Approvals are missing.
    #[codec(index = 106)]
    ApprovalsMissing { stage: u8, found: u8, expected: u8 },

    // --- a change of policy ---
    /// The successor names another policy as the one before it.
    #[codec(index = 128)]
    PredecessorMismatch { found: Option<PolicyHash>, expected: PolicyHash },
    /// The signer is not in the predecessor's change role.
    #[codec(index = 129)]
    SignerNotInChangeRole { signer: AccountId },
    /// A signer is listed twice.
    #[codec(index = 130)]
    DuplicateSigner { signer: AccountId },
    /// Too few members of the change role signed.
    #[codec(index = 131)]
    ChangeSignaturesMissing { found: u8, expected: u8 },
    /// There is no policy in the lineage.
    #[codec(index = 132)]
    EmptyLineage,
    /// The lineage starts with another policy than the key commits to.
    #[codec(index = 133)]
    LineageStart { found: PolicyHash, expected: PolicyHash },
    /// The lineage ends with another policy than the request's.
    #[codec(index = 134)]
    LineageEnd { found: PolicyHash, expected: PolicyHash },
    /// The lineage has more policies than any may have.
    #[codec(index = 135)]
    LineageTooLong { found: u32, maximum: u32 },
}

/// A field of an approval that binds it to one request.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[allow(missing_docs)] // Named after the fields of `Approval`.
pub enum BoundField {
    #[codec(index = 0)]
    Genesis,
    #[codec(index = 1)]
    Request,
    #[codec(index = 2)]
    Key,
    #[codec(index = 3)]
    Epoch,
    #[codec(index = 4)]
    Operation,
    #[codec(index = 5)]
    PayloadHash,
    #[codec(index = 6)]
    Policy,
}

impl core::error::Error for Violation {}

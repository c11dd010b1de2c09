//! Violations in words: the field, what was found, what was expected, and what to do next.

use core::fmt::{Display, Formatter, Result as FmtResult};
use regent_primitives::{Asset, BitcoinNetwork, PayloadFormat};

use super::{BoundField, Rule, Violation};

impl Display for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::Requesters => f.write_str("requesters"),
            Self::Stage(stage) => write!(f, "stages[{stage}]"),
            Self::Change => f.write_str("change_rule"),
        }
    }
}

impl Display for BoundField {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        f.write_str(match self {
            Self::Genesis => "genesis",
            Self::Request => "request",
            Self::Key => "key",
            Self::Epoch => "epoch",
            Self::Operation => "operation",
            Self::PayloadHash => "payload_hash",
            Self::Policy => "policy",
        })
    }
}

const fn format_name(format: PayloadFormat) -> &'static str {
    match format {
        PayloadFormat::Raw => "raw",
        PayloadFormat::EthereumTransaction => "ethereum-transaction",
        PayloadFormat::BitcoinPsbt => "bitcoin-psbt",
        PayloadFormat::Empty => "empty",
    }
}

/// An asset as a person reads it.
struct Named<'a>(&'a Asset);

impl Display for Named<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self.0 {
            Asset::Ether { chain_id } => write!(f, "ether of chain {chain_id}"),
            Asset::Erc20 { chain_id, contract } => {
                f.write_str("ERC-20 token 0x")?;
                for byte in contract {
                    write!(f, "{byte:02x}")?;
                }
                write!(f, " of chain {chain_id}")
            }
            Asset::Bitcoin { network } => f.write_str(match network {
                BitcoinNetwork::Main => "bitcoin",
                BitcoinNetwork::Test => "test bitcoin",
                BitcoinNetwork::Regtest => "regtest bitcoin",
            }),
        }
    }
}

impl Display for Violation {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::InvalidName { role: None } => {
                f.write_str("name: the policy's name must be non-empty UTF-8")
            }
            Self::InvalidName { role: Some(role) } => {
                write!(f, "roles[{role}].name: must be non-empty UTF-8")
            }
            Self::DuplicateRoleName { first, second } => {
                write!(f, "roles[{second}].name: the same as roles[{first}]; rename one")
            }
            Self::EmptyRole { role } => {
                write!(f, "roles[{role}].members: empty; name at least one account")
            }
            Self::DuplicateMember { role, member } => {
                write!(f, "roles[{role}].members: {member:?} is listed twice; list it once")
            }
            Self::WeakMember { role, member } => write!(
                f,
                "roles[{role}].members: {member:?} is a key of small order, for which anybody can \
                 sign; name an account whose key somebody holds"
            ),
            Self::UnknownRole { rule, role, roles } => write!(
                f,
                "{rule}: role {role} does not exist; the policy has {roles} roles, counted from 0"
            ),
            Self::InvalidThreshold { rule, threshold, members } => {
                write!(f, "{rule}.threshold: found {threshold}, expected 1 to {members}")
            }
            Self::NoStages => f.write_str("stages: empty; a policy asks for at least one approval"),
            Self::TooManyApprovalsAsked { found, maximum } => write!(
                f,
                "stages: ask for {found} approvals together, expected at most {maximum}; lower \
                 thresholds"
            ),
            Self::NoOperations => {
                f.write_str("operations: empty; allow at least one kind of operation")
            }
            Self::DuplicateOperation { operation } => {
                write!(f, "operations: {} is listed twice", operation.name())
            }
            Self::DuplicateLimit { asset } => {
                write!(f, "limits: {} has two limits; give one", Named(asset))
            }
            Self::DuplicateRecipient { index } => {
                write!(f, "recipients[{index}]: listed before; list it once")
            }
            Self::ZeroLifetime => {
                f.write_str("maximum_lifetime: found 0, expected at least 1 block")
            }
            Self::NoMeasurements => {
                f.write_str("measurements: empty; accept at least one enclave measurement")
            }
            Self::DuplicateMeasurement { index } => {
                write!(f, "measurements[{index}]: listed before; list it once")
            }
            Self::DuplicateCondition { index } => write!(
                f,
                "conditions[{index}]: the same contract's condition is listed before; list it once, \
                 with all its operations"
            ),
            Self::InvalidConditionOperations { index } => write!(
                f,
                "conditions[{index}].operations: empty or an operation twice; list what waits for it"
            ),
            Self::TwoBitcoinNetworks { first, second } => write!(
                f,
                "limits: {} and {}, but a Bitcoin transaction does not say its network, so the \
                 limits of one could be used for the other; make a policy for each network",
                Named(&Asset::Bitcoin { network: *first }),
                Named(&Asset::Bitcoin { network: *second })
            ),
            Self::PolicyMismatch { found, expected } => write!(
                f,
                "policy: found {found}, expected {expected}; make the request under this policy"
            ),
            Self::RequesterNotInRole { requester, role } => write!(
                f,
                "requester: {requester:?} is not a member of role {role}, which may request; ask a \
                 member to request"
            ),
            Self::OperationNotAllowed { operation } => write!(
                f,
                "operation: {} is not allowed by the policy; change the policy or use another key",
                operation.name()
            ),
            Self::RawNotAllowed { operation } => write!(
                f,
                "operation: {} of a raw payload, and the policy has allow_raw off; use a payload \
                 format that is parsed",
                operation.name()
            ),
            Self::FormatNotForOperation { operation, format } => write!(
                f,
                "operation.format: {} does not take the format {}; use raw or a transaction format",
                operation.name(),
                format_name(*format)
            ),
            Self::RequestExpired { expires, now } => write!(
                f,
                "expires: block {expires} has passed, now is block {now}; make a new request"
            ),
            Self::LifetimeTooLong { found, maximum } => write!(
                f,
                "expires: {found} blocks from now, expected at most {maximum}; choose an earlier \
                 block"
            ),
            Self::EnrolmentKeyMismatch { found, expected } => write!(
                f,
                "key: found {found}, expected {expected}, as derived from requester and salt"
            ),
            Self::EnrolmentEpoch { found } => {
                write!(f, "epoch: found {found}, expected 0 for an enrolment")
            }
            Self::EnrolmentPayload { found, expected } => write!(
                f,
                "payload_hash: found {found:?}, expected {expected:?}: this operation has none"
            ),
            Self::ResultKeyLength { found, expected } => {
                write!(f, "operation.result_key: found {found} bytes, expected {expected} (X-Wing)")
            }
            Self::EffectNotEmpty { operation, transfers, fee } => write!(
                f,
                "effect: found {transfers} transfers and {} fee, expected none: nobody parses this \
                 {} payload",
                if *fee { "a" } else { "no" },
                operation.name()
            ),
            Self::EffectEmpty { format } => write!(
                f,
                "effect: empty, expected the transfers or the fee of the {}; declare what the \
                 payload does",
                format_name(*format)
            ),
            Self::AssetWithoutLimit { asset } => write!(
                f,
                "effect: the policy has no limit for {}, so it may not be moved; add one by a \
                 change of policy",
                Named(asset)
            ),
            Self::AmountOverLimit { asset, found, maximum } => write!(
                f,
                "effect.transfers: {found} of {}, expected at most {maximum}; lower the amount or \
                 split the operation",
                Named(asset)
            ),
            Self::AmountOverflow { asset } => write!(
                f,
                "effect.transfers: the amounts of {} exceed 256 bits together",
                Named(asset)
            ),
            Self::FeeOverLimit { asset, found, maximum } => write!(
                f,
                "effect.fee: {found} of {}, expected at most {maximum}; lower the fee",
                Named(asset)
            ),
            Self::RecipientNotAllowed { transfer } => write!(
                f,
                "effect.transfers[{transfer}].recipient: not on the policy's list; add it by a \
                 change of policy"
            ),
            Self::ApprovalNotBound { approver, field } => write!(
                f,
                "approval of {approver:?}: its {field} is not the request's; sign this exact request"
            ),
            Self::ApprovalExpired { approver, expires, now } => write!(
                f,
                "approval of {approver:?}: counted until block {expires}, now is block {now}; make a \
                 new request"
            ),
            Self::WrongStage { approver, found, open } => write!(
                f,
                "approval of {approver:?}: for stage {found}, and stage {open} is open; approve in \
                 order"
            ),
            Self::UnknownStage { approver, found, stages } => write!(
                f,
                "denial of {approver:?}: for stage {found}, and the policy has {stages} stages, \
                 counted from 0"
            ),
            Self::ApproverNotInRole { approver, stage } => write!(
                f,
                "approval of {approver:?}: not a member of the role of stage {stage}; ask a member"
            ),
            Self::AlreadyApproved { approver } => write!(
                f,
                "approval of {approver:?}: already approved this request, and a person counts once; \
                 ask another member"
            ),
            Self::RequesterApproves { requester } => write!(
                f,
                "approval of {requester:?}: the requester does not decide on its own request; ask \
                 another member"
            ),
            Self::InvalidSignature { signer } => write!(
                f,
                "signature of {signer:?}: not over this message by this account; sign it again"
            ),
            Self::AlreadyDecided { denied: false } => {
                f.write_str("approvals: every stage is satisfied already; nothing to add")
            }
            Self::AlreadyDecided { denied: true } => {
                f.write_str("approvals: the request was denied; make a new request")
            }
            Self::RequestDenied { request } => {
                write!(f, "approvals: request {request} was denied; make a new request")
            }
            Self::ApprovalsMissing { stage, found, expected } => write!(
                f,
                "approvals: stage {stage} has {found}, expected {expected}; wait for its members"
            ),
            Self::PredecessorMismatch { found: Some(found), expected } => {
                write!(f, "predecessor: found {found}, expected {expected}")
            }
            Self::PredecessorMismatch { found: None, expected } => {
                write!(f, "predecessor: found none, expected {expected}")
            }
            Self::SignerNotInChangeRole { signer } => write!(
                f,
                "signatures: {signer:?} is not a member of the predecessor's change role; leave it \
                 out"
            ),
            Self::DuplicateSigner { signer } => {
                write!(f, "signatures: {signer:?} signed twice; list it once")
            }
            Self::ChangeSignaturesMissing { found, expected } => write!(
                f,
                "signatures: found {found}, expected {expected} of the predecessor's change role"
            ),
            Self::EmptyLineage => {
                f.write_str("lineage: empty; start with the policy the key commits to")
            }
            Self::LineageStart { found, expected } => write!(
                f,
                "lineage: starts with {found}, expected {expected}, to which the key commits"
            ),
            Self::LineageTooLong { found, maximum } => write!(
                f,
                "lineage: {found} policies, expected at most {maximum}; enrol the key again under \
                 a newer policy"
            ),
            Self::LineageEnd { found, expected } => {
                write!(f, "lineage: ends with {found}, expected {expected}, the request's policy")
            }
        }
    }
}

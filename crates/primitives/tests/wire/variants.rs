//! Every variant of every enumeration.

use regent_primitives::{
    enclave_api::DeliveryStatus, Algorithm, AuditEvent, BitcoinNetwork, Decision, EvidenceKind,
    Group, KeyState, OperationKind, PayloadFormat, RefusalReason, RequestStatus, Signature,
};
use sp_core::{ecdsa, ed25519, sr25519};

use crate::{
    sample::{sent, stored, Sample},
    values::{account, measurement, path, AGENT, HASH, KEY, POLICY, REQUEST, SESSION},
};

/// Every audit event.
pub fn audit_events() -> Vec<Sample> {
    let (institution, owner, epoch, leaf) = (5, account(1), 3, path(&[1, 2]));
    let (agent, attempt, aad, approver) = (AGENT, 1, HASH, owner.clone());
    let (measurement, approval_hash, stage) = (measurement(), HASH, 1);
    vec![
        stored(
            "AuditEvent::InstitutionRegistered",
            AuditEvent::InstitutionRegistered { institution },
        ),
        stored(
            "AuditEvent::InstitutionSuspended",
            AuditEvent::InstitutionSuspended { institution },
        ),
        stored("AuditEvent::InstitutionResumed", AuditEvent::InstitutionResumed { institution }),
        stored(
            "AuditEvent::MemberAdded",
            AuditEvent::MemberAdded { institution, account: owner.clone() },
        ),
        stored(
            "AuditEvent::MemberRemoved",
            AuditEvent::MemberRemoved { institution, account: owner.clone() },
        ),
        stored(
            "AuditEvent::ValidatorSeatChanged",
            AuditEvent::ValidatorSeatChanged { institution, validator: Some(owner.clone()) },
        ),
        stored(
            "AuditEvent::MeasurementTrusted",
            AuditEvent::MeasurementTrusted { measurement, until: 900 },
        ),
        stored("AuditEvent::MeasurementRevoked", AuditEvent::MeasurementRevoked { measurement }),
        stored("AuditEvent::AgentRegistered", AuditEvent::AgentRegistered { agent, institution }),
        stored("AuditEvent::AgentRemoved", AuditEvent::AgentRemoved { agent }),
        stored(
            "AuditEvent::QuorumCreated",
            AuditEvent::QuorumCreated { quorum: 7, threshold: 3, agents: 5 },
        ),
        stored(
            "AuditEvent::PolicyCreated",
            AuditEvent::PolicyCreated { predecessor: Some(POLICY), by: owner.clone() },
        ),
        stored(
            "AuditEvent::KeyEnrolled",
            AuditEvent::KeyEnrolled { epoch, token_hash: HASH, request: REQUEST },
        ),
        stored(
            "AuditEvent::KeyConfirmed",
            AuditEvent::KeyConfirmed { epoch, leaf: leaf.clone(), agent },
        ),
        stored(
            "AuditEvent::KeyActivated",
            AuditEvent::KeyActivated { epoch, accepted_by_owner: true },
        ),
        stored(
            "AuditEvent::Submitted",
            AuditEvent::Submitted {
                by: owner.clone(),
                key: KEY,
                operation: OperationKind::Sign,
                payload_hash: HASH,
                policy: POLICY,
            },
        ),
        stored(
            "AuditEvent::ApprovalGiven",
            AuditEvent::ApprovalGiven { approver: approver.clone(), stage, approval_hash },
        ),
        stored("AuditEvent::Approved", AuditEvent::Approved),
        stored("AuditEvent::Denied", AuditEvent::Denied { approver, approval_hash }),
        stored(
            "AuditEvent::SessionOpened",
            AuditEvent::SessionOpened { attempt, session: SESSION, evidence_hash: HASH },
        ),
        stored(
            "AuditEvent::ShareReleased",
            AuditEvent::ShareReleased { attempt, agent, leaf, aad },
        ),
        stored(
            "AuditEvent::ReleaseRefused",
            AuditEvent::ReleaseRefused { attempt, agent, reason: RefusalReason::StaleHead },
        ),
        stored("AuditEvent::Completed", AuditEvent::Completed { attempt, receipt_hash: HASH }),
        stored("AuditEvent::Expired", AuditEvent::Expired),
        stored("AuditEvent::Cancelled", AuditEvent::Cancelled),
        stored("AuditEvent::Unaccounted", AuditEvent::Unaccounted),
        stored("AuditEvent::QuotaSet", AuditEvent::QuotaSet { institution, quota: 1_000_000 }),
        stored("AuditEvent::AgentEndpointUpdated", AuditEvent::AgentEndpointUpdated { agent }),
        stored("AuditEvent::Failed", AuditEvent::Failed),
        stored("AuditEvent::KeyRetiring", AuditEvent::KeyRetiring { epoch }),
        stored(
            "AuditEvent::KeyPunctured",
            AuditEvent::KeyPunctured { epoch, agent, rollback_protected: true },
        ),
        stored("AuditEvent::KeyRetired", AuditEvent::KeyRetired { epoch }),
        stored(
            "AuditEvent::ControlTransferred",
            AuditEvent::ControlTransferred {
                epoch,
                from: crate::values::account(1),
                to: crate::values::account(2),
                policy: POLICY,
            },
        ),
        stored("AuditEvent::EpochEnded", AuditEvent::EpochEnded { epoch }),
        stored(
            "AuditEvent::DeployerAdmitted",
            AuditEvent::DeployerAdmitted { account: owner.clone() },
        ),
        stored(
            "AuditEvent::DeployerRemoved",
            AuditEvent::DeployerRemoved { account: owner.clone() },
        ),
        stored(
            "AuditEvent::CreditsGranted",
            AuditEvent::CreditsGranted { institution, amount: 1_000_000 },
        ),
        stored(
            "AuditEvent::CreditsRevoked",
            AuditEvent::CreditsRevoked { institution, amount: 1_000_000 },
        ),
        stored("AuditEvent::KeyFrozen", AuditEvent::KeyFrozen { by: Some(owner.clone()) }),
        stored("AuditEvent::KeyUnfrozen", AuditEvent::KeyUnfrozen { by: None }),
        stored(
            "AuditEvent::CalledByContract",
            AuditEvent::CalledByContract { contract: account(2), person: owner },
        ),
        stored("AuditEvent::DecidedByGovernance", AuditEvent::DecidedByGovernance),
        stored("AuditEvent::EpochWithdrawn", AuditEvent::EpochWithdrawn { epoch: 4 }),
        stored(
            "AuditEvent::ConditionFulfilled",
            AuditEvent::ConditionFulfilled { condition: HASH, evidence: HASH },
        ),
        stored(
            "AuditEvent::ConditionWithdrawn",
            AuditEvent::ConditionWithdrawn { condition: HASH },
        ),
        stored(
            "AuditEvent::CashIssuerSet",
            AuditEvent::CashIssuerSet { issuer: institution, ceiling: 1_000_000 },
        ),
        stored(
            "AuditEvent::CashIssued",
            AuditEvent::CashIssued { by: account(1), to: account(2), amount: 1_000 },
        ),
        stored(
            "AuditEvent::CashRedeemed",
            AuditEvent::CashRedeemed { by: account(1), amount: 1_000, reference: HASH },
        ),
        stored(
            "AuditEvent::CashRecovered",
            AuditEvent::CashRecovered { from: account(1), to: account(2), amount: 1_000 },
        ),
        stored(
            "AuditEvent::CouncilMemberAdded",
            AuditEvent::CouncilMemberAdded { account: account(1) },
        ),
        stored(
            "AuditEvent::CouncilMemberRemoved",
            AuditEvent::CouncilMemberRemoved { account: account(1) },
        ),
        stored(
            "AuditEvent::SessionKeysChanged",
            AuditEvent::SessionKeysChanged { validator: account(1), keys: HASH },
        ),
        stored(
            "AuditEvent::MotionEnacted",
            AuditEvent::MotionEnacted { motion: HASH, ayes: 3, seats: 4 },
        ),
        stored(
            "AuditEvent::AdministratorReplaced",
            AuditEvent::AdministratorReplaced {
                institution,
                former: account(1),
                administrator: account(2),
            },
        ),
        stored("AuditEvent::UpgradeAuthorized", AuditEvent::UpgradeAuthorized { code_hash: HASH }),
    ]
}

/// Enumerations almost without fields, all variants in one value.
pub fn plain_enumerations() -> Vec<Sample> {
    use RefusalReason::*;
    vec![
        sent("Algorithm, all", Algorithm::ALL.to_vec()),
        sent(
            "Group, all",
            vec![Group::Ristretto255, Group::Ed25519, Group::Secp256k1, Group::P256],
        ),
        sent("Decision, all", vec![Decision::Approve, Decision::Deny]),
        sent(
            "DeliveryStatus, all",
            vec![DeliveryStatus::Accepted, DeliveryStatus::Duplicate, DeliveryStatus::NotNeeded],
        ),
        sent(
            "PayloadFormat, all",
            vec![
                PayloadFormat::Raw,
                PayloadFormat::EthereumTransaction,
                PayloadFormat::BitcoinPsbt,
                PayloadFormat::Empty,
            ],
        ),
        sent(
            "BitcoinNetwork, all",
            vec![BitcoinNetwork::Main, BitcoinNetwork::Test, BitcoinNetwork::Regtest],
        ),
        sent(
            "OperationKind, all",
            vec![OperationKind::Enrol, OperationKind::Sign, OperationKind::Decrypt],
        ),
        sent(
            "OperationKind, of epochs",
            vec![OperationKind::Refresh, OperationKind::Reshare, OperationKind::Transfer],
        ),
        sent(
            "RefusalReason, all",
            vec![
                NotApproved,
                InvalidApprovals,
                PolicyViolated,
                PayloadMismatch,
                EvidenceRejected,
                StaleHead,
                AttemptConflict,
                LabelUsed,
                ShareMismatch,
                DeadlinePassed,
                UnknownRuntime,
            ],
        ),
        sent("EvidenceKind, all", vec![EvidenceKind::Simulated]),
        sent(
            "KeyState, all",
            vec![KeyState::Pending, KeyState::Active, KeyState::Retiring, KeyState::Retired],
        ),
        sent(
            "RequestStatus, all",
            vec![
                RequestStatus::Pending { stage: 1 },
                RequestStatus::Approved,
                RequestStatus::Executing,
                RequestStatus::Completed,
                RequestStatus::Denied,
                RequestStatus::Expired,
                RequestStatus::Cancelled,
                RequestStatus::Failed,
            ],
        ),
        sent(
            "Signature, all",
            vec![
                Signature::Ed25519(ed25519::Signature::from_raw([1; 64])),
                Signature::Sr25519(sr25519::Signature::from_raw([2; 64])),
                Signature::Ecdsa(ecdsa::Signature::from_raw([3; 65])),
            ],
        ),
    ]
}

//! Policies, and what the consortium trusts.

use regent_primitives::{
    policy::{ChangeSignature, ChangeSignatures},
    runtime_api::PolicyRecord,
    Asset, AssetLimit, Condition, EvidenceKind, Measurement, OperationKind, Policy, Role,
    Signature, Stage, U256,
};

use super::ids::{account, bounded, raw, OTHER, POLICY};

pub fn measurement() -> Measurement {
    Measurement { kind: EvidenceKind::Simulated, digest: OTHER }
}

pub fn policy() -> Policy {
    Policy {
        name: bounded(b"payments".to_vec()),
        predecessor: Some(POLICY),
        roles: bounded(vec![
            Role { name: bounded(b"desk".to_vec()), members: bounded(vec![account(1)]) },
            Role {
                name: bounded(b"board".to_vec()),
                members: bounded(vec![account(2), account(3)]),
            },
        ]),
        requesters: 0,
        stages: bounded(vec![Stage { role: 0, threshold: 1 }, Stage { role: 1, threshold: 2 }]),
        operations: bounded(vec![OperationKind::Sign, OperationKind::Decrypt]),
        limits: bounded(vec![AssetLimit {
            asset: Asset::Ether { chain_id: 1 },
            maximum: U256::exp10(19),
            maximum_fee: U256::exp10(16),
        }]),
        recipients: Some(bounded(vec![bounded(vec![0xb0; 20])])),
        allow_raw: true,
        maximum_lifetime: 14_400,
        measurements: bounded(vec![measurement()]),
        change_rule: Stage { role: 1, threshold: 2 },
        conditions: bounded(vec![Condition {
            id: OTHER,
            contract: account(9),
            operations: bounded(vec![OperationKind::Sign]),
        }]),
    }
}

pub fn open_policy() -> Policy {
    Policy { predecessor: None, recipients: None, allow_raw: false, ..policy() }
}

pub fn change_signatures() -> ChangeSignatures {
    bounded(vec![ChangeSignature { signer: account(2), signature: Signature::Sr25519(raw(9)) }])
}

pub fn policy_record() -> PolicyRecord {
    let (signatures, created_by, created_at) = (change_signatures(), account(1), 50);
    PolicyRecord { policy: policy(), signatures, created_by, created_at }
}

//! Who requests and approves, and the policy they do it under.

use regent_primitives::{
    AccountId, Approval, Decision, OperationKind, Policy, RequestBody, Role, SignedApproval, Stage,
};
use sp_core::{sr25519, Pair};

use crate::world::{bounded, genesis, EXPIRES};

pub struct Person(pub sr25519::Pair);

impl Person {
    pub fn named(name: &str) -> Self {
        Self(sr25519::Pair::from_string(&format!("//{name}"), None).unwrap())
    }

    pub fn account(&self) -> AccountId {
        AccountId::new(self.0.public().0)
    }

    pub fn approve(&self, body: &RequestBody, stage: u8) -> SignedApproval {
        let approval = Approval::of(genesis(), body, stage, Decision::Approve, EXPIRES);
        let signature = self.0.sign(approval.message().as_bytes()).into();
        SignedApproval { approver: self.account(), approval, signature }
    }
}

/// ALICE requests, BOB operates, CAROL is the board; both approve, in this order.
pub fn policy(alice: &Person, bob: &Person, carol: &Person) -> Policy {
    let role = |name: &str, member: &Person| Role {
        name: bounded(name.as_bytes().to_vec()),
        members: bounded(vec![member.account()]),
    };
    Policy {
        name: bounded(b"treasury".to_vec()),
        predecessor: None,
        roles: bounded(vec![
            role("requesters", alice),
            role("operators", bob),
            role("board", carol),
        ]),
        requesters: 0,
        stages: bounded(vec![Stage { role: 1, threshold: 1 }, Stage { role: 2, threshold: 1 }]),
        operations: bounded(vec![
            OperationKind::Enrol,
            OperationKind::Sign,
            OperationKind::Decrypt,
            OperationKind::Refresh,
            OperationKind::Reshare,
        ]),
        limits: bounded(vec![]),
        recipients: None,
        allow_raw: true,
        maximum_lifetime: 200,
        measurements: bounded(vec![regent_attestation::simulated::MEASUREMENT]),
        change_rule: Stage { role: 2, threshold: 1 },
        conditions: Default::default(),
    }
}

//! A policy, a request, and the people in them.
//!
//! ALICE requests; BOB and CHARLIE operate; DAVE, EVE and FERDIE are the board. Two stages: one
//! operator, then two of the board. CHARLIE sits on the board too.

pub use regent_policy::{
    accept_approval, accepts_measurement, check_change, check_lineage, check_policy,
    evaluate_request, progress, verify_release, BoundField, Progress, Rule, Violation,
};
pub use regent_primitives::{
    payload::payload_hash, policy::change_message, AccountId, Approval, Asset, AssetLimit,
    BlockNumber, BoundedVec, Decision, Effect, EvidenceKind, Fee, KeyId, Measurement, Operation,
    OperationKind, PayloadFormat, Policy, RequestBody, Role, SignedApproval, Stage, Transfer, H256,
    U256,
};
pub use sp_keyring::Sr25519Keyring::{self as Person, Alice, Bob, Charlie, Dave, Eve, Ferdie, One};

pub const GENESIS: H256 = H256([3; 32]);
pub const NOW: BlockNumber = 100;
pub const EXPIRES: BlockNumber = 150;
pub const ETHER: Asset = Asset::Ether { chain_id: 1 };
pub const TOKEN: Asset = Asset::Erc20 { chain_id: 1, contract: [0xcc; 20] };
pub const MEASUREMENT: Measurement =
    Measurement { kind: EvidenceKind::Simulated, digest: H256([5; 32]) };

pub fn bounded<T, B: sp_core::Get<u32>>(items: Vec<T>) -> BoundedVec<T, B> {
    items.try_into().ok().unwrap()
}

pub fn role(name: &str, members: &[Person]) -> Role {
    Role {
        name: bounded(name.as_bytes().to_vec()),
        members: bounded(members.iter().map(|person| person.to_account_id()).collect()),
    }
}

pub fn policy() -> Policy {
    Policy {
        name: bounded(b"treasury".to_vec()),
        predecessor: None,
        roles: bounded(vec![
            role("requesters", &[Alice, Bob]),
            role("operators", &[Bob, Charlie]),
            role("board", &[Charlie, Dave, Eve, Ferdie]),
        ]),
        requesters: 0,
        stages: bounded(vec![Stage { role: 1, threshold: 1 }, Stage { role: 2, threshold: 2 }]),
        operations: bounded(vec![OperationKind::Sign]),
        limits: bounded(vec![
            AssetLimit { asset: ETHER, maximum: 100.into(), maximum_fee: 10.into() },
            AssetLimit { asset: TOKEN, maximum: 1_000.into(), maximum_fee: 0.into() },
        ]),
        recipients: Some(bounded(vec![recipient(1), recipient(2)])),
        allow_raw: false,
        maximum_lifetime: 60,
        measurements: bounded(vec![MEASUREMENT]),
        change_rule: Stage { role: 2, threshold: 2 },
        conditions: Default::default(),
    }
}

pub fn recipient(byte: u8) -> regent_primitives::Recipient {
    bounded(vec![byte; 20])
}

pub fn transfer(to: u8, asset: Asset, amount: u64) -> Transfer {
    Transfer { recipient: recipient(to), asset, amount: amount.into() }
}

pub fn effect(transfers: Vec<Transfer>, fee: Option<u64>) -> Effect {
    Effect {
        transfers: bounded(transfers),
        fee: fee.map(|amount| Fee { asset: ETHER, amount: amount.into() }),
    }
}

pub fn request(policy: &Policy) -> RequestBody {
    RequestBody {
        requester: Alice.to_account_id(),
        salt: [1; 32],
        key: KeyId(H256([2; 32])),
        epoch: 0,
        operation: Operation::Sign { format: PayloadFormat::EthereumTransaction },
        payload_hash: H256([4; 32]),
        effect: effect(vec![transfer(1, ETHER, 50)], Some(5)),
        policy: policy.hash(GENESIS),
        expires: EXPIRES,
    }
}

pub fn sign(person: Person, approval: Approval) -> SignedApproval {
    let signature = person.sign(approval.message().as_bytes()).into();
    SignedApproval { approval, approver: person.to_account_id(), signature }
}

pub fn approve(body: &RequestBody, person: Person, stage: u8) -> SignedApproval {
    sign(person, Approval::of(GENESIS, body, stage, Decision::Approve, EXPIRES))
}

pub fn deny(body: &RequestBody, person: Person, stage: u8) -> SignedApproval {
    sign(person, Approval::of(GENESIS, body, stage, Decision::Deny, EXPIRES))
}

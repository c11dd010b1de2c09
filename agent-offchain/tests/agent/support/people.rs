//! Who asks and who approves.

use regent_attestation::simulated::MEASUREMENT;
use regent_primitives::{
    policy::Name, AccountId, Approval, Asset, AssetLimit, BlockNumber, BoundedVec, Decision,
    OperationKind, Policy, RequestBody, Role, Signature, SignedApproval, Stage, H256, U256,
};
use sp_core::{sr25519, Pair};

pub const GENESIS: H256 = H256::repeat_byte(0x47);

pub fn person(number: u8) -> sr25519::Pair {
    sr25519::Pair::from_seed(&[number; 32])
}

pub fn account(number: u8) -> AccountId {
    AccountId::new(person(number).public().0)
}

/// Asks.
pub const REQUESTER: u8 = 1;
/// Approves first.
pub const OPERATOR: u8 = 10;
/// Two of these approve after.
pub const BOARD: [u8; 3] = [20, 21, 22];

fn name(text: &str) -> Name {
    BoundedVec::try_from(text.as_bytes().to_vec()).expect("short")
}

fn role(text: &str, members: &[u8]) -> Role {
    let members: Vec<_> = members.iter().map(|member| account(*member)).collect();
    Role { name: name(text), members: BoundedVec::try_from(members).expect("few") }
}

/// One operator, then two of the board; ten ether at a time, or raw bytes.
pub fn policy() -> Policy {
    let ether = Asset::Ether { chain_id: 1 };
    Policy {
        name: name("treasury"),
        predecessor: None,
        roles: BoundedVec::truncate_from(vec![
            role("applications", &[REQUESTER]),
            role("operators", &[OPERATOR]),
            role("board", &BOARD),
        ]),
        requesters: 0,
        stages: BoundedVec::truncate_from(vec![
            Stage { role: 1, threshold: 1 },
            Stage { role: 2, threshold: 2 },
        ]),
        operations: BoundedVec::truncate_from(vec![
            OperationKind::Enrol,
            OperationKind::Sign,
            OperationKind::Decrypt,
            OperationKind::Refresh,
            OperationKind::Reshare,
        ]),
        limits: BoundedVec::truncate_from(vec![AssetLimit {
            asset: ether,
            maximum: U256::from(10u128.pow(19)),
            maximum_fee: U256::from(10u128.pow(18)),
        }]),
        recipients: None,
        allow_raw: true,
        maximum_lifetime: 10_000,
        measurements: BoundedVec::truncate_from(vec![MEASUREMENT]),
        change_rule: Stage { role: 2, threshold: 2 },
        conditions: Default::default(),
    }
}

/// One person's approval.
pub fn approve(body: &RequestBody, who: u8, stage: u8, expires: BlockNumber) -> SignedApproval {
    let approval = Approval::of(GENESIS, body, stage, Decision::Approve, expires);
    let signature = person(who).sign(approval.message().as_bytes());
    SignedApproval { approval, approver: account(who), signature: Signature::Sr25519(signature) }
}

/// All that [`policy`] asks for.
pub fn approvals(body: &RequestBody) -> Vec<SignedApproval> {
    vec![
        approve(body, OPERATOR, 0, body.expires),
        approve(body, BOARD[0], 1, body.expires),
        approve(body, BOARD[1], 1, body.expires),
    ]
}

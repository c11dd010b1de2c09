//! Who signs, under which policy, and for which key.

use rand_core::OsRng;
use regent_attestation::simulated::MEASUREMENT;
use regent_primitives::{
    policy::Name, AccessTree, AccountId, AgentId, Algorithm, Asset, AssetLimit, BoundedVec,
    EnrolmentId, KeyId, OperationKind, Policy, PolicyHash, Recipient, RegenToken, Role, Stage,
    H256, U256,
};
use regent_protocol::{EnrolmentParams, SigningIdentity};

use crate::regent::Regent;

/// Agents of which [`THRESHOLD`] are needed.
pub(super) const AGENTS: usize = 5;
/// How many agents release.
pub(super) const THRESHOLD: u16 = 3;
/// What payloads transfer.
pub(super) const ETHER: Asset = Asset::Ether { chain_id: 1 };
/// Blocks for which requests are open.
pub(super) const LIFETIME: u32 = 600;

/// A requester, approvers and agents.
pub(super) struct People {
    pub(super) desk: SigningIdentity,
    pub(super) operators: Vec<SigningIdentity>,
    pub(super) board: Vec<SigningIdentity>,
    pub(super) agents: Vec<SigningIdentity>,
}

/// A fresh identity.
pub(super) fn identity() -> SigningIdentity {
    SigningIdentity::generate(&mut OsRng).expect("random bytes")
}

/// The account of whoever signs by sr25519.
pub(super) fn account(person: &SigningIdentity) -> AccountId {
    AccountId::new(person.public().0)
}

/// Who receives what is transferred.
pub(super) fn recipient() -> Recipient {
    BoundedVec::truncate_from(vec![0xb0; 20])
}

impl People {
    pub(super) fn new() -> Self {
        let some =
            |count: usize| -> Vec<SigningIdentity> { (0..count).map(|_| identity()).collect() };
        Self { desk: identity(), operators: some(3), board: some(2), agents: some(AGENTS) }
    }

    /// Two of the operators, then one of the board.
    pub(super) fn policy(&self) -> Policy {
        let name = |name: &str| Name::truncate_from(name.as_bytes().to_vec());
        let role = |title: &str, people: &[SigningIdentity]| Role {
            name: name(title),
            members: BoundedVec::truncate_from(people.iter().map(account).collect()),
        };
        let desk = std::slice::from_ref(&self.desk);
        let roles = vec![
            role("desk", desk),
            role("operators", &self.operators),
            role("board", &self.board),
        ];
        let limit =
            AssetLimit { asset: ETHER, maximum: U256::from(1_000), maximum_fee: U256::from(10) };
        Policy {
            name: name("treasury"),
            predecessor: None,
            roles: BoundedVec::truncate_from(roles),
            requesters: 0,
            stages: BoundedVec::truncate_from(vec![
                Stage { role: 1, threshold: 2 },
                Stage { role: 2, threshold: 1 },
            ]),
            operations: BoundedVec::truncate_from(vec![OperationKind::Sign]),
            limits: BoundedVec::truncate_from(vec![limit]),
            recipients: Some(BoundedVec::truncate_from(vec![recipient()])),
            allow_raw: false,
            maximum_lifetime: LIFETIME,
            measurements: BoundedVec::truncate_from(vec![MEASUREMENT]),
            change_rule: Stage { role: 2, threshold: 2 },
            conditions: BoundedVec::default(),
        }
    }

    /// The token of a key of the agents, enrolled for real.
    pub(super) fn token(&self, genesis: H256, policy_hash: PolicyHash) -> RegenToken {
        let agents: Vec<AgentId> = self.agents.iter().map(SigningIdentity::agent_id).collect();
        let params = EnrolmentParams {
            genesis,
            key_id: KeyId::derive(genesis, &account(&self.desk), &[3; 32]),
            algorithm: Algorithm::EcdsaSecp256k1,
            epoch: 0,
            window: 0,
            enrolment_id: EnrolmentId(H256([4; 32])),
            tree: AccessTree::threshold_of_agents(THRESHOLD, &agents).expect("a valid tree"),
            policy_hash,
        };
        Regent::of(params).token().clone()
    }
}

//! The chain that the benchmarks run on, everything on it as large as it can be: policies, people,
//! agents, a key and requests.

use alloc::{boxed::Box, format, vec::Vec};

use frame_benchmarking::v2::*;
use frame_support::traits::Get;
use frame_system::RawOrigin;
use regent_primitives::{
    bounds::{
        MAX_ASSET_LIMITS, MAX_CONDITIONS, MAX_LINEAGE, MAX_MEASUREMENTS, MAX_OPEN_REQUESTS,
        MAX_RECIPIENTS, MAX_RECIPIENT_BYTES, MAX_ROLES, MAX_ROLE_MEMBERS, MAX_TRANSFERS,
        XWING_PUBLIC_KEY_BYTES,
    },
    payload::payload_hash,
    traits::{ChainInfo, KeyRegistry},
    AccessTree, AccountId, AgentId, Algorithm, Approval, Asset, AssetLimit, Attempt, BlockNumber,
    BoundedVec, Commitments, Condition, Confirmation, Decision, Effect, EnrolmentId, EvidenceKind,
    Fee, KeyId, Measurement, Operation, OperationKind, Participant, PayloadFormat, Policy,
    QuorumId, Recipient, RegenToken, ReleasedLeaves, RequestBody, RequestId, RequestRecord,
    RequestStatus, Role, Session, SessionId, SignedApproval, Stage, Transfer, TreeNode, H256, U256,
};
use sp_core::{crypto::KeyTypeId, sr25519};
use sp_runtime::MultiSignature;

use super::BenchmarkHelper;
use crate::{Approvals, Config, Deadlines, Open, Pallet, Released, Requests};

const KEY_TYPE: KeyTypeId = KeyTypeId(*b"rbrq");
/// Approvals of each stage; eight stages of so many fill a request.
const PER_STAGE: usize = 8;
/// Gates above the leaves of a tree, at the most: with the three above them as many as it can have.
const GROUPS: usize = 61;
/// Blocks a request lives.
const LIFETIME: BlockNumber = 100;

pub(super) fn generate() -> sr25519::Public {
    sp_io::crypto::sr25519_generate(KEY_TYPE, None)
}

pub(super) fn sign(
    key: &sr25519::Public,
    message: &[u8],
) -> Result<sr25519::Signature, BenchmarkError> {
    sp_io::crypto::sr25519_sign(KEY_TYPE, key, message).ok_or(BenchmarkError::Stop("no keystore"))
}

fn account(key: &sr25519::Public) -> AccountId {
    AccountId::new(key.0)
}

/// Bytes that differ from those of another number only at their end.
fn numbered<const N: usize>(number: u32) -> [u8; N] {
    let mut bytes = [1; N];
    bytes.iter_mut().rev().zip(number.to_le_bytes()).for_each(|(to, from)| *to = from);
    bytes
}

/// These people, after as many strangers as there is room for.
fn role(name: &str, members: &[AccountId]) -> Role {
    let room = (MAX_ROLE_MEMBERS as usize).saturating_sub(members.len()) as u32;
    let strangers = (1..=room).map(|number| AccountId::new(numbered(number)));
    let members = strangers.chain(members.iter().cloned()).collect();
    Role {
        name: BoundedVec::truncate_from(name.as_bytes().to_vec()),
        members: BoundedVec::truncate_from(members),
    }
}

fn asset(number: u32) -> Asset {
    Asset::Erc20 { chain_id: 1, contract: numbered(number) }
}

fn recipient(number: u32) -> Recipient {
    BoundedVec::truncate_from(numbered::<{ MAX_RECIPIENT_BYTES as usize }>(number).to_vec())
}

/// A condition of all operations, which the helper has met.
fn condition(number: u32) -> Condition {
    Condition {
        id: H256(numbered(number)),
        contract: AccountId::new([1; 32]),
        operations: BoundedVec::truncate_from(OperationKind::ALL.to_vec()),
    }
}

/// A policy of the largest size. All these approvers have to approve.
fn largest_policy(
    requester: &AccountId,
    approvers: &[Vec<sr25519::Public>],
    accepted: Measurement,
) -> Policy {
    let mut roles = alloc::vec![role("requesters", &[requester.clone()])];
    for (stage, people) in approvers.iter().enumerate() {
        let people: Vec<_> = people.iter().map(account).collect();
        roles.push(role(&format!("stage {stage}"), &people));
    }
    while roles.len() < MAX_ROLES as usize {
        roles.push(role(&format!("others {}", roles.len()), &[]));
    }
    let strange =
        |number: u32| Measurement { kind: EvidenceKind::Simulated, digest: H256(numbered(number)) };
    let others = MAX_MEASUREMENTS.saturating_sub(1);
    let limit =
        |number| AssetLimit { asset: asset(number), maximum: U256::MAX, maximum_fee: U256::MAX };
    Policy {
        name: BoundedVec::truncate_from(b"benchmark".to_vec()),
        predecessor: None,
        roles: BoundedVec::truncate_from(roles),
        requesters: 0,
        stages: BoundedVec::truncate_from(
            (1u8..)
                .zip(approvers)
                .map(|(role, people)| Stage { role, threshold: people.len() as u8 })
                .collect(),
        ),
        operations: BoundedVec::truncate_from(alloc::vec![
            OperationKind::Enrol,
            OperationKind::Decrypt,
            OperationKind::Refresh,
            OperationKind::Reshare,
            OperationKind::Transfer,
            OperationKind::Sign
        ]),
        limits: BoundedVec::truncate_from((0..MAX_ASSET_LIMITS).map(limit).collect()),
        recipients: Some(BoundedVec::truncate_from((0..MAX_RECIPIENTS).map(recipient).collect())),
        allow_raw: true,
        maximum_lifetime: LIFETIME,
        measurements: BoundedVec::truncate_from(
            (0..others).map(strange).chain([accepted]).collect(),
        ),
        change_rule: Stage { role: 1, threshold: 1 },
        conditions: BoundedVec::truncate_from((0..MAX_CONDITIONS).map(condition).collect()),
    }
}

/// The longest lineage from this policy on. Only its ends are of the largest size: of those between
/// nothing but their predecessors is read.
fn lineage<T: Config>(first: Policy) -> Vec<Policy> {
    let genesis = T::Audit::genesis();
    let mut lineage = alloc::vec![first.clone()];
    while lineage.len() < MAX_LINEAGE as usize {
        let predecessor = lineage.last().map(|last| last.hash(genesis));
        let next = Policy { predecessor, ..first.clone() };
        lineage.push(if lineage.len() + 1 < MAX_LINEAGE as usize {
            Policy { roles: BoundedVec::default(), recipients: None, ..next }
        } else {
            next
        });
    }
    lineage
}

/// The largest tree of these agents, one a leaf: as deep and with as many gates as it can be. All of
/// them are needed, or the last one alone.
fn largest_tree(agents: &[AgentId]) -> Result<AccessTree, BenchmarkError> {
    let leaf = |agent: &AgentId| TreeNode::Leaf(Participant::Agent(*agent));
    let all = |count: usize| TreeNode::Gate { threshold: count as u16, children: count as u16 };
    let (last, others) = agents.split_last().ok_or(BenchmarkError::Stop("no agents"))?;
    let mut nodes = Vec::new();
    if others.is_empty() {
        nodes.push(all(1));
    } else {
        let groups: Vec<_> = others.chunks(others.len().div_ceil(GROUPS)).collect();
        nodes.extend([TreeNode::Gate { threshold: 1, children: 2 }, all(1), all(groups.len())]);
        for group in groups {
            nodes.push(all(group.len()));
            nodes.extend(group.iter().map(leaf));
        }
    }
    nodes.push(leaf(last));
    AccessTree::new(nodes).map_err(|error| BenchmarkError::Stop(error.message()))
}

/// Policies, people and agents on a chain.
pub(super) struct World {
    pub requester: AccountId,
    /// By stage.
    approvers: Vec<Vec<sr25519::Public>>,
    agents: Vec<sr25519::Public>,
    pub tree: AccessTree,
    quorum: QuorumId,
    oldest: Policy,
    newest: Policy,
}

impl World {
    /// With a tree of so many leaves, each of another agent, and so many approvers, all of whom have
    /// to approve.
    pub(super) fn new<T: Config>(leaves: u32, approvals: u32) -> Result<Self, BenchmarkError> {
        let requester = T::BenchmarkHelper::member();
        let people: Vec<_> = (0..approvals).map(|_| generate()).collect();
        let approvers: Vec<Vec<_>> = people.chunks(PER_STAGE).map(<[_]>::to_vec).collect();
        let accepted = T::BenchmarkHelper::trusted_measurement();
        let oldest = largest_policy(&requester, &approvers, accepted);
        let lineage = lineage::<T>(oldest.clone());
        let newest = lineage.last().cloned().ok_or(BenchmarkError::Stop("no policy"))?;
        T::BenchmarkHelper::store_policies(lineage);
        let agents: Vec<_> = (0..leaves).map(|_| generate()).collect();
        let ids: Vec<_> = agents.iter().map(|key| AgentId(H256(key.0))).collect();
        let tree = largest_tree(&ids)?;
        let quorum = T::BenchmarkHelper::create_quorum(ids);
        Ok(Self { requester, approvers, agents, tree, quorum, oldest, newest })
    }

    /// The agent of the last leaf.
    pub(super) fn last_agent(&self) -> Result<&sr25519::Public, BenchmarkError> {
        self.agents.last().ok_or(BenchmarkError::Stop("no agents"))
    }

    pub(super) fn enrol_body<T: Config>(&self, salt: u8) -> RequestBody {
        let genesis = T::Audit::genesis();
        let salt = [salt; 32];
        RequestBody {
            requester: self.requester.clone(),
            salt,
            key: KeyId::derive(genesis, &self.requester, &salt),
            epoch: 0,
            operation: Operation::Enrol {
                algorithm: Algorithm::EcdsaSecp256k1,
                quorum: self.quorum,
                tree: self.tree.clone(),
            },
            payload_hash: payload_hash(genesis, PayloadFormat::Empty, &[]),
            effect: Effect::default(),
            policy: self.oldest.hash(genesis),
            expires: T::Audit::block_number().saturating_add(LIFETIME),
        }
    }

    pub(super) fn sign_body<T: Config>(&self, key: KeyId, salt: u8, payload: &[u8]) -> RequestBody {
        let (genesis, format) = (T::Audit::genesis(), PayloadFormat::EthereumTransaction);
        let last = MAX_RECIPIENTS.saturating_sub(1);
        // The last of the limits, each once.
        let assets = MAX_ASSET_LIMITS.saturating_sub(MAX_TRANSFERS)..MAX_ASSET_LIMITS;
        let transfer = |number| Transfer {
            recipient: recipient(last),
            asset: asset(number),
            amount: U256::one(),
        };
        RequestBody {
            key,
            operation: Operation::Sign { format },
            payload_hash: payload_hash(genesis, format, payload),
            effect: Effect {
                transfers: BoundedVec::truncate_from(assets.map(transfer).collect()),
                fee: Some(Fee {
                    asset: asset(MAX_ASSET_LIMITS.saturating_sub(1)),
                    amount: U256::one(),
                }),
            },
            policy: self.newest.hash(genesis),
            ..self.enrol_body::<T>(salt)
        }
    }

    /// The confirmation of every leaf, in order, unsigned.
    pub(super) fn confirmations(
        &self,
        token: &RegenToken,
    ) -> impl Iterator<Item = Confirmation> + '_ {
        let (key, epoch, enrolment_id) = (token.key_id, token.epoch, token.enrolment_id);
        let leaves = self.tree.leaves().into_iter().zip(&self.agents);
        leaves.map(move |((leaf, _), agent)| Confirmation {
            key,
            epoch,
            enrolment_id,
            leaf,
            agent: AgentId(H256(agent.0)),
            signature: Default::default(),
        })
    }

    /// A token on the chain, pending, under the oldest policy.
    pub(super) fn enrolled<T: Config>(&self) -> Result<RegenToken, BenchmarkError> {
        let token = self.token::<T>(0, EnrolmentId::default());
        T::Keys::enrol(token.clone(), self.requester.clone(), self.quorum, RequestId::default())?;
        Ok(token)
    }

    /// An active key under the oldest policy.
    pub(super) fn active_key<T: Config>(&self) -> Result<KeyId, BenchmarkError> {
        let token = self.enrolled::<T>()?;
        for confirmation in self.confirmations(&token) {
            T::Keys::confirm(&confirmation)?;
        }
        Ok(token.key_id)
    }

    pub(super) fn token<T: Config>(&self, salt: u8, enrolment_id: EnrolmentId) -> RegenToken {
        let body = self.enrol_body::<T>(salt);
        let points =
            |count: usize| (0..count).map(|_| BoundedVec::truncate_from(alloc::vec![2; 33]));
        let leaves = self.tree.leaf_count();
        RegenToken {
            key_id: body.key,
            algorithm: Algorithm::EcdsaSecp256k1,
            public_key: BoundedVec::truncate_from(alloc::vec![2; 33]),
            epoch: 0,
            window: T::Keys::window_at(T::Audit::block_number()),
            enrolment_id,
            tree: self.tree.clone(),
            policy_hash: body.policy,
            commitments: Commitments::Native {
                gates: BoundedVec::truncate_from(points(self.tree.commitment_count()).collect()),
                leaves: BoundedVec::truncate_from(points(leaves).collect()),
            },
            corrections: BoundedVec::truncate_from(alloc::vec![Some([1; 32]); leaves]),
            wrapped: None,
        }
    }

    /// The next epoch of an active key, pending.
    pub(super) fn succeeded<T: Config>(&self) -> Result<RegenToken, BenchmarkError> {
        let next = EnrolmentId(H256::repeat_byte(1));
        let token = RegenToken { epoch: 1, ..self.token::<T>(0, next) };
        T::Keys::succeed(token.clone(), Some(self.quorum), None, RequestId::default())?;
        Ok(token)
    }

    /// So many requests for a key, each with enough released.
    pub(super) fn executing<T: Config>(
        &self,
        key: KeyId,
        count: u32,
    ) -> Result<(), BenchmarkError> {
        for salt in 0..count {
            let body = self.sign_body::<T>(key, salt as u8, &[]);
            let id = body.id(T::Audit::genesis());
            Pallet::<T>::open(id, key, 0, body.expires)
                .map_err(|_| BenchmarkError::Stop("no room"))?;
            let record = RequestRecord {
                body,
                status: RequestStatus::Executing,
                submitted_at: T::Audit::block_number(),
                attempts: 1,
                approved_entry: Some(H256::zero()),
                last_entry: H256::zero(),
            };
            Requests::<T>::insert(id, record);
            Released::<T>::insert(id, ReleasedLeaves { enough: true, ..Default::default() });
        }
        Ok(())
    }

    pub(super) fn submit<T: Config>(
        &self,
        body: &RequestBody,
    ) -> Result<RequestId, BenchmarkError> {
        let origin = RawOrigin::Signed(self.requester.clone());
        Pallet::<T>::submit(origin.into(), Box::new(body.clone()), BoundedVec::default(), None)?;
        Ok(body.id(T::Audit::genesis()))
    }

    /// Opens an attempt and returns its session, with the key that signs its receipt.
    pub(super) fn open_session<T: Config>(
        &self,
        id: RequestId,
        attempt: Attempt,
    ) -> Result<(Session, sr25519::Public), BenchmarkError> {
        let (session, key) = session::<T>(id, attempt);
        let origin = RawOrigin::Signed(self.requester.clone());
        Pallet::<T>::open_session(origin.into(), Box::new(session.clone()))?;
        Ok((session, key))
    }

    /// All approvals but the last decision, which is returned.
    pub(super) fn nearly_decide<T: Config>(
        &self,
        id: RequestId,
        decision: Decision,
    ) -> Result<SignedApproval, BenchmarkError> {
        let body = record::<T>(id)?.body;
        let people: Vec<_> = self
            .approvers
            .iter()
            .enumerate()
            .flat_map(|(stage, people)| people.iter().map(move |person| (stage as u8, person)))
            .collect();
        let (last, others) = people.split_last().ok_or(BenchmarkError::Stop("no approvers"))?;
        let signed = |(stage, person): &(u8, &sr25519::Public), decision| {
            let genesis = T::Audit::genesis();
            let approval = Approval::of(genesis, &body, *stage, decision, body.expires);
            // As wallets sign: it is verified in both forms.
            let signature = MultiSignature::Sr25519(sign(person, &approval.wrapped_message())?);
            Ok::<_, BenchmarkError>(SignedApproval {
                approval,
                approver: account(person),
                signature,
            })
        };
        let approvals = others
            .iter()
            .map(|other| signed(other, Decision::Approve))
            .collect::<Result<Vec<_>, _>>()?;
        Approvals::<T>::insert(id, BoundedVec::truncate_from(approvals));
        signed(last, decision)
    }

    pub(super) fn approve<T: Config>(&self, id: RequestId) -> Result<(), BenchmarkError> {
        let last = self.nearly_decide::<T>(id, Decision::Approve)?;
        let origin = RawOrigin::Signed(self.requester.clone());
        Pallet::<T>::approve(origin.into(), Box::new(last))?;
        Ok(())
    }
}

pub(super) fn record<T: Config>(id: RequestId) -> Result<RequestRecord, BenchmarkError> {
    Requests::<T>::get(id).ok_or(BenchmarkError::Stop("no such request"))
}

/// A session that the enclaves pallet accepts, and the key that signs its receipt.
pub(super) fn session<T: Config>(id: RequestId, attempt: Attempt) -> (Session, sr25519::Public) {
    let key = generate();
    let mut session = Session {
        id: SessionId(H256(key.0)),
        request: id,
        attempt,
        kem_public: BoundedVec::truncate_from(alloc::vec![1; XWING_PUBLIC_KEY_BYTES as usize]),
        signing_public: key.0,
        finalised_hash: T::Audit::genesis(),
        evidence: T::BenchmarkHelper::evidence(H256::zero()),
        endpoint: BoundedVec::truncate_from(b"http://127.0.0.1:1".to_vec()),
        lifetime: 10,
    };
    session.evidence = T::BenchmarkHelper::evidence(session.report_data(T::Audit::genesis()));
    (session, key)
}

fn dummy(block: BlockNumber, number: u32) -> RequestId {
    RequestId(H256(U256::from(u64::from(block) << 32 | u64::from(number)).to_big_endian()))
}

/// Queues the deadlines of so many other requests, at most as many as can be open, from a block on,
/// without a gap.
pub(super) fn fill_queue<T: Config>(from: BlockNumber, others: u32) {
    let mut left = others.min(MAX_OPEN_REQUESTS);
    let mut block = from;
    while left > 0 {
        let here = left.min(T::MaxDeadlinesPerBlock::get());
        let queue = (0..here).map(|number| dummy(block, number)).collect();
        Deadlines::<T>::insert(block, BoundedVec::truncate_from(queue));
        left = left.saturating_sub(here);
        block = block.saturating_add(1);
    }
}

/// Fills up the block at which the deadline of a request is queued.
pub(super) fn crowd<T: Config>(id: RequestId) -> Result<(), BenchmarkError> {
    let open = Open::<T>::get(id).ok_or(BenchmarkError::Stop("the request is not open"))?;
    Deadlines::<T>::mutate(open.queued_at, |queue| {
        let room = T::MaxDeadlinesPerBlock::get().saturating_sub(queue.len() as u32);
        let others = (0..room).map(|number| dummy(open.queued_at, number));
        let all = others.chain(queue.iter().copied());
        *queue = BoundedVec::truncate_from(all.collect());
    });
    Ok(())
}

/// Goes to a block, without the hooks of those between.
pub(super) fn go_to<T: Config>(block: BlockNumber) {
    frame_system::Pallet::<T>::set_block_number(block.into());
}

//! The chain that the benchmarks run on: policies, people, agents, a key and requests.

use alloc::{boxed::Box, format, vec::Vec};

use frame_benchmarking::v2::*;
use frame_system::RawOrigin;
use regent_primitives::{
    bounds::{MAX_LINEAGE, XWING_PUBLIC_KEY_BYTES},
    payload::payload_hash,
    traits::{ChainInfo, KeyRegistry},
    AccessTree, AccountId, AgentId, AgentNote, Algorithm, Approval, BoundedVec, Commitments,
    Confirmation, Decision, Effect, EnrolmentId, KeyId, Operation, OperationKind, Participant,
    PayloadFormat, Policy, QuorumId, RegenToken, Release, RequestBody, RequestId, RequestRecord,
    Role, Session, SessionId, SignedApproval, Stage, H256,
};
use sp_core::{crypto::KeyTypeId, sr25519};
use sp_runtime::MultiSignature;

use super::BenchmarkHelper;
use crate::{Approvals, Config, Pallet, Releases, Requests};

const KEY_TYPE: KeyTypeId = KeyTypeId(*b"rbrq");
/// Approvals of each stage; eight stages of so many fill a request.
const PER_STAGE: usize = 8;

pub(super) fn generate() -> sr25519::Public {
    sp_io::crypto::sr25519_generate(KEY_TYPE, None)
}

pub(super) fn sign(
    key: &sr25519::Public,
    message: H256,
) -> Result<sr25519::Signature, BenchmarkError> {
    sp_io::crypto::sr25519_sign(KEY_TYPE, key, message.as_bytes())
        .ok_or(BenchmarkError::Stop("no keystore"))
}

pub(super) fn agents(count: u32) -> Vec<sr25519::Public> {
    (0..count).map(|_| generate()).collect()
}

fn account(key: &sr25519::Public) -> AccountId {
    AccountId::new(key.0)
}

/// Policies, people and agents on a chain.
pub(super) struct World {
    pub requester: AccountId,
    /// By stage.
    approvers: Vec<Vec<sr25519::Public>>,
    pub tree: AccessTree,
    quorum: QuorumId,
    /// Oldest first.
    lineage: Vec<Policy>,
}

impl World {
    /// With a tree of these agents, one a leaf, of which one suffices, and one approver.
    pub(super) fn of<T: Config>(agents: Vec<sr25519::Public>) -> Result<Self, BenchmarkError> {
        Self::with_approvals::<T>(agents, 1)
    }

    /// As [`World::of`], with so many approvers, all of whom have to approve.
    pub(super) fn with_approvals<T: Config>(
        agents: Vec<sr25519::Public>,
        approvals: u32,
    ) -> Result<Self, BenchmarkError> {
        let requester = T::BenchmarkHelper::member();
        let people: Vec<_> = (0..approvals).map(|_| generate()).collect();
        let approvers: Vec<Vec<_>> = people.chunks(PER_STAGE).map(<[_]>::to_vec).collect();
        let name = |text: &str| BoundedVec::truncate_from(text.as_bytes().to_vec());
        let mut roles = alloc::vec![Role {
            name: name("requesters"),
            members: BoundedVec::truncate_from(alloc::vec![requester.clone()]),
        }];
        for (stage, people) in approvers.iter().enumerate() {
            roles.push(Role {
                name: name(&format!("stage {stage}")),
                members: BoundedVec::truncate_from(people.iter().map(account).collect()),
            });
        }
        let first = Policy {
            name: name("benchmark"),
            predecessor: None,
            roles: BoundedVec::truncate_from(roles),
            requesters: 0,
            stages: BoundedVec::truncate_from(
                (1u8..)
                    .zip(&approvers)
                    .map(|(role, people)| Stage { role, threshold: people.len() as u8 })
                    .collect(),
            ),
            operations: BoundedVec::truncate_from(alloc::vec![
                OperationKind::Enrol,
                OperationKind::Sign
            ]),
            limits: BoundedVec::default(),
            recipients: None,
            allow_raw: true,
            maximum_lifetime: 1_000,
            measurements: BoundedVec::truncate_from(alloc::vec![
                T::BenchmarkHelper::trusted_measurement()
            ]),
            change_rule: Stage { role: 1, threshold: 1 },
        };
        let mut lineage = alloc::vec![first];
        while lineage.len() < MAX_LINEAGE as usize {
            let Some(last) = lineage.last() else { break };
            let next = Policy { predecessor: Some(last.hash(T::Audit::genesis())), ..last.clone() };
            lineage.push(next);
        }
        T::BenchmarkHelper::store_policies(lineage.clone());
        let ids: Vec<_> = agents.iter().map(|key| AgentId(H256(key.0))).collect();
        let tree = AccessTree::threshold_of_agents(1, &ids)
            .map_err(|error| BenchmarkError::Stop(error.message()))?;
        let mut distinct = ids;
        distinct.sort_unstable();
        distinct.dedup();
        let quorum = T::BenchmarkHelper::create_quorum(distinct);
        Ok(Self { requester, approvers, tree, quorum, lineage })
    }

    /// With a tree of so many leaves, each of another agent.
    pub(super) fn with_leaves<T: Config>(count: u32) -> Result<Self, BenchmarkError> {
        Self::of::<T>(agents(count))
    }

    fn oldest(&self) -> Result<&Policy, BenchmarkError> {
        self.lineage.first().ok_or(BenchmarkError::Stop("no policy"))
    }

    fn newest(&self) -> Result<&Policy, BenchmarkError> {
        self.lineage.last().ok_or(BenchmarkError::Stop("no policy"))
    }

    pub(super) fn enrol_body<T: Config>(&self, salt: u8) -> Result<RequestBody, BenchmarkError> {
        let genesis = T::Audit::genesis();
        let salt = [salt; 32];
        Ok(RequestBody {
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
            policy: self.oldest()?.hash(genesis),
            expires: T::Audit::block_number().saturating_add(100),
        })
    }

    pub(super) fn sign_body<T: Config>(
        &self,
        key: KeyId,
        salt: u8,
        payload: &[u8],
    ) -> Result<RequestBody, BenchmarkError> {
        let (genesis, format) = (T::Audit::genesis(), PayloadFormat::Raw);
        Ok(RequestBody {
            key,
            operation: Operation::Sign { format },
            payload_hash: payload_hash(genesis, format, payload),
            policy: self.newest()?.hash(genesis),
            ..self.enrol_body::<T>(salt)?
        })
    }

    /// An active key under the oldest policy.
    pub(super) fn active_key<T: Config>(&self) -> Result<KeyId, BenchmarkError> {
        let token = self.token::<T>(0, EnrolmentId::default())?;
        let (key, epoch, enrolment_id) = (token.key_id, token.epoch, token.enrolment_id);
        T::Keys::enrol(token, self.requester.clone(), self.quorum, RequestId::default())?;
        for (leaf, who) in self.tree.leaves().into_iter().take(2) {
            let Participant::Agent(agent) = who else { continue };
            let signature = Default::default();
            T::Keys::confirm(&Confirmation { key, epoch, enrolment_id, leaf, agent, signature })?;
        }
        Ok(key)
    }

    pub(super) fn token<T: Config>(
        &self,
        salt: u8,
        enrolment_id: EnrolmentId,
    ) -> Result<RegenToken, BenchmarkError> {
        let body = self.enrol_body::<T>(salt)?;
        let points =
            |count: usize| (0..count).map(|_| BoundedVec::truncate_from(alloc::vec![2; 33]));
        let leaves = self.tree.leaf_count();
        Ok(RegenToken {
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
        })
    }

    pub(super) fn submit<T: Config>(
        &self,
        body: &RequestBody,
    ) -> Result<RequestId, BenchmarkError> {
        let origin = RawOrigin::Signed(self.requester.clone());
        Pallet::<T>::submit(origin.into(), Box::new(body.clone()), BoundedVec::default(), None)?;
        Ok(body.id(T::Audit::genesis()))
    }

    /// All approvals but the last one, which is returned.
    pub(super) fn nearly_approve<T: Config>(
        &self,
        id: RequestId,
    ) -> Result<SignedApproval, BenchmarkError> {
        let body = record::<T>(id)?.body;
        let mut approvals = Vec::new();
        for (stage, people) in self.approvers.iter().enumerate() {
            for person in people {
                let approval = Approval::of(
                    T::Audit::genesis(),
                    &body,
                    stage as u8,
                    Decision::Approve,
                    body.expires,
                );
                let signature = MultiSignature::Sr25519(sign(person, approval.message())?);
                approvals.push(SignedApproval { approval, approver: account(person), signature });
            }
        }
        let last = approvals.pop().ok_or(BenchmarkError::Stop("no approvers"))?;
        Approvals::<T>::insert(id, BoundedVec::truncate_from(approvals));
        Ok(last)
    }

    pub(super) fn approve<T: Config>(&self, id: RequestId) -> Result<(), BenchmarkError> {
        let last = self.nearly_approve::<T>(id)?;
        let origin = RawOrigin::Signed(self.requester.clone());
        Pallet::<T>::approve(origin.into(), Box::new(last))?;
        Ok(())
    }
}

pub(super) fn record<T: Config>(id: RequestId) -> Result<RequestRecord, BenchmarkError> {
    Requests::<T>::get(id).ok_or(BenchmarkError::Stop("no such request"))
}

/// A session that the enclaves pallet accepts, and the key that signs its receipt.
pub(super) fn session<T: Config>(id: RequestId) -> (Session, sr25519::Public) {
    let key = generate();
    let mut session = Session {
        id: SessionId(id.0),
        request: id,
        attempt: 1,
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

/// The release of the last leaf by an agent who holds all of them and released the others.
pub(super) fn last_release<T: Config>(leaves: u32) -> Result<AgentNote, BenchmarkError> {
    let agent = generate();
    let world = World::of::<T>(alloc::vec![agent; leaves as usize])?;
    let key = world.active_key::<T>()?;
    let id = world.submit::<T>(&world.sign_body::<T>(key, 1, &[])?)?;
    let (session, _) = session::<T>(id);
    let session_id = session.id;
    let origin = RawOrigin::Signed(world.requester.clone());
    Pallet::<T>::open_session(origin.into(), Box::new(session))?;
    world.approve::<T>(id)?;
    let mut last = None;
    for (leaf, _) in world.tree.leaves() {
        let mut note = Release {
            request: id,
            attempt: 1,
            session: session_id,
            leaf: leaf.clone(),
            agent: AgentId(H256(agent.0)),
            aad: H256::zero(),
            sealed_hash: H256::zero(),
            finalised_hash: H256::zero(),
            signature: Default::default(),
        };
        note.signature = sign(&agent, note.message(T::Audit::genesis()))?;
        Releases::<T>::insert(id, (1, leaf), &note);
        last = Some(note);
    }
    let last = last.ok_or(BenchmarkError::Stop("no leaves"))?;
    Releases::<T>::remove(id, (1, last.leaf.clone()));
    Ok(AgentNote::Release(last))
}

//! What the benchmarks run on: the list of pallets, and a consortium that they can act in.

use alloc::vec::Vec;
use pallet_regent_consortium::{Institutions, Members};
use pallet_regent_contracts::Fulfilments;
use pallet_regent_enclaves::Measurements;
use pallet_regent_policies::{Policies as StoredPolicies, Predecessors};
use pallet_regent_quorums::{Agents, QuorumAgents, QuorumCount, Quorums as StoredQuorums};
use regent_attestation::simulated::{self, MEASUREMENT};
use regent_primitives::{
    bounds::MAX_ENDPOINT_BYTES,
    contracts_api::Fulfilment,
    policy::Name,
    runtime_api::{AgentRecord, InstitutionRecord, PolicyRecord, QuorumRecord},
    session::Endpoint,
    traits::ChainInfo,
    AgentId, Caller, Evidence, InstitutionId, Measurement, Policy, QuorumId, H256, U256,
};

use super::{AccountId, Audit, BlockNumber, Runtime};

frame_benchmarking::define_benchmarks!(
    [pallet_regent_audit, Audit]
    [pallet_regent_cash, Cash]
    [pallet_regent_consortium, Consortium]
    [pallet_regent_contracts, Contracts]
    [pallet_regent_enclaves, Enclaves]
    [pallet_regent_keys, Keys]
    [pallet_regent_policies, Policies]
    [pallet_regent_quorums, Quorums]
    [pallet_regent_requests, Requests]
);

/// The institution that the benchmarks act for; no preset has so many.
const INSTITUTION: InstitutionId = 63;

/// Gives the benchmarks of one pallet what they need of the others.
pub struct Helper;

impl Helper {
    /// The administrator of an active institution.
    fn institution() -> AccountId {
        let administrator: AccountId = frame_benchmarking::account("administrator", 0, 63);
        let record = InstitutionRecord {
            name: Name::truncate_from(b"Benchmarks".to_vec()),
            administrator: administrator.clone(),
            active: true,
            quota: 1,
            validator: None,
        };
        Institutions::<Runtime>::insert(INSTITUTION, record);
        Members::<Runtime>::insert(&administrator, INSTITUTION);
        administrator
    }
}

impl pallet_regent_quorums::BenchmarkHelper for Helper {
    fn administrator() -> AccountId {
        Self::institution()
    }
}

impl pallet_regent_cash::BenchmarkHelper for Helper {
    fn issuer() -> (InstitutionId, AccountId, AccountId) {
        let administrator = Self::institution();
        let member: AccountId = frame_benchmarking::account("member", 0, 63);
        Members::<Runtime>::insert(&member, INSTITUTION);
        (INSTITUTION, administrator, member)
    }
}

impl pallet_regent_contracts::BenchmarkHelper for Helper {
    fn member() -> AccountId {
        Self::institution()
    }

    fn contract() -> Caller {
        // An address, and the twelve bytes by which a contract's account is known.
        let mut account = [0xee; 32];
        account[..20].fill(1);
        Caller { account: AccountId::new(account), person: Self::institution() }
    }
}

impl pallet_regent_policies::BenchmarkHelper for Helper {
    fn member() -> AccountId {
        Self::institution()
    }
}

impl pallet_regent_requests::BenchmarkHelper for Helper {
    fn member() -> AccountId {
        Self::institution()
    }

    fn store_policies(policies: Vec<Policy>) {
        for policy in policies {
            let hash = policy.hash(<Audit as ChainInfo>::genesis());
            for condition in &policy.conditions {
                let fulfilment = Fulfilment { evidence: H256::zero(), at: 0 };
                Fulfilments::<Runtime>::insert(&condition.contract, condition.id, fulfilment);
            }
            if let Some(predecessor) = policy.predecessor {
                Predecessors::<Runtime>::insert(hash, predecessor);
            }
            let record = PolicyRecord {
                policy,
                signatures: Default::default(),
                created_by: Self::institution(),
                created_at: 0,
            };
            StoredPolicies::<Runtime>::insert(hash, record);
        }
    }

    fn create_quorum(agents: Vec<AgentId>) -> QuorumId {
        let endpoint = Endpoint::truncate_from(alloc::vec![b'x'; MAX_ENDPOINT_BYTES as usize]);
        for agent in &agents {
            let endpoint = endpoint.clone();
            let record = AgentRecord { institution: INSTITUTION, endpoint, registered_at: 0 };
            Agents::<Runtime>::insert(agent, record);
        }
        let quorum = QuorumCount::<Runtime>::get();
        QuorumCount::<Runtime>::put(quorum.saturating_add(1));
        let agents = QuorumAgents::truncate_from(agents);
        StoredQuorums::<Runtime>::insert(quorum, QuorumRecord { threshold: 1, agents });
        quorum
    }

    /// Beside as many others as there can be. Simulated ones are allowed by the development preset,
    /// from which the benchmarks start.
    fn trusted_measurement() -> Measurement {
        Measurements::<Runtime>::mutate(|trusted| {
            let others = (0u64..).map(|number| Measurement {
                digest: H256(U256::from(number).to_big_endian()),
                ..MEASUREMENT
            });
            for measurement in core::iter::once(MEASUREMENT).chain(others) {
                if trusted.try_insert(measurement, BlockNumber::MAX).is_err() {
                    break;
                }
            }
        });
        MEASUREMENT
    }

    fn evidence(report_data: H256) -> Evidence {
        simulated::evidence(report_data)
    }
}

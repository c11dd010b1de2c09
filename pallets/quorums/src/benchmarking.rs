//! Benchmarks of agents and quorums. The runtime says which accounts administer an institution, so
//! it tells the benchmarks one.

use super::*;
use frame_benchmarking::v2::*;
use frame_system::RawOrigin;
use regent_primitives::{bounds::MAX_ENDPOINT_BYTES, registration::registration_message, U256};
use sp_runtime::KeyTypeId;

const KEY_TYPE: KeyTypeId = KeyTypeId(*b"rbqu");

/// What the benchmarks need of a runtime.
pub trait BenchmarkHelper {
    /// An account that administers an active institution.
    fn administrator() -> AccountId;
}

fn longest_endpoint(host: u8) -> Endpoint {
    let mut bytes = b"https://".to_vec();
    bytes.resize(MAX_ENDPOINT_BYTES as usize, host);
    Endpoint::truncate_from(bytes)
}

fn agent(number: u32) -> AgentId {
    AgentId(H256(U256::from(number).to_big_endian()))
}

fn institution<T: Config>() -> InstitutionId {
    T::Members::institution_of(&T::BenchmarkHelper::administrator()).unwrap_or_default()
}

fn register<T: Config>(agent: AgentId) {
    Agents::<T>::insert(
        agent,
        AgentRecord {
            institution: institution::<T>(),
            endpoint: longest_endpoint(b'x'),
            registered_at: 0,
        },
    );
}

/// An agent that can sign, with its signature over this endpoint.
fn signer<T: Config>(endpoint: &Endpoint) -> Result<(AgentId, RawSignature), BenchmarkError> {
    let key = sp_io::crypto::sr25519_generate(KEY_TYPE, None);
    let agent = AgentId(H256(key.0));
    let message = registration_message(T::Audit::genesis(), institution::<T>(), agent, endpoint);
    let proof = sp_io::crypto::sr25519_sign(KEY_TYPE, &key, message.as_bytes())
        .ok_or(BenchmarkError::Stop("no keystore"))?;
    Ok((agent, proof))
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn register_agent() -> Result<(), BenchmarkError> {
        let caller = T::BenchmarkHelper::administrator();
        let endpoint = longest_endpoint(b'x');
        let (agent, proof) = signer::<T>(&endpoint)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), agent, endpoint, proof);

        assert!(Agents::<T>::contains_key(agent));
        Ok(())
    }

    #[benchmark]
    fn remove_agent() {
        let caller = T::BenchmarkHelper::administrator();
        register::<T>(agent(0));

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), agent(0));

        assert!(!Agents::<T>::contains_key(agent(0)));
    }

    #[benchmark]
    fn update_endpoint() -> Result<(), BenchmarkError> {
        let caller = T::BenchmarkHelper::administrator();
        let endpoint = longest_endpoint(b'y');
        let (agent, proof) = signer::<T>(&endpoint)?;
        register::<T>(agent);

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), agent, endpoint.clone(), proof);

        assert!(Agents::<T>::get(agent).is_some_and(|record| record.endpoint == endpoint));
        Ok(())
    }

    #[benchmark]
    fn create_quorum(n: Linear<1, MAX_QUORUM_AGENTS>) {
        let caller = T::BenchmarkHelper::administrator();
        (0..n).map(agent).for_each(register::<T>);
        let agents = QuorumAgents::truncate_from((0..n).map(agent).collect());
        let quorum = QuorumCount::<T>::get();

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), n as u16, agents);

        assert!(Quorums::<T>::get(quorum).is_some_and(|record| record.agents.len() as u32 == n));
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}

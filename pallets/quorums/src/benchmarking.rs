//! Benchmarks of agents and quorums. The runtime says which accounts administer an institution, so
//! it tells the benchmarks one.

use super::*;
use frame_benchmarking::v2::*;
use frame_system::RawOrigin;
use regent_primitives::bounds::MAX_ENDPOINT_BYTES;

/// What the benchmarks need of a runtime.
pub trait BenchmarkHelper {
    /// An account that administers an active institution.
    fn administrator() -> AccountId;
}

fn longest_endpoint() -> Endpoint {
    let mut bytes = b"https://".to_vec();
    bytes.resize(MAX_ENDPOINT_BYTES as usize, b'x');
    Endpoint::truncate_from(bytes)
}

fn agent(number: u32) -> AgentId {
    AgentId(H256::from_low_u64_be(u64::from(number)))
}

fn register<T: Config>(number: u32) {
    Agents::<T>::insert(
        agent(number),
        AgentRecord {
            institution: T::Members::institution_of(&T::BenchmarkHelper::administrator())
                .unwrap_or_default(),
            endpoint: longest_endpoint(),
            registered_at: 0,
        },
    );
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn register_agent() {
        let caller = T::BenchmarkHelper::administrator();

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), agent(0), longest_endpoint());

        assert!(Agents::<T>::contains_key(agent(0)));
    }

    #[benchmark]
    fn remove_agent() {
        let caller = T::BenchmarkHelper::administrator();
        register::<T>(0);

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), agent(0));

        assert!(!Agents::<T>::contains_key(agent(0)));
    }

    #[benchmark]
    fn update_endpoint() {
        let caller = T::BenchmarkHelper::administrator();
        register::<T>(0);
        let endpoint = Endpoint::truncate_from(b"http://elsewhere".to_vec());

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), agent(0), endpoint.clone());

        assert!(Agents::<T>::get(agent(0)).is_some_and(|record| record.endpoint == endpoint));
    }

    #[benchmark]
    fn create_quorum(n: Linear<1, MAX_QUORUM_AGENTS>) {
        let caller = T::BenchmarkHelper::administrator();
        (0..n).for_each(register::<T>);
        let agents = QuorumAgents::truncate_from((0..n).map(agent).collect());
        let quorum = QuorumCount::<T>::get();

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), n as u16, agents);

        assert!(Quorums::<T>::get(quorum).is_some_and(|record| record.agents.len() as u32 == n));
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}

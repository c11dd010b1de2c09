//! Benchmarks of the calls, with a token of the largest size.

use frame_benchmarking::v2::*;
use frame_system::RawOrigin;
use regent_primitives::{
    bounds::{MAX_LEAVES, MAX_WRAPPED_BYTES},
    AccessTree, AccountId, AgentId, Algorithm, BoundedVec, Commitments, EnrolmentId, KeyId,
    KeyState, PolicyHash, RegenToken, H256, U256,
};

use crate::*;

fn agents() -> alloc::vec::Vec<AgentId> {
    (0..MAX_LEAVES).map(|n| AgentId(H256(U256::from(n).to_big_endian()))).collect()
}

/// A token that needs all of 256 agents.
fn largest_token() -> Result<RegenToken, BenchmarkError> {
    let tree = AccessTree::threshold_of_agents(MAX_LEAVES as u16, &agents())
        .map_err(|error| BenchmarkError::Stop(error.message()))?;
    let points = |count: usize| (0..count).map(|_| BoundedVec::truncate_from(alloc::vec![2; 33]));
    let leaves = tree.leaf_count();
    Ok(RegenToken {
        key_id: KeyId(H256::repeat_byte(1)),
        algorithm: Algorithm::EcdsaSecp256k1,
        public_key: BoundedVec::truncate_from(alloc::vec![2; 33]),
        epoch: 0,
        window: 0,
        enrolment_id: EnrolmentId(H256::repeat_byte(2)),
        policy_hash: PolicyHash(H256::repeat_byte(3)),
        commitments: Commitments::Native {
            gates: BoundedVec::truncate_from(points(tree.commitment_count()).collect()),
            leaves: BoundedVec::truncate_from(points(leaves).collect()),
        },
        corrections: BoundedVec::truncate_from(alloc::vec![Some([1; 32]); leaves]),
        wrapped: Some(BoundedVec::truncate_from(alloc::vec![0; MAX_WRAPPED_BYTES as usize])),
        tree,
    })
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn accept_confirmed() -> Result<(), BenchmarkError> {
        let owner: AccountId = whitelisted_caller();
        let token = largest_token()?;
        let key = token.key_id;
        let status = KeyStatus {
            owner: owner.clone(),
            quorum: 0,
            state: KeyState::Pending,
            chain_authority: false,
            enrolled_at: 0,
            confirmed: [0xff; 32],
        };
        Tokens::<T>::insert(key, token);
        Statuses::<T>::insert(key, status);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), key);

        assert!(Statuses::<T>::get(key).is_some_and(|status| status.state == KeyState::Active));
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}

//! Benchmarks of the calls, with a token of the largest size.

use frame_benchmarking::v2::*;
use frame_system::RawOrigin;
use regent_primitives::{
    bounds::{MAX_LEAVES, MAX_WRAPPED_BYTES},
    AccessTree, AccountId, AgentId, Algorithm, BoundedVec, Commitments, EnrolmentId, KeyId,
    KeyState, PolicyHash, RegenToken, RequestId, H256, U256,
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

/// A key with an active epoch and a pending one that is confirmed.
fn two_epochs<T: Config>(
    owner: &AccountId,
    transfer_to: Option<AccountId>,
) -> Result<KeyId, BenchmarkError> {
    let token = largest_token()?;
    let key = token.key_id;
    let entry = KeyEntry { owner: owner.clone(), chain_authority: false, current: 0, newest: 1 };
    let status = |state, transfer_to| EpochStatus {
        quorum: 0,
        state,
        request: RequestId::default(),
        enrolled_at: 0,
        transfer_to,
        confirmed: [0xff; 32],
        punctured: [0; 32],
        punctured_for_good: [0; 32],
    };
    Entries::<T>::insert(key, entry);
    Tokens::<T>::insert(key, 1, RegenToken { epoch: 1, ..token.clone() });
    Tokens::<T>::insert(key, 0, token);
    Statuses::<T>::insert(key, 0, status(KeyState::Active, None));
    Statuses::<T>::insert(key, 1, status(KeyState::Pending, transfer_to));
    Ok(key)
}

fn assert_switched<T: Config>(key: KeyId) {
    let state = |epoch| Statuses::<T>::get(key, epoch).map(|status| status.state);
    assert_eq!(state(0), Some(KeyState::Retiring));
    assert_eq!(state(1), Some(KeyState::Active));
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn accept_confirmed() -> Result<(), BenchmarkError> {
        let owner: AccountId = whitelisted_caller();
        let key = two_epochs::<T>(&owner, None)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), key);

        assert_switched::<T>(key);
        Ok(())
    }

    #[benchmark]
    fn transfer_control() -> Result<(), BenchmarkError> {
        let owner: AccountId = whitelisted_caller();
        let next = AccountId::new([7; 32]);
        let key = two_epochs::<T>(&owner, Some(next.clone()))?;
        let policy = largest_token()?.policy_hash;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), key, next.clone(), policy);

        assert_switched::<T>(key);
        assert!(Entries::<T>::get(key).is_some_and(|entry| entry.owner == next));
        Ok(())
    }

    #[benchmark]
    fn withdraw_epoch() -> Result<(), BenchmarkError> {
        let owner: AccountId = whitelisted_caller();
        let key = two_epochs::<T>(&owner, Some(AccountId::new([7; 32])))?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), key);

        let state = |epoch| Statuses::<T>::get(key, epoch).map(|status| status.state);
        assert_eq!((state(0), state(1)), (Some(KeyState::Active), Some(KeyState::Retiring)));
        Ok(())
    }

    #[benchmark]
    fn freeze() -> Result<(), BenchmarkError> {
        let owner: AccountId = whitelisted_caller();
        let key = two_epochs::<T>(&owner, None)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), key);

        assert!(Freezes::<T>::contains_key(key));
        Ok(())
    }

    #[benchmark]
    fn unfreeze() -> Result<(), BenchmarkError> {
        let owner: AccountId = whitelisted_caller();
        let key = two_epochs::<T>(&owner, None)?;
        Freezes::<T>::insert(key, Freeze { by_owner: true, by_governance: true });

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), key);

        assert_eq!(Freezes::<T>::get(key), Some(Freeze { by_owner: false, by_governance: true }));
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}

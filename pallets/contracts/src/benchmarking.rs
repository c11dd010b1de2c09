//! Benchmarks of deployers, credits and conditions.

use super::*;
use frame_benchmarking::v2::*;
use regent_primitives::control::ConditionControl;

/// An institution that no preset grants credits.
const INSTITUTION: InstitutionId = 63;
const AMOUNT: u128 = 500;

fn governance<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
    // Not `Weightless`: that would give the call a weight of 0.
    T::GovernanceOrigin::try_successful_origin()
        .map_err(|_| BenchmarkError::Stop("governance has no origin"))
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn admit_deployer() -> Result<(), BenchmarkError> {
        let origin = governance::<T>()?;
        let account = T::BenchmarkHelper::member();
        Deployers::<T>::remove(&account);

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, account.clone());

        assert!(Deployers::<T>::contains_key(account));
        Ok(())
    }

    #[benchmark]
    fn remove_deployer() -> Result<(), BenchmarkError> {
        let origin = governance::<T>()?;
        let account: AccountId = whitelisted_caller();
        Deployers::<T>::insert(&account, ());

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, account.clone());

        assert!(!Deployers::<T>::contains_key(account));
        Ok(())
    }

    /// The first grant: the purse comes into existence.
    #[benchmark]
    fn grant_credits() -> Result<(), BenchmarkError> {
        let origin = governance::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, INSTITUTION, AMOUNT);

        assert_eq!(Pallet::<T>::credits(INSTITUTION).free, AMOUNT);
        Ok(())
    }

    #[benchmark]
    fn revoke_credits() -> Result<(), BenchmarkError> {
        let origin = governance::<T>()?;
        Pallet::<T>::grant(INSTITUTION, AMOUNT)
            .map_err(|_| BenchmarkError::Stop("credits are granted"))?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, INSTITUTION, AMOUNT);

        assert_eq!(Pallet::<T>::credits(INSTITUTION), Credits { granted: 0, free: 0 });
        Ok(())
    }

    /// The last one there is room for.
    #[benchmark]
    fn fulfil_condition() -> Result<(), BenchmarkError> {
        let caller = T::BenchmarkHelper::contract();
        let contract = caller.account.clone();
        FulfilledOf::<T>::insert(&contract, T::MaxFulfilled::get().saturating_sub(1));
        let condition = H256::repeat_byte(1);

        #[block]
        {
            Pallet::<T>::fulfil(&caller, condition, H256::repeat_byte(2))
                .map_err(|_| BenchmarkError::Stop("fulfilled"))?;
        }

        assert!(Pallet::<T>::is_fulfilled(&contract, &condition));
        Ok(())
    }

    #[benchmark]
    fn withdraw_condition() -> Result<(), BenchmarkError> {
        let caller = T::BenchmarkHelper::contract();
        let condition = H256::repeat_byte(1);
        Pallet::<T>::fulfil(&caller, condition, H256::repeat_byte(2))
            .map_err(|_| BenchmarkError::Stop("fulfilled"))?;

        #[block]
        {
            Pallet::<T>::withdraw(&caller, condition)
                .map_err(|_| BenchmarkError::Stop("withdrawn"))?;
        }

        assert!(!Pallet::<T>::is_fulfilled(&caller.account, &condition));
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}

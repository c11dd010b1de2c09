//! Benchmarks of issuing, transferring and redeeming cash.

use super::*;
use frame_benchmarking::v2::*;
use regent_primitives::{
    bounds::{MAX_CASH_DECIMALS, MAX_CASH_NAME_BYTES},
    cash_api::CashName,
};

const AMOUNT: u128 = 500;

fn governance<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
    // Not `Weightless`: that would give the call a weight of 0.
    T::GovernanceOrigin::try_successful_origin()
        .map_err(|_| BenchmarkError::Stop("governance has no origin"))
}

/// Terms that are as long as they can be.
fn terms(issuer: InstitutionId) -> CashTerms {
    CashTerms {
        issuer,
        ceiling: u128::MAX,
        name: CashName::truncate_from(alloc::vec![b'x'; MAX_CASH_NAME_BYTES as usize]),
        decimals: MAX_CASH_DECIMALS,
    }
}

/// The issuer's administrator and another member. What the genesis issued is forgotten.
fn issuer<T: Config>() -> (AccountId, AccountId) {
    let (issuer, administrator, member) = T::BenchmarkHelper::issuer();
    Issued::<T>::kill();
    Redeemed::<T>::kill();
    Terms::<T>::put(terms(issuer));
    (administrator, member)
}

fn issued_to<T: Config>(account: &AccountId) -> Result<(), BenchmarkError> {
    Pallet::<T>::mint(account, AMOUNT).map_err(|_| BenchmarkError::Stop("issued"))
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// Another issuer than there was.
    #[benchmark]
    fn set_issuer() -> Result<(), BenchmarkError> {
        let origin = governance::<T>()?;
        issuer::<T>();
        let terms = terms(0);

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, terms.clone());

        assert_eq!(Terms::<T>::get(), Some(terms));
        Ok(())
    }

    /// To an account that has nothing.
    #[benchmark]
    fn issue() -> Result<(), BenchmarkError> {
        let (administrator, member) = issuer::<T>();

        #[extrinsic_call]
        _(frame_system::RawOrigin::Signed(administrator), member.clone(), AMOUNT);

        assert_eq!(Pallet::<T>::balance(&member), AMOUNT);
        Ok(())
    }

    /// All that an account has, to one that has nothing.
    #[benchmark]
    fn transfer() -> Result<(), BenchmarkError> {
        let (administrator, member) = issuer::<T>();
        issued_to::<T>(&administrator)?;

        #[extrinsic_call]
        _(frame_system::RawOrigin::Signed(administrator.clone()), member.clone(), AMOUNT);

        assert_eq!(Pallet::<T>::balance(&administrator), 0);
        assert_eq!(Pallet::<T>::balance(&member), AMOUNT);
        Ok(())
    }

    /// All that an account has.
    #[benchmark]
    fn redeem() -> Result<(), BenchmarkError> {
        let (_, member) = issuer::<T>();
        issued_to::<T>(&member)?;

        #[extrinsic_call]
        _(frame_system::RawOrigin::Signed(member.clone()), AMOUNT, H256::repeat_byte(1));

        assert_eq!(Pallet::<T>::balance(&member), 0);
        assert_eq!(Pallet::<T>::outstanding(), 0);
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}

//! Benchmarks of the consortium.

use super::*;
use frame_benchmarking::v2::*;
use frame_support::dispatch::{DispatchInfo, GetDispatchInfo, PostDispatchInfo};
use frame_system::RawOrigin;
use regent_primitives::bounds::MAX_NAME_BYTES;
use sp_runtime::traits::{
    AsSystemOriginSigner, AsTransactionAuthorizedOrigin, DispatchTransaction, Dispatchable,
};

/// A quota that any number of institutions can have.
const QUOTA: u64 = 1_000;

fn longest_name() -> Name {
    Name::truncate_from(alloc::vec![b'x'; MAX_NAME_BYTES as usize])
}

fn governance<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
    // Not `Weightless`: that would give the call a weight of 0.
    T::GovernanceOrigin::try_successful_origin()
        .map_err(|_| BenchmarkError::Stop("governance has no origin"))
}

/// Takes the promises of the genesis back: they may fill the chain's whole capacity.
fn free_quota<T: Config>() {
    CommittedQuota::<T>::kill();
}

/// An institution with its administrator.
fn institution<T: Config>() -> Result<(InstitutionId, AccountId), BenchmarkError> {
    free_quota::<T>();
    let administrator: AccountId = account("administrator", 0, 0);
    let id = Pallet::<T>::register(longest_name(), administrator.clone(), QUOTA)
        .map_err(|_| BenchmarkError::Stop("the institution is registered"))?;
    Ok((id, administrator))
}

fn member<T: Config>(institution: InstitutionId, index: u32) -> Result<AccountId, BenchmarkError> {
    let member: AccountId = account("member", index, 0);
    Pallet::<T>::join(&member, institution)
        .map_err(|_| BenchmarkError::Stop("the member is added"))?;
    Ok(member)
}

#[benchmarks(where
    T: Send + Sync,
    T::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>
        + GetDispatchInfo
        + From<frame_system::Call<T>>,
    <T::RuntimeCall as Dispatchable>::RuntimeOrigin:
        AsSystemOriginSigner<AccountId> + AsTransactionAuthorizedOrigin + Clone,
)]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn register_institution() -> Result<(), BenchmarkError> {
        let origin = governance::<T>()?;
        free_quota::<T>();
        let administrator: AccountId = account("administrator", 0, 0);
        // Somebody who was a member before: its nonce is restored.
        FormerNonces::<T>::insert(&administrator, T::Nonce::from(7u32));
        let id = InstitutionCount::<T>::get();

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, longest_name(), administrator.clone(), QUOTA);

        assert_eq!(Members::<T>::get(administrator), Some(id));
        Ok(())
    }

    #[benchmark]
    fn suspend_institution() -> Result<(), BenchmarkError> {
        let origin = governance::<T>()?;
        let (id, _) = institution::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, id);

        assert!(Institutions::<T>::get(id).is_some_and(|record| !record.active));
        Ok(())
    }

    #[benchmark]
    fn resume_institution() -> Result<(), BenchmarkError> {
        let origin = governance::<T>()?;
        let (id, _) = institution::<T>()?;
        Pallet::<T>::suspend(id).map_err(|_| BenchmarkError::Stop("it is suspended"))?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, id);

        assert!(Institutions::<T>::get(id).is_some_and(|record| record.active));
        Ok(())
    }

    #[benchmark]
    fn set_quota() -> Result<(), BenchmarkError> {
        let origin = governance::<T>()?;
        let (id, _) = institution::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, id, 2 * QUOTA);

        assert!(Institutions::<T>::get(id).is_some_and(|record| record.quota == 2 * QUOTA));
        Ok(())
    }

    #[benchmark]
    fn add_member() -> Result<(), BenchmarkError> {
        let (id, administrator) = institution::<T>()?;
        let newcomer: AccountId = account("newcomer", 0, 0);
        FormerNonces::<T>::insert(&newcomer, T::Nonce::from(7u32));

        #[extrinsic_call]
        _(RawOrigin::Signed(administrator), newcomer.clone());

        assert_eq!(Members::<T>::get(newcomer), Some(id));
        Ok(())
    }

    /// Of somebody who transacted: the nonce is kept.
    #[benchmark]
    fn remove_member() -> Result<(), BenchmarkError> {
        let (id, administrator) = institution::<T>()?;
        let leaver = member::<T>(id, 0)?;
        frame_system::Pallet::<T>::inc_account_nonce(&leaver);

        #[extrinsic_call]
        _(RawOrigin::Signed(administrator), leaver.clone());

        assert_eq!(Members::<T>::get(&leaver), None);
        assert!(FormerNonces::<T>::contains_key(leaver));
        Ok(())
    }

    /// A seat that changes hands: two indices are written.
    #[benchmark]
    fn set_validator() -> Result<(), BenchmarkError> {
        let origin = governance::<T>()?;
        let (id, _) = institution::<T>()?;
        let (former, next) = (member::<T>(id, 0)?, member::<T>(id, 1)?);
        Pallet::<T>::seat(id, Some(former))
            .map_err(|_| BenchmarkError::Stop("the seat is filled"))?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, id, Some(next.clone()));

        assert_eq!(Seats::<T>::get(next), Some(id));
        Ok(())
    }

    #[benchmark]
    fn add_council_member() -> Result<(), BenchmarkError> {
        let origin = governance::<T>()?;
        let (_, administrator) = institution::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, administrator.clone());

        assert!(T::Council::members().contains(&administrator));
        Ok(())
    }

    #[benchmark]
    fn remove_council_member() -> Result<(), BenchmarkError> {
        let origin = governance::<T>()?;
        let (stays, leaves): (AccountId, AccountId) =
            (account("stays", 0, 0), account("leaves", 0, 0));
        T::Council::set_members(alloc::vec![stays, leaves.clone()]);

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, leaves.clone());

        assert!(!T::Council::members().contains(&leaves));
        Ok(())
    }

    /// By somebody who was a member before, and with the seat on the council.
    #[benchmark]
    fn replace_administrator() -> Result<(), BenchmarkError> {
        let origin = governance::<T>()?;
        let (id, administrator) = institution::<T>()?;
        T::Council::set_members(alloc::vec![administrator]);
        let successor: AccountId = account("successor", 0, 0);
        FormerNonces::<T>::insert(&successor, T::Nonce::from(7u32));

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, id, successor.clone());

        assert!(Institutions::<T>::get(id).is_some_and(|record| record.administrator == successor));
        Ok(())
    }

    #[benchmark]
    fn authorize_upgrade() -> Result<(), BenchmarkError> {
        let origin = governance::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, H256::repeat_byte(1));

        assert!(frame_system::Pallet::<T>::authorized_upgrade().is_some());
        Ok(())
    }

    /// A transaction that leaves all of its weight unspent: it is booked and given back.
    #[benchmark]
    fn check_membership() -> Result<(), BenchmarkError> {
        let (id, administrator) = institution::<T>()?;
        let quota = Pallet::<T>::quota_capacity();
        Pallet::<T>::change_quota(id, quota.saturating_sub(CommittedQuota::<T>::get()))
            .map_err(|_| BenchmarkError::Stop("the quota suffices"))?;
        let call: T::RuntimeCall = frame_system::Call::remark { remark: Vec::new() }.into();
        let info = call.get_dispatch_info();
        let origin: T::RuntimeOrigin = RawOrigin::Signed(administrator).into();

        #[block]
        {
            assert!(CheckMembership::<T>::new()
                .test_run(origin, &call, &info, 0, 0, |_| Ok(Some(Weight::zero()).into()))
                .is_ok_and(|outcome| outcome.is_ok()));
        }

        assert!(Pallet::<T>::usage(id).used > 0);
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}

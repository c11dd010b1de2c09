//! Benchmarks of trust in measurements.

use super::*;
use frame_benchmarking::v2::*;
use regent_primitives::U256;

fn measurement(number: u32) -> Measurement {
    Measurement { kind: EvidenceKind::Simulated, digest: H256(U256::from(number).to_big_endian()) }
}

fn governance<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
    // Not `Weightless`: that would give the call a weight of 0.
    T::GovernanceOrigin::try_successful_origin()
        .map_err(|_| BenchmarkError::Stop("governance has no origin"))
}

/// Trusts measurements 0 to `count` - 1 and nothing else.
fn fill<T: Config>(count: u32) -> Result<(), BenchmarkError> {
    AllowSimulated::<T>::put(true);
    Measurements::<T>::kill();
    for number in 0..count {
        Pallet::<T>::trust(measurement(number), BlockNumber::MAX)
            .map_err(|_| BenchmarkError::Stop("the measurement is trusted"))?;
    }
    Ok(())
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// The last that there is room for.
    #[benchmark]
    fn trust_measurement() -> Result<(), BenchmarkError> {
        let origin = governance::<T>()?;
        let newest = T::MaxMeasurements::get().saturating_sub(1);
        fill::<T>(newest)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, measurement(newest), BlockNumber::MAX);

        assert!(Measurements::<T>::get().contains_key(&measurement(newest)));
        Ok(())
    }

    /// One of as many as there can be.
    #[benchmark]
    fn revoke_measurement() -> Result<(), BenchmarkError> {
        let origin = governance::<T>()?;
        fill::<T>(T::MaxMeasurements::get())?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, measurement(0));

        assert!(!Measurements::<T>::get().contains_key(&measurement(0)));
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}

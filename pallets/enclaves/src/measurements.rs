//! Trust in measurements.

use crate::*;

impl<T: Config> Pallet<T> {
    /// Measurements trusted now, each with the last block at which it is.
    pub fn measurements() -> Vec<(Measurement, BlockNumber)> {
        let now = T::Audit::block_number();
        Measurements::<T>::get().into_iter().filter(|(_, until)| *until >= now).collect()
    }

    pub(crate) fn trust(measurement: Measurement, until: BlockNumber) -> DispatchResult {
        Self::ensure_allowed(measurement.kind)?;
        let now = T::Audit::block_number();
        ensure!(until > now, Error::<T>::ExpiryPassed);
        Measurements::<T>::try_mutate(|trusted| {
            // Expired ones make room.
            trusted.retain(|_, until| *until >= now);
            trusted
                .try_insert(measurement, until)
                .map(|_| ())
                .map_err(|_| Error::<T>::TooManyMeasurements.into())
        })
    }

    pub(crate) fn revoke(measurement: &Measurement) -> DispatchResult {
        Measurements::<T>::try_mutate(|trusted| {
            trusted.remove(measurement).map(|_| ()).ok_or(Error::<T>::UnknownMeasurement.into())
        })
    }

    pub(crate) fn ensure_allowed(kind: EvidenceKind) -> DispatchResult {
        match kind {
            EvidenceKind::Simulated => {
                ensure!(AllowSimulated::<T>::get(), Error::<T>::SimulatedNotAllowed);
            }
        }
        Ok(())
    }

    pub(crate) fn ensure_trusted(measurement: &Measurement, now: BlockNumber) -> DispatchResult {
        let until = Measurements::<T>::get()
            .get(measurement)
            .copied()
            .ok_or(Error::<T>::MeasurementNotTrusted)?;
        ensure!(until >= now, Error::<T>::MeasurementExpired);
        Ok(())
    }
}

//! What an institution may use, and what it has used. All amounts are picoseconds of reference time.

use crate::*;
use frame_support::dispatch::{DispatchClass, DispatchInfo};
use sp_runtime::SaturatedConversion;

/// The part of a quota that is kept for the administrator: one in so many.
const KEPT_FOR_ADMINISTRATOR: u64 = 10;

impl<T: Config> Pallet<T> {
    /// What normal calls may use of one block.
    pub fn block_capacity() -> u64 {
        let weights = T::BlockWeights::get();
        weights
            .get(DispatchClass::Normal)
            .max_total
            .unwrap_or(weights.max_block)
            .min(weights.max_block)
            .ref_time()
    }

    /// What all active quotas may promise together for a window: [`Config::QuotaShare`] of all that
    /// normal calls may use in its blocks.
    pub fn quota_capacity() -> u64 {
        let window = u128::from(Self::block_capacity()) * u128::from(T::QuotaWindow::get());
        T::QuotaShare::get().mul_floor(window).saturated_into()
    }

    /// What one institution may use of one block.
    pub fn block_allowance() -> u64 {
        T::BlockShare::get().mul_floor(Self::block_capacity())
    }

    /// Up to what use of its institution's quota a member may transact.
    pub(crate) fn limit(record: &InstitutionRecord, member: &AccountId) -> u64 {
        if record.administrator == *member {
            record.quota
        } else {
            record.quota.saturating_sub(record.quota / KEPT_FOR_ADMINISTRATOR)
        }
    }

    /// The window being counted.
    pub fn window() -> u32 {
        T::Audit::block_number().checked_div(T::QuotaWindow::get()).unwrap_or_default()
    }

    /// What an institution has used, in this window and in this block.
    pub fn usage(institution: InstitutionId) -> QuotaUsage {
        Usage::<T>::get(institution).at(Self::window(), T::Audit::block_number())
    }

    /// What a transaction is charged for its weight.
    pub(crate) fn weight_charge(info: &DispatchInfo, weight: Weight) -> u64 {
        let base = T::BlockWeights::get().get(info.class).base_extrinsic;
        weight.saturating_add(base).ref_time()
    }

    /// What a transaction is charged at least, for its bytes: filling a block's length costs as much
    /// as filling its weight. Else a member could crowd out all others by long remarks.
    pub(crate) fn length_charge(bytes: usize) -> u64 {
        let block = (*T::BlockLength::get().max.get(DispatchClass::Normal)).max(1);
        let charge = u128::from(Self::block_capacity())
            .saturating_mul(bytes as u128)
            .div_ceil(u128::from(block));
        charge.saturated_into()
    }

    /// Replaces `former` by `quota` in the sum of all active quotas.
    pub(crate) fn commit_quota(former: u64, quota: u64) -> DispatchResult {
        ensure!(quota > 0, Error::<T>::ZeroQuota);
        CommittedQuota::<T>::try_mutate(|sum| {
            let committed = sum
                .saturating_sub(former)
                .checked_add(quota)
                .filter(|committed| *committed <= Self::quota_capacity())
                .ok_or(Error::<T>::QuotaUnavailable)?;
            *sum = committed;
            Ok(())
        })
    }

    /// Books a charge. `false`, and nothing booked, if this block has no more for the institution.
    pub(crate) fn book(institution: InstitutionId, charge: u64) -> bool {
        let mut usage = Self::usage(institution);
        usage.used = usage.used.saturating_add(charge);
        usage.used_in_block = usage.used_in_block.saturating_add(charge);
        let fits = usage.used_in_block <= Self::block_allowance();
        if fits {
            Usage::<T>::insert(institution, usage);
        }
        fits
    }

    /// Gives back what was booked in this block and not used.
    pub(crate) fn give_back(institution: InstitutionId, unused: u64) {
        if unused > 0 {
            let mut usage = Self::usage(institution);
            usage.used = usage.used.saturating_sub(unused);
            usage.used_in_block = usage.used_in_block.saturating_sub(unused);
            Usage::<T>::insert(institution, usage);
        }
    }
}

//! How long sessions are: as long as the genesis says.

use crate::*;
use core::{marker::PhantomData, ops::RangeInclusive};

impl<T: Config> Pallet<T> {
    /// The numbers of blocks that a session may have.
    pub(crate) fn session_lengths() -> RangeInclusive<BlockNumber> {
        T::MinSessionLength::get()..=T::MaxSessionLength::get()
    }
}

/// For `pallet_session::PeriodicSessions`: the blocks of a session. One storage read.
pub struct SessionPeriod<T>(PhantomData<T>);

impl<T: Config> Get<BlockNumber> for SessionPeriod<T> {
    fn get() -> BlockNumber {
        // Heights are divided by it, in a hook that must not fail.
        SessionLength::<T>::get().max(1)
    }
}

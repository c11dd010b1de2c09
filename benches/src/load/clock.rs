//! Moments that another process wrote down, on our clock.
//!
//! Logs carry the system clock, which may be set while we measure; our own moments are of the
//! monotonic clock. Both are read together before an operation, and again after it: a sample during
//! which they went apart is none.

use std::time::{Duration, Instant, SystemTime};

use anyhow::ensure;

/// How far the clocks may go apart during an operation.
const TOLERANCE: Duration = Duration::from_millis(2);

/// One moment on both clocks.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    monotonic: Instant,
    system: SystemTime,
}

impl Clock {
    /// Reads both.
    pub fn read() -> Self {
        Self { monotonic: Instant::now(), system: SystemTime::now() }
    }

    /// A moment of the system clock on the monotonic one.
    pub fn monotonic(&self, system: SystemTime) -> Instant {
        match system.duration_since(self.system) {
            Ok(after) => self.monotonic + after,
            Err(before) => self.monotonic.checked_sub(before.duration()).unwrap_or(self.monotonic),
        }
    }

    /// Checks that the system clock was not set since.
    ///
    /// # Errors
    /// If the clocks went apart.
    pub fn check(&self) -> anyhow::Result<()> {
        let now = Self::read();
        let expected = self.monotonic(now.system);
        let apart = expected
            .saturating_duration_since(now.monotonic)
            .max(now.monotonic.saturating_duration_since(expected));
        ensure!(
            apart <= TOLERANCE,
            "the system clock moved by {apart:?} against the monotonic one during an operation; \
             measure again once it is steady"
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_keep_their_distance() {
        let clock = Clock::read();
        let step = Duration::from_millis(250);
        assert_eq!(clock.monotonic(clock.system + step), clock.monotonic + step);
        assert_eq!(clock.monotonic(clock.system - step), clock.monotonic - step);
        clock.check().expect("nobody sets the clock");
        let set = Clock { system: clock.system + step, ..clock };
        assert!(set.check().is_err());
    }
}

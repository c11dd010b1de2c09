//! How samples spread.

use std::time::{Duration, Instant};

use serde::Serialize;

/// Percentiles of samples by nearest rank: each is a sample that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Spread {
    pub(super) p50: f64,
    pub(super) p95: f64,
    pub(super) max: f64,
}

impl Spread {
    /// Of these samples, if there are any.
    pub(super) fn of(samples: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = samples.into_iter().collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let max = *sorted.last()?;
        let rank = |percent: usize| {
            let rank = (sorted.len() * percent).div_ceil(100).max(1);
            sorted.get(rank - 1).copied().unwrap_or(max)
        };
        Some(Self { p50: rank(50), p95: rank(95), max })
    }
}

/// Milliseconds, with the fraction.
pub(super) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Milliseconds from one moment to another: less than zero if that came first.
pub(super) fn between(from: Instant, to: Instant) -> f64 {
    match to.checked_duration_since(from) {
        Some(time) => milliseconds(time),
        None => -milliseconds(from.saturating_duration_since(to)),
    }
}

/// How much, of so many; of none it is nothing.
pub(super) fn share(part: f64, of: f64) -> f64 {
    if of > 0.0 {
        part / of
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_samples() {
        let spread = |count: u32| Spread::of((1..=count).rev().map(f64::from)).expect("samples");
        assert_eq!(spread(1), Spread { p50: 1.0, p95: 1.0, max: 1.0 });
        assert_eq!(spread(20), Spread { p50: 10.0, p95: 19.0, max: 20.0 });
        assert_eq!(spread(30), Spread { p50: 15.0, p95: 29.0, max: 30.0 });
        assert_eq!(spread(100), Spread { p50: 50.0, p95: 95.0, max: 100.0 });
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn what_comes_before_is_less_than_zero() {
        let from = Instant::now();
        let to = from + Duration::from_millis(20);
        assert_eq!(between(from, to), 20.0);
        assert_eq!(between(to, from), -20.0);
    }
}

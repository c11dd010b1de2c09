//! Medians of repeated runs, for tables of both sides of a comparison.

use std::time::{Duration, Instant};

/// The median of `runs` runs of `work`, which gets a fresh `input` each time; making the input and
/// dropping the output are not measured.
pub fn median<I, O>(
    runs: usize,
    mut input: impl FnMut() -> I,
    mut work: impl FnMut(I) -> O,
) -> Duration {
    let mut times: Vec<Duration> = (0..runs.max(1))
        .map(|_| {
            let input = input();
            let start = Instant::now();
            let output = std::hint::black_box(work(std::hint::black_box(input)));
            let time = start.elapsed();
            drop(output);
            time
        })
        .collect();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Milliseconds, with the fraction.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

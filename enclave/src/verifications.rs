//! Verification, on threads of its own: up to some hundred milliseconds, if a chain proof is long.

use std::sync::Arc;

use tokio::{sync::Semaphore, task::spawn_blocking};
use tracing::warn;

use crate::error::Failure;

/// Verifications at a time. Whoever asks needs no approval for one: operations must find a thread all the
/// same.
const MAX_VERIFICATIONS: usize = 4;

/// Places for verifications.
pub(crate) struct Verifications(Arc<Semaphore>);

impl Verifications {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(MAX_VERIFICATIONS)))
    }

    /// Runs this as soon as there is a place.
    ///
    /// # Errors
    /// Its thread died.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        verification: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let place = Arc::clone(&self.0).acquire_owned().await.map_err(|_| Failure::Internal)?;
        let verified = spawn_blocking(move || {
            // Taken until the thread is free, though whoever asked may have gone.
            let _place = place;
            verification()
        });
        verified.await.map_err(|error| {
            warn!(%error, "verification died");
            Failure::Internal
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn four_are_verified_at_once_and_all_in_the_end() {
        let places = Arc::new(Verifications::new());
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let asked: Vec<_> = (0..12)
            .map(|number| {
                let (places, running, most) = (places.clone(), running.clone(), most.clone());
                tokio::spawn(async move {
                    let verification = move || {
                        let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                        most.fetch_max(now, Ordering::SeqCst);
                        std::thread::sleep(Duration::from_millis(50));
                        running.fetch_sub(1, Ordering::SeqCst);
                        number
                    };
                    places.run(verification).await
                })
            })
            .collect();
        for (number, asked) in asked.into_iter().enumerate() {
            assert_eq!(asked.await.unwrap(), Ok(number));
        }
        assert_eq!(most.load(Ordering::SeqCst), MAX_VERIFICATIONS);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_verification_that_dies_gives_its_place_back() {
        let places = Verifications::new();
        for _ in 0..=MAX_VERIFICATIONS {
            let died: Result<(), _> = places.run(|| panic!("as it is told")).await;
            assert_eq!(died, Err(Failure::Internal));
        }
        assert_eq!(places.run(|| 7).await, Ok(7));
    }
}

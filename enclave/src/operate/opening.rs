//! Opening sealed bodies, on all processors: one costs 0.4 ms.

use std::{num::NonZero, thread};

use regent_primitives::{LeafPath, H256};

use crate::session::{Candidate, Secrets};

/// Fewer than this many are opened where we are: starting a thread costs about a tenth of opening.
const WORTH_A_THREAD: usize = 3;

/// What was opened.
pub(crate) struct Opened<T> {
    pub(crate) good: Vec<T>,
    /// Leaves whose body does not open, or is not what it should be.
    pub(crate) faulty: Vec<LeafPath>,
}

/// Opens and reads the sealed bodies of these candidates.
pub(crate) fn open<T: Send>(
    genesis: H256,
    secrets: &Secrets,
    candidates: &[&Candidate],
    read: impl Fn(&Candidate, &[u8]) -> Option<T> + Sync,
) -> Opened<T> {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let size = candidates.len().div_ceil(processors).max(WORTH_A_THREAD);
    let open_some = |chunk: &[&Candidate]| -> Vec<Result<T, LeafPath>> {
        chunk
            .iter()
            .map(|candidate| {
                let body = secrets.kem.open(genesis, candidate.aad, &candidate.sealed).ok();
                body.and_then(|body| read(candidate, &body)).ok_or_else(|| candidate.path.clone())
            })
            .collect()
    };
    let mut chunks = candidates.chunks(size);
    let own = chunks.next().unwrap_or_default();
    let results = thread::scope(|scope| {
        let open_some = &open_some;
        let others: Vec<_> = chunks.map(|chunk| scope.spawn(move || open_some(chunk))).collect();
        let mut results = open_some(own);
        for other in others {
            // A thread that died opened nothing; its shares count as missing.
            results.extend(other.join().unwrap_or_default());
        }
        results
    });
    let mut opened = Opened { good: Vec::with_capacity(results.len()), faulty: Vec::new() };
    for result in results {
        match result {
            Ok(item) => opened.good.push(item),
            Err(path) => opened.faulty.push(path),
        }
    }
    opened
}

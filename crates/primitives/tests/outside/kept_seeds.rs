//! Kept seeds against those that are made now, for crates whose seeds are not random.

use proptest::prelude::Strategy;

use crate::seeds::{self, Target};

/// Fails if a target's kept seeds are not what is made now under their names.
pub fn are_of_this_version(targets: &[Target<'_>]) {
    for (target, _, made) in targets {
        let kept = seeds::of(target);
        for (name, bytes) in made {
            let same = kept.iter().any(|(known, seed)| known == name && seed == bytes);
            assert!(same, "{target}/{name}: write the seeds anew with REGENT_WRITE_SEEDS=1");
        }
    }
}

/// A seed of a target, with some bytes replaced, added, removed or repeated.
pub fn changed_of(target: &str) -> impl Strategy<Value = Vec<u8>> {
    seeds::changed(seeds::of(target).into_iter().map(|(_, bytes)| bytes).collect())
}

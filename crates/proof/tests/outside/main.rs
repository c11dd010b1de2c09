//! What strangers bring as proof: the checks that `fuzz/` runs, on its seeds, on changed seeds and on
//! arbitrary bytes.

mod finality;
mod head;
mod log;
#[path = "../../../primitives/tests/outside/seeds.rs"]
mod seeds;
mod state;
#[path = "../world/mod.rs"]
mod world;

use proptest::prelude::*;

fn changed(target: &str) -> impl Strategy<Value = Vec<u8>> {
    seeds::changed(seeds::of(target).into_iter().map(|(_, bytes)| bytes).collect())
}

#[test]
fn seeds_hold() {
    seeds::hold(&[
        ("finality", finality::check, finality::made()),
        ("handoffs", finality::check_handoffs, finality::made_handoffs()),
        ("head", head::check, head::made()),
        ("justification", finality::check_justification, finality::made_justifications()),
        ("log", log::check, log::made()),
        ("state", state::check, state::made()),
    ]);
}

/// The seeds still are what they are named after.
#[test]
fn seeds_are_of_this_version() {
    for (target, made) in [
        ("finality", finality::made()),
        ("handoffs", finality::made_handoffs()),
        ("head", head::made()),
        ("justification", finality::made_justifications()),
        ("log", log::made()),
        ("state", state::made()),
    ] {
        let kept = seeds::of(target);
        for (name, bytes) in made {
            let same = kept.iter().any(|(known, seed)| known == name && *seed == bytes);
            assert!(same, "{target}/{name}: write the seeds anew with REGENT_WRITE_SEEDS=1");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn changed_proofs_hold(
        justification in changed("justification"),
        finality in changed("finality"),
        handoffs in changed("handoffs"),
    ) {
        finality::check_justification(&justification);
        finality::check(&finality);
        finality::check_handoffs(&handoffs);
    }

    #[test]
    fn changed_nodes_hold(bytes in changed("state")) {
        state::check(&bytes);
    }

    #[test]
    fn changed_logs_hold(bytes in changed("log")) {
        log::check(&bytes);
    }

    #[test]
    fn changed_heads_hold(bytes in changed("head")) {
        head::check(&bytes);
    }

    #[test]
    fn arbitrary_bytes_hold(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        finality::check_justification(&bytes);
        finality::check(&bytes);
        finality::check_handoffs(&bytes);
        state::check(&bytes);
        log::check(&bytes);
        head::check(&bytes);
    }
}

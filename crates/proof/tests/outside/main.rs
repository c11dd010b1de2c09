//! What strangers bring as proof: the checks that `fuzz/` runs, on its seeds, on changed seeds and on
//! arbitrary bytes.

mod chain;
mod finality;
mod head;
#[path = "../../../primitives/tests/outside/kept_seeds.rs"]
mod kept_seeds;
mod log;
mod mmr;
#[path = "../range/mod.rs"]
mod range;
#[path = "../../../primitives/tests/outside/seeds.rs"]
mod seeds;
mod state;
#[path = "../world/mod.rs"]
mod world;

use proptest::prelude::*;

use kept_seeds::changed_of as changed;
use seeds::Target;

fn targets() -> [Target<'static>; 10] {
    [
        ("blocks", mmr::check_answer, mmr::made_answers()),
        ("chain", chain::check, chain::made()),
        ("finality", finality::check, finality::made()),
        ("handoffs", finality::check_handoffs, finality::made_handoffs()),
        ("head", head::check, head::made()),
        ("justification", finality::check_justification, finality::made_justifications()),
        ("log", log::check, log::made()),
        ("ancestry", mmr::check_ancestry, mmr::made_ancestries()),
        ("mmr", mmr::check, mmr::made()),
        ("state", state::check, state::made()),
    ]
}

#[test]
fn seeds_hold() {
    seeds::hold(&targets());
}

#[test]
fn seeds_are_of_this_version() {
    kept_seeds::are_of_this_version(&targets());
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
    fn changed_chain_proofs_hold(bytes in changed("chain")) {
        chain::check(&bytes);
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
    fn changed_commitments_hold(blocks in changed("mmr"), ancestry in changed("ancestry")) {
        mmr::check(&blocks);
        mmr::check_ancestry(&ancestry);
    }

    #[test]
    fn changed_answers_hold(bytes in changed("blocks")) {
        mmr::check_answer(&bytes);
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
        mmr::check(&bytes);
        mmr::check_ancestry(&bytes);
        mmr::check_answer(&bytes);
        head::check(&bytes);
        chain::check(&bytes);
    }
}

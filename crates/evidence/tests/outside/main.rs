//! What strangers bring as evidence: the check that `fuzz/` runs, on its seeds, on changed seeds and on
//! arbitrary bytes.

mod bundle;
#[path = "../../../primitives/tests/outside/kept_seeds.rs"]
mod kept_seeds;
#[path = "../../../primitives/tests/outside/seeds.rs"]
mod seeds;

use proptest::prelude::*;

use kept_seeds::changed_of as changed;
use seeds::Target;

fn targets() -> [Target<'static>; 1] {
    [("bundle", bundle::check, bundle::made())]
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
    fn changed_bundles_hold(bytes in changed("bundle")) {
        bundle::check(&bytes);
    }

    #[test]
    fn arbitrary_bytes_hold(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        bundle::check(&bytes);
    }
}

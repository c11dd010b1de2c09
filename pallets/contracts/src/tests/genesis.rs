//! What the genesis decides.

use super::*;

#[test]
fn genesis_builds_deployers_credits_and_the_switch() {
    let genesis = GenesisConfig {
        allow_evm: true,
        deployers: vec![ALICE],
        credits: vec![(0, 600), (1, 50)],
        ..Default::default()
    };
    ext(genesis).execute_with(|| {
        assert!(AllowEvm::<Test>::get());
        assert!(Deployers::<Test>::contains_key(ALICE));
        assert_eq!(Contracts::credits(0), Credits { granted: 600, free: 600 });
        assert_eq!(Contracts::credits(1), Credits { granted: 50, free: 50 });
        assert_eq!(Audit::count(), 0, "the genesis hash commits to the genesis");
    });
}

#[test]
fn genesis_allows_no_evm_bytecode_unless_told() {
    new_test_ext().execute_with(|| assert!(!AllowEvm::<Test>::get()));
}

#[test]
#[should_panic(expected = "is refused")]
fn genesis_with_a_strange_deployer_is_refused() {
    ext(GenesisConfig { deployers: vec![CONTRACT], ..Default::default() });
}

#[test]
#[should_panic(expected = "are refused")]
fn genesis_with_too_many_credits_is_refused() {
    ext(GenesisConfig { credits: vec![(0, MAX_CREDITS + 1)], ..Default::default() });
}

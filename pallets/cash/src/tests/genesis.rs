//! What the genesis decides.

use super::*;

fn terms() -> GenesisTerms {
    GenesisTerms { issuer: 0, ceiling: CEILING, name: "EUR".to_owned(), decimals: 2 }
}

#[test]
fn genesis_builds_terms_and_holdings() {
    let holdings = vec![(ANNA, 600), (BOB, 400)];
    ext(GenesisConfig { terms: Some(terms()), holdings, ..Default::default() }).execute_with(
        || {
            assert_eq!(Terms::<Test>::get(), Some(euros()));
            assert_eq!((Cash::balance(&ANNA), Cash::balance(&BOB)), (600, 400));
            assert_eq!(supply(), (1_000, 0, 1_000));
            assert_eq!(Audit::count(), 0, "the genesis hash commits to the genesis");
            Cash::do_try_state().expect("the pallet's invariants hold");
        },
    );
}

#[test]
fn genesis_names_no_issuer_unless_told() {
    new_test_ext().execute_with(|| assert_eq!(Cash::record(), None));
}

#[test]
fn genesis_reads_the_json_it_writes() {
    let holdings = vec![(ANNA, 600)];
    let genesis = GenesisConfig::<Test> { terms: Some(terms()), holdings, ..Default::default() };
    let json = serde_json::to_value(&genesis).expect("genesis is written");
    assert_eq!(json["terms"]["name"], "EUR");
    let read: GenesisConfig<Test> = serde_json::from_value(json).expect("genesis is read");
    assert_eq!((read.terms, read.holdings), (genesis.terms, genesis.holdings));
}

#[test]
#[should_panic(expected = "is refused")]
fn genesis_with_a_name_that_is_too_long_is_refused() {
    let terms = GenesisTerms { name: "ABCDEFGHIJKLMNOPQ".to_owned(), ..terms() };
    ext(GenesisConfig { terms: Some(terms), ..Default::default() });
}

#[test]
#[should_panic(expected = "is refused")]
fn genesis_above_the_ceiling_is_refused() {
    let holdings = vec![(ANNA, CEILING), (BOB, 1)];
    ext(GenesisConfig { terms: Some(terms()), holdings, ..Default::default() });
}

#[test]
#[should_panic(expected = "is refused")]
fn genesis_without_an_issuer_issues_nothing() {
    ext(GenesisConfig { holdings: vec![(ANNA, 1)], ..Default::default() });
}

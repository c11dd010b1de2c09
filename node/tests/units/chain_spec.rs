use regent_node::chain_spec::{known, load, SS58_PREFIX};
use sp_runtime::BuildStorage;

#[test]
fn known_chains_are_distinct() {
    let mut ids: Vec<_> = known().iter().map(|chain| chain.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[test]
fn a_missing_file_says_what_can_be_named() {
    let Err(error) = load("nowhere.json") else { panic!("there is no such file") };
    assert!(error.contains("neither dev, local nor consortium"), "{error}");
}

#[test]
fn chains_with_authorities_have_a_genesis() {
    for argument in ["dev", "local"] {
        let chain = load(argument).unwrap();
        let storage = chain.build_storage().unwrap();
        assert!(storage.top.contains_key(sp_core::storage::well_known_keys::CODE));
        assert_eq!(chain.properties().get("ss58Format"), Some(&SS58_PREFIX.into()));
    }
}

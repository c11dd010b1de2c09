use regent_node::{
    chain_spec::{known, load, ChainSpec, SS58_PREFIX},
    service::{executor, genesis_storage},
};
use sc_service::config::ExecutorConfiguration;
use serde_json::Value;
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
    let executor = executor(&ExecutorConfiguration::default(), None);
    for argument in ["dev", "local"] {
        let chain = load(argument).unwrap();
        let storage = genesis_storage(&chain, &executor).unwrap();
        assert!(storage.top.contains_key(sp_core::storage::well_known_keys::CODE));
        assert_eq!(chain.properties().get("ss58Format"), Some(&SS58_PREFIX.into()));
    }
}

/// A specification in a file, with a change.
fn changed(chain: &ChainSpec, raw: bool, change: impl FnOnce(&mut Value)) -> ChainSpec {
    let mut json = serde_json::from_str(&chain.as_json(raw).unwrap()).unwrap();
    change(&mut json);
    ChainSpec::from_json_bytes(json.to_string().into_bytes()).unwrap()
}

#[test]
fn a_genesis_is_the_one_that_the_sdk_makes_whatever_form_it_has() {
    let executor = executor(&ExecutorConfiguration::default(), None);
    let patch = load("dev").unwrap();
    let expected = patch.build_storage().unwrap();
    assert!(expected.children_default.is_empty());
    let raw = changed(&patch, true, |_| {});
    for spec in [&patch, &raw] {
        let found = genesis_storage(spec, &executor).unwrap();
        assert_eq!(found.top, expected.top);
        assert!(found.children_default.is_empty());
    }

    let unknown = changed(&patch, false, |json| {
        json["genesis"]["runtimeGenesis"]["patch"]["nobody"] = Value::Bool(true);
    });
    let error = genesis_storage(&unknown, &executor).unwrap_err();
    assert!(error.contains("refuses the genesis configuration"), "{error}");
    assert!(error.contains("nobody"), "{error}");
}

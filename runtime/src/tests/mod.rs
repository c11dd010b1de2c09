//! What only the composed runtime can show.

mod append_only;
mod commitment;
mod contracts;
mod council;
mod header;
mod layout;
mod life;
mod logged;
mod presets;
mod session_keys;
mod weights;

use serde_json::Value;
use sp_runtime::BuildStorage;

use crate::{genesis_config_presets::get_preset, RuntimeGenesisConfig};

/// Lays a patch over a value, as chain specs do (RFC 7386).
fn merge(value: &mut Value, patch: Value) {
    match (value, patch) {
        (Value::Object(value), Value::Object(patch)) => {
            for (key, patch) in patch {
                merge(value.entry(key).or_insert(Value::Null), patch);
            }
        }
        (value, patch) => *value = patch,
    }
}

/// The whole genesis configuration of a preset, with another patch on top.
fn preset(name: &str, over: Value) -> RuntimeGenesisConfig {
    let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).unwrap();
    let patch = get_preset(&name.into()).expect("the preset exists");
    merge(&mut config, serde_json::from_slice(&patch).unwrap());
    merge(&mut config, over);
    serde_json::from_value(config).unwrap()
}

/// A chain that starts from a preset.
fn chain(name: &str) -> sp_io::TestExternalities {
    let mut ext: sp_io::TestExternalities =
        preset(name, serde_json::json!({})).build_storage().unwrap().into();
    ext.execute_with(|| crate::System::set_block_number(1));
    ext
}

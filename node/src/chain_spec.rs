//! The chains this node knows by name.
//!
//! Each is the embedded runtime with one of its genesis presets. Whoever joins a chain that others
//! run uses the file they were given (`--chain FILE`) instead: its genesis does not change with
//! the node's version.

use std::path::PathBuf;

use regent_runtime::{genesis_config_presets, WASM_BINARY};
use sc_chain_spec::{ChainType, GenericChainSpec, NoExtension, Properties};

/// A chain: its code, its genesis and how to reach its first peers.
pub type ChainSpec = GenericChainSpec<NoExtension>;

/// Prefix of addresses, the SS58 registry's generic one: the consortium's accounts belong to no
/// public network.
pub const SS58_PREFIX: u16 = 42;

/// A chain that has a name.
pub struct Known {
    /// What `--chain` says.
    pub argument: &'static str,
    /// What people read.
    pub name: &'static str,
    /// Also the folder of its data.
    pub id: &'static str,
    /// Whether value is at stake.
    pub chain_type: ChainType,
    /// The runtime's preset of its genesis.
    pub preset: &'static str,
}

/// All of them.
pub fn known() -> [Known; 3] {
    [
        Known {
            argument: "dev",
            name: "Regent Development",
            id: "regent_dev",
            chain_type: ChainType::Development,
            preset: genesis_config_presets::DEVELOPMENT,
        },
        Known {
            argument: "local",
            name: "Regent Local Network",
            id: "regent_local",
            chain_type: ChainType::Local,
            preset: genesis_config_presets::LOCAL,
        },
        Known {
            argument: "consortium",
            name: "Regent Consortium",
            id: "regent_consortium",
            chain_type: ChainType::Live,
            preset: genesis_config_presets::CONSORTIUM,
        },
    ]
}

/// The chain that `--chain` names: `dev`, `local`, `consortium` or a file.
///
/// Without a name it is `local`, for commands that need only a folder's name; starting a node
/// asks for one.
///
/// # Errors
/// If the file cannot be read, or this node was built without the runtime.
pub fn load(argument: &str) -> Result<ChainSpec, String> {
    let argument = if argument.is_empty() { "local" } else { argument };
    match known().into_iter().find(|chain| chain.argument == argument) {
        Some(chain) => build(&chain),
        None => ChainSpec::from_json_file(PathBuf::from(argument)).map_err(|error| {
            format!(
                "'{argument}' is neither dev, local nor consortium, nor a chain specification \
                 that can be read: {error}"
            )
        }),
    }
}

fn build(chain: &Known) -> Result<ChainSpec, String> {
    let code = WASM_BINARY.ok_or(
        "this node was built without the runtime: build it again with SKIP_WASM_BUILD unset",
    )?;
    // The runtime's own function, called natively: asking the compiled runtime for the same preset
    // costs a compilation of it.
    let preset = genesis_config_presets::get_preset(&chain.preset.into())
        .ok_or_else(|| format!("the runtime has no genesis preset '{}'", chain.preset))?;
    let patch: serde_json::Value = serde_json::from_slice(&preset)
        .map_err(|error| format!("genesis preset '{}' is not JSON: {error}", chain.preset))?;
    let mut properties = Properties::new();
    properties.insert("ss58Format".into(), SS58_PREFIX.into());
    Ok(ChainSpec::builder(code, NoExtension::None)
        .with_name(chain.name)
        .with_id(chain.id)
        .with_chain_type(chain.chain_type.clone())
        .with_protocol_id("regent")
        .with_properties(properties)
        .with_genesis_config_patch(patch)
        .build())
}

//! The first block, made only if the database has none, and by the node's own executor.
//!
//! The SDK's builder compiles the runtime and computes the genesis state at every start, and then
//! throws it away when there is a chain already; a restarted validator misses slots for that. And it
//! compiles with an executor of its own, so that a new node compiled the same code twice.

use std::sync::Arc;

use codec::{Decode, Encode};
use regent_runtime::opaque::Block;
use sc_chain_spec::json_patch;
use sc_client_api::Backend;
use sc_service::{BuildGenesisBlock, ChainSpec, GenesisBlockBuilder};
use serde_json::Value;
use sp_core::{
    storage::{well_known_keys::CODE, Storage},
    traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode},
};
use sp_state_machine::BasicExternalities;

use super::components::{Executor, FullBackend};

/// Makes the first block when it is asked for.
pub struct LazyGenesis<'a> {
    /// The chain.
    pub chain_spec: &'a dyn ChainSpec,
    /// Whether the state is written; a node that fetches a later state does not need it.
    pub commit_state: bool,
    /// Where to.
    pub backend: Arc<FullBackend>,
    /// Makes the state, and is asked for the version of its format.
    pub executor: Executor,
}

impl BuildGenesisBlock<Block> for LazyGenesis<'_> {
    type BlockImportOperation = <FullBackend as Backend<Block>>::BlockImportOperation;

    fn build_genesis_block(self) -> sp_blockchain::Result<(Block, Self::BlockImportOperation)> {
        let storage =
            storage(self.chain_spec, &self.executor).map_err(sp_blockchain::Error::Storage)?;
        GenesisBlockBuilder::<Block, _, _>::new_with_storage(
            storage,
            self.commit_state,
            self.backend,
            self.executor,
        )?
        .build_genesis_block()
    }
}

/// The state that a chain begins with: the one of its specification, or what the runtime in it makes of
/// the configuration in it.
///
/// # Errors
/// If the specification cannot be read, or the runtime refuses the configuration.
pub fn storage(chain_spec: &dyn ChainSpec, executor: &Executor) -> Result<Storage, String> {
    let spec: Value = serde_json::from_str(&chain_spec.as_json(false)?)
        .map_err(|error| format!("the chain specification is not JSON: {error}"))?;
    let genesis = &spec["genesis"]["runtimeGenesis"];
    let Some(code) = genesis["code"].as_str() else {
        return chain_spec.as_storage_builder().build_storage();
    };
    let code = sp_core::bytes::from_hex(code)
        .map_err(|error| format!("genesis.runtimeGenesis.code: {error}"))?;
    let runtime = Runtime { executor, code: &code };
    let config = match genesis.get("patch") {
        Some(patch) => {
            let mut config = runtime.default_config()?;
            json_patch::merge(&mut config, patch.clone());
            config
        }
        None => genesis["config"].clone(),
    };
    let mut storage = runtime.state_of(&config)?;
    storage.top.insert(CODE.to_vec(), code);
    Ok(storage)
}

/// A runtime that is asked before there is a chain (`sp_genesis_builder::GenesisBuilder`).
struct Runtime<'a> {
    executor: &'a Executor,
    code: &'a [u8],
}

impl Runtime<'_> {
    /// What is configured where a patch says nothing.
    fn default_config(&self) -> Result<Value, String> {
        let preset: Option<Vec<u8>> = None;
        let (found, _) = self.call("GenesisBuilder_get_preset", &preset.encode())?;
        let found = Option::<Vec<u8>>::decode(&mut &found[..])
            .map_err(|error| format!("the runtime's default genesis: {error}"))?
            .ok_or("the runtime has no default genesis")?;
        serde_json::from_slice(&found)
            .map_err(|error| format!("the runtime's default genesis is not JSON: {error}"))
    }

    fn state_of(&self, config: &Value) -> Result<Storage, String> {
        let (built, state) =
            self.call("GenesisBuilder_build_state", &config.to_string().encode())?;
        Result::<(), String>::decode(&mut &built[..])
            .map_err(|error| format!("the runtime's answer about the genesis: {error}"))?
            .map_err(|error| format!("the runtime refuses the genesis configuration: {error}"))?;
        Ok(state)
    }

    /// What the runtime answers, and the state that it left.
    fn call(&self, method: &str, data: &[u8]) -> Result<(Vec<u8>, Storage), String> {
        let code = WrappedRuntimeCode(self.code.into());
        // As the client names the code: it then finds it compiled.
        let hash = sp_crypto_hashing::blake2_256(self.code).to_vec();
        let code = RuntimeCode { code_fetcher: &code, heap_pages: None, hash };
        let mut state = BasicExternalities::new_empty();
        let (answer, _) =
            self.executor.call(&mut state, &code, method, data, CallContext::Offchain);
        let answer = answer.map_err(|error| format!("{method}: {error}"))?;
        Ok((answer, state.into_storages()))
    }
}

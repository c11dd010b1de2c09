//! The first block, made only if the database has none.
//!
//! The SDK's builder compiles the runtime and computes the genesis state at every start, and then
//! throws it away when there is a chain already; a restarted validator misses slots for that.

use std::sync::Arc;

use regent_runtime::opaque::Block;
use sc_client_api::Backend;
use sc_service::{BuildGenesisBlock, ChainSpec, GenesisBlockBuilder};

use super::components::{Executor, FullBackend};

/// Makes the first block when it is asked for.
pub struct LazyGenesis<'a> {
    /// The chain.
    pub chain_spec: &'a dyn ChainSpec,
    /// Whether the state is written; a node that fetches a later state does not need it.
    pub commit_state: bool,
    /// Where to.
    pub backend: Arc<FullBackend>,
    /// Asked for the version of the state's format.
    pub executor: Executor,
}

impl BuildGenesisBlock<Block> for LazyGenesis<'_> {
    type BlockImportOperation = <FullBackend as Backend<Block>>::BlockImportOperation;

    fn build_genesis_block(self) -> sp_blockchain::Result<(Block, Self::BlockImportOperation)> {
        GenesisBlockBuilder::<Block, _, _>::new(
            self.chain_spec.as_storage_builder(),
            self.commit_state,
            self.backend,
            self.executor,
        )?
        .build_genesis_block()
    }
}

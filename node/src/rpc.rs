//! JSON-RPC methods beyond those that `sc-service` adds to every node (`system`, `chain`, `state`,
//! `author`, `offchain`, and the new-style `chainHead`, `archive`, `transaction`, `chainSpec`):
//! `system_accountNextIndex`, GRANDPA's state, justifications and finality proofs, and proofs of the
//! log's Merkle mountain range.
//!
//! The latter cannot be had by `state_call`, for which the runtime has no offchain storage. They reach
//! back to the first block on a node that executed every block; one that began with a later state
//! lacks what is older.

use std::{error::Error, sync::Arc};

use codec::Encode;
use jsonrpsee::{
    types::{ErrorObject, ErrorObjectOwned},
    RpcModule,
};
use mmr_rpc::{Mmr, MmrApiServer};
use regent_runtime::{opaque::Block, BlockNumber, Hash};
use sc_client_api::Backend;
use sc_consensus_grandpa::{
    FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
};
use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
use sc_rpc::SubscriptionTaskExecutor;
use sp_core::Bytes;
use substrate_frame_rpc_system::{System, SystemApiServer};

use crate::{
    finality::{self, ProofError},
    service::{Client, FullBackend, Pool},
};

/// The SDK's method, answered by [`finality`] instead.
const PROVE_FINALITY: &str = "grandpa_proveFinality";
/// The SDK's code for its failure.
const PROVE_FINALITY_FAILED: i32 = 4;

/// What the methods read.
#[derive(Clone)]
pub struct Sources {
    /// The chain.
    pub client: Arc<Client>,
    /// The database.
    pub backend: Arc<FullBackend>,
    /// Transactions that wait.
    pub pool: Arc<Pool>,
    /// The authorities GRANDPA follows.
    pub authority_set: SharedAuthoritySet<Hash, BlockNumber>,
    /// The state of the voter, once it runs.
    pub voter_state: SharedVoterState,
    /// Justifications as blocks are finalised.
    pub justifications: GrandpaJustificationStream<Block>,
}

/// Builds the methods.
///
/// # Errors
/// If two of them have the same name, or the database has no offchain storage.
pub fn methods(
    sources: Sources,
    executor: SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, Box<dyn Error + Send + Sync>> {
    let Sources { client, backend, pool, authority_set, voter_state, justifications } = sources;
    let sdk_proofs =
        FinalityProofProvider::new_for_service(backend.clone(), Some(authority_set.clone()));
    let mut grandpa =
        Grandpa::new(executor, authority_set, voter_state, justifications, sdk_proofs).into_rpc();
    grandpa.remove_method(PROVE_FINALITY);

    let storage = backend.offchain_storage().ok_or("the database has no offchain storage")?;
    let mountain_range = Mmr::<_, (Block, Hash), _>::new(client.clone(), storage);

    let mut module = RpcModule::new(());
    module.merge(System::new(client, pool).into_rpc())?;
    module.merge(grandpa)?;
    module.merge(mountain_range.into_rpc())?;
    module.merge(proofs(backend)?)?;
    Ok(module)
}

/// `grandpa_proveFinality(height)`: a proof in SCALE, as hexadecimal.
fn proofs(
    backend: Arc<FullBackend>,
) -> Result<RpcModule<Arc<FullBackend>>, Box<dyn Error + Send + Sync>> {
    let mut module = RpcModule::new(backend);
    module.register_blocking_method(PROVE_FINALITY, |parameters, backend, _| {
        let height: BlockNumber = parameters.one()?;
        match finality::prove(&**backend, height) {
            Ok(proof) => Ok(Bytes(proof.encode())),
            Err(error) => Err(failure(&error)),
        }
    })?;
    Ok(module)
}

fn failure(error: &ProofError) -> ErrorObjectOwned {
    ErrorObject::owned(PROVE_FINALITY_FAILED, error.to_string(), None::<()>)
}

//! End-to-end tests with real processes: what they share. The tests are in `tests/`, a file a
//! theme; each starts a network of its own, on free ports and in a temporary folder.
//!
//! They run the programs beside them in the target folder: `cargo build --release --workspace`
//! first.

use std::{fs, time::Duration};

use anyhow::{bail, ensure, Context};
use regent_cli::{
    demo::{Performed, Scene},
    network::{Network, NetworkOptions},
};
use regent_client::{
    flows::{execute, quiet, wait_for_request, Draft, ExecuteOptions, Executed, Prepared, Task},
    Account,
};
use regent_payload::ethereum::{address, eip1559_transfer, Gas};
use regent_primitives::{
    runtime_api::RequestState, Algorithm, BlockNumber, KeyRecord, PayloadFormat, PolicyHash,
    RequestId, RequestStatus, U256,
};

/// The longest anything that must happen may take.
pub const PATIENCE: Duration = Duration::from_secs(90);
/// Blocks a request lives where its end is not what is tested: five minutes.
pub const LIFETIME: BlockNumber = 600;
/// How long an enclave waits for the parts of all agents in a token, where all run: it has them sooner,
/// and a leaf that is left out stays out until a reshare. Less than a session of the scene lives.
pub const ALL_PARTS: Duration = Duration::from_secs(40);
/// The same where some agents do not run: it goes on without them only then.
pub const FEWER_PARTS: Duration = Duration::from_secs(12);
/// The network of the treasury policy: Sepolia.
const CHAIN_ID: u64 = 11_155_111;
/// Half an ether, in wei: within the treasury's limit.
const HALF: u64 = 500_000_000_000_000_000;
/// Lines of a log that are shown where something was waited for in vain.
const LOG_LINES: usize = 20;

/// A network of five agents, of which three are asked for, and a key of theirs.
pub struct Stage<K = KeyRecord> {
    /// Its processes.
    pub network: Network,
    /// Its people and policies.
    pub scene: Scene,
    /// A secp256k1 key under the treasury policy, if it has one.
    pub key: K,
}

/// The same network without a key: for tests that enrol keys of their own.
pub type BareStage = Stage<()>;

impl BareStage {
    /// Starts the network.
    ///
    /// # Errors
    /// If anything does not come up or is refused.
    pub async fn bare(options: NetworkOptions) -> anyhow::Result<Self> {
        Self::peopled(Network::start(options, &mut |line| println!("{line}")).await?).await
    }

    async fn peopled(network: Network) -> anyhow::Result<Self> {
        let scene = Scene::prepare(&network).await?;
        Ok(Self { network, scene, key: () })
    }

    async fn keyed(self) -> anyhow::Result<Stage> {
        let key = self.enrol(Algorithm::EcdsaSecp256k1, self.scene.treasury).await?;
        let Self { network, scene, .. } = self;
        Ok(Stage { network, scene, key })
    }
}

impl Stage {
    /// Starts the network and enrols the key.
    ///
    /// # Errors
    /// If anything does not come up or is refused, or an agent has no part in the key.
    pub async fn set(options: NetworkOptions) -> anyhow::Result<Self> {
        BareStage::bare(options).await?.keyed().await
    }

    /// Enrols the key on a network that was started before.
    ///
    /// # Errors
    /// If anything is refused, or an agent has no part in the key.
    pub async fn on(network: Network) -> anyhow::Result<Self> {
        BareStage::peopled(network).await?.keyed().await
    }

    /// A transfer of half an ether to a recipient of the treasury, as a request of Alice's.
    ///
    /// # Errors
    /// If the key is not active.
    pub async fn transfer(&self, lifetime: BlockNumber) -> anyhow::Result<Prepared> {
        let (format, token) = (PayloadFormat::EthereumTransaction, &self.key.token);
        let payload = transaction(self.scene.recipients.ethereum, 1);
        let parsed =
            regent_payload::parse(format, &payload, token.algorithm, &token.public_key, None)?;
        let task = Task::Sign { key: token.key_id, format, payload, effect: parsed.effect };
        let draft = Draft { task, policy: None, lifetime };
        Ok(draft.prepare(&self.scene.client, self.scene.actors.alice.id()).await?)
    }

    /// Carries a transfer through, with both approvals, and checks its signature.
    ///
    /// # Errors
    /// If anything is refused, or the sender is another than the key.
    pub async fn perform(&self) -> anyhow::Result<Performed> {
        let performed = self.scene.perform(self.transfer(LIFETIME).await?).await?;
        self.check_sender(&performed)?;
        Ok(performed)
    }

    /// Checks that the transfer is signed by the key: the sender recovered from the signature has
    /// the key's address.
    ///
    /// # Errors
    /// If it is not.
    pub fn check_sender(&self, performed: &Performed) -> anyhow::Result<()> {
        let found = sender(&performed.prepared.payload, &performed.executed.outcome.result)?;
        let expected = address(&self.key.token.public_key)?;
        ensure!(found == expected, "the sender is {found:02x?}, expected {expected:02x?}");
        Ok(())
    }
}

impl<K> Stage<K> {
    /// Enrols a key of Alice's, in which every agent has a part.
    ///
    /// # Errors
    /// If anything is refused, or an agent has no part in the key.
    pub async fn enrol(
        &self,
        algorithm: Algorithm,
        policy: PolicyHash,
    ) -> anyhow::Result<KeyRecord> {
        let (quorum, tree) = (self.scene.quorum, self.scene.tree.clone());
        let task = Task::Enrol { algorithm, quorum, tree };
        let prepared = self.scene.draft(task, Some(policy)).await?;
        let key = make(&self.scene, &prepared, ALL_PARTS).await?.key.context("no active key")?;
        let mut leaves = 0..key.token.tree.leaf_count();
        if let Some(absent) = leaves.find(|leaf| !key.token.is_present(*leaf)) {
            let log = self.end_of_log(absent);
            bail!("agent {absent} has no part in the key; its log ends:\n{log}");
        }
        Ok(key)
    }

    /// Waits until a request in finalised state is as wanted, and returns that state.
    ///
    /// # Errors
    /// If it is not after [`PATIENCE`].
    pub async fn wait(
        &self,
        id: RequestId,
        what: &'static str,
        wanted: impl Fn(&RequestState) -> bool,
    ) -> anyhow::Result<RequestState> {
        let found = wait_for_request(&self.scene.client, id, what, PATIENCE, |_, state| {
            Ok(state.filter(&wanted))
        });
        Ok(found.await?)
    }

    /// Waits until a request has this status in finalised state.
    ///
    /// # Errors
    /// If it is not after [`PATIENCE`].
    pub async fn wait_for_status(
        &self,
        id: RequestId,
        status: RequestStatus,
    ) -> anyhow::Result<RequestState> {
        self.wait(id, status.name(), |state| state.record.status == status).await
    }

    /// The last lines that an agent logged: its log goes with the network.
    pub fn end_of_log(&self, number: usize) -> String {
        let path = self.network.log(&agent(number)).ok();
        let text = path.and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines.get(lines.len().saturating_sub(LOG_LINES)..).unwrap_or_default().join("\n")
    }
}

/// Submits a request of Alice's that makes a token, and carries it through as [`carry`] does.
///
/// # Errors
/// If anything is refused.
pub async fn make(
    scene: &Scene,
    prepared: &Prepared,
    patience: Duration,
) -> anyhow::Result<Executed> {
    scene.submit(prepared).await?;
    carry(scene, &scene.actors.alice, prepared.id, patience).await
}

/// Carries a request on chain through for whoever made it or had a contract make it, with both approvals.
/// Where it makes a token, the enclave waits so long for the parts of all agents, and goes on without those
/// that do not come.
///
/// # Errors
/// If anything is refused.
pub async fn carry(
    scene: &Scene,
    who: &Account,
    id: RequestId,
    patience: Duration,
) -> anyhow::Result<Executed> {
    let options = ExecuteOptions { share_patience: patience, ..scene.options() };
    let executed = async {
        let (client, enclave) = (&scene.client, &scene.enclave);
        anyhow::Ok(execute(client, enclave, who, id, &options, &mut quiet).await?)
    };
    let approved = async { anyhow::Ok(scene.approve_all(id).await?) };
    Ok(tokio::try_join!(executed, approved)?.0)
}

/// An unsigned EIP-1559 transaction that moves so many halves of an ether.
pub fn transaction(to: [u8; 20], halves: u64) -> Vec<u8> {
    let gas = Gas {
        chain_id: CHAIN_ID,
        nonce: 0,
        limit: 21_000,
        max_fee_per_gas: 30_000_000_000,
        max_priority_fee_per_gas: 1_000_000_000,
    };
    eip1559_transfer(&gas, to, U256::from(HALF) * halves)
}

/// The address of an Ethereum transaction's sender, recovered from its one signature.
///
/// # Errors
/// If there is not one signature, or nothing can be recovered from it.
pub fn sender(unsigned: &[u8], signatures: &[Vec<u8>]) -> anyhow::Result<[u8; 20]> {
    let [signature] = signatures else {
        bail!("{} signatures, expected one", signatures.len());
    };
    let bytes: [u8; 65] = signature.as_slice().try_into().context("65 bytes")?;
    let digest = alloy_primitives::keccak256(unsigned);
    let public = sp_core::ecdsa::Signature::from_raw(bytes)
        .recover_prehashed(&digest.0)
        .context("no sender can be recovered")?;
    Ok(address(&public.0)?)
}

/// The name of an agent's process.
pub fn agent(number: usize) -> String {
    format!("agent-{number}")
}

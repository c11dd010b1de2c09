//! What every step of the demonstration needs: a connection, people, policies; and the whole way of
//! one operation as one function.

use std::time::{Duration, Instant};

use futures::StreamExt;
use regent_client::{
    calls,
    flows::{
        decide, execute, quiet, request, wait_for_block, wait_for_request, Draft, ExecuteOptions,
        Executed, FlowError, Phase, Prepared, Requested, Step, Task, Timings,
    },
    Account, Client, ClientError, EnclaveClient,
};
use regent_primitives::{
    AccessTree, Algorithm, Decision, KeyId, KeyRecord, KeyState, Policy, PolicyHash, QuorumId,
    RegenToken, RequestId, RequestStatus,
};

use super::{policies, Actors, Recipients};
use crate::{error::CliError, network::Network, payloads::addresses};

/// Blocks a session lives: one minute.
const SESSION_LIFETIME: u32 = 120;
/// Blocks a request lives: five minutes.
pub(super) const REQUEST_LIFETIME: u32 = 600;
/// How long the agents' notes are waited for.
const NOTES_PATIENCE: Duration = Duration::from_secs(10);
/// How long transactions wait for room in the institution's quota.
const QUOTA_PATIENCE: Duration = Duration::from_secs(30);

/// A network with people and policies on it.
pub struct Scene {
    /// The node.
    pub client: Client,
    /// The enclave.
    pub enclave: EnclaveClient,
    /// The people.
    pub actors: Actors,
    /// The quorum of all agents.
    pub quorum: QuorumId,
    /// A threshold of the quorum's agents.
    pub tree: AccessTree,
    /// To whom the treasury may pay.
    pub recipients: Recipients,
    /// Policy of the keys that move value.
    pub treasury: PolicyHash,
    /// Policy of the keys that sign documents.
    pub documents: PolicyHash,
}

/// An operation that was carried through.
#[derive(Clone, Debug)]
pub struct Performed {
    /// Its request.
    pub prepared: Prepared,
    /// What came of it.
    pub executed: Executed,
    /// Every phase.
    pub timings: Timings,
    /// From the submission of the last approval until the enclave's answer, where nothing else was
    /// done between them.
    pub after_last_approval: Option<Duration>,
}

impl Performed {
    fn of(prepared: Prepared, requested: Requested, executed: Executed) -> Self {
        let mut timings = requested.timings;
        timings.extend(executed.timings.clone());
        Self { prepared, executed, timings, after_last_approval: None }
    }

    /// The key it enrolled.
    ///
    /// # Errors
    /// If it enrolled none.
    pub fn key(&self) -> Result<&KeyRecord, CliError> {
        self.executed.key.as_ref().ok_or_else(|| failed("enrolment", "there is no active key"))
    }
}

impl Scene {
    /// Puts both policies onto the chain of a network.
    ///
    /// # Errors
    /// If the chain refuses them.
    pub async fn prepare(network: &Network) -> Result<Self, CliError> {
        let client = network.client().clone().with_quota_patience(QUOTA_PATIENCE);
        let enclave = network.enclave().clone();
        let actors = Actors::new()?;
        let recipients = Recipients::default();
        let measurement = enclave.info().await?.measurement;
        let treasury = policies::treasury(&actors, measurement, &recipients);
        let documents = policies::documents(&actors, measurement);
        let genesis = client.genesis();
        let hashes = (treasury.hash(genesis), documents.hash(genesis));
        create(&client, &actors.alice, [treasury, documents]).await?;
        let agents = network.agent_ids();
        let quorum = network.quorum();
        let record = client.quorum(quorum, None).await?.ok_or(CliError::NotFound {
            what: "quorum",
            id: quorum.to_string(),
            remedy: "start the network again",
        })?;
        let tree = AccessTree::threshold_of_agents(record.threshold, &agents)
            .map_err(|error| CliError::input("agents", error))?;
        Ok(Self {
            client,
            enclave,
            actors,
            quorum,
            tree,
            recipients,
            treasury: hashes.0,
            documents: hashes.1,
        })
    }

    /// A request of Alice's, ready to be submitted.
    ///
    /// # Errors
    /// If the key is not active.
    pub async fn draft(
        &self,
        task: Task,
        policy: Option<PolicyHash>,
    ) -> Result<Prepared, CliError> {
        let draft = Draft { task, policy, lifetime: REQUEST_LIFETIME };
        Ok(draft.prepare(&self.client, self.actors.alice.id()).await?)
    }

    /// Submits a request with a session for its first attempt.
    ///
    /// # Errors
    /// If the chain refuses it.
    pub async fn submit(&self, prepared: &Prepared) -> Result<Requested, CliError> {
        self.submit_for(&self.actors.alice, prepared).await
    }

    async fn submit_for(&self, who: &Account, prepared: &Prepared) -> Result<Requested, CliError> {
        let session = Some((&self.enclave, SESSION_LIFETIME));
        Ok(request(&self.client, who, prepared, session, &mut quiet).await?)
    }

    /// One person's approval at a stage, in a block.
    ///
    /// # Errors
    /// If the chain refuses it.
    pub async fn approve(&self, who: &Account, id: RequestId, stage: u8) -> Result<(), CliError> {
        let approve = Decision::Approve;
        let patient_until = Instant::now() + QUOTA_PATIENCE;
        loop {
            let decided = decide(&self.client, who, None, id, approve, Some(stage), None).await;
            match decided?.submitted.in_block().await {
                // The quota ran out between the pool and the block.
                Err(ClientError::Dropped(_)) if Instant::now() < patient_until => {
                    let head = self.client.finalised_head().await?.number;
                    wait_for_block(&self.client, head.saturating_add(1), QUOTA_PATIENCE).await?;
                }
                result => return Ok(result.map(drop)?),
            }
        }
    }

    /// Both approvals, in order; returns when the second was submitted.
    ///
    /// # Errors
    /// If the chain refuses one.
    pub async fn approve_all(&self, id: RequestId) -> Result<Instant, CliError> {
        self.approve(&self.actors.bob, id, 0).await?;
        let submitted = Instant::now();
        self.approve(&self.actors.charlie, id, 1).await?;
        Ok(submitted)
    }

    /// How patiently operations are carried through.
    pub fn options(&self) -> ExecuteOptions {
        ExecuteOptions {
            approval_patience: Duration::from_secs(60),
            session_lifetime: SESSION_LIFETIME,
            ..ExecuteOptions::default()
        }
    }

    /// Carries a request of Alice's through from its submission to its receipt: the approvals come
    /// while it is waited for.
    ///
    /// # Errors
    /// If anything is refused.
    pub async fn perform(&self, prepared: Prepared) -> Result<Performed, CliError> {
        self.perform_for(&self.actors.alice, prepared).await
    }

    /// The same for somebody else, whose request it is.
    ///
    /// # Errors
    /// If anything is refused.
    pub async fn perform_for(
        &self,
        who: &Account,
        prepared: Prepared,
    ) -> Result<Performed, CliError> {
        let requested = self.submit_for(who, &prepared).await?;
        let id = prepared.id;
        let mut answered = None;
        let (executed, approved) = tokio::try_join!(
            self.execute(who, id, |step| {
                if matches!(step, Step::Done { phase: Phase::Operation, .. }) {
                    answered = Some(Instant::now());
                }
            }),
            self.approve_all(id),
        )?;
        let after_last_approval = answered.map(|at| at.saturating_duration_since(approved));
        Ok(Performed { after_last_approval, ..Performed::of(prepared, requested, executed) })
    }

    /// Carries a submitted request through that is approved, or will be.
    ///
    /// # Errors
    /// If anything is refused.
    pub async fn carry(
        &self,
        prepared: Prepared,
        requested: Requested,
    ) -> Result<Performed, CliError> {
        let executed = self.execute(&self.actors.alice, prepared.id, quiet).await?;
        Ok(Performed::of(prepared, requested, executed))
    }

    /// Carries a request on chain through for whoever made it or had a contract make it, with both
    /// approvals.
    ///
    /// # Errors
    /// If anything is refused.
    pub async fn carry_for(&self, who: &Account, id: RequestId) -> Result<Executed, CliError> {
        let (executed, _) = tokio::try_join!(self.execute(who, id, quiet), self.approve_all(id))?;
        Ok(executed)
    }

    async fn execute(
        &self,
        who: &Account,
        id: RequestId,
        mut progress: impl FnMut(Step) + Send,
    ) -> Result<Executed, CliError> {
        let options = self.options();
        Ok(execute(&self.client, &self.enclave, who, id, &options, &mut progress).await?)
    }

    /// Enrols a key.
    ///
    /// # Errors
    /// If anything is refused.
    pub async fn enrol(
        &self,
        algorithm: Algorithm,
        policy: PolicyHash,
    ) -> Result<Performed, CliError> {
        let task = Task::Enrol { algorithm, quorum: self.quorum, tree: self.tree.clone() };
        self.perform(self.draft(task, Some(policy)).await?).await
    }

    /// Waits until a request is completed in finalised state and its agents' notes are there; these
    /// come after the receipt, and not at all from agents that are down.
    ///
    /// # Errors
    /// If the node cannot be asked.
    pub async fn settle(&self, id: RequestId) -> Result<(), CliError> {
        let leaves = self.tree.leaf_count();
        let what = "the agents' notes";
        let settled = wait_for_request(&self.client, id, what, NOTES_PATIENCE, |_, state| {
            Ok(state
                .filter(|state| state.record.status == RequestStatus::Completed)
                .filter(|state| state.releases.len() >= leaves)
                .map(drop))
        });
        match settled.await {
            Ok(()) | Err(FlowError::Timeout { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until an epoch of a key is retired in finalised state, and each of its agents has destroyed
    /// what made its share; retired it is as soon as too few are left to make the key.
    ///
    /// # Errors
    /// If it is not after `patience`.
    pub async fn wait_for_retirement(
        &self,
        token: &RegenToken,
        patience: Duration,
    ) -> Result<(), CliError> {
        let deadline = Instant::now() + patience;
        // Subscribed before the first look, so that nothing falls between them.
        let mut heads = self.client.finalised_heads().await?;
        loop {
            let at = Some(self.client.finalised_hash().await?);
            let epoch = self.client.epoch(token.key_id, token.epoch, at).await?;
            let record = epoch.ok_or(FlowError::UnknownKey(token.key_id))?;
            let whole = (0..token.tree.leaf_count())
                .filter(|leaf| token.is_present(*leaf) && !record.is_punctured(*leaf))
                .count();
            let state = record.key.state;
            if state == KeyState::Retired && whole == 0 {
                return Ok(());
            }
            if Instant::now() > deadline {
                let (epoch, state) = (token.epoch, state.name());
                let reason = format!("epoch {epoch} is {state}, and {whole} leaves are whole");
                return Err(failed("the retirement", reason));
            }
            heads.next().await.ok_or(ClientError::SubscriptionEnded("finalised heads"))??;
        }
    }

    /// The key in finalised state.
    ///
    /// # Errors
    /// If there is none.
    pub async fn key(&self, key: KeyId) -> Result<KeyRecord, CliError> {
        Ok(self.client.key(key, None).await?.ok_or(FlowError::UnknownKey(key))?)
    }
}

/// Puts policies onto the chain, unless they are there, and waits until they are final.
pub(super) async fn create(
    client: &Client,
    account: &Account,
    policies: impl IntoIterator<Item = Policy>,
) -> Result<(), CliError> {
    let mut missing = Vec::new();
    for policy in policies {
        if client.policy(policy.hash(client.genesis()), None).await?.is_none() {
            missing.push(client.submit_finalised(account, calls::policies::create(policy)));
        }
    }
    futures::future::try_join_all(missing).await?;
    Ok(())
}

/// A key in one line.
pub(super) fn words(key: &KeyRecord) -> String {
    let address = addresses(&key.token)
        .into_iter()
        .find(|(world, _)| world == "ethereum" || world == "bitcoin:regtest")
        .map(|(_, address)| address);
    let public =
        || format!("0x{}", hex::encode(key.token.public_key.get(..16).unwrap_or_default()));
    let what = match address {
        Some(address) => address,
        None if key.token.public_key.is_empty() => "no public key: it seals and opens".to_owned(),
        None => format!("{}.., {} bytes", public(), key.token.public_key.len()),
    };
    format!("{:<16} {what}", key.token.algorithm.name())
}

/// The demonstration did not show what it must.
pub(super) fn failed(step: &str, reason: impl std::fmt::Display) -> CliError {
    CliError::Demo { step: step.to_owned(), reason: reason.to_string() }
}

/// What should be refused, was; returns the reason.
pub(super) fn refusal<T>(step: &str, result: Result<T, CliError>) -> Result<String, CliError> {
    match result {
        Err(error) if error.exit_code() == 3 => Ok(error.to_string()),
        Err(error) => Err(error),
        Ok(_) => Err(failed(step, "it was not refused")),
    }
}

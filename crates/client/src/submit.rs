//! Transactions: signing, nonces, and waiting for what becomes of them.

use std::time::{Duration, Instant};

use regent_primitives::{AccountId, BlockNumber, H256};
use subxt::{
    client::OnlineClientAtBlockImpl,
    config::DefaultExtrinsicParamsBuilder,
    error::{TransactionEventsError, TransactionProgressError, TransactionStatusError},
    tx::{SubmittableTransaction, TransactionInBlock, TransactionProgress, TransactionStatus},
    SubstrateConfig,
};

use crate::{
    account::Account,
    calls::Call,
    client::Client,
    dispatch::DispatchFailure,
    error::{with_causes, ClientError, PoolRejection, Result},
};

type AtBlock = OnlineClientAtBlockImpl<SubstrateConfig>;

/// Blocks a transaction lives in the pool; a power of two.
const MORTALITY: u64 = 128;

/// How long our own count of an account's nonces outranks the node's: its pool may answer from the
/// view of the block before the one it just imported.
const NONCE_MEMORY: Duration = Duration::from_secs(5);

/// How often a transaction is submitted again that the institution's quota has no room for.
const QUOTA_RETRY: Duration = Duration::from_millis(500);

/// How often a transaction is signed anew when its nonce was taken meanwhile.
const NONCE_ATTEMPTS: usize = 5;

/// The next nonce of an account, as this client counts.
#[derive(Debug, Default)]
pub(crate) struct Nonce {
    known: Option<(u64, Instant)>,
}

impl Nonce {
    /// The node's count or our own, whichever is ahead.
    fn next(&self, chain: u64) -> u64 {
        match self.known {
            Some((next, since)) if since.elapsed() < NONCE_MEMORY => next.max(chain),
            _ => chain,
        }
    }

    fn used(&mut self, nonce: u64) {
        self.known = Some((nonce.saturating_add(1), Instant::now()));
    }

    fn forget(&mut self) {
        self.known = None;
    }
}

/// How far a transaction is waited for.
#[derive(Clone, Copy)]
enum Stage {
    InBlock,
    Finalised,
}

/// A transaction that the node's pool accepted.
pub struct Submitted {
    client: Client,
    account: Option<AccountId>,
    hash: H256,
    progress: TransactionProgress<SubstrateConfig, AtBlock>,
}

impl std::fmt::Debug for Submitted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Submitted").field("hash", &self.hash).finish_non_exhaustive()
    }
}

/// A transaction that succeeded in a block.
#[derive(Clone, Debug)]
pub struct Inclusion {
    /// The block.
    pub block: H256,
    /// Its height.
    pub number: BlockNumber,
    /// Position among the block's transactions.
    pub index: usize,
    /// Hash of the transaction.
    pub transaction: H256,
    /// What the transaction brought about: pallet, event, and the SCALE encoding of its fields.
    pub events: Vec<(String, String, Vec<u8>)>,
}

impl Inclusion {
    /// The fields of the first event of this name, in SCALE.
    pub fn event(&self, pallet: &str, name: &str) -> Option<&[u8]> {
        self.events
            .iter()
            .find(|(its_pallet, its_name, _)| its_pallet == pallet && its_name == name)
            .map(|(_, _, fields)| fields.as_slice())
    }
}

impl Client {
    /// Signs a call with a fresh nonce and gives it to the node's pool. Several may be in flight
    /// from one account: they are numbered in the order of these calls.
    ///
    /// # Errors
    /// If the node's runtime has no such call, or its pool does not take the transaction. What
    /// happens later is told by the [`Submitted`].
    pub async fn submit(&self, account: &Account, call: Call) -> Result<Submitted> {
        let nonces = self.nonce_of(account.id()).await;
        // Held until the pool has taken it, so that nonces reach the pool in order.
        let mut nonce = nonces.lock().await;
        let mut attempts = 0;
        let patient_until = Instant::now() + self.quota_patience();
        loop {
            attempts += 1;
            let next = nonce.next(self.next_nonce(account.id()).await?);
            let transaction = self.sign(account, &call, next).await?;
            match transaction.submit_and_watch().await {
                Ok(progress) => {
                    nonce.used(next);
                    return Ok(Submitted {
                        client: self.clone(),
                        account: Some(account.id().clone()),
                        hash: transaction.hash(),
                        progress,
                    });
                }
                Err(error) => {
                    let error = ClientError::extrinsic(self.url(), account.id(), error);
                    match error.rejection() {
                        // Ours or the node's count was behind: go on after the nonce taken.
                        Some(rejection)
                            if rejection.is_nonce_race() && attempts < NONCE_ATTEMPTS =>
                        {
                            nonce.used(next);
                        }
                        Some(PoolRejection::QuotaExhausted) if Instant::now() < patient_until => {
                            tokio::time::sleep(QUOTA_RETRY).await;
                        }
                        _ => {
                            nonce.forget();
                            self.forget_birth_block().await;
                            return Err(error);
                        }
                    }
                }
            }
        }
    }

    /// [`Client::submit`], then [`Submitted::in_block`].
    ///
    /// # Errors
    /// As both.
    pub async fn submit_in_block(&self, account: &Account, call: Call) -> Result<Inclusion> {
        self.submit_until(account, call, Stage::InBlock).await
    }

    /// [`Client::submit`], then [`Submitted::finalised`].
    ///
    /// # Errors
    /// As both.
    pub async fn submit_finalised(&self, account: &Account, call: Call) -> Result<Inclusion> {
        self.submit_until(account, call, Stage::Finalised).await
    }

    /// Submits a call again while the quota runs out between the pool and the block.
    async fn submit_until(&self, account: &Account, call: Call, stage: Stage) -> Result<Inclusion> {
        let patient_until = Instant::now() + self.quota_patience();
        loop {
            let mut submitted = self.submit(account, call.clone()).await?;
            let reached = match stage {
                Stage::InBlock => submitted.in_block().await,
                Stage::Finalised => submitted.finalised().await,
            };
            match reached {
                Err(ClientError::Dropped(_)) if Instant::now() < patient_until => {
                    tokio::time::sleep(QUOTA_RETRY).await;
                }
                result => return result,
            }
        }
    }

    /// Gives the pool a call that nobody signs and that the runtime authorizes by what is in it,
    /// such as an agent's note.
    ///
    /// # Errors
    /// As [`Client::submit`].
    pub async fn submit_authorized(&self, call: Call) -> Result<Submitted> {
        let block = self.birth_block().await?;
        call.check(block.metadata_ref())?;
        let build = |error| ClientError::Build(with_causes(&error));
        let params = DefaultExtrinsicParamsBuilder::<SubstrateConfig>::new().immortal().build();
        let mut general = block.tx().create_v5_signable_offline(&call, params).map_err(build)?;
        // Only chains with `VerifySignature` among their extensions carry these; ours has none.
        let nobody = AccountId::new([0; 32]);
        let transaction = general
            .sign_with_account_and_signature(
                &subxt::utils::AccountId32([0; 32]),
                &subxt::utils::MultiSignature::Sr25519([0; 64]),
            )
            .map_err(build)?;
        let progress = transaction
            .submit_and_watch()
            .await
            .map_err(|error| ClientError::extrinsic(self.url(), &nobody, error))?;
        Ok(Submitted { client: self.clone(), account: None, hash: transaction.hash(), progress })
    }

    /// The call as the runtime encodes it: for calls that carry another.
    ///
    /// # Errors
    /// If the node's runtime has no such call.
    pub async fn encode_call(&self, call: &Call) -> Result<Vec<u8>> {
        call.check(self.birth_block().await?.metadata_ref())?;
        Ok(call.encoded())
    }

    /// The call made with root's rights, by the sudo key of a development chain.
    ///
    /// # Errors
    /// If the node's runtime has no such call.
    pub async fn as_root(&self, call: &Call) -> Result<Call> {
        Ok(crate::calls::sudo::sudo(self.encode_call(call).await?))
    }

    async fn sign(
        &self,
        account: &Account,
        call: &Call,
        nonce: u64,
    ) -> Result<SubmittableTransaction<SubstrateConfig, AtBlock>> {
        let block = self.birth_block().await?;
        call.check(block.metadata_ref())?;
        let params = DefaultExtrinsicParamsBuilder::<SubstrateConfig>::new()
            .mortal_from_unchecked(MORTALITY, block.block_number(), block.block_hash())
            .nonce(nonce)
            .build();
        let build = |error| ClientError::Build(with_causes(&error));
        let mut signable = block.tx().create_signable_offline(call, params).map_err(build)?;
        signable.sign(account.keypair()).map_err(build)
    }
}

impl Submitted {
    /// Hash of the transaction.
    pub fn hash(&self) -> H256 {
        self.hash
    }

    /// Waits until it is in a best block and succeeded there.
    ///
    /// # Errors
    /// If it failed, or left the pool.
    pub async fn in_block(&mut self) -> Result<Inclusion> {
        loop {
            match self.next().await? {
                TransactionStatus::InBestBlock(at) | TransactionStatus::InFinalizedBlock(at) => {
                    return self.outcome(&at).await;
                }
                _ => continue,
            }
        }
    }

    /// Waits until it is in a finalised block and succeeded there.
    ///
    /// # Errors
    /// If it failed, or left the pool.
    pub async fn finalised(&mut self) -> Result<Inclusion> {
        loop {
            if let TransactionStatus::InFinalizedBlock(at) = self.next().await? {
                return self.outcome(&at).await;
            }
        }
    }

    async fn next(&mut self) -> Result<TransactionStatus<SubstrateConfig, AtBlock>> {
        let status = match self.progress.next().await {
            Some(Ok(status)) => status,
            Some(Err(TransactionProgressError::CannotGetNextProgressUpdate(error))) => {
                let method = "author_submitAndWatchExtrinsic";
                return Err(ClientError::backend(self.client.url(), method, error));
            }
            Some(Err(TransactionProgressError::TransactionStatusError(error))) => {
                return Err(self
                    .dropped(match error {
                        TransactionStatusError::Error(message)
                        | TransactionStatusError::Invalid(message)
                        | TransactionStatusError::Dropped(message) => message,
                        other => other.to_string(),
                    })
                    .await)
            }
            Some(Err(_)) | None => {
                return Err(ClientError::SubscriptionEnded("the transaction's progress"))
            }
        };
        match status {
            TransactionStatus::Error { message }
            | TransactionStatus::Invalid { message }
            | TransactionStatus::Dropped { message } => Err(self.dropped(message).await),
            other => Ok(other),
        }
    }

    /// The nonce it used is free again.
    async fn dropped(&self, message: String) -> ClientError {
        if let Some(account) = &self.account {
            self.client.nonce_of(account).await.lock().await.forget();
        }
        ClientError::Dropped(message)
    }

    async fn outcome(
        &self,
        at: &TransactionInBlock<SubstrateConfig, AtBlock>,
    ) -> Result<Inclusion> {
        let block = at.block_hash();
        let events = at.wait_for_success().await.map_err(|error| match error {
            TransactionEventsError::ExtrinsicFailed(error) => {
                ClientError::Dispatch(DispatchFailure::of(block, &error))
            }
            other => ClientError::Decode {
                method: "System.Events".to_owned(),
                reason: with_causes(&other),
            },
        })?;
        let mut listed = Vec::new();
        for event in events.iter() {
            let event = event.map_err(|error| ClientError::Decode {
                method: "System.Events".to_owned(),
                reason: with_causes(&error),
            })?;
            listed.push((
                event.pallet_name().to_owned(),
                event.event_name().to_owned(),
                event.field_bytes().to_vec(),
            ));
        }
        Ok(Inclusion {
            block,
            number: self.client.head(block).await?.number,
            index: events.extrinsic_index(),
            transaction: self.hash,
            events: listed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_count_outranks_the_nodes_only_when_ahead() {
        let mut nonce = Nonce::default();
        assert_eq!(nonce.next(3), 3);
        nonce.used(3);
        assert_eq!(nonce.next(3), 4);
        assert_eq!(nonce.next(9), 9);
        nonce.forget();
        assert_eq!(nonce.next(3), 3);
    }
}

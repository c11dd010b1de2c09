//! What is wanted, before it is a request.

use rand_core::{OsRng, RngCore};
use regent_primitives::{
    payload::payload_hash, request::ResultKey, AccessTree, AccountId, Algorithm, BlockNumber,
    Effect, Epoch, KeyId, KeyState, Operation, PayloadFormat, PolicyHash, QuorumId, RequestBody,
    RequestId,
};

use super::FlowError;
use crate::Client;

/// What is wanted of which key.
#[derive(Clone, Debug)]
pub enum Task {
    /// A new key.
    Enrol {
        /// What it is for.
        algorithm: Algorithm,
        /// The quorum its agents come from.
        quorum: QuorumId,
        /// Who must take part.
        tree: AccessTree,
    },
    /// A signature.
    Sign {
        /// The key.
        key: KeyId,
        /// How the payload is read.
        format: PayloadFormat,
        /// The payload.
        payload: Vec<u8>,
        /// What it does.
        effect: Effect,
    },
    /// A plaintext or shared secret.
    Decrypt {
        /// The key.
        key: KeyId,
        /// The ciphertext, in its algorithm's form.
        ciphertext: Vec<u8>,
        /// X-Wing public key to which the result is sealed.
        result_key: ResultKey,
    },
    /// The next epoch of a key: a refresh, a reshare, or what a transfer waits for.
    Succeed {
        /// The key.
        key: KeyId,
        /// [`Operation::Refresh`], [`Operation::Reshare`] or [`Operation::Transfer`].
        operation: Operation,
    },
}

/// A request to be.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What is wanted.
    pub task: Task,
    /// Under which policy; the one the key is bound to where none is named.
    pub policy: Option<PolicyHash>,
    /// Blocks it may live.
    pub lifetime: BlockNumber,
}

/// A request ready to be submitted.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Its id.
    pub id: RequestId,
    /// The request.
    pub body: RequestBody,
    /// Its payload.
    pub payload: Vec<u8>,
}

impl Draft {
    /// Makes the request: fresh salt, the key's epoch and policy, the block at which it expires.
    ///
    /// # Errors
    /// If the key is unknown or not active, or the node cannot be asked.
    pub async fn prepare(
        self,
        client: &Client,
        requester: &AccountId,
    ) -> Result<Prepared, FlowError> {
        let genesis = client.genesis();
        let mut salt = [0u8; 32];
        OsRng
            .try_fill_bytes(&mut salt)
            .map_err(|error| FlowError::Randomness(error.to_string()))?;
        let head = client.finalised_head().await?;
        let (key, operation, payload, effect) = match self.task {
            Task::Enrol { algorithm, quorum, tree } => (
                KeyId::derive(genesis, requester, &salt),
                Operation::Enrol { algorithm, quorum, tree },
                Vec::new(),
                Effect::default(),
            ),
            Task::Sign { key, format, payload, effect } => {
                (key, Operation::Sign { format }, payload, effect)
            }
            Task::Decrypt { key, ciphertext, result_key } => {
                (key, Operation::Decrypt { result_key }, ciphertext, Effect::default())
            }
            Task::Succeed { key, operation } => (key, operation, Vec::new(), Effect::default()),
        };
        let (epoch, policy): (Epoch, PolicyHash) = match &operation {
            Operation::Enrol { .. } => (0, self.policy.ok_or(FlowError::MissingPolicy)?),
            _ => {
                let record =
                    client.key(key, Some(head.hash)).await?.ok_or(FlowError::UnknownKey(key))?;
                if record.state != KeyState::Active {
                    return Err(FlowError::KeyNotActive { key, state: record.state.name() });
                }
                let committed = record.token.policy_hash;
                let policy = match self.policy {
                    Some(policy) => policy,
                    None => {
                        let newest = client.newest_policy(committed, Some(head.hash)).await?;
                        newest.unwrap_or(committed)
                    }
                };
                (record.token.epoch, policy)
            }
        };
        let body = RequestBody {
            requester: requester.clone(),
            salt,
            key,
            epoch,
            payload_hash: payload_hash(genesis, operation.format(), &payload),
            operation,
            effect,
            policy,
            expires: head.number.saturating_add(self.lifetime),
        };
        Ok(Prepared { id: body.id(genesis), body, payload })
    }
}

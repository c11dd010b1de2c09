//! What a node proves: the newest head and values in its state, verified before they are returned.
//!
//! | method of the node | what it gives | what makes it true |
//! |---|---|---|
//! | `chain_getBlockHash`, `chain_getHeader` | the header after the last head | the headers lead to a justified one |
//! | `grandpa_proveFinality` | headers up to the next justified one, and its justification | the signatures of the set in office |
//! | `state_getReadProof` | trie nodes | they hash to the state root of the justified header |
//! | `mmr_generateProof`, `mmr_generateAncestryProof` | nodes of the log's commitment | its root in the state |
//!
//! [`Client::follow_finality`] moves a [`HeadTracker`] forward, [`Client::proven_read`] reads from the
//! head it has verified. Nothing that a node says gets past the tracker; a node can withhold and delay.

use codec::{Decode, DecodeAll};
use regent_primitives::BlockNumber;
use regent_proof::{
    Ancestry, BlocksProof, FinalityError, FinalityProof, HeadError, HeadStore, HeadTracker, Header,
    Limits, LogRoot, ProvenHead, Query, SetId, StateKey,
};
use serde::Deserialize;
use serde_json::Value;
use sp_core::H256;

use crate::{client::Client, error::ClientError};

/// The most justifications that are followed in one go: with 64 blocks between two of them about a
/// day of blocks of 500 ms. Whoever is further behind goes on with the next call.
const MAX_STEPS: usize = 2_700;

/// Why nothing proven came of asking a node.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The node could not be asked.
    #[error(transparent)]
    Node(#[from] ClientError),
    /// What it said is not proven, or may not be acted on.
    #[error(transparent)]
    Head(#[from] HeadError),
}

impl From<FinalityError> for ProofError {
    fn from(error: FinalityError) -> Self {
        Self::Head(error.into())
    }
}

/// A value that was read from a proven head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenRead<V> {
    /// The value; none if it is proven that there is none.
    pub value: Option<V>,
    /// The head it was read from, with what else was proven of its state.
    pub head: ProvenHead,
}

/// What `state_getReadProof` answers with.
#[derive(Deserialize)]
struct ReadProof {
    proof: Vec<String>,
}

/// What `mmr_generateProof` answers with: both parts in SCALE, in hexadecimal.
#[derive(Deserialize)]
struct LeavesProof {
    /// Leaves, each as bytes.
    leaves: String,
    /// Indices of the leaves, count of all leaves, and items.
    proof: String,
}

/// What `mmr_generateAncestryProof` answers with.
#[derive(Deserialize)]
struct AncestryProof {
    prev_peaks: Vec<H256>,
    /// Each with the number of its node.
    items: Vec<(u64, H256)>,
}

impl Client {
    /// Moves the tracker forward to the newest block that the node proves to be final. `now` is the
    /// machine's clock in milliseconds since the Unix epoch, asked anew at every step.
    ///
    /// # Errors
    /// The first step that is not proven; those before it stay.
    pub async fn follow_finality<S: HeadStore>(
        &self,
        tracker: &mut HeadTracker<S>,
        now: impl Fn() -> u64,
    ) -> Result<(), ProofError> {
        let finalised = self.finalised_head().await?;
        for _ in 0..MAX_STEPS {
            let next = tracker.newest().number.saturating_add(1);
            if next > finalised.number {
                break;
            }
            let (headers, justification) = self.final_run(next, tracker.limits()).await?;
            tracker.advance(&headers, &justification, now())?;
        }
        Ok(())
    }

    /// The headers from a height up to the next justified one, and its justification: not verified.
    ///
    /// # Errors
    /// The node does not have them, or answers with something else.
    pub async fn final_run(
        &self,
        from: BlockNumber,
        limits: &Limits,
    ) -> Result<(Vec<Header>, Vec<u8>), ProofError> {
        let proof = self.finality_proof(from, limits);
        let header = async {
            let hash = self.block_hash(from).await?.unwrap_or_default();
            Ok::<_, ProofError>(self.header(hash).await?)
        };
        let (proof, header) = futures::try_join!(proof, header)?;
        Ok(proof.into_run(header)?)
    }

    /// What proves that the block at a height is final: not verified.
    ///
    /// # Errors
    /// The node has no such proof, or answers with something else.
    pub async fn finality_proof(
        &self,
        of: BlockNumber,
        limits: &Limits,
    ) -> Result<FinalityProof, ProofError> {
        const METHOD: &str = "grandpa_proveFinality";
        let proof: Option<String> = self.call_rpc(METHOD, &[of.into()]).await?;
        let bytes = hexadecimal(METHOD, proof.as_deref().unwrap_or_default())?;
        Ok(FinalityProof::from_bytes(&bytes, limits)?)
    }

    /// The number of the set of authorities that finalises what follows a block, as the node says.
    ///
    /// # Errors
    /// The node does not have the block's state.
    pub async fn set_id(&self, at: H256) -> Result<SetId, ClientError> {
        self.runtime_api("GrandpaApi_current_set_id", &[], Some(at)).await
    }

    /// A header, as the node says.
    ///
    /// # Errors
    /// The node does not have it.
    pub async fn header(&self, hash: H256) -> Result<Header, ClientError> {
        let header: Option<Header> =
            self.call_rpc("chain_getHeader", &[format!("{hash:?}").into()]).await?;
        header.ok_or(ClientError::UnknownBlock(hash))
    }

    /// The nodes that prove these queries in the state after a block: not verified. Where the hash of a
    /// value is asked for, the proof is of a key below it that never exists, and so without the value.
    ///
    /// # Errors
    /// The node does not have the state.
    pub async fn read_proof(
        &self,
        queries: &[Query],
        at: H256,
    ) -> Result<Vec<Vec<u8>>, ClientError> {
        let keys: Vec<String> = queries
            .iter()
            .map(|query| match query {
                Query::Hash(key) => format!("0x{}00", hex::encode(key)),
                Query::Value(key) => format!("0x{}", hex::encode(key)),
            })
            .collect();
        let arguments: [Value; 2] = [keys.into(), format!("{at:?}").into()];
        let answer: ReadProof = self.call_rpc("state_getReadProof", &arguments).await?;
        answer.proof.iter().map(|node| hexadecimal("state_getReadProof", node)).collect()
    }

    /// What proves that the blocks at these heights are ancestors of a block: not verified.
    ///
    /// # Errors
    /// The node does not have them all, or answers with something else or with too much.
    pub async fn blocks_proof(
        &self,
        heights: &[BlockNumber],
        at: H256,
        limits: &Limits,
    ) -> Result<BlocksProof, ClientError> {
        const METHOD: &str = "mmr_generateProof";
        // A block's leaf is appended by the next block, by whose number the node calls it.
        let next: Vec<Value> =
            heights.iter().map(|height| height.saturating_add(1).into()).collect();
        let arguments: [Value; 3] = [next.into(), Value::Null, format!("{at:?}").into()];
        let answer: LeavesProof = self.call_rpc(METHOD, &arguments).await?;
        let leaves = hexadecimal(METHOD, &answer.leaves)?;
        let proof = hexadecimal(METHOD, &answer.proof)?;
        BlocksProof::from_answer(&leaves, &proof, limits).map_err(|error| ClientError::Decode {
            method: METHOD.into(),
            reason: error.to_string(),
        })
    }

    /// What proves that the log's commitment at an earlier block is an ancestor of that at a block: not
    /// verified.
    ///
    /// # Errors
    /// The node does not have it, or answers with something else.
    pub async fn ancestry_proof(
        &self,
        earlier: LogRoot,
        height: BlockNumber,
        at: H256,
    ) -> Result<Ancestry, ClientError> {
        let arguments: [Value; 3] = [height.into(), Value::Null, format!("{at:?}").into()];
        let answer: AncestryProof = self.call_rpc("mmr_generateAncestryProof", &arguments).await?;
        let items = answer.items.into_iter().map(|(_, item)| item).collect();
        Ok(Ancestry { earlier, peaks: answer.prev_peaks, items })
    }

    /// Reads from the newest head that the tracker has verified, if it may be acted on now.
    ///
    /// # Errors
    /// A head or a value that is not proven, or that may not be acted on.
    pub async fn proven_state<S: HeadStore>(
        &self,
        tracker: &mut HeadTracker<S>,
        queries: &[Query],
        now: impl Fn() -> u64,
    ) -> Result<ProvenHead, ProofError> {
        let mut all = HeadTracker::<S>::always_read().to_vec();
        all.extend_from_slice(queries);
        let nodes = self.read_proof(&all, tracker.newest().hash).await?;
        Ok(tracker.confirm(queries, &nodes, now())?)
    }

    /// Reads one value from the newest head that the tracker has verified.
    ///
    /// # Errors
    /// As [`Client::proven_state`], or a value of another type.
    pub async fn proven_read<S: HeadStore, V: Decode>(
        &self,
        tracker: &mut HeadTracker<S>,
        key: &StateKey<V>,
        now: impl Fn() -> u64,
    ) -> Result<ProvenRead<V>, ProofError> {
        let head = self.proven_state(tracker, &[key.query()], now).await?;
        let value = head.state.get(key).map_err(HeadError::from)?;
        Ok(ProvenRead { value, head })
    }
}

/// The bytes that a method answers with in hexadecimal.
pub(crate) fn hexadecimal(method: &str, text: &str) -> Result<Vec<u8>, ClientError> {
    hex::decode(text.trim_start_matches("0x")).map_err(|error| ClientError::Decode {
        method: method.to_owned(),
        reason: error.to_string(),
    })
}

/// What a method answers with in SCALE, all of it.
pub(crate) fn scale<T: DecodeAll>(method: &str, mut bytes: &[u8]) -> Result<T, ClientError> {
    T::decode_all(&mut bytes).map_err(|error| ClientError::Decode {
        method: method.to_owned(),
        reason: error.to_string(),
    })
}

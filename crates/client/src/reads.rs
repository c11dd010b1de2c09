//! Typed readers: one for each method of [`regent_primitives::runtime_api::RegentApi`], at the
//! newest finalised block (`None`) or at a given one.

use regent_primitives::{
    agent_api::WorkItem,
    runtime_api::{AgentRecord, ConsortiumStatus, PolicyRecord, QuorumRecord, RequestState},
    AgentId, AuditEntry, Epoch, EpochRecord, KeyId, KeyRecord, PolicyHash, QuorumId, RequestBody,
    RequestId, RequestRecord, H256,
};

use crate::{
    client::Client,
    error::{ClientError, Result},
};

/// Items asked for at a time where all are wanted: [`regent_primitives::bounds::MAX_PAGE`].
const PAGE: u32 = regent_primitives::bounds::MAX_PAGE;

/// Reads pages until one is not full.
macro_rules! all_pages {
    ($self:ident, $page:ident, $at:ident, |$item:ident| $key:expr) => {{
        // All pages come from one block, so that none is missed or read twice.
        let at = match $at {
            Some(at) => at,
            None => $self.finalised_hash().await?,
        };
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = $self.$page(after, PAGE, Some(at)).await?;
            let full = page.len() >= PAGE as usize;
            after = page.last().map(|$item| $key);
            all.extend(page);
            if !full {
                return Ok(all);
            }
        }
    }};
}

/// Every reader fails if the node cannot be asked, if its runtime is of another version, or if it
/// answers with something else than what was asked for by its hash.
#[allow(clippy::missing_errors_doc)]
impl Client {
    /// All of one request. Its body is the one whose hash was asked for, whatever the node says.
    pub async fn request(&self, id: RequestId, at: Option<H256>) -> Result<Option<RequestState>> {
        let state: Option<RequestState> = self.regent("request", id, at).await?;
        let other =
            |state: &RequestState| state.id != id || state.record.body.id(self.genesis()) != id;
        if state.as_ref().is_some_and(other) {
            return Err(ClientError::OtherRequest(id));
        }
        Ok(state)
    }

    /// Requests by id after `after`, at most `limit` (and 256).
    pub async fn requests(
        &self,
        after: Option<RequestId>,
        limit: u32,
        at: Option<H256>,
    ) -> Result<Vec<(RequestId, RequestRecord)>> {
        self.regent("requests", (after, limit), at).await
    }

    /// All requests.
    pub async fn all_requests(&self, at: Option<H256>) -> Result<Vec<(RequestId, RequestRecord)>> {
        all_pages!(self, requests, at, |item| item.0)
    }

    /// Dry run: the reasons for which this request would be refused now; empty if none.
    pub async fn evaluate(
        &self,
        body: &RequestBody,
        payload: &[u8],
        at: Option<H256>,
    ) -> Result<Vec<String>> {
        let reasons: Vec<Vec<u8>> = self.regent("evaluate", (body, payload), at).await?;
        Ok(reasons.iter().map(|reason| String::from_utf8_lossy(reason).into_owned()).collect())
    }

    /// A policy: the one with this hash, whatever the node says.
    pub async fn policy(&self, hash: PolicyHash, at: Option<H256>) -> Result<Option<PolicyRecord>> {
        let record: Option<PolicyRecord> = self.regent("policy", hash, at).await?;
        if record.as_ref().is_some_and(|record| record.policy.hash(self.genesis()) != hash) {
            return Err(ClientError::OtherPolicy(hash));
        }
        Ok(record)
    }

    /// The newest policy of the lineage that this one belongs to.
    pub async fn newest_policy(
        &self,
        hash: PolicyHash,
        at: Option<H256>,
    ) -> Result<Option<PolicyHash>> {
        self.regent("newest_policy", hash, at).await
    }

    /// Policies after `after`, at most `limit` (and 256).
    pub async fn policies(
        &self,
        after: Option<PolicyHash>,
        limit: u32,
        at: Option<H256>,
    ) -> Result<Vec<PolicyHash>> {
        self.regent("policies", (after, limit), at).await
    }

    /// All policies.
    pub async fn all_policies(&self, at: Option<H256>) -> Result<Vec<PolicyHash>> {
        all_pages!(self, policies, at, |item| *item)
    }

    /// A key with its token. That the token names the key is all that can be checked without its
    /// enrolment.
    pub async fn key(&self, id: KeyId, at: Option<H256>) -> Result<Option<KeyRecord>> {
        let record: Option<KeyRecord> = self.regent("key", id, at).await?;
        if record.as_ref().is_some_and(|record| record.token.key_id != id) {
            return Err(ClientError::OtherKey(id));
        }
        Ok(record)
    }

    /// One epoch of a key. As for [`Client::key`].
    pub async fn epoch(
        &self,
        id: KeyId,
        epoch: Epoch,
        at: Option<H256>,
    ) -> Result<Option<EpochRecord>> {
        let record: Option<EpochRecord> = self.regent("epoch", (id, epoch), at).await?;
        let other =
            |record: &EpochRecord| record.key.token.key_id != id || record.key.token.epoch != epoch;
        if record.as_ref().is_some_and(other) {
            return Err(ClientError::OtherKey(id));
        }
        Ok(record)
    }

    /// Keys after `after`, at most `limit` (and 256).
    pub async fn keys(
        &self,
        after: Option<KeyId>,
        limit: u32,
        at: Option<H256>,
    ) -> Result<Vec<KeyId>> {
        self.regent("keys", (after, limit), at).await
    }

    /// All keys.
    pub async fn all_keys(&self, at: Option<H256>) -> Result<Vec<KeyId>> {
        all_pages!(self, keys, at, |item| *item)
    }

    /// Audit entries from an index, at most `count` (and 256).
    pub async fn audit_entries(
        &self,
        from: u64,
        count: u32,
        at: Option<H256>,
    ) -> Result<Vec<AuditEntry>> {
        self.regent("audit_entries", (from, count), at).await
    }

    /// Agents after `after`, at most `limit` (and 256).
    pub async fn agents(
        &self,
        after: Option<AgentId>,
        limit: u32,
        at: Option<H256>,
    ) -> Result<Vec<(AgentId, AgentRecord)>> {
        self.regent("agents", (after, limit), at).await
    }

    /// All agents.
    pub async fn all_agents(&self, at: Option<H256>) -> Result<Vec<(AgentId, AgentRecord)>> {
        all_pages!(self, agents, at, |item| item.0)
    }

    /// A quorum.
    pub async fn quorum(&self, id: QuorumId, at: Option<H256>) -> Result<Option<QuorumRecord>> {
        self.regent("quorum", id, at).await
    }

    /// How many quorums there are: they are numbered from 0.
    pub async fn quorum_count(&self, at: Option<H256>) -> Result<QuorumId> {
        self.regent("quorum_count", (), at).await
    }

    /// What waits for an agent.
    pub async fn agent_work(&self, agent: AgentId, at: Option<H256>) -> Result<Vec<WorkItem>> {
        self.regent("agent_work", agent, at).await
    }

    /// The chain at a glance.
    pub async fn status(&self, at: Option<H256>) -> Result<ConsortiumStatus> {
        self.regent("status", (), at).await
    }
}

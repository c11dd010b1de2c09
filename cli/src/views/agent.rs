//! Recovery agents.

use std::io::Write;

use regent_primitives::{runtime_api::AgentRecord, AgentId, QuorumId};
use serde_json::{json, Value};

use crate::output::Show;

/// All agents that are registered.
pub struct AgentList(pub Vec<(AgentId, AgentRecord)>);

/// An agent, and where it takes part.
pub struct AgentView {
    /// Its identity.
    pub id: AgentId,
    /// What is registered of it.
    pub record: AgentRecord,
    /// The quorums that name it.
    pub quorums: Vec<QuorumId>,
}

fn agent_json(id: &AgentId, record: &AgentRecord) -> Value {
    json!({
        "id": id.to_string(),
        "institution": record.institution,
        "endpoint": String::from_utf8_lossy(&record.endpoint),
        "registered_at": record.registered_at,
    })
}

impl Show for AgentList {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        for (id, record) in &self.0 {
            let endpoint = String::from_utf8_lossy(&record.endpoint);
            writeln!(out, "{id}  institution {:<4} {endpoint}", record.institution)?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        self.0.iter().map(|(id, record)| agent_json(id, record)).collect()
    }
}

impl Show for AgentView {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let AgentRecord { institution, endpoint, registered_at } = &self.record;
        writeln!(out, "agent        {}", self.id)?;
        writeln!(out, "institution  {institution}")?;
        writeln!(out, "endpoint     {}", String::from_utf8_lossy(endpoint))?;
        writeln!(out, "registered   block {registered_at}")?;
        let quorums: Vec<String> = self.quorums.iter().map(ToString::to_string).collect();
        let quorums = if quorums.is_empty() { "none".to_owned() } else { quorums.join(", ") };
        writeln!(out, "quorums      {quorums}")
    }

    fn json(&self) -> Value {
        let mut json = agent_json(&self.id, &self.record);
        if let Some(fields) = json.as_object_mut() {
            fields.insert("quorums".to_owned(), json!(self.quorums));
        }
        json
    }
}

//! Quorums of agents.

use std::{collections::BTreeMap, io::Write};

use regent_primitives::{
    runtime_api::{AgentRecord, QuorumRecord},
    AgentId, QuorumId,
};
use serde_json::{json, Value};

use crate::output::Show;

/// All quorums, by number.
pub struct QuorumList(pub Vec<QuorumView>);

/// A quorum, and which of its agents are registered still.
pub struct QuorumView {
    id: QuorumId,
    threshold: u16,
    agents: Vec<(AgentId, Option<AgentRecord>)>,
}

impl QuorumView {
    /// A quorum, with what is registered of its agents.
    pub fn of(
        id: QuorumId,
        record: &QuorumRecord,
        registered: &BTreeMap<AgentId, AgentRecord>,
    ) -> Self {
        let agents =
            record.agents.iter().map(|agent| (*agent, registered.get(agent).cloned())).collect();
        Self { id, threshold: record.threshold, agents }
    }

    fn registered(&self) -> usize {
        self.agents.iter().filter(|(_, record)| record.is_some()).count()
    }
}

impl Show for QuorumList {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        for quorum in &self.0 {
            writeln!(
                out,
                "quorum {:<4} {} of {} agents, {} registered",
                quorum.id,
                quorum.threshold,
                quorum.agents.len(),
                quorum.registered()
            )?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        self.0.iter().map(Show::json).collect()
    }
}

impl Show for QuorumView {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        writeln!(out, "quorum       {}", self.id)?;
        writeln!(out, "threshold    {} of {}", self.threshold, self.agents.len())?;
        for (agent, record) in &self.agents {
            match record {
                Some(AgentRecord { institution, endpoint, .. }) => writeln!(
                    out,
                    "  {agent}  institution {institution:<4} {}",
                    String::from_utf8_lossy(endpoint)
                )?,
                None => writeln!(out, "  {agent}  removed: no new key can name it")?,
            }
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let agents: Vec<Value> = self
            .agents
            .iter()
            .map(|(agent, record)| {
                json!({
                    "id": agent.to_string(),
                    "registered": record.is_some(),
                    "institution": record.as_ref().map(|record| record.institution),
                    "endpoint": record
                        .as_ref()
                        .map(|record| String::from_utf8_lossy(&record.endpoint).into_owned()),
                })
            })
            .collect();
        json!({ "id": self.id, "threshold": self.threshold, "agents": agents })
    }
}

#[cfg(test)]
mod tests {
    use regent_primitives::{session::Endpoint, BoundedVec, H256};

    use super::*;

    #[test]
    fn an_agent_that_was_removed_is_told() {
        let [there, gone] = [1, 2].map(|byte| AgentId(H256::repeat_byte(byte)));
        let endpoint = Endpoint::truncate_from(b"http://agent:9955".to_vec());
        let agent = AgentRecord { institution: 4, endpoint, registered_at: 9 };
        let record =
            QuorumRecord { threshold: 1, agents: BoundedVec::truncate_from(vec![there, gone]) };
        let view = QuorumView::of(3, &record, &BTreeMap::from([(there, agent)]));
        let json = view.json();
        assert_eq!((&json["id"], &json["threshold"]), (&json!(3), &json!(1)));
        assert_eq!(json["agents"][0]["endpoint"], "http://agent:9955");
        let removed = json!({
            "id": gone.to_string(), "registered": false, "institution": null, "endpoint": null,
        });
        assert_eq!(json["agents"][1], removed);
        let mut text = Vec::new();
        view.text(&mut text).expect("written");
        QuorumList(vec![view]).text(&mut text).expect("written");
        let text = String::from_utf8(text).expect("UTF-8");
        assert!(text.contains(&format!("{gone}  removed")), "{text}");
        assert!(text.contains("1 of 2 agents, 1 registered"), "{text}");
    }
}

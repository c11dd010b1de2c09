//! Keys.

use std::io::Write;

use regent_primitives::{Commitments, KeyRecord, Participant};
use serde_json::{json, Value};

use super::Source;
use crate::{output::Show, payloads::addresses, terms::sharing_hash, units::hexadecimal};

/// A key with its token.
pub struct KeyView<'a>(pub &'a KeyRecord);

impl KeyView<'_> {
    fn confirmed(&self) -> usize {
        (0..self.0.token.tree.leaf_count()).filter(|leaf| self.0.is_confirmed(*leaf)).count()
    }

    fn present(&self) -> usize {
        self.0.token.corrections.iter().filter(|correction| correction.is_some()).count()
    }
}

/// What holds a leaf, in words.
fn holder(participant: &Participant) -> String {
    match participant {
        Participant::Agent(agent) => format!("agent {agent}"),
        Participant::Device(device) => format!("device {device:?}"),
        Participant::ClientSecret(secret) => format!("client secret {secret:?}"),
    }
}

impl Show for KeyView<'_> {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let KeyRecord { token, owner, quorum, state, chain_authority, enrolled_at, .. } = self.0;
        writeln!(out, "key          {}", token.key_id)?;
        writeln!(out, "algorithm    {}", token.algorithm.name())?;
        writeln!(out, "state        {}, epoch {}", state.name(), token.epoch)?;
        if !token.public_key.is_empty() {
            writeln!(out, "public key   {}", hexadecimal(&token.public_key))?;
        }
        for (world, address) in addresses(token) {
            writeln!(out, "address      {address} ({world})")?;
        }
        let by = if *chain_authority { ", a contract: decided by the chain's word" } else { "" };
        writeln!(out, "owner        {owner}{by}")?;
        writeln!(out, "policy       {}", token.policy_hash)?;
        writeln!(out, "quorum       {quorum}")?;
        writeln!(out, "sharing      {}", sharing_hash(*quorum, &token.tree))?;
        let leaves = token.tree.leaf_count();
        writeln!(
            out,
            "leaves       {leaves}, of which {} took part and {} are confirmed",
            self.present(),
            self.confirmed()
        )?;
        for (at, (path, participant)) in token.tree.leaves().iter().enumerate() {
            let state = match (self.0.is_confirmed(at), token.is_present(at)) {
                (true, _) => "confirmed",
                (false, true) => "not confirmed",
                (false, false) => "absent",
            };
            writeln!(out, "  {path:<6} {} ({state})", holder(participant))?;
        }
        writeln!(out, "enrolled at  block {enrolled_at}")
    }

    fn json(&self) -> Value {
        let KeyRecord { token, owner, quorum, state, chain_authority, enrolled_at, .. } = self.0;
        let leaves: Vec<Value> = token
            .tree
            .leaves()
            .iter()
            .enumerate()
            .map(|(at, (path, participant))| {
                json!({
                    "path": path.to_string(),
                    "holder": holder(participant),
                    "present": token.is_present(at),
                    "confirmed": self.0.is_confirmed(at),
                })
            })
            .collect();
        let commitments = match &token.commitments {
            Commitments::Native { gates, leaves } => json!({
                "gates": gates.iter().map(hexadecimal).collect::<Vec<_>>(),
                "leaves": leaves.iter().map(hexadecimal).collect::<Vec<_>>(),
            }),
            Commitments::Seed { leaves, check } => json!({
                "leaves": leaves.iter().map(hexadecimal).collect::<Vec<_>>(),
                "check": hexadecimal(check),
            }),
        };
        let addresses: serde_json::Map<String, Value> = addresses(token)
            .into_iter()
            .map(|(world, address)| (world, Value::String(address)))
            .collect();
        json!({
            "id": token.key_id.to_string(),
            "algorithm": token.algorithm.name(),
            "public_key": hexadecimal(&token.public_key),
            "addresses": addresses,
            "state": state.name(),
            "epoch": token.epoch,
            "owner": owner.to_string(),
            "policy": token.policy_hash.to_string(),
            "quorum": quorum,
            "sharing": sharing_hash(*quorum, &token.tree).to_string(),
            "chain_authority": chain_authority,
            "enrolled_at": enrolled_at,
            "enrolment_id": token.enrolment_id.to_string(),
            "window": token.window,
            "leaves": leaves,
            "commitments": commitments,
            "corrections": token
                .corrections
                .iter()
                .map(|correction| correction.as_ref().map(hexadecimal))
                .collect::<Vec<_>>(),
        })
    }
}

/// A key, and on whose word.
pub struct KnownKey<'a> {
    /// The key.
    pub record: &'a KeyRecord,
    /// Whose word it is.
    pub source: Source,
}

impl Show for KnownKey<'_> {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        KeyView(self.record).text(out)?;
        writeln!(out, "known        {}", self.source)
    }

    fn json(&self) -> Value {
        let mut json = KeyView(self.record).json();
        json["known"] = self.source.name().into();
        json
    }
}

/// Keys, one a line.
pub struct KeyList(pub Vec<KeyRecord>);

impl Show for KeyList {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        if self.0.is_empty() {
            return writeln!(out, "no keys yet; enrol one with `regent key enrol`");
        }
        for record in &self.0 {
            let token = &record.token;
            let address = addresses(token).into_iter().next().map(|(_, address)| address);
            writeln!(
                out,
                "{}  {:<16} {:<8} {}",
                token.key_id,
                token.algorithm.name(),
                record.state.name(),
                address.unwrap_or_default()
            )?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        self.0.iter().map(|record| KeyView(record).json()).collect()
    }
}

#[cfg(test)]
mod tests {
    use regent_primitives::{
        AccessTree, AccountId, AgentId, Algorithm, BoundedVec, EnrolmentId, KeyId, KeyState,
        PolicyHash, RegenToken, H256,
    };

    use super::*;
    use crate::output::text;

    fn record(chain_authority: bool) -> KeyRecord {
        let agents = [1, 2].map(|byte| AgentId(H256::repeat_byte(byte)));
        let token = RegenToken {
            key_id: KeyId(H256::repeat_byte(3)),
            algorithm: Algorithm::Ed25519,
            public_key: BoundedVec::truncate_from(vec![4; 32]),
            epoch: 0,
            window: 0,
            enrolment_id: EnrolmentId(H256::repeat_byte(5)),
            tree: AccessTree::threshold_of_agents(1, &agents).expect("a tree"),
            policy_hash: PolicyHash(H256::repeat_byte(6)),
            commitments: Commitments::Seed { leaves: Default::default(), check: [7; 32] },
            corrections: BoundedVec::truncate_from(vec![Some([8; 32]), None]),
            wrapped: None,
        };
        KeyRecord {
            token,
            owner: AccountId::new([0xee; 32]),
            quorum: 0,
            state: KeyState::Active,
            chain_authority,
            newest: 0,
            enrolled_at: 1,
            confirmed: [0; 32],
        }
    }

    #[test]
    fn a_key_that_a_contract_owns_says_so() {
        for marked in [true, false] {
            let record = record(marked);
            let text = text(&KeyView(&record));
            let owner = text.lines().find(|line| line.starts_with("owner")).expect("a line");
            assert_eq!(owner.contains("a contract"), marked, "{owner}");
            assert_eq!(KeyView(&record).json()["chain_authority"], marked);
        }
    }

    /// The digits are those of another program: Keccak-256 of the encoding by hand.
    #[test]
    fn a_key_says_what_terms_say_of_its_agents() {
        let shown = text(&KeyView(&record(false)));
        let expected = "0x589b09964c057e4b593e9e81546cb544806a2164d36848605a3a42b3189260ef";
        assert!(shown.contains(&format!("sharing      {expected}")), "{shown}");
        assert_eq!(KeyView(&record(false)).json()["sharing"], expected);
    }

    #[test]
    fn a_key_says_on_whose_word_it_is_shown() {
        let record = record(false);
        let proven = Source::Proven { block: 9, age: None };
        for (source, known) in [(proven, "proven"), (Source::Node, "as the node says")] {
            let view = KnownKey { record: &record, source };
            let mut text = Vec::new();
            view.text(&mut text).expect("written");
            let text = String::from_utf8(text).expect("text");
            assert!(text.contains(&format!("known        {known}")), "{text}");
            assert_eq!(view.json()["known"], known);
            assert_eq!(view.json()["id"], record.token.key_id.to_string());
        }
    }
}

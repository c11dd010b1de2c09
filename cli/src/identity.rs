//! An agent's consent to be registered, as `regent-agent identity --json` prints it.

use std::{fs::File, io::Read, path::Path};

use regent_primitives::{
    registration::verify_registration,
    release::RawSignature,
    session::{is_endpoint, Endpoint},
    AgentId, InstitutionId, H256,
};
use serde::Deserialize;

use crate::{error::CliError, units::parse_hash};

/// Bytes that are read: several times what an agent prints.
const MAX_BYTES: u64 = 4_096;
/// How to get what is missing.
const PRINT_IT: &str =
    "give what `regent-agent identity --institution NUMBER --endpoint URL --json` prints";

/// An agent that agreed to be run by an institution at an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its identity.
    pub agent: AgentId,
    /// Who may register it.
    pub institution: InstitutionId,
    /// Where it is reached.
    pub endpoint: Endpoint,
    /// The chain on which it may be registered.
    pub genesis: H256,
    /// Its signature over all of that.
    pub proof: RawSignature,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Printed {
    agent: String,
    institution: InstitutionId,
    endpoint: String,
    genesis: String,
    proof: String,
}

impl Identity {
    /// Reads a file, or standard input for `-`.
    pub fn read(path: &Path) -> Result<Self, CliError> {
        let mut text = String::new();
        let read = if path.as_os_str() == "-" {
            std::io::stdin().take(MAX_BYTES).read_to_string(&mut text)
        } else {
            File::open(path).and_then(|file| file.take(MAX_BYTES).read_to_string(&mut text))
        };
        let field = "--identity";
        read.map_err(|error| {
            CliError::input(field, format!("{}: {error}; {PRINT_IT}", path.display()))
        })?;
        Self::parse(&text).map_err(|reason| CliError::input(field, reason))
    }

    /// Reads what an agent printed, and verifies its signature.
    pub fn parse(text: &str) -> Result<Self, String> {
        let printed: Printed =
            serde_json::from_str(text).map_err(|error| format!("{error}; {PRINT_IT}"))?;
        let of = |field: &str, reason: String| format!("field `{field}`: {reason}; {PRINT_IT}");
        let agent = printed.agent.parse::<AgentId>().map_err(|reason| of("agent", reason))?;
        let genesis = parse_hash(&printed.genesis).map_err(|reason| of("genesis", reason))?;
        let endpoint = Endpoint::try_from(printed.endpoint.into_bytes())
            .ok()
            .filter(|endpoint| is_endpoint(endpoint))
            .ok_or_else(|| {
                of("endpoint", "is no http:// or https:// URL that a chain takes".to_owned())
            })?;
        let mut proof = [0u8; 64];
        hex::decode_to_slice(printed.proof.trim_start_matches("0x"), &mut proof)
            .map_err(|_| of("proof", "has not 128 hexadecimal digits".to_owned()))?;
        let proof = RawSignature::from_raw(proof);
        let institution = printed.institution;
        if !verify_registration(genesis, institution, agent, &endpoint, &proof) {
            let reason = "is not the agent's signature over the other fields".to_owned();
            return Err(of("proof", reason));
        }
        Ok(Self { agent, institution, endpoint, genesis, proof })
    }
}

#[cfg(test)]
mod tests {
    use regent_primitives::registration::registration_message;
    use serde_json::{json, Value};
    use sp_core::{sr25519, Pair};

    use super::*;

    const URL: &str = "http://agent:9955";

    fn printed() -> Value {
        let pair = sr25519::Pair::from_seed(&[7; 32]);
        let (agent, genesis) = (AgentId(H256(pair.public().0)), H256::repeat_byte(1));
        let endpoint = Endpoint::truncate_from(URL.as_bytes().to_vec());
        let proof = pair.sign(registration_message(genesis, 3, agent, &endpoint).as_bytes());
        json!({
            "agent": agent.to_string(),
            "institution": 3,
            "endpoint": URL,
            "genesis": format!("{genesis:?}"),
            "proof": format!("0x{}", hex::encode(proof.0)),
        })
    }

    #[test]
    fn what_an_agent_printed_is_read() {
        let identity = Identity::parse(&printed().to_string()).expect("read");
        assert_eq!(
            (identity.institution, identity.endpoint.to_vec()),
            (3, URL.as_bytes().to_vec())
        );
        assert_eq!(identity.genesis, H256::repeat_byte(1));
    }

    /// What is said of a consent with another value in a field.
    fn refused(field: &str, value: Value) -> String {
        let mut changed = printed();
        changed[field] = value;
        Identity::parse(&changed.to_string()).expect_err("refused")
    }

    #[test]
    fn what_is_wrong_is_named_with_what_to_do() {
        for (field, value) in [
            ("agent", json!("0x07")),
            ("genesis", json!("genesis")),
            ("endpoint", json!("agent:9955")),
            ("proof", json!("0x07")),
        ] {
            let error = refused(field, value);
            let named = error.contains(&format!("`{field}`"));
            assert!(named && error.contains("regent-agent identity"), "{error}");
        }
        for error in [
            refused("name", json!("agent-4")),
            Identity::parse("{}").expect_err("refused"),
            Identity::parse("").expect_err("refused"),
        ] {
            assert!(error.contains("regent-agent identity"), "{error}");
        }
    }

    #[test]
    fn what_the_agent_did_not_sign_is_refused() {
        let other = json!(format!("0x{}", "11".repeat(32)));
        for (field, value) in [
            ("agent", other.clone()),
            ("institution", json!(4)),
            ("endpoint", json!("http://agent:9956")),
            ("genesis", other),
        ] {
            let error = refused(field, value);
            assert!(error.contains("`proof`"), "{field}: {error}");
        }
    }
}

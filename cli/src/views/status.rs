//! The chain at a glance.

use std::io::Write;

use regent_client::{Head, RuntimeVersion};
use regent_primitives::{enclave_api::EnclaveInfo, runtime_api::ConsortiumStatus, H256};
use serde_json::{json, Value};

use crate::{output::Show, policy_file::show_measurement};

/// What `regent status` tells.
pub struct StatusView {
    /// The node's URL.
    pub node: String,
    /// The runtime.
    pub runtime: RuntimeVersion,
    /// BLAKE2b-256 of its code; none if the node does not tell it.
    pub code_hash: Option<H256>,
    /// The node's peers.
    pub peers: usize,
    /// Whether the node still synchronises.
    pub synchronising: bool,
    /// The best block.
    pub best: Head,
    /// The newest finalised block.
    pub finalised: Head,
    /// Seconds since the finalised block was due, by this machine's clock.
    pub finalised_age_seconds: Option<f64>,
    /// The consortium.
    pub status: ConsortiumStatus,
    /// Registered agents.
    pub agents: usize,
    /// Quorums.
    pub quorums: u32,
    /// The enclave, or why it cannot be asked.
    pub enclave: Result<EnclaveInfo, String>,
}

impl Show for StatusView {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let RuntimeVersion { spec_name, spec_version } = &self.runtime;
        writeln!(out, "node         {} ({spec_name} {spec_version})", self.node)?;
        if let Some(code_hash) = self.code_hash {
            writeln!(out, "code hash    {code_hash:?}")?;
        }
        let state = if self.synchronising { "synchronising" } else { "in step" };
        writeln!(out, "peers        {}, {state}", self.peers)?;
        writeln!(out, "genesis      {:?}", self.status.genesis)?;
        writeln!(out, "best         {} {:?}", self.best.number, self.best.hash)?;
        let age =
            self.finalised_age_seconds.map(|age| format!(", {age:.1} s old")).unwrap_or_default();
        writeln!(out, "finalised    {} {:?}{age}", self.finalised.number, self.finalised.hash)?;
        for (id, institution) in &self.status.institutions {
            writeln!(
                out,
                "institution  {id} {}: {}, administrator {}{}",
                String::from_utf8_lossy(&institution.name),
                if institution.active { "active" } else { "suspended" },
                institution.administrator,
                if institution.validator.is_some() { ", validates" } else { "" },
            )?;
        }
        writeln!(out, "agents       {} in {} quorums", self.agents, self.quorums)?;
        for (measurement, until) in &self.status.measurements {
            let until = match until {
                &u32::MAX => String::new(),
                until => format!(" until block {until}"),
            };
            writeln!(out, "trusted      {}{until}", show_measurement(measurement))?;
        }
        writeln!(out, "audit log    {} entries", self.status.audit_entries)?;
        match &self.enclave {
            Ok(info) => writeln!(
                out,
                "enclave      {}, {} sessions open",
                show_measurement(&info.measurement),
                info.sessions
            ),
            Err(reason) => writeln!(out, "enclave      {reason}"),
        }
    }

    fn json(&self) -> Value {
        let head =
            |head: &Head| json!({ "number": head.number, "hash": format!("{:?}", head.hash) });
        json!({
            "node": self.node,
            "runtime": {
                "name": self.runtime.spec_name,
                "version": self.runtime.spec_version,
                "code_hash": self.code_hash.map(|hash| format!("{hash:?}")),
            },
            "peers": self.peers,
            "synchronising": self.synchronising,
            "genesis": format!("{:?}", self.status.genesis),
            "best": head(&self.best),
            "finalised": head(&self.finalised),
            "finalised_age_seconds": self.finalised_age_seconds,
            "institutions": self.status.institutions.iter().map(|(id, institution)| json!({
                "id": id,
                "name": String::from_utf8_lossy(&institution.name),
                "active": institution.active,
                "administrator": institution.administrator.to_string(),
                "quota": institution.quota,
                "validator": institution.validator.as_ref().map(ToString::to_string),
            })).collect::<Vec<_>>(),
            "agents": self.agents,
            "quorums": self.quorums,
            "measurements": self.status.measurements.iter().map(|(measurement, until)| json!({
                "measurement": show_measurement(measurement),
                "until": until,
            })).collect::<Vec<_>>(),
            "audit_count": self.status.audit_entries,
            "audit_head": format!("{:?}", self.status.audit_head),
            "enclave": match &self.enclave {
                Ok(info) => json!({
                    "measurement": show_measurement(&info.measurement),
                    "sessions": info.sessions,
                    "genesis": format!("{:?}", info.genesis),
                }),
                Err(reason) => json!({ "error": reason }),
            },
        })
    }
}

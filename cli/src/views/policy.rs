//! Policies.

use std::io::Write;

use regent_primitives::{
    runtime_api::PolicyRecord, Condition, Policy, PolicyHash, Role, RoleIndex, Stage,
};
use serde_json::{json, Value};

use crate::{
    output::Show,
    policy_file::show_measurement,
    units::{hexadecimal, show_amount, show_asset},
};

/// A policy, and where it stands on chain if it does.
pub struct PolicyView<'a> {
    /// Its hash, which depends on the chain.
    pub hash: Option<PolicyHash>,
    /// The policy.
    pub policy: &'a Policy,
    /// Its record on chain.
    pub record: Option<&'a PolicyRecord>,
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl PolicyView<'_> {
    fn role(&self, index: RoleIndex) -> String {
        self.policy
            .roles
            .get(usize::from(index))
            .map_or_else(|| format!("role {index}"), |role| words(&role.name))
    }

    fn stage(&self, stage: &Stage) -> String {
        let members = self
            .policy
            .roles
            .get(usize::from(stage.role))
            .map_or(0, |role: &Role| role.members.len());
        format!("{} of {members} {}", stage.threshold, self.role(stage.role))
    }
}

impl Show for PolicyView<'_> {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let policy = self.policy;
        let name = words(&policy.name);
        match self.hash {
            Some(hash) => writeln!(out, "policy        {hash} ({name})")?,
            None => writeln!(out, "policy        {name}")?,
        }
        if let Some(predecessor) = policy.predecessor {
            writeln!(out, "succeeds      {predecessor}")?;
        }
        let kinds: Vec<_> = policy.operations.iter().map(|kind| kind.name()).collect();
        writeln!(out, "operations    {}", kinds.join(", "))?;
        writeln!(out, "requesters    {}", self.role(policy.requesters))?;
        for (at, stage) in policy.stages.iter().enumerate() {
            writeln!(out, "stage {at}       {}", self.stage(stage))?;
        }
        for limit in &policy.limits {
            writeln!(
                out,
                "limit         {}: at most {}, fee at most {}",
                show_asset(&limit.asset),
                show_amount(&limit.asset, limit.maximum),
                show_amount(&limit.asset, limit.maximum_fee)
            )?;
        }
        match &policy.recipients {
            None => writeln!(out, "recipients    anyone")?,
            Some(list) => {
                for recipient in list {
                    writeln!(out, "recipient     {}", hexadecimal(recipient))?;
                }
            }
        }
        let raw = if policy.allow_raw { "allowed" } else { "refused" };
        writeln!(out, "raw payloads  {raw}")?;
        writeln!(out, "lifetime      at most {} blocks", policy.maximum_lifetime)?;
        for measurement in &policy.measurements {
            writeln!(out, "enclave       {}", show_measurement(measurement))?;
        }
        writeln!(out, "changed by    {}", self.stage(&policy.change_rule))?;
        for Condition { id, contract, operations } in &policy.conditions {
            let gated: Vec<_> = operations.iter().map(|kind| kind.name()).collect();
            writeln!(out, "waits for     {id:?} of contract {contract}: {}", gated.join(", "))?;
        }
        for role in &policy.roles {
            writeln!(out, "role          {}", words(&role.name))?;
            for member in &role.members {
                writeln!(out, "  {member}")?;
            }
        }
        match self.record {
            Some(record) => {
                writeln!(out, "created       block {} by {}", record.created_at, record.created_by)
            }
            None => Ok(()),
        }
    }

    fn json(&self) -> Value {
        let policy = self.policy;
        let stage =
            |stage: &Stage| json!({ "role": self.role(stage.role), "threshold": stage.threshold });
        json!({
            "hash": self.hash.map(|hash| hash.to_string()),
            "name": words(&policy.name),
            "predecessor": policy.predecessor.map(|hash| hash.to_string()),
            "operations": policy.operations.iter().map(|kind| kind.name()).collect::<Vec<_>>(),
            "requesters": self.role(policy.requesters),
            "stages": policy.stages.iter().map(stage).collect::<Vec<_>>(),
            "limits": policy.limits.iter().map(|limit| json!({
                "asset": show_asset(&limit.asset),
                "maximum": limit.maximum.to_string(),
                "maximum_fee": limit.maximum_fee.to_string(),
            })).collect::<Vec<_>>(),
            "recipients": policy.recipients.as_ref().map(|list| {
                list.iter().map(hexadecimal).collect::<Vec<_>>()
            }),
            "allow_raw": policy.allow_raw,
            "maximum_lifetime": policy.maximum_lifetime,
            "measurements": policy.measurements.iter().map(show_measurement).collect::<Vec<_>>(),
            "change_rule": stage(&policy.change_rule),
            "conditions": policy.conditions.iter().map(|condition| json!({
                "id": format!("{:?}", condition.id),
                "contract": condition.contract.to_string(),
                "operations": condition.operations.iter().map(|kind| kind.name()).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "roles": policy.roles.iter().map(|role| json!({
                "name": words(&role.name),
                "members": role.members.iter().map(ToString::to_string).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "created_by": self.record.map(|record| record.created_by.to_string()),
            "created_at": self.record.map(|record| record.created_at),
        })
    }
}

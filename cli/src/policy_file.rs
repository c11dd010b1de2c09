//! Policies as people write them: TOML.

use std::path::{Path, PathBuf};

use regent_primitives::{
    policy::Name, AccountId, AssetLimit, BoundedVec, ChangeRule, Condition, ConstU32, EvidenceKind,
    Measurement, OperationKind, Policy, PolicyHash, Role, RoleIndex, Stage, H256,
};
use serde::Deserialize;
use sp_core::crypto::Ss58Codec;

use crate::units::{parse_amount, parse_asset, parse_recipient};

/// A commented policy to start from.
pub const EXAMPLE: &str = include_str!("policy_example.toml");

/// Why a policy file is none.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyFileError {
    /// It cannot be read.
    #[error("policy file {}: {source}; name one, or begin with `regent policy example`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is not TOML of this shape.
    #[error("policy file: {0}; see `regent policy example`")]
    Shape(String),
    /// A field has a value it cannot have.
    #[error("policy file, field `{field}`: {reason}")]
    Field {
        /// Which.
        field: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A rule of every policy is broken.
    #[error("policy: {0}")]
    Rule(regent_policy::Violation),
}

/// A policy file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyFile {
    name: String,
    predecessor: Option<String>,
    operations: Vec<String>,
    requesters: String,
    maximum_lifetime: u32,
    allow_raw: bool,
    measurements: Vec<String>,
    recipients: Option<Vec<String>>,
    roles: Vec<RoleEntry>,
    stages: Vec<StageEntry>,
    #[serde(default)]
    limits: Vec<LimitEntry>,
    change_rule: StageEntry,
    #[serde(default)]
    conditions: Vec<ConditionEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConditionEntry {
    id: String,
    contract: String,
    operations: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleEntry {
    name: String,
    members: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StageEntry {
    role: String,
    threshold: u8,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitEntry {
    asset: String,
    maximum: String,
    maximum_fee: String,
}

/// A field's value, or what is wrong with it.
trait OfField<T> {
    fn of(self, field: impl Into<String>) -> Result<T, PolicyFileError>;
}

impl<T, E: std::fmt::Display> OfField<T> for Result<T, E> {
    fn of(self, field: impl Into<String>) -> Result<T, PolicyFileError> {
        self.map_err(|reason| PolicyFileError::Field {
            field: field.into(),
            reason: reason.to_string(),
        })
    }
}

impl PolicyFile {
    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read or has another shape.
    pub fn read(path: &Path) -> Result<Self, PolicyFileError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| PolicyFileError::Read { path: path.to_owned(), source })?;
        Self::parse(&text)
    }

    /// Reads text.
    ///
    /// # Errors
    /// If it has another shape.
    pub fn parse(text: &str) -> Result<Self, PolicyFileError> {
        toml::from_str(text).map_err(|error| PolicyFileError::Shape(error.to_string()))
    }

    /// The policy, checked as the chain checks it.
    ///
    /// # Errors
    /// Names the field, or the rule that is broken.
    pub fn policy(&self) -> Result<Policy, PolicyFileError> {
        let mut roles = Vec::new();
        for role in &self.roles {
            let field = format!("roles.{}.members", role.name);
            let members: Vec<AccountId> = role
                .members
                .iter()
                .map(|member| parse_account(member))
                .collect::<Result<_, _>>()
                .of(field.clone())?;
            roles.push(Role {
                name: name(&role.name, "roles.name")?,
                members: bounded(members, &field)?,
            });
        }
        let mut limits = Vec::new();
        for limit in &self.limits {
            limits.push(AssetLimit {
                asset: parse_asset(&limit.asset).of("limits.asset")?,
                maximum: parse_amount(&limit.maximum).of("limits.maximum")?,
                maximum_fee: parse_amount(&limit.maximum_fee).of("limits.maximum_fee")?,
            });
        }
        let recipients = match &self.recipients {
            None => None,
            Some(list) => {
                let list: Vec<_> = list
                    .iter()
                    .map(|text| parse_recipient(text))
                    .collect::<Result<_, _>>()
                    .of("recipients")?;
                Some(bounded(list, "recipients")?)
            }
        };
        let stages: Vec<Stage> = self
            .stages
            .iter()
            .map(|stage| self.stage(stage, "stages.role"))
            .collect::<Result<_, _>>()?;
        let conditions: Vec<Condition> =
            self.conditions.iter().map(ConditionEntry::read).collect::<Result<_, _>>()?;
        let operations = operations(&self.operations, "operations")?;
        let measurements: Vec<Measurement> = self
            .measurements
            .iter()
            .map(|text| parse_measurement(text))
            .collect::<Result<_, _>>()
            .of("measurements")?;
        let predecessor = self
            .predecessor
            .as_deref()
            .map(str::parse::<PolicyHash>)
            .transpose()
            .of("predecessor")?;
        let policy = Policy {
            name: name(&self.name, "name")?,
            predecessor,
            roles: bounded(roles, "roles")?,
            requesters: self.role(&self.requesters, "requesters")?,
            stages: bounded(stages, "stages")?,
            operations: bounded(operations, "operations")?,
            limits: bounded(limits, "limits")?,
            recipients,
            allow_raw: self.allow_raw,
            maximum_lifetime: self.maximum_lifetime,
            measurements: bounded(measurements, "measurements")?,
            change_rule: self.stage(&self.change_rule, "change_rule.role")?,
            conditions: bounded(conditions, "conditions")?,
        };
        regent_policy::check_policy(&policy).map_err(PolicyFileError::Rule)?;
        Ok(policy)
    }

    fn role(&self, name: &str, field: &str) -> Result<RoleIndex, PolicyFileError> {
        self.roles
            .iter()
            .position(|role| role.name == name)
            .and_then(|at| RoleIndex::try_from(at).ok())
            .ok_or_else(|| format!("there is no role {name:?} under [[roles]]"))
            .of(field)
    }

    fn stage(&self, entry: &StageEntry, field: &str) -> Result<ChangeRule, PolicyFileError> {
        Ok(Stage { role: self.role(&entry.role, field)?, threshold: entry.threshold })
    }
}

fn operations(names: &[String], field: &str) -> Result<Vec<OperationKind>, PolicyFileError> {
    names.iter().map(|text| parse_operation(text)).collect::<Result<_, _>>().of(field)
}

impl ConditionEntry {
    fn read(&self) -> Result<Condition, PolicyFileError> {
        let id = self.id.parse::<H256>();
        let gated = operations(&self.operations, "conditions.operations")?;
        Ok(Condition {
            id: id.map_err(|_| "32 bytes are written 0x and 64 digits").of("conditions.id")?,
            contract: parse_account(&self.contract).of("conditions.contract")?,
            operations: bounded(gated, "conditions.operations")?,
        })
    }
}

/// Reads an SS58 address, or `//NAME` for a development account.
pub fn parse_account(text: &str) -> Result<AccountId, String> {
    if text.starts_with("//") {
        return regent_client::Account::development(text)
            .map(|account| account.id().clone())
            .map_err(|error| error.to_string());
    }
    AccountId::from_ss58check(text)
        .map_err(|error| format!("{text:?} is no SS58 address or //NAME ({error:?})"))
}

/// Reads `KIND:DIGEST`.
pub fn parse_measurement(text: &str) -> Result<Measurement, String> {
    let expected = || {
        format!(
            "measurement {text:?} is not KIND:DIGEST, such as simulated:0x..; see `regent status`"
        )
    };
    let (kind, digest) = text.split_once(':').ok_or_else(expected)?;
    let kind = match kind {
        "simulated" => EvidenceKind::Simulated,
        _ => return Err(format!("evidence kind {kind:?} is unknown; known: simulated")),
    };
    let mut bytes = [0u8; 32];
    hex::decode_to_slice(digest.trim_start_matches("0x"), &mut bytes).map_err(|_| expected())?;
    Ok(Measurement { kind, digest: H256(bytes) })
}

/// As [`parse_measurement`] reads it.
pub fn show_measurement(measurement: &Measurement) -> String {
    format!("{}:{:?}", show_evidence_kind(measurement.kind), measurement.digest)
}

/// What a kind of evidence is called.
pub const fn show_evidence_kind(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Simulated => "simulated",
    }
}

/// Reads a kind of operation.
pub fn parse_operation(text: &str) -> Result<OperationKind, String> {
    OperationKind::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
        let names: Vec<_> = OperationKind::ALL.iter().map(|kind| kind.name()).collect();
        format!("operation {text:?} is none of {}", names.join(", "))
    })
}

fn name(text: &str, field: &str) -> Result<Name, PolicyFileError> {
    bounded(text.as_bytes().to_vec(), field)
}

fn bounded<T, const N: u32>(
    items: Vec<T>,
    field: &str,
) -> Result<BoundedVec<T, ConstU32<N>>, PolicyFileError> {
    let found = items.len();
    BoundedVec::try_from(items)
        .map_err(|_| format!("has {found} items or bytes, at most {N}"))
        .of(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_a_policy() {
        let policy = PolicyFile::parse(EXAMPLE).and_then(|file| file.policy()).expect("valid");
        assert_eq!(policy.roles.len(), 3);
        assert_eq!((policy.requesters, policy.change_rule.role), (0, 2));
        assert_eq!(policy.stages.iter().map(|stage| stage.threshold).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(
            policy.measurements.to_vec(),
            [regent_attestation::simulated::MEASUREMENT],
            "the example names the development enclave"
        );
    }

    #[test]
    fn errors_name_the_field() {
        let wrong = |from: &str, to: &str| {
            let text = EXAMPLE.replacen(from, to, 1);
            assert_ne!(text, EXAMPLE, "{from} is in the example");
            match PolicyFile::parse(&text).and_then(|file| file.policy()) {
                Err(error) => error.to_string(),
                Ok(_) => panic!("{to} was accepted"),
            }
        };
        assert!(
            wrong("requesters = \"operations\"", "requesters = \"staff\"").contains("`requesters`")
        );
        assert!(wrong("10 ether", "ten ether").contains("`limits.maximum`"));
        assert!(wrong("//Bob", "Bob").contains("`roles.controllers.members`"));
        assert!(wrong("allow_raw", "allow_all").contains("allow_all"));
        assert!(wrong("threshold = 1", "threshold = 9").contains("threshold"));
        assert!(wrong("simulated:0x", "sgx:0x").contains("sgx"));
    }
}

//! What the demonstration did, for others to check: the shape is in `tests/python/README.md`.

use std::path::Path;

use codec::Encode;
use regent_primitives::{Effect, Epoch, PayloadFormat, RegenToken, H256};
use serde::Serialize;

use super::{retirement::HandedOver, Performed};
use crate::{
    error::CliError,
    network::TakenDisk,
    payloads::format_name,
    units::{hexadecimal, show_asset},
};

/// All operations of a demonstration, and what it left of a former token.
#[derive(Debug, Serialize)]
pub struct Record {
    genesis: String,
    operations: Vec<OperationRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retirement: Option<RetirementRecord>,
}

/// What was tried with every agent's disk and TPM once a key's former epoch was retired.
#[derive(Debug, Serialize)]
pub struct RetirementRecord {
    key: String,
    former_epoch: Epoch,
    epoch: Epoch,
    disks: Vec<DiskRecord>,
}

#[derive(Debug, Serialize)]
struct DiskRecord {
    agent: String,
    former_shares: usize,
    shares: usize,
}

impl RetirementRecord {
    /// What the disks made of a key's tokens before and since it changed hands.
    pub(super) fn of(handed: &HandedOver, disks: &[TakenDisk]) -> Self {
        let HandedOver { former, present } = handed;
        let shares = |disk: &TakenDisk, epoch: Epoch| {
            let of = disk.found.iter().filter(|found| found.epoch == epoch);
            of.map(|found| found.regenerated).sum::<usize>()
        };
        let disks = disks.iter().map(|disk| DiskRecord {
            agent: disk.agent.to_string(),
            former_shares: shares(disk, former.epoch),
            shares: shares(disk, present.epoch),
        });
        Self {
            key: present.key_id.to_string(),
            former_epoch: former.epoch,
            epoch: present.epoch,
            disks: disks.collect(),
        }
    }
}

/// One operation.
#[derive(Debug, Serialize)]
pub struct OperationRecord {
    name: String,
    algorithm: &'static str,
    public_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    request: String,
    payload_format: &'static str,
    payload: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    effect: Option<EffectRecord>,
    result: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assembled: Option<String>,
    receipt: String,
    session_signing_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    plaintext: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_plaintext: Option<String>,
}

#[derive(Debug, Serialize)]
struct EffectRecord {
    transfers: Vec<TransferRecord>,
    fee: Option<FeeRecord>,
}

#[derive(Debug, Serialize)]
struct TransferRecord {
    recipient: String,
    asset: String,
    amount: String,
}

#[derive(Debug, Serialize)]
struct FeeRecord {
    asset: String,
    amount: String,
}

impl EffectRecord {
    fn of(effect: &Effect) -> Self {
        Self {
            transfers: effect
                .transfers
                .iter()
                .map(|transfer| TransferRecord {
                    recipient: hexadecimal(&transfer.recipient),
                    asset: show_asset(&transfer.asset),
                    amount: transfer.amount.to_string(),
                })
                .collect(),
            fee: effect.fee.map(|fee| FeeRecord {
                asset: show_asset(&fee.asset),
                amount: fee.amount.to_string(),
            }),
        }
    }
}

impl OperationRecord {
    /// The record of an operation that was carried through with the key of this token.
    ///
    /// # Errors
    /// If the session that signed its receipt is not among those on chain.
    pub fn of(name: &str, token: &RegenToken, performed: &Performed) -> Result<Self, CliError> {
        let Performed { prepared, executed, .. } = performed;
        let session = executed
            .state
            .sessions
            .iter()
            .find(|record| record.session.id == executed.outcome.receipt.receipt.session)
            .ok_or_else(|| super::scene::failed(name, "its session is not on chain"))?;
        let format = prepared.body.operation.format();
        let parsed = !matches!(format, PayloadFormat::Raw | PayloadFormat::Empty);
        Ok(Self {
            name: name.to_owned(),
            algorithm: token.algorithm.name(),
            public_key: hexadecimal(&token.public_key),
            address: None,
            request: hexadecimal(prepared.body.encode()),
            payload_format: format_name(format),
            payload: hexadecimal(&prepared.payload),
            effect: parsed.then(|| EffectRecord::of(&prepared.body.effect)),
            result: executed.outcome.result.iter().map(hexadecimal).collect(),
            assembled: None,
            receipt: hexadecimal(executed.outcome.receipt.encode()),
            session_signing_key: hexadecimal(session.session.signing_public),
            plaintext: None,
            expected_plaintext: None,
        })
    }

    /// With the key's address and the transaction to broadcast.
    #[must_use]
    pub fn assembled(mut self, address: &str, transaction: &[u8]) -> Self {
        self.address = Some(address.to_owned());
        self.assembled = Some(hexadecimal(transaction));
        self
    }

    /// With the plaintext that was opened, and the one that was sealed.
    #[must_use]
    pub fn opened(mut self, plaintext: &[u8], expected: &[u8]) -> Self {
        self.plaintext = Some(hexadecimal(plaintext));
        self.expected_plaintext = Some(hexadecimal(expected));
        self
    }
}

impl Record {
    pub(super) fn new(genesis: H256) -> Self {
        Self { genesis: format!("{genesis:?}"), operations: Vec::new(), retirement: None }
    }

    pub(super) fn add(&mut self, operation: OperationRecord) {
        self.operations.push(operation);
    }

    /// Says what is left of a former token.
    pub(super) fn retire(&mut self, retirement: RetirementRecord) {
        self.retirement = Some(retirement);
    }

    /// Puts another's operations behind its own.
    pub(super) fn extend(&mut self, other: Self) {
        self.operations.extend(other.operations);
    }

    /// Writes it to a file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), CliError> {
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| CliError::file(path, std::io::Error::other(error)))?;
        std::fs::write(path, text + "\n").map_err(|error| CliError::file(path, error))
    }
}

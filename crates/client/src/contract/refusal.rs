//! Why a contract, or the control plane behind it, takes everything back.

use alloy_sol_types::{Panic, Revert, SolError};
use subxt::metadata::Metadata;

use crate::{client::Client, dispatch::joined};

/// A reason, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {remedy}")]
pub struct Refusal {
    /// The reason's name.
    pub name: String,
    /// What to do.
    pub remedy: String,
}

/// Pallets whose errors reach a caller by their name alone.
const PALLETS: [&str; 5] = ["Requests", "Keys", "Policies", "Contracts", "Revive"];

/// What people meet first and the metadata does not explain to them.
const REMEDIES: [(&str, &str); 6] = [
    ("BadOrigin", "governance admits who deploys, by Contracts.admit_deployer"),
    ("CodeRejected", "neither a PolkaVM blob nor EVM bytecode on a chain that allows it"),
    (
        "StorageDepositNotEnoughFunds",
        "governance fills an institution's purse, by Contracts.grant_credits; if value was sent, the payee \
         is neither a member nor a contract",
    ),
    ("TransferFailed", "the payer has less cash than that: `regent cash show` says what it has"),
    ("UnknownAccount", "the address is neither a member's nor a contract's: correct it"),
    ("ValueNotAccepted", "the control plane takes no value: send none"),
];

impl Refusal {
    /// Reads what a call returned that was reverted.
    pub(super) async fn of_revert(client: &Client, data: &[u8]) -> Self {
        match Words::read(data) {
            Words::Reason(name, remedy) => Self { name, remedy },
            Words::Name(name) => Self::of_name(client, name).await,
        }
    }

    /// What to do about a name alone. The chain explains its own.
    pub(super) async fn of_name(client: &Client, name: String) -> Self {
        let known = REMEDIES.iter().find(|(known, _)| *known == name);
        let remedy = match known {
            Some((_, remedy)) => Some((*remedy).to_owned()),
            // Without a connection the name has to do.
            None => client
                .birth_block()
                .await
                .ok()
                .and_then(|block| documentation(block.metadata_ref(), &name)),
        };
        let remedy = remedy.unwrap_or_else(|| "contracts/interfaces says when".to_owned());
        Self { name, remedy }
    }
}

/// What a pallet of ours says of its error.
fn documentation(metadata: &Metadata, name: &str) -> Option<String> {
    PALLETS
        .iter()
        .filter_map(|pallet| metadata.pallet_by_name(pallet)?.error_variants())
        .flatten()
        .find(|variant| variant.name == name)
        .map(|variant| joined(&variant.docs))
        .filter(|text| !text.is_empty())
}

/// What a reverted call says.
#[derive(Debug, PartialEq, Eq)]
enum Words {
    /// A name, and what to do.
    Reason(String, String),
    /// A name alone.
    Name(String),
}

impl Words {
    fn read(data: &[u8]) -> Self {
        let reason = |name: String, remedy: &str| Self::Reason(name, remedy.to_owned());
        if data.is_empty() {
            return reason(
                "NoReason".to_owned(),
                "the contract has no such function, or takes other arguments: is it of this kind?",
            );
        }
        if let Ok(Revert { reason: text }) = Revert::abi_decode(data) {
            return match text.split_once(": ") {
                Some((name, remedy)) => reason(name.to_owned(), remedy),
                None => Self::Name(text),
            };
        }
        if let Ok(Panic { code }) = Panic::abi_decode(data) {
            return reason(format!("Panic({code:#x})"), "the contract is at fault: report it");
        }
        let name = format!("Reverted(0x{})", hex::encode(data));
        reason(name, "only the contract's own interface says what these bytes mean")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `Error(string)`, as Solidity encodes it.
    fn error(text: &str) -> Vec<u8> {
        let word = |value: usize| [vec![0; 31], vec![value as u8]].concat();
        let mut padded = text.as_bytes().to_vec();
        padded.resize(text.len().div_ceil(32) * 32, 0);
        [vec![0x08, 0xc3, 0x79, 0xa0], word(32), word(text.len()), padded].concat()
    }

    #[test]
    fn a_contract_says_what_to_do() {
        assert_eq!(
            Words::read(&error("NotSilent: the owner is not: report later")),
            Words::Reason("NotSilent".to_owned(), "the owner is not: report later".to_owned())
        );
        assert_eq!(Words::read(&error("UnknownKey")), Words::Name("UnknownKey".to_owned()));
    }

    #[test]
    fn bytes_that_are_no_reason_are_shown() {
        let mut long = error("NotOwner");
        long[4 + 32] = 1;
        for data in [&[1, 2][..], &error("NotOwner")[..40], &long] {
            let Words::Reason(name, _) = Words::read(data) else { panic!("{data:?}") };
            assert!(name.contains(&hex::encode(data)), "{name}");
        }
        assert!(matches!(Words::read(&[]), Words::Reason(name, _) if name == "NoReason"));
    }

    #[test]
    fn a_panic_is_told_by_its_code() {
        let mut data = vec![0x4e, 0x48, 0x7b, 0x71];
        data.extend([0; 31]);
        data.push(0x41);
        assert!(matches!(Words::read(&data), Words::Reason(name, _) if name == "Panic(0x41)"));
    }
}

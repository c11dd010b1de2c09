//! What the commands about contracts share.

use regent_client::calls::revive::WeightLimit;
use regent_payload::ethereum;
use regent_primitives::contracts_api::DryRun;
use sp_core::H160;

use super::contract_deploy::Bytes;
use crate::{error::CliError, units::hexadecimal};

/// Selector of `Error(string)`.
const ERROR: [u8; 4] = [0x08, 0xc3, 0x79, 0xa0];

/// Reads an address.
pub fn parse_contract(text: &str) -> Result<H160, String> {
    ethereum::parse_address(text).map(H160).map_err(|error| error.to_string())
}

/// An address as people read it.
pub fn address_of(address: H160) -> String {
    ethereum::checksummed(address.0)
}

/// Reads bytes.
pub fn bytes_of(text: &str) -> Result<Bytes, String> {
    let digits = text.strip_prefix("0x").ok_or("expected 0x and hexadecimal digits")?;
    hex::decode(digits).map(Bytes::from).map_err(|error| error.to_string())
}

/// What a dry run took and a tenth more: the state may differ a little by then.
pub fn weight_of(dry: &DryRun) -> WeightLimit {
    let more = |amount: u64| amount.saturating_add(amount / 10);
    (more(dry.ref_time), more(dry.proof_size))
}

/// What the commands take from the institution's purse unless told otherwise: 64 KiB.
pub const MAX_DEPOSIT: u128 = 64 * 1024;

/// Refuses a deposit that the caller did not agree to.
pub fn check_deposit(dry: &DryRun, maximum: u128) -> Result<(), CliError> {
    if dry.deposit <= maximum {
        return Ok(());
    }
    Err(CliError::Refused(vec![format!(
        "--max-deposit: {} credits would be taken from the institution's purse, at most {maximum} may; \
         raise it if that is meant",
        dry.deposit
    )]))
}

/// Why the chain refuses, for the reasons that people meet first.
pub fn explained(name: String) -> CliError {
    let remedy = match name.as_str() {
        "BadOrigin" => "governance admits who deploys, by Contracts.admit_deployer",
        "CodeRejected" => "neither a PolkaVM blob nor EVM bytecode on a chain that allows it",
        "StorageDepositNotEnoughFunds" => {
            "governance fills an institution's purse, by Contracts.grant_credits"
        }
        _ => return CliError::Refused(vec![name]),
    };
    CliError::Refused(vec![format!("{name}: {remedy}")])
}

/// Why a contract reverted: the text of `Error(string)`, else its bytes.
pub fn reason(data: &[u8]) -> String {
    let text = || {
        let body = data.strip_prefix(&ERROR)?;
        let length = body.get(32..64)?;
        let (zeros, length) = length.split_at(24);
        let length = u64::from_be_bytes(length.try_into().ok()?);
        let end = usize::try_from(length).ok()?.checked_add(64)?;
        let text = body.get(64..end).filter(|_| zeros.iter().all(|byte| *byte == 0))?;
        String::from_utf8(text.to_vec()).ok()
    };
    text().unwrap_or_else(|| format!("the contract reverted with {}", hexadecimal(data)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `Error(string)` with the text `NotOwner`, as Solidity encodes it.
    fn not_owner() -> Vec<u8> {
        let word = |value: u8| [vec![0; 31], vec![value]].concat();
        let text = [b"NotOwner".to_vec(), vec![0; 24]].concat();
        [ERROR.to_vec(), word(32), word(8), text].concat()
    }

    #[test]
    fn a_reason_is_its_text() {
        assert_eq!(reason(&not_owner()), "NotOwner");
    }

    #[test]
    fn bytes_that_are_no_reason_are_shown() {
        let mut long = not_owner();
        long[4 + 32] = 1;
        for data in [&[][..], &[1, 2], &not_owner()[..40], &long] {
            assert!(reason(data).ends_with(&hexadecimal(data)), "{data:?}");
        }
    }

    #[test]
    fn bytes_and_addresses_are_read() {
        assert_eq!(bytes_of("0x0aff").expect("read")[..], [0x0a, 0xff]);
        assert!(bytes_of("0aff").is_err() && bytes_of("0x0").is_err());
        let address = parse_contract("0x0000000000000000000000000000000052470000").expect("read");
        assert_eq!(address.0[16..], [0x52, 0x47, 0, 0]);
        assert!(parse_contract("0x52").is_err());
    }
}

//! People in terms.

use alloy_primitives::{Address, FixedBytes};
use regent_client::contract::address_of;
use regent_contract_abi::Party;
use regent_primitives::{AccountId, PolicyHash, H256};
use serde::Deserialize;

use super::{
    error::{ensure, OfField},
    TermsError,
};
use crate::policy_file::parse_account;

/// How long every list of people may be.
const MAX_MEMBERS: usize = 8;

/// Somebody to whom the key can go.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartyEntry {
    account: String,
    policy: String,
}

impl PartyEntry {
    /// Reads it; `field` is the table's name.
    pub fn read(&self, field: &str) -> Result<Party, TermsError> {
        party(&self.account, Some(&self.policy), field)
    }
}

/// An account, by its address as contracts see it, with its policy.
pub fn party(account: &str, policy: Option<&str>, field: &str) -> Result<Party, TermsError> {
    let account: AccountId = parse_account(account).of(format!("{field}.account"))?;
    let policy = policy.map(|text| policy_hash(text, &format!("{field}.policy"))).transpose()?;
    Ok(Party {
        who: Address::from(address_of(&account).0),
        account: FixedBytes(account.into()),
        policy: policy.unwrap_or_default(),
    })
}

/// An account's address as contracts see it.
pub fn address(account: &str, field: &str) -> Result<Address, TermsError> {
    let account = parse_account(account).of(field)?;
    Ok(Address::from(address_of(&account).0))
}

/// The same for an account that may be left out: nobody has address 0.
pub fn optional_address(account: Option<&str>, field: &str) -> Result<Address, TermsError> {
    Ok(account.map(|account| address(account, field)).transpose()?.unwrap_or_default())
}

/// Different accounts, at most as many as a list may have.
pub fn addresses(accounts: &[String], field: &str) -> Result<Vec<Address>, TermsError> {
    let read: Vec<Address> =
        accounts.iter().map(|account| address(account, field)).collect::<Result<_, _>>()?;
    at_most(read.len(), MAX_MEMBERS, field)?;
    distinct(&read, field)?;
    Ok(read)
}

/// Nobody is named twice.
pub fn distinct(members: &[Address], field: &str) -> Result<(), TermsError> {
    let twice = members
        .iter()
        .enumerate()
        .any(|(at, member)| members.iter().skip(at.saturating_add(1)).any(|other| other == member));
    ensure(!twice, field, "names somebody twice; name each once")
}

/// A list is not too long.
pub fn at_most(found: usize, most: usize, field: &str) -> Result<(), TermsError> {
    ensure(found <= most, field, format!("has {found} entries, at most {most}; shorten it"))
}

/// So many of so many.
pub fn threshold(threshold: u8, of: usize, field: &str) -> Result<(), TermsError> {
    let possible = threshold > 0 && usize::from(threshold) <= of;
    ensure(possible, field, format!("is {threshold}; give between 1 and the {of} there are"))
}

/// A policy by its hash.
pub fn policy_hash(text: &str, field: &str) -> Result<FixedBytes<32>, TermsError> {
    let hash = text.parse::<PolicyHash>().map_err(|_| {
        format!("{text:?} is no hash of a policy, 0x and 64 digits; see `regent policy show`")
    });
    Ok(FixedBytes(hash.of(field)?.0 .0))
}

/// 32 bytes that are no policy.
pub fn bytes32(text: &str, field: &str) -> Result<FixedBytes<32>, TermsError> {
    let bytes = text.parse::<H256>();
    let bytes = bytes.map_err(|_| format!("{text:?} is not 0x and 64 hexadecimal digits"));
    Ok(FixedBytes(bytes.of(field)?.0))
}

/// The same where it may be left out: 0 stands for none.
pub fn optional_bytes32(text: Option<&str>, field: &str) -> Result<FixedBytes<32>, TermsError> {
    Ok(text.map(|text| bytes32(text, field)).transpose()?.unwrap_or_default())
}

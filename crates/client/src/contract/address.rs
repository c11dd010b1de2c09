//! Accounts and the addresses by which contracts know them.

use regent_primitives::AccountId;
use sp_core::H160;
use sp_crypto_hashing::keccak_256;

/// What follows a contract's address in its account.
const SUFFIX: [u8; 12] = [0xee; 12];

/// The address of an account, as `pallet_revive`'s `AccountId32Mapper` has it: of a contract the first 20
/// bytes, of a person the last 20 of the account's Keccak-256.
pub fn address_of(account: &AccountId) -> H160 {
    let bytes: &[u8; 32] = account.as_ref();
    match bytes.split_first_chunk::<20>() {
        Some((address, suffix)) if *suffix == SUFFIX => H160(*address),
        _ => H160::from_slice(&keccak_256(bytes)[12..]),
    }
}

/// The account of a contract: its address, and twelve bytes `0xee`.
pub fn contract_account(address: H160) -> AccountId {
    let mut bytes = [0xee; 32];
    let (front, _) = bytes.split_at_mut(20);
    front.copy_from_slice(address.as_bytes());
    AccountId::new(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Account;

    /// As the documentation of `pallet_revive` and its tools show it.
    const ALICE: [u8; 20] = [
        0x96, 0x21, 0xdd, 0xe6, 0x36, 0xde, 0x09, 0x8b, 0x43, 0xef, 0xb0, 0xfa, 0x9b, 0x61, 0xfa,
        0xcf, 0xe3, 0x28, 0xf9, 0x9d,
    ];

    #[test]
    fn a_persons_address_is_the_well_known_one() {
        let alice = Account::development("//Alice").expect("parses");
        assert_eq!(address_of(alice.id()), H160(ALICE));
    }

    #[test]
    fn a_contracts_account_and_address_follow_from_each_other() {
        let address = H160(ALICE);
        let account = contract_account(address);
        assert_eq!(address_of(&account), address);
        let mut bytes: [u8; 32] = account.into();
        bytes[31] = 0xed;
        assert_ne!(address_of(&bytes.into()), address, "one byte less than a contract's");
    }
}

//! Where a contract is: its address follows from who deploys it, what is deployed, and a salt.

use sp_core::H160;
use sp_runtime::traits::{Hash, Keccak256};

/// The address of a contract that is deployed with a salt, as `CREATE2` has it (EIP-1014): the last 20
/// bytes of `keccak256(0xff ‖ deployer ‖ salt ‖ keccak256(code ‖ data))`. `deployer` is the address by
/// which contracts know the deployer's account, `code` the blob itself and not its hash, `data` the
/// constructor's arguments.
pub fn contract_address(deployer: H160, code: &[u8], data: &[u8], salt: [u8; 32]) -> H160 {
    let deployed = Keccak256::hash(&[code, data].concat());
    let parts: [&[u8]; 4] = [&[0xff], deployer.as_bytes(), &salt, deployed.as_bytes()];
    H160::from_slice(&Keccak256::hash(&parts.concat()).as_bytes()[12..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(digits: &str) -> H160 {
        H160::from_slice(&hex::decode(digits).expect("digits"))
    }

    #[test]
    fn addresses_are_those_of_eip_1014() {
        let found = contract_address(H160::zero(), &[0], &[], [0; 32]);
        assert_eq!(found, address("4d1a2e2bb4f88f0250f26ffff098b0b30b26bf38"));

        let deployer = address("00000000000000000000000000000000deadbeef");
        let mut salt = [0; 32];
        salt[28..].copy_from_slice(&[0xca, 0xfe, 0xba, 0xbe]);
        let expected = address("60f3f640a8508fc6a86d45df051962668e1e8ac7");
        assert_eq!(contract_address(deployer, &[0xde, 0xad, 0xbe, 0xef], &[], salt), expected);
        // The arguments stand right behind the code.
        assert_eq!(contract_address(deployer, &[0xde, 0xad], &[0xbe, 0xef], salt), expected);
        assert_ne!(contract_address(deployer, &[0xde, 0xad], &[0xbe, 0xee], salt), expected);
    }
}

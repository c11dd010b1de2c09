//! Bindings against what others make of the signatures: `solc --hashes`, and a Keccak of our own.

use alloy_sol_types::{SolCall, SolEvent, SolValue};
use sp_crypto_hashing::keccak_256;

use super::{IDelegation, IInheritance, IRegent, ISale};

/// A selector as the binding has it, the signature in full, and what `solc` says.
fn check<C: SolCall>(signature: &str, of_solc: [u8; 4]) {
    assert_eq!(C::SIGNATURE, signature);
    assert_eq!(keccak_256(signature.as_bytes())[..4], of_solc, "{signature}");
    assert_eq!(C::SELECTOR, of_solc, "{signature}");
}

#[test]
fn selectors_are_those_of_solc() {
    check::<IInheritance::attestCall>("attest(uint8,uint8,bytes32)", [0x8d, 0x3b, 0x5c, 0x5c]);
    check::<IInheritance::prepareCall>(
        "prepare(uint8,uint8,(bytes32,bytes,bytes32,uint32))",
        [0x05, 0xc8, 0x29, 0xb8],
    );
    check::<IInheritance::controllerCall>("controller(address)", [0xc1, 0x3a, 0xa7, 0xb5]);
    check::<ISale::prepareCall>(
        "prepare(uint8,(bytes32,bytes,bytes32,uint32))",
        [0x4c, 0x21, 0x82, 0xb6],
    );
    check::<ISale::takeBackCall>("takeBack()", [0x6e, 0xa6, 0x7e, 0xb1]);
    check::<ISale::bindCall>("bind(bytes32)", [0x70, 0x91, 0x52, 0xa1]);
    check::<IDelegation::submitCall>(
        "submit((bytes32,bytes32,bytes,bytes,bytes,bytes32,uint32))",
        [0x5d, 0x07, 0x85, 0x10],
    );
    check::<IRegent::submitCall>(
        "submit((bytes32,bytes32,bytes,bytes,bytes,bytes32,uint32))",
        [0x5d, 0x07, 0x85, 0x10],
    );
}

#[test]
fn topics_are_those_of_the_signatures() {
    let topic = |signature: &str| keccak_256(signature.as_bytes());
    assert_eq!(IInheritance::Attested::SIGNATURE_HASH, topic("Attested(uint8,address,bytes32)"));
    assert_eq!(IInheritance::Preparing::SIGNATURE_HASH, topic("Preparing(uint8,uint8,bytes32)"));
    assert_eq!(ISale::Preparing::SIGNATURE_HASH, topic("Preparing(uint8,bytes32)"));
    assert_eq!(ISale::Settled::SIGNATURE_HASH, topic("Settled()"));
    assert_eq!(IDelegation::Recalled::SIGNATURE_HASH, topic("Recalled(uint32)"));
}

#[test]
fn enumerations_count_from_0() {
    assert_eq!(IInheritance::Standing::Left as u8, 6);
    assert_eq!(ISale::Standing::Left as u8, 7);
    let mut recovery = [0; 32];
    recovery[31] = 2;
    assert_eq!(IInheritance::Case::Recovery.abi_encode(), recovery);
}

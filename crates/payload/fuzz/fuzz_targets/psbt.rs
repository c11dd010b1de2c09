//! PSBTs from a stranger: no panic; what is read passes its own check, and nothing is assembled
//! with signatures that are none.
#![no_main]

use libfuzzer_sys::fuzz_target;
use regent_payload::{assemble, check, parse};
use regent_primitives::{Algorithm, BitcoinNetwork, PayloadFormat};

/// The internal key of the example in BIP-371, which the seeds spend from.
const KEY: [u8; 33] = [
    0x02, 0xfe, 0x34, 0x90, 0x64, 0xc9, 0x8d, 0x6e, 0x2a, 0x85, 0x3f, 0xa3, 0xc9, 0xb1, 0x2b, 0xd8,
    0xb3, 0x04, 0xa1, 0x9c, 0x19, 0x5c, 0x60, 0xef, 0xa7, 0xee, 0x23, 0x93, 0x04, 0x6d, 0x3f, 0xa2,
    0x32,
];

fuzz_target!(|payload: &[u8]| {
    let format = PayloadFormat::BitcoinPsbt;
    for algorithm in [Algorithm::Bip340, Algorithm::EcdsaSecp256k1] {
        let network = Some(BitcoinNetwork::Test);
        if let Ok(parsed) = parse(format, payload, algorithm, &KEY, network) {
            let checked = check(format, payload, algorithm, &KEY, &parsed.effect);
            assert_eq!(checked, Ok(parsed.signing));
            assert!(parsed.effect.fee.is_some());
        }
        let signatures = vec![vec![1; 64]; 2];
        assert!(assemble(format, payload, algorithm, &KEY, &signatures).is_err());
    }
});

//! Ethereum payloads from a stranger: no panic; what is read passes its own check, and nothing is
//! assembled with a signature that is none.
#![no_main]

use libfuzzer_sys::fuzz_target;
use regent_payload::{assemble, check, parse};
use regent_primitives::{Algorithm, PayloadFormat};

/// The generator of secp256k1.
const KEY: [u8; 33] = [
    0x02, 0x79, 0xbe, 0x66, 0x7e, 0xf9, 0xdc, 0xbb, 0xac, 0x55, 0xa0, 0x62, 0x95, 0xce, 0x87, 0x0b,
    0x07, 0x02, 0x9b, 0xfc, 0xdb, 0x2d, 0xce, 0x28, 0xd9, 0x59, 0xf2, 0x81, 0x5b, 0x16, 0xf8, 0x17,
    0x98,
];

fuzz_target!(|payload: &[u8]| {
    let format = PayloadFormat::EthereumTransaction;
    let algorithm = Algorithm::EcdsaSecp256k1;
    if let Ok(parsed) = parse(format, payload, algorithm, &KEY, None) {
        let checked = check(format, payload, algorithm, &KEY, &parsed.effect);
        assert_eq!(checked, Ok(parsed.signing));
        assert_eq!(parsed.effect.transfers.len(), 1);
        assert!(parsed.effect.fee.is_some());
    }
    assert!(assemble(format, payload, algorithm, &KEY, &[vec![1; 65]]).is_err());
});

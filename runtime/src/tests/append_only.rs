//! No call of the runtime removes or rewrites an entry of the log, whoever makes it.
//!
//! Root can write any storage (`System::set_storage`) and is left out: only the development preset
//! gives anyone that power.

use std::collections::BTreeSet;

use codec::Decode;
use frame_support::traits::GetCallMetadata;
use regent_primitives::{audit::AuditEvent, traits::AuditLog, Subject};
use sp_keyring::Sr25519Keyring;
use sp_runtime::traits::Dispatchable;

use super::chain;
use crate::{genesis_config_presets::LOCAL, Audit, RuntimeCall, RuntimeOrigin};

/// Where the operation stands in an encoded request body: after requester, salt, key and epoch.
const OPERATION_OFFSET: usize = 32 + 32 + 32 + 4;

/// A small generator of bytes (xorshift): the walk must be the same each time.
fn bytes(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        })
        .collect()
}

#[test]
fn no_call_removes_or_rewrites_an_entry() {
    let mut dispatched = BTreeSet::new();
    let mut ext = chain(LOCAL);
    ext.execute_with(|| {
        for index in 0..8 {
            Audit::append(
                Subject::Consortium,
                AuditEvent::InstitutionSuspended { institution: index },
            );
        }
        let origins = [
            RuntimeOrigin::none(),
            RuntimeOrigin::signed(Sr25519Keyring::Alice.to_account_id()),
            RuntimeOrigin::signed(Sr25519Keyring::Eve.to_account_id()),
            RuntimeOrigin::from(pallet_collective::RawOrigin::Members(4, 4)),
        ];
        let mut before = all_entries();
        for pallet in 0..=u8::MAX {
            for call in 0..=u8::MAX {
                for attempt in 0..24u64 {
                    // Zeros decode as the smallest value of most types; random bytes as others.
                    let arguments = match attempt {
                        0 => vec![0; 4_096],
                        // A request to sign: an enrolment of zeros has no valid access tree.
                        1 => {
                            let mut request = vec![0; 4_096];
                            request[OPERATION_OFFSET] = 1;
                            request
                        }
                        _ => {
                            bytes(u64::from(pallet) << 32 | u64::from(call) << 16 | attempt, 4_096)
                        }
                    };
                    let encoded = [vec![pallet, call], arguments].concat();
                    let Ok(decoded) = RuntimeCall::decode(&mut &encoded[..]) else { continue };
                    dispatched.insert((pallet, call));
                    if matches!(decoded, RuntimeCall::Timestamp(_)) {
                        // The inherent, which may stand in a block once only.
                        continue;
                    }
                    for origin in &origins {
                        let _outcome = decoded.clone().dispatch(origin.clone());
                        let after = all_entries();
                        assert_eq!(after[..before.len()], before[..], "{decoded:?} by {origin:?}");
                        before = after;
                    }
                }
            }
        }
    });
    let known: usize = RuntimeCall::get_module_names()
        .iter()
        .map(|module| RuntimeCall::get_call_names(module).len())
        .sum();
    // Both of GRANDPA's reports take a proof of a type without values.
    assert_eq!(dispatched.len() + 2, known, "some call was never reached: {dispatched:?}");
}

fn all_entries() -> Vec<regent_primitives::AuditEntry> {
    Audit::entries(0, u32::MAX)
}

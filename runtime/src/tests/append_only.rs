//! No call of the runtime removes or rewrites an entry of the log, whoever makes it, and no hook does.
//!
//! Calls are made three ways: a life of a key and its requests, and every change of the consortium, of
//! which each call succeeds; and a walk through all calls, most of which fail, by every kind of origin.
//! Root can write any storage, and replace the runtime: those calls are not made by root. Only the
//! development preset gives anyone that power.

use std::collections::BTreeSet;

use codec::Decode;
use frame_support::traits::GetCallMetadata;
use regent_primitives::{audit::AuditEvent, traits::AuditLog, AuditEntry, Subject};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{traits::Dispatchable, BuildStorage, DispatchError};

use super::{chain, life, logged::changes, preset};
use crate::{genesis_config_presets::LOCAL, Audit, RuntimeCall, RuntimeOrigin};

/// Pallets of the SDK: of their calls not every one is made with success here, and why it could not touch
/// the log. None of them knows where the log is kept.
const ELSEWHERE: [(&str, &str); 9] = [
    ("System", "root's, who could write any storage; for others it only remarks"),
    ("Timestamp", "the inherent, which every block of the life has"),
    ("Balances", "the ledger of credits, closed to members"),
    ("CashLedger", "the ledger of cash, closed to members"),
    ("Session", "takes proofs of session keys, and keeps those keys"),
    ("Grandpa", "takes proofs of a type without values, or notes that finality stalled"),
    ("Council", "dispatches the other calls as governance, as the walk does"),
    ("Sudo", "nobody has its key; it dispatches the other calls as root, as the walk does"),
    (
        "Revive",
        "contracts reach the log by the calls of the precompile, which are the other pallets'",
    ),
];

/// A call by its pallet's name and its own.
type Name = (&'static str, &'static str);

fn name_of(call: &RuntimeCall) -> Name {
    let name = call.get_call_metadata();
    (name.pallet_name, name.function_name)
}

/// Looks after the log while calls are made.
struct Watch {
    before: Vec<AuditEntry>,
    succeeded: BTreeSet<Name>,
}

impl Watch {
    /// From the log as it is.
    fn new() -> Self {
        Self { before: all_entries(), succeeded: BTreeSet::new() }
    }

    /// Makes a call; nothing that was in the log before is removed or rewritten.
    fn make(&mut self, origin: RuntimeOrigin, call: RuntimeCall) -> Result<(), DispatchError> {
        let (made, by) = (call.clone(), origin.clone());
        let outcome = call.dispatch(origin);
        self.check(|| format!("{made:?} by {by:?}"));
        outcome.map_err(|error| error.error)?;
        self.succeeded.insert(name_of(&made));
        Ok(())
    }

    /// The same of a call that has to succeed.
    fn succeed(&mut self, origin: RuntimeOrigin, call: RuntimeCall) {
        let (made, by) = (call.clone(), origin.clone());
        let outcome = self.make(origin, call);
        assert!(outcome.is_ok(), "{made:?} by {by:?}: {outcome:?}");
    }

    fn check(&mut self, what: impl FnOnce() -> String) {
        let after = all_entries();
        assert_eq!(after.get(..self.before.len()), Some(&self.before[..]), "{}", what());
        self.before = after;
    }
}

/// Whether root makes a call of the walk: not if it writes any storage, replaces the code that keeps the
/// log, or dispatches any other call as root.
fn is_roots(call: &RuntimeCall) -> bool {
    let (pallet, call) = name_of(call);
    let excepted = [
        "set_storage",
        "kill_storage",
        "kill_prefix",
        "set_code",
        "set_code_without_checks",
        "apply_authorized_upgrade",
    ];
    match pallet {
        "System" => !excepted.contains(&call),
        "Sudo" => false,
        _ => true,
    }
}

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

/// Every call there is, in the forms that its arguments decode to, by everybody. Returns how many calls
/// were reached.
fn walk(watch: &mut Watch) -> usize {
    let mut reached = BTreeSet::new();
    let root = RuntimeOrigin::root();
    let origins = [
        RuntimeOrigin::none(),
        RuntimeOrigin::signed(Sr25519Keyring::Alice.to_account_id()),
        RuntimeOrigin::signed(Sr25519Keyring::Eve.to_account_id()),
        RuntimeOrigin::from(pallet_collective::RawOrigin::Members(4, 4)),
    ];
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
                    _ => bytes(u64::from(pallet) << 32 | u64::from(call) << 16 | attempt, 4_096),
                };
                let encoded = [vec![pallet, call], arguments].concat();
                let Ok(decoded) = RuntimeCall::decode(&mut &encoded[..]) else { continue };
                reached.insert((pallet, call));
                if matches!(decoded, RuntimeCall::Timestamp(_)) {
                    // The inherent, which may stand in a block once only.
                    continue;
                }
                let roots = is_roots(&decoded).then(|| root.clone());
                for origin in origins.iter().cloned().chain(roots) {
                    // Most of them are refused, which is no matter here.
                    let _refused = watch.make(origin, decoded.clone());
                }
            }
        }
    }
    reached.len()
}

#[test]
fn no_call_removes_or_rewrites_an_entry() {
    let known: BTreeSet<Name> = RuntimeCall::get_module_names()
        .iter()
        .flat_map(|pallet| {
            RuntimeCall::get_call_names(pallet).iter().map(move |call| (*pallet, *call))
        })
        .collect();
    let mut succeeded = BTreeSet::new();

    let genesis = preset(LOCAL, serde_json::json!({})).build_storage().unwrap();
    sp_io::TestExternalities::from(genesis).execute_with(|| {
        let mut watch = Watch::new();
        life::live(|origin, call| watch.succeed(origin, call));
        watch.check(|| "the hooks of the last blocks".into());
        assert!(watch.before.len() > 30, "it is logged");
        succeeded.extend(watch.succeeded);
    });
    chain(LOCAL).execute_with(|| {
        let mut watch = Watch::new();
        for (origin, call) in changes() {
            watch.succeed(origin, call);
        }
        succeeded.extend(watch.succeeded);
    });
    chain(LOCAL).execute_with(|| {
        for institution in 0..8 {
            Audit::append(Subject::Consortium, AuditEvent::InstitutionSuspended { institution });
        }
        let mut watch = Watch::new();
        // Both of GRANDPA's reports take a proof of a type without values.
        assert_eq!(walk(&mut watch) + 2, known.len(), "some call was never reached");
        succeeded.extend(watch.succeeded);
    });

    let missing: Vec<_> = known
        .difference(&succeeded)
        .filter(|(pallet, _)| ELSEWHERE.iter().all(|(other, _)| other != pallet))
        .collect();
    assert!(missing.is_empty(), "never made with success: {missing:?}");
}

/// The whole log.
fn all_entries() -> Vec<AuditEntry> {
    (0..Audit::count()).step_by(256).flat_map(|from| Audit::entries(from, 256)).collect()
}

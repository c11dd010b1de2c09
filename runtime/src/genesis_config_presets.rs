//! Genesis presets by name.
//!
//! | preset | validators | sessions | sudo | simulated enclaves | EVM bytecode | deployers | cash |
//! |---|---|---|---|---|---|---|---|
//! | `development` | Alice | 20 s | Alice | trusted | allowed | Alice | every member's |
//! | `local` | Alice, Bob, Charlie, Dave, an institution each | 20 s | nobody | trusted | allowed | Alice | every member's |
//! | `consortium` | to be patched in | 10 minutes | nobody | refused | refused | nobody | nobody's, without an issuer |

use alloc::{vec, vec::Vec};
use regent_attestation::simulated::MEASUREMENT;
use serde_json::{json, Value};
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_consensus_grandpa::AuthorityId as GrandpaId;
use sp_genesis_builder::PresetId;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

use crate::{AccountId, BlockNumber, SessionKeys, MINUTES};

/// One authority, everything allowed that development needs.
pub const DEVELOPMENT: &str = "development";
/// Four authorities of four institutions on one machine.
pub const LOCAL: &str = "local";
/// What a consortium starts from: patch its institutions and session keys in.
pub const CONSORTIUM: &str = "consortium";

/// What all quotas together may promise for a window of 10 blocks, in picoseconds of reference time.
const ALL_QUOTAS: u64 = 1_500_000_000_000;

/// Blocks of a session on chains for development, where nobody waits ten minutes for a change of keys: 20 s.
const SHORT_SESSION: BlockNumber = 40;
/// The same on others: ten minutes.
const SESSION: BlockNumber = 10 * MINUTES;

/// Storage credits of each institution on chains for development: 4 MiB.
const CREDITS: u32 = 4 * 1024 * 1024;

/// Cash of each member on chains for development: 1,000,000.00.
const CASH: u64 = 100_000_000;
/// What can be outstanding on them, in all: 100,000,000.00.
const CASH_CEILING: u64 = 10_000_000_000;

struct Institution {
    name: &'static str,
    administrator: Sr25519Keyring,
    members: Vec<Sr25519Keyring>,
    validator: Option<(Sr25519Keyring, Ed25519Keyring)>,
}

impl Institution {
    fn validator_account(&self) -> Option<AccountId> {
        self.validator.map(|(aura, _)| aura.to_account_id())
    }
}

fn session_keys(aura: Sr25519Keyring, grandpa: Ed25519Keyring) -> SessionKeys {
    SessionKeys { aura: AuraId::from(aura.public()), grandpa: GrandpaId::from(grandpa.public()) }
}

/// A genesis; one that is `open` to experiments trusts simulated enclaves and runs EVM bytecode, the
/// first administrator may deploy, every institution has storage credits, the first one has issued cash to
/// every member, and sessions are short.
fn genesis(institutions: &[Institution], sudo: Option<AccountId>, open: bool) -> Value {
    let keys: Vec<_> = institutions
        .iter()
        .filter_map(|institution| institution.validator)
        .map(|(aura, grandpa)| {
            (aura.to_account_id(), aura.to_account_id(), session_keys(aura, grandpa))
        })
        .collect();
    let council: Vec<_> =
        institutions.iter().map(|institution| institution.administrator.to_account_id()).collect();
    let members: Vec<Value> = institutions
        .iter()
        .map(|institution| {
            json!({
                "name": institution.name,
                "administrator": institution.administrator.to_account_id(),
                "members": institution
                    .members
                    .iter()
                    .map(|member| member.to_account_id())
                    .collect::<Vec<_>>(),
                "quota": ALL_QUOTAS / institutions.len() as u64,
                "validator": institution.validator_account(),
            })
        })
        .collect();
    let measurements = if open {
        json!([{ "kind": "simulated", "digest": MEASUREMENT.digest, "until": u32::MAX }])
    } else {
        json!([])
    };
    let deployers: Vec<_> = council.iter().take(usize::from(open)).collect();
    let credits: Vec<_> = if open {
        (0..institutions.len()).map(|institution| (institution, CREDITS)).collect()
    } else {
        vec![]
    };
    let cash = if open {
        let members = institutions.iter().flat_map(|institution| &institution.members);
        let holdings: Vec<_> = members.map(|member| (member.to_account_id(), CASH)).collect();
        json!({
            "terms": { "issuer": 0, "ceiling": CASH_CEILING, "name": "EUR", "decimals": 2 },
            "holdings": holdings,
        })
    } else {
        json!({ "terms": null, "holdings": [] })
    };
    json!({
        "session": { "keys": keys },
        "council": { "members": council },
        "consortium": {
            "institutions": members,
            "sessionLength": if open { SHORT_SESSION } else { SESSION },
        },
        "contracts": { "allowEvm": open, "deployers": deployers, "credits": credits },
        "enclaves": { "allowSimulated": open, "measurements": measurements },
        "sudo": { "key": sudo },
        "cash": cash,
    })
}

fn development() -> Value {
    use Sr25519Keyring::{Alice, Bob, Charlie, Dave, Eve, Ferdie};
    let institution = Institution {
        name: "Development institution",
        administrator: Alice,
        members: vec![Alice, Bob, Charlie, Dave, Eve, Ferdie],
        validator: Some((Alice, Ed25519Keyring::Alice)),
    };
    genesis(&[institution], Some(Alice.to_account_id()), true)
}

fn local() -> Value {
    use Sr25519Keyring::{Alice, Bob, Charlie, Dave, Eve, Ferdie};
    let seat = |name, administrator, grandpa, members| Institution {
        name,
        administrator,
        members,
        validator: Some((administrator, grandpa)),
    };
    genesis(
        &[
            seat("Institution A", Alice, Ed25519Keyring::Alice, vec![Alice, Eve]),
            seat("Institution B", Bob, Ed25519Keyring::Bob, vec![Bob, Ferdie]),
            seat("Institution C", Charlie, Ed25519Keyring::Charlie, vec![Charlie]),
            seat("Institution D", Dave, Ed25519Keyring::Dave, vec![Dave]),
        ],
        None,
        true,
    )
}

/// The patch of a preset, as JSON.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
    let patch = match id.as_ref() {
        DEVELOPMENT => development(),
        LOCAL => local(),
        CONSORTIUM => genesis(&[], None, false),
        _ => return None,
    };
    serde_json::to_vec(&patch).ok()
}

/// Names of all presets.
pub fn preset_names() -> Vec<PresetId> {
    vec![PresetId::from(DEVELOPMENT), PresetId::from(LOCAL), PresetId::from(CONSORTIUM)]
}

//! `regent-agent check-token`: of which tokens the state of an agent that does not run still makes its
//! shares. None of them is shown.

use std::io::Write;

use anyhow::Context;
use codec::DecodeAll;
use regent_primitives::{Participant, RegenToken, H256};
use regent_protocol::{regenerate, Label, Mask};
use serde_json::{json, Value};

use super::CheckTokenArguments;
use crate::{config::Config, failpoint::Failpoint, hardening, root::open_store, store::Store};

/// A token as it is typed: its SCALE encoding in hexadecimal digits, with or without `0x`.
pub(super) fn parse(text: &str) -> Result<RegenToken, String> {
    let bytes = hex::decode(text.trim_start_matches("0x")).map_err(|error| error.to_string())?;
    RegenToken::decode_all(&mut bytes.as_slice()).map_err(|error| format!("no token: {error}"))
}

/// Writes one line of JSON: what is made of each token, in the order in which they are named.
pub(super) fn execute(
    config: &Config,
    arguments: &CheckTokenArguments,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    hardening::apply();
    let store = open_store(config, Failpoint::default())?;
    let genesis = store.genesis().context("this agent serves no chain yet, and has no shares")?;
    let checked = arguments.tokens.iter().map(|token| check(&store, genesis, token));
    writeln!(out, "{}", Value::Array(checked.collect()))?;
    Ok(())
}

fn check(store: &Store, genesis: H256, token: &RegenToken) -> Value {
    let agent = Participant::Agent(store.identity().agent_id());
    let leaves = token.tree.leaves();
    let own = leaves.iter().enumerate().filter(|(_, (_, who))| *who == agent);
    let own: Vec<usize> =
        own.map(|(leaf, _)| leaf).filter(|leaf| token.is_present(*leaf)).collect();
    let made = own.iter().filter(|leaf| makes_share(store, genesis, token, **leaf)).count();
    json!({
        "key": token.key_id.to_string(),
        "epoch": token.epoch,
        "leaves": own.len(),
        "regenerated": made,
    })
}

/// Whether the state makes a leaf's share, and it fits what the token commits to. It is wiped at once.
fn makes_share(store: &Store, genesis: H256, token: &RegenToken, leaf: usize) -> bool {
    let label = Label::from_bytes(token.label(genesis));
    let Ok(seed) = store.evaluate(&label) else { return false };
    let mask = Mask::of_leaf(genesis, token, leaf, &seed);
    mask.and_then(|mask| regenerate(genesis, token, leaf, &mask)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_token_is_refused() {
        assert!(parse("0xzz").is_err_and(|error| error.contains("Invalid character")));
        assert!(parse("0x").is_err_and(|error| error.contains("no token")));
        assert!(parse(&"00".repeat(400)).is_err_and(|error| error.contains("no token")));
    }
}

//! Rules of a token.

use std::collections::{BTreeMap, BTreeSet};

use codec::DecodeAll;
use regent_primitives::{Epoch, KeyId, RegenToken};
use regent_proof::layout;

use super::Item;
use crate::{
    bundle::TokenEvidence,
    field::FieldKind,
    keys::State,
    rule::Rule,
    verdict::{Failure, Verdict},
};

/// Tokens of a bundle.
pub(super) type Tokens = BTreeMap<(KeyId, Epoch), Item<RegenToken>>;

pub(super) fn verify_tokens(
    items: &[TokenEvidence],
    state: &State,
) -> (Tokens, Vec<(KeyId, Epoch, Verdict)>) {
    let mut tokens = Tokens::new();
    let mut verdicts = Vec::with_capacity(items.len());
    for item in items {
        let (found, outcome, withheld) = match token_of(item, state) {
            Ok(Some(token)) => (Item::Sound(token), Ok(()), BTreeSet::new()),
            Ok(None) => (Item::Withheld, Ok(()), BTreeSet::from([FieldKind::Token])),
            Err(failure) => (Item::Failed, Err(failure), BTreeSet::new()),
        };
        tokens.insert((item.key, item.epoch), found);
        verdicts.push((item.key, item.epoch, Verdict::of(outcome, withheld)));
    }
    (tokens, verdicts)
}

/// The token, if it can be seen and every rule holds.
fn token_of(item: &TokenEvidence, state: &State) -> Result<Option<RegenToken>, Failure> {
    if !state.proves(&layout::token(item.key, item.epoch), Some(&item.token)) {
        return Err(Rule::TokenUnproven.into());
    }
    let Some(mut bytes) = item.token.value() else { return Ok(None) };
    let token = RegenToken::decode_all(&mut bytes).map_err(|_| Rule::TokenUndecodable)?;
    if (token.key_id, token.epoch) != (item.key, item.epoch) {
        return Err(Rule::TokenBinding.into());
    }
    token.check_shape().map_err(|error| Failure::new(Rule::TokenShape, format!("{error:?}")))?;
    Ok(Some(token))
}

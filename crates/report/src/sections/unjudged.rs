//! What a file names of which a rule of the whole does not hold.

use regent_evidence::Bundle;

use super::{paragraph, table_or};
use crate::{
    model::{Section, Text, Tone},
    words,
};

pub(super) fn section(bundle: &Bundle) -> Section {
    let unjudged = || Text::from("not judged").toned(Tone::Bad);
    let operations = bundle
        .operations
        .iter()
        .map(|item| vec![Text::from("operation"), words::operation(item.id), unjudged()]);
    let policies = bundle
        .policies
        .iter()
        .map(|item| vec![Text::from("policy"), words::policy(item.hash), unjudged()]);
    let tokens = bundle.tokens.iter().map(|item| {
        let named = words::key(item.key).then(format!(", epoch {}", item.epoch));
        vec![Text::from("key's token"), named, unjudged()]
    });
    let rows = operations.chain(policies).chain(tokens).collect();
    let columns = [("What", 2), ("Named", 5), ("Verdict", 2)];
    Section {
        id: "unjudged",
        title: "What the file names",
        blocks: vec![
            paragraph("None of this is proven to be of the chain, or to exist."),
            table_or("It names nothing.", "Named in the file, and not judged", &columns, rows),
        ],
    }
}

//! What was left out of the file by whoever handed it on.

use std::collections::BTreeMap;

use regent_evidence::{Bundle, FieldKind};

use super::{paragraph, table_or};
use crate::{
    model::{Section, Text, Tone},
    opened::Opened,
    words,
};

pub(super) fn section(opened: &Opened<'_>) -> Section {
    let rows = withheld(opened.bundle).into_iter().map(|(kind, (hidden, all))| {
        let (name, without) = words::withheld(kind);
        vec![
            Text::from(name).toned(Tone::Caution),
            Text::from(format!("{hidden} of {all}")),
            Text::from(without),
        ]
    });
    let unchecked = opened.operations.iter().filter(|one| !one.judged.verdict.withheld.is_empty());
    let unchecked = unchecked.map(|one| {
        let missing = one.judged.verdict.withheld.iter();
        let missing = missing.map(|kind| Text::from(words::withheld(*kind).0));
        vec![words::operation(one.item.id), Text::lines(missing)]
    });
    let what = [("What", 4), ("How many", 3), ("Not to be read or checked without it", 8)];
    let of = [("Operation", 4), ("What its rules needed and did not find", 8)];
    Section {
        id: "withheld",
        title: "What is withheld",
        blocks: vec![
            paragraph(
                "What is withheld is in the chain's state, and has its fingerprint in this file. Whoever \
                 has the whole file shows the value, and it is checked against the fingerprint. Copies of \
                 one bundle, whatever is withheld in them, have one bundle id.",
            ),
            table_or("Nothing is withheld.", "Withheld values", &what, rows.collect()),
            table_or(
                "No rule of an operation was left out.",
                "Operations of which not every rule could be checked",
                &of,
                unchecked.collect(),
            ),
        ],
    }
}

/// Of each kind of which something is withheld: how many are, and how many there are.
fn withheld(bundle: &Bundle) -> BTreeMap<FieldKind, (usize, usize)> {
    let policies = bundle.policies.iter().map(|policy| (FieldKind::Policy, &policy.record));
    let tokens = bundle.tokens.iter().map(|token| (FieldKind::Token, &token.token));
    let operations = bundle.operations.iter().flat_map(|operation| operation.fields());
    let mut counts = BTreeMap::<FieldKind, (usize, usize)>::new();
    for (kind, field) in policies.chain(tokens).chain(operations) {
        let (hidden, all) = counts.entry(kind).or_default();
        *hidden += usize::from(field.value().is_none());
        *all += 1;
    }
    counts.retain(|_, (hidden, _)| *hidden > 0);
    counts
}

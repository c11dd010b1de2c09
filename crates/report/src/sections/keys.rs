//! Keys: who must take part for each to exist.

use regent_primitives::{Participant, RegenToken, TreeNode};

use super::{count, paragraph, table_or, verdict_text, withheld_text};
use crate::{
    identifier::IdentifierKind,
    model::{Block, Section, Text},
    opened::{Opened, Token},
    words,
};

/// Bytes up to which a public key is shown.
const SHOWN_BYTES: usize = 64;

pub(super) fn section(opened: &Opened<'_>) -> Section {
    let rows = opened.tokens.iter().map(row).collect();
    let columns =
        [("Key", 4), ("Epoch", 2), ("Algorithm", 4), ("Policy", 4), ("Shares", 4), ("Verdict", 3)];
    let mut blocks = vec![
        paragraph(
            "A key is whole nowhere. Its token names who holds shares, and how many of them must take \
             part. A later epoch is the same key with new shares.",
        ),
        table_or("There are no keys' tokens in this file.", "Keys' tokens", &columns, rows),
    ];
    for token in &opened.tokens {
        let Some(opened) = &token.token else { continue };
        let heading = Text::from("Key ").then(words::key(token.item.key));
        blocks.push(Block::Heading(heading.then(format!(", epoch {}", token.item.epoch))));
        blocks.push(Block::Facts(vec![
            ("Public key".to_owned(), public_key(opened)),
            ("Who must take part".to_owned(), Text::lines(tree_lines(opened))),
        ]));
    }
    Section { id: "keys", title: "Keys and who holds their shares", blocks }
}

fn row(token: &Token<'_>) -> Vec<Text> {
    let (key, epoch) = (words::key(token.item.key), Text::from(token.item.epoch.to_string()));
    let verdict = verdict_text(token.verdict);
    let Some(token) = &token.token else {
        return vec![key, epoch, withheld_text(), withheld_text(), withheld_text(), verdict];
    };
    let present = token.corrections.iter().filter(|correction| correction.is_some()).count();
    let shares = count(token.tree.leaf_count(), "share", "shares");
    vec![
        key,
        epoch,
        Text::from(token.algorithm.name()),
        words::policy(token.policy_hash),
        Text::from(format!("{shares}, {present} of them in use")),
        verdict,
    ]
}

fn public_key(token: &RegenToken) -> Text {
    let bytes = &token.public_key;
    if bytes.is_empty() {
        Text::from("none: the algorithm has none")
    } else if bytes.len() > SHOWN_BYTES {
        Text::from(format!("{} bytes", bytes.len()))
    } else {
        Text::identifier(IdentifierKind::PublicKey, format!("0x{}", hex::encode(bytes)))
    }
}

/// A line a gate and a line a participant, with a dash for each gate above it.
fn tree_lines(token: &RegenToken) -> Vec<Text> {
    // For each open gate: how many of its children are still to come.
    let mut open: Vec<u16> = Vec::new();
    let mut lines = Vec::with_capacity(token.tree.nodes().len());
    for node in token.tree.nodes() {
        while open.last() == Some(&0) {
            open.pop();
        }
        let indent = Text::from("– ".repeat(open.len()));
        if let Some(left) = open.last_mut() {
            *left = left.saturating_sub(1);
        }
        lines.push(match node {
            TreeNode::Gate { threshold, children } => {
                open.push(*children);
                indent.then(format!("{threshold} of {children}:"))
            }
            TreeNode::Leaf(participant) => indent.then(holder(participant)),
        });
    }
    lines
}

fn holder(participant: &Participant) -> Text {
    match participant {
        Participant::Agent(agent) => Text::from("agent ").then(words::agent(*agent)),
        Participant::Device(hash) => {
            Text::from("an approver's device ").then(words::hash(IdentifierKind::Device, *hash))
        }
        Participant::ClientSecret(hash) => {
            Text::from("a client's secret ").then(words::hash(IdentifierKind::ClientSecret, *hash))
        }
    }
}

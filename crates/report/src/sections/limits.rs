//! What no file of this kind can show, and what this one could have shown.

use std::collections::BTreeSet;

use regent_primitives::{RequestId, Subject};

use super::{paragraph, table_or};
use crate::{
    model::{Block, Section, Text, Tone},
    opened::{Opened, Reach},
    words,
};

/// What no bundle shows.
const NEVER: [&str; 8] = [
    "What nobody stores: shares, keys, and results but for their hash. Payloads are here only if whoever \
     exported the file had them.",
    "That the consortium trusted an enclave's program when a session was opened, that a key was not \
     frozen, and that a contract's condition was met: that is the chain's word at that block. What people \
     signed, the policy's own list of programs included, was checked.",
    "That a block which a session, release, refusal or receipt names was the newest one then: it is of \
     this chain and before the newest block of the file. How old it may be is for agents to decide.",
    "Which entries of the log the newest block of the file made, unless all entries from some number on \
     are here: what shows a single entry is made in the block after it.",
    "That a policy was not already replaced earlier in the very block in which a request was submitted.",
    "That a key's shares are sound: agents check that when the key is made.",
    "What an agent or an enclave did besides what it signed.",
    "Who an account belongs to, and whether that person acted freely.",
];

pub(super) fn section(opened: &Opened<'_>) -> Section {
    let absent = opened.report.absent.as_ref();
    let submitted = absent.map_or(&[][..], |absent| absent.requests.as_slice());
    let older = older(opened, submitted);
    let row = |id: RequestId, place: &str| {
        vec![words::operation(id), Text::from(place).toned(Tone::Caution)]
    };
    let submitted = submitted.iter().map(|id| row(*id, "not in this file"));
    let older =
        older.iter().map(|id| row(*id, "not in this file; asked for before these entries begin"));
    let rows = submitted.chain(older).collect();
    let these = "Every request that these entries name is in this file.";
    let (complete, none) = match opened.reach() {
        Reach::All => (
            "All entries of the chain's log are in this file. Requests that they name and that are not \
             here were left out when it was exported."
                .to_owned(),
            "Every request that the log names is in this file.",
        ),
        Reach::From { first, .. } => (
            format!(
                "The entries of the chain's log in this file begin with number {first}: whether older \
                 operations were left out cannot be seen. An export with the whole log shows it."
            ),
            these,
        ),
        Reach::Single => (
            "Only single entries of the chain's log are in this file: whether operations were left out \
             cannot be seen. An export with the whole log shows it."
                .to_owned(),
            these,
        ),
        Reach::Nothing => (
            "No entry of the chain's log is in this file: whether operations were left out cannot be \
             seen. An export with the whole log shows it."
                .to_owned(),
            "No request can be named that is missing.",
        ),
    };
    let columns = [("Request", 5), ("Where", 3)];
    Section {
        id: "limits",
        title: "What this cannot show",
        blocks: vec![
            Block::List(NEVER.into_iter().map(Text::from).collect()),
            Block::Heading(Text::from("Whether anything was left out")),
            paragraph(complete),
            table_or(none, "Requests that the log names", &columns, rows),
        ],
    }
}

/// Requests that are not in the file and that its entries name, but for these that were submitted there.
fn older(opened: &Opened<'_>, submitted: &[RequestId]) -> BTreeSet<RequestId> {
    let submitted: BTreeSet<RequestId> = submitted.iter().copied().collect();
    let named = opened.log.iter().filter_map(|entry| match entry.subject {
        Subject::Request(id) => Some(id),
        _ => None,
    });
    named.filter(|id| !submitted.contains(id) && !opened.has(*id)).collect()
}

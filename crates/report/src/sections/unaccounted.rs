//! Shares that were released with no receipt that says for what.

use regent_primitives::{AuditEvent, RequestStatus};

use super::{count, paragraph, table_or, withheld_text};
use crate::{
    model::{Block, Section, Text, Tone},
    opened::{Opened, Operation},
    words,
};

pub(super) fn section(opened: &Opened<'_>) -> Section {
    let unaccounted: Vec<&Operation<'_>> =
        opened.operations.iter().filter(|operation| operation.is_unaccounted()).collect();
    let absent = opened.report.absent.as_ref();
    let elsewhere = absent.map_or(&[][..], |absent| absent.unaccounted.as_slice());
    let mut blocks = Vec::new();
    if unaccounted.is_empty() && elsewhere.is_empty() {
        let withheld = opened.operations.iter().filter(|one| one.is_receipt_withheld()).count();
        blocks.push(paragraph(if withheld == 0 {
            "Every release in this file is of an attempt that a receipt is of.".to_owned()
        } else {
            format!(
                "Every release in this file is of an attempt that a receipt is of, or of {} whose \
                 receipt is withheld.",
                count(withheld, "operation", "operations")
            )
        }));
    }
    if !unaccounted.is_empty() {
        blocks.push(notice(&unaccounted));
        let rows = unaccounted.iter().flat_map(|operation| rows(opened, operation)).collect();
        let columns = [
            ("Operation", 4),
            ("Status", 4),
            ("Attempt", 2),
            ("Share", 2),
            ("Agent", 4),
            ("Released", 5),
        ];
        let caption = "Releases for which there is no receipt";
        blocks.push(table_or("", caption, &columns, rows));
    }
    if !elsewhere.is_empty() {
        blocks.push(Block::Notice {
            tone: Tone::Bad,
            headline: format!(
                "The log says so of {} that this file does not hold",
                count(elsewhere.len(), "more operation", "more operations")
            ),
            details: vec![Text::lines(elsewhere.iter().copied().map(words::operation))],
        });
    }
    Section { id: "unaccounted", title: "Unaccounted releases", blocks }
}

fn notice(unaccounted: &[&Operation<'_>]) -> Block {
    let open = unaccounted.iter().filter(|operation| is_open(operation)).count();
    let ended = unaccounted.len().saturating_sub(open);
    let mut details = vec![Text::from(
        "Shares of a key left their agents, and no enclave stated what was done with them. A receipt of \
         another attempt says nothing of them.",
    )];
    if open > 0 {
        let number = count(open, "of them is", "of them are");
        details.push(Text::from(format!("{number} still open: a receipt may yet come.")));
    }
    let headline = if ended == 0 {
        "Shares were released, and no receipt came yet".to_owned()
    } else {
        let operations = count(ended, "operation", "operations");
        format!("{operations} ended with shares released that no receipt is of")
    };
    Block::Notice { tone: Tone::Bad, headline, details }
}

fn is_open(operation: &Operation<'_>) -> bool {
    operation.judged.status.is_some_and(|status| !status.is_over())
}

fn rows(opened: &Opened<'_>, operation: &Operation<'_>) -> Vec<Vec<Text>> {
    let status = operation.judged.status.map_or_else(withheld_text, status_words);
    let releases = operation.unaccounted().map(|(item, note)| {
        let logged = operation.blocks_of(|event| {
            matches!(event, AuditEvent::ShareReleased { attempt, leaf, .. }
                if *attempt == item.attempt && leaf.0.as_slice() == item.leaf.as_slice())
        });
        let when = logged
            .first()
            .map_or_else(withheld_text, |block| Text::from(opened.clock.block(*block)));
        let path: Vec<String> = item.leaf.iter().map(ToString::to_string).collect();
        vec![
            words::operation(operation.item.id),
            status.clone(),
            Text::from(item.attempt.to_string()),
            Text::from(path.join(".")),
            note.as_ref().map_or_else(withheld_text, |note| words::agent(note.agent)),
            when,
        ]
    });
    releases.collect()
}

fn status_words(status: RequestStatus) -> Text {
    words::status(status).toned(Tone::Bad)
}

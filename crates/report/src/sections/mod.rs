//! What each section says of a bundle.

mod approvals;
mod cover;
mod failures;
mod hardware;
mod keys;
mod limits;
mod membership;
mod operations;
mod policies;
mod reading;
mod standards;
mod unaccounted;
mod unjudged;
mod withheld;

use regent_evidence::{Bundle, Report, Trust, Verdict};

use crate::{
    identifier::{IdentifierKind, Identifiers},
    model::{Block, Column, Section, Table, Text, Tone},
    opened::Opened,
};

/// The first page and the sections after it, but for the appendix.
pub(crate) fn all(
    bundle: Option<&Bundle>,
    report: &Report,
    trust: Trust,
) -> (Vec<Block>, Vec<Section>) {
    let Some(bundle) = bundle else {
        return (cover::of_no_bundle(report, trust), vec![reading::section()]);
    };
    // Where a rule of the whole bundle does not hold, nothing in it was judged.
    if report.failure.is_some() {
        let sections = vec![reading::section(), unjudged::section(bundle)];
        return (cover::of_refused(bundle, report, trust), sections);
    }
    let opened = Opened::new(bundle, report);
    let mut sections = vec![
        reading::section(),
        operations::section(&opened),
        approvals::section(&opened),
        policies::section(&opened),
        keys::section(&opened),
        membership::section(&opened),
        failures::section(&opened),
        unaccounted::section(&opened),
        hardware::section(&opened),
        withheld::section(&opened),
        limits::section(&opened),
    ];
    // What breaks a rule is evidence towards nothing.
    if report.holds() {
        sections.push(standards::section(report.anchored, report.anchor_block));
    }
    (cover::of_judged(&opened, trust), sections)
}

/// All of what is shown short elsewhere, if anything is.
pub(crate) fn appendix(identifiers: &Identifiers) -> Option<Section> {
    let rows: Vec<Vec<Text>> = identifiers
        .shortened()
        .into_iter()
        .map(|(kind, short, full)| {
            vec![Text::from(kind.name()), Text::from(short), Text::whole(kind, full)]
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let columns = [("What", 2), ("In the text", 3), ("Whole", 8)];
    let blocks = vec![table("What is shown short in the text", &columns, rows)];
    Some(Section { id: "appendix", title: "Identifiers, whole", blocks })
}

fn table(caption: &str, columns: &[(&'static str, u8)], rows: Vec<Vec<Text>>) -> Block {
    let columns = columns.iter().map(|&(title, share)| Column { title, share });
    Block::Table(Table { caption: caption.to_owned(), columns: columns.collect(), rows })
}

/// A table; or these words, if it has no rows.
fn table_or(
    none: &str,
    caption: &str,
    columns: &[(&'static str, u8)],
    rows: Vec<Vec<Text>>,
) -> Block {
    if rows.is_empty() {
        Block::Paragraph(Text::from(none))
    } else {
        table(caption, columns, rows)
    }
}

fn paragraph(words: impl Into<Text>) -> Block {
    Block::Paragraph(words.into())
}

/// What stands where something is withheld.
fn withheld_text() -> Text {
    Text::from("withheld").toned(Tone::Caution)
}

/// A verdict; what must hold and what was found instead, where a rule does not hold.
fn verdict_text(verdict: &Verdict) -> Text {
    let words = Text::from(verdict.to_string());
    match &verdict.failure {
        Some(failure) => Text::lines([words, Text::from(failure.rule.meaning())]).toned(Tone::Bad),
        None if verdict.withheld.is_empty() => words.toned(Tone::Good),
        None => words.toned(Tone::Caution),
    }
}

/// A number of things, in words.
fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {many}")
    }
}

/// The chain, whole.
fn chain(genesis: regent_primitives::H256) -> Text {
    Text::whole(IdentifierKind::Chain, format!("{genesis:?}"))
}
